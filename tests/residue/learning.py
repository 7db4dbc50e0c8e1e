"""Learns what nobody knows beforehand: the pictures that come of a citizen's paper on its way through the kiosk."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QImageReader

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
from hunter import pieces

from tests.residue.shapes import of_bytes, of_dots, of_picture
from tests.residue.stand import Stand

_BEGIN: Final = b"\xff\xd8\xff"
_END: Final = b"\xff\xd9"
_LEAST: Final = 3_000
_MOST: Final = 6_000_000
_SHOWN_WIDE: Final = 300
_WHO: Final = ("tests.residue.station", "kiosk_app.imaging.worker", "drivers.host sane")


class Learned:
    """`known` are the pictures that were there before anybody came."""

    def __init__(self, stand: Stand) -> None:
        self._known = {data[_LEAST // 2 : _LEAST] for data in _pictures(stand)}

    def pages(self, stand: Stand) -> dict[str, frozenset[bytes]]:
        """Slices of every JPEG that has come into a process of the kiosk since, and rows of what it decodes to."""
        slices: set[bytes] = set()
        coded: set[bytes] = set()
        rows: set[bytes] = set()
        seen: set[bytes] = set()
        for data in _pictures(stand):
            sign = data[_LEAST // 2 : _LEAST]
            if sign in self._known or sign in seen:
                continue
            seen.add(sign)
            try:
                with Image.open(io.BytesIO(data)) as picture:
                    picture.load()  # three bytes that look like a beginning stand in any library
                    rows |= of_picture(picture, 8)
                    rows |= of_picture(_as_shown(data, picture), 8)
            except (OSError, ValueError, SyntaxError):
                continue
            shapes = of_bytes(data, 6)
            slices |= shapes["bytes"]
            coded |= shapes["base64"]
        return {"page, bytes": frozenset(slices), "page, base64": frozenset(coded), "page, pixels": frozenset(rows)}

    def slips(self, stand: Stand) -> dict[str, frozenset[bytes]]:
        """The dots of the slip that has just been torn off, as it came out of the printer."""
        torn = max((stand.data / "bench" / "receipts").glob("receipt-*.png"), key=lambda path: path.stat().st_mtime)
        with Image.open(torn) as picture:
            return {"slip, dots": of_dots(picture)}


def _as_shown(data: bytes, picture: Image.Image) -> Image.Image:
    """The picture as a page's thumbnail on the screen decodes it (PageThumb.qml)."""
    stored = QByteArray(data)
    buffer = QBuffer(stored)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    reader.setScaledSize(QSize(_SHOWN_WIDE, round(_SHOWN_WIDE * picture.height / picture.width)))
    image = reader.read().convertToFormat(QImage.Format.Format_RGBX8888)
    if image.isNull():
        return picture
    return Image.frombytes("RGBX", (image.width(), image.height()), bytes(image.constBits())).convert("RGB")


def _pictures(stand: Stand) -> Iterator[bytes]:
    """Whole JPEG files in memory."""
    for pid, name in stand.processes().items():
        if not any(word in name for word in _WHO):
            continue
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for piece in pieces(pid):
                at = piece.find(_BEGIN)
                while at >= 0:
                    end = piece.find(_END, at + _LEAST, at + _MOST)
                    if end > 0:
                        yield piece[at : end + len(_END)]
                    at = piece.find(_BEGIN, at + len(_BEGIN))
