"""The TrueType files of the printed face as a PDF needs them: widths, letters, and the font with the used letters only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

# Of no use to who shows a PDF: it finds glyphs by their numbers.
_DROPPED = ["cmap", "name", "post", "OS/2", "gasp", "DSIG"]


@dataclass(frozen=True)
class TrueType:
    """One font: `glyphs` from letter to glyph number, `widths` by glyph in thousandths of the size."""

    name: str
    path: Path
    glyphs: Mapping[str, int]
    widths: tuple[int, ...]
    ascent: int
    descent: int
    box: tuple[int, int, int, int]

    def glyph(self, letter: str) -> int:
        """The glyph of a letter; 0, an empty box, for one that the font lacks."""
        return self.glyphs.get(letter, 0)

    def only(self, used: set[int]) -> bytes:
        """The font with the outlines of these glyphs, and of those they are made of; their numbers stay."""
        font = TTFont(self.path, recalcTimestamp=False)
        chosen = subset.Subsetter(
            subset.Options(retain_gids=True, notdef_outline=True, layout_features=[], drop_tables=_DROPPED)
        )
        chosen.populate(gids=sorted(used))
        chosen.subset(font)
        out = BytesIO()
        font.save(out)
        return out.getvalue()


@cache
def read(path: Path) -> TrueType:
    """The font of a file. Raises OSError, or fontTools.ttLib.TTLibError when it is none."""
    font = TTFont(path)
    units = int(font["head"].unitsPerEm)

    def thousandths(value: int) -> int:
        return round(value * 1000 / units)

    numbers = font.getReverseGlyphMap()
    head = font["head"]
    return TrueType(
        name=path.stem.replace("_", "-"),
        path=path,
        glyphs={chr(code): numbers[name] for code, name in font.getBestCmap().items()},
        widths=tuple(thousandths(font["hmtx"][name][0]) for name in font.getGlyphOrder()),
        ascent=thousandths(font["hhea"].ascent),
        descent=thousandths(font["hhea"].descent),
        box=(thousandths(head.xMin), thousandths(head.yMin), thousandths(head.xMax), thousandths(head.yMax)),
    )
