"""What a camera sees, for a preview: how a code is held better, and the writer's side of the shared file."""

from __future__ import annotations

import contextlib
import mmap
import os
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.preview import HEAD, MAGIC, Hint, Point

Grey = NDArray[np.uint8]

WIDEST: Final = 640
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


class Window:
    """The writer's side: a file, mapped, that always holds the last frame. The file is the user's own and only his."""

    def __init__(self, path: Path | str, size: tuple[int, int] = (WIDEST, WIDEST)) -> None:
        self._path = Path(path)
        self._room = size[0] * size[1]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)  # never what somebody else has put there
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            os.ftruncate(descriptor, HEAD.size + self._room)
            self._map = mmap.mmap(descriptor, HEAD.size + self._room)
        finally:
            os.close(descriptor)
        self._state = self._number = 0

    def show(self, grey: Grey, outline: tuple[Point, ...] = (), hint: Hint = Hint.NONE) -> None:
        """Puts a frame there, made smaller if need be. A reader that looks meanwhile takes nothing and looks again."""
        factor = min(1.0, WIDEST / max(grey.shape))
        size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
        picture = cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if factor < 1 else grey
        self._number += 1
        places = [part for point in (*outline, *((0.0, 0.0),) * (4 - len(outline))) for part in point]
        head = (self._number, size[0], size[1], len(outline), list(Hint).index(hint), *places)
        self._state += 1
        self._map[: HEAD.size] = HEAD.pack(MAGIC, self._state, *head)
        self._map[HEAD.size : HEAD.size + picture.size] = picture.tobytes()
        self._state += 1
        self._map[: HEAD.size] = HEAD.pack(MAGIC, self._state, *head)

    def close(self) -> None:
        """Wipes what was seen, then removes the file."""
        with contextlib.suppress(ValueError):
            self._map[:] = bytes(len(self._map))
            self._map.close()
        self._path.unlink(missing_ok=True)
