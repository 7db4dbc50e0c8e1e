"""The blocks of a slip from top to bottom: text, rows, rules, frames, codes; drawn dot by dot in black."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

import segno
from PIL import Image, ImageDraw

from kiosk_app.receipts.typesetting import Face, balance, pieces, tidy, wrap

_THRESHOLD: Final = 150  # a little on the dark side of half: thin strokes survive the thermal head


class Block(Protocol):
    """A piece of the slip: it knows its height at a width, and how to draw itself there."""

    def height(self, width: int) -> int:
        """Rows it takes."""

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """Draws itself with its upper left corner at x, y."""


@dataclass(frozen=True)
class Space:
    """Empty rows."""

    rows: int

    def height(self, width: int) -> int:
        """See Block."""
        return self.rows

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""


@dataclass(frozen=True)
class Rule:
    """A line across: solid, or dotted where it only parts rows of one kind."""

    thick: int = 2
    dotted: bool = False

    def height(self, width: int) -> int:
        """See Block."""
        return self.thick

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""
        step = self.thick * 4 if self.dotted else width
        length = self.thick if self.dotted else width
        for left in range(x, x + width - length + 1, step):
            pen.rectangle((left, y, left + length - 1, y + self.thick - 1), fill=0)


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    face: Face
    centred: bool = False

    def height(self, width: int) -> int:
        """See Block."""
        return len(wrap(self.text, self.face, width)) * self.face.line

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""
        broken = balance if self.centred else tidy
        for number, line in enumerate(broken(self.text, self.face, width)):
            left = x + (width - self.face.width(line)) / 2 if self.centred else x
            self.face.draw(pen, left, y + number * self.face.line, line)


@dataclass(frozen=True)
class Row:
    """Words on the left that wrap, a short value on the right of their first line, small words under them.

    The value goes below where the paper is too narrow for both. `mark` (a number, a bullet) hangs in front, in a column
    as wide as `hang`.
    """

    left: str
    right: str
    face: Face
    right_face: Face
    mark: str = ""
    hang: str = ""
    under: str = ""
    under_face: Face | None = None

    def _columns(self, width: int) -> tuple[int, int, bool]:
        indent = round(self.face.width(self.hang or self.mark) + self.face.size * 0.4) if self.mark else 0
        right = int(self.right_face.width(self.right)) + round(self.face.size * 0.8) if self.right else 0
        left = width - indent - right
        beside = left >= width * 0.4 or (left > 0 and self.face.width(self.left) <= left)
        return indent, left if beside else width - indent, beside

    def _step(self) -> int:
        return max(self.face.line, self.right_face.line)

    def _under(self, width: int) -> list[str]:
        return wrap(self.under, self.under_face, width) if self.under_face else []

    def height(self, width: int) -> int:
        """See Block."""
        indent, left, beside = self._columns(width)
        lines = len(wrap(self.left, self.face, left))
        below = 0 if beside else len(wrap(self.right, self.right_face, width)) * self.right_face.line
        under = len(self._under(width - indent)) * self.under_face.line if self.under_face else 0
        return self._step() + (lines - 1) * self.face.line + below + under

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""
        indent, left, beside = self._columns(width)
        first = y + (self._step() - self.face.line) // 2
        self.face.draw(pen, x, first, self.mark)
        lines = tidy(self.left, self.face, left)
        for number, line in enumerate(lines):
            self.face.draw(pen, x + indent, first + number * self.face.line, line)
        top = y + self._step() + (len(lines) - 1) * self.face.line
        if beside:
            place = x + width - self.right_face.width(self.right)
            self.right_face.draw(pen, place, y + (self._step() - self.right_face.line) // 2, self.right)
        else:
            for line in wrap(self.right, self.right_face, width):
                self.right_face.draw(pen, x + width - self.right_face.width(line), top, line)
                top += self.right_face.line
        if self.under_face:
            for number, line in enumerate(self._under(width - indent)):
                self.under_face.draw(pen, x + indent, top + number * self.under_face.line, line)


@dataclass(frozen=True)
class Framed:
    """Blocks inside a border, with room around them."""

    blocks: tuple[Block, ...]
    border: int = 3
    pad: int = 14

    @property
    def _inset(self) -> int:
        return self.border + self.pad

    def height(self, width: int) -> int:
        """See Block."""
        return sum(block.height(width - 2 * self._inset) for block in self.blocks) + 2 * self._inset

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""
        pen.rounded_rectangle(
            (x, y, x + width - 1, y + self.height(width) - 1), radius=12, outline=0, width=self.border
        )
        top = y + self._inset
        for block in self.blocks:
            block.draw(sheet, pen, x + self._inset, top, width - 2 * self._inset)
            top += block.height(width - 2 * self._inset)


@dataclass(frozen=True)
class CodeLetters:
    """A code to be read aloud and typed: as large as fits, broken only after its hyphens, digits in groups by a thin gap.

    The gap is white, no character: what is copied from the paper is the code.
    """

    code: str
    largest: int
    smallest: int
    weight: int = 700

    def _lines(self, width: int) -> tuple[Face, list[list[str]]]:
        parts = _after_hyphens(self.code)
        for size in range(self.largest, self.smallest - 1, -2):
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

    def height(self, width: int) -> int:
        """See Block."""
        face, lines = self._lines(width)
        return len(lines) * face.line

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""
        face, lines = self._lines(width)
        for number, groups in enumerate(lines):
            place = x + (width - self._width(groups, face)) / 2
            for group in groups:
                face.draw(pen, place, y + number * face.line, group)
                place += face.width(group) + self._after(group, face)


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
class Boxes:
    """A short code, one letter a box."""

    code: str
    face: Face
    gap: int = 8

    def _box(self, width: int) -> int:
        count = max(1, len(self.code))
        return min(round(self.face.size * 1.35), (width - self.gap * (count - 1)) // count)

    def height(self, width: int) -> int:
        """See Block."""
        return round(self.face.size * 1.45)

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""
        box, height = self._box(width), self.height(width)
        left = x + (width - box * len(self.code) - self.gap * (len(self.code) - 1)) // 2
        for letter in self.code:
            pen.rounded_rectangle((left, y, left + box - 1, y + height - 1), radius=8, outline=0, width=3)
            place = left + (box - self.face.width(letter)) / 2
            self.face.draw(pen, place, y + (height - self.face.line) / 2, letter)
            left += box + self.gap


@dataclass(frozen=True)
class QrCode:
    """A QR code with its quiet zone, modules of whole dots, as large as `side` allows."""

    text: str
    side: int
    _quiet: int = field(default=4, repr=False)  # ISO/IEC 18004: four modules

    def _matrix(self) -> tuple[tuple[bytearray, ...], int]:
        matrix = segno.make(self.text, micro=False, error="q").matrix
        return matrix, max(3, self.side // (len(matrix) + 2 * self._quiet))

    def height(self, width: int) -> int:
        """See Block."""
        matrix, module = self._matrix()
        return (len(matrix) + 2 * self._quiet) * module

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""
        matrix, module = self._matrix()
        left = x + (width - len(matrix) * module) // 2
        top = y + self._quiet * module
        for down, modules in enumerate(matrix):
            for right, dark in enumerate(modules):
                if dark:
                    at = (left + right * module, top + down * module)
                    pen.rectangle((*at, at[0] + module - 1, at[1] + module - 1), fill=0)


def paint(blocks: list[Block], dots: int, margin: int) -> Image.Image:
    """The blocks below each other on paper `dots` wide, in pure black and white."""
    width = dots - 2 * margin
    height = sum(block.height(width) for block in blocks)
    sheet = Image.new("L", (dots, height), 255)
    pen = ImageDraw.Draw(sheet)
    y = 0
    for block in blocks:
        block.draw(sheet, pen, margin, y, width)
        y += block.height(width)
    return sheet.point(lambda level: 255 if level > _THRESHOLD else 0).convert("1", dither=Image.Dither.NONE)
