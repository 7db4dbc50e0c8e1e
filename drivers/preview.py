"""What a camera sees, handed from its host to the kiosk: the format of the shared file, and the kiosk's side of it.

The driver makes the file when it is asked for a preview and tells its path; the kiosk opens it and takes the name away at
once, so that from then on no file can outlive the two processes. Frames are grey; drivers.camera.window writes them.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

HEAD: Final = struct.Struct("<4sIQIIII8f")
"""Magic, state (odd while it is written), number, width, height, corners of the outline, hint, the corners' x and y."""
MAGIC: Final = b"KVW1"
_LARGEST: Final = 4096 * 4096


class Hint(StrEnum):
    """What keeps a code from being read or a page from being taken, as a person would say it; NONE when nothing does.

    TURN_OVER: this page was taken, the next one may be laid there. The order is the format's.
    """

    NONE = ""
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    TOO_FAR = "too_far"
    BLURRED = "blurred"
    GLARE = "glare"
    NO_PAGE = "no_page"
    OUTSIDE = "outside"
    TILTED = "tilted"
    MOVING = "moving"
    TURN_OVER = "turn_over"


CODE_HINTS: Final = (Hint.TOO_DARK, Hint.TOO_BRIGHT, Hint.TOO_FAR, Hint.BLURRED, Hint.GLARE)
"""What a camera that reads codes may say."""
PAGE_HINTS: Final = (
    *(Hint.NO_PAGE, Hint.OUTSIDE, Hint.TOO_FAR, Hint.TILTED),
    *(Hint.MOVING, Hint.TOO_DARK, Hint.BLURRED, Hint.TURN_OVER),
)
"""What a document camera may say."""


Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """A frame as the preview shows it: grey rows without padding; `outline` has the code's corners in parts of the sides."""

    number: int
    width: int
    height: int
    outline: tuple[Point, ...] = ()
    hint: Hint = Hint.NONE
    pixels: bytes | bytearray | memoryview = field(default=b"", repr=False)


class Viewer:
    """The kiosk's side of the file. It is read, never mapped: a driver that cuts it short must not end the kiosk.

    Raises OSError when the file cannot be opened, or is no plain file of this user alone.
    """

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            told = os.fstat(self._file)
            if not stat.S_ISREG(told.st_mode) or told.st_uid != os.geteuid() or told.st_mode & 0o077:
                raise OSError("not a file of this user alone")
            Path(path).unlink()
        except BaseException:
            os.close(self._file)
            raise
        self._number = 0
        self._pixels = bytearray()

    def look(self) -> Frame | None:
        """The last frame; None when there is none newer than the one before, or it is just being written.

        The pixels are good until the next look.
        """
        head = os.pread(self._file, HEAD.size, 0)
        if len(head) < HEAD.size:
            return None
        magic, state, number, wide, high, corners, hint, *places = HEAD.unpack(head)
        if magic != MAGIC or state % 2 or number == self._number or not 0 < wide * high <= _LARGEST:
            return None
        if len(self._pixels) != wide * high:
            _zero(self._pixels)
            self._pixels = bytearray(wide * high)
        taken = os.preadv(self._file, [self._pixels], HEAD.size)
        if taken != wide * high or os.pread(self._file, HEAD.size, 0) != head:
            return None
        self._number = number
        outline = tuple((places[2 * n], places[2 * n + 1]) for n in range(min(corners, 4)))
        return Frame(number, wide, high, outline, list(Hint)[min(hint, len(Hint) - 1)], self._pixels)

    def close(self) -> None:
        """Wipes the last frame, here and in what the driver may still hold, and lets the file go."""
        _zero(self._pixels)
        with contextlib.suppress(OSError):
            os.pwrite(self._file, bytes(os.fstat(self._file).st_size), 0)
        os.close(self._file)


def _zero(pixels: bytearray) -> None:
    pixels[:] = bytes(len(pixels))
