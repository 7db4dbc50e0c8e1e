"""The QR code on the card: forms of 2021 and later, and everything else refused without being repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card.qr import QrError, parse_qr
from drivers.simulators.chip.people import PEOPLE


@pytest.mark.parametrize("person", PEOPLE.values(), ids=list(PEOPLE))
def test_the_code_of_every_card_gives_its_number_and_access_number(person) -> None:
    code = parse_qr(person.qr)
    assert (code.number, code.can, code.old_number) == (person.number, person.can, person.old_number)
    assert (code.name, code.sex, code.residence) == (person.name, person.sex, person.residence)
    assert (code.birth_date, code.issued) == (person.birth.isoformat(), person.issued.isoformat())


def test_fields_that_later_cards_add_are_kept() -> None:
    code = parse_qr(PEOPLE["minor"].qr + "||NGUYỄN VĂN VÍ DỤ|TRẦN THỊ MINH HỌA|")
    assert code.more == ("", "NGUYỄN VĂN VÍ DỤ", "TRẦN THỊ MINH HỌA", "")


def test_decomposed_letters_come_out_composed() -> None:
    assert parse_qr("001099123456||NGUYE\u0302\u0303N|17051999|Nu\u031b\u0303|X|20062022").name == "NGUYỄN"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://vi.example/123",
        "001099123456|||",
        "00109912345|099|A|17051999|Nam|X|20062022",
        "001099123456|12|A|17051999|Nam|X|20062022",
        "001099123456|||17051999|Nam|X|20062022",
        "001099123456||A|31021999|Nam|X|20062022",
        "001099123456||A|1705199|Nam|X|20062022",
        "001099123456||A|17051999|Khác|X|20062022",
        "001099123456||A\x00B|17051999|Nam|X|20062022",
        "001099123456||A|17051999|Nam|X|20062022" + "|x" * 1000,
    ],
)
def test_anything_else_is_a_typed_error_that_keeps_quiet(text: str) -> None:
    with pytest.raises(QrError) as caught:
        parse_qr(text)
    assert "001099123456" not in str(caught.value)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    try:
        parse_qr(text)
    except QrError:
        return
