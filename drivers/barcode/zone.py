"""Where the lines of a machine-readable zone are in a picture: marks of one height at one pitch, two or three rows of them.

OCR-B stands at ten letters an inch and six lines an inch (ICAO 9303-3 4.3, 9303-4 4.2.3, 9303-5 4.2.3), so the letters of a
zone lie on a grid, which a picture shows in perspective: that is what is fitted to the marks, whatever they say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.barcode.letters import CELL

Grey = NDArray[np.uint8]
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

LINE: Final = 10 / 6  # from line to line, in pitches
_FINEST: Final = 7  # pixels of a letter's height
_LARGEST: Final = 64
_MOST_MARKS: Final = 900
_SHORTEST_RUN: Final = 6
_LONGEST_LINE: Final = 44
_SHAPES: Final = ((3, 30), (2, 44))  # lines and letters of TD1 and of TD3
_NEAREST, _FARTHEST = 0.62, 1.6  # of that: a card that leans away is shortened in one of its directions
_SEEN: Final = 0.72  # of a grid's places have to have a mark
_MOST_WAYS: Final = 8
_FINER: Final = 2  # the grid is laid level so much finer than its cells, and then made smaller


@dataclass(frozen=True)
class Grid:
    """Lines laid level: `cells` is (lines * letters) of letters.CELL, line by line; `corners` are the zone's, in pixels."""

    lines: int
    letters: int
    cells: NDArray[np.float32]
    corners: Numbers


def grids(grey: Grey) -> Iterator[Grid]:
    """The grids that may be a zone, the likeliest first."""
    marks = _marks(grey)
    if len(marks) < 2 * _SHORTEST_RUN:
        return
    rows = _rows(marks)
    for lines, letters in _SHAPES:
        for group in _groups(rows, lines):
            yield from _fitted(grey, marks, group, letters)


