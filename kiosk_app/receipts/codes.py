"""The blocks that are read by machines or typed by people: dossier codes, short codes, QR codes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import segno

from kiosk_app.receipts.marks import Fill, Letters, Mark, Piece
from kiosk_app.receipts.typesetting import Face, pieces

_LEAST_MODULE: Final = 3  # dots: smaller ones merge on warm paper


@dataclass(frozen=True)
class CodeLetters:
    """A code to be read aloud and typed: as large as fits, broken only after its hyphens, digits in groups by a thin gap.

    The gap is white, no character: what is copied from the paper is the code.
    """

    code: str
    largest: int
    smallest: int
    weight: int = 700
    centred: bool = True

    def _lines(self, width: int) -> tuple[Face, list[list[str]]]:
        parts = _after_hyphens(self.code)
        step = max(2, self.largest // 24)
        for size in range(self.largest, self.smallest - 1, -step):
            face = Face(size, self.weight)
            lines = self._fill(parts, face, width)
            if len(lines) <= 2 and all(self._width(line, face) <= width for line in lines):
                return face, lines
        face = Face(self.smallest, self.weight)
        letters = [[piece] for piece in pieces(self.code, face, width)]
        return face, letters

    def _fill(self, parts: list[str], face: Face, width: int) -> list[list[str]]:
        lines: list[list[str]] = [[]]
        for part in parts:
            groups = _groups(part)
            if lines[-1] and self._width([*lines[-1], *groups], face) > width:
                lines.append([])
            lines[-1].extend(groups)
        return lines

    @staticmethod
    def _gap(face: Face) -> int:
        return max(3, face.size // 6)

    def _width(self, groups: list[str], face: Face) -> float:
        return sum(face.width(group) + self._after(group, face) for group in groups) - self._after(groups[-1], face)

    def _after(self, group: str, face: Face) -> int:
        """White after a group; the hyphen is space enough."""
        return 0 if group.endswith("-") else self._gap(face)

    def lay(self, width: int) -> Piece:
        """See Block."""
        face, lines = self._lines(width)
        marks: list[Mark] = []
        for number, groups in enumerate(lines):
            place, placed = 0.0, []
            for group in groups:
                placed.append((place, group))
                place += face.width(group) + self._after(group, face)
            left = (width - self._width(groups, face)) / 2 if self.centred else 0
            marks.append(Letters(left, number * face.line, face, tuple(placed)))
        return Piece(len(lines) * face.line, tuple(marks))


def _after_hyphens(code: str) -> list[str]:
    parts = code.split("-")
    return [part + "-" for part in parts[:-1]] + [parts[-1]]


def _groups(part: str) -> list[str]:
    """Groups of four digits counted from the left, the last one up to five long; anything else stays whole."""
    digits = part.rstrip("-")
    if not digits.isdecimal() or len(digits) < 6:
        return [part]
    groups = [digits[start : start + 4] for start in range(0, len(digits), 4)]
    if len(groups[-1]) == 1:
        last = groups.pop()
        groups[-1] += last
    groups[-1] += part[len(digits) :]
    return groups


@dataclass(frozen=True)
class SpacedLetters:
    """A short code to be typed, its letters well apart. Not in boxes: their sides are taken for letters I and brackets."""

    code: str
    face: Face

    def lay(self, width: int) -> Piece:
        """See Block."""
        gap = round(self.face.size * 0.35)
        wide = sum(self.face.width(letter) + gap for letter in self.code) - gap
        if wide > width:
            return CodeLetters(self.code, self.face.size, self.face.size // 2).lay(width)
        place, placed = 0.0, []
        for letter in self.code:
            placed.append((place, letter))
            place += self.face.width(letter) + gap
        return Piece(self.face.line, (Letters((width - wide) / 2, 0, self.face, tuple(placed)),))


@dataclass(frozen=True)
class QrCode:
    """A QR code with its quiet zone, modules of whole dots, as large as `side` allows."""

    text: str
    side: int
    _quiet: int = field(default=4, repr=False)  # ISO/IEC 18004: four modules

    def lay(self, width: int) -> Piece:
        """See Block."""
        matrix = segno.make(self.text, micro=False, error="q").matrix
        module = max(_LEAST_MODULE, min(self.side, width) // (len(matrix) + 2 * self._quiet))
        left = (width - len(matrix) * module) // 2
        top = self._quiet * module
        marks = tuple(
            Fill(left + start * module, top + down * module, (end - start) * module, module)
            for down, modules in enumerate(matrix)
            for start, end in _runs(modules)
        )
        return Piece((len(matrix) + 2 * self._quiet) * module, marks)


def _runs(modules: bytearray) -> Iterator[tuple[int, int]]:
    """Where dark modules begin and end in a row."""
    start = -1
    for place, dark in enumerate([*modules, 0]):
        if dark and start < 0:
            start = place
        elif not dark and start >= 0:
            yield start, place
            start = -1


def screen_code(text: str) -> bytes:
    """A QR code for a screen as PNG, a pixel a module and without its quiet zone: the picture's frame gives that."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", border=0)
    return out.getvalue()
