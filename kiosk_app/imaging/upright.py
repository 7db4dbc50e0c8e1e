"""Which way up a page's writing stands: the marks above and below its rows tell, in doubt a few lines are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.values import Word

Grey = npt.NDArray[np.uint8]
# A line of writing: x, y, width, height, how much of that is writing
Line = tuple[int, int, int, int, int]

LOOK_DPI: Final = 150
# A letter's, syllable's or written word's longer side at LOOK_DPI: 1.2 to 15 mm; dots of a dotted line are smaller.
LEAST_LETTER_PX: Final = 7
MOST_LETTER_PX: Final = 90
# Under this there is no telling what is writing.
LEAST_LETTERS: Final = 10
# Thinner than this in its box is no letter but a box to be filled in.
LEAST_FILL: Final = 0.22
# Twice as many letters touch their neighbours along the lines as across, and rows are twice as uneven as columns: the
# product of both was never under 3.3 on pages that lie right, nor over its reverse on those that lie sideways.
CLEAR_RATIO: Final = 2.2
# How far marks above letters must outweigh those below, in their own standard deviations, and what part of the letters'
# ink they must be: Vietnamese has 1 % and more above, figures have nothing.
CLEAR_BALANCE: Final = 4.5
LEAST_MARKS: Final = 0.005
# Under this nothing is known, a line of capitals and a seal for one: most pages are put in the right way up.
WEAK_BALANCE: Final = 1.5
MOST_LINES: Final = 60
# What is read in doubt, at LOOK_DPI.
READ_LINES: Final = 6
READ_ACROSS_PX: Final = 760
SURE_WORD: Final = 40.0
# The best reading must be this much better than the next, and worth a few words, before a page is turned for it.
CLEAR_READING: Final = 1.25
LEAST_READING: Final = 120.0


class Reads(Protocol):
    """What can read: kiosk_app.imaging.text.Reader."""

    def words(self, grey: Grey, dpi: int) -> tuple[Word, ...]:
        """The words of an upright grey page."""


@dataclass(frozen=True)
class Writing:
    """A page's marks at LOOK_DPI: 2 letters, 1 smaller or thinner marks; how many letters, and their median size."""

    marks: Grey
    letters: int
    size: float

    def turned(self, quarters: int) -> Writing:
        """The same page turned clockwise."""
        return Writing(np.ascontiguousarray(np.rot90(self.marks, -quarters)), self.letters, self.size)


def quarters_to_turn(page: Picture, dpi: int, reader: Reads | None = None) -> int:
    """By how many quarters a straightened RGB page must be turned clockwise for its writing to stand upright, 0 to 3.

    A page with too little writing to tell stays as it is. A `reader` is asked only where shapes leave a doubt.
    """
    grey = _shrunk(page, dpi)
    writing = find_writing(grey)
    if writing.letters < LEAST_LETTERS:
        return 0
    ratio = row_ratio(writing)
    # clockwise or counter-clockwise is the second question
    ways = (0, 1) if 1 / CLEAR_RATIO < ratio < CLEAR_RATIO else (0,) if ratio > 1 else (1,)
    likely: list[tuple[float, int]] = []
    for way in ways:
        seen = writing.turned(way) if way else writing
        balance = up_balance(seen)
        likely.append((abs(balance), way if balance >= 0 else way + 2))
        if len(ways) == 1 and abs(balance) >= CLEAR_BALANCE:
            return likely[0][1]
    guess = likely[0][1] if len(ways) == 1 else 0
    if guess == 2 and likely[0][0] < WEAK_BALANCE:
        guess = 0
    if reader is None:
        return guess
    return _best_reading(grey, writing, ways, reader, guess)


def _shrunk(page: Picture, dpi: int) -> Grey:
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    scale = LOOK_DPI / dpi
    if abs(scale - 1) < 0.02:
        return np.asarray(grey, dtype=np.uint8)
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=way), dtype=np.uint8)


def find_writing(grey: Grey) -> Writing:
    """The marks of a grey page at LOOK_DPI that may be letters, without rules, frames, pictures and the rim."""
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 16)
    rim = LOOK_DPI // 18
    ink[:rim] = ink[-rim:] = 0
    ink[:, :rim] = ink[:, -rim:] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    across, down, area = stats[:, 2], stats[:, 3], stats[:, 4]
    long, short = np.maximum(across, down), np.minimum(across, down)
    solid = (area >= LEAST_FILL * across * down) | (short <= 12)
    mark = (long <= MOST_LETTER_PX) & (area >= 3) & ((long < 14 * short) | (long <= LEAST_LETTER_PX)) & solid
    letter = mark & (long >= LEAST_LETTER_PX) & (area >= 8)
    mark[0] = letter[0] = False
    kinds = mark.astype(np.uint8) + letter.astype(np.uint8)
    count = int(letter.sum())
    return Writing(kinds[np.asarray(labels, dtype=np.int32)], count, float(np.median(long[letter])) if count else 0.0)


def row_ratio(writing: Writing) -> float:
    """Over 1 when the writing runs along the rows of pixels, under 1 when along the columns."""
    half = _halved(writing)
    reach = max(3, round(0.175 * writing.size) + 1)
    alone, along, across = (
        cv2.connectedComponents(cv2.dilate(half, np.ones(shape, np.uint8)) if max(shape) > 1 else half)[0]
        for shape in ((1, 1), (1, reach), (reach, 1))
    )
    touching = (alone - along + 1) / (alone - across + 1)
    return touching * _unevenness(half, max(3, round(writing.size / 4)))


