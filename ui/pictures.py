"""Pictures of the session for QML: the chip's portrait and QR codes; wiped with the session.

An Image of such a source must not be asynchronous: the loader's thread would wait for Python while the interface's
thread, inside a signal of a model, waits for the loader.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

from kiosk_app.model.session import Session

# A portrait of ICAO 9303 is a few hundred pixels wide; a picture much larger would stop the interface.
_MOST_PIXELS: Final = 8_000_000
_NEUTRAL: Final = (320, 452)
_PALE: Final = 200
_SHADES: Final = 24
_SILENT: Final = QSize(1, 1)


@cache
def neutral_picture() -> str:
    """The address of a picture of grain alone, read in the same way as a page's thumbnail and as large as one."""
    width, height = _NEUTRAL
    grain = os.urandom(width * height).translate(bytes(_PALE + shade % _SHADES for shade in range(256)))
    image = QImage(grain, width, height, width, QImage.Format.Format_Grayscale8)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", 75)  # type: ignore[call-overload]
    return f"data:image/jpeg;base64,{bytes(data.toBase64().data()).decode()}"


class SessionPictures:
    """What the picture providers may show now.

    Keys carry the session's number, so that a picture asked for late is never one of the next citizen's.
    """

    def __init__(self) -> None:
        self._pictures: Mapping[str, bytes] = MappingProxyType({})

    def take(self, session: Session) -> None:
        """Holds the pictures of this session and drops all others."""
        pictures = {}
        if session.identity is not None and session.identity.photo_type == "image/jpeg":
            pictures[f"photo/{session.number}"] = session.identity.photo
        submission = session.submission
        if submission.code_picture:
            kind = "dossier" if submission.dossier_code else "reference"
            pictures[f"{kind}/{session.number}"] = submission.code_picture
        self._pictures = MappingProxyType(pictures)

    def picture(self, key: str) -> bytes:
        """The picture's file; empty for what is not of this session."""
        return self._pictures.get(key, b"")


def _scaled(image: QImage, wanted: QSize) -> QImage:
    """The image within `wanted` (a side of 0 or less is free), never enlarged."""
    bound = QSize(
        wanted.width() if wanted.width() > 0 else image.width(),
        wanted.height() if wanted.height() > 0 else image.height(),
    )
    if image.width() <= bound.width() and image.height() <= bound.height():
        return image
    return image.scaled(bound, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _nothing() -> QImage:
    """A transparent point: QML warns of an empty image, and a picture that is gone is no fault."""
    image = QImage(_SILENT, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image


class PhotoProvider(QQuickImageProvider):
    """image://photo/SESSION: the portrait of the chip."""

    def __init__(self, pictures: SessionPictures) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._pictures = pictures

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:  # noqa: N803
        """The picture no larger than asked for; a transparent point for what is not of this session or cannot be read."""
        image = QImage.fromData(self._pictures.picture(f"photo/{id}"))
        if image.isNull() or image.width() * image.height() > _MOST_PIXELS:
            image = _nothing()
        size.setWidth(image.width())
        size.setHeight(image.height())
        return _scaled(image, requestedSize)


class QrProvider(QQuickImageProvider):
    """image://qr/KIND/SESSION: of the dossier's code or the kiosk's reference. No address that may be logged holds one."""

    def __init__(self, pictures: SessionPictures) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._pictures = pictures

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:  # noqa: N803
        """The code, enlarged by whole numbers from a pixel a module; a transparent point for what is not of this session."""
        image = code_image(self._pictures.picture(id))
        wide = max(requestedSize.width(), requestedSize.height())
        factor = 1 if image.isNull() else max(1, wide // image.width())
        if image.isNull():
            image = _nothing()
        if factor > 1:
            image = image.scaled(image.width() * factor, image.height() * factor)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image


def code_image(picture: bytes) -> QImage:
    """A QR code's picture, a PNG of a pixel a module; a null image for what is none."""
    image = QImage.fromData(picture, "PNG")  # type: ignore[arg-type]  # its stub asks for bytes, which it does not take
    return image if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)
