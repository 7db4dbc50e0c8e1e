"""The office printer's driver: asks before, sends once, follows the job to its end, and never takes sent for printed."""

from __future__ import annotations

import base64
import binascii
import threading
import time
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from drivers.errors import DeviceError
from drivers.office import status as printer_status
from drivers.office.ipp import Answer, Attribute, BadAnswer, Group, Operation, Tag
from drivers.office.job import ASKED, BUSY, CANCELLED, HELD, REFUSED, UNKNOWN_OUTCOME, Job, JobState, Verdict, judge
from drivers.office.job import read as read_job
from drivers.office.line import Line, Lost, NotReached, Refused
from drivers.office.status import ABSENT, OFFLINE, PrinterStatus
from drivers.ports import (
    Description,
    DeviceKind,
    DriverInfo,
    Emit,
    Health,
    OfficeJob,
    PrintOutcome,
    PrintReport,
    TestResult,
)

PDF: Final = "application/pdf"
LONGEST_WAIT_S: Final = 75.0
_LOOK_S: Final = 0.25
_GIVE_UP_S: Final = 8.0
"""How long a job that was called back may take to end."""
_NOT_FOUND: Final = (0x0406, 0x0407)
_INTERNAL: Final = 0x0500
_BUSY: Final = (0x0502, 0x0506, 0x0507)  # unavailable, not accepting jobs, busy: RFC 8011 B.1.5


@dataclass(frozen=True)
class Settings:
    """One printer's table of the configuration."""

    uri: str
    user: str = "kiosk"
    ca: str = ""
    media: str = "iso_a4_210x297mm"
    completed: str = "printed"
    silence_s: float = 3.0
    wait_s: float = 60.0

    @classmethod
    def of(cls, table: dict[str, Any]) -> Settings:
        """Reads the table. Raises ValueError naming the key."""
        unknown = set(table) - set(SETTINGS)
        if unknown:
            raise ValueError(f"{min(unknown)}: not a setting of this driver")
        words = {key: str(table[key]) for key in ("user", "ca", "media", "completed") if key in table}
        times = {key: float(table[key]) for key in ("silence_s", "wait_s") if key in table}
        settings = cls(str(table.get("uri", "")), **words, **times)  # type: ignore[arg-type]  # two kinds of values
        if settings.completed not in ("printed", "handed_on"):
            raise ValueError("completed: must be printed or handed_on")
        if not 0.1 <= settings.silence_s <= 3.0:
            raise ValueError("silence_s: must lie between 0.1 and 3")
        if not 1.0 <= settings.wait_s <= LONGEST_WAIT_S:
            raise ValueError(f"wait_s: must lie between 1 and {LONGEST_WAIT_S:g}")
        return settings


