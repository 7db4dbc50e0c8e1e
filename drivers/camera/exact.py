"""Sheets' roughly known sides laid exactly on the edges that a picture shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.sides import Floats

Steps = NDArray[np.int64]
Kept = NDArray[np.bool_]

SPOTS: Final = 64
"""Places of a side that are looked at."""
ALONG: Final[Floats] = np.linspace(0.04, 0.96, SPOTS)
"""Where they are, as parts of the side's length."""
LEAST_KEPT: Final = 12
WINDOW: Final[Steps] = np.arange(-2, 3)


@dataclass(frozen=True)
class Exact:
    """Corners on the edges, and of each side which part of it lies within a step of a straight edge."""

    corners: Floats
    straight: Floats


def laid_on(planes: NDArray[np.float32] | NDArray[np.uint8], figures: Floats, reach: float, step: float) -> list[Exact]:
    """Each side of each figure (n, 4, 2) moved by `reach` pixels at most to where it is best seen, in steps.

    What is looked for is a straight edge along the whole side, not the strongest one at each spot: writing, a pattern and
    a finger are strong, but do not lie on a line. `planes` has one plane or three. All sides are worked on together, for
    NumPy's calls cost more than what they do with one.
    """
    if not len(figures):
        return []
    steps = np.arange(-reach, reach + step / 2, step)
    starts, ends = figures.reshape(-1, 2), np.roll(figures, -1, axis=1).reshape(-1, 2)
    sides = ends - starts
    lengths = np.maximum(1e-6, np.hypot(sides[:, 0], sides[:, 1]))
    inward = np.stack([-sides[:, 1], sides[:, 0]], axis=1) / lengths[:, None]
    change = _change(planes, starts[:, None, :] + ALONG[:, None] * sides[:, None, :], inward, steps)
    first, last = _straightest(change)
    off, straight = _fitted(change, steps, first, last)
    moved = np.concatenate([starts + off[:, :1] * inward, ends + off[:, 1:] * inward], axis=1)
    exact: list[Exact] = []
    for corners, lines, kept in zip(figures, moved.reshape(-1, 4, 4), straight.reshape(-1, 4), strict=True):
        crossed = [crossing(lines[place - 1], lines[place]) for place in range(4)]
        if any(corner is None for corner in crossed):
            exact.append(Exact(corners, np.zeros(4)))
            continue
        found = np.array(crossed, np.float64)
        # never further than what was looked at
        lost = float(np.abs(found - corners).max()) > 3 * reach
        exact.append(Exact(corners, np.zeros(4)) if lost else Exact(found, kept))
    return exact


