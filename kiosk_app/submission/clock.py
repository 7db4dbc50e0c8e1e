"""Whether the time of day can be believed; while it cannot, nothing is judged by it, and nothing is made laxer either."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

JUMP_S: Final = 60.0
"""The time of day may go so much faster or slower than time passes from one look to the next; setting it goes further."""
OFF_S: Final = 30.0
"""So far it may be from the service's."""
# Files that were packed for a reproducible package may all be of 1980: then at least the day of this line counts.
_WRITTEN: Final = datetime(2026, 11, 22, tzinfo=UTC).timestamp()


class Doubt(StrEnum):
    """Why the time of day is not believed."""

    EARLY = "early"  # it is before this software was made: an empty battery
    BACKWARDS = "backwards"  # it is before a moment that the service has confirmed
    JUMPED = "jumped"  # somebody or something has set it since the last look
    DIFFERS = "differs"  # the service has another


def built_at() -> float:
    """Unix time at which this software was made or installed, at the latest."""
    return max(_WRITTEN, Path(__file__).stat().st_mtime)


def doubt_at_first(now: float, confirmed_at: float | None) -> Doubt | None:
    """What can be said of the Unix time `now` alone. `confirmed_at`: when the service last agreed with this clock."""
    if confirmed_at is not None and now < confirmed_at - OFF_S:
        return Doubt.BACKWARDS
    return Doubt.EARLY if now < built_at() - OFF_S else None


def _steady() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)  # goes on while the machine sleeps, unlike time.monotonic


class TimeOfDay:
    """The clock under watch. The service's word over a proven line ends a doubt, or begins one; nothing else ends one."""

    def __init__(
        self,
        confirmed_at: float | None,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = _steady,
    ) -> None:
        self._wall, self._steady = wall, steady
        self.confirmed_at = confirmed_at
        self.doubt = doubt_at_first(wall(), confirmed_at)
        self._last = wall(), steady()

    def look(self) -> None:
        """Compares how far the time of day has come with how much time has passed. To be called often."""
        wall, steady = self._wall(), self._steady()
        if abs((wall - self._last[0]) - (steady - self._last[1])) > JUMP_S:
            self.doubt = Doubt.JUMPED
        self._last = wall, steady

    def compare(self, server_time: str) -> None:
        """Takes the service's time (RFC 3339), just told; one that cannot be read says nothing."""
        try:
            told = datetime.fromisoformat(server_time)
        except ValueError:
            return
        self.look()
        wall = self._wall()
        self.doubt = Doubt.DIFFERS if abs(told.replace(tzinfo=told.tzinfo or UTC).timestamp() - wall) > OFF_S else None
        if self.doubt is None:
            self.confirmed_at = wall
