"""What one session says of the service and nothing of whom it served, and the sums of many that an administrator sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk_app.model.basics import Goal, Language, Screen

RATINGS: Final = 5
"""A rating is 1, very dissatisfied, to 5, very satisfied; 0 stands for none."""
FEW: Final = 5
"""What fewer sessions than these share could point at one of them: outside the machine it is not said."""


class Ending(StrEnum):
    """How a session ended. CUT: the machine stopped under it, by a crash, a power cut or a restart."""

    SUBMITTED = "submitted"
    SAVED = "saved"
    LEFT = "left"
    TIMED_OUT = "timed_out"
    STAFF = "staff"
    CUT = "cut"


@dataclass(frozen=True)
class SessionMeasure:
    """One session that has ended. No number, no code, no name, and no time finer than the hour.

    `hour` is local, ISO to the hour («2026-03-02T09»); `steps` are the screens that were seen, in the order of their first
    sight, with whole seconds; `step` is the one it ended on. `faults` are the codes of devices that fell ill meanwhile,
    each once. `assisted`: an officer worked in it. `rating` 0 for none.
    """

    hour: str
    ending: Ending
    step: Screen
    goal: Goal = Goal.NONE
    procedure: str = ""
    language: Language = Language.VI
    text_scale: float = 1.0
    high_contrast: bool = False
    reach: bool = False
    steps: tuple[tuple[Screen, int], ...] = ()
    touches: int = 0
    help_calls: int = 0
    assisted: bool = False
    faults: tuple[str, ...] = ()
    rating: int = 0

    @property
    def seconds(self) -> int:
        """How long it took."""
        return sum(seconds for _, seconds in self.steps)

    @property
    def began_dossier(self) -> bool:
        """Whether somebody came to hand something in: only then is leaving giving up."""
        return self.goal in (Goal.SUBMIT, Goal.SUPPLEMENT)

    @property
    def given_up(self) -> bool:
        """Whether something was begun and neither handed in nor saved."""
        return self.began_dossier and self.ending not in (Ending.SUBMITTED, Ending.SAVED)


class Span(StrEnum):
    """How much of the past is shown: today by hours, the last seven days, or the last thirty."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class MeasureSum:
    """What the sessions of a span say together.

    `slots` are the beginnings of the span's hours or days, oldest first; `sessions` and `submitted` count by slot.
    `medians` are seconds for each step of the step line that somebody came to, `given_up` and `faults` counts, the most
    frequent first; `ratings` counts the marks 1 to 5.
    """

    span: Span
    slots: tuple[str, ...] = ()
    sessions: tuple[int, ...] = ()
    submitted: tuple[int, ...] = ()
    begun: int = 0
    saved: int = 0
    medians: tuple[tuple[int, int], ...] = ()
    given_up: tuple[tuple[Screen, int], ...] = ()
    help_calls: int = 0
    assisted: int = 0
    cut: int = 0
    faults: tuple[tuple[str, int], ...] = ()
    ratings: tuple[int, ...] = (0, 0, 0, 0, 0)

    @property
    def total(self) -> int:
        """All sessions."""
        return sum(self.sessions)

    @property
    def handed_in(self) -> int:
        """Those that handed something in."""
        return sum(self.submitted)

    @property
    def rated(self) -> int:
        """How many gave a rating."""
        return sum(self.ratings)

    @property
    def satisfied(self) -> float | None:
        """The share of ratings 4 and 5 among all, None where nobody rated."""
        return sum(self.ratings[3:]) / self.rated if self.rated else None
