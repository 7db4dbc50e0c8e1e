"""EF.CardAccess, EF.CardSecurity and DG14: the SecurityInfos that say what a chip can do (ICAO 9303-11 9.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from drivers.card.emrtd import tlv
from drivers.card.emrtd.crypto import CipherKind

# Below 0.4.0.127.0.7.2.2: 4 PACE, 3 chip authentication, 1 public keys.
_PACE_ARC: Final = bytes.fromhex("04007F0007020204")
_CHIP_ARC: Final = bytes.fromhex("04007F0007020203")
_KEY_ARC: Final = bytes.fromhex("04007F0007020201")
# 2.23.136.1.1.5, id-icao-mrtd-security-aaProtocolObject.
_ACTIVE: Final = bytes.fromhex("678108010105")
# 0.4.0.127.0.7.1.1.4.1.n, ecdsa-plain-signatures (TR-03111 5.2.1.1).
_PLAIN_ARC: Final = bytes.fromhex("04007F000701010401")
_PLAIN_HASHES: Final = {1: "sha1", 2: "sha224", 3: "sha256", 4: "sha384", 5: "sha512"}
_CIPHERS: Final = {1: CipherKind.TDES, 2: CipherKind.AES128, 3: CipherKind.AES192, 4: CipherKind.AES256}
_MAX_INFOS: Final = 64
_OID, _INTEGER, _SEQUENCE, _SET = 0x06, 0x02, 0x30, 0x31


class Mapping(IntEnum):
    """The mappings of PACE by the number in their object identifier."""

    DH_GM = 1
    ECDH_GM = 2
    DH_IM = 3
    ECDH_IM = 4
    ECDH_CAM = 6


class Kind(IntEnum):
    """What a static key agrees in, by the number in its object identifier."""

    DH = 1
    ECDH = 2


@dataclass(frozen=True)
class PaceInfo:
    """One PACEInfo: its object identifier (contents octets), what that means, and the domain parameters' number."""

    oid: bytes
    mapping: int
    cipher: CipherKind
    parameter_id: int | None


@dataclass(frozen=True)
class ChipInfo:
    """One ChipAuthenticationInfo: its object identifier, what that means, and which of several keys it is for."""

    oid: bytes
    kind: Kind
    cipher: CipherKind
    version: int = 1
    key_id: int | None = None


@dataclass(frozen=True)
class ChipKey:
    """One ChipAuthenticationPublicKeyInfo: the key as SubjectPublicKeyInfo."""

    kind: Kind
    spki: bytes = field(repr=False)
    key_id: int | None = None


@dataclass(frozen=True)
class SecurityInfos:
    """What this reader understands of a SET OF SecurityInfo; the rest is skipped, as 9303-11 9.2 allows."""

    pace: tuple[PaceInfo, ...] = ()
    chip: tuple[ChipInfo, ...] = ()
    keys: tuple[ChipKey, ...] = ()
    active: bool = False
    active_hash: str | None = None


def parse(data: bytes) -> SecurityInfos:
    """The infos of a SET OF SecurityInfo; unknown protocols and ciphers are skipped. Raises tlv.TlvError."""
    outer, _ = tlv.read_tlv(data)
    if outer.tag != _SET:
        raise tlv.TlvError("SecurityInfos is no SET")
    pace: list[PaceInfo] = []
    chip: list[ChipInfo] = []
    keys: list[ChipKey] = []
    active, active_hash = False, None
    for count, info in enumerate(tlv.children(outer.value)):
        if count >= _MAX_INFOS:
            raise tlv.TlvError("too many SecurityInfos")
        if info.tag != _SEQUENCE:
            continue
        parts = list(tlv.children(info.value))
        if len(parts) < 2 or parts[0].tag != _OID:
            continue
        oid = parts[0].value
        if oid.startswith(_PACE_ARC):
            pace += _pace(parts)
        elif oid.startswith(_CHIP_ARC):
            chip += _chip(parts)
        elif oid.startswith(_KEY_ARC) and parts[1].tag == _SEQUENCE:
            keys += _key(parts)
        elif oid == _ACTIVE:
            active = True
            algorithm = parts[2].value if len(parts) > 2 and parts[2].tag == _OID else b""
            active_hash = _PLAIN_HASHES.get(algorithm[-1]) if algorithm[:-1] == _PLAIN_ARC else None
    return SecurityInfos(tuple(pace), tuple(chip), tuple(keys), active, active_hash)


def pace_infos(data: bytes) -> tuple[PaceInfo, ...]:
    """Only the PACEInfos. Raises tlv.TlvError."""
    return parse(data).pace


def _pace(parts: list[tlv.Tlv]) -> list[PaceInfo]:
    # PACEDomainParameterInfo has one number after the arc, PACEInfo two.
    suffix = parts[0].value[len(_PACE_ARC) :]
    if len(suffix) != 2 or suffix[1] not in _CIPHERS or parts[1].value != b"\x02":
        return []
    return [PaceInfo(parts[0].value, suffix[0], _CIPHERS[suffix[1]], _number(parts, 2))]


def _chip(parts: list[tlv.Tlv]) -> list[ChipInfo]:
    suffix = parts[0].value[len(_CHIP_ARC) :]
    version = _number(parts, 1)
    if len(suffix) != 2 or suffix[0] not in (1, 2) or suffix[1] not in _CIPHERS or version is None:
        return []
    return [ChipInfo(parts[0].value, Kind(suffix[0]), _CIPHERS[suffix[1]], version, _number(parts, 2))]


def _key(parts: list[tlv.Tlv]) -> list[ChipKey]:
    suffix = parts[0].value[len(_KEY_ARC) :]
    if len(suffix) != 1 or suffix[0] not in (1, 2):
        return []
    return [ChipKey(Kind(suffix[0]), tlv.encode(_SEQUENCE, parts[1].value), _number(parts, 2))]


def _number(parts: list[tlv.Tlv], place: int) -> int | None:
    """A small INTEGER at its place, None when there is none."""
    if len(parts) <= place or parts[place].tag != _INTEGER or not 1 <= len(parts[place].value) <= 2:
        return None
    return int.from_bytes(parts[place].value, "big")
