"""The blocks of a document, from top to bottom: each is set at a width and becomes marks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Protocol

from kiosk_app.receipts.marks import Border, Fill, Line, Mark, Piece, below
from kiosk_app.receipts.typesetting import NO_BREAK, Face, balance, syllables, tidy, wrap


class Block(Protocol):
    """A piece of the document."""

    def lay(self, width: int) -> Piece:
        """Its marks and its height when it is `width` dots wide."""


@dataclass(frozen=True)
class Space:
    """Empty rows."""

    rows: int

    def lay(self, width: int) -> Piece:
        """See Block."""
        return Piece(self.rows, joined=True)


@dataclass(frozen=True)
class Rule:
    """A line across. Never dotted: a row of dots is read as letters, by machines at least."""

    thick: int = 2

    def lay(self, width: int) -> Piece:
        """See Block."""
        return Piece(self.thick, (Fill(0, 0, width, self.thick),), joined=True)


@dataclass(frozen=True)
class Text:
    """A paragraph. `joined`: a heading, which does not end a page."""

    text: str
    face: Face
    centred: bool = False
    joined: bool = False

    def lay(self, width: int) -> Piece:
        """See Block."""
        lines = (balance if self.centred else tidy)(self.text, self.face, width)
        marks = tuple(
            Line((width - self.face.width(line)) / 2 if self.centred else 0, row * self.face.line, self.face, line)
            for row, line in enumerate(lines)
        )
        return Piece(len(lines) * self.face.line, marks, self.joined)


@dataclass(frozen=True)
class Entry:
    """What is asked and the answer to it in one paragraph: «Địa chỉ: 113 Trần Duy Hưng», the answer in another face."""

    label: str
    label_face: Face
    value: str
    face: Face

    def lay(self, width: int) -> Piece:
        """See Block."""
        gap = self.face.width(" ")
        label = wrap(f"{self.label}:", self.label_face, width)
        marks: list[Mark] = [Line(0, row * self._step, self.label_face, line) for row, line in enumerate(label)]
        y = (len(label) - 1) * self._step
        used = self.label_face.width(label[-1]) + gap
        if used + self.face.width(self.value) <= width:
            return Piece(y + self._step, (*marks, Line(used, y + self._drop, self.face, self.value)))
        first, rest = self._first(width - used, width)
        if first:
            marks.append(Line(used, y + self._drop, self.face, first))
        for line in rest:
            y += self._step
            marks.append(Line(0, y + self._drop, self.face, line))
        return Piece(y + self._step, tuple(marks))

    def _first(self, room: float, width: int) -> tuple[str, list[str]]:
        """What goes beside the label, and the lines below. No syllable is left alone on the last line."""
        words = syllables(self.value)
        count = 0
        while count < len(words) and self.face.width(" ".join(words[: count + 1])) <= room:
            count += 1
        rest = tidy(" ".join(words[count:]), self.face, width)
        if len(rest) == 1 and len(rest[0].split()) == 1 and count > 1:
            count -= 1
            rest = tidy(" ".join(words[count:]), self.face, width)
        return " ".join(words[:count]).replace(NO_BREAK, " "), rest

    @property
    def _step(self) -> int:
        return max(self.face.line, self.label_face.line)

    @property
    def _drop(self) -> int:
        return self.label_face.rise - self.face.rise


@dataclass(frozen=True)
class Row:
    """Words on the left that wrap, a short value on the right of their first line, small words under them.

    The value goes below where the paper is too narrow for both. `mark` (a number, a bullet) hangs in front, in a column
    as wide as `hang`; TICK is an empty box for a pencil.
    """

    TICK: ClassVar[str] = "□"

    left: str
    right: str
    face: Face
    right_face: Face
    mark: str = ""
    hang: str = ""
    under: tuple[str, ...] = ()
    under_face: Face | None = None

    def _columns(self, width: int) -> tuple[int, int, bool]:
        hang = self.face.size * 0.8 if self.mark == self.TICK else self.face.width(self.hang or self.mark)
        indent = round(hang + self.face.size * 0.4) if self.mark else 0
        right = int(self.right_face.width(self.right)) + round(self.face.size * 0.8) if self.right else 0
        left = width - indent - right
        beside = left >= width * 0.4 or (left > 0 and self.face.width(self.left) <= left)
        if beside and self.right and left < width * 0.6:
            # Not a tower of single words beside a long value.
            beside = 2 * len(wrap(self.left, self.face, left)) <= 3 * len(wrap(self.left, self.face, width - indent))
        return indent, left if beside else width - indent, beside

    def lay(self, width: int) -> Piece:
        """See Block."""
        indent, left, beside = self._columns(width)
        step = max(self.face.line, self.right_face.line)
        base = max(self.face.rise, self.right_face.rise)
        marks: list[Mark] = [self._mark(base)] if self.mark else []
        lines = tidy(self.left, self.face, left)
        for row, line in enumerate(lines):
            marks.append(Line(indent, base - self.face.rise + row * self.face.line, self.face, line))
            if row == 0 and beside and self.right:
                place = width - self.right_face.width(self.right)
                marks.append(Line(place, base - self.right_face.rise, self.right_face, self.right))
        y = step + (len(lines) - 1) * self.face.line
        for text in self.under:
            small = self.under_face or self.face
            for line in tidy(text, small, width - indent):
                marks.append(Line(indent, y, small, line))
                y += small.line
        if not beside:
            for line in wrap(self.right, self.right_face, width):
                marks.append(Line(width - self.right_face.width(line), y, self.right_face, line))
                y += self.right_face.line
        return Piece(y, tuple(marks))

    def _mark(self, base: int) -> Mark:
        side = round(self.face.size * 0.8)
        if self.mark == self.TICK:
            return Border(0, base - side + side // 12, side, side, max(2, self.face.size // 12), side // 6)
        return Line(0, base - self.face.rise, self.face, self.mark)


@dataclass(frozen=True)
class Framed:
    """Blocks inside a border, with room around them."""

    blocks: tuple[Block, ...]
    border: int
    pad: int
    radius: int

    def lay(self, width: int) -> Piece:
        """See Block."""
        inset = self.border + self.pad
        inside = below(block.lay(width - 2 * inset) for block in self.blocks)
        height = inside.height + 2 * inset
        border = Border(0, 0, width, height, self.border, self.radius)
        return Piece(height, (border, *inside.at(inset, inset)))


@dataclass(frozen=True)
class Panel:
    """Blocks between two rules: the frame of narrow paper, which leaves them the whole width and no sides to misread."""

    blocks: tuple[Block, ...]
    border: int
    pad: int

    def lay(self, width: int) -> Piece:
        """See Block."""
        inside = below(block.lay(width) for block in self.blocks)
        height = inside.height + 2 * (self.border + self.pad)
        rules = (Fill(0, 0, width, self.border), Fill(0, height - self.border, width, self.border))
        return Piece(height, (*rules, *inside.at(0, self.border + self.pad)))


@dataclass(frozen=True)
class Columns:
    """Stacks of blocks beside each other, `shares` of the width each, `gap` between them."""

    stacks: tuple[tuple[Block, ...], ...]
    shares: tuple[float, ...]
    gap: int

    def lay(self, width: int) -> Piece:
        """See Block."""
        whole = width - self.gap * (len(self.stacks) - 1)
        marks: list[Mark] = []
        left, height = 0.0, 0
        for stack, share in zip(self.stacks, self.shares, strict=True):
            wide = int(whole * share / sum(self.shares))
            piece = below(block.lay(wide) for block in stack)
            marks += piece.at(round(left), 0)
            left += wide + self.gap
            height = max(height, piece.height)
        return Piece(height, tuple(marks))


@dataclass(frozen=True)
class TableRow:
    """One row of a ruled table: cells of texts, `shares` of the width; all but the column `wide` are centred."""

    cells: tuple[str, ...]
    face: Face
    shares: tuple[float, ...]
    wide: int
    pad: int
    line: int
    joined: bool = False
    under: str = ""
    under_face: Face | None = None

    def lay(self, width: int) -> Piece:
        """See Block."""
        edges = [round(width * sum(self.shares[:count]) / sum(self.shares)) for count in range(len(self.shares) + 1)]
        stacks = [
            below(self._inside(column, right - left - 2 * self.pad))
            for column, (left, right) in enumerate(pairwise(edges))
        ]
        height = max(piece.height for piece in stacks) + self.pad + self.line
        marks: list[Mark] = []
        for column, piece in enumerate(stacks):
            # Cells of one line stand in the middle of taller neighbours, as rows of printed forms do.
            drop = (height - self.line - piece.height) // 2
            marks += piece.at(edges[column] + self.pad, drop)
        marks += [Fill(min(edge, width - self.line), 0, self.line, height) for edge in edges]
        marks += [Fill(0, height - self.line, width, self.line)]
        return Piece(height, tuple(marks), self.joined)

    def _inside(self, column: int, width: int) -> list[Piece]:
        pieces = [Text(self.cells[column], self.face, centred=column != self.wide).lay(width)]
        if column == self.wide and self.under and self.under_face:
            pieces.append(Text(self.under, self.under_face).lay(width))
        return pieces
