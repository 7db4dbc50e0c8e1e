"""The stage of `make bench` beside a kiosk at work: each part is measured only while that scans, reads and uploads."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.bench.figures import Plan
from tests.bench.overlap import beside
from tests.bench.stage import Stage


class BusyStage(Stage):
    """`meanwhile` says of each part what the neighbour did during it."""

    def __init__(self, plan: Plan, journal: Path) -> None:
        super().__init__(plan)
        self._journal = journal
        self.meanwhile: dict[str, str] = {}

    async def play(self) -> dict[str, Any]:
        """As the stage alone."""
        screens = list(self.samples.items())
        first = await self._switches(screens)
        names = screens * self.plan.rounds
        random.Random(3).shuffle(names)
        missed = 0

        async def taps() -> list[float]:
            nonlocal missed
            took, lost = await self._taps()
            missed += lost
            return took

        found = {
            "switches": await self._part("switches", lambda: self._switches(names)),
            "taps": await self._part("taps", taps),
            "keys": await self._part("keys", self._keys),
            "scroll": await self._part("scroll", self._scroll),
            "keypad": await self._part("keypad", self._keypad),
        }
        updates = self._updates()
        return {
            **found,
            "first_visits": first,
            "taps_without_frame": missed,
            "updates": updates,
            "meanwhile": self.meanwhile,
        }

    async def _part(self, name: str, work: Callable[[], Awaitable[list[float]]]) -> list[float]:
        found, meanwhile = await beside(self._journal, work)
        self.meanwhile[name] = str(meanwhile)
        return found


def main() -> None:
    """Measures by the plan in the first argument, beside the kiosk whose journal is the second, and prints JSON."""
    stage = BusyStage(Plan(**json.loads(sys.argv[1])), Path(sys.argv[2]))
    sys.stdout.write(json.dumps(stage.app.run(stage.play())) + "\n")


if __name__ == "__main__":
    main()
