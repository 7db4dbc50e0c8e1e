"""What a camera sees, for a preview: the last frame in a mapped file, a code's outline, and how to hold it better."""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

_HEAD: Final = struct.Struct("<4sIQIIII8f")
"""Magic, state (odd while it is written), number, width, height, whether a code was found, hint, outline's x and y."""
_MAGIC: Final = b"KVW1"
WIDEST: Final = 640
_DARK, _BRIGHT = 40.0, 225.0
_SHARP_ENOUGH: Final = 25.0


class Hint(StrEnum):
    """What keeps a code from being read, as a person would say it; NONE when nothing does."""

    NONE = ""
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    TOO_FAR = "too_far"
    BLURRED = "blurred"


@dataclass(frozen=True)
class View:
    """A frame as the preview shows it; `outline` has the code's four corners in parts of width and height."""

    number: int
    picture: Grey
    outline: tuple[tuple[float, float], ...] = ()
    hint: Hint = Hint.NONE


def hint_of(grey: Grey, modules_px: float | None = None) -> Hint:
    """Judges a frame in which nothing was read. `modules_px`: pixels a module of a code that was seen but not read."""
    small = cv2.resize(grey, (160, 90), interpolation=cv2.INTER_AREA)
    bright = float(np.percentile(small, 95))
    if bright < _DARK:
        return Hint.TOO_DARK
    if float(np.percentile(small, 40)) > _BRIGHT:
        return Hint.TOO_BRIGHT
    if modules_px is not None and modules_px < 2.0:
        return Hint.TOO_FAR
    # The strongest edges tell focus; their strength is that of the brightest against the darkest.
    edges = np.abs(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.CV_32F))
    contrast = max(bright - float(np.percentile(small, 5)), 1.0)
    return Hint.BLURRED if 255 * float(np.percentile(edges, 99.5)) / contrast < _SHARP_ENOUGH else Hint.NONE


class Window:
    """The writer's side: a file, mapped, that always holds the last frame. The file is the user's own and only his."""

    def __init__(self, path: Path | str, size: tuple[int, int] = (WIDEST, WIDEST)) -> None:
        self._path = Path(path)
        self._room = size[0] * size[1]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            os.ftruncate(descriptor, _HEAD.size + self._room)
            self._map = mmap.mmap(descriptor, _HEAD.size + self._room)
        finally:
            os.close(descriptor)
        self._state = self._number = 0

    def show(self, grey: Grey, outline: tuple[tuple[float, float], ...] = (), hint: Hint = Hint.NONE) -> None:
        """Puts a frame there, made smaller if need be. A reader that looks meanwhile takes nothing and looks again."""
        factor = min(1.0, WIDEST / max(grey.shape))
        size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
        picture = cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if factor < 1 else grey
        self._number += 1
        places = [part for point in (*outline, *((0.0, 0.0),) * (4 - len(outline))) for part in point]
        head = (self._number, size[0], size[1], len(outline), list(Hint).index(hint), *places)
        self._state += 1
        self._map[: _HEAD.size] = _HEAD.pack(_MAGIC, self._state, *head)
        self._map[_HEAD.size : _HEAD.size + picture.size] = picture.tobytes()
        self._state += 1
        self._map[: _HEAD.size] = _HEAD.pack(_MAGIC, self._state, *head)

    def close(self) -> None:
        """Wipes what was seen, then removes the file."""
        with contextlib.suppress(ValueError):
            self._map[:] = bytes(len(self._map))
            self._map.close()
        self._path.unlink(missing_ok=True)


def look(path: Path | str, after: int = 0) -> View | None:
    """The reader's side: the last frame, None when there is none newer than number `after`, or it is just being written."""
    try:
        with Path(path).open("rb") as file:
            data = file.read()
    except OSError:
        return None
    if len(data) < _HEAD.size:
        return None
    magic, state, number, wide, high, corners, hint, *places = _HEAD.unpack_from(data)
    with Path(path).open("rb") as file:
        again = file.read(_HEAD.size)
    if magic != _MAGIC or state % 2 or number <= after or again != data[: _HEAD.size]:
        return None
    if wide * high > len(data) - _HEAD.size:
        return None
    picture = np.frombuffer(data, np.uint8, wide * high, _HEAD.size).reshape(high, wide)
    outline = tuple((places[2 * n], places[2 * n + 1]) for n in range(min(corners, 4)))
    return View(number, picture, outline, list(Hint)[min(hint, len(Hint) - 1)])
