"""Public keys out of SubjectPublicKeyInfo: RSA, standard curves however they are named, DH groups; and their signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import core, keys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from drivers.card.emrtd import curves, tlv
from drivers.card.emrtd.curve import Curve, Point
from drivers.card.emrtd.groups import DH_BY_PARAMETER_ID, EC_BY_PARAMETER_ID, DhGroup, EcGroup

# What asn1crypto raises, here and there, on bytes that are not what they claim to be.
MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)
HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_MAX_RSA_BITS: Final = 8192
_EC: Final = bytes.fromhex("2A8648CE3D0201")
_RSA: Final = bytes.fromhex("2A864886F70D010101")
_PSS: Final = bytes.fromhex("2A864886F70D01010A")
# PKCS #3 dhKeyAgreement, and dhpublicnumber of X9.42, which tells the subgroup's order as well.
_DH: Final = bytes.fromhex("2A864886F70D010301")
_DH_X942: Final = bytes.fromhex("2A8648CE3E0201")
# 0.4.0.127.0.7.1.2, standardizedDomainParameters: a number of 9303-11 table 6.
_STANDARD: Final = bytes.fromhex("04007F00070102")


class UnsupportedError(Exception):
    """An algorithm or curve that is not checked here; the signature may be good all the same."""


class BadSignatureError(Exception):
    """The signature does not hold."""


@dataclass(frozen=True)
class EcKey:
    """A point on a standard curve."""

    curve: Curve
    point: Point

    def verify(self, r: int, s: int, digest: bytes, hash_: hashes.HashAlgorithm) -> None:
        """Checks an ECDSA signature over a digest. Raises BadSignatureError."""
        native = self.curve.native
        if native is None:
            if not self.curve.verifies(self.point, digest, r, s):
                raise BadSignatureError
            return
        if r <= 0 or s <= 0:
            raise BadSignatureError
        key = ec.EllipticCurvePublicNumbers(*self.point, native).public_key()
        try:
            key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(hash_)))
        except InvalidSignature as error:
            raise BadSignatureError from error


@dataclass(frozen=True)
class DhKey:
    """A number of a finite-field group."""

    group: DhGroup
    element: int


PublicKey = rsa.RSAPublicKey | EcKey | DhKey


def load(spki: bytes) -> PublicKey:
    """The key of a SubjectPublicKeyInfo. Raises UnsupportedError for other kinds, and MALFORMED errors."""
    outer, _ = tlv.read_tlv(spki)
    parts = list(tlv.children(outer.value))
    if outer.tag != 0x30 or len(parts) != 2 or parts[0].tag != 0x30 or parts[1].tag != 0x03:
        raise ValueError("not a public key")
    if parts[1].value[:1] != b"\x00":
        raise ValueError("a key that is no whole number of bytes")
    octets = parts[1].value[1:]
    algorithm = list(tlv.children(parts[0].value))
    if not algorithm or algorithm[0].tag != 0x06:
        raise ValueError("not a public key")
    kind = algorithm[0].value
    parameters = algorithm[1] if len(algorithm) > 1 else None
    if kind == _EC:
        curve = _curve(parameters)
        return EcKey(curve, _point(curve, octets))
    if kind in (_RSA, _PSS):
        return _rsa(octets)
    if kind == _STANDARD and parameters is not None and parameters.tag == 0x02:
        return _standard(int.from_bytes(parameters.value, "big"), octets)
    if kind in (_DH, _DH_X942) and parameters is not None:
        return _dh(parameters, octets, order=kind == _DH_X942)
    raise UnsupportedError(f"key of kind {core.ObjectIdentifier(contents=kind).native}")


def agreement(key: PublicKey) -> tuple[EcGroup, Point] | tuple[DhGroup, int]:
    """The key as what keys are agreed with. Raises UnsupportedError."""
    if isinstance(key, EcKey):
        return EcGroup(key.curve), key.point
    if isinstance(key, DhKey):
        return key.group, key.element
    raise UnsupportedError("an RSA key agrees on nothing")


def hash_of(name: str) -> hashes.HashAlgorithm:
    """A hash by asn1crypto's name. Raises UnsupportedError."""
    kind = HASHES.get(name)
    if kind is None:
        raise UnsupportedError(f"hash {name}")
    return kind()


