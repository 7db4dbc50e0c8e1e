"""Looks through the citizen's pages for answers to the form's questions: they are offered, never entered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk_app.flow.effects import Effect, FindOffers
from kiosk_app.flow.events import OffersFound
from kiosk_app.log import log
from kiosk_app.matching.values import StackPage
from kiosk_app.model.form import Field, PaperOffer
from kiosk_app.model.session import Session
from kiosk_app.runtime.custody import Custody
from kiosk_app.runtime.reviewing import stack_page
from kiosk_app.runtime.runtime import Runtime

if TYPE_CHECKING:
    from kiosk_app.matching.labels import PaperLabels


class OfferHands:
    """Finding offers as an effect; a page that is still being read offers nothing."""

    def __init__(self, runtime: Runtime, custody: Custody) -> None:
        self._runtime = runtime
        self._custody = custody
        self._labels: PaperLabels | None = None

    def handles(self) -> tuple[type[Effect], ...]:
        """Finding offers."""
        return (FindOffers,)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Reads and tells the flow."""
        kept = [
            stack_page(page.number, result)
            for page in session.pages
            if page.kept and (result := self._custody.result(page.number)) is not None
        ]
        offers = await asyncio.to_thread(self._read, kept, session.fields)
        log("papers.offered", pages=len(kept), offers=len(offers))
        self._runtime.dispatch(OffersFound(session.number, offers))

    def _read(self, pages: Sequence[StackPage], fields: Sequence[Field]) -> tuple[PaperOffer, ...]:
        # Not before the first paper is read; this is a thread of its own.
        from kiosk_app.matching.labels import PaperLabels
        from kiosk_app.matching.readings import read_offers

        if self._labels is None:
            self._labels = PaperLabels.load()
        found = read_offers(pages, fields, self._labels)
        return tuple(PaperOffer(item.field, item.value, item.page, item.label) for item in found)
