"""The simulated scanner's jobs and what can be broken in it."""

from __future__ import annotations

from dataclasses import dataclass, field

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
