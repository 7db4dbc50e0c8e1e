"""Text as a recogniser gives it: lines with their places, and the mistakes it makes, without a picture."""

from __future__ import annotations

import random
import unicodedata

from kiosk_app.matching.values import StackPage, TextLine
from tests.papers.layout import Run, Sheet

ALIKE = {"l": "i", "i": "l", "o": "ơ", "n": "u", "c": "e", "h": "b", "rn": "m", "O": "Q", "I": "l", "D": "Đ", "U": "Ư"}


def read(sheet: Sheet, number: int, rng: random.Random) -> StackPage:
    """The sheet as it would be read: better or worse, each in its own way."""
    if sheet.blank:
        return StackPage(number, (), sheet.width, sheet.height, blank=True)
    badness = rng.choice((0.003, 0.01, 0.02, 0.04))
    lines = [line for run in sheet.runs if (line := _line(run, badness, rng)) is not None]
    # texture is read as letters now and then
    textured = [box for box in sheet.boxes if box.kind in ("picture", "strokes") and rng.random() < 0.3]
    noise = ("ˆ", "` .", "'ạ —", "Í s")
    lines += [TextLine(rng.choice(noise), box.x + 3, box.y + 4, 6, 3) for box in textured]
    return StackPage(number, tuple(lines), sheet.width, sheet.height)


def _line(run: Run, badness: float, rng: random.Random) -> TextLine | None:
    if rng.random() < badness / 4:
        return None
    text = "".join(_letter(letter, badness, rng) for letter in run.text).strip()
    if not text:
        return None
    jitter = rng.uniform(-0.3, 0.3)
    return TextLine(text, run.x + jitter, run.y + jitter, run.w, run.h * rng.uniform(0.95, 1.06))


def _letter(letter: str, badness: float, rng: random.Random) -> str:
    if rng.random() >= badness:
        return letter
    choice = rng.random()
    if choice < 0.5:
        return "".join(c for c in unicodedata.normalize("NFD", letter) if unicodedata.category(c) != "Mn")
    if choice < 0.8:
        return ALIKE.get(letter, letter)
    return "" if choice < 0.9 else rng.choice((letter + "'", letter.lower(), " "))
