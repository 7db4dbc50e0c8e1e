"""The item that paints what the camera sees: a grey picture, and round a code its outline. Its frames come from the model.

Painted by hand because the software renderer shows no video sink; a picture provider would leave copies in Qt's cache.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from PySide6.QtCore import Property, QObject, QPointF, QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from PySide6.QtQml import qmlRegisterType
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

MODULE = "Kiosk.camera"


class Source(Protocol):
    """What is painted: ui.viewmodels.camera.CameraModel."""

    picture: QImage
    outline: tuple[tuple[float, float], ...]
    frame_changed: SignalInstance


class CameraPicture(QQuickPaintedItem):
    """Shows `source`, a Source, whole and in the middle; a code in it is outlined in `ink`, `stroke` pixels wide.

    Whatever is behind it, the outline is seen: it lies on a wider one in `casing`.
    """

    source_changed = Signal(name="sourceChanged")
    ink_changed = Signal(name="inkChanged")
    casing_changed = Signal(name="casingChanged")
    stroke_changed = Signal(name="strokeChanged")

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._source: Source | None = None
        self._ink = QColor(Qt.GlobalColor.white)
        self._casing = QColor(Qt.GlobalColor.black)
        self._stroke = 4.0
        self.setOpaquePainting(False)

    def paint(self, painter: QPainter) -> None:
        """The picture within the item, then the outline."""
        source = self._source
        if source is None or source.picture.isNull():
            return
        picture = source.picture
        room = self.boundingRect()
        factor = min(room.width() / picture.width(), room.height() / picture.height())
        wide, high = picture.width() * factor, picture.height() * factor
        # Whole pixels: a picture of just the item's size is copied instead of being stretched.
        place = QRectF(round((room.width() - wide) / 2), round((room.height() - high) / 2), round(wide), round(high))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, picture)
        if source.outline:
            corners = [
                QPointF(place.x() + x * place.width(), place.y() + y * place.height()) for x, y in source.outline
            ]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for ink, stroke in ((self._casing, 2 * self._stroke), (self._ink, self._stroke)):
                pen = QPen(ink, stroke)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                painter.drawPolygon(QPolygonF(corners))

    def _set_source(self, source: QObject | None) -> None:
        if source is cast("QObject | None", self._source):
            return
        if self._source is not None:
            self._source.frame_changed.disconnect(self.update)
        self._source = cast("Source", source) if hasattr(source, "frame_changed") else None
        if self._source is not None:
            self._source.frame_changed.connect(self.update)
        self.source_changed.emit()
        self.update()

    def _set_ink(self, ink: QColor) -> None:
        self._ink = ink
        self.ink_changed.emit()
        self.update()

    def _set_casing(self, casing: QColor) -> None:
        self._casing = casing
        self.casing_changed.emit()
        self.update()

    def _set_stroke(self, stroke: float) -> None:
        self._stroke = stroke
        self.stroke_changed.emit()
        self.update()

    source = Property(QObject, fget=lambda self: self._source, fset=_set_source, notify=source_changed)
    ink = Property(QColor, fget=lambda self: self._ink, fset=_set_ink, notify=ink_changed)
    casing = Property(QColor, fget=lambda self: self._casing, fset=_set_casing, notify=casing_changed)
    stroke = Property(float, fget=lambda self: self._stroke, fset=_set_stroke, notify=stroke_changed)


def register() -> None:
    """Makes the item known to QML; again and again does no harm."""
    make: Any = qmlRegisterType  # the stubs want bytes where it takes texts
    make(CameraPicture, MODULE, 1, 0, "CameraPicture")
