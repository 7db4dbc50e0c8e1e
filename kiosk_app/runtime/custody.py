"""What a running session keeps outside the flow: its sealed spool and the finished pages; wiped when it ends."""

from __future__ import annotations

import asyncio
import contextlib

from kiosk_app.flow.effects import Effect, WipeSession
from kiosk_app.imaging.values import PageResult
from kiosk_app.log import log
from kiosk_app.model.session import Session
from kiosk_app.submission import SessionEnded, SessionSpool, SubmissionError, SubmissionService


class Custody:
    """One session's files. Everything of an older session is destroyed before a new spool is opened."""

    def __init__(self, submission: SubmissionService) -> None:
        self._submission = submission
        self._spool: SessionSpool | None = None
        self._number = 0
        self._ended = 0
        self._lock = asyncio.Lock()
        self._pages: dict[int, asyncio.Future[PageResult]] = {}

    def handles(self) -> tuple[type[Effect], ...]:
        """Ending sessions."""
        return (WipeSession,)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Destroys the session that has ended."""
        if isinstance(effect, WipeSession):
            self._ended = max(self._ended, effect.session)
            async with self._lock:  # a spool that is being opened just now is destroyed as well
                if self._number <= self._ended:
                    await self._end()
        log("session.ended", reason=session.end_reason.value)

    async def spool(self, number: int) -> SessionSpool:
        """The spool of session `number`, opened on first use. Raises SubmissionError (STO-FULL ...)."""
        async with self._lock:
            if number <= self._ended:
                raise SessionEnded("the citizen has left")
            if self._spool is not None and self._number != number:
                await self._end()
            if self._spool is None:
                await asyncio.to_thread(self._submission.check_accepting)
                self._spool = await asyncio.to_thread(self._submission.begin_session)
                self._number = number
            return self._spool

    def holds(self, number: int) -> bool:
        """Whether session `number` is still the one in custody."""
        return self._spool is not None and self._number == number > self._ended

    def expect(self, place: int) -> asyncio.Future[PageResult]:
        """A place for page `place`, which is still being read; the one who reads it fills the future."""
        self._pages[place] = asyncio.get_running_loop().create_future()
        return self._pages[place]

    def current(self, place: int, result: asyncio.Future[PageResult]) -> bool:
        """Whether `result` is what page `place` is waited for with, and no newer picture of it has come since."""
        return self._pages.get(place) is result

    def put(self, place: int, page: PageResult) -> None:
        """A new picture of page `place` takes the place of the one before; the caller removes that one's file."""
        self.expect(place).set_result(page)

    def result(self, place: int) -> PageResult | None:
        """The finished page, or None while there is none."""
        done = self._pages.get(place)
        return done.result() if done is not None and done.done() and _good(done) else None

    def finished(self) -> list[tuple[int, PageResult]]:
        """All pages that are finished, blank ones not, each with its number."""
        pages = ((place, self.result(place)) for place in self._pages)
        return [(place, page) for place, page in pages if page is not None and not page.verdict.blank]

    async def page(self, place: int) -> PageResult:
        """The finished page, once its text is read. Raises ImagingError."""
        return await self._pages[place]

    async def forget(self) -> None:
        """Lets go of what the store has in memory of dossiers."""
        # A store that cannot be opened now is told by what watches it.
        with contextlib.suppress(SubmissionError):
            await asyncio.to_thread(self._submission.forget)

    async def wipe(self) -> None:
        """Destroys keys, files and pages of whatever session there is."""
        async with self._lock:
            await self._end()

    async def _end(self) -> None:
        spool, self._spool = self._spool, None
        for page in self._pages.values():
            page.cancel()
        self._pages.clear()
        if spool is not None:
            await asyncio.to_thread(self._submission.end_session, spool)


def _good(done: asyncio.Future[PageResult]) -> bool:
    return not done.cancelled() and done.exception() is None
