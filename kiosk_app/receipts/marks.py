"""What is put on paper, in dots from the upper left corner: lines of text, filled boxes, borders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk_app.receipts.typesetting import Face


@dataclass(frozen=True)
class Line:
    """One line of text; `y` is the top of the line, not its baseline."""

    x: float
    y: int
    face: Face
    text: str


@dataclass(frozen=True)
class Letters:
    """A code in groups with white between them: what is copied from it is `text`, without the white."""

    x: float
    y: int
    face: Face
    groups: tuple[tuple[float, str], ...]

    @property
    def text(self) -> str:
        """The whole code."""
        return "".join(group for _, group in self.groups)


@dataclass(frozen=True)
class Fill:
    """A black box."""

    x: float
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Border:
    """An empty box with round corners."""

    x: float
    y: int
    width: int
    height: int
    thick: int
    radius: int


Mark = Line | Letters | Fill | Border


@dataclass(frozen=True)
class Piece:
    """Marks of one block, set at a width; `height` is what it takes. `joined`: it does not end a page."""

    height: int
    marks: tuple[Mark, ...] = ()
    joined: bool = False

    def at(self, x: float, y: int) -> tuple[Mark, ...]:
        """The marks with this piece's corner at x, y."""
        return tuple(replace(mark, x=mark.x + x, y=mark.y + y) for mark in self.marks)


def below(pieces: Iterable[Piece]) -> Piece:
    """Pieces under each other as one."""
    marks: list[Mark] = []
    y = 0
    for piece in pieces:
        marks += piece.at(0, y)
        y += piece.height
    return Piece(y, tuple(marks))