def _change(planes: NDArray[np.float32] | NDArray[np.uint8], spots: Floats, inward: Floats, steps: Floats) -> Floats:
    """How much brighter it becomes inwards (or otherwise as inside and outside differ) from each step to the next.

    One row a spot of each side: (sides, spots, steps - 1).
    """
    count = len(spots)
    grid = (spots[:, :, None, :] + steps[:, None] * inward[:, None, None, :] - 0.5).astype(np.float32)
    grid = grid.reshape(count * SPOTS, len(steps), 2)
    seen = cv2.remap(planes, grid[:, :, 0], grid[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    profile = seen.reshape(count, SPOTS, len(steps), -1).astype(np.float64)
    few = max(2, len(steps) // 6)
    apart = _medians(profile[:, :, -few:].mean(axis=2) - profile[:, :, :few].mean(axis=2))
    strength = np.sqrt(np.square(apart).sum(axis=1))[:, None]
    # one white paper upon another: only the edge's own shadow tells
    way = np.where(strength > 4, apart / np.maximum(strength, 1e-9), 1 / np.sqrt(apart.shape[1]))
    bright = (profile @ way[:, None, :, None])[:, :, :, 0]
    change = np.diff(np.stack([cv2.GaussianBlur(side, (3, 5), 0) for side in bright]), axis=2)
    cap = np.maximum(1.0, 3 * _medians(change.max(axis=2)[:, :, None]))[:, :, None]
    return np.asarray(np.clip(change, -cap, cap), np.float64)


@lru_cache(maxsize=64)
def _edges(count: int) -> tuple[Steps, Steps, Steps]:
    """All straight edges over so many steps: at which each begins, ends, and stands at every spot, as flat places."""
    first, last = np.meshgrid(np.arange(count), np.arange(count), indexing="ij")
    near = np.abs(first - last) <= max(4, count // 2)
    first, last = first[near], last[near]
    place = np.round(first[:, None] + (last - first)[:, None] * ALONG).astype(np.int64)
    return first, last, np.arange(SPOTS) * count + place


def _straightest(change: Floats) -> tuple[Steps, Steps]:
    """At which steps that straight edge of each side begins and ends along which there is most change."""
    first, last, place = _edges(change.shape[2])
    best = np.array([int(np.argmax(side.ravel().take(place).sum(axis=1))) for side in change])
    return first[best], last[best]


def _fitted(change: Floats, steps: Floats, first: Steps, last: Steps) -> tuple[Floats, Floats]:
    """How far each side's ends lie off, fitted to the strongest change at each spot near its straight edge.

    And which part of the side's spots lies on what was fitted, 0 where too few do.
    """
    middle = first[:, None] + (last - first)[:, None] * ALONG
    places = np.clip(np.round(middle)[:, :, None].astype(np.int64) + WINDOW, 0, change.shape[2] - 1)
    near = np.take_along_axis(change, places, axis=2)
    best = near.argmax(axis=2)[:, :, None]
    strength = np.take_along_axis(near, best, axis=2)[:, :, 0]
    found = np.take_along_axis(places, best, axis=2)[:, :, 0]
    step = float(steps[1] - steps[0])
    off = (steps[found] + steps[found + 1]) / 2
    keep = strength > np.maximum(0.3, 0.35 * _medians(strength[:, :, None]))
    few = np.zeros(len(change), np.bool_)
    for _ in range(2):
        few |= keep.sum(axis=1) < LEAST_KEPT
        far = np.abs(off - _line(off, keep))
        keep &= far <= np.maximum(0.75 * step, 2.0 * _kept_median(far, keep))[:, None]
    fitted = keep.sum(axis=1) >= LEAST_KEPT
    line = _ends(off, keep)
    rough = np.stack([steps[first], steps[last]], axis=1) + step / 2
    return np.where((few | ~fitted)[:, None], rough, line), np.where(few, 0.0, keep.mean(axis=1))


def _medians(values: Floats) -> Floats:
    """Of each side over its spots (sides, spots, planes); NumPy's own takes ten times longer over so few."""
    ordered = np.sort(values, axis=1)
    half = values.shape[1] // 2
    return np.asarray((ordered[:, half - 1] + ordered[:, half]) / 2, np.float64)


def _kept_median(values: Floats, keep: Kept) -> Floats:
    """Of each side's kept spots; 0 where there is none."""
    ordered = np.sort(np.where(keep, values, np.inf), axis=1)
    count = np.maximum(1, keep.sum(axis=1))
    rows = np.arange(len(values))
    middle = (ordered[rows, (count - 1) // 2] + ordered[rows, count // 2]) / 2
    return np.where(keep.any(axis=1), middle, 0.0)


def _fit(off: Floats, keep: Kept) -> tuple[Floats, Floats]:
    """Slope and start of the straight line nearest to each side's kept points."""
    weight = keep.astype(np.float64)
    count = np.maximum(1.0, weight.sum(axis=1))
    along = ALONG - ((weight @ ALONG) / count)[:, None]
    spread = np.maximum(1e-9, (weight * along * along).sum(axis=1))
    slope = (weight * along * off).sum(axis=1) / spread
    return slope, (weight * off).sum(axis=1) / count - slope * (weight @ ALONG) / count


def _line(off: Floats, keep: Kept) -> Floats:
    slope, shift = _fit(off, keep)
    return np.asarray(shift[:, None] + slope[:, None] * ALONG, np.float64)


def _ends(off: Floats, keep: Kept) -> Floats:
    slope, shift = _fit(off, keep)
    return np.stack([shift, shift + slope], axis=1)


def crossing(one: Floats, other: Floats) -> tuple[float, float] | None:
    """Where two lines (x0, y0, x1, y1) cross; None where they are nearly parallel."""
    first, second = one[2:] - one[:2], other[2:] - other[:2]
    turn = first[0] * second[1] - first[1] * second[0]
    if abs(turn) < 0.3 * float(np.hypot(*first) * np.hypot(*second)):
        return None
    gap = other[:2] - one[:2]
    part = (gap[0] * second[1] - gap[1] * second[0]) / turn
    return float(one[0] + part * first[0]), float(one[1] + part * first[1])