def _halved(writing: Writing) -> Grey:
    """1 where a letter is, at half the resolution: enough to see rows by."""
    letters = (writing.marks == 2).astype(np.uint8)
    height, width = (side // 2 * 2 for side in letters.shape)
    rows = np.maximum(letters[0:height:2], letters[1:height:2])
    return np.asarray(np.maximum(rows[:, 0:width:2], rows[:, 1:width:2]), dtype=np.uint8)


def _unevenness(letters: Grey, smooth: int) -> float:
    """How much more the ink of rows varies than that of columns, tile by tile: columns of a table are not lines."""
    tile = 100
    rows = columns = 1e-3
    box = np.ones(smooth) / smooth
    for y in range(0, max(1, letters.shape[0] - tile // 2), tile):
        for x in range(0, max(1, letters.shape[1] - tile // 2), tile):
            part = letters[y : y + tile, x : x + tile]
            if min(part.shape) > smooth and int(np.count_nonzero(part)) >= 80:
                rows += float(np.convolve(part.sum(axis=1), box, "valid").var())
                columns += float(np.convolve(part.sum(axis=0), box, "valid").var())
    return rows / columns


def text_lines(writing: Writing) -> list[Line]:
    """The runs of letters along the rows, those with most writing first."""
    joined = cv2.dilate(_halved(writing), np.ones((1, max(3, round(0.6 * writing.size))), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = [
        (2 * x, 2 * y, 2 * w, 2 * h, area)
        for x, y, w, h, area in stats[1:].tolist()
        if w >= 2 * h and max(6.0, 0.7 * writing.size) <= 2 * h <= MOST_LETTER_PX
    ]
    return sorted(found, key=lambda line: (-line[4], line[1], line[0]))


def up_balance(writing: Writing) -> float:
    """By how many standard deviations the marks above letters outweigh those below; under 0 when it is the reverse.

    Capitals, tall letters and most of Vietnamese's marks stand above, few tails and dots below. 0 where there are hardly
    any: figures.
    """
    sums: list[npt.NDArray[np.float64]] = []
    above = below = inside = 0.0
    for line in text_lines(writing)[:MOST_LINES]:
        parts = _over_and_under(writing.marks, line)
        if parts is not None:
            over, under, core, step = parts
            above, below, inside = above + over.sum(), below + under.sum(), inside + core
            sums.append(np.add.reduceat(over - under, np.arange(0, over.size, step)))
    if not sums or max(above, below) < LEAST_MARKS * inside:
        return 0.0
    chunks = np.concatenate(sums)
    return float(chunks.sum() / (np.sqrt(np.square(chunks).sum()) + 1))


def _over_and_under(
    marks: Grey, line: Line
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float, int] | None:
    """Ink above and below the body of a line's letters, column by column; the body's ink; a few letters' width."""
    x, y, w, h, _ = line
    pad = round(0.3 * h)
    own = marks[max(0, y - pad) : y + h + pad, x : x + w] > 0
    rows = own.sum(axis=1).astype(np.float64)
    body = np.flatnonzero(rows >= 0.5 * np.percentile(rows, 90))
    if body.size < 4:
        return None
    top, bottom = int(body[0]), int(body[-1])
    height = bottom - top + 1
    # only where a letter stands: a comma, a dotted line and a row of dots hang below nothing
    letter = own[top + 1 : bottom].sum(axis=0) >= 0.3 * height
    # a round letter reaches a little beyond the flat ones
    margin = max(1, round(0.1 * height))
    over = np.where(letter, own[: max(0, top - margin)].sum(axis=0), 0).astype(np.float64)
    under = np.where(letter, own[bottom + 1 + margin :].sum(axis=0), 0).astype(np.float64)
    return over, under, float(rows[top : bottom + 1].sum()), max(8, 3 * height)


def _best_reading(grey: Grey, writing: Writing, ways: Sequence[int], reader: Reads, guess: int) -> int:
    """The turn in which a few lines read best; `guess` where none reads clearly better."""
    worth: dict[int, float] = {}
    for way in ways:
        turned = np.ascontiguousarray(np.rot90(grey, -way)) if way else grey
        strip = _strip(turned, text_lines(writing.turned(way) if way else writing))
        for half in (0, 2):
            worth[way + half] = _worth(strip, half, reader) if strip is not None else 0.0
    first, second = sorted(worth.values(), reverse=True)[:2]
    if first < LEAST_READING or first < CLEAR_READING * second:
        return guess
    return max(worth, key=lambda turn: worth[turn])


def _worth(strip: Grey, half: int, reader: Reads) -> float:
    """How much is read, each letter counted by how sure it is."""
    words = reader.words(np.ascontiguousarray(np.rot90(strip, half)), LOOK_DPI)
    return sum(len(word.text) * max(0.0, word.confidence - SURE_WORD) for word in words)


def _strip(grey: Grey, lines: Sequence[Line]) -> Grey | None:
    """The lines with most writing under each other on a little page of their own."""
    cuts: list[Grey] = []
    for x, y, w, h, _ in lines[:READ_LINES]:
        pad = max(3, h // 4)
        cuts.append(grey[max(0, y - pad) : y + h + pad, max(0, x - 4) : x + min(w, READ_ACROSS_PX) + 4])
    if not cuts:
        return None
    gap, across = 10, max(cut.shape[1] for cut in cuts) + 40
    height = sum(cut.shape[0] + gap for cut in cuts) + 2 * gap
    strip = np.full((height, across), int(np.median(grey[::8, ::8])), np.uint8)
    y = gap
    for cut in cuts:
        strip[y : y + cut.shape[0], 20 : 20 + cut.shape[1]] = cut
        y += cut.shape[0] + gap
    return strip
