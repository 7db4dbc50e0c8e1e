"""Where the keypad goes from where it stands: on to the next stop, or by rows and columns where keys stand in a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """Where a key stands, in pixels."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.wide / 2, self.y + self.high / 2


def rows(boxes: Sequence[Box]) -> list[list[int]]:
    """The numbers of the boxes row by row from the top, each from left to right.

    Two boxes are of one row when the middle of the one is between top and bottom of the other.
    """
    found: list[list[int]] = []
    for number in sorted(range(len(boxes)), key=lambda at: (boxes[at].middle[1], boxes[at].x)):
        box = boxes[number]
        last = boxes[found[-1][0]] if found else None
        if last is not None and last.y <= box.middle[1] <= last.y + last.high:
            found[-1].append(number)
        else:
            found.append([number])
    for row in found:
        row.sort(key=lambda at: boxes[at].x)
    return found


def beside(boxes: Sequence[Box], at: int, step: int) -> int | None:
    """The box left (-1) or right (1) of box `at` in its row; None at the row's end."""
    row = next(row for row in rows(boxes) if at in row)
    there = row.index(at) + step
    return row[there] if 0 <= there < len(row) else None


def above_or_below(boxes: Sequence[Box], at: int, step: int) -> int | None:
    """The nearest box of the row above (-1) or below (1); None where there is no such row."""
    found = rows(boxes)
    here = next(number for number, row in enumerate(found) if at in row)
    there = here + step
    if not 0 <= there < len(found):
        return None
    x = boxes[at].middle[0]
    return min(found[there], key=lambda number: abs(boxes[number].middle[0] - x))
