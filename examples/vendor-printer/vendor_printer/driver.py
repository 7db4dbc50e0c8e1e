"""The driver of a ZPL receipt printer on TCP: asks before, sends once, and says printed only when the printer is done."""

from __future__ import annotations

import select
import socket
import time
from dataclasses import dataclass
from typing import Any, ClassVar

from drivers.errors import DeviceError
from drivers.ports import (
    Description,
    DeviceKind,
    DeviceState,
    DriverInfo,
    Emit,
    Health,
    PrintJob,
    PrintOutcome,
    PrintReport,
    TestResult,
)
from vendor_printer import zpl

SETTINGS = {
    "address": "host:port of the printer, port 9100 as a rule",
    "dots": "printable width in dots, a multiple of 8, default 576",
    "stuck_s": "seconds without the slip getting done before its outcome is unknown, default 10",
}
CONNECT_S = 2.0
ANSWER_S = 1.0
LOOK_EVERY_S = 0.05
LINE_STUCK_S = 5.0


class LineLost(Exception):
    """The connection broke, or never came to be."""


class Untrusted(Exception):
    """The printer said nothing in time, or something that nobody asked for."""


@dataclass(frozen=True)
class Settings:
    """The device's table of the configuration, checked."""

    host: str
    port: int
    dots: int
    stuck_s: float

    @classmethod
    def of(cls, table: dict[str, Any]) -> Settings:
        """Reads the table. Raises ValueError naming the key."""
        for key in table:
            if key not in SETTINGS:
                raise ValueError(f"{key}: unknown setting")
        host, _, port = str(table.get("address", "")).rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError("address: host:port expected")
        dots, stuck_s = int(table.get("dots", 576)), float(table.get("stuck_s", 10.0))
        if dots % 8 or not 8 <= dots <= 2048:
            raise ValueError("dots: a multiple of 8 up to 2048 expected")
        if not 0.5 <= stuck_s <= 30:
            raise ValueError("stuck_s: between 0.5 and 30 expected")
        return cls(host, int(port), dots, stuck_s)


