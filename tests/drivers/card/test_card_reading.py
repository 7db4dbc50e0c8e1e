"""Readings of the virtual chip without a wire: every way in, every person, and how each defect is told."""

from __future__ import annotations

import base64
import io

import pytest
from card_bench import ATR, ISSUER, ChipTransport, Events, chip, read
from PIL import Image

from drivers.card.emrtd.access import Passwords
from drivers.card.emrtd.certificates import TrustStore
from drivers.errors import DeviceError
from drivers.ports import AccessKind, CardAccess, Verdict
from drivers.simulators.chip.applet import Defects
from drivers.simulators.chip.people import PEOPLE

ADULT = PEOPLE["adult"]


@pytest.mark.parametrize("person", PEOPLE.values(), ids=list(PEOPLE))
@pytest.mark.parametrize("parameter_id", [12, 13])
def test_everybody_is_read_with_the_last_six_digits(person, parameter_id: int, trust: TrustStore) -> None:
    events = Events()
    transport = ChipTransport(chip(person.key, parameters=parameter_id))
    reading = read(transport, CardAccess(can=person.number[-6:]), trust=trust, events=events)
    assert reading.access is AccessKind.PACE_CAN
    holder = reading.holder
    assert (holder.number, holder.name, holder.sex) == (person.number, person.name, person.sex)
    assert (holder.birth_date, holder.issued) == (person.birth.isoformat(), person.issued.isoformat())
    assert holder.expires == (person.expires.isoformat() if person.expires else "")
    assert (holder.residence, holder.old_number) == (person.residence, person.old_number)
    assert reading.passive.verdict is Verdict.PASSED, reading.passive.reason
    assert reading.mismatches == ()
    assert reading.groups == ("COM", "DG1", "DG2", "DG13", "DG14", "DG15", "SOD")
    picture = Image.open(io.BytesIO(base64.b64decode(reading.photo_b64)))
    assert (reading.photo_type, picture.size) == ("image/jpeg", (480, 640))
    assert reading.apdus == len(transport.sent) <= 45


def test_pace_runs_with_the_mrz_and_bac_where_pace_is_refused() -> None:
    assert read(ChipTransport(chip()), CardAccess(mrz=ADULT.mrz)).access is AccessKind.PACE_MRZ
    refusing = chip(defects=Defects(pace_refused=True))
    reading = read(ChipTransport(refusing), CardAccess(can=ADULT.can, mrz=ADULT.mrz))
    assert reading.access is AccessKind.BAC
    assert reading.holder.number == ADULT.number


def test_a_chip_without_ef_card_access_is_opened_with_bac() -> None:
    plain = chip()
    files = {fid: content for fid, content in plain.card.files.items() if fid != 0x011C}
    object.__setattr__(plain.card, "files", files)
    assert read(ChipTransport(plain), CardAccess(mrz=ADULT.mrz)).access is AccessKind.BAC
    plain.reset()
    with pytest.raises(DeviceError, match="CRD-NEEDS-ACCESS"):
        read(ChipTransport(plain), CardAccess(can=ADULT.can))


def test_the_identity_comes_before_the_photograph_and_progress_only_rises() -> None:
    events = Events()
    read(ChipTransport(chip()), CardAccess(can=ADULT.can), events=events)
    names = [(event, data.get("step")) for event, data in events.all]
    assert names.index(("identity", None)) < names.index(("progress", "photo"))
    assert [data["name"] for data in events.named("identity")] == ["NGUYEN VAN THU NGHIEM", ADULT.name]
    percents = [data["percent"] for data in events.named("progress")]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)


def test_short_answers_are_kept_to_once_extended_length_has_failed() -> None:
    chunks: dict[bytes, int] = {}
    target = chip(defects=Defects(short_only=True))
    first = read(ChipTransport(target), CardAccess(can=ADULT.can), chunks=chunks)
    target.reset()
    second = read(ChipTransport(target), CardAccess(can=ADULT.can), chunks=chunks)
    assert set(chunks.values()) == {223}
    assert second.apdus < first.apdus <= 129
    assert second.holder == first.holder
    assert second.photo_b64 == first.photo_b64


@pytest.mark.parametrize(
    ("defects", "code"),
    [
        (Defects(bad_mac=True), "CRD-GARBLED"),
        (Defects(naked_status=0x6988), "CRD-GARBLED"),
        (Defects(truncated=True), "CRD-GARBLED"),
        (Defects(endless=True), "CRD-GARBLED"),
        (Defects(blocked=True), "CRD-BLOCKED"),
        (Defects(pace_refused=True), "CRD-BLOCKED"),
        (Defects(refuse=True), "CRD-UNSUPPORTED"),
    ],
)
def test_each_defect_has_its_code(defects: Defects, code: str) -> None:
    with pytest.raises(DeviceError) as caught:
        read(ChipTransport(chip(defects=defects)), CardAccess(can=ADULT.can))
    assert caught.value.code == code


