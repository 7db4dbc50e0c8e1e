"""A command APDU taken apart, short or extended (ISO 7816-4 5.1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """A command as the program sees it; `expected` is None where no data is."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes
    expected: int | None
    extended: bool

    @property
    def wants(self) -> int:
        """Bytes a protected command asks for with two bytes of length; 0 where it leaves that to the chip."""
        if self.cla & 0x0C != 0x0C or b"\x97\x02" not in self.data:
            return 0
        place = self.data.rindex(b"\x97\x02")
        return int.from_bytes(self.data[place + 2 : place + 4], "big")


def parse(apdu: bytes) -> Call:
    """Raises ValueError."""
    if len(apdu) < 4:
        raise ValueError("no header")
    head, rest = apdu[:4], apdu[4:]
    data, expected, extended = b"", None, False
    if len(rest) >= 3 and rest[0] == 0:
        extended = True
        size = int.from_bytes(rest[1:3], "big")
        if len(rest) == 3:
            expected = size or 65536
        else:
            data, tail = rest[3 : 3 + size], rest[3 + size :]
            if len(data) != size or len(tail) not in (0, 2):
                raise ValueError("length")
            expected = (int.from_bytes(tail, "big") or 65536) if tail else None
    elif len(rest) == 1:
        expected = rest[0] or 256
    elif rest:
        size = rest[0]
        data, tail = rest[1 : 1 + size], rest[1 + size :]
        if len(data) != size or len(tail) > 1:
            raise ValueError("length")
        expected = (tail[0] or 256) if tail else None
    return Call(head[0], head[1], head[2], head[3], data, expected, extended)
