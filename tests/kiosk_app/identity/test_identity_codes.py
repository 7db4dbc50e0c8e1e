"""What a scanned code is: an ID card's, a dossier's, or nothing of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulators.chip.people import PEOPLE
from kiosk_app.identity.codes import (
    BadgeCode,
    CardCode,
    ComponentCode,
    DossierCode,
    Mrz,
    PaymentCode,
    ProcedureCode,
    SeparatorCode,
    UnknownCode,
    WebCode,
    is_reference,
    recognise,
)
from kiosk_app.submission import new_kiosk_reference

CARD = "001099123456|012345678|NGUYỄN VĂN THỬ NGHIỆM|17051999|Nam|Số 1, Hà Nội|20062022"


@pytest.mark.parametrize("person", PEOPLE.values(), ids=list(PEOPLE))
def test_the_code_of_every_card_opens_its_chip(person) -> None:
    assert recognise(person.qr) == CardCode(person.number[-6:])


TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.mark.parametrize("person", PEOPLE.values(), ids=list(PEOPLE))
def test_the_zone_of_every_card_opens_its_chip_with_line_ends_or_without(person) -> None:
    zone = person.mrz
    assert recognise(zone) == Mrz(zone)
    assert recognise("\r\n".join((zone[:30], zone[30:60], zone[60:])) + "\r\n") == Mrz(zone)
    assert zone not in repr(Mrz(zone))


def test_a_zone_whose_check_digits_do_not_agree_is_none() -> None:
    assert recognise(TD3) == Mrz(TD3)  # ICAO 9303-4 appendix A
    for text in (TD3.replace("7408122", "7408123"), TD3.replace("L8", "LB"), TD3[:-1], TD3 + "<", TD3.lower()):
        assert recognise(text) == UnknownCode()


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        CARD + "\r\n",
        "\ufeff" + CARD,
        CARD.replace("012345678", ""),
        CARD.replace("012345678", "001099000001"),
        CARD + "||NGUYỄN VĂN VÍ DỤ|TRẦN THỊ MINH HỌA|",
        CARD.replace("NGUYỄN", "NGUYE\u0302\u0303N"),
        CARD.replace("17051999", "00001999"),  # only the year of birth is known
        CARD.replace("|Nam|", "||"),
    ],
)
def test_forms_of_2021_and_later_are_taken(text: str) -> None:
    assert recognise(text) == CardCode("123456")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "001099123456",
        "001099123456|||",
        CARD.replace("001099123456", "00109912345"),
        CARD.replace("001099123456", "00109912345a"),
        CARD.replace("001099123456", "٠٠١٠٩٩١٢٣٤٥٦"),
        CARD.replace("012345678", "12"),
        CARD.replace("NGUYỄN VĂN THỬ NGHIỆM", " "),
        CARD.replace("THỬ", "TH\x00"),
        CARD + "|x" * 1000,
        "ABC-12345",
        "G09.20-20260609-00926379999999",
    ],
)
def test_anything_else_is_unknown(text: str) -> None:
    assert recognise(text) == UnknownCode()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("000.00.00.G09-191017-0001", "000.00.00.G09-191017-0001"),
        ("G09.20-20260609-0092637", "G09.20-20260609-0092637"),
        (" g06-20260302-0000001\n", "G06-20260302-0000001"),
        ("K01-ABCD-EFGHJK", "K01-ABCD-EFGHJK"),
        ("k01-abcd-efghjk", "K01-ABCD-EFGHJK"),
    ],
)
def test_dossier_codes_and_references_are_told(text: str, code: str) -> None:
    assert recognise(text) == DossierCode(code)


VIETQR = (
    "00020101021138540010A00000072701240006970400011000000000000208QRIBFTTA53037045802VN62150811PHI HO SO XX63041A2B"
)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("G09.20-20260609-0092637|ABCD2345", DossierCode("G09.20-20260609-0092637", "ABCD2345")),
        ("k01-abcd-efghjk | abcd", DossierCode("K01-ABCD-EFGHJK", "ABCD")),
        ("G09.20-20260609-0092637|", UnknownCode()),
        ("G09.20-20260609-0092637|'; --", UnknownCode()),
        ("KIOSK:PART:don-dang-ky", ComponentCode("don-dang-ky")),
        ("KIOSK:PART:../../etc", UnknownCode()),
        ("KIOSK:PROC:IP-03", ProcedureCode("IP-03")),
        ("KIOSK:PROC:IP-03; DROP TABLE", UnknownCode()),
        ("KIOSK:PROC:", UnknownCode()),
        ("KIOSK:NEXT", SeparatorCode()),
        ("KIOSK:STAFF:CB-00017", BadgeCode("CB-00017")),
        (VIETQR, PaymentCode(vietqr=True)),
        ("00020101021229300012D156000000000510A93FO3230Q6304ABCD", PaymentCode(vietqr=False)),
        (VIETQR[:22], PaymentCode(vietqr=False)),
        ("https://vi.example/123?x=$(reboot)", WebCode()),
        ("WWW.VI.EXAMPLE", WebCode()),
        ("http://a b", UnknownCode()),
        ("javascript:alert(1)", UnknownCode()),
        ("\x00", UnknownCode()),
        ("\udcff", UnknownCode()),
    ],
)
def test_every_kind_of_code_is_told_apart(text: str, meaning: object) -> None:
    assert recognise(text) == meaning


def test_what_this_kiosk_hands_out_is_recognised_again() -> None:
    for short in ("K01", "AB", "KIOSK9"):
        reference = new_kiosk_reference(short)
        assert recognise(reference) == DossierCode(reference)
        assert is_reference(reference.lower() + " ")


@pytest.mark.parametrize("code", ["G09.20-20260609-0092637", "000.00.00.G09-191017-0001", "", "K01"])
def test_the_ministrys_codes_are_no_references(code: str) -> None:
    assert not is_reference(code)


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_no_number_stands_in_its_words(text: str) -> None:
    recognise(text)
    assert "123456" not in repr(recognise(CARD))
