"""How a code is held better: what a person should change that a camera may read it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from drivers.camera.frames import Grey
from drivers.preview import Hint, Point

_DARK, _BRIGHT = 40.0, 225.0
_SHARP_ENOUGH: Final = 25.0
_BLINDING: Final = 245
_CELLS: Final = 8
"""A code is looked at in so many parts a side: of a QR code each has something dark in it, unless a light covers it."""
_GLARING: Final = 0.1


def hint_of(grey: Grey, modules_px: float | None = None, outline: tuple[Point, ...] = ()) -> Hint:
    """Judges a frame in which nothing was read.

    `modules_px` and `outline`: of a code that was seen but not read, the pixels a module and its corners in parts of the
    sides.
    """
    small = cv2.resize(grey, (160, 90), interpolation=cv2.INTER_AREA)
    bright = float(np.percentile(small, 95))
    if bright < _DARK:
        return Hint.TOO_DARK
    if float(np.percentile(small, 40)) > _BRIGHT:
        return Hint.TOO_BRIGHT
    if modules_px is not None and modules_px < 2.0:
        return Hint.TOO_FAR
    if _glaring(grey, outline):
        return Hint.GLARE
    # The strongest edges tell focus; their strength is that of the brightest against the darkest.
    edges = np.abs(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.CV_32F))
    contrast = max(bright - float(np.percentile(small, 5)), 1.0)
    return Hint.BLURRED if 255 * float(np.percentile(edges, 99.5)) / contrast < _SHARP_ENOUGH else Hint.NONE


def _glaring(grey: Grey, outline: tuple[Point, ...]) -> bool:
    if not outline:
        return False
    high, wide = grey.shape
    left, right = (int(pick(x for x, _ in outline) * wide) for pick in (min, max))
    top, bottom = (int(pick(y for _, y in outline) * high) for pick in (min, max))
    part = grey[max(top, 0) : bottom, max(left, 0) : right]
    if min(part.shape) < 4 * _CELLS:
        return False
    rows, columns = part.shape[0] // _CELLS, part.shape[1] // _CELLS
    cells = part[: rows * _CELLS, : columns * _CELLS].reshape(_CELLS, rows, _CELLS, columns)
    return bool((cells.min(axis=(1, 3)) > _BLINDING).mean() > _GLARING)
