"""How a chip is approached: what the QR code opens and contradicts, sizes of answers remembered, few commands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, x509
from card_bench import ATR, ISSUER, TODAY, ChipTransport, Events, chip, read

from drivers.card.chunks import ChunkMemory
from drivers.card.emrtd import tlv
from drivers.card.emrtd.access import Passwords
from drivers.card.emrtd.certificates import TrustStore
from drivers.card.emrtd.reader import ChipReading, ChipSettings
from drivers.card.expiry import candidates
from drivers.errors import DeviceError
from drivers.ports import AccessKind, CardAccess, CardReading, Verdict
from drivers.simulators.chip.applet import Chip, Defects
from drivers.simulators.chip.people import PEOPLE
from drivers.simulators.chip.status import StatusError

ADULT = PEOPLE["adult"]
NO_PROOFS: dict[str, Any] = {"active": "none", "chip": "none"}


# --- the QR code as the key


@pytest.mark.parametrize("person", PEOPLE.values(), ids=list(PEOPLE))
def test_the_qr_code_opens_the_chip_and_agrees_with_it(person) -> None:
    reading = read(ChipTransport(chip(person.key)), CardAccess(qr=person.qr))
    assert (reading.access, reading.holder.number, reading.mismatches) == (AccessKind.PACE_CAN, person.number, ())


@pytest.mark.parametrize("person", PEOPLE.values(), ids=list(PEOPLE))
def test_the_qr_code_opens_bac_with_the_expiry_dates_of_the_law(person) -> None:
    transport = ChipTransport(chip(person.key, defects=Defects(pace_refused=True)))
    reading = read(transport, CardAccess(qr=person.qr))
    assert (reading.access, reading.holder.number) == (AccessKind.BAC, person.number)
    tries = sum(apdu[:2] == b"\x00\x82" for apdu in transport.sent)
    assert tries == 1, "the date that the law names comes first"


def test_a_card_whose_expiry_is_not_the_laws_first_is_opened_with_another_of_its_dates() -> None:
    person = PEOPLE["minor"]
    target = chip("minor", defects=Defects(pace_refused=True))
    object.__setattr__(target.card, "person", _expiring(person, date(2051, 9, 2)))
    transport = ChipTransport(target)
    assert read(transport, CardAccess(qr=person.qr)).access is AccessKind.BAC
    assert sum(apdu[:2] == b"\x00\x82" for apdu in transport.sent) > 1


def test_a_card_that_expires_on_no_legal_date_asks_for_the_mrz() -> None:
    target = chip(defects=Defects(pace_refused=True))
    object.__setattr__(target.card, "person", _expiring(ADULT, date(2031, 3, 3)))
    transport = ChipTransport(target)
    with pytest.raises(DeviceError, match="CRD-WRONG-MRZ"):
        read(transport, CardAccess(qr=ADULT.qr))
    assert sum(apdu[:2] == b"\x00\x82" for apdu in transport.sent) <= 5


def test_a_refused_can_of_a_qr_code_is_not_followed_by_guesses() -> None:
    transport = ChipTransport(chip("elder"))
    with pytest.raises(DeviceError, match="CRD-WRONG-CAN"):
        read(transport, CardAccess(qr=ADULT.qr))
    assert not any(apdu[1] in (0x82, 0x84) for apdu in transport.sent)


@pytest.mark.parametrize(
    ("birth", "issued", "expected"),
    [
        # Renewed at 14, 25, 40 and 60; within two years before, valid until the next; after 60 for ever.
        (date(1999, 5, 17), date(2022, 6, 20), "390517"),
        (date(1999, 5, 17), date(2022, 5, 16), "240517"),
        (date(1999, 5, 17), date(2022, 5, 17), "390517"),
        (date(2011, 9, 2), date(2025, 10, 1), "360902"),
        (date(1958, 11, 3), date(2021, 4, 8), "991231"),
        (date(1965, 1, 1), date(2023, 6, 1), "991231"),
        (date(2020, 2, 29), date(2024, 8, 1), "340228"),
        (date(1992, 2, 29), date(2023, 3, 1), "320229"),
    ],
)
def test_the_laws_first_expiry(birth: date, issued: date, expected: str) -> None:
    found = candidates(birth, issued)
    assert found[0] == expected
    assert "991231" in found
    assert len(found) == len(set(found)) <= 5


def test_a_qr_code_with_an_odd_date_still_opens_and_compares_nothing() -> None:
    odd = ADULT.qr.replace("17051999", "00001999")
    passwords = Passwords.of(CardAccess(qr=odd))
    assert (passwords.can, passwords.qr, passwords.for_bac) == (ADULT.can, None, ())
    with pytest.raises(DeviceError, match="CRD-NEEDS-ACCESS"):
        Passwords.of(CardAccess(qr="https://vi.example"))


def test_what_the_qr_code_contradicts_is_named() -> None:
    forged = PEOPLE["elder"].qr.split("|")
    forged[0] = ADULT.number
    reading = read(ChipTransport(chip()), CardAccess(can=ADULT.can, qr="|".join(forged)))
    assert set(reading.mismatches) == {"qr_birth_date", "qr_sex", "qr_issued", "qr_old_number", "qr_name"}
    other = read(ChipTransport(chip()), CardAccess(can=ADULT.can, qr=PEOPLE["elder"].qr))
    assert "qr_number" in other.mismatches


def test_without_dg13_the_qr_code_is_held_against_the_mrz() -> None:
    target = chip("long-name", **NO_PROOFS)
    files = {fid: content for fid, content in target.card.files.items() if fid != 0x010D}
    object.__setattr__(target.card, "files", files)
    reading = read(ChipTransport(target), CardAccess(qr=PEOPLE["long-name"].qr))
    assert reading.mismatches == ("dg13_missing",)
    target.reset()
    wrong = PEOPLE["long-name"].qr.replace("ƯỚC LỆ MINH", "ƯỚC LỄ VĂN").replace("28021987", "01031987")
    found = read(ChipTransport(target), CardAccess(qr=wrong)).mismatches
    assert {"qr_birth_date", "dg13_missing"} <= set(found)


def _expiring(person: Any, day: date) -> Any:
    return type(person)(**{**{name: getattr(person, name) for name in person.__dataclass_fields__}, "expires": day})


# --- sizes of answers


def test_a_chip_that_takes_offence_at_4096_is_asked_for_1000_then() -> None:
    chunks: dict[bytes, int] = {}
    target = chip(defects=Defects(largest=1000, strict_length=True))
    first = read(ChipTransport(target), CardAccess(can=ADULT.can), chunks=chunks)
    assert chunks == {ATR: 1000}
    target.reset()
    second = read(ChipTransport(target), CardAccess(can=ADULT.can), chunks=chunks)
    assert second.photo_b64 == first.photo_b64
    assert second.apdus < first.apdus


def test_the_first_plain_command_finds_out_about_extended_lengths_and_breaks_nothing() -> None:
    chunks: dict[bytes, int] = {}
    transport = ChipTransport(chip(defects=Defects(short_only=True)))
    read(transport, CardAccess(can=ADULT.can), chunks=chunks)
    assert transport.sent[0] == bytes.fromhex("00B09C00000000")
    assert transport.sent[1] == bytes.fromhex("00B09C0000")
    # PACE ran once only: the session was never lost over a length.
    assert sum(apdu[:4] == bytes.fromhex("0022C1A4") for apdu in transport.sent) == 1
    assert chunks == {ATR: 223}


def test_a_reader_that_loses_the_card_over_extended_lengths_is_kept_to_short_ones() -> None:
    class Weak(ChipTransport):
        lost = False

        def transmit(self, apdu: bytes) -> bytes:
            if len(apdu) > 261 or (apdu[4:5] == b"\x00" and len(apdu) > 5):
                self.lost = True
            if self.lost:
                raise DeviceError("CRD-REMOVED", "the reader says so")
            return super().transmit(apdu)

        def reset(self) -> None:
            self.lost = False
            super().reset()

    reading = read(Weak(chip()), CardAccess(can=ADULT.can))
    assert (reading.holder.number, reading.mismatches) == (ADULT.number, ())


class Fragile(ChipTransport):
    """Gone for good once it hears an extended command, as a chip that crashes over one is."""

    gone = False

    def transmit(self, apdu: bytes) -> bytes:
        self.gone = self.gone or (len(apdu) > 5 and apdu[4] == 0)
        if self.gone:
            raise DeviceError("CRD-REMOVED", "gone")
        return super().transmit(apdu)

    def reset(self) -> None:
        if self.gone:
            raise DeviceError("CRD-REMOVED", "gone")
        super().reset()


def test_a_chip_that_dies_of_long_answers_twice_is_spared_them() -> None:
    settings = ChipSettings(TrustStore(), {})
    for _ in range(2):
        with pytest.raises(DeviceError, match="CRD-REMOVED"):
            _read_with(settings, Fragile(chip()))
    assert settings.chunks == {ATR: 223}
    assert _read_with(settings, Fragile(chip())).holder.number == ADULT.number


@pytest.mark.parametrize("gone_at", [1, 12])
def test_a_card_taken_away_at_the_question_says_nothing_about_its_kind(gone_at: int) -> None:
    class Taken(ChipTransport):
        def reset(self) -> None:
            raise DeviceError("CRD-REMOVED", "gone")

    settings = ChipSettings(TrustStore(), {})
    with pytest.raises(DeviceError, match="CRD-REMOVED"):
        _read_with(settings, Taken(chip(), gone_at=gone_at))
    assert settings.chunks == {}


def _read_with(settings: ChipSettings, transport: ChipTransport) -> CardReading:
    return ChipReading(transport, ATR, Passwords.of(CardAccess(can=ADULT.can)), settings, Events()).run(TODAY)


def test_an_answer_of_6cxx_inside_the_session_is_asked_again_in_its_length() -> None:
    class Exact(Chip):
        def _read(self, call: Any, limit: int) -> Any:
            if call.p1 & 0x80 and (call.expected or 0) > 64:
                raise StatusError(0x6C40)
            return super()._read(call, limit)

    target = Exact(ISSUER.card(ADULT, **NO_PROOFS), Defects())
    # EF.CardAccess is read in the clear, where the same rule holds (ISO 7816-3 12.2.1).
    assert read(ChipTransport(target), CardAccess(can=ADULT.can)).holder.number == ADULT.number


def test_sizes_outlive_a_restart_in_a_file_without_anything_personal(tmp_path: Path) -> None:
    path = tmp_path / "state" / "chips.json"
    read(ChipTransport(chip()), CardAccess(can=ADULT.can), chunks=ChunkMemory(path))
    assert json.loads(path.read_text()) == {ATR.hex(): 4096}
    assert dict(ChunkMemory(path)) == {ATR: 4096}


@pytest.mark.parametrize("defects", [Defects(), Defects(short_only=True), Defects(largest=1000, strict_length=True)])
def test_the_second_card_of_a_kind_is_not_probed_not_even_after_a_restart(defects: Defects, tmp_path: Path) -> None:
    path = tmp_path / "chips.json"
    first = ChipTransport(chip(photo=20_000, defects=defects))
    read(first, CardAccess(can=ADULT.can), chunks=ChunkMemory(path))
    again = ChipTransport(chip("elder", photo=20_000, defects=defects))
    read(again, CardAccess(can=PEOPLE["elder"].can), chunks=ChunkMemory(path))
    # What is learnt is the size of answers: a chip that takes long ones is known by them, another is never asked.
    opened = [sum(apdu[1] == 0x22 and apdu[2:4] == b"\xc1\xa4" for apdu in card.sent) for card in (first, again)]
    assert opened[1] == 1
    assert len(again.sent) <= len(first.sent)
    if defects != Defects():
        assert len(again.sent) < len(first.sent)
    # A short chip says so in the clear, a middling one only by ending the session.
    assert opened[0] == (2 if defects.largest else 1)


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"zz": 1}', '{"3b80": "x"}', '{"3b80": -1}', "{" + " " * 70_000 + "}"]
)
def test_a_spoilt_file_is_as_good_as_none(content: str, tmp_path: Path) -> None:
    path = tmp_path / "chips.json"
    path.write_text(content, "ascii")
    assert dict(ChunkMemory(path)) == {}


def test_cards_that_change_their_atr_do_not_fill_the_memory() -> None:
    memory = ChunkMemory()
    for number in range(1000):
        memory[number.to_bytes(4, "big")] = 223
    assert len(memory) <= 64
    assert (999).to_bytes(4, "big") in memory


# --- few commands


def as_in_the_budget(suite: str, **options: Any) -> Any:
    """A card of the budget's sizes: DG2 20 kB, DG13 700 bytes, SOD 2 kB, all groups there."""
    target = chip(photo=20_000, suite=suite, **options)
    files = dict(target.card.files)
    files[0x011D] = _grown(files[0x011D], 2048)
    object.__setattr__(target.card, "files", files)
    assert len(files[0x0102]) >= 20_000
    assert len(files[0x011D]) >= 2048
    return target


