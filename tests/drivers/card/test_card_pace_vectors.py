"""The worked example of ICAO Doc 9303-11 Appendix G.1: PACE with ECDH generic mapping, numbers as published."""

from __future__ import annotations

import pytest
from card_bench import ScriptedTransport, unhex

from drivers.card.emrtd import curves, mrz, pace
from drivers.card.emrtd.apdu import PlainChannel
from drivers.card.emrtd.crypto import CipherKind, derive_key
from drivers.card.emrtd.security_infos import Mapping, pace_infos
from drivers.errors import DeviceError

CARD_ACCESS = unhex("31143012060A 04007F00070202040202 020102 02010D")
INFORMATION = mrz.key_information("T22000129,640812,101031")
NONCE_SEALED = unhex("95A3A016522EE98D01E76CB6B98B42C3")
NONCE = unhex("3F00C4D39D153F2B2A214A078D899B22")
SK_MAP_IFD = int("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99", 16)
PK_MAP_IFD = unhex(
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
    "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
)
PK_MAP_IC = unhex(
    "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
)
H = unhex(
    "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5"
    "0840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181"
)
MAPPED_GENERATOR = unhex(
    "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2"
    "8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
)
SK_DH_IFD = int("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595", 16)
PK_DH_IFD = unhex(
    "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
    "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
)
PK_DH_IC = unhex(
    "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
    "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094"
)
KS_ENC = unhex("F5F0E35C0D7161EE6724EE513A0D9A7F")
KS_MAC = unhex("FE251C7858B356B24514B3BD5F4297D1")
OID = unhex("04007F00070202040202")

ANSWERS = [
    unhex("9000"),
    unhex("7C128010") + NONCE_SEALED + unhex("9000"),
    unhex("7C438241") + PK_MAP_IC + unhex("9000"),
    unhex("7C438441") + PK_DH_IC + unhex("9000"),
    unhex("7C0A86083ABB9674BCE93C08 9000"),
]
COMMANDS = [
    unhex("0022C1A412800A04007F0007020204020283010184010D"),
    unhex("10860000027C0000"),
    unhex("10860000457C438141") + PK_MAP_IFD + b"\x00",
    unhex("10860000457C438341") + PK_DH_IFD + b"\x00",
    unhex("008600000C7C0A8508C2B0BD78D94BA86600"),
]


def run(answers: list[bytes]) -> tuple[ScriptedTransport, object]:
    transport = ScriptedTransport(answers)
    scalars = iter([SK_MAP_IFD, SK_DH_IFD])
    (info,) = pace_infos(CARD_ACCESS)
    secret = pace.mrz_secret(INFORMATION)
    return transport, pace.run(PlainChannel(transport), info, pace.Password.MRZ, secret, lambda curve: next(scalars))


def test_ef_card_access_names_pace_with_its_curve_and_cipher() -> None:
    (info,) = pace_infos(CARD_ACCESS)
    assert (info.oid, info.mapping, info.cipher, info.parameter_id) == (OID, Mapping.ECDH_GM, CipherKind.AES128, 13)
    assert pace.choose((info,)) is info


def test_the_password_key_opens_the_nonce() -> None:
    assert pace.mrz_secret(INFORMATION) == unhex("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
    assert derive_key(pace.mrz_secret(INFORMATION), 3, CipherKind.AES128) == unhex("89DED1B26624EC1E634C1989302849DD")


def test_generic_mapping_gives_the_published_generator() -> None:
    curve = curves.BY_PARAMETER_ID[13]
    meeting = curve.multiply(SK_MAP_IFD, curve.decode(PK_MAP_IC))
    assert curve.encode(meeting) == H
    generator = curve.add(curve.multiply(int.from_bytes(NONCE, "big"), curve.g), meeting)
    assert curve.encode(generator) == MAPPED_GENERATOR
    assert curve.encode(curve.multiply(SK_DH_IFD, generator)) == PK_DH_IFD


def test_the_whole_protocol_runs_byte_for_byte_as_published() -> None:
    transport, keys = run(ANSWERS)
    assert transport.sent == COMMANDS
    assert (keys.enc, keys.mac, keys.ssc) == (KS_ENC, KS_MAC, bytes(16))


def test_a_wrong_password_shows_at_the_token_and_nowhere_else() -> None:
    with pytest.raises(pace.PasswordRefusedError):
        run([*ANSWERS[:4], unhex("6300")])


def test_a_chip_that_does_not_know_the_password_is_not_believed() -> None:
    with pytest.raises(DeviceError, match="token is wrong"):
        run([*ANSWERS[:4], unhex("7C0A86083ABB9674BCE93C09 9000")])


def test_a_refusal_before_the_nonce_is_no_wrong_password() -> None:
    with pytest.raises(pace.PaceRefusedError):
        run([unhex("6982")])
    with pytest.raises(pace.PaceRefusedError):
        run([ANSWERS[0], unhex("6982")])


@pytest.mark.parametrize("status", ["6983", "63C0"])
def test_a_blocked_password_is_told(status: str) -> None:
    with pytest.raises(DeviceError, match="CRD-BLOCKED"):
        run([unhex(status)])


def test_points_off_the_curve_and_our_own_key_are_refused() -> None:
    off = bytearray(PK_MAP_IC)
    off[-1] ^= 1
    with pytest.raises(DeviceError, match="not on the curve"):
        run([*ANSWERS[:2], unhex("7C438241") + bytes(off) + unhex("9000")])
    with pytest.raises(DeviceError, match="our own key"):
        run([*ANSWERS[:3], unhex("7C438441") + PK_DH_IFD + unhex("9000")])


def test_every_standard_curve_has_the_order_it_claims() -> None:
    for curve in curves.CURVES:
        assert curve.contains(curve.g)
        x, y = curve.multiply(curve.n - 1, curve.g)
        assert (x, y) == (curve.g[0], curve.p - curve.g[1]), curve.name
        with pytest.raises(ValueError, match="infinity"):
            curve.multiply(curve.n, curve.g)
