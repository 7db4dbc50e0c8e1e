"""The citizen's finger: finds what is shown by its objectName, brings it into view and touches it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

EDGE = 8.0


class Hand:
    """One finger on one window. `touches` counts what it did, swipes included."""

    def __init__(self, window: QQuickWindow) -> None:
        self._window = window
        self.touches = 0

    def find(self, name: str) -> QQuickItem | None:
        """The item of that objectName that is shown and enabled, or None; delegates of lists are found as well."""
        return next(
            (item for item in _walk(self._window.contentItem()) if item.objectName() == name and _ready(item)), None
        )

    def touch(self, item: QQuickItem) -> bool:
        """Touches the middle of `item`; False when something else lies over it or it cannot be brought into view."""
        self._bring_into_view(item)
        if not self._window_rect().contains(_rect(item).center()):
            return False
        point = _rect(item).center()
        QTest.mouseClick(self._window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, _whole(point))
        self.touches += 1
        return True

    def _bring_into_view(self, item: QQuickItem) -> None:
        """Swipes the scrolling area around the item until its middle is inside."""
        area = _flickable(item)
        if area is None:
            return
        for _ in range(12):
            inside, wanted = _rect(area), _rect(item)
            if inside.top() + EDGE <= wanted.center().y() <= inside.bottom() - EDGE:
                return
            down = wanted.center().y() > inside.center().y()
            distance = min(abs(wanted.center().y() - inside.center().y()), inside.height() * 0.6)
            self._swipe(inside, -distance if down else distance)

    def _swipe(self, inside: QRectF, distance: float) -> None:
        x = inside.right() - EDGE
        start = QPointF(x, inside.center().y() - distance / 2)
        none = Qt.KeyboardModifier.NoModifier
        QTest.mousePress(self._window, Qt.MouseButton.LeftButton, none, _whole(start))
        for part in range(1, 11):
            QTest.mouseMove(self._window, _whole(start + QPointF(0, distance * part / 10)), 8)
        # A finger that rests before it leaves does not throw the page.
        QTest.qWait(120)
        QTest.mouseRelease(self._window, Qt.MouseButton.LeftButton, none, _whole(start + QPointF(0, distance)))
        QTest.qWait(30)
        self.touches += 1

    def _window_rect(self) -> QRectF:
        return QRectF(0, 0, self._window.width(), self._window.height())


def _walk(item: QQuickItem) -> Iterator[QQuickItem]:
    """Topmost first, so that of two equal names the one that is seen is found."""
    for child in reversed(item.childItems()):
        if child.isVisible():
            yield from _walk(child)
    yield item


def _ready(item: QQuickItem) -> bool:
    return item.isVisible() and item.isEnabled() and item.opacity() > 0.5 and item.width() > 0 and item.height() > 0


def _rect(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def _whole(point: QPointF) -> QPoint:
    return QPoint(round(point.x()), round(point.y()))


def _flickable(item: QQuickItem) -> QQuickItem | None:
    above = item.parentItem()
    while above is not None:
        if above.inherits("QQuickFlickable"):
            return above
        above = above.parentItem()
    return None
