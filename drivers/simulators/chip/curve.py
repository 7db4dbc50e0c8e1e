"""Where the chip's keys agree: curves in plain affine arithmetic, and numbers modulo a prime; slow and short."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from drivers.simulators.chip import domains

Point = tuple[int, int] | None
_FIRST_CURVE: Final = 8


class Domain(Protocol):
    """What the chip's protocols need of either kind. Elements are points or numbers; only the domain looks inside."""

    @property
    def prime(self) -> int:
        """The field's."""

    @property
    def order(self) -> int:
        """Of the generator."""

    @property
    def generator(self) -> Any:
        """What public keys are multiples or powers of."""

    @property
    def token_tag(self) -> str:
        """A public key's tag in PACE's tokens."""

    def plus(self, one: Any, other: Any) -> Any:
        """The group's operation."""

    def times(self, scalar: int, element: Any) -> Any:
        """The operation, `scalar` times."""

    def pack(self, element: Any) -> bytes:
        """A public key's bytes. Raises ValueError for the neutral element."""

    def unpack(self, data: bytes) -> Any:
        """A terminal's public key. Raises ValueError."""

    def secret(self, element: Any) -> bytes:
        """What a key agreement keeps of its element."""

    def encoded(self, number: int) -> Any:
        """The integrated mapping's element of a number. Raises ValueError where there is none."""


@dataclass(frozen=True)
class ChipCurve:
    """y² = x³ + ax + b modulo p, with a generator of prime order."""

    prime: int
    a: int
    b: int
    generator: tuple[int, int]
    order: int
    token_tag: str = "86"

    @property
    def width(self) -> int:
        """Bytes of a coordinate."""
        return (self.prime.bit_length() + 7) // 8

    def plus(self, one: Point, other: Point) -> Point:
        """Sum; None is the point at infinity."""
        if one is None:
            return other
        if other is None:
            return one
        (x1, y1), (x2, y2) = one, other
        if x1 == x2:
            if (y1 + y2) % self.prime == 0:
                return None
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.prime)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.prime)
        x3 = (slope * slope - x1 - x2) % self.prime
        return x3, (slope * (x1 - x3) - y1) % self.prime

    def times(self, scalar: int, element: Point) -> Point:
        """Double and add."""
        total: Point = None
        for bit in bin(scalar % self.order)[2:]:
            total = self.plus(total, total)
            if bit == "1":
                total = self.plus(total, element)
        return total

    def pack(self, element: Point) -> bytes:
        """04 || x || y. Raises ValueError for infinity."""
        if element is None:
            raise ValueError("infinity")
        return b"\x04" + element[0].to_bytes(self.width, "big") + element[1].to_bytes(self.width, "big")

    def unpack(self, data: bytes) -> tuple[int, int]:
        """A point sent by a terminal. Raises ValueError when it is not on the curve."""
        half = 1 + self.width
        x, y = int.from_bytes(data[1:half], "big"), int.from_bytes(data[half:], "big")
        on_curve = (y * y - x * x * x - self.a * x - self.b) % self.prime == 0
        if len(data) != 2 * half - 1 or data[0] != 4 or max(x, y) >= self.prime or not on_curve:
            raise ValueError("no point of this curve")
        return x, y

    def secret(self, element: Point) -> bytes:
        """x."""
        return self.pack(element)[1 : 1 + self.width]

    def encoded(self, number: int) -> Point:
        """The first of two abscissas that is on the curve, y chosen as 9303-11 B.1 does; p = 3 modulo 4 only."""
        p = self.prime
        if p % 4 != 3:
            raise ValueError("no point encoding on this curve")
        u = -pow(number, 2, p) % p
        first = -self.b * (1 + u + u * u) * pow(self.a * (u + u * u), -1, p) % p
        height = (pow(first, 3, p) + self.a * first + self.b) % p
        if pow(height, (p - 1) // 2, p) == 1:
            return first, pow(height, (p + 1) // 4, p)
        # Off the curve; then u times it is on it, and t³ times the root's twin is its ordinate.
        inverse_root = pow(pow(height, (p + 1) // 4, p), -1, p)
        return u * first % p, pow(number, 3, p) * height * inverse_root % p


@dataclass(frozen=True)
class ChipNumbers:
    """Numbers modulo p, in the subgroup that the generator spans."""

    prime: int
    generator: int
    order: int
    token_tag: str = "84"

    def plus(self, one: int, other: int) -> int:
        """Product."""
        return one * other % self.prime

    def times(self, scalar: int, element: int) -> int:
        """Power."""
        return pow(element, scalar, self.prime)

    def pack(self, element: int) -> bytes:
        """Big-endian, no zeros in front."""
        if element in (0, 1):
            raise ValueError("trivial")
        return element.to_bytes((element.bit_length() + 7) // 8, "big")

    def unpack(self, data: bytes) -> int:
        """A number sent by a terminal. Raises ValueError when it is not in the subgroup."""
        element = int.from_bytes(data, "big")
        if not 1 < element < self.prime - 1 or pow(element, self.order, self.prime) != 1:
            raise ValueError("no number of this group")
        return element

    def secret(self, element: int) -> bytes:
        """As wide as the prime."""
        return element.to_bytes((self.prime.bit_length() + 7) // 8, "big")

    def encoded(self, number: int) -> int:
        """Raised into the subgroup."""
        return pow(number, (self.prime - 1) // self.order, self.prime)


@cache
def domain(parameter_id: int) -> Domain:
    """The standard domain parameters of a number: 0 to 2 numbers, 8 to 18 curves. Raises KeyError."""
    if parameter_id < _FIRST_CURVE:
        prime, generator, order = domains.DH[parameter_id]
        return ChipNumbers(prime, generator, order)
    p, a, b, x, y, n = domains.CURVES[parameter_id]
    return ChipCurve(p, a, b, (x, y), n)
