"""Marks as a picture: pure black and white for the printer's head, greys for a screen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from kiosk_app.receipts.marks import Border, Fill, Letters, Line, Mark
from kiosk_app.receipts.typesetting import Face

_MOST_LETTERS: Final = 4_000  # remembered one by one, never as words: those may be personal
_THRESHOLD: Final = 150  # a little on the dark side of half: thin strokes survive the thermal head


def picture(marks: Iterable[Mark], width: int, height: int, *, greys: bool = False) -> bytes:
    """A PNG of `width` x `height`, one bit a dot, or eight with `greys`. The same marks give the same bytes."""
    sheet = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(sheet)
    for mark in marks:
        _draw(sheet, pen, mark)
    if not greys:
        black = sheet.point(lambda level: 255 if level > _THRESHOLD else 0)
        sheet = black.convert("1", dither=Image.Dither.NONE)
    file = BytesIO()
    sheet.save(file, "PNG", optimize=False, compress_level=1)
    return file.getvalue()


def _draw(sheet: Image.Image, pen: ImageDraw.ImageDraw, mark: Mark) -> None:
    if isinstance(mark, Line):
        for place, word in mark.face.words(mark.text):
            _word(sheet, mark.face, mark.x + place, mark.y, word)
    elif isinstance(mark, Letters):
        for place, group in mark.groups:
            _word(sheet, mark.face, mark.x + place, mark.y, group)
    elif isinstance(mark, Fill):
        left = round(mark.x)
        pen.rectangle((left, mark.y, left + mark.width - 1, mark.y + mark.height - 1), fill=0)
    elif isinstance(mark, Border):
        left = round(mark.x)
        box = (left, mark.y, left + mark.width - 1, mark.y + mark.height - 1)
        pen.rounded_rectangle(box, radius=mark.radius, outline=0, width=mark.thick)


def _word(sheet: Image.Image, face: Face, x: float, y: int, word: str) -> None:
    # Words are set on whole dots: a half dot is a blurred stem after the threshold.
    place, baseline = float(round(x)), y + face.rise
    for letter in word:
        drawn, left, top = _letter(face, letter)
        if drawn is not None:
            sheet.paste(0, (round(place) + left, baseline + top), drawn)
        place += face.width(letter)


@lru_cache(maxsize=_MOST_LETTERS)
def _letter(face: Face, letter: str) -> tuple[Image.Image | None, int, int]:
    """A letter's ink and where it lies from the pen's place. Drawing it once saves most of the time of a slip."""
    left, top, right, bottom = (int(side) for side in face.font().getbbox(letter, anchor="ls"))
    if right <= left or bottom <= top:
        return None, 0, 0
    ink = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(ink).text((-left, -top), letter, fill=255, font=face.font(), anchor="ls")
    return ink, left, top
