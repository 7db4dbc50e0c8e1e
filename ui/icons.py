"""Pictures by name for QML: icons in any colour and device drawings in the colours of the theme."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

ICON_FOLDER: Final = Path(__file__).resolve().parent.parent / "assets" / "icons"
DEVICE_FOLDER: Final = ICON_FOLDER / "devices"

_NAME = re.compile(r"[a-z0-9-]+\Z")
_TOKEN = re.compile(r"@(\w+)@")
_KEPT_BYTES: Final = 5 * 2**19
"""What each provider keeps of what it has drawn: the icons of nearly all screens, or four drawings of devices."""


class Canvas:
    """Draws SVGs, each on the same picture as the one before.

    PySide (6.11.3) never gives back references to None for a picture from Python that is painted on, six for each; this
    one grows to what is largest and is painted on for good. Not for two threads at once.
    """

    def __init__(self) -> None:
        self._image = QImage()

    def draw(self, svg: bytes, size: QSize) -> QImage:
        """An SVG drawn crisply into `size` pixels, centred, with its own proportions; transparent elsewhere."""
        around = size.expandedTo(self._image.size())
        if around != self._image.size():
            self._image = QImage(around, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.fill(Qt.GlobalColor.transparent)
        renderer = QSvgRenderer(QByteArray(svg))
        if renderer.isValid():
            natural = renderer.defaultSize()
            scaled = natural.scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(
                (size.width() - scaled.width()) / 2,
                (size.height() - scaled.height()) / 2,
                scaled.width(),
                scaled.height(),
            )
            painter = QPainter(self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(0, 0, size.width(), size.height())
            renderer.render(painter, place)
            painter.end()
        return self._image.copy(0, 0, size.width(), size.height())


class SvgProvider(QQuickImageProvider):
    """Renders and remembers SVG files; subclasses say which file and how it is coloured."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._images: OrderedDict[tuple[str, int, int], QImage] = OrderedDict()
        self._bytes = 0
        self._canvas = Canvas()
        # An asynchronous Image asks from the loader's thread.
        self._lock = threading.Lock()

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:  # noqa: N803 - Qt's name
        """The picture at requestedSize (48 x 48 when QML asked for none). Raises nothing: a missing file is transparent."""
        wide, high = requestedSize.width(), requestedSize.height()
        wide, high = (wide if wide > 0 else high), (high if high > 0 else wide)
        target = QSize(wide, high) if wide > 0 else QSize(48, 48)
        key = (id, target.width(), target.height())
        with self._lock:
            image = self._images.pop(key, None)
            if image is None:
                image = self._canvas.draw(self.source(id), target)
                self._bytes += image.sizeInBytes()
            self._images[key] = image
            while self._bytes > _KEPT_BYTES and len(self._images) > 1:
                self._bytes -= self._images.popitem(last=False)[1].sizeInBytes()
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image

    def forget(self) -> None:
        """Lets go of all that was drawn; what a screen shows stays with the screen."""
        with self._lock:
            self._images.clear()
            self._bytes = 0

    def source(self, id: str) -> bytes:
        """The coloured SVG text of one picture; empty when there is none."""
        raise NotImplementedError


class IconProvider(SvgProvider):
    """image://icon/NAME/RRGGBB[/STROKE]: a line icon in one colour, optionally with another stroke width."""

    def source(self, id: str) -> bytes:
        parts = id.split("/")
        file = ICON_FOLDER / f"{parts[0]}.svg"
        if not _NAME.match(parts[0]) or not file.is_file():
            return b""
        color = QColor("#" + parts[1]) if len(parts) > 1 else QColor("black")
        text = file.read_text(encoding="utf-8").replace("currentColor", color.name())
        if len(parts) > 2:
            text = text.replace('stroke-width="2"', f'stroke-width="{float(parts[2])}"')
        return text.encode()


class DeviceProvider(SvgProvider):
    """image://device/NAME/PALETTE: a drawing of a device, its @token@ marks filled with the theme's colours.

    A site's own drawing needs no marks: it is then shown as it is in both palettes.
    """

    def __init__(self, tokens: Mapping[str, Any], folder: Path = DEVICE_FOLDER) -> None:
        super().__init__()
        self._colors: Mapping[str, Mapping[str, str]] = tokens["colors"]
        self._folder = folder

    def source(self, id: str) -> bytes:
        name, _, palette = id.partition("/")
        file = self._folder / f"{name}.svg"
        if not _NAME.match(name) or not file.is_file():
            return b""
        colors = self._colors["high" if palette == "high" else "light"]
        text = _TOKEN.sub(lambda mark: colors.get(mark[1], "none"), file.read_text(encoding="utf-8"))
        return text.encode()
