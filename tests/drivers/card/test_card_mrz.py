"""The MRZ: published specimens of ICAO 9303-4 and -5, the Vietnamese card's own form, and what opens BAC."""

from __future__ import annotations

from datetime import date

import pytest

from drivers import mrz
from drivers.card.emrtd.data_groups import id_number
from drivers.simulators.chip.people import PEOPLE

# ICAO 9303-5 appendix B (TD1) and 9303-4 appendix B (TD3), the Utopian specimens.
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def test_the_td1_specimen_is_read_and_its_digits_hold() -> None:
    zone = mrz.parse(TD1)
    assert (zone.document_number, zone.birth, zone.expiry, zone.sex) == ("D23145890", "740812", "120415", "F")
    assert (zone.surname, zone.given, zone.nationality, zone.checked) == ("ERIKSSON", "ANNA MARIA", "UTO", True)


def test_the_td3_specimen_is_read_and_its_digits_hold() -> None:
    zone = mrz.parse(TD3)
    assert (zone.document_number, zone.optional, zone.checked) == ("L898902C3", "ZE184226B", True)


def test_a_document_number_over_nine_characters_goes_on_in_the_optional_data() -> None:
    # 9303-11 appendix D.2: D23145890734, born 340712, expires 950712.
    text = "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<"
    zone = mrz.parse(text)
    assert (zone.document_number, zone.checked) == ("D23145890734", True)
    assert mrz.key_information(text) == "D23145890734934071279507122"
    assert mrz.key_information("D23145890734934071279507122") == "D23145890734934071279507122"


@pytest.mark.parametrize("person", PEOPLE.values(), ids=list(PEOPLE))
def test_the_vietnamese_zone_gives_the_whole_number(person) -> None:
    zone = mrz.parse(person.mrz)
    assert zone.checked
    assert zone.issuer == "VNM"
    assert id_number(zone) == person.number


def test_number_and_dates_open_bac_as_well_as_the_whole_zone() -> None:
    person = PEOPLE["adult"]
    typed = f"{person.number},{person.birth:%y%m%d},{person.expires:%y%m%d}"
    assert mrz.key_information(typed) == mrz.key_information(person.mrz)
    lines = "\n".join(person.mrz[start : start + 30] for start in (0, 30, 60))
    assert mrz.key_information(lines) == mrz.key_information(person.mrz)


@pytest.mark.parametrize(
    "text", ["", "abc", "X" * 90, "1,2,3", "A" * 200, "L898902C<369080619406237", "Đ,690806,940623"]
)
def test_anything_else_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(mrz.MrzError) as caught:
        mrz.key_information(text)
    assert not text or text not in str(caught.value)


def test_one_wrong_digit_is_noticed() -> None:
    assert not mrz.parse(TD1.replace("7408122", "7408123")).checked


def test_two_digit_years_are_told_from_today() -> None:
    today = date(2026, 1, 15)
    assert mrz.iso_birth("260115", today) == "2026-01-15"
    assert mrz.iso_birth("260116", today) == "1926-01-16"
    assert mrz.iso_birth("000229", today) == "2000-02-29"
    assert mrz.iso_birth("990230", today) == ""
    assert mrz.iso_expiry("991231") == ""
    assert mrz.iso_expiry("390517") == "2039-05-17"
