"""Setting type in dots: faces, widths, and lines broken between words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

from kiosk_app import paths

_TALLEST: Final = "ẪỄỖỬẬỆỘqyj"  # capitals under two marks, marks under letters, descenders
_MOST_LETTERS: Final = 2_000
_LEAST_LAST: Final = 0.25  # of the width: a last line shorter than this is an orphan
NO_BREAK: Final = "\u00a0"
_WHITE: Final = re.compile(r"[ \t\r\n]+")
_COUNTED: Final = re.compile(r"(?<![^ (])(\d{1,3}) (?=[^\W\d])")  # "3 trang", "10 ngày": no line ends in a bare number
_DIGITS: Final = re.compile(r"(?<=\d) (?=\d{3}\b)")
_JOINTS: Final = re.compile(r"(?<=[@./-])")  # where an address may be broken
_DASH: Final = re.compile(r"(?<=[–—]) ")  # the best place to break a name that has one
# Not the face of the screens: its one-storeyed «a» is read as «o» and «q» from 203 dots an inch, by machines and by people.
_FACES: Final = {
    500: "NotoSansPrint_500Medium.ttf",
    600: "NotoSansPrint_600SemiBold.ttf",
    700: "NotoSansPrint_700Bold.ttf",
}


@dataclass(frozen=True)
class Face:
    """A font at a size in dots."""

    size: int
    weight: int = 500

    @property
    def line(self) -> int:
        """Distance from line to line: room for a capital with two marks under a letter with a dot below."""
        top, bottom = _extent(self)
        return bottom - top + max(2, self.size // 12)

    def width(self, text: str) -> float:
        """How wide a text is, in dots."""
        advances = _advances(self)
        return sum([advances[letter] for letter in text]) + (text.count(" ") + text.count(NO_BREAK)) * self._wider

    @property
    def _wider(self) -> float:
        """White added to each space: heat spreads on thermal paper, and close words run together."""
        return self.size * 0.08

    @property
    def rise(self) -> int:
        """From the top of a line down to its baseline."""
        return -_extent(self)[0]

    def words(self, text: str) -> Iterator[tuple[float, str]]:
        """The words of a line and how far from its beginning each stands."""
        place = 0.0
        for word in text.split(" "):
            if word:
                yield place, word
            place += self.width(f"{word} ")

    def font(self) -> ImageFont.FreeTypeFont:
        """The font at this size, for drawing."""
        return _font(self)

    def file(self) -> Path:
        """The font's file, for embedding."""
        return _path(self.weight)


class _Advances(dict[str, float]):
    """From a letter to the next one. Letters are remembered, never words: those may be personal."""

    def __init__(self, font: ImageFont.FreeTypeFont) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, letter: str) -> float:
        width = self._font.getlength(letter)
        if len(self) < _MOST_LETTERS:
            self[letter] = width
        return width


@cache
def _advances(face: Face) -> _Advances:
    return _Advances(_font(face))


@cache
def _extent(face: Face) -> tuple[int, int]:
    """Highest and lowest dot of any letter, from the baseline down."""
    _, top, _, bottom = _font(face).getbbox(_TALLEST, anchor="ls")
    return int(top) - 1, int(bottom) + 1


@cache
def _font(face: Face) -> ImageFont.FreeTypeFont:
    # The basic engine draws the same dots with and without libraqm installed.
    return ImageFont.truetype(str(_path(face.weight)), face.size, layout_engine=ImageFont.Layout.BASIC)


def _path(weight: int) -> Path:
    return paths.assets() / "fonts" / "print" / _FACES[weight]


def wrap(text: str, face: Face, width: float) -> list[str]:
    """Lines no wider than `width`, broken between words; a single word too long is broken where it must be."""
    lines: list[str] = []
    line, used = "", 0.0
    gap = face.width(" ")
    for word in pieces(text, face, width):
        wide = face.width(word)
        if line and used + gap + wide > width:
            lines.append(line)
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + gap + wide) if line else (word, wide)
    lines = [*lines, line] if line else lines
    return [line.replace(NO_BREAK, " ") for line in lines]


def balance(text: str, face: Face, width: float) -> list[str]:
    """As few lines as `wrap` needs, of nearly the same length: no single syllable is left on a line of its own."""
    lines = wrap(text, face, width)
    if len(lines) < 2:
        return lines
    phrases = _DASH.split(text)
    if len(phrases) == len(lines) and all(face.width(phrase) <= width for phrase in phrases):
        return phrases
    longest = max(face.width(word) for word in pieces(text, face, width))
    narrow, wide = max(width / 2, longest), width
    while wide - narrow > 4:
        middle = (narrow + wide) / 2
        narrow, wide = (narrow, middle) if len(wrap(text, face, middle)) == len(lines) else (middle, wide)
    return wrap(text, face, wide)


def tidy(text: str, face: Face, width: float) -> list[str]:
    """Like `wrap`, but a little narrower where the last line would hold only a syllable or two."""
    lines = wrap(text, face, width)
    if len(lines) < 2 or not _orphan(lines[-1], face, width):
        return lines
    for narrower in range(97, 60, -3):
        fuller = wrap(text, face, width * narrower / 100)
        if len(fuller) > len(lines):
            break
        if not _orphan(fuller[-1], face, width):
            return fuller
    return balance(text, face, width)


def _orphan(line: str, face: Face, width: float) -> bool:
    """A last line of one syllable, or of hardly more."""
    return " " not in line or face.width(line) < width * _LEAST_LAST


def _tie(text: str) -> str:
    """A dash stays with the word before it, a number with the word that it counts, a telephone number in one piece."""
    text = _DIGITS.sub(NO_BREAK, text)
    return _COUNTED.sub(f"\\1{NO_BREAK}", " ".join(_WHITE.split(text)).replace(" –", f"{NO_BREAK}–").strip())


def pieces(text: str, face: Face, width: float) -> Iterator[str]:
    """The words of a text, a word wider than `width` in pieces that are not: after its signs, else anywhere."""
    for word in syllables(text):
        if face.width(word) <= width:
            yield word
            continue
        piece = ""
        for part in _JOINTS.split(word):
            if piece and face.width(piece + part) > width:
                yield piece
                piece = ""
            for letter in part:
                if piece and face.width(piece + letter) > width:
                    yield piece
                    piece = ""
                piece += letter
        yield piece


def syllables(text: str) -> list[str]:
    """What is not broken: the words of a text, and what is tied together."""
    return [word for word in _tie(text).split(" ") if word]
