"""Whether a figure that looks like a sheet is only printed on one: a field, a box, a picture."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.sides import Floats, Lab, Light

MOST_MARKS_OUTSIDE: Final = 12
"""More such marks on the paper round about, and what was found is a box on a page."""
PAPER_LIGHT: Final = 0.87
"""Of the page's own lightness: a table that is darker is no paper."""
LEAST_PLAIN: Final = 0.5
"""What is mostly of one colour is a page; what is not may be a picture on one."""
PLAIN: Final = 30.0
SMOOTH: Final = 3.0
ALIKE: Final = 9.0
"""How far the colours of one paper differ in one light."""
EVEN: Final = 0.75
"""Which part of what lies round about is alike where that is paper; the rest is writing."""
STRIPED: Final = 8.0
MOST_WRITING: Final = 0.3
"""Which part of paper is written on at most: a cloth's stripes are no writing."""
RING_PX: Final = 9
STRIDE: Final = 2
"""Every second dot tells a colour as well."""


def is_printed(corners: Floats, lab: Lab, light: Light) -> bool:
    """Whether it is a picture, or lies on paper on which writing goes on; `light` is the lightness with writing."""
    inside = np.zeros(light.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.round(corners).astype(np.int32), 1)
    few = np.s_[::STRIDE, ::STRIDE]
    lab_few = lab[few]
    own = lab_few[cv2.erode(inside, np.ones((9, 9), np.uint8))[few] > 0]
    if not own.size:
        return True
    # a shadow over a page changes its lightness alone
    far = _largest(np.abs(own - np.median(own, axis=0)) * np.array((0.45, 1.0, 1.0), np.float32))
    if float((far < PLAIN).mean()) < LEAST_PLAIN:
        return True
    near = np.asarray(cv2.dilate(inside, np.ones((2 * RING_PX + 1, 2 * RING_PX + 1), np.uint8)), np.uint8)
    ring = lab_few[(near[few] > 0) & (cv2.dilate(inside, np.ones((9, 9), np.uint8))[few] == 0)]
    rim = np.concatenate([lab[1], lab[-2], lab[:, 1], lab[:, -2]])
    if not ring.size:
        return False
    bare = light[few][(near[few] > 0) & (inside[few] == 0)]
    if float((np.abs(bare - np.median(bare)) > STRIPED).mean()) > MOST_WRITING:
        return False
    middle = np.median(ring, axis=0)
    even = float((_largest(np.abs(ring - middle)) < ALIKE).mean())
    same = float(np.abs(middle - np.median(rim, axis=0)).max()) < ALIKE
    if even < EVEN or not same or float(middle[0]) < PAPER_LIGHT * float(np.median(own[:, 0])):
        return False
    return _marks(near, lab, light, float(np.percentile(own[:, 0], 60))) > MOST_MARKS_OUTSIDE


def _largest(far: Lab) -> NDArray[np.float32]:
    """Of each row of three; NumPy's own is slow over so short an axis."""
    return np.asarray(np.maximum(np.maximum(far[:, 0], far[:, 1]), far[:, 2]), np.float32)


def _marks(inside: NDArray[np.uint8], lab: Lab, light: Light, paper: float) -> int:
    """How many marks like words stand outside on ground as light and as plain as paper."""
    grey = np.clip(light * 2.55, 0, 255).astype(np.uint8)
    marks = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 15, 14)
    mean = cv2.blur(lab[:, :, 0], (15, 15))
    rough = cv2.blur(lab[:, :, 0] ** 2, (15, 15)) - mean**2
    marks[(inside > 0) | (lab[:, :, 0] < PAPER_LIGHT * paper) | (rough > SMOOTH**2)] = 0
    rows = cv2.morphologyEx(marks, cv2.MORPH_CLOSE, np.ones((3, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(rows, connectivity=8)
    long, short = stats[1:, 2:4].max(axis=1), stats[1:, 2:4].min(axis=1)
    return int(((short >= 2) & (short <= 10) & (long >= 5) & (long <= 60)).sum())
