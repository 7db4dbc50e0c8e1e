"""The citizen's finger: finds what is shown by its objectName, brings it into view and touches it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow

EDGE = 8.0
PRESS_S = 0.03
REST_S = 0.12


class Hand:
    """One finger on one window. `touches` counts what it did, swipes included."""

    def __init__(self, window: QQuickWindow) -> None:
        self._window = window
        self.touches = 0

    def find(self, name: str, *, touchable: bool = True) -> QQuickItem | None:
        """The item of that objectName that is shown, or None; a disabled one only when it need not be touchable."""
        for item in _walk(self._window.contentItem()):
            if item.objectName() == name and _shown(item) and (item.isEnabled() or not touchable):
                return item
        return None

    def place(self, item: QQuickItem) -> tuple[int, int]:
        """Where the middle of the item is on the screen, in whole pixels."""
        middle = _rect(item).center()
        return round(middle.x()), round(middle.y())

    async def touch(self, item: QQuickItem) -> bool:
        """Touches the middle of `item`; False when it cannot be brought into view."""
        await self._bring_into_view(item)
        point = _rect(item).center()
        area = _flickable(item)
        if not (self._window_rect() if area is None else _rect(area)).contains(point):
            return False
        self._send(QEvent.Type.MouseButtonPress, point)
        await asyncio.sleep(PRESS_S)
        self._send(QEvent.Type.MouseButtonRelease, point)
        self.touches += 1
        return True

    async def _bring_into_view(self, item: QQuickItem) -> None:
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
            before = wanted.center().y()
            await self._swipe(inside, -distance if down else distance)
            await self._come_to_rest(area)
            if abs(_rect(item).center().y() - before) < 1:
                return  # the end of the area: more is not to be had

    async def _swipe(self, inside: QRectF, distance: float) -> None:
        start = QPointF(inside.right() - EDGE, inside.center().y() - distance / 2)
        self._send(QEvent.Type.MouseButtonPress, start)
        for part in range(1, 11):
            await asyncio.sleep(PRESS_S / 4)
            self._send(QEvent.Type.MouseMove, start + QPointF(0, distance * part / 10))
        # A finger that rests before it leaves does not throw the page.
        await asyncio.sleep(REST_S)
        self._send(QEvent.Type.MouseButtonRelease, start + QPointF(0, distance))
        await asyncio.sleep(PRESS_S)
        self.touches += 1

    async def _come_to_rest(self, area: QQuickItem) -> None:
        """A page that still moves takes the next touch for a grip."""
        for _ in range(100):
            if not area.property("moving"):
                return
            await asyncio.sleep(PRESS_S)

    def _send(self, kind: QEvent.Type, point: QPointF) -> None:
        """Posts one event of the finger; never a nested loop, which asyncio's tasks do not survive."""
        up = kind is QEvent.Type.MouseButtonRelease
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if up else Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, point, point, button, held, Qt.KeyboardModifier.NoModifier)
        event.setTimestamp(time.monotonic_ns() // 1_000_000)  # a flick is judged by its speed
        QCoreApplication.postEvent(self._window, event)

    def _window_rect(self) -> QRectF:
        return QRectF(0, 0, self._window.width(), self._window.height())


def _walk(item: QQuickItem) -> Iterator[QQuickItem]:
    """Topmost first, so that of two equal names the one that is seen is found."""
    for child in reversed(item.childItems()):
        if child.isVisible():
            yield from _walk(child)
    yield item


def _shown(item: QQuickItem) -> bool:
    return item.isVisible() and item.opacity() > 0.5 and item.width() > 0 and item.height() > 0


def _rect(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def _flickable(item: QQuickItem) -> QQuickItem | None:
    above = item.parentItem()
    while above is not None:
        if above.inherits("QQuickFlickable"):
            return above
        above = above.parentItem()
    return None
