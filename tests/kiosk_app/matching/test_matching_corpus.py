"""Stacks of the corpus, read with a recogniser's usual mistakes: parted, placed, asked rather than wrong, none lost."""

from __future__ import annotations

import random

import pytest

from kiosk_app.imaging.text import Reader, language_data
from kiosk_app.matching.kinds import PaperKinds
from kiosk_app.matching.matcher import Matcher
from kiosk_app.matching.values import StackPage
from tests.papers import draw
from tests.papers.layout import set_paper
from tests.papers.measure import measure
from tests.papers.stacks import PROCEDURES, answering, stack, wanted_of
from tests.papers.wordings import wordings

STACKS = 2 * len(PROCEDURES)


def test_the_corpus_has_more_than_forty_kinds_and_a_paper_for_nearly_every_component() -> None:
    assert len({one.kind for one in wordings("b")}) >= 40
    wanted = [paper for procedure in PROCEDURES for paper in wanted_of(procedure)]
    assert sum(bool(answering(paper, "b")) for paper in wanted) >= 0.95 * len(wanted)


def test_the_two_sides_share_neither_a_font_nor_a_filling_sentence() -> None:
    def seen(side: str) -> set[str]:
        return {sheet.font[0].name for seed in range(20) for sheet in (one.sheet for one in stack(seed, side).sides)}

    assert not seen("a") & seen("b")


@pytest.mark.parametrize("side", ["a", "b"])
def test_stacks_are_parted_and_placed_and_what_is_doubtful_is_asked(side: str) -> None:
    score = measure(side, range(STACKS))
    assert score.lost == 0, score.line()
    assert score.f1 >= 0.97, score.line()
    assert score.wrong <= 0.01, score.line()
    assert score.asked_share <= 0.25, score.line()


@pytest.mark.skipif(language_data() is None, reason="no Vietnamese language data")
def test_papers_drawn_askew_and_really_read_are_told_apart() -> None:
    rng = random.Random("really read")
    by_kind = {one.kind: one for one in wordings("b")}
    wanted = wanted_of("IP-03")
    sheets = [
        set_paper(by_kind[kind], "b", rng)[0] for kind in ("power-of-attorney", "birth-certificate", "ip-form-mark")
    ]
    with Reader() as reader:
        pages: list[StackPage] = [draw.read(sheet, at, rng, reader) for at, sheet in enumerate(sheets, start=1)]
    placed = Matcher(PaperKinds.load()).place(pages, wanted)
    assert [one.component for one in placed] == ["IP-03.4", None, "IP-03.1"]
    assert all(one.begins for one in placed)
