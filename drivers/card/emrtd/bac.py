"""Basic access control (ICAO 9303-11 4.3): the printed MRZ opens the chip."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final

from drivers.card.emrtd.apdu import Channel, Command
from drivers.card.emrtd.crypto import (
    COUNTER_ENC,
    COUNTER_MAC,
    CipherKind,
    cbc_decrypt,
    cbc_encrypt,
    derive_key,
    pad,
    retail_mac,
)
from drivers.card.emrtd.pace import PasswordRefusedError
from drivers.card.emrtd.secure_messaging import SessionKeys
from drivers.errors import DeviceError

_ZERO: Final = bytes(8)
_ANSWER_BYTES: Final = 40


def run(channel: Channel, information: str, random: Callable[[int], bytes] = secrets.token_bytes) -> SessionKeys:
    """Runs BAC on the selected application and gives the session's keys.

    `information` is the MRZ's key information; `random` draws the nonce of 8 bytes, then the key half of 16.
    Raises PasswordRefusedError, DeviceError (CRD-BLOCKED, CRD-UNSUPPORTED, CRD-GARBLED).
    """
    seed = hashlib.sha1(information.encode("ascii"), usedforsecurity=False).digest()[:16]
    enc, mac_key = derive_key(seed, COUNTER_ENC, CipherKind.TDES), derive_key(seed, COUNTER_MAC, CipherKind.TDES)
    challenge = channel.send(Command(0x00, 0x84, 0, 0, b"", 8))
    if challenge.sw == 0x6983:
        raise DeviceError("CRD-BLOCKED", "BAC answered 6983")
    if not challenge.ok or len(challenge.data) != 8:
        raise DeviceError("CRD-UNSUPPORTED", f"GET CHALLENGE answered {challenge.status}")
    nonce, half = random(8), random(16)
    sealed = cbc_encrypt(CipherKind.TDES, enc, _ZERO, nonce + challenge.data + half)
    request = sealed + retail_mac(mac_key, pad(sealed, 8))
    response = channel.send(Command(0x00, 0x82, 0, 0, request, _ANSWER_BYTES))
    if response.sw in (0x6983, 0x63C0):
        raise DeviceError("CRD-BLOCKED", f"BAC answered {response.status}")
    if not response.ok:
        raise PasswordRefusedError(response.status)
    if len(response.data) != _ANSWER_BYTES:
        raise DeviceError("CRD-GARBLED", "BAC: an answer of another length")
    answer, checksum = response.data[:32], response.data[32:]
    if not hmac.compare_digest(checksum, retail_mac(mac_key, pad(answer, 8))):
        raise DeviceError("CRD-GARBLED", "BAC: the chip's MAC is wrong")
    plain = cbc_decrypt(CipherKind.TDES, enc, _ZERO, answer)
    if plain[:8] != challenge.data or plain[8:16] != nonce:
        raise DeviceError("CRD-GARBLED", "BAC: the chip answered another challenge")
    shared = bytes(one ^ other for one, other in zip(half, plain[16:], strict=True))
    return SessionKeys(
        CipherKind.TDES,
        derive_key(shared, COUNTER_ENC, CipherKind.TDES),
        derive_key(shared, COUNTER_MAC, CipherKind.TDES),
        challenge.data[4:] + nonce[4:],
    )
