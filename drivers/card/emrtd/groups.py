"""Where keys are agreed: the standard curves and the finite-field groups of RFC 5114 behind one face (ICAO 9303-11 9.4-9.6).

An element is a point or a number; protocols above handle it only through its group.
"""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from drivers.card.emrtd.curve import Curve, Point
from drivers.card.emrtd.curves import BY_PARAMETER_ID

E = TypeVar("E", Point, int)
_MAX_PRIME_BITS: Final = 4096
_MIN_PRIME_BITS: Final = 1000
_DEFAULT_EXPONENT_BITS: Final = 256


class Group(ABC, Generic[E]):
    """A group with its usual generator. `token_tag` is the tag of a public key in PACE's tokens (9303-11 9.4.5)."""

    token_tag: int

    @property
    @abstractmethod
    def base(self) -> E:
        """The generator."""

    @abstractmethod
    def random_scalar(self) -> int:
        """A new private key."""

    @abstractmethod
    def power(self, scalar: int, element: E) -> E:
        """scalar * point, number ** scalar. Raises ValueError for the neutral element."""

    @abstractmethod
    def combine(self, one: E, other: E) -> E:
        """The group's operation. Raises ValueError for the neutral element."""

    @abstractmethod
    def encode(self, element: E) -> bytes:
        """A public key's octets (9303-11 9.4.4)."""

    @abstractmethod
    def decode(self, octets: bytes) -> E:
        """An element that a chip sent. Raises ValueError when it is none."""

    @abstractmethod
    def shared(self, scalar: int, element: E) -> bytes:
        """The octets that a key agreement ends with (9303-11 9.6). Raises ValueError."""

    @property
    @abstractmethod
    def prime(self) -> int:
        """The field's prime, below which the integrated mapping's number has to be."""

    @abstractmethod
    def from_number(self, number: int) -> E:
        """The integrated mapping's f_G of a pseudo-random number below the prime. Raises ValueError."""


