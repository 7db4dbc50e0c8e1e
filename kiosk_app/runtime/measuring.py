"""Measures the sessions of the running kiosk: listens on the loop, writes in a thread, is never waited for."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from kiosk_app.diagnostics.measures import MeasureBook
from kiosk_app.flow import measuring
from kiosk_app.flow.events import Event
from kiosk_app.log import log
from kiosk_app.model.measures import Ending, SessionMeasure
from kiosk_app.model.session import Session

MOST_WAITING: Final = 500
"""Sessions that wait for a disk that refuses; beyond them the oldest are forgotten, and never what is being served."""
TOLD_DAYS: Final = 31
"""So many days of ratings are told to the ministry again and again: a line may be down for weeks."""
AGAIN_S: Final = 30.0


class Measurer:
    """Give `observe` and `follow` to the runtime, and let `write` run beside it."""

    def __init__(
        self, book: MeasureBook, now: Callable[[], datetime], steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._book = book
        self._now = now
        self._steady = steady
        self._state = measuring.Measuring()
        self._ended: list[SessionMeasure] = []
        self._mark: SessionMeasure | None = None
        self._news = asyncio.Event()
        self._writing = threading.Lock()
        self._rated: tuple[tuple[date, int], tuple[tuple[str, tuple[int, ...]], ...]] | None = None

    def observe(self, event: Event, before: Session) -> None:
        """Takes an event with the session before it."""
        self._state = measuring.heard(self._state, event, before)

    def follow(self, session: Session) -> None:
        """Takes the session after a transition."""
        before = self._state.visit
        hour = f"{self._now():%Y-%m-%dT%H}"
        self._state, ended = measuring.seen(self._state, session, hour, self._steady())
        visit = self._state.visit
        if ended is not None:
            self._ended.append(ended)
            self._mark = None
            self._news.set()
        elif visit is not None and (before is None or before.screen is not visit.screen):
            self._mark = measuring.measure(visit, Ending.CUT)
            self._news.set()

    async def write(self) -> None:
        """Counts what the machine last stopped under, then writes what there is to write, for ever."""
        if await asyncio.to_thread(self._book.recover):
            log("measures.cut")
        while True:
            await self._news.wait()
            self._news.clear()
            if not await asyncio.to_thread(self.flush):
                await asyncio.sleep(AGAIN_S)
                self._news.set()

    def ratings(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """How often each mark was given on the last finished days. Blocks, when a day or a session has ended since."""
        now = self._now()
        of = (now.date(), self._book.changes)
        if self._rated is None or self._rated[0] != of:
            self._rated = (of, self._book.ratings(now, TOLD_DAYS))
        return self._rated[1]

    def flush(self) -> bool:
        """Writes now; blocks. False when the file refuses, and then it stays remembered."""
        # The loop only appends meanwhile, so that what was taken is what stands first.
        with self._writing:
            ended, mark = tuple(self._ended), self._mark
            if ended and not self._book.keep(ended):
                del self._ended[:-MOST_WAITING]
                return False
            del self._ended[: len(ended)]
            return mark is None or self._book.mark(mark)
