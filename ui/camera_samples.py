"""What a camera would see in the pictures of the screens: a drawn, plainly fictional card or slip, far or near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QTransform

from drivers.preview import Frame, Hint
from kiosk_app.receipts.codes import screen_code
from ui.pictures import code_image

SIZE: Final = (640, 360)
_CODE: Final = "G06-20261121-0000042|K7Q2-M4XD"


@dataclass
class DrawnCamera:
    """A feed for a window without a camera: each look gives the same scene as another frame; None while `frame` is."""

    frame: Frame | None = None
    _number: int = 0

    def look(self) -> Frame | None:
        """As the kiosk's."""
        if self.frame is None:
            return None
        self._number += 1
        held = self.frame
        return Frame(self._number, held.width, held.height, held.outline, held.hint, held.pixels)


def near() -> Frame:
    """A slip whose code was read."""
    return _scene(1.0, -6.0, Hint.NONE)


def far() -> Frame:
    """The same, an arm's length too far away."""
    return _scene(0.34, 4.0, Hint.TOO_FAR)


def page() -> Frame:
    """A sheet on the table, whole and still."""
    wide, high = 480, 640
    image = QImage(wide, high, QImage.Format.Format_Grayscale8)
    painter = QPainter(image)
    painter.fillRect(image.rect(), QColor("#4a4a4a"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    placed = QTransform().translate(wide * 0.5, high * 0.5).rotate(-1.5)
    painter.setTransform(placed)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#e6e6e6"))
    sheet = QRectF(-198, -280, 396, 560)
    painter.drawRect(sheet)
    painter.setBrush(QColor("#8a8a8a"))
    painter.drawRect(QRectF(-110, -235, 220, 14))
    for line in range(17):
        painter.drawRect(QRectF(-160, -185 + 24 * line, 320 - (line * 53) % 90, 8))
    painter.end()
    corners = (sheet.topLeft(), sheet.topRight(), sheet.bottomRight(), sheet.bottomLeft())
    outline = tuple((point.x() / wide, point.y() / high) for point in map(placed.map, corners))
    return Frame(1, wide, high, outline, Hint.NONE, bytes(image.constBits()))


def _scene(size: float, turned: float, hint: Hint) -> Frame:
    wide, high = SIZE
    image = QImage(wide, high, QImage.Format.Format_Grayscale8)
    painter = QPainter(image)
    light = QLinearGradient(0, 0, wide, high)
    light.setColorAt(0, QColor("#7d7d7d"))
    light.setColorAt(1, QColor("#3c3c3c"))
    painter.fillRect(image.rect(), light)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    placed = QTransform().translate(wide * 0.52, high * 0.52).rotate(turned).scale(size, size)
    painter.setTransform(placed)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#e6e6e6"))
    painter.drawRoundedRect(QRectF(-230, -145, 460, 290), 16, 16)
    painter.setBrush(QColor("#9a9a9a"))
    for line, length in enumerate((170, 130, 190, 150, 110)):
        painter.drawRoundedRect(QRectF(-205, -92 + 42 * line, length, 14), 6, 6)
    code = code_image(screen_code(_CODE))
    area = QRectF(20, -95, 190, 190)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, size < 1)
    painter.drawImage(area, code)
    painter.end()
    corners = (area.topLeft(), area.topRight(), area.bottomRight(), area.bottomLeft())
    outline = tuple(_parts(placed.map(corner)) for corner in corners)
    return Frame(1, wide, high, outline, hint, bytes(image.constBits()))


def _parts(point: QPointF) -> tuple[float, float]:
    return point.x() / SIZE[0], point.y() / SIZE[1]
