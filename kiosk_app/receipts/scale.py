"""Sizes of type and white for each paper: rolls of 384, 512 and 576 dots and A4, normal and large print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk_app.receipts.typesetting import Face

WIDTHS: Final = (576, 512, 384)
DOTS_PER_MM: Final = 8  # 203 dpi
A4_MM: Final = (210, 297)
_SIZES: Final = ("title", "heading", "body", "small", "letters", "smallest", "boxes", "number", "qr", "gap", "margin")
# A code of 264 dots has modules of a millimetre, which every reader likes; more only makes the slip longer.
# Body text of 25 dots is 9 points. Large print begins at 16 points, 45 dots; on 48 mm of paper that leaves three
# syllables to a line, so large print is 13 points there.
_TABLE: Final = {
    ("roll", "normal"): (36, 23, 25, 20, 56, 24, 50, 150, 264, 16, 16),
    ("roll", "large"): (50, 45, 45, 36, 60, 30, 64, 170, 440, 22, 16),
    ("narrow", "normal"): (30, 20, 23, 20, 44, 22, 42, 120, 264, 12, 12),
    ("narrow", "large"): (38, 34, 36, 29, 44, 26, 52, 130, 340, 16, 12),
    ("a4", "normal"): (44, 29, 31, 25, 44, 28, 40, 150, 240, 16, 160),
    ("a4", "large"): (58, 45, 45, 36, 58, 36, 56, 180, 340, 28, 144),
}


@dataclass(frozen=True)
class Scale:
    """Sizes in dots; `unit` dots are an eighth of a millimetre. `wide`: there is room for tables and columns."""

    unit: int
    wide: bool
    margin: int
    gap: int
    qr: int
    letters: int
    smallest: int
    boxes: Face
    faces: dict[str, Face]

    def face(self, style: str) -> Face:
        """The face of a style: title, heading, label, body, strong, small, number."""
        return self.faces[style]


STYLES: Final = ("title", "heading", "label", "body", "strong", "small", "number")


def scale(paper: str, large: bool = False, unit: int = 1) -> Scale:
    """The sizes for "roll" (512 and 576 dots), "narrow" (384) or "a4"."""
    sizes = dict(zip(_SIZES, _TABLE[paper, "large" if large else "normal"], strict=True))
    size = {name: value * unit for name, value in sizes.items()}
    return Scale(
        unit=unit,
        wide=paper == "a4",
        margin=size["margin"],
        gap=size["gap"],
        qr=size["qr"],
        letters=size["letters"],
        smallest=size["smallest"],
        boxes=Face(size["boxes"], 700),
        faces={
            "title": Face(size["title"], 700),
            "heading": Face(size["heading"], 600),
            "label": Face(size["small"], 600),
            "body": Face(size["body"], 500),
            "strong": Face(size["body"], 700),
            "small": Face(size["small"], 500),
            "number": Face(size["number"], 700),
        },
    )


def roll(dots: int, large: bool = False, unit: int = 1) -> Scale:
    """The sizes for a roll `dots` wide. Raises ValueError for a width that no profile has."""
    if dots not in WIDTHS:
        raise ValueError(f"dots: {dots} is none of {', '.join(map(str, WIDTHS))}")
    return scale("narrow" if dots < 500 else "roll", large, unit)
