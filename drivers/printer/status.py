"""The printer's own word on itself: DLE EOT 1-4 and automatic status, parsed in full, believed only when well formed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from drivers.ports import DeviceState, Health

# Every DLE EOT reply has bits 0, 1, 4 and 7 fixed at 0, 1, 1, 0 (ESC/POS, DLE EOT n); GS r has bits 4 and 7 at 0.
_FIXED_MASK: Final = 0b1001_0011
_FIXED_BITS: Final = 0b0001_0010

XON: Final = 0x11
XOFF: Final = 0x13
BLOCK_HEADER: Final = 0x37

PAPER_OUT: Final = "PRN-PAPER-OUT"
PAPER_LOW: Final = "PRN-PAPER-LOW"
COVER_OPEN: Final = "PRN-COVER-OPEN"
OFFLINE: Final = "PRN-OFFLINE"
CUTTER: Final = "PRN-CUTTER"
HOT: Final = "PRN-HOT"
ABSENT: Final = "PRN-ABSENT"
UNKNOWN_OUTCOME: Final = "PRN-UNKNOWN-OUTCOME"


class ReplyKind(Enum):
    """What one byte from the printer can be, told from its fixed bits."""

    REAL_TIME = "DLE EOT"
    BUFFERED = "GS r"
    FLOW_CONTROL = "XON or XOFF"
    UNSOLICITED = "automatic status"
    BLOCK = "block data"
    MALFORMED = "malformed"


def kind_of(byte: int) -> ReplyKind:
    """Which command a reply byte answers; the printer numbers nothing, so the fixed bits are all there is."""
    if byte & 0x80:
        return ReplyKind.MALFORMED
    if not byte & 0x10:
        return ReplyKind.BUFFERED
    low = byte & 0b11
    if low == 0b10:
        return ReplyKind.REAL_TIME
    if low == 0b00:
        return ReplyKind.UNSOLICITED
    if byte in (XON, XOFF):
        return ReplyKind.FLOW_CONTROL
    return ReplyKind.BLOCK if byte == BLOCK_HEADER else ReplyKind.MALFORMED


@dataclass(frozen=True)
class PrinterStatus:
    """All that DLE EOT 1-4 say. Bit names follow the ESC/POS tables of transmitted statuses."""

    offline: bool = False
    waiting_for_recovery: bool = False
    feed_button: bool = False
    cover_open: bool = False
    feeding: bool = False
    stopped_by_paper_end: bool = False
    error: bool = False
    recoverable_error: bool = False
    cutter_error: bool = False
    unrecoverable_error: bool = False
    overheated: bool = False
    paper_near_end: bool = False
    paper_end: bool = False

    @property
    def problem(self) -> str | None:
        """The code that forbids printing now, the one a person should mend first; None when printing may begin."""
        if self.cover_open:
            return COVER_OPEN
        if self.paper_end or self.stopped_by_paper_end:
            return PAPER_OUT
        if self.cutter_error:
            return CUTTER
        if self.overheated and not (self.recoverable_error or self.unrecoverable_error):
            return HOT
        if self.offline or self.error or self.recoverable_error or self.unrecoverable_error or self.overheated:
            return OFFLINE
        if self.waiting_for_recovery or self.feeding:
            return OFFLINE
        return None

    @property
    def detail(self) -> str:
        """The bits that are set, for technicians."""
        return ", ".join(name.replace("_", " ") for name, value in vars(self).items() if value)

    @property
    def health(self) -> Health:
        """The same as a device's state; paper running low is a warning on a ready printer."""
        problem = self.problem
        if problem in (COVER_OPEN, PAPER_OUT):
            return Health(DeviceState.ATTENTION, problem, self.detail)
        if problem:
            return Health(DeviceState.FAULT, problem, self.detail)
        return Health(DeviceState.READY, PAPER_LOW if self.paper_near_end else None, self.detail)


class BadReply(ValueError):
    """A reply that is missing, too long, or breaks the fixed bits: it says nothing about the printer."""


def parse(replies: tuple[bytes, bytes, bytes, bytes]) -> PrinterStatus:
    """The status from the four raw replies to DLE EOT 1-4. Raises BadReply for anything but four well-formed bytes."""
    for number, reply in enumerate(replies, 1):
        if len(reply) != 1:
            raise BadReply(f"DLE EOT {number}: {len(reply)} bytes instead of one")
        if reply[0] & _FIXED_MASK != _FIXED_BITS:
            raise BadReply(f"DLE EOT {number}: {reply[0]:02x} breaks the fixed bits")
    printer, offline, errors, paper = (reply[0] for reply in replies)
    # Both bits of a paper sensor go together; one alone is damage on the line, not half a warning.
    if _halved(paper, 0x0C) or _halved(paper, 0x60):
        raise BadReply(f"DLE EOT 4: {paper:02x} has half a sensor")
    return PrinterStatus(
        offline=bool(printer & 0x08),
        waiting_for_recovery=bool(printer & 0x20),
        feed_button=bool(printer & 0x40),
        cover_open=bool(offline & 0x04),
        feeding=bool(offline & 0x08),
        stopped_by_paper_end=bool(offline & 0x20),
        error=bool(offline & 0x40),
        recoverable_error=bool(errors & 0x04),
        cutter_error=bool(errors & 0x08),
        unrecoverable_error=bool(errors & 0x20),
        overheated=bool(errors & 0x40),
        paper_near_end=bool(paper & 0x0C),
        paper_end=bool(paper & 0x60),
    )


def stopped_by(offline_cause: int) -> str | None:
    """The code of what a hand must mend or has just mended, by the reply to DLE EOT 2 alone: cover or paper."""
    if offline_cause & 0x04:
        return COVER_OPEN
    return PAPER_OUT if offline_cause & 0x20 else None


def parse_automatic(told: bytes) -> PrinterStatus:
    """The status from the four bytes of automatic status (ESC/POS, GS a). Raises BadReply unless they are well formed.

    It lacks what DLE EOT 2 says of why the printer is offline, so it warns early and never confirms anything by itself.
    """
    if len(told) != 4:
        raise BadReply(f"automatic status: {len(told)} bytes instead of four")
    printer, errors, paper, _ = told
    if printer & _FIXED_MASK != 0x10 or any(byte & 0x90 for byte in told[1:]):
        raise BadReply(f"automatic status: {told.hex()} breaks the fixed bits")
    if _halved(paper, 0x03) or _halved(paper, 0x0C):
        raise BadReply(f"automatic status: {paper:02x} has half a sensor")
    return PrinterStatus(
        offline=bool(printer & 0x08),
        cover_open=bool(printer & 0x20),
        feeding=bool(printer & 0x40),
        waiting_for_recovery=bool(errors & 0x01),
        feed_button=bool(errors & 0x02),
        recoverable_error=bool(errors & 0x04),
        cutter_error=bool(errors & 0x08),
        unrecoverable_error=bool(errors & 0x20),
        overheated=bool(errors & 0x40),
        paper_near_end=bool(paper & 0x03),
        paper_end=bool(paper & 0x0C),
    )


def _halved(byte: int, pair: int) -> bool:
    return byte & pair not in (0, pair)
