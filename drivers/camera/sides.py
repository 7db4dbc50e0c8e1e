"""Straight edges in a small picture that may be a sheet's sides: paper on one hand of them, something else on the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Lab = NDArray[np.float32]
"""Rows by columns by lightness 0 to 100, a and b about 0."""
Light = NDArray[np.float32]
"""Lightness alone."""

MOST_LINES: Final = 44
MOST_MERGED: Final = 110
MOST_ALIKE: Final = 8
"""Lines of one direction that come before all others: the stripes of a cloth are many, and each is seen far."""
MUCH_ALIKE: Final = 0.9976
SAME_WAY: Final = 0.99955
"""Cosines of the angles, 4 degrees and 1.7."""
LEAST_SEGMENT_PX: Final = 11.0
SOUGHT_AT: Final = 0.55
"""At which part of the small picture's size segments are sought: the time goes with its square."""
LEAST_LINE_PX: Final = 22.0
BESIDE_PX: Final = 4.5
"""How far beside an edge the colours are compared: beyond a printed frame's line, within a page's margin."""
SEEN: Final = 4.5
"""Distance in CIELAB between paper and table that is surely seen."""
CLEAR: Final = 25.0
HINTED: Final = 1.8
"""A distance that a straight edge may have, as of one white paper upon another."""
SMOOTH: Final = 4.5
"""Deviation of the lightness of paper round about a spot of its margin; woven patterns have three times as much."""
DIP: Final = 1.6
"""How much darker than the paper the shadow below its edge is at least."""
DARKER: Final = 6.0
"""A page is not darker than its table by more than this (lightness): that would be a field on a page."""


@dataclass(frozen=True)
class Lines:
    """Oriented lines, and along each how far it is seen.

    `points` lie on them, `along` are their directions of length 1; paper is on the right hand of that direction as a
    picture is seen. `surely` and `maybe` are sums along each line, a pixel a step, from `start` pixels before its point.
    """

    points: Floats
    along: Floats
    start: float
    surely: Floats
    maybe: Floats
    colours: Floats
    strength: Floats

    @property
    def inward(self) -> Floats:
        """Towards the paper."""
        return np.stack([-self.along[:, 1], self.along[:, 0]], axis=1)

    def some(self, which: NDArray[np.int64]) -> Lines:
        """These of them."""
        own = (self.surely, self.maybe, self.colours, self.strength)
        return Lines(self.points[which], self.along[which], self.start, *(part[which] for part in own))

    def weights(self) -> Floats:
        """How far each is seen without long gaps, in pixels: grain of wood is seen here and there all along a line."""
        runs = 0.6 * _longest(self.surely) + 0.4 * _longest(self.maybe)
        return np.asarray(runs * self.strength, np.float64)

    def share(self, which: Floats, line: NDArray[np.int64], first: Floats, last: Floats) -> Floats:
        """Which part of each line is seen between two distances from its point."""
        sums = which[line]
        most = sums.shape[-1] - 1
        low = np.clip(np.round(np.minimum(first, last) + self.start), 0, most).astype(np.int64)
        high = np.clip(np.round(np.maximum(first, last) + self.start), 0, most).astype(np.int64)
        rows = np.arange(line.size).reshape(line.shape)
        flat = sums.reshape(-1, most + 1)
        seen = flat[rows, high] - flat[rows, low]
        return np.asarray(seen / np.maximum(1.0, np.abs(last - first)), np.float64)


def find_lines(lab: Lab, light: Light, extra: Floats, *, shadows: bool) -> Lines:
    """The lines of a picture that may be sides. `extra` are ends (x0, y0, x1, y1) of segments that somebody else saw.

    `lab` is without writing, `light` is the lightness with it. With `shadows` the thin shadow below an edge counts, too:
    one white paper upon another has nothing else, but so have printed lines.
    """
    segments = np.concatenate([_segments(lab, light if shadows else None), extra])
    points, along = _merged(segments)
    found = _followed(lab, light if shadows else None, points, along)
    best = _strongest(found)
    return found.some(best)


