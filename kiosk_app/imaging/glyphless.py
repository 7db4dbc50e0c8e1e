"""The font of the invisible text layer, made here: a TrueType file whose one character has a width and no outline."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache
from typing import Final

UNITS_PER_EM: Final = 1000
ADVANCE: Final = 500
ASCENT: Final = 800
DESCENT: Final = -200
FONT_NAME: Final = "KioskGlyphless"
# Glyph 0 must exist and must never be shown (ISO 19005-2, 6.2.11.8), so that every character is glyph 1.
GLYPHS: Final = 2
SHOWN_GLYPH: Final = 1
# seconds from 1904 to 2000-01-01: the font is made by rule, so is its date
_MADE: Final = 3_029_529_600


@cache
def font_file() -> bytes:
    """The TrueType file; always the same bytes."""
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(),
        b"glyf": b"\0\0\0\0",
        b"head": _head(0),
        b"hhea": _hhea(),
        b"hmtx": struct.pack(">Hh", ADVANCE, 0) * GLYPHS,
        b"loca": struct.pack(">3H", 0, 0, 0),
        b"maxp": struct.pack(">I14H", 0x00010000, GLYPHS, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": _name(),
        b"post": struct.pack(">IIhhIIIII", 0x00030000, 0, -100, 50, 1, 0, 0, 0, 0),
    }
    # checkSumAdjustment makes the whole file add up to the constant that the format fixes
    tables[b"head"] = _head((0xB1B0AFBA - _checksum(_assemble(tables))) & 0xFFFFFFFF)
    return _assemble(tables)


def _checksum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    return sum(int.from_bytes(padded[at : at + 4], "big") for at in range(0, len(padded), 4)) & 0xFFFFFFFF


def _assemble(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    header = struct.pack(">IHHHH", 0x00010000, count, search, power, count * 16 - search)
    offset = len(header) + 16 * count
    directory, body = b"", b""
    for tag in sorted(tables):
        data = tables[tag]
        # head is summed as if its adjustment were nought
        summed = data if tag != b"head" else data[:8] + b"\0\0\0\0" + data[12:]
        directory += tag + struct.pack(">III", _checksum(summed), offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return header + directory + body


def _head(adjustment: int) -> bytes:
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh",
        0x00010000,
        0x00010000,
        adjustment,
        0x5F0F3CF5,
        0b1011,
        UNITS_PER_EM,
        _MADE,
        _MADE,
        0,
        DESCENT,
        ADVANCE,
        ASCENT,
        0,
        8,
        2,
        0,
        0,
    )


def _hhea() -> bytes:
    return struct.pack(
        ">IhhhHhhhhhhhhhhhH", 0x00010000, ASCENT, DESCENT, 0, ADVANCE, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, GLYPHS
    )


def _os2() -> bytes:
    head = struct.pack(">HhHHH", 3, ADVANCE, 400, 5, 0)
    scripts = struct.pack(">10h", 650, 600, 0, 75, 650, 600, 0, 350, 50, 300)
    family = struct.pack(">h10s4I4sHHH", 0, bytes(10), 0, 0, 0, 0, b"KIOS", 0x40, 0x20, 0xFFFF)
    lines = struct.pack(">hhhHHII", ASCENT, DESCENT, 0, ASCENT, -DESCENT, 1, 0)
    return head + scripts + family + lines + struct.pack(">hhHHH", 500, 700, 0, 0x20, 0)


def _cmap() -> bytes:
    """Windows Unicode, format 4: the space is glyph 1; the PDF does not use it, font tools expect it."""
    subtable = struct.pack(">HHHHHHH", 4, 32, 0, 4, 4, 1, 0)
    subtable += struct.pack(">HHHHHhhHH", 0x20, 0xFFFF, 0, 0x20, 0xFFFF, SHOWN_GLYPH - 0x20, 1, 0, 0)
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + subtable


def _name() -> bytes:
    texts = [
        (1, FONT_NAME),
        (2, "Regular"),
        (3, f"{FONT_NAME} 1.0"),
        (4, FONT_NAME),
        (5, "Version 1.0"),
        (6, FONT_NAME),
    ]
    records, strings = b"", b""
    for name_id, text in texts:
        data = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x409, name_id, len(data), len(strings))
        strings += data
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + strings


def to_unicode(characters: Sequence[str]) -> bytes:
    """The CMap that gives character code i + 1 back as the i-th character (ISO 32000-1, 9.10.3)."""
    rows = [
        f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>" for code, character in enumerate(characters, 1)
    ]
    blocks = []
    for start in range(0, len(rows), 100):
        block = rows[start : start + 100]
        blocks.append(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar")
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + "\n".join(blocks)
        + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def cid_to_gid(count: int) -> bytes:
    """The map that sends code 0 to glyph 0 and the `count` used codes to the one empty glyph."""
    return struct.pack(">H", 0) + struct.pack(">H", SHOWN_GLYPH) * count
