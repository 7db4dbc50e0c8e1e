"""Slips that name themselves from the first row to the last, and what can be told of a piece of paper."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

ROWS_OF_A_LINE: Final = 6
_LINES: Final = 14
_SYNC: Final = b"\xf0\xa5\x5a"
_TOLERATED: Final = 24
"""Dots that may be added where a picture would read as a command."""


@dataclass(frozen=True, order=True)
class Name:
    """Which slip: the dossier's number and the copy's."""

    dossier: int
    copy: int


@dataclass(frozen=True)
class Piece:
    """What a piece of paper carries: every name that can be read on it, and the slip that is whole on it."""

    names: frozenset[Name]
    whole: Name | None


def rows_of(name: Name, dots: int) -> list[bytes]:
    """The slip's rows, a bit a dot, 1 for ink; inked at both ends, with white between its lines."""
    dice = random.Random(f"{name.dossier}/{name.copy}")
    width = dots // 8
    rows = [b"\xff" * width] * 4
    rows += [_tag(name, width)] * ROWS_OF_A_LINE
    for _ in range(_LINES):
        rows += [bytes(width)] * dice.choice((2, 12))
        line = bytes(dice.randrange(1, 256) for _ in range(dice.randrange(width // 3, width)))
        rows += [line.ljust(width, b"\0")] * ROWS_OF_A_LINE
    rows += [bytes(width)] * 10
    rows += [_tag(name, width)] * ROWS_OF_A_LINE
    return rows + [b"\xff" * width] * 4


def _tag(name: Name, width: int) -> bytes:
    number = name.dossier.to_bytes(4, "big") + bytes((name.copy,))
    check = bytes((sum(number) & 0xFF,))
    # Each byte twice, the second one turned round: damage does not make another name.
    body = b"".join(bytes((byte, byte ^ 0xFF)) for byte in number + check)
    return (_SYNC + body).ljust(width, b"\xff")


def _name(row: bytes) -> Name | None:
    if not row.startswith(_SYNC):
        return None
    body = row[len(_SYNC) : len(_SYNC) + 12]
    plain, turned = body[::2], body[1::2]
    if any(a ^ b != 0xFF for a, b in zip(plain, turned, strict=True)) or sum(plain[:5]) & 0xFF != plain[5]:
        return None
    return Name(int.from_bytes(plain[:4], "big"), plain[4])


def png_of(name: Name, dots: int) -> str:
    """The slip as a print job has it."""
    rows = rows_of(name, dots)
    picture = Image.frombytes("1", (dots, len(rows)), bytes(byte ^ 0xFF for byte in b"".join(rows)))
    file = BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def read(path: Path, dots: int) -> Piece:
    """Looks at a piece of paper."""
    with Image.open(path) as opened:
        data = bytes(byte ^ 0xFF for byte in opened.convert("1").tobytes())
    width = dots // 8
    rows = [data[top : top + width] for top in range(0, len(data), width)]
    while rows and not any(rows[-1]):
        rows.pop()
    first = next((index for index, row in enumerate(rows) if any(row)), 0)
    rows = rows[first:]
    names = frozenset(name for name in map(_name, rows) if name)
    whole = next((name for name in names if _same(rows, rows_of(name, dots))), None)
    return Piece(names, whole)


def _same(rows: list[bytes], wanted: list[bytes]) -> bool:
    if len(rows) != len(wanted):
        return False
    there, meant = int.from_bytes(b"".join(rows), "big"), int.from_bytes(b"".join(wanted), "big")
    return (there ^ meant).bit_count() <= _TOLERATED
