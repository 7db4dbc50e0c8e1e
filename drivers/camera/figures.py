"""Figures of four sides out of oriented lines, and how well each is seen as a sheet's outline."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from drivers.camera.sides import Floats, Lines

MOST_SHARE: Final = 0.985
CORNER_COS: Final = 0.68
"""Of the angle at a corner: between 47 and 133 degrees, as a sheet lies that slopes by 35."""
LEAST_SIDE: Final = 0.35
GOES_ON: Final = 0.5
LEAST_PARALLEL: Final = 0.45
SAME_PAPER: Final = 12.0
"""How far paper at two sides may differ in colour; in lightness it may, by shadows."""
MOST_PAIRS: Final = 320


def figures(lines: Lines, size: tuple[int, int], least: float) -> tuple[Floats, Floats]:
    """All sheets that the lines may make in a picture of a width and height, `least` of it in area at least.

    Corners (n, 4, 2), clockwise, and what each is worth, 0 to 1: well seen all round, and large.
    """
    count = len(lines.points)
    inward = lines.inward
    nothing = np.zeros((0, 4, 2)), np.zeros(0)
    if count < 4:
        return nothing
    gap = np.einsum("ijk,ik->ij", lines.points[None, :, :] - lines.points[:, None, :], inward)
    opposite = (inward @ inward.T < -0.6) & (gap > 12) & (gap.T > 12)
    tint = np.abs(lines.colours[:, None, 1:] - lines.colours[None, :, 1:]).max(axis=2)
    opposite &= tint < SAME_PAPER
    first, second = np.nonzero(np.triu(opposite))
    if first.size > MOST_PAIRS:
        weights = lines.weights()
        weight = weights[first] + weights[second]
        order = np.argsort(-weight, kind="stable")[:MOST_PAIRS]
        first, second = first[order], second[order]
    one, other = np.triu_indices(first.size, 1)
    a, c, b, d = first[one], second[one], first[other], second[other]
    steep = np.einsum("ik,ik->i", lines.along[a], lines.along[b])
    cross = np.abs(steep) < CORNER_COS
    a, b, c, d = a[cross], b[cross], c[cross], d[cross]
    # clockwise as a picture is seen: with paper on the right hand, b follows a where it turns right
    right = lines.along[a, 0] * lines.along[b, 1] - lines.along[a, 1] * lines.along[b, 0] > 0
    b, d = np.where(right, b, d), np.where(right, d, b)
    sides = np.stack([a, b, c, d], axis=1)
    corners = np.stack([_crossing(lines, sides[:, place - 1], sides[:, place]) for place in range(4)], axis=1)
    keep = _shaped(corners, size, least)
    sides, corners = sides[keep], corners[keep]
    if not len(sides):
        return nothing
    seen = np.empty((len(sides), 4))
    for place in range(4):
        seen[:, place] = _seen(lines, sides[:, place], corners[:, place], corners[:, (place + 1) % 4])
    area = _area(corners) / (size[0] * size[1])
    worth = seen.mean(axis=1) ** 3 * np.sqrt(area) * np.minimum(1.0, seen.min(axis=1) / LEAST_SIDE)
    return corners, np.asarray(worth, np.float64)


def _seen(lines: Lines, line: NDArray[np.int64], start: Floats, end: Floats) -> Floats:
    """How much of a side is seen; a shadow's edge and a table's pattern run on beyond its ends, and count half."""
    first = np.einsum("ik,ik->i", start - lines.points[line], lines.along[line])
    last = np.einsum("ik,ik->i", end - lines.points[line], lines.along[line])
    long = last - first
    low, high = first + 0.04 * long, last - 0.04 * long
    surely = lines.share(lines.surely, line, low, high)
    maybe = lines.share(lines.maybe, line, low, high)
    seen = surely + 0.6 * np.maximum(0.0, maybe - surely)
    before = lines.share(lines.surely, line, first - 0.25 * long, first - 0.05 * long)
    after = lines.share(lines.surely, line, last + 0.05 * long, last + 0.25 * long)
    return np.asarray(np.where(np.maximum(before, after) > GOES_ON, 0.6 * seen, seen), np.float64)


def _crossing(lines: Lines, one: NDArray[np.int64], other: NDArray[np.int64]) -> Floats:
    along, across = lines.along[one], lines.along[other]
    turn = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
    turn = np.where(np.abs(turn) < 1e-6, 1e-6, turn)
    gap = lines.points[other] - lines.points[one]
    far = (gap[:, 0] * across[:, 1] - gap[:, 1] * across[:, 0]) / turn
    return np.asarray(lines.points[one] + far[:, None] * along, np.float64)


def _area(corners: Floats) -> Floats:
    x, y = corners[:, :, 0], corners[:, :, 1]
    return np.asarray((x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1) / 2, np.float64)


def _shaped(corners: Floats, size: tuple[int, int], least: float) -> NDArray[np.bool_]:
    width, height = size
    slack = 0.01 * max(size)
    within = (corners.min(axis=(1, 2)) > -slack) & (corners[:, :, 0].max(axis=1) < width + slack)
    within &= corners[:, :, 1].max(axis=1) < height + slack
    share = _area(corners) / (width * height)
    within &= (share > least) & (share < MOST_SHARE)
    sides = np.roll(corners, -1, axis=1) - corners
    lengths = np.maximum(1e-6, np.hypot(sides[:, :, 0], sides[:, :, 1]))
    turns = np.einsum("ijk,ijk->ij", sides, np.roll(sides, -1, axis=1)) / (lengths * np.roll(lengths, -1, axis=1))
    within &= np.abs(turns).max(axis=1) < CORNER_COS
    facing = lengths[:, :2] / lengths[:, 2:]
    within &= np.minimum(facing, 1 / facing).min(axis=1) > LEAST_PARALLEL
    within &= lengths.max(axis=1) / lengths.min(axis=1) < 4
    return np.asarray(within, np.bool_)