class IppPrinter:
    """An OfficePrinter that speaks IPP (Everywhere), or a queue of CUPS, which speaks the same."""

    kind: ClassVar[DeviceKind] = DeviceKind.OFFICE
    poll_interval_s: ClassVar[float] = 2.0

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._line = Line(settings.uri, settings.silence_s, settings.user, settings.ca)
        self._known: PrinterStatus | None = None
        self._told: Health | None = None
        self._stop = threading.Event()

    def describe(self) -> Description:
        """What the printer said of itself when it was opened. Raises DeviceError OFP-ABSENT when it is not open."""
        known = self._open()
        can = [PDF.partition("/")[2]] if PDF in known.formats else []
        can += [name for name, has in (("duplex", known.duplex), ("colour", known.colour)) if has]
        return Description(
            model=known.model,
            serial=known.serial,
            firmware=known.firmware,
            driver="ipp-office",
            port=self._line.uri,
            capabilities=(*can, f"media={self._settings.media}"),
        )

    def _open(self) -> PrinterStatus:
        if self._known is None:
            raise DeviceError(ABSENT, "not open")
        return self._known

    def open(self) -> None:
        """Asks the printer what it is. Raises DeviceError OFP-ABSENT, or OFP-OFFLINE for what is no printer's answer."""
        self._told = None
        self._known = self._status()

    def close(self) -> None:
        """Lets the printer go; there is no connection between questions."""
        self._known = None

    def health(self) -> Health:
        """The printer's own word, asked now. Raises DeviceError OFP-ABSENT, OFP-OFFLINE."""
        self._open()
        return self._status().health

    def _status(self) -> PrinterStatus:
        wanted = Attribute("requested-attributes", Tag.KEYWORD, printer_status.ASKED)
        try:
            answer = self._line.ask(Operation.GET_PRINTER_ATTRIBUTES, (wanted,))
            if not answer.ok:
                raise BadAnswer(f"status {answer.status:#06x}")
            return printer_status.read(answer.first(Group.PRINTER))
        except (NotReached, Lost) as error:
            self.close()
            raise DeviceError(ABSENT, str(error)) from error
        except (Refused, BadAnswer) as error:
            self.close()
            raise DeviceError(OFFLINE, str(error)) from error

    def self_test(self) -> tuple[TestResult, ...]:
        """Answer, readiness, and whether it takes PDF; prints nothing."""
        started = time.monotonic()
        try:
            self._open()
            found = self._status()
        except DeviceError as error:
            return (TestResult("status", False, time.monotonic() - started, error.code, error.detail),)
        takes = PDF in found.formats
        return (
            TestResult("status", True, time.monotonic() - started, None, "Get-Printer-Attributes answered"),
            TestResult("ready to print", found.problem is None, 0.0, found.problem, found.health.detail),
            TestResult("takes PDF", takes, 0.0, None if takes else REFUSED, ", ".join(found.formats)[:200]),
        )

    def poll(self, emit: Emit) -> None:
        """Asks the printer and tells every change. Raises DeviceError OFP-ABSENT, OFP-OFFLINE."""
        health = self.health()
        if self._told is None or (health.state, health.code) != (self._told.state, self._told.code):
            emit("state", state=str(health.state), code=health.code, detail=health.detail)
        self._told = health

    def cancel(self) -> None:
        """Calls the job under way back; how it ends is what the printer then says."""
        self._stop.set()

    # --- printing ----------------------------------------------------------------------------------------------------

    def print(self, job: OfficeJob, emit: Emit) -> PrintReport:
        """Prints a document once, or says why not; see OfficePrinter.print. Emits `progress`(percent) if it is told."""
        started = time.monotonic()
        self._stop.clear()

        def report(verdict: Verdict) -> PrintReport:
            seconds = round(time.monotonic() - started, 3)
            return PrintReport(job.job, verdict.outcome, verdict.code, seconds, verdict.begun)

        try:
            document = base64.b64decode(job.pdf_b64, validate=True)
        except binascii.Error:
            document = b""
        before = self._status()
        refusal = before.problem or (None if PDF in before.formats and document.startswith(b"%PDF-") else REFUSED)
        if refusal:
            return report(Verdict(PrintOutcome.NOT_PRINTED, refusal, begun=False))
        number = self._send(job, document, before)
        if isinstance(number, Verdict):
            return report(number)
        return report(self._follow(number, job, before, started + self._settings.wait_s, emit))

    def _send(self, job: OfficeJob, document: bytes, before: PrinterStatus) -> int | Verdict:
        """The job's number at the printer, or the verdict where there is none. Raises DeviceError OFP-ABSENT.

        The job's name is all by which it is found again when the line breaks before the answer: it names nobody.
        """
        sides = "two-sided-long-edge" if job.duplex and before.duplex else "one-sided"
        try:
            answer = self._line.ask(
                Operation.PRINT_JOB,
                (Attribute("job-name", Tag.NAME, (_name(job),)), Attribute("document-format", Tag.MIME, (PDF,))),
                (
                    Attribute("copies", Tag.INTEGER, (1,)),
                    Attribute("media", Tag.KEYWORD, (self._settings.media,)),
                    Attribute("sides", Tag.KEYWORD, (sides,)),
                ),
                document,
            )
            return self._taken(answer)
        except NotReached as error:
            self.close()
            raise DeviceError(ABSENT, str(error)) from error
        except Refused:
            return Verdict(PrintOutcome.NOT_PRINTED, REFUSED, begun=False)
        except (Lost, BadAnswer):
            found = self._found_again(job)
            return Verdict(PrintOutcome.UNKNOWN, UNKNOWN_OUTCOME) if found is None else found

    def _taken(self, answer: Answer) -> int | Verdict:
        number = answer.first(Group.JOB).get("job-id", (None,))[0]
        if answer.ok and type(number) is int:
            return number
        if answer.ok or answer.status == _INTERNAL:
            raise BadAnswer("neither a job nor a refusal")
        return Verdict(PrintOutcome.NOT_PRINTED, BUSY if answer.status in _BUSY else REFUSED, begun=False)

    def _found_again(self, job: OfficeJob) -> int | None:
        """The number of a job whose answer was lost, by its name. None says nothing: printers forget, too."""
        wanted = Attribute("requested-attributes", Tag.KEYWORD, ("job-id", "job-name"))
        for which in ("not-completed", "completed"):
            try:
                answer = self._line.ask(Operation.GET_JOBS, (Attribute("which-jobs", Tag.KEYWORD, (which,)), wanted))
            except (NotReached, Lost, Refused, BadAnswer):
                return None
            for values in answer.all(Group.JOB):
                number = values.get("job-id", (None,))[0]
                if values.get("job-name", ("",))[0] == _name(job) and type(number) is int:
                    return number
        return None

    def _follow(self, number: int, job: OfficeJob, before: PrinterStatus, until: float, emit: Emit) -> Verdict:
        """Watches the job to its end, calling it back when it takes too long or nobody wants it any more."""
        hands_on = before.hands_on or self._settings.completed == "handed_on"
        cause: str | None = None
        called_back, counted = False, 0
        seen = Job(JobState.PENDING)
        while True:
            try:
                found = self._look(number)
                if found is None:
                    return Verdict(PrintOutcome.UNKNOWN, UNKNOWN_OUTCOME)
                seen = found
            except (NotReached, Lost, Refused, BadAnswer):
                # The job goes on without us: the line may come back before its time is over.
                found = None
            if found is not None and found.ended:
                break
            if job.pages and seen.impressions > counted:
                counted = seen.impressions
                emit("progress", percent=min(99, 100 * counted // job.pages))
            now = time.monotonic()
            if not called_back and (self._stop.is_set() or now > until):
                cause = CANCELLED if self._stop.is_set() else self._why(seen)
                self._call_back(number)
                called_back, until = True, now + _GIVE_UP_S
            elif called_back and now > until:
                return Verdict(PrintOutcome.UNKNOWN, cause or UNKNOWN_OUTCOME)
            time.sleep(_LOOK_S)
        verdict = judge(seen, job.pages, cause, hands_on)
        return self._looked_at(verdict) if verdict.outcome is not PrintOutcome.NOT_PRINTED else verdict

    def _look(self, number: int) -> Job | None:
        """The job as it is now; None when the printer has forgotten it."""
        asked = (Attribute("job-id", Tag.INTEGER, (number,)), Attribute("requested-attributes", Tag.KEYWORD, ASKED))
        answer = self._line.ask(Operation.GET_JOB_ATTRIBUTES, asked)
        if answer.status in _NOT_FOUND:
            return None
        if not answer.ok:
            raise BadAnswer(f"status {answer.status:#06x}")
        return read_job(answer.first(Group.JOB))

    def _why(self, job: Job) -> str:
        """Why a job takes so long: what the printer says of itself, else what the job says."""
        try:
            status = self._status()
        except DeviceError as error:
            return error.code
        if (problem := status.problem or status.suspicion) is not None:
            return problem
        return {JobState.PENDING: BUSY, JobState.HELD: HELD}.get(job.state, UNKNOWN_OUTCOME)

    def _call_back(self, number: int) -> None:
        try:
            self._line.ask(Operation.CANCEL_JOB, (Attribute("job-id", Tag.INTEGER, (number,)),))
        except (NotReached, Lost, Refused, BadAnswer):
            return  # how it ended is asked anyway

    def _looked_at(self, verdict: Verdict) -> Verdict:
        """Printed is said only on a fresh word of the printer after the job, and not over a jam."""
        try:
            problem = self._status().problem
        except DeviceError:
            return Verdict(PrintOutcome.UNKNOWN, UNKNOWN_OUTCOME)
        if verdict.outcome is PrintOutcome.PRINTED and problem == "OFP-JAM":
            return Verdict(PrintOutcome.UNKNOWN, problem)
        if verdict.outcome is PrintOutcome.UNKNOWN and verdict.code == UNKNOWN_OUTCOME and problem:
            return Verdict(PrintOutcome.UNKNOWN, problem)
        return verdict


def _name(job: OfficeJob) -> str:
    return f"kiosk {job.job}"


def create(settings: dict[str, Any]) -> IppPrinter:
    """The driver from its table of the configuration. Raises ValueError naming the key."""
    return IppPrinter(Settings.of(settings))


SETTINGS: Final = {
    "uri": "the printer or the queue: ipp://printer.local/ipp/print, ipps://..., ipp://localhost/printers/NAME for CUPS",
    "user": "name under which jobs are sent, default kiosk",
    "ca": "PEM file of the certificate by which an ipps printer is recognised; empty: the system's authorities and its name",
    "media": "paper, default iso_a4_210x297mm",
    "completed": "what a completed job means: printed, or handed_on for a queue whose device tells nothing back; there every"
    " print is uncertain and asked about",
    "silence_s": "seconds without an answer before the line counts as lost, default and at most 3",
    "wait_s": "seconds for a whole job before it is called back, default 60, at most 75",
}

DRIVER: Final = DriverInfo(
    name="ipp-office",
    kind=DeviceKind.OFFICE,
    create=create,
    settings=SETTINGS,
    deadlines_s={"open": 9.0, "describe": 1.0, "health": 9.0, "self_test": 15.0, "print": 118.0},
)
