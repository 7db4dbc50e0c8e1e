"""The writer's side of a preview: a mapped file that always holds the last frame of a camera."""

from __future__ import annotations

import contextlib
import mmap
import os
from pathlib import Path
from typing import Final

import cv2

from drivers.camera.frames import Grey
from drivers.preview import HEAD, MAGIC, Hint, Point

WIDEST: Final = 640


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
