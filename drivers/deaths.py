"""When a host that died is started again: at once, later, or not for a while."""

from __future__ import annotations

import random
from collections import deque

from drivers.limits import Limits


class Deaths:
    """The last deaths of one device's hosts, at times of time.monotonic()."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._at: deque[float] = deque(maxlen=limits.breaker_deaths)

    def add(self, now: float) -> None:
        """A host died."""
        self._at.append(now)

    def clear(self) -> None:
        """What was counts no more."""
        self._at.clear()

    @property
    def too_many(self) -> bool:
        """Whether the breaker opens."""
        full = len(self._at) == self._limits.breaker_deaths
        return full and self._at[-1] - self._at[0] < self._limits.breaker_window_s

    def pause_s(self, now: float) -> float:
        """Seconds before the next start: none after the first death for a while, then three times longer each time.

        One death out of the blue must cost the citizen nothing; a host that dies again and again must not keep the
        processor busy. A little chance keeps several devices from starting in step.
        """
        further = sum(death > now - self._limits.breaker_window_s for death in self._at) - 1
        if further <= 0:
            return 0.0
        longest = self._limits.backoff_first_s * 3.0 ** (further - 1)
        return min(longest, self._limits.backoff_last_s) * random.uniform(0.8, 1.2)
