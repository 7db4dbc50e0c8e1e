"""The turn of a page whose edges cannot be seen, from the rows its writing makes."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]

REACH_DEG: Final = 20.0
LONG_SIDE_PX: Final = 1400
MAX_POINTS: Final = 60_000
# Enough to see within half a degree which way rows run.
FEW_POINTS: Final = 24_000
# How far the best direction must stand out from the usual one: a line of print reaches 20, a stamp or photograph 1.1. A
# little ink must say it more clearly, for a signature's stroke reaches 3.
MIN_CONTRAST: Final = 2.0
MIN_CONTRAST_OF_LITTLE: Final = 5.0
LITTLE_INK: Final = 1500


def ink_points(grey: Grey) -> npt.NDArray[np.float64]:
    """Coordinates (x, y) of pixels darker than the paper round them, without a rim where scanners leave shadows."""
    block = max(15, (max(grey.shape) // 45) | 1)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 18)
    ink = cv2.medianBlur(ink, 3)
    rim_y, rim_x = (max(2, round(side * 0.012)) for side in grey.shape)
    ink[:rim_y] = ink[-rim_y:] = 0
    ink[:, :rim_x] = ink[:, -rim_x:] = 0
    y, x = np.nonzero(ink)
    return np.stack([x, y], axis=1).astype(np.float64)


def text_turn(grey: Grey) -> float | None:
    """Radians the writing is turned by (clockwise positive, within 20 degrees); None when there is no telling.

    Rows of text make the sharpest profile across the right direction: a search in three steps down to 0.03 degrees. The
    rows of a page that lies sideways run down the picture: both ways are tried, the sharper one is taken.
    """
    scale = min(1.0, LONG_SIDE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    points = ink_points(np.asarray(small, dtype=np.uint8))
    if len(points) < 400:
        return None
    needed = MIN_CONTRAST if len(points) >= LITTLE_INK else MIN_CONTRAST_OF_LITTLE
    # a fixed stride, so that the same page always gives the same angle
    points = points[:: max(1, len(points) // MAX_POINTS)]
    # ink fills its pixel: spread over it evenly (the golden ratio's steps), or rows of pixels would look like rows of text
    points = points - points.mean(axis=0)
    spread = (np.arange(len(points)) * 0.6180339887498949) % 1.0 - 0.5
    coarse = np.arange(-REACH_DEG - 1, REACH_DEG + 1.01, 0.5)
    few = slice(None, None, max(1, len(points) // FEW_POINTS))
    contrast = 0.0
    for way in (points, np.stack([-points[:, 1], points[:, 0]], axis=1)):
        way[:, 1] += spread
        scores = np.array([_sharpness(way[few], angle, 2.0) for angle in coarse])
        middle = float(np.median(scores))
        if scores.max() > contrast * middle:
            contrast, best, points = float(scores.max()) / max(middle, 1e-9), float(coarse[int(np.argmax(scores))]), way
    if contrast < needed:
        return None
    for reach, step, bin_px in ((0.6, 0.12, 1.5), (0.24, 0.03, 1.0)):
        fine = np.arange(best - reach, best + reach + step / 2, step)
        found = np.array([_sharpness(points, angle, bin_px) for angle in fine])
        # the middle of the summit, not its highest stone
        summit = np.clip(found - (0.9 * found.max() + 0.1 * found.min()), 0, None)
        best = float((fine * summit).sum() / summit.sum()) if summit.sum() > 0 else best
    return float(np.radians(best)) if abs(best) <= REACH_DEG + 0.5 else None


def _sharpness(points: npt.NDArray[np.float64], degrees: float, bin_px: float) -> float:
    """How much neighbouring rows differ when read in this direction."""
    phi = np.radians(degrees)
    rows = points[:, 1] * np.cos(phi) - points[:, 0] * np.sin(phi)
    place = (rows - rows.min()) / bin_px
    lower = place.astype(np.int64)
    share = place - lower
    size = int(lower.max()) + 2
    # each point is shared between its two nearest rows, so that the score does not jump from angle to angle
    histogram = np.bincount(lower, 1 - share, size) + np.bincount(lower + 1, share, size)
    return float(np.square(np.diff(histogram)).sum())
