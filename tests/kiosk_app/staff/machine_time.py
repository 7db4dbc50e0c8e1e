"""A machine's time in the hands of a test: it runs, is switched off and on, and its clock can be set to anything."""

from __future__ import annotations

from kiosk_app.passing import Instant


class MachineTime:
    """Call it for this moment."""

    def __init__(self) -> None:
        self._boots = 1
        self._running = 1000.0
        self._clock = 1_800_000_000.0
        self.ran = 0.0
        """All the seconds that the machine has run since the test began."""

    def __call__(self) -> Instant:
        return Instant(f"boot-{self._boots}", self._running, self._clock)

    def run(self, seconds: float) -> None:
        self._running += seconds
        self._clock += seconds
        self.ran += seconds

    def off(self, seconds: float) -> None:
        """Off and on again; only the clock knows for how long."""
        self._boots += 1
        self._running = 0.0
        self._clock += seconds

    def set_clock(self, by: float) -> None:
        self._clock += by
