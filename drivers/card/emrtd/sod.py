"""EF.SOD and EF.CardSecurity: signed files (ICAO 9303-10 4.6.2, 9303-12 8), parsed but not yet believed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final

from asn1crypto import algos, cms, core

from drivers.card.emrtd import tlv
from drivers.card.emrtd.certificates import public_key, verify
from drivers.card.emrtd.public_keys import MALFORMED, digest

# 2.23.136.1.1.1, id-icao-mrtd-security-ldsSecurityObject.
_LDS_SECURITY_OBJECT: Final = "2.23.136.1.1.1"
# 0.4.0.127.0.7.3.2.1, id-SecurityObject.
_SECURITY_OBJECT: Final = "0.4.0.127.0.7.3.2.1"
_MAX_HASHES: Final = 16
_MESSAGE_DIGEST: Final = "message_digest"
_CONTENT_TYPE: Final = "content_type"


class SodError(ValueError):
    """The file is not signed as it must be; the message says what is wrong with it."""


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
class SignedFile:
    """What was signed, by whom: values of asn1crypto, `certificate` None when the file does not bring its signer's."""

    content: bytes = field(repr=False)
    content_type: str
    signer: Any = field(repr=False)
    certificate: Any = field(repr=False)

    def check_signature(self) -> None:
        """The signature over the signed attributes, and through them over the content (RFC 5652 5.4).

        Raises SodError, BadSignatureError, UnsupportedError.
        """
        name = self.signer["digest_algorithm"]["algorithm"].native
        attributes = self.signer["signed_attrs"]
        message = self.content
        if len(attributes):
            stated = _single(attributes, _MESSAGE_DIGEST)
            if not hmac.compare_digest(bytes(stated.native), digest(name, self.content)):
                raise SodError("its digest does not fit its content")
            # Else a signature made for something else could be lifted into an EF.SOD (RFC 5652 11.1).
            if _single(attributes, _CONTENT_TYPE).dotted != self.content_type:
                raise SodError("signed as another type of content")
            # Signed as a SET OF, stored under an implicit tag.
            message = attributes.untag().dump()
        elif self.content_type != "1.2.840.113549.1.7.1":
            raise SodError("signed attributes are missing")
        algorithm, signature = self.signer["signature_algorithm"], self.signer["signature"].native
        verify(public_key(self.certificate), algorithm, signature, message, name)


@dataclass(frozen=True)
class SecurityObject:
    """The hashes by data group, and the signature to check."""

    hash_name: str
    hashes: Mapping[int, bytes]
    signed: SignedFile


def parse_sod(data: bytes) -> SecurityObject:
    """Takes EF.SOD apart. Raises SodError."""
    try:
        outer, end = tlv.read_tlv(data)
        if outer.tag != 0x77 or end != len(data):
            raise SodError("another tag than 77")
        signed = _signed_file(outer.value, _LDS_SECURITY_OBJECT)
        lds = _LdsSecurityObject.load(signed.content, strict=True)
        entries = [(int(entry["number"].native), bytes(entry["value"].native)) for entry in lds["hashes"]]
        if not 1 <= len(entries) <= _MAX_HASHES:
            raise SodError("no hashes")
        hashes = dict(entries)
        if len(hashes) != len(entries) or not all(1 <= number <= 16 for number in hashes):
            raise SodError("a data group listed twice, or one that does not exist")
        return SecurityObject(lds["hash_algorithm"]["algorithm"].native, MappingProxyType(hashes), signed)
    except SodError:
        raise
    except MALFORMED as error:
        raise SodError(f"not parseable ({type(error).__name__})") from error


def parse_card_security(data: bytes) -> SignedFile:
    """Takes EF.CardSecurity apart; its content is a SET OF SecurityInfo (9303-11 9.2.11). Raises SodError."""
    try:
        return _signed_file(data, _SECURITY_OBJECT)
    except SodError:
        raise
    except MALFORMED as error:
        raise SodError(f"not parseable ({type(error).__name__})") from error


def _signed_file(data: bytes, content_type: str) -> SignedFile:
    info = cms.ContentInfo.load(data, strict=True)
    if info["content_type"].native != "signed_data":
        raise SodError("no signed data")
    signed = info["content"]
    encapsulated = signed["encap_content_info"]
    if encapsulated["content_type"].dotted != content_type:
        raise SodError("another type of content")
    # 9303-10 table 37 recommends one; with several it is undefined which of them counts.
    if len(signed["signer_infos"]) != 1:
        raise SodError("not exactly one signer")
    signer = signed["signer_infos"][0]
    listed = {algorithm["algorithm"].dotted for algorithm in signed["digest_algorithms"]}
    if listed and signer["digest_algorithm"]["algorithm"].dotted not in listed:
        raise SodError("the signer's digest algorithm is not among those announced")
    return SignedFile(bytes(encapsulated["content"]), content_type, signer, _certificate(signed, signer))


def _single(attributes: Any, kind: str) -> Any:
    values = [attribute["values"] for attribute in attributes if attribute["type"].native == kind]
    if len(values) != 1 or len(values[0]) != 1:
        raise SodError("its signed attributes are incomplete")
    return values[0][0]


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
