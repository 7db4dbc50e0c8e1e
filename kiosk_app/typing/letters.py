"""A Vietnamese letter in its parts: the plain letter, its shape, its tone, its case."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Shape(StrEnum):
    """What is written on or through a letter; the values are Unicode's combining marks, the stroke of đ has none."""

    NONE = ""
    CIRCUMFLEX = "\u0302"
    BREVE = "\u0306"
    HORN = "\u031b"
    STROKE = "-"


class Tone(StrEnum):
    """The six tones; the values are Unicode's combining marks."""

    LEVEL = ""
    GRAVE = "\u0300"
    ACUTE = "\u0301"
    HOOK = "\u0309"
    TILDE = "\u0303"
    DOT = "\u0323"


VOWELS: Final = frozenset("aeiouy")
_SHAPES: Final = {shape.value: shape for shape in (Shape.CIRCUMFLEX, Shape.BREVE, Shape.HORN)}
_TONES: Final = {tone.value: tone for tone in Tone if tone}


@dataclass(frozen=True)
class Letter:
    """One letter; `base` is a small letter without anything, `upper` its case. Characters that are none are kept as base."""

    base: str
    shape: Shape = Shape.NONE
    tone: Tone = Tone.LEVEL
    upper: bool = False

    @property
    def vowel(self) -> bool:
        """Whether it can carry a tone."""
        return self.base in VOWELS

    @property
    def plain(self) -> str:
        """The small letter with its shape and without its tone: ế is ê."""
        if self.shape is Shape.STROKE:
            return "đ"
        return unicodedata.normalize("NFC", self.base + self.shape)

    def __str__(self) -> str:
        written = unicodedata.normalize("NFC", self.plain + self.tone)
        return written.upper() if self.upper else written

    def with_tone(self, tone: Tone) -> Letter:
        """The same letter in another tone."""
        return replace(self, tone=tone)

    def with_shape(self, shape: Shape) -> Letter:
        """The same letter in another shape."""
        return replace(self, shape=shape)


Letters = tuple[Letter, ...]


def letter(written: str) -> Letter:
    """The parts of one written letter, composed or not."""
    upper = written != written.lower()
    if written in ("đ", "Đ"):
        return Letter("d", Shape.STROKE, upper=upper)
    parts = unicodedata.normalize("NFD", written.lower())
    base, marks = parts[:1], parts[1:]
    shape = next((_SHAPES[one] for one in marks if one in _SHAPES), Shape.NONE)
    tone = next((_TONES[one] for one in marks if one in _TONES), Tone.LEVEL)
    found = Letter(base, shape, tone, upper)
    # A letter of another language (ç, ñ) is kept whole.
    return found if str(found) == unicodedata.normalize("NFC", written) else Letter(written.lower(), upper=upper)


def split(word: str) -> Letters:
    """The letters of a word."""
    return tuple(letter(one) for one in unicodedata.normalize("NFC", word))


def join(letters: Letters) -> str:
    """The word of the letters, in Unicode's composed form (NFC)."""
    return "".join(str(one) for one in letters)
