"""Elliptic curves over prime fields: points, scalar multiplication, ECDSA for curves the library does not know.

`cryptography` offers neither points nor a generator of one's own, which PACE's mapping needs; so the arithmetic is
here, in Jacobian coordinates, and the library is asked where it can help: it is fifty times faster and constant-time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

# None is never a point: what would be infinity raises ValueError.
Point = tuple[int, int]
_Jacobian = tuple[int, int, int]
_NATIVE: Final = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            ec.SECP192R1(),
            ec.SECP224R1(),
            ec.SECP256R1(),
            ec.SECP384R1(),
            ec.SECP521R1(),
            ec.BrainpoolP256R1(),
            ec.BrainpoolP384R1(),
            ec.BrainpoolP512R1(),
        )
    }
)


@dataclass(frozen=True)
class Curve:
    """y² = x³ + ax + b over p, generator of prime order n; `parameter_id` is the number of 9303-11 table 6."""

    name: str
    oid: str
    parameter_id: int
    p: int
    a: int
    b: int
    g: Point
    n: int

    @property
    def field_bytes(self) -> int:
        """Bytes of one coordinate."""
        return (self.p.bit_length() + 7) // 8

    @property
    def native(self) -> ec.EllipticCurve | None:
        """The library's own form of this curve, None where it has none."""
        return _NATIVE.get(self.name)

    def contains(self, point: Point) -> bool:
        """Whether the point satisfies the equation; the cofactor is 1, so it is then in the group."""
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - self._right(x)) % self.p == 0

    def encode(self, point: Point) -> bytes:
        """Uncompressed octets 04 || x || y."""
        size = self.field_bytes
        return b"\x04" + point[0].to_bytes(size, "big") + point[1].to_bytes(size, "big")

    def decode(self, octets: bytes) -> Point:
        """A point from uncompressed octets. Raises ValueError when it is none or not on the curve."""
        size = self.field_bytes
        if len(octets) != 1 + 2 * size or octets[0] != 4:
            raise ValueError("not an uncompressed point")
        point = int.from_bytes(octets[1 : 1 + size], "big"), int.from_bytes(octets[1 + size :], "big")
        if not self.contains(point):
            raise ValueError("point not on the curve")
        return point

    def random_scalar(self) -> int:
        """A private key in 1 .. n-1."""
        return secrets.randbelow(self.n - 1) + 1

    def multiply(self, scalar: int, point: Point) -> Point:
        """scalar * point. Raises ValueError when that is the point at infinity."""
        scalar %= self.n
        native = self.native
        # The library refuses zero, and its answers near the ends of the range leave the sign of y open.
        if native is not None and 2 <= scalar <= self.n - 3 and self.p % 4 == 3:
            found = self._multiply_natively(native, scalar, point)
            if found is not None:
                return found
        return self._multiply_here(scalar, point)

    def shared_x(self, scalar: int, point: Point) -> bytes:
        """The x coordinate of scalar * point: what a key agreement keeps. Raises ValueError at infinity."""
        native = self.native
        if native is not None and scalar % self.n >= 1:
            key = ec.derive_private_key(scalar % self.n, native)
            return key.exchange(ec.ECDH(), _public(point, native))
        return self.multiply(scalar, point)[0].to_bytes(self.field_bytes, "big")

    def _multiply_natively(self, native: ec.EllipticCurve, scalar: int, point: Point) -> Point | None:
        """The library's key agreement gives x only; that of the next scalar tells which y belongs to it."""
        if point == self.g:
            numbers = ec.derive_private_key(scalar, native).public_key().public_numbers()
            return numbers.x, numbers.y
        peer = _public(point, native)
        x = int.from_bytes(ec.derive_private_key(scalar, native).exchange(ec.ECDH(), peer), "big")
        after = int.from_bytes(ec.derive_private_key(scalar + 1, native).exchange(ec.ECDH(), peer), "big")
        y = pow(self._right(x), (self.p + 1) // 4, self.p)
        if x == point[0]:
            return None
        for candidate in ((x, y), (x, self.p - y)):
            if self.add(candidate, point)[0] == after:
                return candidate
        return None

    def _right(self, x: int) -> int:
        return (x * x * x + self.a * x + self.b) % self.p

    def _multiply_here(self, scalar: int, point: Point) -> Point:
        window: list[_Jacobian] = [(0, 1, 0), (point[0], point[1], 1)]
        for index in range(2, 16):
            window.append(
                self._double(window[index // 2]) if index % 2 == 0 else self._add(window[index - 1], window[1])
            )
        total: _Jacobian = (0, 1, 0)
        for shift in range((self.n.bit_length() + 3) // 4 * 4 - 4, -1, -4):
            for _ in range(4):
                total = self._double(total)
            digit = scalar >> shift & 0xF
            if digit:
                total = self._add(total, window[digit])
        return self._affine(total)

    def add(self, one: Point, other: Point) -> Point:
        """Sum of two points. Raises ValueError when that is the point at infinity."""
        return self._affine(self._add((*one, 1), (*other, 1)))

    def verifies(self, public: Point, digest: bytes, r: int, s: int) -> bool:
        """Whether (r, s) is an ECDSA signature over `digest` (FIPS 186-4 6.4); only public values are handled."""
        if not (0 < r < self.n and 0 < s < self.n):
            return False
        value = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - self.n.bit_length())
        inverse = pow(s, -1, self.n)
        one, other = value * inverse % self.n, r * inverse % self.n
        try:
            point = self._multiply_here(other, public)
            if one:
                point = self.add(self._multiply_here(one, self.g), point)
        except ValueError:
            return False
        return point[0] % self.n == r

    def _affine(self, point: _Jacobian) -> Point:
        x, y, z = point
        if z == 0:
            raise ValueError("point at infinity")
        inverse = pow(z, -1, self.p)
        square = inverse * inverse % self.p
        return x * square % self.p, y * square * inverse % self.p

    def _double(self, point: _Jacobian) -> _Jacobian:
        x, y, z = point
        if z == 0 or y == 0:
            return (0, 1, 0)
        p = self.p
        yy = y * y % p
        s = 4 * x * yy % p
        zz = z * z % p
        m = (3 * x * x + self.a * zz * zz) % p
        x3 = (m * m - 2 * s) % p
        return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p

    def _add(self, one: _Jacobian, other: _Jacobian) -> _Jacobian:
        if one[2] == 0:
            return other
        if other[2] == 0:
            return one
        p = self.p
        x1, y1, z1 = one
        x2, y2, z2 = other
        z1z1, z2z2 = z1 * z1 % p, z2 * z2 % p
        u1, u2 = x1 * z2z2 % p, x2 * z1z1 % p
        s1, s2 = y1 * z2 * z2z2 % p, y2 * z1 * z1z1 % p
        if u1 == u2:
            return self._double(one) if s1 == s2 else (0, 1, 0)
        h, r = u2 - u1, s2 - s1
        hh = h * h % p
        hhh = h * hh % p
        v = u1 * hh % p
        x3 = (r * r - hhh - 2 * v) % p
        return x3, (r * (v - x3) - s1 * hhh) % p, z1 * z2 * h % p


def _public(point: Point, native: ec.EllipticCurve) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicNumbers(point[0], point[1], native).public_key()
