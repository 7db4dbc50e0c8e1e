"""Promises of the keyboard's input method: it knows one word, follows the text whatever edits it, and begins anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kiosk_bench import HOME, KioskBench
from PySide6.QtCore import QCoreApplication

from kiosk_app.model.basics import Language
from kiosk_app.typing import Method, Placement
from ui.samples import sessions
from ui.theme import singleton
from ui.viewmodels.typing import Typing
from ui.window import Site


@pytest.fixture
def typing(qapp: QCoreApplication) -> Typing:
    return Typing()


def written(typing: Typing, keys: str, before: str = "") -> str:
    for key in keys:
        before = typing.apply(before, key)
    return before


def test_words_are_composed_one_after_another(typing: Typing) -> None:
    assert written(typing, "Nguyeenx Vawn DDuwcs, 12 Lasng Haj") == "Nguyễn Văn Đức, 12 Láng Hạ"


def test_a_word_goes_on_after_letters_were_taken_away(typing: Typing) -> None:
    before = written(typing, "tieengs")[:-1]
    assert written(typing, "ng", before) == "tiếnng"
    assert written(typing, "f", "tiếng") == "tiềng"


def test_text_set_by_another_hand_is_taken_as_it_is(typing: Typing) -> None:
    written(typing, "tieeng")
    assert written(typing, "w", "Hà Nội duong") == "Hà Nội dương"


def test_a_digit_ends_a_word_by_telex_and_marks_it_by_vni(typing: Typing) -> None:
    assert written(typing, "Quaanj1s") == "Quận1s"
    typing.next_mode()
    assert typing.mode == "vni"
    assert written(typing, "Qua65n 1") == "Quận 1"


def test_a_mark_without_a_letter_writes_the_letter_of_its_key(typing: Typing) -> None:
    assert typing.mark("", "acute", False) == "á"
    assert typing.mark("Xin ", "đ", True) == "Xin Đ"
    assert typing.mark("kh", "grave", False) == "khà"


def test_the_next_citizen_begins_with_the_sites_way_of_typing() -> None:
    bench = KioskBench(site=Site(typing=Method.VNI, tone_placement=Placement.NEW))
    try:
        ime = singleton(bench.kiosk.engine, "App").property("ime")
        assert ime.mode == "vni"
        ime.next_mode()
        assert ime.mode == "marks"
        bench.runtime.show(replace(HOME, number=2))
        assert ime.mode == "vni"
        assert written(ime, "hoa2") == "hoà"
        bench.runtime.show(replace(HOME, number=2, language=Language.EN))
        assert ime.mode == "marks"
    finally:
        bench.close()


def test_an_answer_is_typed_by_telex_and_a_code_as_it_is() -> None:
    bench = KioskBench()
    try:
        bench.show(replace(sessions()["search"], query=""))
        bench.tap("search.query")
        bench.type("sangs")
        assert bench.find("search.query").property("text").endswith("sáng")
        bench.show(sessions()["track"])
        bench.tap("track.lookup")
        before = bench.find("track.lookup").property("text")
        bench.type("gss")
        assert bench.find("track.lookup").property("text") == before + "gss"
    finally:
        bench.close()
