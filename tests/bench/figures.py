"""What is measured and how often, the budgets, and the one figure out of many."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    warm_starts: int = 7
    cold_starts: int = 3
    taps: int = 320
    rounds: int = 3
    scroll_frames: int = 300
    keys: int = 12
    queries: int = 400
    procedures: int = 10_000
    idle_s: float = 10.0
    settle_s: float = 6.0


SMALL: Final = Plan(1, 1, 4, 1, 8, 1, 20, 400, 0.5, 0.2)
"""Enough to see that every part runs."""


@dataclass(frozen=True)
class Row:
    """One line of the report. `budget` None: told for comparison, nothing is asked of it."""

    name: str
    value: float
    unit: str
    budget: float | None
    count: int
    how: str

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or nothing without a budget."""
        if self.budget is None:
            return ""
        return "ok" if self.value <= self.budget else "over"

    def as_json(self) -> dict[str, Any]:
        """The row for programs."""
        return {**asdict(self), "verdict": self.verdict}


def percentile(values: list[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of all do not exceed. Raises ValueError when there is none."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: list[float]) -> float:
    """The middle value."""
    return percentile(values, 0.5)
