"""Where a camera's frames come from: a device, a film, or a folder into which pictures are moved."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""A picture of one plane, rows by columns."""
Frame = NDArray[np.uint8]
"""A picture as its source was asked for it: Grey, or rows by columns by blue, green and red."""

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".pgm"})
_FAILURES: Final = 15  # frames that a camera may owe before it counts as gone: a second


class Frames:
    """Where frames come from. `next` gives one, or None when there is none yet; OSError when there will be none."""

    def next(self) -> Frame | None:
        """The next frame."""
        raise NotImplementedError

    def close(self) -> None:
        """Lets the source go."""


class CapturedFrames(Frames):
    """A camera's device, or a film, through OpenCV. Raises OSError when no frames can be taken from it."""

    def __init__(self, source: str, width: int, height: int, *, colour: bool = False) -> None:
        self._colour = colour
        self._capture = cv2.VideoCapture(source)
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # what the camera saw a second ago helps nobody
        self._failed = 0
        if not self._capture.isOpened():
            self._capture.release()
            raise OSError("no frames can be taken from it")

    def next(self) -> Frame | None:
        taken, frame = self._capture.read()
        if not taken:
            self._failed += 1
            if self._failed >= _FAILURES:
                raise OSError("no more frames")
            return None
        self._failed = 0
        if self._colour:
            return np.asarray(frame if frame.ndim == 3 else cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR), np.uint8)
        return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) if frame.ndim == 3 else frame, np.uint8)

    def close(self) -> None:
        self._capture.release()


@dataclass
class FolderFrames(Frames):
    """Pictures that are put into a folder, each once, in the order of their names; those that lie there already are not.

    A picture has to be moved into the folder whole. One that is no picture is passed over. In a `stream` only the newest
    counts, as of a camera that does not wait for whoever looks.
    """

    folder: Path
    stream: bool = False
    colour: bool = False
    _seen: set[str] = field(default_factory=set)
    _waiting: deque[Path] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._seen = {path.name for path in self._pictures()}

    def _pictures(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.suffix.lower() in PICTURES)

    def next(self) -> Frame | None:
        if not self._waiting:
            there = self._pictures()
            self._waiting.extend(path for path in there if path.name not in self._seen)
            self._seen = {path.name for path in there}
        while self.stream and len(self._waiting) > 1:
            self._waiting.popleft()
        if not self._waiting:
            return None
        kind = cv2.IMREAD_COLOR if self.colour else cv2.IMREAD_GRAYSCALE
        frame = cv2.imread(str(self._waiting.popleft()), kind)
        return None if frame is None else np.asarray(frame, np.uint8)


def identity(path: Path) -> tuple[int, int]:
    """What the path leads to, to tell another device of the same name. Raises OSError when there is nothing."""
    told = path.stat()
    return told.st_dev, told.st_ino
