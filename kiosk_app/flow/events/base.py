"""What every event is: somebody's touch, the machine's report, or the answer to an effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Anything that happens."""


@dataclass(frozen=True)
class CitizenEvent(Event):
    """A touch or key of the citizen; each one restarts the idle timer."""


@dataclass(frozen=True)
class MachineEvent(Event):
    """A report of a device, a service or a timer."""


@dataclass(frozen=True)
class Answered(MachineEvent):
    """The answer to an effect of session `session`."""

    session: int
