"""The chip's signature over a terminal's challenge: RSA by ISO 9796-2, ECDSA in plain form (ICAO 9303-11 6.1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from drivers.simulators.chip import der
from drivers.simulators.chip.curve import ChipCurve
from drivers.simulators.chip.making import StaticKey, drawn, subject_key

_CURVES: Final = {"ecdsa": (12, "sha256"), "ecdsa-p384": (15, "sha384"), "ecdsa-brainpool320": (14, "sha256")}
_RSA: Final = {
    "rsa": (2048, "sha256", b"\x34\xcc"),
    "rsa-sha1": (1024, "sha1", b"\xbc"),
    "rsa-sha512": (2048, "sha512", b"\x35\xcc"),
}


class Signer(Protocol):
    """A key pair for active authentication."""

    def dg15(self) -> bytes:
        """The file with the public half."""

    def sign(self, challenge: bytes, noise: bytes, *, genuine: bool) -> bytes:
        """The answer to INTERNAL AUTHENTICATE; a copy without the private key can only make something up."""


def signer(kind: str, seed: bytes) -> Signer:
    """The key pair of a kind that belongs to a seed (RSA keys are drawn anew in each process)."""
    if kind in _CURVES:
        number, hash_name = _CURVES[kind]
        key = StaticKey(number, 0)
        return EcSigner(StaticKey(number, drawn(seed, f"active {kind}", key.domain.order)), hash_name)
    bits, hash_name, trailer = _RSA[kind]
    return RsaSigner(_rsa_key(bits), hash_name, trailer)


@cache
def _rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@dataclass(frozen=True)
class EcSigner:
    """ECDSA: r and s one after the other."""

    key: StaticKey = field(repr=False)
    hash_name: str

    def dg15(self) -> bytes:
        """The key with its curve spelt out, as the standard wants it (9303-10 4.7.15)."""
        return der.tlv("6F", subject_key(self.key, explicit=True))

    def sign(self, challenge: bytes, noise: bytes, *, genuine: bool) -> bytes:
        """FIPS 186-4 6.4."""
        curve = self.key.domain
        assert isinstance(curve, ChipCurve)
        secret = self.key.secret if genuine else self.key.secret ^ 2
        digest = hashlib.new(self.hash_name, challenge).digest()
        value = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - curve.order.bit_length())
        once = int.from_bytes(hashlib.sha512(noise).digest(), "big") % (curve.order - 1) + 1
        point = curve.times(once, curve.generator)
        assert point is not None
        r: int = point[0] % curve.order
        s: int = pow(once, -1, curve.order) * (value + r * secret) % curve.order
        width = (curve.order.bit_length() + 7) // 8
        return r.to_bytes(width, "big") + s.to_bytes(width, "big")


@dataclass(frozen=True)
class RsaSigner:
    """ISO 9796-2 scheme 1: part of the message is recovered from the signature."""

    key: rsa.RSAPrivateKey = field(repr=False)
    hash_name: str
    trailer: bytes

    def dg15(self) -> bytes:
        """The key as everybody writes it."""
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return der.tlv("6F", public)

    def sign(self, challenge: bytes, noise: bytes, *, genuine: bool) -> bytes:
        """6A, as many random bytes as fit, the hash of them and the challenge, the trailer."""
        numbers = self.key.private_numbers()
        width = self.key.key_size // 8
        size = width - 1 - hashlib.new(self.hash_name).digest_size - len(self.trailer)
        filling = hashlib.shake_256(noise).digest(size)
        digest = hashlib.new(self.hash_name, filling + challenge).digest()
        value = int.from_bytes(b"\x6a" + filling + digest + self.trailer, "big")
        exponent = numbers.d if genuine else numbers.d - 2
        return pow(value, exponent, numbers.public_numbers.n).to_bytes(width, "big")
