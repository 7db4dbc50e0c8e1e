"""Whatever is read on pages: each gets one place, a chance between 0 and 1, and nothing raises."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.matching.kinds import PaperKinds
from kiosk_app.matching.labels import PaperLabels
from kiosk_app.matching.matcher import Matcher
from kiosk_app.matching.readings import read_offers
from kiosk_app.matching.values import StackPage, TextLine, WantedPaper
from kiosk_app.model.form import Field, FieldKind

MATCHER = Matcher(PaperKinds.load())
LABELS = PaperLabels.load()
WORDS = ("GIẤY", "ỦY QUYỀN", "Điều 3.", "Trang 2/5", "1", "Họ và tên:", "Kính gửi", "..", "Địa chỉ:", "KIOSK:NEXT")
TEXTS = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join))
NUMBERS = st.floats(-50, 500, allow_nan=False)
LINES = st.builds(TextLine, TEXTS, NUMBERS, NUMBERS, st.floats(0, 300), st.floats(0, 50))
PAGES = st.builds(
    StackPage,
    st.just(0),
    st.lists(LINES, max_size=8).map(tuple),
    st.floats(0, 400),
    st.floats(0, 500),
    st.booleans(),
    st.lists(st.sampled_from(("KIOSK:NEXT", "KIOSK:PART:a", "KIOSK:PART:other", "x")), max_size=2).map(tuple),
)
WANTED = st.lists(st.sampled_from(("a", "b", "c")), unique=True).flatmap(
    lambda ids: st.tuples(
        *(st.builds(WantedPaper, st.just(one), st.lists(TEXTS, max_size=2).map(tuple), st.booleans()) for one in ids)
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PAGES, max_size=6), WANTED)
def test_every_page_gets_exactly_one_place_whatever_was_read(
    pages: list[StackPage], wanted: tuple[WantedPaper, ...]
) -> None:
    stack = [
        StackPage(at, page.lines, page.width_mm, page.height_mm, page.blank, page.codes)
        for at, page in enumerate(pages)
    ]
    placed = MATCHER.place(stack, wanted)
    assert [one.page for one in placed] == list(range(len(stack)))
    ids = {paper.id for paper in wanted}
    for one in placed:
        assert 0 <= one.confidence <= 1
        assert one.component is None or one.component in ids
        assert set(one.alternatives) <= ids - {one.component}
    offers = read_offers(stack, (Field("name", FieldKind.TEXT, "Họ và tên", "Full name"),), LABELS)
    assert all(offer.value for offer in offers)
