"""PACE with generic mapping over elliptic curves (ICAO 9303-11 4.4): a weak password becomes strong session keys."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from enum import IntEnum
from typing import Final

from drivers.card.emrtd import curves, tlv
from drivers.card.emrtd.apdu import Channel, Command, Response
from drivers.card.emrtd.crypto import (
    COUNTER_ENC,
    COUNTER_MAC,
    COUNTER_PASSWORD,
    CipherKind,
    cbc_decrypt,
    derive_key,
    mac,
    pad,
)
from drivers.card.emrtd.curves import Curve
from drivers.card.emrtd.secure_messaging import SessionKeys
from drivers.card.emrtd.security_infos import Mapping, PaceInfo
from drivers.errors import DeviceError

_NONCE_BYTES: Final = 16


class Password(IntEnum):
    """Which password PACE runs with: the reference of MSE:Set AT (9303-11 4.4.4.1)."""

    MRZ = 1
    CAN = 2


class PaceRefusedError(Exception):
    """The chip does not run PACE with this password or these parameters; another way in may work."""


class PasswordRefusedError(Exception):
    """The chip ran the protocol and found the password wrong."""


def can_secret(can: str) -> bytes:
    """f(CAN): its characters (9303-11 9.7.3)."""
    return can.encode("latin-1")


def mrz_secret(information: str) -> bytes:
    """f(MRZ): SHA-1 of number, birth and expiry with their check digits (9303-11 9.7.3)."""
    return hashlib.sha1(information.encode("ascii"), usedforsecurity=False).digest()


def choose(infos: tuple[PaceInfo, ...]) -> PaceInfo | None:
    """The strongest PACEInfo this reader can run, or None."""
    usable = [i for i in infos if i.mapping == Mapping.ECDH_GM and i.parameter_id in curves.BY_PARAMETER_ID]
    return max(usable, key=lambda info: (info.cipher is not CipherKind.TDES, info.cipher.key_bytes), default=None)


def run(
    channel: Channel,
    info: PaceInfo,
    password: Password,
    secret: bytes,
    scalar: Callable[[Curve], int] = Curve.random_scalar,
) -> SessionKeys:
    """Runs PACE and gives the session's keys.

    `scalar` draws the two ephemeral private keys. Raises PaceRefusedError, PasswordRefusedError and DeviceError
    (CRD-BLOCKED, CRD-GARBLED, CRD-UNSUPPORTED).
    """
    curve = curves.BY_PARAMETER_ID.get(info.parameter_id or 0)
    if info.mapping != Mapping.ECDH_GM or curve is None:
        raise DeviceError("CRD-UNSUPPORTED", "PACE parameters not supported")
    _select(channel, info, password)
    try:
        return _exchange(channel, info, curve, secret, scalar)
    except (ValueError, tlv.TlvError) as error:
        raise DeviceError("CRD-GARBLED", f"PACE: {error}") from error


def _select(channel: Channel, info: PaceInfo, password: Password) -> None:
    data = tlv.encode(0x80, info.oid) + tlv.encode(0x83, bytes([password]))
    if info.parameter_id is not None:
        data += tlv.encode(0x84, bytes([info.parameter_id]))
    response = channel.send(Command(0x00, 0x22, 0xC1, 0xA4, data))
    if response.sw in (0x6983, 0x63C0):
        raise DeviceError("CRD-BLOCKED", f"PACE answered {response.status}")
    if not response.ok and response.sw >> 4 != 0x63C:
        raise PaceRefusedError(f"MSE:Set AT answered {response.status}")


def _exchange(
    channel: Channel, info: PaceInfo, curve: Curve, secret: bytes, scalar: Callable[[Curve], int]
) -> SessionKeys:
    cipher = info.cipher
    response = _authenticate(channel, b"", last=False)
    if not response.ok:
        if response.sw == 0x6983:
            raise DeviceError("CRD-BLOCKED", "PACE answered 6983")
        raise PaceRefusedError(f"GENERAL AUTHENTICATE answered {response.status}")
    sealed = _answer(response, 0x80)
    if len(sealed) != _NONCE_BYTES:
        raise ValueError("a nonce of another length")
    nonce = cbc_decrypt(cipher, derive_key(secret, COUNTER_PASSWORD, cipher), bytes(cipher.block_bytes), sealed)

    # Generic mapping (9303-11 4.4.3.3.1): G' = s*G + H with H the first key agreement's point.
    own = scalar(curve)
    response = _authenticate(channel, tlv.encode(0x81, curve.encode(curve.multiply(own, curve.g))), last=False)
    mapping_point = curve.multiply(own, curve.decode(_step(response, 0x82)))
    generator = curve.add(curve.multiply(int.from_bytes(nonce, "big"), curve.g), mapping_point)

    own = scalar(curve)
    public = curve.encode(curve.multiply(own, generator))
    response = _authenticate(channel, tlv.encode(0x83, public), last=False)
    peer = _step(response, 0x84)
    if peer == public:
        raise ValueError("the chip sent our own key back")
    shared = curve.multiply(own, curve.decode(peer))[0].to_bytes(curve.field_bytes, "big")
    enc, mac_key = derive_key(shared, COUNTER_ENC, cipher), derive_key(shared, COUNTER_MAC, cipher)

    response = _authenticate(channel, tlv.encode(0x85, token(cipher, mac_key, info.oid, peer)), last=True)
    if response.sw in (0x6983, 0x63C0):
        raise DeviceError("CRD-BLOCKED", f"PACE answered {response.status}")
    if not response.ok:
        raise PasswordRefusedError(response.status)
    if not hmac.compare_digest(_answer(response, 0x86), token(cipher, mac_key, info.oid, public)):
        raise ValueError("the chip's token is wrong")
    return SessionKeys(cipher, enc, mac_key, bytes(cipher.block_bytes))


def token(cipher: CipherKind, mac_key: bytes, oid: bytes, public: bytes) -> bytes:
    """The authentication token over the other side's public key (9303-11 4.4.3.4)."""
    data = tlv.encode(0x7F49, tlv.encode(0x06, oid) + tlv.encode(0x86, public))
    return mac(cipher, mac_key, pad(data, 8) if cipher is CipherKind.TDES else data)


def _authenticate(channel: Channel, content: bytes, *, last: bool) -> Response:
    return channel.send(Command(0x00 if last else 0x10, 0x86, 0, 0, tlv.encode(0x7C, content), 256))


def _step(response: Response, tag: int) -> bytes:
    if not response.ok:
        raise ValueError(f"GENERAL AUTHENTICATE answered {response.status}")
    return _answer(response, tag)


def _answer(response: Response, tag: int) -> bytes:
    return tlv.require(tlv.require(response.data, 0x7C), tag)
