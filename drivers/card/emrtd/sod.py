"""EF.SOD: the signed list of the data groups' hashes (ICAO 9303-10 4.6.2, 9303-12 8), parsed but not yet believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final

from asn1crypto import algos, cms, core

from drivers.card.emrtd import tlv
from drivers.card.emrtd.certificates import MALFORMED

# 2.23.136.1.1.1, id-icao-mrtd-security-ldsSecurityObject.
_LDS_SECURITY_OBJECT: Final = "2.23.136.1.1.1"
_MAX_HASHES: Final = 32


class SodError(ValueError):
    """The file is no signed LDS security object."""


class _DataGroupHash(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("number", core.Integer), ("value", core.OctetString)]


class _DataGroupHashes(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _DataGroupHash


class _LdsSecurityObject(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("hashes", _DataGroupHashes),
        ("version_info", core.Any, {"optional": True}),
    ]


@dataclass(frozen=True)
class SecurityObject:
    """The hashes by data group, and what a signature check needs (asn1crypto values of the CMS)."""

    hash_name: str
    hashes: Mapping[int, bytes]
    content: bytes = field(repr=False)
    signer: Any = field(repr=False)
    certificate: Any = field(repr=False)


def parse_sod(data: bytes) -> SecurityObject:
    """Takes the file apart; `certificate` is None when the file does not bring its signer's. Raises SodError."""
    try:
        outer, _ = tlv.read_tlv(data)
        if outer.tag != 0x77:
            raise SodError("another tag than 77")
        info = cms.ContentInfo.load(outer.value)
        if info["content_type"].native != "signed_data":
            raise SodError("no signed data")
        signed = info["content"]
        encapsulated = signed["encap_content_info"]
        if encapsulated["content_type"].dotted != _LDS_SECURITY_OBJECT:
            raise SodError("no LDS security object")
        content = bytes(encapsulated["content"])
        lds = _LdsSecurityObject.load(content, strict=True)
        if not 1 <= len(lds["hashes"]) <= _MAX_HASHES or len(signed["signer_infos"]) < 1:
            raise SodError("no hashes or no signer")
        hashes = {int(entry["number"].native): bytes(entry["value"].native) for entry in lds["hashes"]}
        signer = signed["signer_infos"][0]
        return SecurityObject(
            lds["hash_algorithm"]["algorithm"].native,
            MappingProxyType(hashes),
            content,
            signer,
            _certificate(signed, signer),
        )
    except SodError:
        raise
    except MALFORMED as error:
        raise SodError(f"not parseable ({type(error).__name__})") from error


def _certificate(signed: Any, signer: Any) -> Any:
    sid = signer["sid"]
    for choice in signed["certificates"] or ():
        if choice.name != "certificate":
            continue
        certificate = choice.chosen
        if sid.name == "issuer_and_serial_number":
            wanted = sid.chosen
            if certificate.serial_number == wanted["serial_number"].native and certificate.issuer == wanted["issuer"]:
                return certificate
        elif certificate.key_identifier == sid.chosen.native:
            return certificate
    return None
