"""The conversation with an ESC/POS printer: every byte that comes back is sorted, and only the asked-for is believed."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from drivers.printer.status import (
    HOT,
    XOFF,
    BadReply,
    PrinterStatus,
    ReplyKind,
    kind_of,
    parse,
    parse_automatic,
    stopped_by,
)
from drivers.printer.transport import Transport

_NO_AUTOMATIC_STATUS: Final = b"\x1da\x00"  # GS a 0: nothing but answers may come back
_AUTOMATIC_STATUS: Final = b"\x1da\x0e"  # GS a: told at once and with each change of online, errors and paper
_INITIALISE: Final = b"\x1b@"  # ESC @
MARK: Final = b"\x1dr\x01"  # GS r 1: answered only when everything before it has been carried out
_PROCESS_ID: Final = b"\x1d(H\x06\x00\x30\x30"  # GS ( H fn=48: its four letters come back when all before is on paper
# DLE DC4 fn=8 with its fixed guard bytes: empties the receive and print buffers, obeyed even offline
_CLEAR: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_PROCESS_HEAD: Final = b"\x37\x22"
_NUMBERS: Final = 10_000
_CLEARED: Final = b"\x37\x25\x00"
_OFFLINE_CAUSE: Final = b"\x10\x04\x02"
STALL_S: Final = 0.5  # nothing moving for this long: ask what is wrong


class Silent(BadReply):
    """The printer did not answer in time; what it does answer later would be stale."""


class Garbled(BadReply):
    """Bytes came that no command of ours can have asked for."""


class Link:
    """One connection to a printer. Times are seconds; every method may raise LineLost.

    After Silent or Garbled the connection must be closed: a late answer to an old question looks exactly like a fresh one.
    """

    marks: int
    """How many parts sent since forget_marks are on paper."""
    told: PrinterStatus | None
    """What the printer last told by itself; None as long as it has not."""
    broken_by: str | None
    """The code of the first reason to stop that it has told since forget_marks, by itself or at a glance; it may be over."""

    def __init__(
        self, transport: Transport, answer_s: float = 1.0, *, automatic: bool = False, numbered: bool = False
    ) -> None:
        """`automatic` asks the printer to tell changes by itself, `numbered` takes process IDs for marks."""
        self._transport = transport
        self._answer_s = answer_s
        self._wants_automatic = automatic
        self._numbered = numbered
        self._last_number = secrets.randbelow(_NUMBERS)  # another series than before a restart
        self._connected = False
        self._forget()

    def _forget(self) -> None:
        self._real_time: deque[int] = deque()
        self._block = bytearray()
        self._blocks: list[bytes] = []
        self._automatic = bytearray()
        self._held = False
        self._glanced_s: float | None = None
        self._first_number = self._last_number
        self.marks = 0
        self.told = None
        self.broken_by = None

    @property
    def connected(self) -> bool:
        """Whether the line was open when last used."""
        return self._connected

    def open(self) -> None:
        """Connects and switches automatic status on or off. Raises LineLost."""
        self.close()
        self._transport.open(time.monotonic() + 2.0)
        self._connected = True
        self._forget()
        # A serial line may still carry what the printer said to whoever was here before.
        while self._transport.read(time.monotonic() + 0.02):
            pass
        self.send(_AUTOMATIC_STATUS if self._wants_automatic else _NO_AUTOMATIC_STATUS, self._answer_s)

    def close(self) -> None:
        """Lets the line go; never raises."""
        self._transport.close()
        self._connected = False

    def status(self) -> PrinterStatus:
        """Asks DLE EOT 1 to 4 one by one. Raises Silent, Garbled or BadReply when the answers cannot be trusted."""
        while self._glanced_s is not None:
            self._pump_glance(self._answer_s)
        replies: list[bytes] = []
        for number in (1, 2, 3, 4):
            self.pump(0)
            if self._real_time:
                raise Garbled(f"{len(self._real_time)} status bytes nobody asked for")
            self._demand(bytes((0x10, 0x04, number)))
            until = time.monotonic() + self._answer_s
            while not self._real_time:
                left = until - time.monotonic()
                if left <= 0:
                    raise Silent(f"DLE EOT {number}: no answer in {self._answer_s:g} s")
                self.pump(left)
            replies.append(bytes((self._real_time.popleft(),)))
        if self._real_time:
            raise Garbled("more answers than questions")
        first, second, third, fourth = replies
        return parse((first, second, third, fourth))

    def glance(self) -> None:
        """Asks why it is offline, if it is, without waiting for the answer, which is sorted when it comes (`broken_by`).

        Nothing where the printer tells by itself. Raises Silent when the last such question was never answered.
        """
        if self._wants_automatic:
            return
        if self._glanced_s is not None:
            self._pump_glance(0)
        if self._glanced_s is None:
            self._demand(_OFFLINE_CAUSE)
            self._glanced_s = time.monotonic()

    def _pump_glance(self, timeout_s: float) -> None:
        self.pump(timeout_s)
        if self._glanced_s is not None and time.monotonic() - self._glanced_s > self._answer_s:
            raise Silent(f"DLE EOT 2: no answer in {self._answer_s:g} s")

    def settle(self, timeout_s: float) -> bool:
        """Whether the printer carries commands out: initialises it and waits for a mark to come back."""
        self.forget_marks()
        self.send(_INITIALISE + self.mark(), timeout_s)
        return self.wait_for_marks(1, timeout_s)

    def mark(self) -> bytes:
        """The next mark to send behind a part of a job; `marks` counts those that have come back."""
        if not self._numbered:
            return MARK
        self._last_number += 1
        return _PROCESS_ID + _letters(self._last_number)

    def clear(self, timeout_s: float = 1.0) -> bool:
        """Empties the printer's buffers; whether it confirmed that."""
        self._blocks.clear()
        try:
            self._demand(_CLEAR)
            until = time.monotonic() + timeout_s
            while (left := until - time.monotonic()) > 0:
                self.pump(left)
                if _CLEARED in self._blocks:
                    return True
        except BadReply:
            pass
        return False

    def send(self, data: bytes, silence_s: float, stalled: Callable[[], object] | None = None) -> None:
        """Gives all bytes to the line, held back while the printer says XOFF.

        `stalled` is called now and then while nothing moves; it may raise to give up early, or return something true when
        the printer has told why it rests. Raises Silent when the line takes nothing for `silence_s`.
        """
        taken, last = 0, time.monotonic()
        asked = last
        while taken < len(data):
            self.pump(0.05 if self._held else 0)
            now = time.monotonic()
            if now - last > silence_s:
                raise Silent(f"the line took {taken} of {len(data)} bytes, then none for {silence_s:g} s")
            if stalled and now - max(asked, last) > STALL_S:
                resting = stalled()
                asked = time.monotonic()
                last = asked if resting else last
            if self._held:
                continue
            count = self._transport.write(data[taken : taken + 1024], time.monotonic() + 0.05)
            if count:
                taken, last = taken + count, time.monotonic()

    def _demand(self, command: bytes) -> None:
        """Sends a real-time command, which a printer takes even while it says XOFF. Raises Silent."""
        if self._transport.write(command, time.monotonic() + self._answer_s) < len(command):
            raise Silent("the line takes nothing")

    def wait_for_marks(self, count: int, timeout_s: float, disturbed: Callable[[], bool] | None = None) -> bool:
        """Whether `count` marks have come back in time; given up early when something came and `disturbed` says so."""
        until = time.monotonic() + timeout_s
        while self.marks < count:
            left = until - time.monotonic()
            if left <= 0:
                return False
            known = self.told, self.broken_by
            self.pump(left)
            if disturbed and (self.told, self.broken_by) != known and disturbed():
                return self.marks >= count
        return True

    def forget_marks(self) -> None:
        """Starts counting marks anew, with nothing old on the line."""
        self.pump(0)
        self.marks = 0
        self.broken_by = None
        self._first_number = self._last_number

    def pump(self, timeout_s: float) -> None:
        """Reads what has come, waiting at most `timeout_s` for the first of it, and sorts it. Raises Garbled."""
        for byte in self._transport.read(time.monotonic() + timeout_s):
            self._sort(byte)

    def _sort(self, byte: int) -> None:
        if self._block:
            self._block.append(byte)
            if byte == 0:
                self._take_block(bytes(self._block))
                self._block.clear()
            elif len(self._block) > 80:
                raise Garbled("a block without end")
            return
        if self._automatic:
            if byte == XOFF:
                self._held = True  # the one byte that may stand between the four
                return
            self._automatic.append(byte)
            if len(self._automatic) == 4:
                self._take_automatic(bytes(self._automatic))
                self._automatic.clear()
            return
        match kind_of(byte):
            case ReplyKind.REAL_TIME if self._glanced_s is not None:
                self._glanced_s = None
                self.broken_by = self.broken_by or stopped_by(byte)
            case ReplyKind.REAL_TIME:
                self._real_time.append(byte)
            case ReplyKind.BUFFERED:
                if self._numbered:
                    raise Garbled(f"{byte:02x} is no mark of ours")
                self.marks += 1
            case ReplyKind.FLOW_CONTROL:
                self._held = byte == XOFF
            case ReplyKind.UNSOLICITED:
                self._automatic.append(byte)  # the first of four, the last three of which look like marks
            case ReplyKind.BLOCK:
                self._block.append(byte)
            case ReplyKind.MALFORMED:
                raise Garbled(f"{byte:02x} answers no command of ours")

    def _take_block(self, block: bytes) -> None:
        if not self._numbered or not block.startswith(_PROCESS_HEAD):
            self._blocks.append(block)
        elif block[2:-1] == _letters(self._first_number + self.marks + 1):
            self.marks += 1
        # Another number is of an earlier job, or of one that a power cycle cut short: it marks nothing here.

    def _take_automatic(self, told: bytes) -> None:
        try:
            self.told = parse_automatic(told)
        except BadReply as error:
            raise Garbled(str(error)) from error
        if self.told.problem != HOT:
            self.broken_by = self.broken_by or self.told.problem


def _letters(number: int) -> bytes:
    return b"%04d" % (number % _NUMBERS)
