"""The receipt printer's driver: asks before, sends no faster than paper moves, and believes only a fresh answer after."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar, Final

from drivers.errors import DeviceError
from drivers.ports import (
    Description,
    DeviceKind,
    DriverInfo,
    Emit,
    Health,
    PrintJob,
    PrintOutcome,
    PrintReport,
    TestResult,
)
from drivers.printer.encode import Encoded, encode, ending, warm_up
from drivers.printer.link import STALL_S, Link
from drivers.printer.settings import LONGEST_S, SETTINGS, WINDOW, Settings
from drivers.printer.status import ABSENT, HOT, OFFLINE, UNKNOWN_OUTCOME, BadReply, PrinterStatus
from drivers.printer.transport import LineLost

_SETTLE_S: Final = 2.0
_WARM_AT_POLL: Final = 2
_SECOND_LOOK_S: Final = 0.3


class _Stopped(Exception):
    """The printer itself said, in the middle of a job, why it cannot go on."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class EscposPrinter:
    """A ReceiptPrinter over TCP, a serial port or USB. A slip once begun is not cancelled: half a slip helps nobody."""

    kind: ClassVar[DeviceKind] = DeviceKind.PRINTER
    poll_interval_s: ClassVar[float] = 1.0

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._link = Link(
            settings.line.line(),
            settings.answer_s,
            automatic=settings.status == "automatic",
            numbered=settings.marks == "numbered",
        )
        self._told: Health | None = None
        # Nobody here knows what an earlier host left between head and knife: it is cut off before the first slip.
        self._scrap = True
        self._polls = 0

    def describe(self) -> Description:
        """What is known of the printer; ESC/POS printers are told apart by configuration, not by asking."""
        settings = self._settings
        return Description(
            driver="escpos",
            port=settings.line.port,
            capabilities=(
                f"dots={settings.dots}",
                f"dpi={settings.dpi}",
                f"cut={settings.cut}",
                f"profile={settings.profile}",
                f"status={settings.status}",
                f"marks={settings.marks}",
            ),
        )

    def open(self) -> None:
        """Connects, and empties what an earlier, unfinished job may have left in the printer.

        Raises DeviceError PRN-ABSENT, or PRN-OFFLINE when the line is there and the printer says nothing credible.
        """
        self._told = None
        try:
            self._link.open()
            status = self._link.status()
            # Leftovers of an unknown job must not come out with the next citizen's slip: when the printer does not
            # answer a mark it is stuck in them, and when it is stopped it would print them after the refill.
            if status.problem:
                self._scrap = True
                self._link.clear()
            elif not self._link.settle(_SETTLE_S):
                self._scrap = True
                if not (self._link.clear() and self._link.settle(_SETTLE_S)):
                    raise BadReply("well by its own word, yet it carries nothing out")
        except LineLost as error:
            self.close()
            raise DeviceError(ABSENT, str(error)) from error
        except BadReply as error:
            self.close()
            raise DeviceError(OFFLINE, str(error)) from error

    def close(self) -> None:
        """Lets the printer go."""
        self._link.close()

    def health(self) -> Health:
        """The printer's own word, asked now. Raises DeviceError PRN-ABSENT or PRN-OFFLINE when it gives none."""
        return self._ask().health

    def _ask(self) -> PrinterStatus:
        try:
            if not self._link.connected:
                raise LineLost("not open")
            return self._link.status()
        except LineLost as error:
            self.close()
            raise DeviceError(ABSENT, str(error)) from error
        except BadReply as error:
            self.close()
            raise DeviceError(OFFLINE, str(error)) from error

    def self_test(self) -> tuple[TestResult, ...]:
        """Line, status and the way back of a mark; prints nothing."""
        started = time.monotonic()
        try:
            status = self._ask()
        except DeviceError as error:
            return (TestResult("status", False, time.monotonic() - started, error.code, error.detail),)
        asked = time.monotonic()
        results = [
            TestResult("status", True, asked - started, None, "DLE EOT 1-4 answered"),
            TestResult("ready to print", status.problem is None, 0.0, status.problem, status.detail),
        ]
        if status.problem is None:
            answered = self._settles()
            code = None if answered else OFFLINE
            results.append(TestResult("carries out commands", answered, time.monotonic() - asked, code, "GS r"))
        return tuple(results)

    def _settles(self) -> bool:
        try:
            return self._link.settle(_SETTLE_S)
        except (LineLost, BadReply):
            self.close()
            return False

    def poll(self, emit: Emit) -> None:
        """Asks the status and tells every change. Raises DeviceError when the printer is gone or not credible."""
        if not self._link.connected:  # hung up on purpose after an unknown outcome
            self.open()
        health = self.health()
        if self._told is None or (health.state, health.code) != (self._told.state, self._told.code):
            emit("state", state=str(health.state), code=health.code, detail=health.detail)
        self._told = health
        # Not in the first poll: a host that has just been started again is to be told ready, and may be asked to print.
        self._polls += 1
        if self._polls == _WARM_AT_POLL:
            warm_up()

    def cancel(self) -> None:
        """Does nothing: the only long verb is a slip under way, which is finished (it takes a second or two)."""

    def print(self, job: PrintJob, emit: Emit) -> PrintReport:
        """Prints a slip once, or says why not; see ReceiptPrinter.print. Emits `progress`(percent) with the paper.

        Paper, cover or cutter failing in the middle: NOT_PRINTED when the printer confirmed that the rest was thrown away
        before its last band, else UNKNOWN; both with the cause as code.
        """
        started = time.monotonic()
        settings = self._settings
        encoded = encode(job.png_b64, settings.dots, settings.band_rows, settings.cut if job.cut else "none")

        def report(outcome: PrintOutcome, code: str | None, begun: bool = True) -> PrintReport:
            return PrintReport(job.job, outcome, code, round(time.monotonic() - started, 3), begun)

        refusal = self._refusal()
        if refusal:
            return report(PrintOutcome.NOT_PRINTED, refusal, begun=False)
        until = started + settings.job_s(encoded.total_bytes)
        try:
            self._send(encoded, until, emit)
            problem = self._last_word()
            if problem:
                return report(PrintOutcome.UNKNOWN, problem)
        except _Stopped as stopped:
            begun = not self._scrap  # else only what was left of another has moved
            return report(self._thrown_away(encoded.inked), stopped.code, begun)
        except (LineLost, BadReply):
            # What the printer still holds may or may not come out: nobody here knows, so nobody here says.
            self._scrap = True
            self.close()
            return report(PrintOutcome.UNKNOWN, UNKNOWN_OUTCOME)
        self._scrap = False
        return report(PrintOutcome.PRINTED, None)

    def _last_word(self) -> str | None:
        """What is wrong now that all is printed: the fresh answers, and what the printer told by itself must agree.

        Raises BadReply when they do not.
        """
        problem = self._link.status().problem
        told = self._link.told
        if problem or told is None or told.problem is None:
            return problem or self._link.broken_by
        self._link.pump(_SECOND_LOOK_S)  # its word that all is well again may be on its way
        problem = self._link.status().problem
        if problem is None and self._link.told is not None and self._link.told.problem is not None:
            raise BadReply("asked it is well, by itself it tells otherwise")
        return problem or self._link.broken_by

    def _refusal(self) -> str | None:
        """Why nothing may be sent now: a fresh status, and proof that the printer carries commands out at all.

        Raises DeviceError PRN-ABSENT.
        """
        try:
            if not self._link.connected:
                self.open()
            problem = self._link.status().problem
            if problem:
                return problem
            if self._link.settle(_SETTLE_S):
                return None
            self._link.clear()
        except LineLost as error:
            self.close()
            raise DeviceError(ABSENT, str(error)) from error
        except DeviceError as error:
            if error.code == ABSENT:
                raise
        except BadReply:
            pass
        self.close()
        return OFFLINE

    def _send(self, encoded: Encoded, until: float, emit: Emit) -> None:
        """Band by band, each followed by a mark, never more than the window ahead of the paper."""
        settings = self._settings
        if self._scrap:
            # What an unfinished job left on the paper is cut off, never handed out with this slip.
            self._send_marked([ending(settings.dots, settings.cut)], until)
            self._scrap = False
        total = len(encoded.bands) + 1

        def moved() -> None:
            emit("progress", percent=round(100 * self._link.marks / total))

        self._send_marked([*encoded.bands, encoded.ending], until, moved)

    def _send_marked(self, parts: list[bytes], until: float, moved: Callable[[], None] = lambda: None) -> None:
        link = self._link
        link.forget_marks()
        for count, part in enumerate(parts, 1):
            link.send(part + link.mark(), self._settings.silence_s, self._stop_on_problem)
            self._wait(count - WINDOW + 1, until)
            moved()
        self._wait(len(parts), until)

    def _stop_on_problem(self) -> str | None:
        """Asks. Raises _Stopped with the printer's reason, unless it is one that passes by itself, which is returned."""
        problem = self._link.status().problem
        if problem and problem != HOT:
            raise _Stopped(problem)
        return problem

    def _wait(self, marks: int, until: float) -> None:
        """Until so many marks are back. Raises _Stopped with the printer's reason, BadReply when it gives none."""
        link = self._link
        quiet_since, last = time.monotonic(), link.marks
        asked = quiet_since
        while not link.wait_for_marks(marks, self._settings.look_s, self._speaks_up):
            if link.broken_by:  # a new roll may be in by now, and half the slip went with the old one
                raise _Stopped(link.broken_by)
            if time.monotonic() - asked < STALL_S and not self._speaks_up():
                link.glance()
                continue
            resting = self._stop_on_problem()
            asked = now = time.monotonic()
            if link.marks > last or resting:
                quiet_since, last = now, link.marks
            if now > until and resting:
                raise _Stopped(resting)
            if now > until or now - quiet_since > self._settings.silence_s:
                raise BadReply("online and well by its own word, yet it prints nothing")

    def _speaks_up(self) -> bool:
        """Whether the printer has told that something is wrong: there is no waiting any longer then."""
        told = self._link.told
        return self._link.broken_by is not None or (told is not None and told.problem is not None)

    def _thrown_away(self, inked: int) -> PrintOutcome:
        """After a stop: throws the rest away, and says whether the slip certainly lacks some of its ink."""
        self._scrap = True
        try:
            cleared = self._link.clear()
        except LineLost:
            cleared = False
        # A band's own mark may be missing while all of the band is on paper: the one before it tells whether it began.
        incomplete = self._link.marks < inked - 1
        if not cleared:
            self.close()
        return PrintOutcome.NOT_PRINTED if cleared and incomplete else PrintOutcome.UNKNOWN


DRIVER: Final = DriverInfo(
    name="escpos-network",
    kind=DeviceKind.PRINTER,
    create=lambda table: EscposPrinter(Settings.of(table)),
    settings=dict(SETTINGS),
    deadlines_s={"print": LONGEST_S + 10, "health": 6.0, "self_test": 15.0, "open": 12.0, "describe": 1.0},
)
