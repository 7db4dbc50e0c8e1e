"""PACE (ICAO 9303-11 4.4): a weak password becomes strong session keys, in each mapping and each kind of group."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from drivers.card.emrtd import mapping, tlv
from drivers.card.emrtd.apdu import Channel, Command, Response
from drivers.card.emrtd.crypto import (
    COUNTER_ENC,
    COUNTER_MAC,
    COUNTER_PASSWORD,
    CipherKind,
    Key,
    aes_block,
    cbc_decrypt,
    derive_key,
    mac,
    pad,
    unpad,
)
from drivers.card.emrtd.groups import DH_BY_PARAMETER_ID, EC_BY_PARAMETER_ID, Group
from drivers.card.emrtd.secure_messaging import SessionKeys
from drivers.card.emrtd.security_infos import Mapping, PaceInfo
from drivers.errors import DeviceError

_NONCES: Final = (16, 32)
# Curves are quicker for the chip than numbers; the chip authentication mapping spares a protocol of its own.
_RANK: Final = {
    Mapping.ECDH_CAM: 4,
    Mapping.ECDH_GM: 3,
    Mapping.ECDH_IM: 2,
    Mapping.DH_GM: 1,
    Mapping.DH_IM: 0,
}
_INTEGRATED: Final = (Mapping.DH_IM, Mapping.ECDH_IM)


class Password(IntEnum):
    """Which password PACE runs with: the reference of MSE:Set AT (9303-11 4.4.4.1)."""

    MRZ = 1
    CAN = 2


class PaceRefusedError(Exception):
    """The chip does not run PACE with this password or these parameters; another way in may work."""


class PasswordRefusedError(Exception):
    """The chip ran the protocol and found the password wrong."""


@dataclass(frozen=True)
class MappedKey:
    """What the chip authentication mapping brings beside the keys: the chip's mapping key and its proof, opened."""

    group: Group[Any] = field(repr=False)
    public: bytes = field(repr=False)
    proof: bytes = field(repr=False)


@dataclass(frozen=True)
class PaceResult:
    """The session's keys; `mapped` only after the chip authentication mapping."""

    keys: SessionKeys
    mapped: MappedKey | None = None


@dataclass(frozen=True)
class Draws:
    """Where a run's random values come from: private keys of a group, and the integrated mapping's nonce."""

    scalar: Callable[[Any], int] = lambda group: int(group.random_scalar())
    octets: Callable[[int], bytes] = secrets.token_bytes


def can_secret(can: str) -> bytes:
    """f(CAN): its characters (9303-11 9.7.3)."""
    return can.encode("latin-1")


def mrz_secret(information: str) -> bytes:
    """f(MRZ): SHA-1 of number, birth and expiry with their check digits (9303-11 9.7.3)."""
    return hashlib.sha1(information.encode("ascii"), usedforsecurity=False).digest()


def password_key(secret: bytes, cipher: CipherKind) -> bytearray:
    """K_pi, which opens the nonce (9303-11 9.7.3)."""
    return derive_key(secret, COUNTER_PASSWORD, cipher)


def group_of(info: PaceInfo) -> Group[Any] | None:
    """The standard group that a PACEInfo names, None when this reader cannot run it."""
    if info.mapping not in _RANK or info.parameter_id is None:
        return None
    if info.mapping in (Mapping.DH_GM, Mapping.DH_IM):
        return DH_BY_PARAMETER_ID.get(info.parameter_id)
    group = EC_BY_PARAMETER_ID.get(info.parameter_id)
    if group is not None and info.mapping == Mapping.ECDH_IM and group.curve.p % 4 != 3:
        return None
    return group


def usable(infos: tuple[PaceInfo, ...]) -> list[PaceInfo]:
    """The PACEInfos that this reader can run, the best first."""
    runnable = [info for info in infos if group_of(info) is not None]
    # The chip authentication mapping is defined for AES only (9303-11 4.4.3.3.3).
    runnable = [i for i in runnable if i.mapping != Mapping.ECDH_CAM or i.cipher is not CipherKind.TDES]
    return sorted(
        runnable,
        key=lambda i: (i.cipher is not CipherKind.TDES, _RANK[Mapping(i.mapping)], i.cipher.key_bytes),
        reverse=True,
    )


def run(
    channel: Channel,
    info: PaceInfo,
    password: Password,
    key: Key,
    *,
    ambiguous: bool = False,
    draws: Draws | None = None,
) -> PaceResult:
    """Runs PACE and gives the session's keys.

    `key` is the password's (`password_key`); `ambiguous` tells that the chip offers several domain parameters, so that
    they must be named. Raises PaceRefusedError, PasswordRefusedError and DeviceError (CRD-BLOCKED, CRD-GARBLED,
    CRD-UNSUPPORTED).
    """
    group = group_of(info)
    if group is None:
        raise DeviceError("CRD-UNSUPPORTED", "PACE parameters not supported")
    _select(channel, info, password, ambiguous)
    try:
        return _Run(channel, info, group, draws or Draws()).exchange(key)
    except (ValueError, tlv.TlvError) as error:
        raise DeviceError("CRD-GARBLED", f"PACE: {error}") from error