def _segments(lab: Lab, light: Light | None) -> Floats:
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE, 1.0)
    found: list[Floats] = []
    planes = [lab[:, :, 0] * 2.55, 128 + 2 * lab[:, :, 2]]
    if light is not None:
        planes.append(light * 2.55)
    for plane in planes:
        # a line is as long in fewer dots; where exactly it lies is looked for later
        few = cv2.resize(plane, None, fx=SOUGHT_AT, fy=SOUGHT_AT, interpolation=cv2.INTER_AREA)
        lines = detector.detect(np.clip(few, 0, 255).astype(np.uint8))[0]
        if lines is not None:
            found.append((np.asarray(lines, np.float64).reshape(-1, 4) + 0.5) / SOUGHT_AT)
    if not found:
        return np.zeros((0, 4))
    ends = np.concatenate(found)
    long = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]) >= LEAST_SEGMENT_PX
    return ends[long]


def _merged(segments: Floats) -> tuple[Floats, Floats]:
    """Segments that lie on one line as one, the longest first: a point of each line and its direction."""
    vectors = segments[:, 2:] - segments[:, :2]
    lengths = np.hypot(vectors[:, 0], vectors[:, 1])
    order = np.argsort(-lengths, kind="stable")
    segments, vectors, lengths = (
        segments[order],
        vectors[order] / np.maximum(lengths[order], 1e-6)[:, None],
        lengths[order],
    )
    middles = (segments[:, :2] + segments[:, 2:]) / 2
    free = np.ones(len(segments), bool)
    points: list[Floats] = []
    along: list[Floats] = []
    for place in range(len(segments)):
        if not free[place]:
            continue
        direction = vectors[place]
        normal = np.array([-direction[1], direction[0]])
        off = np.abs((middles - middles[place]) @ normal)
        far = np.abs((middles - middles[place]) @ direction)
        # a short segment's direction is rough: over a distance it may lie a little off
        near = free & (np.abs(vectors @ normal) < 0.06) & (off < 2.0 + 0.01 * far)
        free &= ~near
        ends = np.concatenate([segments[near, :2], segments[near, 2:]])
        weights = np.tile(lengths[near], 2)
        middle = weights @ ends / weights.sum()
        off_middle = ends - middle
        (wide, mixed), (_, high) = (off_middle * weights[:, None]).T @ off_middle
        # the longer axis of the segments' spread, as eigenvectors would tell it
        turn = 0.5 * math.atan2(2 * mixed, wide - high)
        points.append(middle)
        along.append(np.array((math.cos(turn), math.sin(turn))))
        if len(points) >= MOST_MERGED:
            break
    return np.array(points).reshape(-1, 2), np.array(along).reshape(-1, 2)


