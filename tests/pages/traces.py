"""Sides that carry next to nothing, and sides that carry nothing: what must never be called blank, and what should be."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from tests.pages.layouts import SENTENCES, Sheet, page
from tests.pages.wear import Picture, grain

TINTS: Final = ((252, 252, 250), (244, 240, 228), (250, 222, 226), (224, 244, 222), (222, 234, 248), (250, 244, 190))


def _sheet(chance: random.Random, dpi: int) -> Sheet:
    sheet = Sheet(chance, dpi)
    sheet.image.paste(chance.choice(TINTS[:2]), (0, 0, *sheet.image.size))
    return sheet


def _somewhere(sheet: Sheet) -> tuple[float, float]:
    return sheet.chance.uniform(25, 140), sheet.chance.uniform(25, 260)


def _pencil(sheet: Sheet) -> tuple[int, int, int]:
    level = sheet.chance.randint(140, 182)
    return level, level, level + 3


def pencil(sheet: Sheet) -> None:
    """A signature in faint pencil."""
    sheet.signature(*_somewhere(sheet), _pencil(sheet))


def signature(sheet: Sheet) -> None:
    """A lone signature by pen, strong or pale."""
    sheet.signature(
        *_somewhere(sheet), sheet.chance.choice(((40, 60, 150), (120, 140, 205), (30, 30, 30), (170, 70, 70)))
    )


def hand_line(sheet: Sheet) -> None:
    """One line of writing in pencil or pen."""
    x, sheet.y = 25.0, sheet.chance.uniform(25, 260)
    colour = _pencil(sheet) if sheet.chance.random() < 0.6 else (60, 80, 160)
    sheet.text(sheet.chance.choice(SENTENCES)[: sheet.chance.randint(8, 50)], box=(x, 190), colour=colour)


def stamp(sheet: Sheet) -> None:
    """A stamp and nothing else, some of it hardly inked."""
    x, y = sheet.chance.uniform(40, 170), sheet.chance.uniform(40, 250)
    bare = sheet.image.copy()
    sheet.stamp(x, y, sheet.chance.uniform(11, 19))
    sheet.image = Image.blend(bare, sheet.image, sheet.chance.uniform(0.35, 1.0))


def coloured(sheet: Sheet) -> None:
    """Pencil or pen on coloured paper."""
    tint = sheet.chance.choice(TINTS[2:])
    sheet.image.paste(tint, (0, 0, *sheet.image.size))
    strength = sheet.chance.uniform(0.58, 0.74)
    red, green, blue = (round(level * strength) for level in tint)
    sheet.signature(*_somewhere(sheet), (red, green, blue))


def embossed(sheet: Sheet) -> None:
    """A blind seal: rings and letters hardly darker than the paper, but crisp."""
    x, y, mm = sheet.chance.uniform(40, 170), sheet.chance.uniform(40, 250), sheet.mm
    red, green, blue = sheet.image.getpixel((5, 5))  # type: ignore[misc]
    dark = sheet.chance.uniform(0.8, 0.87)
    tone = (round(red * dark), round(green * dark), round(blue * dark))
    for radius in (20, 18.5, 12):
        box = ((x - radius) * mm, (y - radius) * mm, (x + radius) * mm, (y + radius) * mm)
        sheet.pen.ellipse(box, outline=tone, width=max(2, round(0.5 * mm)))
    sheet.y = y - 2
    sheet.text("BẢN SAO", 12, "centre", (x - 20, x + 20), colour=tone)


def number(sheet: Sheet) -> None:
    """A page number."""
    sheet.y = 282
    sheet.text(str(sheet.chance.randint(1, 99)), 11, "centre", (20, 190), colour=(70, 70, 75))


WRITTEN: Final = MappingProxyType[str, Callable[[Sheet], None]](
    {
        "faint pencil": pencil,
        "lone signature": signature,
        "hand-written line": hand_line,
        "stamp only": stamp,
        "coloured paper": coloured,
        "embossed": embossed,
        "page number": number,
    }
)


def written(kind: str, seed: int, dpi: int = 150) -> Picture:
    """A side with one trace of a person on it."""
    sheet = _sheet(random.Random(f"{kind}-{seed}"), dpi)
    WRITTEN[kind](sheet)
    return grain(np.asarray(sheet.image), sheet.chance.uniform(1.5, 5), seed)


def _bare(sheet: Sheet) -> None:
    """Paper."""


def _tint(sheet: Sheet) -> None:
    sheet.image.paste(sheet.chance.choice(TINTS[2:]), (0, 0, *sheet.image.size))


def _holes(sheet: Sheet) -> None:
    middle, mm = sheet.chance.uniform(120, 170), sheet.mm
    for y in (middle - 40, middle + 40):
        box = (9 * mm, (y - 3) * mm, 15 * mm, (y + 3) * mm)
        sheet.pen.ellipse(box, fill=(30, 30, 32))


def _dust(sheet: Sheet) -> None:
    for _ in range(sheet.chance.randint(20, 80)):
        x, y, r = (sheet.chance.uniform(4, 205) * sheet.mm, sheet.chance.uniform(4, 290) * sheet.mm, 0.2 * sheet.mm)
        sheet.pen.ellipse((x - r, y - r, x + r, y + r), fill=(80, 80, 80))


def _streak(sheet: Sheet) -> None:
    x = sheet.chance.uniform(20, 190)
    sheet.pen.line((x * sheet.mm, 0, x * sheet.mm, sheet.image.height), fill=(130, 130, 130), width=1)


def _shine(sheet: Sheet) -> None:
    back = page(sheet.chance.choice(("letter", "dense", "table")), sheet.chance.randrange(50), round(sheet.mm * 25.4))
    blurred = back.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(0.32 * sheet.mm))
    sheet.image = Image.blend(sheet.image, blurred, sheet.chance.uniform(0.06, 0.16))


EMPTY: Final = MappingProxyType[str, Callable[[Sheet], None]](
    {
        "clean": _bare,
        "coloured paper": _tint,
        "punched holes": _holes,
        "dust": _dust,
        "feeder streak": _streak,
        "show-through": _shine,
    }
)


def empty(kind: str, seed: int, dpi: int = 150) -> Picture:
    """A side with nothing on it that anybody put there."""
    sheet = _sheet(random.Random(f"{kind}-{seed}"), dpi)
    EMPTY[kind](sheet)
    return grain(np.asarray(sheet.image), sheet.chance.uniform(1.5, 5), seed)
