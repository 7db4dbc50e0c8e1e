"""Whether the chip holds the static key that was signed for it: chip authentication (ICAO 9303-11 6.2) and PACE's mapping.

Chip authentication starts a new session from a key agreement with the static key; a clone cannot go on in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers.card.emrtd import tlv
from drivers.card.emrtd.apdu import Command, send_long
from drivers.card.emrtd.crypto import COUNTER_ENC, COUNTER_MAC, CipherKind, derive_key
from drivers.card.emrtd.groups import Group
from drivers.card.emrtd.pace import MappedKey
from drivers.card.emrtd.public_keys import MALFORMED, UnsupportedError, agreement, load
from drivers.card.emrtd.secure_messaging import SecureChannel, SessionKeys
from drivers.card.emrtd.security_infos import ChipInfo, ChipKey, Kind, SecurityInfos
from drivers.errors import DeviceError

# id-CA-DH-3DES-CBC-CBC and id-CA-ECDH-3DES-CBC-CBC, for chips that give a key and say nothing of a protocol (9.2.5).
_UNSAID = {
    Kind.DH: bytes.fromhex("04007F000702020301" + "01"),
    Kind.ECDH: bytes.fromhex("04007F000702020302" + "01"),
}


class ChipRefusedError(Exception):
    """The chip does not run what its signed files announce, or proves nothing with it; the message says which."""


def choose(infos: SecurityInfos) -> tuple[ChipInfo, ChipKey] | None:
    """The strongest announced protocol that has a key, None when nothing is announced."""
    offers = [
        (info, key)
        for info in infos.chip
        for key in infos.keys
        if info.kind is key.kind and info.version == 1 and (info.key_id == key.key_id or len(infos.keys) == 1)
    ]
    if not offers and not infos.chip:
        offers = [(ChipInfo(_UNSAID[key.kind], key.kind, CipherKind.TDES, 1, key.key_id), key) for key in infos.keys]
    return max(
        offers,
        key=lambda o: (o[0].cipher is not CipherKind.TDES, o[0].kind is Kind.ECDH, o[0].cipher.key_bytes),
        default=None,
    )


def run(
    channel: SecureChannel,
    info: ChipInfo,
    key: ChipKey,
    scalar: Callable[[Group[Any]], int] = lambda group: group.random_scalar(),
) -> SecureChannel:
    """Agrees on new keys with the chip's static key and gives the new session; `channel` is over with that.

    The chip has proven nothing before an answer in the new session was good. Raises ChipRefusedError, UnsupportedError,
    DeviceError (a naked status ends the old session).
    """
    try:
        group, peer = _agreement(key)
    except MALFORMED as error:
        raise ChipRefusedError(f"its signed key is malformed ({type(error).__name__})") from error
    own = scalar(group)
    public = group.encode(group.power(own, group.base))
    if info.cipher is CipherKind.TDES:
        _set_kat(channel, public, info.key_id)
    else:
        _set_at(channel, public, info)
    shared = group.shared(own, peer)
    cipher = info.cipher
    keys = SessionKeys(
        cipher,
        derive_key(shared, COUNTER_ENC, cipher),
        derive_key(shared, COUNTER_MAC, cipher),
        bytes(cipher.block_bytes),
    )
    return channel.rekeyed(keys)


def confirm(channel: SecureChannel) -> None:
    """Asks for the first bytes of EF.DG14 in the new session. Raises ChipRefusedError when the answer is not of it."""
    try:
        channel.send(Command(0x00, 0xB0, 0x80 | 0x0E, 0x00, b"", 8))
    except DeviceError as error:
        if error.code != "CRD-GARBLED":
            raise
        raise ChipRefusedError(f"it does not go on with the new keys ({error.detail})") from error


def mapping_proves(mapped: MappedKey, infos: SecurityInfos) -> bool:
    """Whether PACE's mapping key is the proof times the signed static key (9303-11 4.4.3.5).

    Raises UnsupportedError when no signed key fits the group PACE ran in.
    """
    fitting = 0
    for key in infos.keys:
        try:
            group, static = _agreement(key)
            if group != mapped.group:
                continue
            fitting += 1
            if group.encode(group.power(int.from_bytes(mapped.proof, "big"), static)) == mapped.public:
                return True
        except MALFORMED:
            continue
    if not fitting:
        raise UnsupportedError("no signed key of the group that PACE ran in")
    return False


def _agreement(key: ChipKey) -> tuple[Group[Any], Any]:
    return agreement(load(key.spki))


def _set_kat(channel: SecureChannel, public: bytes, key_id: int | None) -> None:
    """MSE:Set KAT, the way of 3DES (9303-11 6.2.4.1)."""
    data = tlv.encode(0x91, public) + _reference(key_id)
    response = send_long(channel, Command(0x00, 0x22, 0x41, 0xA6, data))
    if not response.ok:
        raise ChipRefusedError(f"MSE:Set KAT answered {response.status}")


def _set_at(channel: SecureChannel, public: bytes, info: ChipInfo) -> None:
    """MSE:Set AT and GENERAL AUTHENTICATE, the way of AES (9303-11 6.2.4.2)."""
    response = channel.send(Command(0x00, 0x22, 0x41, 0xA4, tlv.encode(0x80, info.oid) + _reference(info.key_id)))
    if not response.ok:
        raise ChipRefusedError(f"MSE:Set AT answered {response.status}")
    data = tlv.encode(0x7C, tlv.encode(0x80, public))
    response = send_long(channel, Command(0x00, 0x86, 0, 0, data, 256))
    if not response.ok:
        raise ChipRefusedError(f"GENERAL AUTHENTICATE answered {response.status}")


def _reference(key_id: int | None) -> bytes:
    if key_id is None:
        return b""
    return tlv.encode(0x84, key_id.to_bytes((key_id.bit_length() + 7) // 8 or 1, "big"))
