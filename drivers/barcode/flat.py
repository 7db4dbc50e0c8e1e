"""Data Matrix symbols with a broken finder: their four corners sought, their modules looked at one by one, and drawn anew.

zxing-cpp begins with the solid sides of the finder, and gives up where a scratch or dots for modules break them. The modules
inside may be good enough all the same for Reed and Solomon, so they are handed to it again as a clean drawing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.barcode.reading import DATA_MATRIX, Found, Grey, zxing

Numbers = NDArray[np.float32]
Dark = NDArray[np.bool_]

# Rows and columns of ISO/IEC 16022 table 7; the smallest hold too little to tell them from a pattern.
_SQUARE: Final = (14, 16, 18, 20, 22, 24, 26, 32, 36, 40)
_SIZES: Final = (*((side, side) for side in _SQUARE), (8, 32), (12, 26), (12, 36), (16, 36), (16, 48))
_JOINED: Final = (0.03, 0.06, 0.1)  # of the cut's side, over which modules are joined to one patch
_HYPOTHESES: Final = 8
_PROMISING: Final = 0.25
_LIKELY: Final = 0.62  # how much of the outer finder is as it should be, from -1 to 1
_STEPS: Final = (0.8, 0.4, 0.2)  # modules by which a corner is moved to see whether more fits
_CLEAN: Final = 5  # pixels a module of the drawing


@dataclass(frozen=True)
class _Guess:
    """A symbol of so many modules whose corners, from its upper left on, are there."""

    score: float
    rows: int
    columns: int
    corners: Numbers


def redrawn(cut: Grey) -> list[Found]:
    """The Data Matrix in a cut whose finder is broken, if its modules are good enough."""
    guesses: list[_Guess] = []
    for quad in _quads(cut):
        sides = [float(np.linalg.norm(quad[n] - quad[n - 3])) for n in range(4)]
        for quarter in range(4):
            corners = np.roll(quad, quarter, axis=0)
            across, down = sides[quarter % 2] + sides[quarter % 2 + 2], sides[1 - quarter % 2] + sides[3 - quarter % 2]
            for rows, columns in _SIZES:
                if 0.6 < across * rows / max(down * columns, 1.0) < 1.7:
                    guesses.append(_Guess(_fit(cut, rows, columns, corners)[0], rows, columns, corners))
    guesses.sort(key=lambda guess: -guess.score)
    for guess in guesses[:_HYPOTHESES]:
        if guess.score < _PROMISING:
            break
        better = _moved(cut, guess)
        if better.score < _LIKELY:
            continue
        dark = _fit(cut, better.rows, better.columns, better.corners)[1]
        if found := zxing(_drawn(dark), DATA_MATRIX, careful=True, is_pure=True):
            return found
    return []


def _quads(cut: Grey) -> Iterator[Numbers]:
    """Four corners, clockwise, of what may be a symbol: of its outline, and of the box around it."""
    calm = cv2.GaussianBlur(cut, (0, 0), 1.0)
    threshold, _ = cv2.threshold(calm, 0, 255, cv2.THRESH_OTSU)
    around = max(15, max(cut.shape) // 5) | 1
    darker = cv2.subtract(cv2.blur(calm, (around, around)), calm)  # not what is dark beside the label
    for ink in (calm < threshold, darker > max(6.0, 0.3 * float(np.percentile(darker, 95)))):
        for share in _JOINED:
            reach = max(3, round(share * max(cut.shape))) | 1
            brush = np.ones((reach, reach), np.uint8)
            joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, brush)
            joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, brush)
            outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
            for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:2]:
                box = cv2.minAreaRect(outline)
                short, long = min(box[1]), max(box[1])
                if short < 0.15 * max(cut.shape) or long > 4.8 * short:
                    continue
                yield _clockwise(cv2.boxPoints(box))
                hull = cv2.convexHull(outline)
                if len(hull) >= 4:
                    yield _clockwise(
                        np.asarray(cv2.approxPolyN(hull, 4, ensure_convex=True), np.float32).reshape(-1, 2)
                    )


def _clockwise(corners: NDArray[Any]) -> Numbers:
    middle = corners.mean(axis=0)
    order = np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))
    return np.asarray(corners[order], np.float32)


def _fit(cut: Grey, rows: int, columns: int, corners: Numbers) -> tuple[float, Dark]:
    """How well the outer finder is there, from -1 to 1, and which modules are dark."""
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    onto = cv2.getPerspectiveTransform(flat, corners)
    places = cv2.perspectiveTransform(_middles(rows, columns), onto).reshape(rows, columns, 2)
    nothing: Any = None  # the stubs want an array where there is none
    seen = cv2.remap(cut, places, nothing, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    threshold, _ = cv2.threshold(seen, 0, 255, cv2.THRESH_OTSU)
    dark = seen <= threshold
    if dark.all() or not dark.any():
        return -1.0, dark
    half = max(float(seen[~dark].mean()) - float(seen[dark].mean()), 8.0) / 2
    signed = np.clip((threshold - seen.astype(np.float32)) / half, -1, 1)
    wanted, finder = _finder(rows, columns)
    return float((signed * wanted)[finder].mean()), dark


@cache
def _middles(rows: int, columns: int) -> Numbers:
    down, across = np.mgrid[0:rows, 0:columns]
    return np.stack([across + 0.5, down + 0.5], axis=-1).reshape(-1, 1, 2).astype(np.float32)


@cache
def _finder(rows: int, columns: int) -> tuple[Numbers, Dark]:
    """1 where a module of the outer finder is dark, -1 where it is light; and which modules are the finder's."""
    wanted = np.zeros((rows, columns), np.float32)
    wanted[0] = 1 - 2 * (np.arange(columns) % 2)
    wanted[:, -1] = 2 * (np.arange(rows) % 2) - 1
    wanted[:, 0] = wanted[-1] = 1
    return wanted, wanted != 0


def _moved(cut: Grey, guess: _Guess) -> _Guess:
    """The guess with its corners where the finder fits best."""
    corners, score = guess.corners.copy(), guess.score
    module = float(np.linalg.norm(corners[1] - corners[0])) / guess.columns
    for step in _STEPS:
        for _ in range(3):
            before = score
            for corner in range(4):
                for move in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    tried = corners.copy()
                    tried[corner] += np.array(move, np.float32) * step * module
                    if (better := _fit(cut, guess.rows, guess.columns, tried)[0]) > score:
                        corners, score = tried, better
            if score == before:
                break
    return _Guess(score, guess.rows, guess.columns, corners)


def _drawn(dark: Dark) -> Grey:
    """The modules with the finders of all regions as they should be, and a quiet zone."""
    mended = dark.copy()
    rows, columns = dark.shape
    down, across = 2 if rows > 26 else 1, 2 if columns > 26 else 1
    high, wide = rows // down, columns // across
    wanted, finder = _finder(high, wide)
    for row in range(down):
        for column in range(across):
            region = mended[row * high : (row + 1) * high, column * wide : (column + 1) * wide]
            region[finder] = wanted[finder] > 0
    clean = np.where(np.pad(mended, 2), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.kron(clean, np.ones((_CLEAN, _CLEAN), np.uint8)))
