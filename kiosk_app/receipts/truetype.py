"""Reads the TrueType files of the printed face, as far as a PDF needs them, and leaves out letters that are not used."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Composite glyphs (OpenType 1.9, glyf): which fields follow a component's number.
_WORDS, _SCALE, _MORE, _XY, _MATRIX = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080


@dataclass(frozen=True)
class TrueType:
    """One font: `glyphs` from letter to glyph, `widths` by glyph in thousandths of the size."""

    name: str
    tables: dict[str, bytes]
    glyphs: dict[str, int]
    widths: tuple[int, ...]
    ascent: int
    descent: int
    box: tuple[int, int, int, int]

    def glyph(self, letter: str) -> int:
        """The glyph of a letter; 0, an empty box, for one that the font lacks."""
        return self.glyphs.get(letter, 0)

    def only(self, used: set[int]) -> bytes:
        """The font with the outlines of these glyphs only; their numbers stay."""
        offsets, outlines = self._offsets(), self.tables["glyf"]
        wanted, waiting = set[int](), {0, *used}
        while waiting:
            glyph = waiting.pop()
            wanted.add(glyph)
            waiting |= set(_parts(outlines[offsets[glyph] : offsets[glyph + 1]])) - wanted
        kept, loca = bytearray(), []
        for glyph in range(len(offsets) - 1):
            loca.append(len(kept))
            if glyph in wanted:
                outline = outlines[offsets[glyph] : offsets[glyph + 1]]
                kept += outline + bytes(-len(outline) % 4)
        loca.append(len(kept))
        head = bytearray(self.tables["head"])
        head[8:12] = bytes(4)
        head[50:52] = b"\0\1"  # long offsets
        parts: dict[str, bytes] = {
            name: self.tables[name] for name in ("hhea", "hmtx", "maxp", "cvt ", "fpgm", "prep") if name in self.tables
        }
        parts |= {"head": bytes(head), "glyf": bytes(kept), "loca": struct.pack(f">{len(loca)}I", *loca)}
        return _file(parts)

    def _offsets(self) -> tuple[int, ...]:
        loca = self.tables["loca"]
        if struct.unpack_from(">h", self.tables["head"], 50)[0]:
            return struct.unpack(f">{len(loca) // 4}I", loca)
        return tuple(2 * half for half in struct.unpack(f">{len(loca) // 2}H", loca))


def _parts(outline: bytes) -> list[int]:
    """The glyphs that a composite one is made of."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found, place, flags = [], 10, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        found.append(glyph)
        place += 8 if flags & _WORDS else 6
        place += 2 if flags & _SCALE else 4 if flags & _XY else 8 if flags & _MATRIX else 0
    return found


def _file(parts: dict[str, bytes]) -> bytes:
    """The tables as a file."""
    count = len(parts)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">IHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    directory, body = b"", b""
    place = 12 + 16 * count
    for name in sorted(parts):
        data = parts[name]
        padded = data + bytes(-len(data) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", name.encode(), total, place + len(body), len(data))
        body += padded
    return head + directory + body


def _letters(cmap: bytes) -> dict[str, int]:
    """The letters of the basic plane: a table of format 4, the only one that our fonts have."""
    for number in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * number)
        if (platform, encoding) not in ((3, 1), (0, 3)) or struct.unpack_from(">H", cmap, offset)[0] != 4:
            continue
        twice = struct.unpack_from(">H", cmap, offset + 6)[0]
        arrays = [offset + 14 + part * twice + (2 if part else 0) for part in range(4)]
        found: dict[str, int] = {}
        for segment in range(0, twice, 2):
            end, start, delta, ranged = (struct.unpack_from(">H", cmap, array + segment)[0] for array in arrays)
            for code in range(start, min(end, 0xFFFE) + 1):
                glyph = code
                if ranged:
                    glyph = struct.unpack_from(">H", cmap, arrays[3] + segment + ranged + 2 * (code - start))[0]
                    if not glyph:
                        continue
                found[chr(code)] = (glyph + delta) & 0xFFFF
        return found
    raise ValueError("cmap: no table of format 4")


@cache
def read(path: Path) -> TrueType:
    """The font of a file. Raises OSError, or ValueError and struct.error when it is none of ours."""
    data = path.read_bytes()
    tables: dict[str, bytes] = {}
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        name, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        tables[name.decode("ascii")] = data[offset : offset + length]
    units = struct.unpack_from(">H", tables["head"], 18)[0]
    count = struct.unpack_from(">H", tables["hhea"], 34)[0]
    advances = [struct.unpack_from(">H", tables["hmtx"], 4 * glyph)[0] for glyph in range(count)]
    total = struct.unpack_from(">H", tables["maxp"], 4)[0]
    advances += [advances[-1]] * (total - count)

    def thousandths(value: int) -> int:
        return round(value * 1000 / int(units))

    ascent, descent = struct.unpack_from(">hh", tables["hhea"], 4)
    left, bottom, right, top = (thousandths(side) for side in struct.unpack_from(">4h", tables["head"], 36))
    return TrueType(
        name=path.stem.replace("_", "-"),
        tables=tables,
        glyphs=_letters(tables["cmap"]),
        widths=tuple(map(thousandths, advances)),
        ascent=thousandths(ascent),
        descent=thousandths(descent),
        box=(left, bottom, right, top),
    )