def _grown(sod: bytes, size: int) -> bytes:
    """The same signed data with another certificate beside it that nobody needs, so that it is long enough."""
    element, _ = tlv.read_tlv(sod)
    info = cms.ContentInfo.load(element.value)
    certificates = list(info["content"]["certificates"])
    while len(sod) < size:
        certificates.append(cms.CertificateChoices("certificate", x509.Certificate.load(certificates[0].chosen.dump())))
        info["content"]["certificates"] = cms.CertificateSet(certificates)
        sod = tlv.encode(0x77, info.dump(force=True))
    return sod


@pytest.mark.parametrize(
    ("suite", "defects", "known", "most"),
    [
        ("3des", Defects(short_only=True), 223, 120),
        ("aes-128", Defects(short_only=True), 223, 120),
        ("aes-128", Defects(short_only=True), None, 120),
        ("3des", Defects(largest=1000), 1000, 45),
        ("aes-128", Defects(largest=1000), 1000, 45),
        ("aes-128", Defects(largest=1000), 4096, 45),
        ("aes-128", Defects(), 4096, 30),
        ("aes-128", Defects(), None, 30),
    ],
)
def test_the_budget_of_commands_holds(suite: str, defects: Defects, known: int | None, most: int) -> None:
    chunks = {} if known is None else {ATR: known}
    target = as_in_the_budget(suite, defects=defects)
    reading = read(ChipTransport(target), CardAccess(can=ADULT.can), chunks=chunks)
    assert reading.groups == ("COM", "DG1", "DG2", "DG13", "DG14", "DG15", "SOD")
    # Active and chip authentication, which the budget does not even ask for, are in it.
    assert (reading.active.verdict, reading.chip.verdict) == (Verdict.PASSED, Verdict.PASSED)
    assert reading.apdus <= most
