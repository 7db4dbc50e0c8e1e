"""The worked examples of PACE in ICAO Doc 9303-11, appendices G, H and I: numbers as published, run byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from card_bench import ScriptedTransport, unhex
from pace_examples import (
    BRAINPOOL,
    DH_1024,
    EXAMPLES,
    G1,
    G1_GENERATOR,
    G1_PK_IFD,
    G1_PK_MAP_IC,
    G1_SHARED,
    G1_SK_MAP,
    G2,
    G2_GENERATOR,
    H1,
    H1_GENERATOR,
    H1_NUMBER,
    H2,
    H2_GENERATOR,
    H2_NUMBER,
    I1,
    I1_CARD_SECURITY,
    I1_PROOF,
    INFORMATION,
    KEY_G,
    Example,
)

from drivers.card.emrtd import chip_authentication, curves, mapping, pace
from drivers.card.emrtd.apdu import PlainChannel
from drivers.card.emrtd.crypto import CipherKind, cbc_decrypt, derive_key
from drivers.card.emrtd.groups import DH_BY_PARAMETER_ID, EC_BY_PARAMETER_ID
from drivers.card.emrtd.security_infos import Mapping, PaceInfo, pace_infos, parse
from drivers.errors import DeviceError


def run(example: Example, answers: tuple[str, ...] | None = None) -> tuple[ScriptedTransport, pace.PaceResult]:
    transport = ScriptedTransport([unhex(answer) for answer in answers or example.answers])
    scalars: Iterator[str] = iter(example.scalars)

    def octets(count: int) -> bytes:
        assert count == 16
        return unhex(example.own_nonce)

    draws = pace.Draws(lambda group: int(next(scalars), 16), octets)
    result = pace.run(PlainChannel(transport), example.info, pace.Password.MRZ, example.key, draws=draws)
    return transport, result


@pytest.mark.parametrize("section", EXAMPLES)
def test_the_whole_protocol_runs_byte_for_byte_as_published(section: str) -> None:
    example = EXAMPLES[section]
    transport, result = run(example)
    assert transport.sent == [unhex(command) for command in example.commands]
    keys = result.keys
    assert (keys.enc, keys.mac, keys.ssc) == (example.enc, example.mac, bytes(16))
    assert (result.mapped is not None) is (section == "I.1")


@pytest.mark.parametrize("section", EXAMPLES)
def test_the_password_key_opens_the_nonce_that_is_published(section: str) -> None:
    example = EXAMPLES[section]
    sealed = unhex(example.answers[1])[4:-2]
    assert cbc_decrypt(CipherKind.AES128, example.key, bytes(16), sealed) == example.nonce


def test_g_1_ef_card_access_names_pace_with_its_curve_and_cipher() -> None:
    (info,) = pace_infos(unhex("31143012060A 04007F00070202040202 020102 02010D"))
    assert info == G1.info
    assert pace.usable((info,)) == [info]


def test_g_1_the_key_comes_from_the_mrz() -> None:
    assert pace.mrz_secret(INFORMATION) == unhex("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
    assert derive_key(pace.mrz_secret(INFORMATION), 3, CipherKind.AES128) == KEY_G


def test_g_1_generic_mapping_gives_the_published_generator() -> None:
    curve = curves.BY_PARAMETER_ID[BRAINPOOL]
    meeting = curve.multiply(int(G1_SK_MAP, 16), curve.decode(unhex(G1_PK_MAP_IC)))
    assert curve.encode(meeting) == G1_SHARED
    generator = curve.add(curve.multiply(int.from_bytes(G1.nonce, "big"), curve.g), meeting)
    assert curve.encode(generator) == G1_GENERATOR
    assert curve.encode(curve.multiply(int(G1.scalars[1], 16), generator)) == unhex(G1_PK_IFD)


def test_g_2_generic_mapping_gives_the_published_generator() -> None:
    group = DH_BY_PARAMETER_ID[DH_1024]
    peer = group.decode(unhex(G2.answers[2])[6:-2])
    meeting = group.power(int(G2.scalars[0], 16), peer)
    assert group.combine(group.power(int.from_bytes(G2.nonce, "big"), group.base), meeting) == G2_GENERATOR


@pytest.mark.parametrize(
    ("example", "group", "number", "generator"),
    [
        (H1, EC_BY_PARAMETER_ID[BRAINPOOL], H1_NUMBER, H1_GENERATOR),
        (H2, DH_BY_PARAMETER_ID[DH_1024], H2_NUMBER, H2_GENERATOR),
    ],
    ids=["H.1", "H.2"],
)
def test_integrated_mapping_gives_the_published_number_and_generator(
    example: Example, group: Any, number: bytes, generator: Any
) -> None:
    bits = group.prime.bit_length()
    found = mapping.pseudo_random(CipherKind.AES128, example.nonce, unhex(example.own_nonce), bits) % group.prime
    assert found.to_bytes(len(number), "big") == number
    mapped = group.from_number(found)
    assert (group.encode(mapped) if isinstance(generator, bytes) else mapped) == generator


def test_i_1_the_proof_fits_the_static_key_and_no_other() -> None:
    _, result = run(I1)
    assert result.mapped is not None
    assert result.mapped.proof == I1_PROOF
    infos = parse(I1_CARD_SECURITY)
    assert (infos.keys[0].key_id, chip_authentication.mapping_proves(result.mapped, infos)) == (13, True)
    forged = pace.MappedKey(result.mapped.group, result.mapped.public, I1_PROOF[:-1] + b"\x00")
    assert not chip_authentication.mapping_proves(forged, infos)


# --- what is not published: refusals and forgeries


@pytest.mark.parametrize("section", EXAMPLES)
def test_a_wrong_password_shows_at_the_token_and_nowhere_else(section: str) -> None:
    example = EXAMPLES[section]
    with pytest.raises(pace.PasswordRefusedError):
        run(example, (*example.answers[:4], "6300"))


@pytest.mark.parametrize("section", EXAMPLES)
def test_a_chip_that_does_not_know_the_password_is_not_believed(section: str) -> None:
    example = EXAMPLES[section]
    token = unhex(example.answers[4])
    place = 2 + 2 + 7
    damaged = token[:place] + bytes((token[place] ^ 1,)) + token[place + 1 :]
    with pytest.raises(DeviceError, match="token is wrong"):
        run(example, (*example.answers[:4], damaged.hex()))


def test_a_refusal_before_the_nonce_is_no_wrong_password() -> None:
    for answers in (("6982",), ("9000", "6982")):
        with pytest.raises(pace.PaceRefusedError):
            run(G1, answers)


@pytest.mark.parametrize("status", ["6983", "63C0"])
def test_a_blocked_password_is_told(status: str) -> None:
    with pytest.raises(DeviceError, match="CRD-BLOCKED"):
        run(G1, (status,))


def test_points_off_the_curve_and_our_own_keys_are_refused() -> None:
    off = bytearray(unhex(G1.answers[2]))
    off[-3] ^= 1
    with pytest.raises(DeviceError, match="not on the curve"):
        run(G1, (*G1.answers[:2], off.hex()))
    ours = unhex(G1.commands[2])[9:-1].hex()
    with pytest.raises(DeviceError, match="our own key"):
        run(G1, (*G1.answers[:2], f"7C438241{ours}9000"))
    with pytest.raises(DeviceError, match="our own key"):
        run(G1, (*G1.answers[:3], f"7C438441{G1_PK_IFD}9000"))


@pytest.mark.parametrize("number", ["00", "01", "02"])
def test_trivial_dh_keys_and_keys_outside_the_subgroup_are_refused(number: str) -> None:
    # 2 is no member of the subgroup of 160 bits.
    with pytest.raises(DeviceError, match="CRD-GARBLED"):
        run(G2, (*G2.answers[:2], f"7C038201{number}9000"))


def test_several_offers_need_their_domain_parameters_named() -> None:
    transport = ScriptedTransport([unhex("6A80")])
    with pytest.raises(pace.PaceRefusedError):
        pace.run(PlainChannel(transport), G1.info, pace.Password.CAN, KEY_G, ambiguous=True)
    assert transport.sent == [unhex("0022C1A412800A04007F0007020204020283010284010D")]


def test_the_best_offer_comes_first_and_what_cannot_be_run_not_at_all() -> None:
    def info(kind: int, cipher: CipherKind, number: int | None) -> PaceInfo:
        return PaceInfo(bytes((kind, cipher.key_bytes)), kind, cipher, number)

    aes, strong, weak = CipherKind.AES128, CipherKind.AES256, CipherKind.TDES
    offers = (
        info(Mapping.DH_GM, strong, 2),
        info(Mapping.ECDH_GM, weak, 12),
        info(Mapping.ECDH_GM, aes, 12),
        info(Mapping.ECDH_GM, strong, 12),
        info(Mapping.ECDH_CAM, aes, 12),
        # P-224 has no point encoding, 19 no curve, 5 no mapping, and an offer may leave its parameters out.
        info(Mapping.ECDH_IM, strong, 10),
        info(Mapping.ECDH_GM, strong, 19),
        info(5, strong, 12),
        info(Mapping.DH_IM, strong, None),
        info(Mapping.ECDH_CAM, weak, 12),
    )
    assert pace.usable(offers) == [offers[4], offers[3], offers[2], offers[0], offers[1]]


# --- the groups themselves


def test_every_standard_curve_has_the_order_it_claims() -> None:
    for curve in curves.CURVES:
        assert curve.contains(curve.g)
        x, y = curve.multiply(curve.n - 1, curve.g)
        assert (x, y) == (curve.g[0], curve.p - curve.g[1]), curve.name
        with pytest.raises(ValueError, match="infinity"):
            curve.multiply(curve.n, curve.g)


def test_the_library_and_our_own_arithmetic_agree_on_every_curve() -> None:
    for curve in curves.CURVES:
        point = curve.multiply(3**40, curve.g)
        for scalar in (1, 2, 3, 7**30, curve.n - 1, curve.n - 2, curve.n - 3):
            product = curve._multiply_here(scalar, point)
            assert curve.multiply(scalar, point) == product, (curve.name, scalar)
            assert curve.shared_x(scalar, point) == product[0].to_bytes(curve.field_bytes, "big")


@pytest.mark.parametrize("number", DH_BY_PARAMETER_ID)
def test_every_standard_dh_group_has_the_subgroup_it_claims(number: int) -> None:
    group = DH_BY_PARAMETER_ID[number]
    assert group.q is not None
    assert ((group.p - 1) % group.q, pow(group.g, group.q, group.p)) == (0, 1)
    for prime in (group.p, group.q):
        assert all(pow(base, prime - 1, prime) == 1 for base in (2, 3, 5, 7, 11))
