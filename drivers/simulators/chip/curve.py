"""Points on the chip's curves: plain affine arithmetic, slow and short."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

Point = tuple[int, int] | None


@dataclass(frozen=True)
class ChipCurve:
    """y² = x³ + ax + b modulo p, with a generator of order n; 256 bits."""

    p: int
    a: int
    b: int
    generator: tuple[int, int]
    n: int

    def plus(self, one: Point, other: Point) -> Point:
        """Sum; None is the point at infinity."""
        if one is None:
            return other
        if other is None:
            return one
        (x1, y1), (x2, y2) = one, other
        if x1 == x2:
            if (y1 + y2) % self.p == 0:
                return None
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x3 = (slope * slope - x1 - x2) % self.p
        return x3, (slope * (x1 - x3) - y1) % self.p

    def times(self, scalar: int, point: Point) -> Point:
        """Double and add."""
        total: Point = None
        for bit in bin(scalar % self.n)[2:]:
            total = self.plus(total, total)
            if bit == "1":
                total = self.plus(total, point)
        return total

    def pack(self, point: Point) -> bytes:
        """04 || x || y. Raises ValueError for infinity."""
        if point is None:
            raise ValueError("infinity")
        return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")

    def unpack(self, data: bytes) -> tuple[int, int]:
        """A point sent by a terminal. Raises ValueError when it is not on the curve."""
        x, y = int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big")
        on_curve = (y * y - x * x * x - self.a * x - self.b) % self.p == 0
        if len(data) != 65 or data[0] != 4 or max(x, y) >= self.p or not on_curve:
            raise ValueError("no point of this curve")
        return x, y


# secp256r1 (FIPS 186-4 D.1.2.3) and brainpoolP256r1 (RFC 5639 3.4) by their numbers in ICAO 9303-11 table 6.
CURVES: Final = MappingProxyType(
    {
        12: ChipCurve(
            0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
            0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC,
            0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
            (
                0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
                0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
            ),
            0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        ),
        13: ChipCurve(
            0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
            0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9,
            0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6,
            (
                0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
                0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
            ),
            0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7,
        ),
    }
)