def _followed(lab: Lab, light: Light | None, points: Floats, along: Floats) -> Lines:
    """Each line followed from border to border, once with paper on its right hand and once, further on, on its left."""
    height, width = lab.shape[:2]
    # from the point nearest the picture's middle no line has farther to its border
    reach = float(np.ceil(np.hypot(width, height) / 2))
    points = points + ((np.array((width, height)) / 2 - points) * along).sum(axis=1)[:, None] * along
    steps = np.arange(-reach, reach + 1)
    inward = np.stack([-along[:, 1], along[:, 0]], axis=1)
    spots = (points[:, None, :] + steps[None, :, None] * along[:, None, :]).astype(np.float32)
    beside = (BESIDE_PX * inward[:, None, :]).astype(np.float32)
    right, left = _at(lab, spots + beside), _at(lab, spots - beside)
    roughness = _roughness(lab)
    rough = _both(_at(roughness, spots + 2 * beside), _at(roughness, spots - 2 * beside))
    off = right - left
    distance = np.sqrt(np.einsum("ijk,ijk->ij", off, off))
    x, y = spots[:, :, 0], spots[:, :, 1]
    far_x, far_y = np.abs(beside[:, :, 0]), np.abs(beside[:, :, 1])
    seen = (x - far_x >= 0.5) & (x + far_x <= width - 0.5) & (y - far_y >= 0.5) & (y + far_y <= height - 0.5)
    lighter = _both(off[:, :, 0], -off[:, :, 0])
    distance, seen, colours = _both(distance, distance), _both(seen, seen), _both(right, left)
    paper = seen & (rough < SMOOTH) & (lighter > -DARKER)
    lit = paper & (lighter > -0.8 * distance)
    hinted = lit & (distance > HINTED)
    count = np.maximum(1, hinted.sum(axis=1))
    mean = np.einsum("ijk,ij->ik", colours, hinted.astype(np.float32)) / count[:, None]
    strength = (np.minimum(distance, CLEAR) * hinted).sum(axis=1) / count
    if light is not None:
        darkest = _both(_darkest(light, spots, inward), _darkest(light, spots, -inward))
        noise = 1.5 * float(np.median(np.abs(light - cv2.medianBlur(light, 5))))
        hinted |= paper & (colours[:, :, 0] - darkest > DIP + 2 * noise)
    surely, maybe = (np.cumsum(which, axis=1, dtype=np.float64) for which in (lit & (distance > SEEN), hinted))
    points, along = np.concatenate([points, points]), np.concatenate([along, -along])
    return Lines(points, along, reach, surely, maybe, mean, np.sqrt(np.maximum(HINTED, strength)))


def _both(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """What is seen along lines, and along the same lines from their other ends."""
    return np.concatenate([one, other[:, ::-1]])


def _darkest(light: Light, spots: NDArray[np.float32], inward: Floats) -> NDArray[np.float32]:
    """The darkest dot across each spot: the shadow below a sheet's edge is a pixel wide or two."""
    across = inward[:, None, :].astype(np.float32)
    return np.asarray(
        np.min([_at(light, spots + far * across) for far in (-3.5, -2.5, -1.5, -0.5, 0.5, 1.5)], axis=0), np.float32
    )


def _roughness(lab: Lab) -> NDArray[np.float32]:
    light = lab[:, :, 0]
    mean = cv2.blur(light, (9, 9))
    return np.asarray(np.sqrt(np.maximum(cv2.blur(light * light, (9, 9)) - mean * mean, 0)), np.float32)


def _at(plane: NDArray[np.float32], places: NDArray[np.float32]) -> NDArray[np.float32]:
    x, y = places[:, :, 0] - np.float32(0.5), places[:, :, 1] - np.float32(0.5)
    if not x.size:
        return np.zeros((*x.shape, *plane.shape[2:]), np.float32)
    return np.asarray(cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _longest(sums: Floats) -> Floats:
    """The most that a stretch of each line has, a pixel that is not seen counting twice against it."""
    level = 3 * sums - 2 * np.arange(sums.shape[1])
    return np.asarray((level - np.minimum.accumulate(level, axis=1)).max(axis=1), np.float64)


def _strongest(lines: Lines) -> NDArray[np.int64]:
    """The lines seen farthest, one of those that lie beside each other; few of one direction come before all others."""
    weight = lines.weights()
    kept: list[int] = []
    spare: list[int] = []
    turns = lines.along @ lines.along.T
    off = np.einsum("ijk,jk->ij", lines.points[:, None, :] - lines.points[None, :, :], lines.inward)
    beside = (turns > SAME_WAY) & (np.abs(off) < 3)
    alike = turns > MUCH_ALIKE
    count = np.zeros(len(weight), np.int64)
    free = weight >= LEAST_LINE_PX * np.sqrt(HINTED)
    for place in np.argsort(-weight, kind="stable"):
        if not free[place]:
            continue
        if len(kept) >= MOST_LINES:
            break
        free &= ~beside[:, place]
        if count[place] >= MOST_ALIKE:
            spare.append(int(place))
            continue
        count += alike[place]
        kept.append(int(place))
    return np.array((kept + spare)[:MOST_LINES], np.int64)