@dataclass(frozen=True)
class EcGroup(Group[Point]):
    """One of the standard curves."""

    curve: Curve
    token_tag = 0x86

    @property
    def base(self) -> Point:
        """The curve's generator."""
        return self.curve.g

    @property
    def prime(self) -> int:
        """p."""
        return self.curve.p

    def random_scalar(self) -> int:
        """1 .. n-1."""
        return self.curve.random_scalar()

    def power(self, scalar: int, element: Point) -> Point:
        """Scalar multiplication."""
        return self.curve.multiply(scalar, element)

    def combine(self, one: Point, other: Point) -> Point:
        """Sum."""
        return self.curve.add(one, other)

    def encode(self, element: Point) -> bytes:
        """04 || x || y."""
        return self.curve.encode(element)

    def decode(self, octets: bytes) -> Point:
        """A point of the curve."""
        return self.curve.decode(octets)

    def shared(self, scalar: int, element: Point) -> bytes:
        """The x coordinate."""
        return self.curve.shared_x(scalar, element)

    def from_number(self, number: int) -> Point:
        """The point encoding of 9303-11 appendix B.2, in affine coordinates; for p = 3 mod 4 only."""
        p, a, b = self.curve.p, self.curve.a, self.curve.b
        if p % 4 != 3:
            raise ValueError("this curve has no integrated mapping")
        alpha = -number * number % p
        x2 = -b * pow(a, -1, p) * (1 + pow(alpha + alpha * alpha, -1, p)) % p
        h2 = (pow(x2, 3, p) + a * x2 + b) % p
        root = pow(h2, p - 1 - (p + 1) // 4, p)
        if root * root * h2 % p == 1:
            return x2, root * h2 % p
        return alpha * x2 % p, root * pow(number, 3, p) * h2 % p


@dataclass(frozen=True)
class DhGroup(Group[int]):
    """Numbers modulo p. `q` is the order of the generator's subgroup, None when the issuer does not tell."""

    p: int
    g: int
    q: int | None = None
    token_tag = 0x84

    def __post_init__(self) -> None:
        """Raises ValueError for numbers that nobody would choose, or that would keep us computing."""
        if not _MIN_PRIME_BITS <= self.p.bit_length() <= _MAX_PRIME_BITS or not self.p & 1:
            raise ValueError("a DH prime of an unusual size")
        if not 1 < self.g < self.p - 1 or (self.q is not None and not 1 < self.q < self.p):
            raise ValueError("DH parameters out of range")

    @property
    def base(self) -> int:
        """The generator."""
        return self.g

    @property
    def prime(self) -> int:
        """p."""
        return self.p

    def random_scalar(self) -> int:
        """Below the order where that is known, of 256 bits elsewhere."""
        if self.q is not None:
            return secrets.randbelow(self.q - 2) + 2
        return secrets.randbits(_DEFAULT_EXPONENT_BITS) | 1 << _DEFAULT_EXPONENT_BITS

    def power(self, scalar: int, element: int) -> int:
        """Exponentiation."""
        return self._checked(pow(element, scalar, self.p))

    def combine(self, one: int, other: int) -> int:
        """Product."""
        return self._checked(one * other % self.p)

    def encode(self, element: int) -> bytes:
        """Big-endian without leading zeros (9303-11 9.4.1)."""
        return element.to_bytes((element.bit_length() + 7) // 8, "big")

    def decode(self, octets: bytes) -> int:
        """A number of the subgroup."""
        if len(octets) > (self.p.bit_length() + 7) // 8 + 1:
            raise ValueError("a DH key of another length")
        element = self._checked(int.from_bytes(octets, "big"))
        if self.q is not None and pow(element, self.q, self.p) != 1:
            raise ValueError("a DH key outside the subgroup")
        return element

    def shared(self, scalar: int, element: int) -> bytes:
        """As long as the prime."""
        return self.power(scalar, element).to_bytes((self.p.bit_length() + 7) // 8, "big")

    def from_number(self, number: int) -> int:
        """R ** ((p - 1) / q) (9303-11 4.4.3.3.2)."""
        if self.q is None or (self.p - 1) % self.q:
            raise ValueError("this group has no integrated mapping")
        return self._checked(pow(number, (self.p - 1) // self.q, self.p))

    def _checked(self, element: int) -> int:
        if not 1 < element < self.p - 1:
            raise ValueError("a trivial DH element")
        return element


# RFC 5114 2.1-2.3, numbers 0-2 of 9303-11 table 6.
_DH: Final = (
    DhGroup(
        int(
            "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A23D189838EF1E2EE652C0"
            "13ECB4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4FF55BCCC0"
            "A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A4371",
            16,
        ),
        int(
            "A4D1CBD5C3FD34126765A442EFB99905F8104DD258AC507FD6406CFF14266D31266FEA1E5C41564B777E690F5504F213"
            "160217B4B01B886A5E91547F9E2749F4D7FBD7D3B9A92EE1909D0D2263F80A76A6A24C087A091F531DBF0A0169B6A28A"
            "D662A4D18E73AFA32D779D5918D08BC8858F4DCEF97C2A24855E6EEB22B3B2E5",
            16,
        ),
        int("F518AA8781A8DF278ABA4E7D64B7CB9D49462353", 16),
    ),
    DhGroup(
        int(
            "AD107E1E9123A9D0D660FAA79559C51FA20D64E5683B9FD1B54B1597B61D0A75E6FA141DF95A56DBAF9A3C407BA1DF15"
            "EB3D688A309C180E1DE6B85A1274A0A66D3F8152AD6AC2129037C9EDEFDA4DF8D91E8FEF55B7394B7AD5B7D0B6C12207"
            "C9F98D11ED34DBF6C6BA0B2C8BBC27BE6A00E0A0B9C49708B3BF8A317091883681286130BC8985DB1602E714415D9330"
            "278273C7DE31EFDC7310F7121FD5A07415987D9ADC0A486DCDF93ACC44328387315D75E198C641A480CD86A1B9E587E8"
            "BE60E69CC928B2B9C52172E413042E9B23F10B0E16E79763C9B53DCF4BA80A29E3FB73C16B8E75B97EF363E2FFA31F71"
            "CF9DE5384E71B81C0AC4DFFE0C10E64F",
            16,
        ),
        int(
            "AC4032EF4F2D9AE39DF30B5C8FFDAC506CDEBE7B89998CAF74866A08CFE4FFE3A6824A4E10B9A6F0DD921F01A70C4AFA"
            "AB739D7700C29F52C57DB17C620A8652BE5E9001A8D66AD7C17669101999024AF4D027275AC1348BB8A762D0521BC98A"
            "E247150422EA1ED409939D54DA7460CDB5F6C6B250717CBEF180EB34118E98D119529A45D6F834566E3025E316A330EF"
            "BB77A86F0C1AB15B051AE3D428C8F8ACB70A8137150B8EEB10E183EDD19963DDD9E263E4770589EF6AA21E7F5F2FF381"
            "B539CCE3409D13CD566AFBB48D6C019181E1BCFE94B30269EDFE72FE9B6AA4BD7B5A0F1C71CFFF4C19C418E1F6EC0179"
            "81BC087F2A7065B384B890D3191F2BFA",
            16,
        ),
        int("801C0D34C58D93FE997177101F80535A4738CEBCBF389A99B36371EB", 16),
    ),
    DhGroup(
        int(
            "87A8E61DB4B6663CFFBBD19C651959998CEEF608660DD0F25D2CEED4435E3B00E00DF8F1D61957D4FAF7DF4561B2AA30"
            "16C3D91134096FAA3BF4296D830E9A7C209E0C6497517ABD5A8A9D306BCF67ED91F9E6725B4758C022E0B1EF4275BF7B"
            "6C5BFC11D45F9088B941F54EB1E59BB8BC39A0BF12307F5C4FDB70C581B23F76B63ACAE1CAA6B7902D52526735488A0E"
            "F13C6D9A51BFA4AB3AD8347796524D8EF6A167B5A41825D967E144E5140564251CCACB83E6B486F6B3CA3F7971506026"
            "C0B857F689962856DED4010ABD0BE621C3A3960A54E710C375F26375D7014103A4B54330C198AF126116D2276E11715F"
            "693877FAD7EF09CADB094AE91E1A1597",
            16,
        ),
        int(
            "3FB32C9B73134D0B2E77506660EDBD484CA7B18F21EF205407F4793A1A0BA12510DBC15077BE463FFF4FED4AAC0BB555"
            "BE3A6C1B0C6B47B1BC3773BF7E8C6F62901228F8C28CBB18A55AE31341000A650196F931C77A57F2DDF463E5E9EC144B"
            "777DE62AAAB8A8628AC376D282D6ED3864E67982428EBC831D14348F6F2F9193B5045AF2767164E1DFC967C1FB3F2E55"
            "A4BD1BFFE83B9C80D052B985D182EA0ADB2A3B7313D3FE14C8484B1E052588B9B7D2BBD2DF016199ECD06E1557CD0915"
            "B3353BBB64E0EC377FD028370DF92B52C7891428CDC67EB6184B523D1DB246C32F63078490F00EF8D647D148D4795451"
            "5E2327CFEF98C582664B4C0F6CC41659",
            16,
        ),
        int("8CF83642A709A097B447997640129DA299B1A47D1EB3750BA308B0FE64F5FBD3", 16),
    ),
)
DH_BY_PARAMETER_ID: Final = MappingProxyType(dict(enumerate(_DH)))
EC_BY_PARAMETER_ID: Final = MappingProxyType({number: EcGroup(curve) for number, curve in BY_PARAMETER_ID.items()})
