"""A sheet's roughly known sides laid exactly on the edges that a picture shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.sides import Floats

Steps = NDArray[np.int64]

SPOTS: Final = 64
"""Places of a side that are looked at."""
ALONG: Final[Floats] = np.linspace(0.04, 0.96, SPOTS)
"""Where they are, as parts of the side's length."""
LEAST_KEPT: Final = 12


@dataclass(frozen=True)
class Exact:
    """Corners on the edges, and of each side which part of it lies within a step of a straight edge."""

    corners: Floats
    straight: Floats


def laid_on(planes: NDArray[np.float32] | NDArray[np.uint8], corners: Floats, reach: float, step: float) -> Exact:
    """Each side moved by `reach` pixels at most to where it is best seen, in steps; `planes` has one plane or three.

    What is looked for is a straight edge along the whole side, not the strongest one at each spot: writing, a pattern and
    a finger are strong, but do not lie on a line.
    """
    steps = np.arange(-reach, reach + step / 2, step)
    sides: list[Floats] = []
    straight: list[float] = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = end - start
        inward = np.array([-side[1], side[0]]) / max(1e-6, float(np.hypot(*side)))
        change = _change(planes, start + ALONG[:, None] * side, inward, steps)
        first, last = _straightest(change)
        off, kept = _fitted(change, steps, first, last)
        sides.append(np.array([*(start + off[0] * inward), *(end + off[1] * inward)]))
        straight.append(kept)
    crossed = [crossing(sides[place - 1], sides[place]) for place in range(4)]
    if any(corner is None for corner in crossed):
        return Exact(corners, np.zeros(4))
    exact = np.array(crossed, np.float64)
    # never further than what was looked at
    if float(np.abs(exact - corners).max()) > 3 * reach:
        return Exact(corners, np.zeros(4))
    return Exact(exact, np.array(straight))


def _change(planes: NDArray[np.float32] | NDArray[np.uint8], spots: Floats, inward: Floats, steps: Floats) -> Floats:
    """How much brighter it becomes inwards (or otherwise as inside and outside differ), between one step and the next."""
    grid = (spots[:, None, :] + steps[None, :, None] * inward - 0.5).astype(np.float32)
    seen = cv2.remap(planes, grid[:, :, 0], grid[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    profile = seen.astype(np.float64).reshape(len(spots), len(steps), -1)
    few = max(2, len(steps) // 6)
    apart = np.median(profile[:, -few:].mean(axis=1) - profile[:, :few].mean(axis=1), axis=0)
    strength = float(np.linalg.norm(apart))
    # one white paper upon another: only the edge's own shadow tells
    way = apart / strength if strength > 4 else np.full(apart.shape, 1 / np.sqrt(apart.size))
    bright = cv2.GaussianBlur(profile @ way, (3, 5), 0)
    change = np.diff(bright, axis=1)
    cap = max(1.0, 3 * _median(change.max(axis=1)))
    return np.asarray(np.clip(change, -cap, cap), np.float64)


@lru_cache(maxsize=64)
def _edges(count: int) -> tuple[Steps, Steps, Steps]:
    """All straight edges over so many steps: at which each begins, ends, and stands at every spot, as flat places."""
    first, last = np.meshgrid(np.arange(count), np.arange(count), indexing="ij")
    near = np.abs(first - last) <= max(4, count // 2)
    first, last = first[near], last[near]
    place = np.round(first[:, None] + (last - first)[:, None] * ALONG).astype(np.int64)
    return first, last, np.arange(SPOTS) * count + place


def _straightest(change: Floats) -> tuple[int, int]:
    """At which steps a straight edge begins and ends along which there is most change."""
    first, last, place = _edges(change.shape[1])
    best = int(np.argmax(change.ravel().take(place).sum(axis=1)))
    return int(first[best]), int(last[best])


def _fitted(change: Floats, steps: Floats, first: int, last: int) -> tuple[tuple[float, float], float]:
    """How far the side's ends lie off, fitted to the strongest change at each spot near the straight edge."""
    middle = first + (last - first) * ALONG
    window = np.arange(-2, 3)
    places = np.clip(np.round(middle)[:, None].astype(np.int64) + window, 0, change.shape[1] - 1)
    near = np.take_along_axis(change, places, axis=1)
    best = np.argmax(near, axis=1)
    strength = near.max(axis=1)
    found = places[np.arange(SPOTS), best]
    off = (steps[found] + steps[found + 1]) / 2
    keep = strength > max(0.3, 0.35 * _median(strength))
    for _ in range(2):
        if keep.sum() < LEAST_KEPT:
            step = steps[1] - steps[0]
            return (float(steps[first] + step / 2), float(steps[last] + step / 2)), 0.0
        slope, shift = _line(ALONG[keep], off[keep])
        far = np.abs(off - (shift + slope * ALONG))
        keep &= far <= max(0.75 * (steps[1] - steps[0]), 2.0 * _median(far[keep]))
    if keep.sum() >= LEAST_KEPT:
        slope, shift = _line(ALONG[keep], off[keep])
    return (float(shift), float(shift + slope)), float(keep.mean())


def _median(values: Floats) -> float:
    """NumPy's own takes ten times longer over so few."""
    half = len(values) // 2
    low, high = (half - 1, half) if len(values) % 2 == 0 else (half, half)
    ordered = np.sort(values)
    return float(ordered[low] + ordered[high]) / 2


def _line(along: Floats, off: Floats) -> tuple[float, float]:
    """Slope and start of the straight line nearest to the points."""
    middle = along - along.mean()
    slope = float(middle @ off) / max(1e-9, float(middle @ middle))
    return slope, float(off.mean()) - slope * float(along.mean())


def crossing(one: Floats, other: Floats) -> tuple[float, float] | None:
    first, second = one[2:] - one[:2], other[2:] - other[:2]
    turn = first[0] * second[1] - first[1] * second[0]
    if abs(turn) < 0.3 * float(np.hypot(*first) * np.hypot(*second)):
        return None
    gap = other[:2] - one[:2]
    part = (gap[0] * second[1] - gap[1] * second[0]) / turn
    return float(one[0] + part * first[0]), float(one[1] + part * first[1])
