"""Promises of the Vietnamese typing engine: every syllable by every method, and words of other languages untouched."""

from __future__ import annotations

import random

import pytest
from every_syllable import composed, syllables, telex, vni
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.typing import Mark, Method, Placement, Word, mark, press

KEYS = {Method.TELEX: telex, Method.VNI: vni}


def written(keys: str, method: Method = Method.TELEX, placement: Placement = Placement.OLD) -> str:
    word = Word()
    for key in keys:
        word = press(word, key, method, placement)
    return word.shown


@pytest.mark.parametrize("placement", list(Placement))
@pytest.mark.parametrize("order", ["at_once", "last", "anywhere"])
@pytest.mark.parametrize("method", [Method.TELEX, Method.VNI])
def test_every_syllable_can_be_typed(method: Method, order: str, placement: Placement) -> None:
    dice = random.Random(1)
    wrong = {}
    count = 0
    for syllable in syllables(placement):
        count += 1
        keys = KEYS[method](syllable, order, dice)
        if written(keys, method, placement) != syllable:
            wrong[keys] = (written(keys, method, placement), syllable)
    assert count > 17_000
    assert wrong == {}


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("duwongdf", "đường"),
        ("wowr", "ưở"),
        ("nguoiwf", "người"),
        ("tw", "tư"),
        ("thuowr", "thuở"),
        ("huowng", "hương"),
        ("ruouwj", "rượu"),
        ("gieengs", "giếng"),
        ("giuwx", "giữ"),
        ("giwx", "giữ"),
        ("truwongwf", "trường"),
        ("quawngr", "quẳng"),
        ("khuyur", "khuỷu"),
        ("xooong", "xoong"),
        ("DDawks", "Đắk"),
        ("Kroong", "Krông"),
        ("HOANGF", "HOÀNG"),
        ("DDT", "ĐT"),
        ("ddc", "đc"),
    ],
)
def test_telex_is_read_as_people_type_it(keys: str, shown: str) -> None:
    assert written(keys) == shown


@pytest.mark.parametrize(
    ("keys", "shown"),
    [("ass", "as"), ("aaa", "aa"), ("ddd", "dd"), ("uww", "uw"), ("tww", "tw"), ("tieengss", "tiêngs"), ("asz", "a")],
)
def test_the_same_key_again_takes_the_mark_away(keys: str, shown: str) -> None:
    assert written(keys) == shown


@pytest.mark.parametrize(
    "word", ["window", "Web", "google", "banana", "soft", "Vinfast", "Tech", "Microtech", "fax", "zero"]
)
def test_a_word_that_is_not_vietnamese_stays_as_typed(word: str) -> None:
    assert written(word) == word


def test_digits_that_mark_nothing_are_written_by_vni() -> None:
    assert written("B52", Method.VNI) == "B52"
    assert written("2026", Method.VNI) == "2026"


def test_the_tone_moves_when_more_of_the_word_is_known() -> None:
    assert [written("hoaf"), written("hoafn"), written("tuyr"), written("tuyreen")] == ["hòa", "hoàn", "tủy", "tuyển"]


def test_the_place_of_the_tone_can_be_chosen() -> None:
    assert written("hoaf", placement=Placement.NEW) == "hoà"
    assert written("thuyr", placement=Placement.NEW) == "thuỷ"
    assert written("quys", placement=Placement.NEW) == written("quys") == "quý"


def test_a_word_that_stood_there_already_is_taken_up() -> None:
    assert press(Word.found("duong"), "w", Method.TELEX).shown == "dương"
    assert press(Word.found("thuong"), "7", Method.VNI).shown == "thương"


@pytest.mark.parametrize(
    ("before", "named", "after"),
    [
        ("tieng", Mark.CIRCUMFLEX_E, "tiêng"),
        ("tiêng", Mark.ACUTE, "tiếng"),
        ("tiếng", Mark.ACUTE, "tiêng"),
        ("tiếng", Mark.GRAVE, "tiềng"),
        ("duong", Mark.HORN, "dương"),
        ("Duong", Mark.STROKE, "Đuong"),
        ("lan", Mark.BREVE, "lăn"),
        ("lăn", Mark.CIRCUMFLEX_A, "lân"),
        ("bcd", Mark.ACUTE, "bcd"),
        ("đi", Mark.STROKE, "di"),
        ("cafe", Mark.ACUTE, "café"),
        ("Nguyễn", Mark.TILDE, "Nguyên"),
    ],
)
def test_a_key_that_names_its_mark_makes_it_and_takes_it_away(before: str, named: Mark, after: str) -> None:
    assert mark(Word.found(before), named).shown == after


letters = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzABDEOWđ0123456789"), max_size=14)


@given(keys=letters, method=st.sampled_from(list(Method)), placement=st.sampled_from(list(Placement)))
def test_any_keys_give_composed_letters_and_nothing_is_lost(keys: str, method: Method, placement: Placement) -> None:
    word = Word()
    for key in keys:
        before = word
        word = press(word, key, method, placement)
        assert composed(word.shown)
        # A key makes a mark or writes itself; at most it gives back what it was told to mark.
        assert word != before
        assert len(word.shown) >= len(before.shown) - 1


@given(keys=letters)
def test_without_a_method_every_key_writes_itself(keys: str) -> None:
    assert written(keys, Method.MARKS) == keys