class ZplPrinter:
    """A ReceiptPrinter. A slip once sent is not cancelled."""

    kind: ClassVar[DeviceKind] = DeviceKind.PRINTER
    poll_interval_s: ClassVar[float] = 0.5

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._line: socket.socket | None = None
        self._told: Health | None = None

    def describe(self) -> Description:
        """What is known by configuration."""
        settings = self._settings
        port = f"{settings.host}:{settings.port}"
        return Description(vendor="Example", driver="zpl", port=port, capabilities=(f"dots={settings.dots}",))

    def open(self) -> None:
        """Connects and throws away what an unfinished job has left. Raises DeviceError PRN-ABSENT, PRN-OFFLINE."""
        self.close()
        self._told = None
        try:
            line = socket.create_connection((self._settings.host, self._settings.port), timeout=CONNECT_S)
        except OSError as error:
            raise DeviceError("PRN-ABSENT", f"connect: {type(error).__name__}") from error
        line.setblocking(False)
        self._line = line
        self._ask(before=zpl.CANCEL_ALL + zpl.NO_REPRINT)

    def close(self) -> None:
        """Lets the printer go."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def health(self) -> Health:
        """The printer's own word. Raises DeviceError PRN-ABSENT, PRN-OFFLINE."""
        problem = self._ask().problem
        if problem is None:
            return Health(DeviceState.READY)
        person = problem in ("PRN-PAPER-OUT", "PRN-COVER-OPEN")
        return Health(DeviceState.ATTENTION if person else DeviceState.FAULT, problem)

    def self_test(self) -> tuple[TestResult, ...]:
        """Line and status; prints nothing."""
        began = time.monotonic()
        try:
            problem = self._ask().problem
        except DeviceError as error:
            return (TestResult("status", False, time.monotonic() - began, error.code, error.detail),)
        answered = TestResult("status", True, time.monotonic() - began, None, "~HS answered")
        return answered, TestResult("ready to print", problem is None, 0.0, problem)

    def poll(self, emit: Emit) -> None:
        """Tells every change of state. Raises DeviceError when the printer is gone or not credible."""
        if self._line is None:  # hung up on purpose after a slip whose outcome is unknown
            self.open()
        health = self.health()
        if health != self._told:
            self._told = health
            emit("state", state=health.state.value, code=health.code)

    def cancel(self) -> None:
        """Does nothing: half a slip helps nobody."""

    def print(self, job: PrintJob, emit: Emit) -> PrintReport:
        """See ReceiptPrinter.print."""
        began = time.monotonic()
        data = zpl.format_of(job.png_b64, self._settings.dots, job.cut)

        def report(outcome: PrintOutcome, code: str | None = None) -> PrintReport:
            return PrintReport(job.job, outcome, code, round(time.monotonic() - began, 3))

        try:
            if self._line is None:
                self.open()
            problem = self._ask().problem
        except DeviceError as error:
            if error.code == "PRN-ABSENT":
                raise
            return report(PrintOutcome.NOT_PRINTED, error.code)
        if problem:
            return report(PrintOutcome.NOT_PRINTED, problem)
        emit("progress", percent=0)
        try:
            self._send(data)
            emit("progress", percent=50)
            problem = self._wait_until_done()
        except (LineLost, Untrusted, DeviceError):
            # The printer may have the slip or not: it is neither sent again nor called printed.
            self.close()
            return report(PrintOutcome.UNKNOWN, "PRN-UNKNOWN-OUTCOME")
        if problem is None:
            emit("progress", percent=100)
            return report(PrintOutcome.PRINTED)
        return report(self._thrown_away(), problem)

    def _wait_until_done(self) -> str | None:
        """Until the printer has no slip left and is well; its problem, if one came. Raises Untrusted when it is stuck."""
        until = time.monotonic() + self._settings.stuck_s
        while True:
            status = self._ask()
            if status.problem or not status.formats:
                return status.problem
            if time.monotonic() > until:
                raise Untrusted("well by its own word, yet the slip does not get done")
            time.sleep(LOOK_EVERY_S)

    def _thrown_away(self) -> PrintOutcome:
        """After a problem in the middle: NOT_PRINTED only when the unfinished slip was there and then thrown away."""
        try:
            unfinished = self._ask().formats > 0
            gone = self._ask(before=zpl.CANCEL_ALL).formats == 0
        except DeviceError:
            return PrintOutcome.UNKNOWN
        return PrintOutcome.NOT_PRINTED if unfinished and gone else PrintOutcome.UNKNOWN

    # --- the line -----------------------------------------------------------------------------------------------------

    def _ask(self, before: bytes = b"") -> zpl.Status:
        """A fresh status, after the commands `before`. Raises DeviceError PRN-ABSENT, PRN-OFFLINE."""
        try:
            if self._read(0.0):
                raise Untrusted("the printer spoke unasked")
            self._send(before + zpl.HOST_STATUS)
            answer, until = b"", time.monotonic() + ANSWER_S
            while answer.count(b"\x03\r\n") < zpl.STATUS_STRINGS:
                left = until - time.monotonic()
                if left <= 0 or len(answer) > zpl.STATUS_MOST_BYTES:
                    raise Untrusted(f"{len(answer)} bytes in {ANSWER_S:g} s")
                answer += self._read(left)
            return zpl.read_status(answer)
        except LineLost as error:
            self.close()
            raise DeviceError("PRN-ABSENT", str(error)) from error
        except (Untrusted, zpl.NoStatus) as error:
            # A late answer looks like a fresh one: nothing more is believed on this connection.
            self.close()
            raise DeviceError("PRN-OFFLINE", str(error)) from error

    def _send(self, data: bytes) -> None:
        view, since = memoryview(data), time.monotonic()
        while view:
            line = self._open_line()
            _, writable, _ = select.select([], [line], [], 0.1)
            if not writable:
                if time.monotonic() - since > LINE_STUCK_S:
                    raise Untrusted("the line takes nothing")
                continue
            try:
                view = view[line.send(view[:65_536]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise LineLost(f"send: {type(error).__name__}") from error
            since = time.monotonic()

    def _read(self, seconds: float) -> bytes:
        line = self._open_line()
        readable, _, _ = select.select([line], [], [], seconds)
        if not readable:
            return b""
        try:
            data = line.recv(4096)
        except OSError as error:
            raise LineLost(f"receive: {type(error).__name__}") from error
        if not data:
            raise LineLost("the printer hung up")
        return data

    def _open_line(self) -> socket.socket:
        if self._line is None:
            raise LineLost("not open")
        return self._line


DRIVER = DriverInfo(
    name="zpl-network",
    kind=DeviceKind.PRINTER,
    create=lambda table: ZplPrinter(Settings.of(table)),
    settings=SETTINGS,
    deadlines_s={"open": 12.0, "describe": 1.0, "health": 5.0, "self_test": 5.0, "print": 45.0},
)