def _marks(grey: Grey) -> Numbers:
    """Dark marks that may be letters: middle x, middle y, height, width."""
    calm = cv2.GaussianBlur(grey, (0, 0), 1.0)
    mean = cv2.blur(calm, (31, 31))
    darker = cv2.subtract(mean, calm)
    usual = cv2.blur(cv2.absdiff(mean, calm), (61, 61))
    ink = (darker > cv2.addWeighted(usual, 0.7, usual, 0.0, 3.0)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high, area = (stats[1:count, place].astype(np.float64) for place in range(5))
    fit = (high >= _FINEST) & (high <= _LARGEST) & (wide <= 1.5 * high) & (wide >= 0.12 * high)
    fit &= area >= 0.13 * wide * high
    marks = np.stack([left + (wide - 1) / 2, top + (high - 1) / 2, high, wide], axis=1)[fit]
    if len(marks) > _MOST_MARKS:  # of noise the smallest are the most
        marks = marks[np.argsort(-marks[:, 2])[:_MOST_MARKS]]
    return np.asarray(marks[np.argsort(marks[:, 0])], np.float64)


def _runs(marks: Numbers) -> list[list[int]]:
    """Chains of marks that are each other's neighbours, from left to right."""
    x, y, high = marks[:, 0], marks[:, 1], marks[:, 2]
    across, down = x[None, :] - x[:, None], y[None, :] - y[:, None]
    both = (high[None, :] + high[:, None]) / 2
    apart = np.hypot(across, down)
    near = (across > 0) & (np.abs(down) < 0.6 * across) & (apart > 0.5 * both) & (apart < 1.9 * both)
    near &= np.abs(high[None, :] - high[:, None]) < 0.35 * both
    # What lies aslant is less likely the next than what lies a little further on.
    apart = np.where(near, apart + np.abs(down), np.inf)
    after, before = apart.argmin(axis=1), apart.argmin(axis=0)
    indices = np.arange(len(marks))
    joined = np.isfinite(apart[indices, after]) & (before[after] == indices)
    starts = np.ones(len(marks), bool)
    starts[after[joined]] = False
    runs = []
    for start in np.nonzero(starts & joined)[0]:
        run = [int(start)]
        while joined[run[-1]]:
            run.append(int(after[run[-1]]))
        if len(run) >= _SHORTEST_RUN:
            runs.append(run)
    return sorted(runs, key=lambda one: -len(one))


@dataclass(frozen=True)
class _Row:
    """Marks on one line at whole numbers of pitches: which marks, where each is, and the line's middle, way and pitch."""

    members: Places
    places: Places
    middle: Numbers
    along: Numbers
    pitch: float
    bend: Numbers  # see _at


def _rows(marks: Numbers) -> list[_Row]:
    rows: list[_Row] = []
    taken = np.zeros(len(marks), bool)
    for run in _runs(marks):
        if taken[run].mean() > 0.3:
            continue
        row = _row(marks, np.array(run))
        if row is not None and len(row.members) >= _SHORTEST_RUN:
            taken[row.members] = True
            rows.append(row)
    return rows


def _row(marks: Numbers, run: Places) -> _Row | None:
    """The line through a run, with all marks on it that stand at its pitch."""
    points = marks[:, :2]
    members = run
    middle, along = _line(points[members])
    high = float(np.median(marks[run, 2]))
    t = (points[members] - middle) @ along
    gaps = np.diff(t)
    pitch = float(np.median(gaps))
    if not 0.6 * high < pitch < 1.6 * high:
        return None
    # Steps of a run are of one pitch, or of two where a letter was not seen; the pitch changes along the line.
    padded = np.pad(gaps, 3, mode="edge")
    near = np.median(np.lib.stride_tricks.sliding_window_view(padded, 7), axis=1)
    bend = _bend(t, np.concatenate([[0], np.cumsum(np.maximum(1, np.round(gaps / near)))]))
    for _ in range(4):
        before = middle
        middle, along = _line(points[members])
        t = (points - middle) @ along
        off = np.abs((points - middle) @ np.array([-along[1], along[0]]))
        known = (t[members].min() - 9 * pitch, t[members].max() + 9 * pitch)
        place = _at(bend, t + float((middle - before) @ along))
        heights = np.clip(np.polyval(np.polyfit(t[members], marks[members, 2], 1), t), 0.5 * high, 2 * high)
        fit = (off < 0.22 * high) & (np.abs(marks[:, 2] - heights) < 0.35 * heights) & (t > known[0]) & (t < known[1])
        fit &= np.abs(place - np.round(place)) < 0.27
        if fit.sum() < _SHORTEST_RUN:
            return None
        members = np.nonzero(fit)[0]
        placed = np.round(place[members])
        bend = _bend(t[members], placed)
        high = float(np.median(marks[members, 2]))
    placed = np.round(_at(bend, t[members]))
    if placed.max() - placed.min() > 3 * _LONGEST_LINE:
        return None
    pitch = 1.0 / float(_at(bend, np.array([0.5]))[0] - _at(bend, np.array([-0.5]))[0])
    if not 0.6 * high < pitch < 1.7 * high:
        return None
    return _Row(members, placed.astype(np.int64), middle, along, pitch, bend)


def _bend(t: Numbers, places: Numbers) -> Numbers:
    """How places depend on pixels along the line: evenly, or where there are enough marks to tell, as perspective has it."""
    if len(t) < 10:
        even = np.polyfit(t, places, 1)
        return np.array([even[1], even[0], 0.0])
    # place = (a + b t) / (1 + c t), which is linear in a, b and c once it is multiplied out.
    scale = max(float(np.abs(t).max()), 1.0)
    u = t / scale
    a, b, c = np.linalg.lstsq(np.stack([np.ones_like(u), u, -u * places], axis=1), places, rcond=None)[0]
    return np.array([a, b / scale, c / scale])


def _at(bend: Numbers, t: Numbers) -> Numbers:
    a, b, c = bend
    return np.asarray((a + b * t) / np.maximum(1.0 + c * t, 0.2), np.float64)


def _line(points: Numbers) -> tuple[Numbers, Numbers]:
    middle = points.mean(axis=0)
    _, _, ways = np.linalg.svd(points - middle, full_matrices=False)
    along = ways[0] if ways[0][0] >= 0 else -ways[0]
    return middle, along


def _groups(rows: list[_Row], lines: int) -> Iterator[list[_Row]]:
    """As many rows as a zone has, each the next below the one before."""
    for first in rows:
        group = [first]
        while len(group) < lines:
            below = [(off, row) for row in rows if (off := _below(group[-1], row)) is not None]
            if not below:
                break
            full = max(len(row.members) for _, row in below)
            group.append(min((pair for pair in below if len(pair[1].members) > full / 2), key=lambda pair: pair[0])[1])
        if len(group) == lines:
            yield group


def _below(upper: _Row, lower: _Row) -> float | None:
    """How many pitches the lower row is below the upper one; None where it is not the next line of a zone."""
    pitch = (upper.pitch + lower.pitch) / 2
    if abs(upper.pitch - lower.pitch) > 0.2 * pitch or float(upper.along @ lower.along) < 0.97:
        return None
    off = float((lower.middle - upper.middle) @ np.array([-upper.along[1], upper.along[0]])) / pitch
    return off if _NEAREST * LINE < off < _FARTHEST * LINE else None


def _fitted(grey: Grey, marks: Numbers, group: list[_Row], letters: int) -> Iterator[Grid]:
    """The grid of a group of rows; where ends were not seen or something stands beside, each way it may lie."""
    line = np.concatenate([np.full(len(row.members), n * LINE) for n, row in enumerate(group)])
    seen = marks[np.concatenate([row.members for row in group]), :2]
    ways: list[tuple[int, int, list[Places], int]] = []
    # Perspective leans the lines against each other by less than a place, and that much by one row more with each.
    for lean in (0, -1, 1):
        places = [group[0].places]
        for upper, lower in pairwise(group):
            places.append(lower.places + _aside(marks, upper, places[-1], lower) + lean)
        ways += [(full, lean, places, start) for full, start in _windows(places, letters)]
    if not ways or max(way[0] for way in ways) < _SEEN * len(group) * letters:
        return
    best = max(way[0] for way in ways)
    ways.sort(key=lambda way: (-way[0], abs(way[1])))
    for _, _, places, start in [way for way in ways if way[0] > best - 2 * len(group)][:_MOST_WAYS]:
        there = np.stack([np.concatenate(places).astype(np.float64), line], axis=1)
        onto, _ = cv2.findHomography(there, seen, cv2.RANSAC, 0.25 * group[0].pitch)
        if onto is not None:
            yield _cut(grey, np.asarray(onto, np.float64), start, len(group), letters)


def _windows(places: list[Places], letters: int) -> list[tuple[int, int]]:
    """Where a grid may begin and how many marks it would have, the fullest first.

    Of like ones that in the middle is likelier: ends are lost on both sides alike.
    """
    first = min(int(each.min()) for each in places)
    last = max(int(each.max()) for each in places)
    there = np.zeros((len(places), last - first + 1 + 2 * letters), np.int64)
    for row, each in enumerate(places):
        there[row, each - first + letters] = 1
    full = np.convolve(there.sum(axis=0), np.ones(letters, np.int64), "valid")
    middle = (last - first + 1 + letters) / 2
    order = sorted(range(len(full)), key=lambda at: (-int(full[at]), abs(at - middle)))
    return [(int(full[at]), at + first - letters) for at in order[:4]]


def _aside(marks: Numbers, upper: _Row, placed: Places, lower: _Row) -> int:
    """By how many places the lower row's numbers differ from the upper one's."""
    shift = int(placed[0] - upper.places[0])
    t = (marks[lower.members, :2] - upper.middle) @ upper.along
    return round(float(np.median(_at(upper.bend, t) + shift - lower.places)))


def _cut(grey: Grey, onto: NDArray[np.float64], start: int, lines: int, letters: int) -> Grid:
    rows, columns = CELL[0] * _FINER, CELL[1] * _FINER
    size = letters * columns, lines * rows
    cells = np.empty((lines, CELL[0], letters * CELL[1]), np.float32)
    for line in range(lines):
        # From the level picture's pixels to the grid's numbers, and from there to the picture's.
        level = np.array(
            [
                [1 / columns, 0, start - 0.5 + 0.5 / columns],
                [0, 1 / columns, line * LINE - rows / columns / 2 + 0.5 / columns],
                [0, 0, 1],
            ]
        )
        flat = cv2.warpPerspective(
            grey,
            onto @ level,
            (size[0], rows),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        cells[line] = cv2.resize(flat, (letters * CELL[1], CELL[0]), interpolation=cv2.INTER_AREA)
    each = cells.reshape(lines, CELL[0], letters, CELL[1]).transpose(0, 2, 1, 3).reshape(-1, *CELL)
    edge = np.array([[[start - 0.5, -0.5]], [[start + letters - 0.5, -0.5]]])
    low = edge + np.array([0.0, (lines - 1) * LINE + 1.0])
    corners = cv2.perspectiveTransform(np.concatenate([edge, low[::-1]]), onto).reshape(4, 2)
    return Grid(lines, letters, np.ascontiguousarray(each), np.asarray(corners, np.float64))