def _select(channel: Channel, info: PaceInfo, password: Password, ambiguous: bool) -> None:
    data = tlv.encode(0x80, info.oid) + tlv.encode(0x83, bytes([password]))
    if ambiguous and info.parameter_id is not None:
        data += tlv.encode(0x84, bytes([info.parameter_id]))
    response = channel.send(Command(0x00, 0x22, 0xC1, 0xA4, data))
    if response.sw in (0x6983, 0x63C0):
        raise DeviceError("CRD-BLOCKED", f"PACE answered {response.status}")
    if not response.ok and response.sw >> 4 != 0x63C:
        raise PaceRefusedError(f"MSE:Set AT answered {response.status}")


class _Run:
    """One run of the four steps of 9303-11 4.4.1."""

    def __init__(self, channel: Channel, info: PaceInfo, group: Group[Any], draws: Draws) -> None:
        self._channel = channel
        self._info = info
        self._group = group
        self._draws = draws
        self._mapping_public = b""

    def exchange(self, key: Key) -> PaceResult:
        """Raises ValueError on anything that is not as the protocol wants it."""
        info, group, cipher = self._info, self._group, self._info.cipher
        nonce = self._nonce(key)
        generator = self._integrated(nonce) if info.mapping in _INTEGRATED else self._generic(nonce)

        own = self._draws.scalar(group)
        public = group.encode(group.power(own, generator))
        peer = _step(self._send(tlv.encode(0x83, public)), 0x84)
        if peer == public:
            raise ValueError("the chip sent our own key back")
        element = group.decode(peer)
        shared = group.shared(own, element)
        enc, mac_key = derive_key(shared, COUNTER_ENC, cipher), derive_key(shared, COUNTER_MAC, cipher)

        tag = group.token_tag
        ours = token(cipher, mac_key, info.oid, tag, group.encode(element))
        response = self._send(tlv.encode(0x85, ours), last=True)
        if response.sw in (0x6983, 0x63C0):
            raise DeviceError("CRD-BLOCKED", f"PACE answered {response.status}")
        if not response.ok:
            raise PasswordRefusedError(response.status)
        theirs = token(cipher, mac_key, info.oid, tag, public)
        if not hmac.compare_digest(_answer(response, 0x86), theirs):
            raise ValueError("the chip's token is wrong")
        keys = SessionKeys(cipher, enc, mac_key, bytes(cipher.block_bytes))
        return PaceResult(keys, self._mapped(response, keys))

    def _nonce(self, key: Key) -> bytes:
        cipher = self._info.cipher
        response = self._send(b"")
        if not response.ok:
            if response.sw == 0x6983:
                raise DeviceError("CRD-BLOCKED", "PACE answered 6983")
            raise PaceRefusedError(f"GENERAL AUTHENTICATE answered {response.status}")
        sealed = _answer(response, 0x80)
        if len(sealed) not in _NONCES:
            raise ValueError("a nonce of another length")
        return cbc_decrypt(cipher, key, bytes(cipher.block_bytes), sealed)

    def _generic(self, nonce: bytes) -> Any:
        """G' = s*G + H, with H the first key agreement's element (9303-11 4.4.3.3.1)."""
        group = self._group
        own = self._draws.scalar(group)
        public = group.encode(group.power(own, group.base))
        self._mapping_public = _step(self._send(tlv.encode(0x81, public)), 0x82)
        if self._mapping_public == public:
            raise ValueError("the chip sent our own key back")
        meeting = group.power(own, group.decode(self._mapping_public))
        return group.combine(group.power(int.from_bytes(nonce, "big"), group.base), meeting)

    def _integrated(self, nonce: bytes) -> Any:
        """G' = f_G(R(s, t)) (9303-11 4.4.3.3.2); the chip answers our nonce with an empty 82 or with nothing."""
        group = self._group
        own = self._draws.octets(self._info.cipher.key_bytes)
        response = self._send(tlv.encode(0x81, own))
        if not response.ok:
            raise ValueError(f"GENERAL AUTHENTICATE answered {response.status}")
        number = mapping.pseudo_random(self._info.cipher, nonce, own, group.prime.bit_length())
        return group.from_number(number % group.prime)

    def _mapped(self, response: Response, keys: SessionKeys) -> MappedKey | None:
        """The chip's proof, encrypted with the new key from the counter -1 (9303-11 4.4.3.5)."""
        if self._info.mapping != Mapping.ECDH_CAM:
            return None
        sealed = _answer(response, 0x8A)
        iv = aes_block(keys.enc, b"\xff" * 16)
        proof = unpad(cbc_decrypt(keys.cipher, keys.enc, iv, sealed))
        return MappedKey(self._group, self._mapping_public, proof)

    def _send(self, content: bytes, *, last: bool = False) -> Response:
        return self._channel.send(Command(0x00 if last else 0x10, 0x86, 0, 0, tlv.encode(0x7C, content), 256))


def token(cipher: CipherKind, mac_key: Key, oid: bytes, tag: int, public: bytes) -> bytes:
    """The authentication token over the other side's public key (9303-11 4.4.3.4)."""
    data = tlv.encode(0x7F49, tlv.encode(0x06, oid) + tlv.encode(tag, public))
    return mac(cipher, mac_key, pad(data, 8) if cipher is CipherKind.TDES else data)


def _step(response: Response, tag: int) -> bytes:
    if not response.ok:
        raise ValueError(f"GENERAL AUTHENTICATE answered {response.status}")
    return _answer(response, tag)


def _answer(response: Response, tag: int) -> bytes:
    return tlv.require(tlv.require(response.data, 0x7C), tag)