def digest(name: str, data: bytes) -> bytes:
    """The digest of `data`. Raises UnsupportedError."""
    worker = hashes.Hash(hash_of(name))
    worker.update(data)
    return worker.finalize()


def _rsa(octets: bytes) -> rsa.RSAPublicKey:
    info = keys.PublicKeyInfo({"algorithm": {"algorithm": "rsa"}, "public_key": keys.RSAPublicKey.load(octets)})
    if info.bit_size > _MAX_RSA_BITS:
        raise UnsupportedError("an RSA key of an unusual size")
    try:
        key = load_der_public_key(info.dump())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnsupportedError("an RSA key that the library refuses") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise UnsupportedError("key of kind rsa")
    return key


def _standard(number: int, octets: bytes) -> PublicKey:
    curve = EC_BY_PARAMETER_ID.get(number)
    if curve is not None:
        return EcKey(curve.curve, curve.decode(octets))
    group = DH_BY_PARAMETER_ID.get(number)
    if group is None:
        raise UnsupportedError(f"standard domain parameters {number}")
    return DhKey(group, _dh_element(group, octets))


def _dh(parameters: tlv.Tlv, octets: bytes, *, order: bool) -> DhKey:
    numbers = [int.from_bytes(part.value, "big") for part in tlv.children(parameters.value) if part.tag == 0x02]
    if len(numbers) < (3 if order else 2):
        raise ValueError("DH parameters missing")
    group = DhGroup(numbers[0], numbers[1], numbers[2] if order else _known_order(numbers[0], numbers[1]))
    return DhKey(group, _dh_element(group, octets))


def _known_order(p: int, g: int) -> int | None:
    return next((group.q for group in DH_BY_PARAMETER_ID.values() if (group.p, group.g) == (p, g)), None)


def _dh_element(group: DhGroup, octets: bytes) -> int:
    """An INTEGER (RFC 3279 2.3.3); some chips leave its tag away."""
    try:
        element, end = tlv.read_tlv(octets)
        value = element.value if element.tag == 0x02 and end == len(octets) else octets
    except tlv.TlvError:
        value = octets
    return group.decode(value)


def _curve(parameters: tlv.Tlv | None) -> Curve:
    if parameters is None:
        raise UnsupportedError("a key without its curve")
    if parameters.tag == 0x06:
        name = core.ObjectIdentifier(contents=parameters.value).native
        curve = curves.BY_OID.get(name)
        if curve is None:
            raise UnsupportedError(f"curve {name}")
        return curve
    if parameters.tag == 0x30:
        return _explicit(keys.SpecifiedECDomain.load(tlv.encode(0x30, parameters.value)))
    raise UnsupportedError("a key without its curve")


def _explicit(domain: Any) -> Curve:
    """The standard curve that is spelt out.

    Many CSCAs, Viet Nam's among them, spell their curve out. Only parameters that are a standard curve to the last
    number are taken: a made-up generator would let anybody forge (CVE-2020-0601).
    """
    prime = domain["field_id"]["parameters"].native
    base = bytes(domain["base"].native)
    for curve in curves.CURVES:
        same = (
            curve.p == prime
            and curve.n == domain["order"].native
            and curve.a == int.from_bytes(domain["curve"]["a"].native, "big")
            and curve.b == int.from_bytes(domain["curve"]["b"].native, "big")
        )
        short = bytes((2 + (curve.g[1] & 1),)) + curve.encode(curve.g)[1 : 1 + curve.field_bytes]
        if same and base in (curve.encode(curve.g), short):
            return curve
    raise UnsupportedError("an explicit curve that is no standard one")


def _point(curve: Curve, octets: bytes) -> Point:
    """A point, compressed or not. Raises ValueError, UnsupportedError."""
    size = curve.field_bytes
    if len(octets) != 1 + size or octets[0] not in (2, 3):
        return curve.decode(octets)
    if curve.p % 4 != 3:
        raise UnsupportedError("a compressed point on this curve")
    x = int.from_bytes(octets[1:], "big")
    y = pow(x * x * x + curve.a * x + curve.b, (curve.p + 1) // 4, curve.p)
    point = x, y if y & 1 == octets[0] & 1 else curve.p - y
    if not curve.contains(point):
        raise ValueError("point not on the curve")
    return point
