"""Words made comparable: marks and case do not count, small misreadings are put right, nothing read is remembered."""

from __future__ import annotations

import unicodedata

from kiosk_app.matching.kinds import PaperKinds
from kiosk_app.matching.letters import Vocabulary, almost, fold, tokens
from kiosk_app.matching.matcher import Matcher
from kiosk_app.matching.values import StackPage, TextLine


def test_marks_case_and_the_form_of_a_text_do_not_count() -> None:
    text = "ĐƠN ĐỀ NGHỊ Uỷ quyền"
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == "don de nghi uy quyen"
    assert tokens("Số: 12/GP-BKHCN") == ("so", "12", "gp", "bkhcn")


def test_a_misread_word_is_put_right_and_words_run_together_are_parted() -> None:
    words = Vocabulary(["quyen", "giay", "chung", "nhan"])
    assert words.read(["quyem", "guyen", "quyeen", "quye"]) == ("quyen",) * 4
    assert words.read(["giaychung"]) == ("giay", "chung")
    assert words.read(["nha", "1234", "thang"]) == ("nha", "1234", "thang")


def test_almost_the_same_is_one_letter_away() -> None:
    assert almost("gia", "giay")
    assert almost("o", "to")
    assert almost("dom", "don")
    assert not almost("giay", "bang")
    assert not almost("12", "13")


def test_a_matcher_remembers_no_word_of_a_page() -> None:
    kinds = PaperKinds.load()
    page = StackPage(1, (TextLine("HỌ TÊN: TRƯNGXYZ", 20, 40, 60, 5),), 210, 297)
    Matcher(kinds).place([page], ())
    assert "trungxyz" not in repr(vars(kinds.vocabulary))
