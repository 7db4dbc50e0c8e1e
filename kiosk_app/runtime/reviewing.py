"""Places the pages of a stack under their papers, shows a page large and turns it: the review's effects."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk_app.config import ImagingConfig
from kiosk_app.flow.effects import Effect, PlaceStack, RotatePage, ShowPage
from kiosk_app.flow.events import PageRead, PageShown, PagesPlaced, PageTurned
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.lines import lines
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.values import Page, PageResult
from kiosk_app.log import log
from kiosk_app.matching.values import Placement, StackPage, TextLine, WantedPaper
from kiosk_app.model.papers import Placed
from kiosk_app.model.session import Session
from kiosk_app.runtime.custody import Custody
from kiosk_app.runtime.runtime import UNEXPECTED, Runtime

if TYPE_CHECKING:
    from kiosk_app.matching.matcher import Matcher

VIEW_WIDTH: Final = 1600
"""Pixels of a page looked at large: sharp on a screen of 1080, and still sharp half as large again."""
REST: Final = 3.0
"""After a matching its time so many times over belongs to others: a growing stack is matched anew with each page."""
_MM_PER_INCH: Final = 25.4


class ReviewHands:
    """Placing, showing and turning as effects. `learned` is the folder of kinds of papers that an operator added."""

    def __init__(
        self, runtime: Runtime, pool: ImagingPool, custody: Custody, imaging: ImagingConfig, learned: Path
    ) -> None:
        self._runtime = runtime
        self._pool = pool
        self._custody = custody
        self._imaging = imaging
        self._learned = learned
        self._matcher: Matcher | None = None
        self._matching = asyncio.Lock()
        self._wanted = 0
        self._turning = asyncio.Lock()

    def handles(self) -> tuple[type[Effect], ...]:
        """Placing the stack, showing and turning a page."""
        return (PlaceStack, ShowPage, RotatePage)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Does it and tells the flow."""
        if isinstance(effect, PlaceStack):
            await self._place(session.number)
        elif isinstance(effect, ShowPage):
            await self._show(effect, session.number)
        elif isinstance(effect, RotatePage):
            async with self._turning:
                await self._turn(effect, session.number)

    # --- matching ---------------------------------------------------------------------------------------------------

    async def _place(self, number: int) -> None:
        """Matches what is there now; of several requests that came meanwhile the last one answers for all."""
        self._wanted += 1
        mine = self._wanted
        async with self._matching:
            session = self._runtime.session
            if mine != self._wanted or session.number != number:
                return
            asked = session.scan.asked
            stack = [
                stack_page(page.number, result)
                for page in sorted(session.pages, key=lambda page: page.number)
                if page.stacked and (result := self._custody.result(page.number)) is not None
            ]
            began = time.monotonic()
            placements = await asyncio.to_thread(self._match, stack, wanted(session))
            seconds = time.monotonic() - began
            log("stack.placed", pages=len(stack), asked=sum(not item.sure for item in placements))
            self._runtime.dispatch(PagesPlaced(number, asked, tuple(_placed(item) for item in placements)))
            if self._runtime.session.scan.running:
                await asyncio.sleep(REST * seconds)

    def _match(self, stack: Sequence[StackPage], papers: Sequence[WantedPaper]) -> tuple[Placement, ...]:
        if self._matcher is None:
            # Not before the first stack; this is a thread of its own.
            from kiosk_app.matching.kinds import PaperKinds
            from kiosk_app.matching.matcher import Matcher

            self._matcher = Matcher(PaperKinds.load(self._learned))
        return self._matcher.place(stack, papers)

    # --- one page ---------------------------------------------------------------------------------------------------

    async def _show(self, effect: ShowPage, number: int) -> None:
        picture, code = b"", None
        try:
            page = await self._custody.page(effect.page)
            picture = await self._pool.view_page(page, VIEW_WIDTH)
        except (ImagingError, KeyError) as error:
            code = error.code if isinstance(error, ImagingError) else UNEXPECTED
            log("page.not_shown", page=effect.page, code=code)
        if self._custody.holds(number):
            self._runtime.dispatch(PageShown(number, effect.page, picture, code))

    async def _turn(self, effect: RotatePage, number: int) -> None:
        try:
            page = await self._custody.page(effect.page)
            turned = await self._pool.turn_page(page, effect.quarters, ocr=self._imaging.recognise_text)
        except (ImagingError, KeyError) as error:
            code = error.code if isinstance(error, ImagingError) else UNEXPECTED
            log("page.not_turned", page=effect.page, code=code)
            self._runtime.dispatch(PageTurned(number, effect.page, code=code))
            return
        if not self._custody.holds(number):
            await asyncio.to_thread(turned.page.path.unlink, missing_ok=True)
            return
        self._custody.put(effect.page, turned)
        log("page.turned", page=effect.page, quarters=effect.quarters)
        self._runtime.dispatch(PageTurned(number, effect.page, turned.thumbnail, turned.width, turned.height))
        self._runtime.dispatch(PageRead(number, effect.page))


def stack_page(number: int, result: PageResult | Page) -> StackPage:
    """A finished page as the matching takes it: lines instead of words, millimetres instead of pixels."""
    scale = _MM_PER_INCH / result.dpi if result.dpi else _MM_PER_INCH / 300
    found = []
    for words in lines(result.words):
        left, top = min(word.x for word in words), min(word.y for word in words)
        right, bottom = max(word.x + word.w for word in words), max(word.y + word.h for word in words)
        text = " ".join(word.text for word in words)
        found.append(TextLine(text, left * scale, top * scale, (right - left) * scale, (bottom - top) * scale))
    width, height = result.width * scale, result.height * scale
    codes, read = (result.codes, result.recognised) if isinstance(result, PageResult) else ((), True)
    return StackPage(number, tuple(found), width, height, result.verdict.blank, codes, read or bool(found))


def wanted(session: Session) -> tuple[WantedPaper, ...]:
    """The papers of the session's procedure, by both their names."""
    components = session.procedure.components if session.procedure else ()
    return tuple(
        WantedPaper(item.id, tuple(name for name in (item.name_vi, item.name_en) if name), item.required)
        for item in components
    )


def _placed(item: Placement) -> Placed:
    return Placed(
        item.page,
        item.component or "",
        item.confidence,
        item.sure,
        item.alternatives,
        divider=item.divider,
        begins=item.begins,
    )
