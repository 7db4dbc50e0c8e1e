"""Every protocol against the virtual chip, which shares no line with the reader: ways in, proofs, and copies caught."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from card_bench import ISSUER, ChipTransport, chip, read
from PIL import Image

from drivers.card.emrtd import chip_authentication
from drivers.card.emrtd.certificates import TrustStore
from drivers.card.emrtd.security_infos import parse
from drivers.errors import DeviceError
from drivers.ports import AccessKind, CardAccess, Cause, Check, Verdict
from drivers.simulators.chip.applet import Defects
from drivers.simulators.chip.people import PEOPLE

ADULT = PEOPLE["adult"]
CURVES, NUMBERS = range(8, 19), range(3)
PLAIN: dict[str, Any] = {"active": "none", "chip": "none"}


def verdicts(target: Any, trust: TrustStore) -> tuple[Check, Check, Check]:
    reading = read(ChipTransport(target), CardAccess(can=ADULT.can), trust=trust)
    return reading.passive, reading.active, reading.chip


# --- PACE


@pytest.mark.parametrize("parameters", [*NUMBERS, *CURVES])
def test_generic_mapping_runs_in_every_standard_domain(parameters: int) -> None:
    target = chip(parameters=parameters, **PLAIN)
    for access in (CardAccess(can=ADULT.can), CardAccess(mrz=ADULT.mrz)):
        assert read(ChipTransport(target), access).holder.number == ADULT.number
        target.reset()


@pytest.mark.parametrize("parameters", [*NUMBERS, *CURVES])
def test_integrated_mapping_runs_wherever_it_is_defined(parameters: int) -> None:
    target = chip(parameters=parameters, mapping="im", **PLAIN)
    if parameters == 10:
        # P-224's prime is 1 modulo 4: the standard's point encoding does not exist there.
        with pytest.raises(DeviceError, match="CRD-UNSUPPORTED"):
            read(ChipTransport(target), CardAccess(can=ADULT.can))
        return
    assert read(ChipTransport(target), CardAccess(can=ADULT.can)).access is AccessKind.PACE_CAN


@pytest.mark.parametrize("parameters", CURVES)
def test_the_mapping_that_proves_the_chip_runs_on_every_curve(parameters: int, trust: TrustStore) -> None:
    check = verdicts(chip(parameters=parameters, mapping="cam", **PLAIN), trust)[2]
    assert (check.verdict, "EF.CardSecurity" in check.reason) == (Verdict.PASSED, True)


@pytest.mark.parametrize("mapping", ["gm", "im", "cam"])
@pytest.mark.parametrize("suite", ["3des", "aes-128", "aes-192", "aes-256"])
@pytest.mark.parametrize("parameters", [2, 12])
def test_every_cipher_runs_in_every_mapping(mapping: str, suite: str, parameters: int) -> None:
    if mapping == "cam" and (suite == "3des" or parameters == 2):
        pytest.skip("not defined")
    target = chip(parameters=parameters, mapping=mapping, suite=suite, **PLAIN)
    assert read(ChipTransport(target), CardAccess(can=ADULT.can)).holder.name == ADULT.name
    target.reset()
    with pytest.raises(DeviceError, match="CRD-WRONG-CAN"):
        read(ChipTransport(target), CardAccess(can="000000"))


# --- chip authentication


@pytest.mark.parametrize("suite", ["3des", "aes-128", "aes-192", "aes-256"])
@pytest.mark.parametrize("domain", [0, 2, 12, 14, 17])
@pytest.mark.parametrize("short_only", [False, True])
def test_chip_authentication_rekeys_in_every_cipher(
    suite: str, domain: int, short_only: bool, trust: TrustStore
) -> None:
    # A key of 2048 bits does not fit into a short command: it is chained.
    target = chip(chip=suite, chip_parameters=domain, active="none", defects=Defects(short_only=short_only))
    passive, _, check = verdicts(target, trust)
    assert (passive.verdict, check.verdict) == (Verdict.PASSED, Verdict.PASSED), check.reason


@pytest.mark.parametrize("pace_suite", ["3des", "aes-256"])
@pytest.mark.parametrize("chip_suite", ["3des", "aes-256"])
def test_the_new_session_may_have_another_cipher_than_the_old_one(
    pace_suite: str, chip_suite: str, trust: TrustStore
) -> None:
    assert verdicts(chip(suite=pace_suite, chip=chip_suite), trust)[2].verdict is Verdict.PASSED


def test_chip_authentication_follows_bac_as_well(trust: TrustStore) -> None:
    target = chip(defects=Defects(pace_refused=True))
    reading = read(ChipTransport(target), CardAccess(mrz=ADULT.mrz), trust=trust)
    assert (reading.access, reading.chip.verdict, reading.active.verdict) == (
        AccessKind.BAC,
        Verdict.PASSED,
        Verdict.PASSED,
    )


def test_static_keys_on_curves_that_are_spelt_out_are_understood(trust: TrustStore) -> None:
    assert verdicts(chip(explicit=True, chip_parameters=13), trust)[2].verdict is Verdict.PASSED
    assert verdicts(chip(explicit=True, mapping="cam", parameters=16), trust)[2].verdict is Verdict.PASSED


def test_the_strongest_offer_with_a_key_is_taken() -> None:
    infos = parse(ISSUER.card(ADULT, chip="aes-256").files[0x010E][3:])
    chosen = chip_authentication.choose(infos)
    assert chosen is not None
    assert chosen[0].cipher.label == "AES-256"
    assert chip_authentication.choose(parse(ISSUER.card(ADULT, chip="none").files[0x011C])) is None


# --- active authentication


@pytest.mark.parametrize("kind", ["ecdsa", "ecdsa-p384", "ecdsa-brainpool320", "rsa", "rsa-sha1", "rsa-sha512"])
@pytest.mark.parametrize("short_only", [False, True])
def test_active_authentication_passes_in_every_kind(kind: str, short_only: bool, trust: TrustStore) -> None:
    # A signature of 256 bytes does not fit into a short protected answer: it comes in pieces (61xx).
    check = verdicts(chip(active=kind, defects=Defects(short_only=short_only)), trust)[1]
    assert (check.verdict, "DG15" in check.reason) == (Verdict.PASSED, True), check.reason


def test_a_card_without_keys_is_not_checked_and_says_why(trust: TrustStore) -> None:
    passive, active, check = verdicts(chip(**PLAIN), trust)
    assert passive.verdict is Verdict.PASSED
    assert (active.verdict, active.reason) == (Verdict.NOT_CHECKED, "the card has no DG15")
    assert (check.verdict, check.reason) == (Verdict.NOT_CHECKED, "DG14 has no key for chip authentication")


# --- copies


@pytest.mark.parametrize("active", ["ecdsa", "rsa", "rsa-sha1"])
@pytest.mark.parametrize("suite", ["3des", "aes-128"])
def test_a_copy_of_every_file_is_caught_twice_though_its_signatures_are_good(
    active: str, suite: str, trust: TrustStore
) -> None:
    passive, proof, check = verdicts(chip(active=active, chip=suite, defects=Defects(clone=True)), trust)
    assert passive.verdict is Verdict.PASSED
    assert (proof.verdict, check.verdict) == (Verdict.FAILED, Verdict.FAILED)
    assert "private" in proof.reason
    assert "private" in check.reason


def test_a_copy_is_caught_by_pace_itself_where_that_proves_the_chip(trust: TrustStore) -> None:
    target = chip(mapping="cam", **PLAIN, defects=Defects(clone=True))
    assert verdicts(target, trust)[2].verdict is Verdict.FAILED


@pytest.mark.parametrize("defects", [Defects(no_proofs=True), Defects(stripped=True)])
def test_a_copy_that_will_not_talk_about_it_is_caught_too(defects: Defects, trust: TrustStore) -> None:
    _, active, check = verdicts(chip(defects=defects), trust)
    assert (active.verdict, check.verdict) == (Verdict.FAILED, Verdict.FAILED)


def test_keys_that_nobody_signed_prove_nothing(trust: TrustStore) -> None:
    # A forger puts keys of his own on a copied card: the chip holds them, and DG14 and DG15 are not what was signed.
    target, forged = chip(), ISSUER.card(PEOPLE["elder"])
    files = dict(target.card.files) | {fid: forged.files[fid] for fid in (0x010E, 0x010F)}
    for name, value in (("files", files), ("chip_key", forged.chip_key), ("signer", forged.signer)):
        object.__setattr__(target.card, name, value)
    passive, active, check = verdicts(target, trust)
    assert passive.verdict is Verdict.FAILED
    assert (active.verdict, check.verdict) == (Verdict.NOT_CHECKED, Verdict.NOT_CHECKED)


def test_the_proofs_of_an_unknown_issuers_card_carry_the_warning() -> None:
    passive, active, check = verdicts(chip(), TrustStore())
    assert passive.verdict is Verdict.ISSUER_NOT_TRUSTED
    assert "not vouched for" in active.reason
    assert "not vouched for" in check.reason


def test_what_ef_com_hides_and_ef_sod_lists_is_asked_for(trust: TrustStore) -> None:
    target = chip()
    files = dict(target.card.files)
    files[0x011E] = bytes.fromhex("6016 5F0104 30313037 5F3606 303430303030 5C03 61756D".replace(" ", ""))
    files[0x011E] = files[0x011E][:1] + bytes((len(files[0x011E]) - 2,)) + files[0x011E][2:]
    object.__setattr__(target.card, "files", files)
    reading = read(ChipTransport(target), CardAccess(can=ADULT.can), trust=trust)
    assert {"DG14", "DG15"} <= set(reading.groups)
    assert (reading.active.verdict, reading.chip.verdict) == (Verdict.PASSED, Verdict.PASSED)


# --- portraits


@pytest.mark.parametrize(
    ("defects", "options", "causes"),
    [
        (Defects(), {}, (Cause.NONE, Cause.NONE, Cause.NONE)),
        (Defects(), {"active": "none", "chip": "none"}, (Cause.NONE, Cause.NO_KEY, Cause.NO_KEY)),
        (Defects(clone=True), {}, (Cause.NONE, Cause.NOT_ORIGINAL, Cause.NOT_ORIGINAL)),
        (Defects(stripped=True), {}, (Cause.NONE, Cause.WITHHELD, Cause.WITHHELD)),
    ],
)
def test_each_verdict_has_a_cause_that_can_be_put_into_any_language(
    defects: Defects, options: dict[str, str], causes: tuple[Cause, ...], trust: TrustStore
) -> None:
    found = verdicts(chip(defects=defects, **options), trust)
    assert tuple(check.cause for check in found) == causes
    assert all(check.reason for check in found)


def test_an_unknown_issuer_and_a_changed_file_have_their_causes(trust: TrustStore) -> None:
    unknown = verdicts(chip(), TrustStore())
    assert [check.cause for check in unknown] == [Cause.ISSUER_UNKNOWN, Cause.KEY_NOT_VOUCHED, Cause.KEY_NOT_VOUCHED]
    changed = verdicts(chip(wrong_hash=True), trust)[0]
    assert (changed.verdict, changed.cause) == (Verdict.FAILED, Cause.NOT_AS_SIGNED)


@pytest.mark.parametrize("picture", ["jpeg", "jp2"])
@pytest.mark.parametrize("size", [0, 20_000, 60_000])
def test_portraits_of_either_kind_and_any_size_come_as_they_are(picture: str, size: int) -> None:
    reading = read(ChipTransport(chip(photo=size, picture=picture)), CardAccess(can=ADULT.can))
    content = base64.b64decode(reading.photo_b64)
    assert reading.photo_type == {"jpeg": "image/jpeg", "jp2": "image/jp2"}[picture]
    assert len(content) >= size
    assert Image.open(io.BytesIO(content)).size == (480, 640)


@pytest.mark.parametrize("suite", ["3des", "aes-128"])
@pytest.mark.parametrize("defects", [Defects(), Defects(short_only=True), Defects(largest=1000)])
def test_sixty_kilobytes_come_past_the_32_kb_line_in_every_size_of_answer(suite: str, defects: Defects) -> None:
    target = chip(photo=60_000, suite=suite, defects=defects, **PLAIN)
    assert len(base64.b64decode(read(ChipTransport(target), CardAccess(can=ADULT.can)).photo_b64)) == 60_000
