"""The worked example of ICAO Doc 9303-11 Appendix D: BAC and secure messaging with 3DES, numbers as published."""

from __future__ import annotations

import pytest
from card_bench import ScriptedTransport, unhex

from drivers import mrz
from drivers.card.emrtd import bac
from drivers.card.emrtd.apdu import Command, PlainChannel
from drivers.card.emrtd.crypto import CipherKind, cbc_encrypt, derive_key, pad, retail_mac
from drivers.card.emrtd.pace import PasswordRefusedError
from drivers.card.emrtd.secure_messaging import SecureChannel
from drivers.errors import DeviceError

# D.2
INFORMATION = "L898902C<369080619406236"
K_SEED = unhex("239AB9CB282DAF66231DC5A4DF6BFBAE")
K_ENC = unhex("AB94FDECF2674FDFB9B391F85D7F76F2")
K_MAC = unhex("7962D9ECE03D1ACD4C76089DCE131543")
# D.3
RND_IC = unhex("4608F91988702212")
RND_IFD = unhex("781723860C06C226")
K_IFD = unhex("0B795240CB7049B01C19B33E32804F0B")
EXTERNAL_AUTHENTICATE = unhex(
    "0082000028 72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2 5F1448EEA8AD90A7 28"
)
ANSWER = unhex("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F 2F2D235D074D7449 9000")
KS_ENC = unhex("979EC13B1CBFE9DCD01AB0FED307EAE5")
KS_MAC = unhex("F1CB1F1FB5ADF208806B89DC579DC1F8")
SSC = unhex("887022120C06C226")
# D.4: command as sent, answer as received.
SELECT_COM = unhex("0CA4020C15 8709016375432908C044F6 8E08BF8B92D635FF24F8 00")
SELECTED = unhex("99029000 8E08FA855A5D4C50A8ED 9000")
READ_4 = unhex("0CB000000D 970104 8E08ED6705417E96BA55 00")
FIRST_4 = unhex("8709019FF0EC34F9922651 99029000 8E08AD55CC17140B2DED 9000")
READ_18 = unhex("0CB000040D 970112 8E082EA28A70F3C7B535 00")
NEXT_18 = unhex("871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A 99029000 8E08C8B2787EAEA07D74 9000")


def scripted_random(*values: bytes):
    left = list(values)

    def random(count: int) -> bytes:
        value = left.pop(0)
        assert len(value) == count
        return value

    return random


def test_keys_come_from_the_mrz_as_in_d_2() -> None:
    assert mrz.key_information("L898902C<,690806,940623") == INFORMATION
    assert mrz.key_information(INFORMATION) == INFORMATION
    assert derive_key(K_SEED, 1, CipherKind.TDES) == K_ENC
    assert derive_key(K_SEED, 2, CipherKind.TDES) == K_MAC


def test_cipher_and_mac_are_those_of_d_3() -> None:
    sealed = cbc_encrypt(CipherKind.TDES, K_ENC, bytes(8), RND_IFD + RND_IC + K_IFD)
    assert sealed == EXTERNAL_AUTHENTICATE[5:37]
    assert retail_mac(K_MAC, pad(sealed, 8)) == EXTERNAL_AUTHENTICATE[37:45]


def opened(*answers: bytes) -> tuple[ScriptedTransport, SecureChannel]:
    transport = ScriptedTransport([RND_IC + b"\x90\x00", ANSWER, *answers])
    plain = PlainChannel(transport)
    keys = bac.run(plain, INFORMATION, scripted_random(RND_IFD, K_IFD))
    assert (keys.enc, keys.mac, keys.ssc) == (KS_ENC, KS_MAC, SSC)
    return transport, SecureChannel(plain, keys)


def test_bac_and_reading_ef_com_run_byte_for_byte_as_in_d_3_and_d_4() -> None:
    transport, channel = opened(SELECTED, FIRST_4, NEXT_18)
    assert channel.send(Command(0x00, 0xA4, 0x02, 0x0C, unhex("011E"))).ok
    assert channel.send(Command(0x00, 0xB0, 0x00, 0x00, b"", 4)).data == unhex("60145F01")
    assert channel.send(Command(0x00, 0xB0, 0x00, 0x04, b"", 18)).data == unhex("04303130365F36063034303030305C026175")
    assert transport.sent == [unhex("0084000008"), EXTERNAL_AUTHENTICATE, SELECT_COM, READ_4, READ_18]


@pytest.mark.parametrize("place", range(len(SELECTED) - 2))
def test_one_wrong_bit_anywhere_in_a_protected_answer_ends_the_session(place: int) -> None:
    damaged = bytearray(SELECTED)
    damaged[place] ^= 0x01
    _, channel = opened(bytes(damaged), SELECTED)
    with pytest.raises(DeviceError, match="CRD-GARBLED"):
        channel.send(Command(0x00, 0xA4, 0x02, 0x0C, unhex("011E")))
    with pytest.raises(DeviceError, match="already ended"):
        channel.send(Command(0x00, 0xA4, 0x02, 0x0C, unhex("011E")))


def test_a_chip_that_answers_another_challenge_is_not_believed() -> None:
    transport = ScriptedTransport([bytes(8) + b"\x90\x00", ANSWER])
    with pytest.raises(DeviceError, match="another challenge"):
        bac.run(PlainChannel(transport), INFORMATION, scripted_random(RND_IFD, K_IFD))


def test_a_refused_mrz_is_told_apart_from_a_blocked_chip() -> None:
    refused = ScriptedTransport([RND_IC + b"\x90\x00", b"\x63\x00"])
    with pytest.raises(PasswordRefusedError):
        bac.run(PlainChannel(refused), INFORMATION)
    blocked = ScriptedTransport([RND_IC + b"\x90\x00", b"\x69\x83"])
    with pytest.raises(DeviceError, match="CRD-BLOCKED"):
        bac.run(PlainChannel(blocked), INFORMATION)