def test_a_wrong_can_is_told_and_costs_the_chip_one_try() -> None:
    transport = ChipTransport(chip())
    with pytest.raises(DeviceError, match="CRD-WRONG-CAN"):
        read(transport, CardAccess(can="000000", mrz=ADULT.mrz))
    tokens = [apdu for apdu in transport.sent if apdu[:2] == b"\x00\x86"]
    assert len(tokens) == 1


def test_a_wrong_mrz_is_told() -> None:
    with pytest.raises(DeviceError, match="CRD-WRONG-MRZ"):
        read(ChipTransport(chip()), CardAccess(mrz=PEOPLE["elder"].mrz))
    with pytest.raises(DeviceError, match="CRD-WRONG-MRZ"):
        read(ChipTransport(chip(defects=Defects(pace_refused=True))), CardAccess(mrz=PEOPLE["elder"].mrz))


@pytest.mark.parametrize("gone_at", [1, 3, 6, 8, 11, 15, 18])
def test_a_card_taken_away_at_any_moment_is_removed(gone_at: int) -> None:
    with pytest.raises(DeviceError) as caught:
        read(ChipTransport(chip(defects=Defects()), gone_at=gone_at), CardAccess(can=ADULT.can))
    assert caught.value.code == "CRD-REMOVED"


def test_passwords_are_judged_before_the_chip_is_touched() -> None:
    for access, code in (
        (CardAccess(), "CRD-NEEDS-ACCESS"),
        (CardAccess(can=" "), "CRD-NEEDS-ACCESS"),
        (CardAccess(can="12345"), "CRD-WRONG-CAN"),
        (CardAccess(can="12345a"), "CRD-WRONG-CAN"),
        (CardAccess(can="１２３４５６"), "CRD-WRONG-CAN"),
        (CardAccess(mrz="nonsense"), "CRD-WRONG-MRZ"),
    ):
        with pytest.raises(DeviceError) as caught:
            Passwords.of(access)
        assert caught.value.code == code


def test_nothing_that_can_be_printed_holds_personal_data() -> None:
    reading = read(ChipTransport(chip()), CardAccess(can=ADULT.can))
    shown = repr(reading) + repr(CardAccess(can=ADULT.can, mrz=ADULT.mrz)) + repr(Passwords(ADULT.can, ADULT.mrz))
    assert ADULT.number not in shown
    assert ADULT.can not in shown
    assert ADULT.name not in shown


@pytest.mark.parametrize("suite", ["3des", "aes-128", "aes-192", "aes-256"])
@pytest.mark.parametrize("short_only", [False, True])
def test_every_cipher_of_pace_reads_the_same_card(suite: str, short_only: bool) -> None:
    target = chip(suite=suite, parameters=13, defects=Defects(short_only=short_only))
    reading = read(ChipTransport(target), CardAccess(can=ADULT.can))
    assert (reading.access, reading.holder.name) == (AccessKind.PACE_CAN, ADULT.name)
    assert reading.mismatches == ()


@pytest.mark.parametrize("defects", [Defects(no_sfi=True), Defects(needs_selection=True)])
def test_chips_with_other_habits_are_read_too(defects: Defects) -> None:
    assert read(ChipTransport(chip(defects=defects)), CardAccess(can=ADULT.can)).holder.number == ADULT.number


def test_two_kinds_of_chip_with_one_atr_are_both_read() -> None:
    chunks: dict[bytes, int] = {}
    read(ChipTransport(chip()), CardAccess(can=ADULT.can), chunks=chunks)
    assert set(chunks.values()) == {4096}
    reading = read(ChipTransport(chip(defects=Defects(short_only=True))), CardAccess(can=ADULT.can), chunks=chunks)
    assert reading.holder.number == ADULT.number
    assert set(chunks.values()) == {223}


def test_the_budget_of_commands_holds() -> None:
    # At 231-byte chunks 120, with extended length 30 (with EF.CardAccess, PACE and DG14).
    assert read(ChipTransport(chip()), CardAccess(can=ADULT.can)).apdus <= 30
    known = {ATR: 223}
    short = read(ChipTransport(chip(defects=Defects(short_only=True))), CardAccess(can=ADULT.can), chunks=known)
    assert short.apdus <= 120


def test_a_card_access_file_that_the_signed_copy_contradicts_is_a_mismatch() -> None:
    target = chip()
    files = dict(target.card.files)
    other = ISSUER.card(ADULT, parameters=13).files
    files[0x010E] = other[0x010E]
    object.__setattr__(target.card, "files", files)
    assert read(ChipTransport(target), CardAccess(can=ADULT.can)).mismatches == ("pace_info",)


def test_what_dg1_and_dg13_say_differently_is_named_and_not_guessed_away() -> None:
    target = chip()
    files = dict(target.card.files)
    files[0x010D] = ISSUER.card(PEOPLE["elder"]).files[0x010D]
    object.__setattr__(target.card, "files", files)
    found = read(ChipTransport(target), CardAccess(can=ADULT.can)).mismatches
    assert set(found) == {"number", "birth_date", "sex", "name"}
