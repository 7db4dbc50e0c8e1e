"""Makes the typeface of printed documents from the variable Noto Sans: three weights, a little narrow, our letters only.

    .tools/bin/uv run --no-project --with fonttools packaging/print_font.py "NotoSans[wdth,wght].ttf" assets/fonts/print

Narrower by a sixteenth, a paper of 384 dots holds a syllable more in a line, and text recognition errs no more than at full
width. Kerning and substitutions are left out: text is set letter by letter.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

WIDTH: Final = 93.75
WEIGHTS: Final = {500: "Medium", 600: "SemiBold", 700: "Bold"}
LETTERS: Final = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *(0x1A0, 0x1A1, 0x1AF, 0x1B0),
    *range(0x1EA0, 0x1EFA),
    *(0x2010, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x20AB, 0x2116, 0x2212),
]


def make(source: Path, folder: Path) -> None:
    """Writes the files of all weights."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    for weight, name in WEIGHTS.items():
        font: Any = instancer.instantiateVariableFont(TTFont(source), {"wght": weight, "wdth": WIDTH})
        options = subset.Options(layout_features=[], name_IDs=["*"], drop_tables=["STAT", "GDEF", "GPOS", "GSUB"])
        letters = subset.Subsetter(options)
        letters.populate(unicodes=LETTERS)
        letters.subset(font)
        # The PDF names its fonts after this; a changed font must not pass for the original file.
        font["name"].setName(f"NotoSansPrint-{name}", 6, 3, 1, 0x409)
        font.save(folder / f"NotoSansPrint_{weight}{name}.ttf", reorderTables=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
