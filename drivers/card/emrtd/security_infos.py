"""EF.CardAccess and DG14: the SecurityInfos that say how a chip can be opened (ICAO 9303-11 9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from drivers.card.emrtd import tlv
from drivers.card.emrtd.crypto import CipherKind

# 0.4.0.127.0.7.2.2.4, the arc of PACE.
_PACE_ARC: Final = bytes.fromhex("04007F0007020204")
_CIPHERS: Final = {1: CipherKind.TDES, 2: CipherKind.AES128, 3: CipherKind.AES192, 4: CipherKind.AES256}
_MAX_INFOS: Final = 64


class Mapping(IntEnum):
    """The mappings of PACE by the number in their object identifier."""

    DH_GM = 1
    ECDH_GM = 2
    DH_IM = 3
    ECDH_IM = 4
    ECDH_CAM = 6


@dataclass(frozen=True)
class PaceInfo:
    """One PACEInfo: its object identifier (contents octets), what that means, and the domain parameters' number."""

    oid: bytes
    mapping: int
    cipher: CipherKind
    parameter_id: int | None


def pace_infos(data: bytes) -> tuple[PaceInfo, ...]:
    """The PACEInfos of a SET OF SecurityInfo; entries of other protocols and unknown ciphers are skipped.

    Raises tlv.TlvError.
    """
    outer, _ = tlv.read_tlv(data)
    if outer.tag != 0x31:
        raise tlv.TlvError("SecurityInfos is no SET")
    found: list[PaceInfo] = []
    for count, info in enumerate(tlv.children(outer.value)):
        if count >= _MAX_INFOS:
            raise tlv.TlvError("too many SecurityInfos")
        if info.tag != 0x30:
            continue
        parts = list(tlv.children(info.value))
        if len(parts) < 2 or parts[0].tag != 0x06 or not parts[0].value.startswith(_PACE_ARC):
            continue
        # PACEDomainParameterInfo has one number after the arc, PACEInfo two.
        suffix = parts[0].value[len(_PACE_ARC) :]
        if len(suffix) != 2 or suffix[1] not in _CIPHERS or parts[1].value != b"\x02":
            continue
        parameter = parts[2].value if len(parts) > 2 and parts[2].tag == 0x02 else None
        number = int.from_bytes(parameter, "big") if parameter is not None and 1 <= len(parameter) <= 2 else None
        found.append(PaceInfo(parts[0].value, suffix[0], _CIPHERS[suffix[1]], number))
    return tuple(found)
