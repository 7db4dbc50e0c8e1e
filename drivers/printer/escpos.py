"""The receipt printer's driver: asks before, sends no faster than paper moves, and believes only a fresh answer after."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

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
from drivers.printer.encode import CUTS, WIDTHS, Encoded, encode, ending, warm_up
from drivers.printer.link import MARK, STALL_S, Link
from drivers.printer.status import ABSENT, OFFLINE, UNKNOWN_OUTCOME, BadReply, PrinterStatus
from drivers.printer.transport import LineLost, LineSettings

_WINDOW: Final = 4  # bands on their way at once; together they fit the printer's buffer
_FRAME: Final = 32  # bytes around a band's rows: header, mark, a status question
_SETTLE_S: Final = 2.0
_WARM_AT_POLL: Final = 2


@dataclass(frozen=True)
class Settings:
    """The device's table of the configuration, checked."""

    line: LineSettings
    dots: int = 576
    dpi: int = 203
    cut: str = "partial"
    buffer_bytes: int = 4096
    silence_s: float = 6.0
    deadline_s: float = 25.0

    @property
    def band_rows(self) -> int:
        """Rows a band: no more is on its way than the printer takes, or a stop could not be asked about any more."""
        return max(1, (self.buffer_bytes // _WINDOW - _FRAME) // (self.dots // 8))

    @classmethod
    def of(cls, table: dict[str, Any]) -> Settings:
        """Reads the table. Raises ValueError naming the key."""
        unknown = set(table) - set(_SETTINGS)
        if unknown:
            raise ValueError(f"{min(unknown)}: not a setting of this driver")
        device = str(table.get("serial", "") or table.get("device", ""))
        line = LineSettings(str(table.get("address", "")), device, int(table.get("baud", 115200)))
        cut = table.get("cut", "partial")
        settings = cls(
            line,
            dots=int(table.get("dots", 576)),
            dpi=int(table.get("dpi", 203)),
            cut={True: "partial", False: "none"}[cut] if isinstance(cut, bool) else str(cut),
            buffer_bytes=int(table.get("buffer_bytes", 4096)),
            silence_s=float(table.get("silence_s", 6.0)),
            deadline_s=float(table.get("deadline_s", 25.0)),
        )
        if settings.dots not in WIDTHS:
            raise ValueError(f"dots: {settings.dots} is none of {', '.join(map(str, WIDTHS))}")
        if settings.cut not in CUTS:
            raise ValueError(f"cut: {settings.cut!r} is none of {', '.join(CUTS)}")
        if not 1024 <= settings.buffer_bytes <= 1_048_576:
            raise ValueError("buffer_bytes: must lie between 1024 and 1048576")
        if settings.dpi <= 0:
            raise ValueError("dpi: must be above 0")
        if not 0.1 <= settings.silence_s <= settings.deadline_s <= 30.0:
            raise ValueError("silence_s: must lie between 0.1 and deadline_s, which is at most 30")
        return settings


class _Stopped(Exception):
    """The printer itself said, in the middle of a job, why it cannot go on."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class EscposPrinter:
    """A ReceiptPrinter over TCP or a device file. A slip once begun is not cancelled: half a slip helps nobody."""

    kind: ClassVar[DeviceKind] = DeviceKind.PRINTER
    poll_interval_s: ClassVar[float] = 1.0

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._link = Link(settings.line.line())
        self._told: Health | None = None
        self._scrap = False
        self._polls = 0

    def describe(self) -> Description:
        """What is known of the printer; ESC/POS printers are told apart by configuration, not by asking."""
        settings = self._settings
        return Description(
            driver="escpos",
            port=settings.line.port,
            capabilities=(f"dots={settings.dots}", f"dpi={settings.dpi}", f"cut={settings.cut}"),
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
            if status.problem or not self._link.settle(_SETTLE_S):
                self._scrap = True
                if not self._link.clear() and not status.problem:
                    raise BadReply("buffers stuck")
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

        def report(outcome: PrintOutcome, code: str | None) -> PrintReport:
            return PrintReport(job.job, outcome, code, round(time.monotonic() - started, 3))

        refusal = self._refusal()
        if refusal:
            return report(PrintOutcome.NOT_PRINTED, refusal)
        until = started + settings.deadline_s
        try:
            self._send(encoded, until, emit)
            problem = self._link.status().problem
            if problem:
                return report(PrintOutcome.UNKNOWN, problem)
        except _Stopped as stopped:
            return report(self._thrown_away(len(encoded.bands)), stopped.code)
        except (LineLost, BadReply):
            # What the printer still holds may or may not come out: nobody here knows, so nobody here says.
            self._scrap = True
            self.close()
            return report(PrintOutcome.UNKNOWN, UNKNOWN_OUTCOME)
        self._scrap = False
        return report(PrintOutcome.PRINTED, None)

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
            link.send(part + MARK, self._settings.silence_s, self._stop_on_problem)
            self._wait(count - _WINDOW + 1, until)
            moved()
        self._wait(len(parts), until)

    def _stop_on_problem(self) -> None:
        problem = self._link.status().problem
        if problem:
            raise _Stopped(problem)

    def _wait(self, marks: int, until: float) -> None:
        """Until so many marks are back. Raises _Stopped with the printer's reason, BadReply when it gives none."""
        quiet_since, last = time.monotonic(), self._link.marks
        while not self._link.wait_for_marks(marks, STALL_S):
            self._stop_on_problem()
            now = time.monotonic()
            if self._link.marks > last:
                quiet_since, last = now, self._link.marks
            if now > until or now - quiet_since > self._settings.silence_s:
                raise BadReply("online and well by its own word, yet it prints nothing")

    def _thrown_away(self, bands: int) -> PrintOutcome:
        """After a stop: throws the rest away, and says whether the slip is certainly incomplete."""
        self._scrap = True
        try:
            cleared = self._link.clear()
        except LineLost:
            cleared = False
        incomplete = self._link.marks < bands
        if not cleared:
            self.close()
        return PrintOutcome.NOT_PRINTED if cleared and incomplete else PrintOutcome.UNKNOWN


_SETTINGS: Final = {
    "address": "host:port of a network printer",
    "serial": "path of a serial port or pseudo terminal",
    "device": "the same as serial; also /dev/usb/lp0",
    "baud": "speed of a serial port, default 115200",
    "dots": "printable width: 576 (80 mm paper), 512 or 384 (58 mm), default 576",
    "dpi": "dots per inch, default 203",
    "cut": "partial (default), full or none; true and false mean partial and none",
    "buffer_bytes": "the printer's receive buffer, default 4096: no more than this is sent ahead of the paper",
    "silence_s": "seconds without any paper moving before a job is given up as unknown, default 6",
    "deadline_s": "seconds for a whole job, default 25, at most 30",
}

DRIVER: Final = DriverInfo(
    name="escpos-network",
    kind=DeviceKind.PRINTER,
    create=lambda table: EscposPrinter(Settings.of(table)),
    settings=dict(_SETTINGS),
    deadlines_s={"print": 60.0, "health": 6.0, "self_test": 15.0, "open": 12.0, "describe": 1.0},
)
