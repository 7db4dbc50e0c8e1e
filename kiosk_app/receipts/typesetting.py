"""Setting type in dots: faces, widths, and lines broken between words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from PIL import ImageDraw, ImageFont

from kiosk_app import paths

_TALLEST: Final = "ẪỄỖỬẬỆỘqyj"  # capitals under two marks, marks under letters, descenders
_DASH: Final = re.compile(r"(?<=[–—]) ")  # the best place to break a name that has one
_FACES: Final = {
    400: "BeVietnamPro_400Regular.ttf",
    500: "BeVietnamPro_500Medium.ttf",
    600: "BeVietnamPro_600SemiBold.ttf",
    700: "BeVietnamPro_700Bold.ttf",
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
        letters = sum(_advance(self, letter, after) for letter, after in zip(text, [*text[1:], "\0"], strict=False))
        return letters + text.count(" ") * self._wider

    @property
    def _wider(self) -> float:
        """White added to each space: heat spreads on thermal paper, and close words run together."""
        return self.size * 0.08

    def draw(self, pen: ImageDraw.ImageDraw, x: float, y: float, text: str) -> None:
        """Draws a line whose row starts at `y`."""
        for word in text.split(" "):
            # Words are set on whole dots: a half dot is a blurred stem after the threshold.
            pen.text((round(x), round(y) - _extent(self)[0]), word, fill=0, font=_font(self), anchor="ls")
            x += self.width(f"{word} ")


@lru_cache(maxsize=20_000)
def _advance(face: Face, letter: str, after: str) -> float:
    """From a letter to the next one, kerning included. Pairs are remembered, never words: those may be personal."""
    font = _font(face)
    return font.getlength(letter) if after == "\0" else font.getlength(letter + after) - font.getlength(after)


@cache
def _extent(face: Face) -> tuple[int, int]:
    """Highest and lowest dot of any letter, from the baseline down."""
    _, top, _, bottom = _font(face).getbbox(_TALLEST, anchor="ls")
    return int(top) - 1, int(bottom) + 1


@cache
def _font(face: Face) -> ImageFont.FreeTypeFont:
    # The basic engine draws the same dots with and without libraqm installed.
    path = paths.assets() / "fonts" / _FACES[face.weight]
    return ImageFont.truetype(str(path), face.size, layout_engine=ImageFont.Layout.BASIC)


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
    return [*lines, line] if line else lines


def balance(text: str, face: Face, width: float) -> list[str]:
    """As few lines as `wrap` needs, of nearly the same length: no single syllable is left on a line of its own."""
    lines = wrap(text, face, width)
    if len(lines) < 2:
        return lines
    phrases = _DASH.split(text)
    if len(phrases) == len(lines) and all(face.width(phrase) <= width for phrase in phrases):
        return phrases
    narrow, wide = width / 2, width
    while wide - narrow > 4:
        middle = (narrow + wide) / 2
        narrow, wide = (narrow, middle) if len(wrap(text, face, middle)) == len(lines) else (middle, wide)
    return wrap(text, face, wide)


def tidy(text: str, face: Face, width: float) -> list[str]:
    """Like `wrap`, but evened out where the last line would hold only a syllable or two."""
    lines = wrap(text, face, width)
    lonely = len(lines) > 1 and face.width(lines[-1]) < width * 0.25
    return balance(text, face, width) if lonely else lines


def pieces(text: str, face: Face, width: float) -> Iterator[str]:
    """The words of a text, a word wider than `width` in pieces that are not."""
    for word in text.split():
        if face.width(word) <= width:
            yield word
            continue
        piece = ""
        for letter in word:
            if piece and face.width(piece + letter) > width:
                yield piece
                piece = ""
            piece += letter
        yield piece
