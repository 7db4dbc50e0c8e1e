"""Thousands of sessions through one window; prints what memory and the counts of None, True and False grew by."""

from __future__ import annotations

import gc
import json
import sys
from dataclasses import replace
from typing import Any

from tests.bench.figures import Plan
from tests.bench.living import pss_mb
from tests.bench.stage import Stage

SCREENS = ("search", "form", "check_answers", "done")
CONSTANTS = (None, True, False)


class Visits(Stage):
    """Each session is another person's: home, some screens, and home again."""

    async def stay(self, sessions: int) -> dict[str, Any]:
        """Growth from after a tenth of the sessions, which is warm-up, to the end."""
        await self._visit(0, max(1, sessions // 10))
        before, counts = self._held()
        await self._visit(sessions // 10, sessions)
        after, now = self._held()
        changes = dict(
            zip(("None", "True", "False"), (new - old for new, old in zip(now, counts, strict=True)), strict=True)
        )
        return {"grown_mb": after - before, "changes": changes}

    async def _visit(self, first: int, end: int) -> None:
        for number in range(first, end):
            for name in ("home", *SCREENS):
                session = replace(self.samples[name], number=number + 1)
                await self._frame(lambda session=session: self.runtime.show(session))  # type: ignore[misc]

    def _held(self) -> tuple[float, list[int]]:
        gc.collect()
        return pss_mb(), [sys.getrefcount(constant) for constant in CONSTANTS]


def main() -> None:
    """Plays as many sessions as the first argument says, and prints JSON."""
    visits = Visits(Plan())
    sys.stdout.write(json.dumps(visits.app.run(visits.stay(int(sys.argv[1])))) + "\n")


if __name__ == "__main__":
    main()
