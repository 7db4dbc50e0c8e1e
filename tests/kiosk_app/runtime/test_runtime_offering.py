"""Answers found on the citizen's own pages: those that are kept and read, and only for questions of the form."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from test_runtime_papers import VERDICT
from test_runtime_reviewing import text

from kiosk_app.flow.effects import FindOffers
from kiosk_app.forms import fields_for
from kiosk_app.imaging.values import PageResult, PageSource
from kiosk_app.model.form import PaperOffer
from kiosk_app.model.session import PageStage, PageView, Session
from kiosk_app.runtime.offering import OfferHands
from kiosk_app.runtime.runtime import Runtime

PAPER = text("TỜ KHAI ĐĂNG KÝ NHÃN HIỆU", "Điện thoại: 0900 000 001", "Email: nguoi.thu@kiosk.example")


class Read:
    """Stands where custody stands: pages that are read."""

    def __init__(self, pages: dict[int, PageResult]) -> None:
        self._pages = pages

    def result(self, place: int) -> PageResult | None:
        return self._pages.get(place)


def found(kept: bool = True, read: bool = True) -> tuple[PaperOffer, ...]:
    result = PageResult(PageSource(Path("x"), b""), 2480, 3508, 300, VERDICT, b"", PAPER)
    session = Session(fields=fields_for("RA-04"), pages=(PageView(4, "c1", PageStage.READY, kept=kept),))

    async def scene() -> tuple[PaperOffer, ...]:
        runtime = Runtime(session, lambda: datetime.now(UTC))
        custody: Any = Read({4: result} if read else {})
        await OfferHands(runtime, custody).carry_out(FindOffers(), replace(session))
        return runtime.session.paper_offers

    return asyncio.run(scene())


def test_what_stands_beside_its_label_is_offered_with_its_page() -> None:
    offers = {offer.field: (offer.value, offer.page) for offer in found()}
    assert offers["phone"] == ("0900000001", 4)
    assert offers["email"] == ("nguoi.thu@kiosk.example", 4)


def test_a_page_that_was_left_out_or_is_not_read_offers_nothing() -> None:
    assert found(kept=False) == ()
    assert found(read=False) == ()
