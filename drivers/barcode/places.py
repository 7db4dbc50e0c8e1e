"""Where in a picture codes may be: its busiest parts cut out, and striped parts laid level."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

FINE: Final = 1280  # pixels of the longer side of the picture that is looked over
COARSE: Final = 400  # the same for codes of large modules, whose inside is not busy when looked at closely
_CELL: Final = 8  # pixels of that picture: the grain in which places are told
_SMALLEST: Final = 3  # cells of a place's longer side
_LARGEST_PART: Final = 0.7  # of the picture: a place larger than that saves nothing
_BUSY: Final = 0.42  # from the common (0) to the busiest (1) of the picture
# How much a striped part changes in one direction (0: in all alike, 1: in one alone), and how much of the strongest change.
CLEAR: Final = 0.45, 0.12
UNCLEAR: Final = 0.3, 0.2
_LONGEST_BARS: Final = 1600  # pixels: bars are fine enough at that


def busy(grey: Grey, working: int = FINE, most: int = 3) -> list[Grey]:
    """The parts of the picture that change most from pixel to pixel, with room around them, the most likely first."""
    scale, cells = _changes(grey, working)
    energy = cv2.blur(cells, (5, 5))
    common, peak = float(np.median(energy)), float(energy.max())
    mask = (energy > common + _BUSY * (peak - common)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    cuts: list[tuple[float, Grey]] = []
    largest = sorted(stats[1:count].tolist(), key=lambda one: -one[4])[: 4 * most]
    for x, y, wide, high, area in largest:
        if max(wide, high) < _SMALLEST:
            continue
        room = 2 + 0.15 * max(wide, high)
        box = [round((edge) * _CELL / scale) for edge in (x - room, y - room, x + wide + room, y + high + room)]
        left, top = max(0, box[0]), max(0, box[1])
        cut = grey[top : box[3], left : box[2]]
        if cut.size > _LARGEST_PART * grey.size:
            continue
        # A code is nearly square or at least no line: a row of print is less likely one.
        likely = float(energy[y : y + high, x : x + wide].mean()) * area * min(wide, high) / max(wide, high)
        cuts.append((likely, np.ascontiguousarray(cut)))
    cuts.sort(key=lambda pair: -pair[0])
    return [cut for _, cut in cuts[:most]]


def striped(grey: Grey, stripes: tuple[float, float] = CLEAR, most: int = 3) -> list[Grey]:
    """The parts that change in one direction only, turned so that their bars stand upright, the largest first."""
    scale, working = _looked_over(grey, FINE)
    calm = cv2.GaussianBlur(working, (0, 0), 0.8)
    right, down = cv2.Sobel(calm, cv2.CV_32F, 1, 0), cv2.Sobel(calm, cv2.CV_32F, 0, 1)
    size = max(1, working.shape[1] // _CELL), max(1, working.shape[0] // _CELL)
    both, across, along = (
        cv2.blur(cv2.resize(part, size, interpolation=cv2.INTER_AREA), (3, 3))
        for part in (right * down, right * right, down * down)
    )
    power = across + along
    aligned = np.hypot(across - along, 2 * both) / (power + 1.0)
    mask = ((aligned > stripes[0]) & (power > stripes[1] * float(np.percentile(power, 99)))).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    found: list[tuple[float, Grey]] = []
    for label in sorted(range(1, count), key=lambda one: -stats[one][4])[: 2 * most]:
        rows, columns = np.nonzero(labels == label)
        if len(rows) < 2 * _SMALLEST:
            continue
        inside = rows, columns
        angle = 0.5 * math.atan2(
            2 * float(both[inside].sum()), float(across[inside].sum()) - float(along[inside].sum())
        )
        cut = _level(grey, (rows, columns), angle, _CELL / scale)
        if cut is not None:
            found.append((float(power[inside].sum()), cut))
    found.sort(key=lambda pair: -pair[0])
    return [cut for _, cut in found[:most]]


def _level(grey: Grey, cells: tuple[NDArray[Any], NDArray[Any]], angle: float, step: float) -> Grey | None:
    """The cells' part of the picture, turned by `angle` and with a quiet zone; None where it is no band of bars."""
    rows, columns = (cells[0] + 0.5) * step, (cells[1] + 0.5) * step
    cosine, sine = math.cos(angle), math.sin(angle)
    length, height = columns * cosine + rows * sine, rows * cosine - columns * sine
    first, last = float(length.min()), float(length.max())
    top, bottom = float(height.min()), float(height.max())
    wide, high = last - first + step, bottom - top + step
    if wide < 4 * step:
        return None
    margin = 0.12 * wide + 2 * step
    middle = (first + last) / 2, (top + bottom) / 2
    zoom = min(1.0, _LONGEST_BARS / (wide + 2 * margin))
    size = max(16, round((wide + 2 * margin) * zoom)), max(16, round((high + 2 * step) * zoom))
    centre = middle[0] * cosine - middle[1] * sine, middle[0] * sine + middle[1] * cosine
    matrix = np.array(
        [
            [cosine * zoom, sine * zoom, size[0] / 2 - zoom * (cosine * centre[0] + sine * centre[1])],
            [-sine * zoom, cosine * zoom, size[1] / 2 - zoom * (cosine * centre[1] - sine * centre[0])],
        ]
    )
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.warpAffine(grey, matrix, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _looked_over(grey: Grey, longest: int) -> tuple[float, Grey]:
    scale = min(1.0, longest / max(grey.shape))
    if scale == 1.0:
        return scale, grey
    size = max(_CELL, round(grey.shape[1] * scale)), max(_CELL, round(grey.shape[0] * scale))
    return scale, np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _changes(grey: Grey, longest: int) -> tuple[float, NDArray[np.float32]]:
    scale, working = _looked_over(grey, longest)
    calm = cv2.GaussianBlur(working, (3, 3), 0)
    steps = cv2.morphologyEx(calm, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    size = max(1, working.shape[1] // _CELL), max(1, working.shape[0] // _CELL)
    return scale, np.asarray(cv2.resize(steps, size, interpolation=cv2.INTER_AREA), np.float32)
