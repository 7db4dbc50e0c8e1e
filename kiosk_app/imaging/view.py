"""A finished page as large as a screen shows it."""

from __future__ import annotations

from typing import Final

import cv2

from kiosk_app.imaging.decode import decode
from kiosk_app.imaging.errors import UNREADABLE, ImagingError
from kiosk_app.imaging.shrink import shrunk

QUALITY: Final = 85


def view(data: bytes, width: int, name: str = "page") -> bytes:
    """The page as JPEG, at most `width` pixels wide. Raises ImagingError IMG-UNREADABLE."""
    picture, _ = decode(data, name)
    high, wide = picture.shape[:2]
    if wide > width:
        picture = shrunk(picture, width, max(1, round(high * width / wide)))
    done, coded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise ImagingError(UNREADABLE, f"{name}: no picture")
    return bytes(coded)
