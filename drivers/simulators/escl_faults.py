"""The simulated scanner's jobs and what can be broken in it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from drivers.simulators.escl_sheets import Sheet
from drivers.simulators.escl_xml import JobSettings


@dataclass
class Job:
    """A scan job, begun and last asked for at `started` and `asked`.

    `pending` are sides of the sheet in the path that were scanned and not fetched yet.
    """

    id: str
    settings: JobSettings
    started: float
    asked: float
    completed: int = 0
    state: str = "Processing"
    reason: str = "JobScanning"
    pending: list[tuple[Sheet | None, bool]] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Whether the job still holds the scanner."""
        return self.state == "Processing"

    def end(self, state: str, reason: str) -> None:
        """Ends the job; what was not fetched is lost, as in the device."""
        self.state, self.reason = state, reason
        self.pending.clear()


@dataclass
class Faults:
    """What is broken now. Page numbers count sheets fed from the moment the fault was set."""

    fed: int = 0
    delivered: int = 0
    jam_at: int | None = None
    double_at: int | None = None
    drop_after: int | None = None
    truncate_at: int | None = None
    cut_line_at: int | None = None
    feeder_empty: bool = False
    busy: bool = False
    garble: bool = False
    refuse: bool = False
    hang_until: float = 0.0
    slow_s: float = 0.0

    def mend(self, fault: str) -> None:
        """Ends one of them; those of the scanner's body are not among them."""
        for name in _FIELDS.get(fault, ()):
            setattr(self, name, getattr(Faults, name))

    def over(self, fault: str) -> bool:
        """Whether a fault has had its moment."""
        match fault:
            case "hang":
                return time.monotonic() >= self.hang_until
            case "drop_after":
                return self.drop_after is None
            case "jam":
                return self.jam_at is None or self.fed >= self.jam_at
            case "double_feed":
                return self.double_at is None or self.fed >= self.double_at
            case "truncated":
                return self.truncate_at is None or self.delivered >= self.truncate_at
            case "cut_line":
                return self.cut_line_at is None or self.delivered >= self.cut_line_at
        return False


_FIELDS: Final = {
    "jam": ("jam_at",),
    "double_feed": ("double_at",),
    "drop_after": ("drop_after",),
    "truncated": ("truncate_at",),
    "cut_line": ("cut_line_at",),
    "feeder_empty": ("feeder_empty",),
    "status_busy": ("busy",),
    "garble": ("garble",),
    "refuse": ("refuse",),
    "hang": ("hang_until",),
    "slow": ("slow_s",),
}
"""The fields behind each fault."""


def number_of(argument: str | None) -> float:
    """A fault's number, 0 when it has none. Raises ValueError."""
    number = float(argument or 0)
    if not 0 <= number < 1e6:
        raise ValueError(f"out of range: {argument}")
    return number


def garbled(body: bytes) -> bytes:
    """The same length with every 97th byte turned over, as a bad cable does."""
    damaged = bytearray(body)
    damaged[5::97] = bytes(value ^ 0xFF for value in damaged[5::97])
    return bytes(damaged)
