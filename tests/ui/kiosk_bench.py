"""A kiosk window on a recording runtime, with eyes and a finger; shared by the tests of the screens."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import SIGNAL, QPoint, QPointF, QRectF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QSignalSpy, QTest

from kiosk_app.model.session import Session
from ui.gallery import every_item, pictures_loading, turn
from ui.kinds import can
from ui.messages import QtMessages
from ui.samples import ShownRuntime, devices
from ui.starting import gui_application
from ui.window import KioskWindow, Site

HOME = Session(devices=devices())
FEWEST_TURNS = 5


class KioskBench:
    """One window; `runtime.intents` is what the citizen did, `messages.warnings` what Qt complained about."""

    def __init__(self, session: Session = HOME, *, landscape: bool = False, site: Site | None = None) -> None:
        self.gui = gui_application()
        self.messages = QtMessages()
        self.messages.install()
        self.runtime = ShownRuntime(session)
        self.kiosk = KioskWindow(self.runtime, landscape=landscape, site=site)
        self.kiosk.reins.set("Theme", "reducedMotion", True)
        self.window = self.kiosk.window
        self.window.show()
        self.settle()

    def show(self, session: Session, seconds: float = 0.06) -> None:
        """Shows a session as it is when its screen has just been opened."""
        self.runtime.show(HOME)
        self.runtime.intents.clear()
        self.runtime.show(session)
        self.settle(seconds)

    def settle(self, seconds: float = 0.05) -> None:
        until = time.monotonic() + seconds
        patience = time.monotonic() + 30
        # On a busy computer the time is over after one turn, and what follows from a change takes some.
        turns = 0
        while (
            turns < FEWEST_TURNS
            or time.monotonic() < until
            or (pictures_loading(self.kiosk) and time.monotonic() < patience)
        ):
            turn(self.gui, 10)
            turns += 1
        # Held up for longer than that, the loop ends before what has come due meanwhile was done.
        for _ in range(2):
            turn(self.gui, 10)

    def laid_out(self) -> None:
        """Places and paints everything now, however busy the computer is; then what followed from that once more."""
        for _ in range(2):
            self.window.grabWindow()
            self.settle(0.01)

    def items(self) -> Iterator[QQuickItem]:
        yield from every_item(self.window.contentItem())

    def find(self, name: str) -> QQuickItem:
        """The shown item of that name; of several, the topmost."""
        found = [item for item in self.items() if item.objectName() == name and item.isVisible()]
        assert found, f"{name} is not shown; shown are {sorted(self.names())}"
        return found[-1]

    def names(self) -> set[str]:
        return {item.objectName() for item in self.items() if item.isVisible() and "." in item.objectName()}

    def rect(self, item: QQuickItem) -> QRectF:
        return QRectF(item.mapToScene(QPointF(0, 0)), item.size())

    def reveal(self, item: QQuickItem) -> None:
        """Scrolls what scrolls until the item's middle is seen."""
        area = item.parentItem()
        while area is not None:
            if area.inherits("QQuickFlickable"):
                inside, wanted = self.rect(area), self.rect(item)
                if not inside.contains(wanted.center()):
                    content = float(area.property("contentY")) + wanted.center().y() - inside.center().y()
                    most = max(0.0, float(area.property("contentHeight")) - area.height())
                    area.setProperty("contentY", min(max(0.0, content), most))
                    self.settle(0.02)
            area = area.parentItem()

    def middle(self, item: QQuickItem) -> QPoint:
        return self.rect(item).center().toPoint()

    def tap(self, name: str, seconds: float = 0.03) -> None:
        """Touches once; again only where a live button did not so much as notice, as a person would, and says so."""
        if not self._touch(name):
            item = self.find(name)
            print(f"{name} took no notice of a touch: {self.rect(item)}, grabbed by {self.window.mouseGrabberItem()}")
            self.settle(0.5)
            self._touch(name)
        self.settle(seconds)

    def _touch(self, name: str) -> bool:
        """Whether the touch was a click, or there is no button that could be clicked."""
        item = self.find(name)
        # A busy computer has perhaps not laid the screen out yet, and a finger aims at what it sees.
        self.window.grabWindow()
        self.reveal(item)
        button = can(item, "clicked()") and item.isEnabled()
        clicks = QSignalSpy(item, SIGNAL("clicked()")) if button else None
        QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, pos=self.middle(item))
        return clicks is None or clicks.count() > 0

    def press(self, name: str) -> None:
        QTest.mousePress(self.window, Qt.MouseButton.LeftButton, pos=self.middle(self.find(name)))
        self.settle(0.03)

    def release(self, name: str) -> None:
        QTest.mouseRelease(self.window, Qt.MouseButton.LeftButton, pos=self.middle(self.find(name)))
        self.settle(0.03)

    def type(self, text: str) -> None:
        """Types on the on-screen keyboard."""
        for letter in text:
            self.tap("key.space" if letter == " " else f"key.{letter}", 0.01)

    @property
    def did(self) -> list[tuple[str, dict[str, object]]]:
        """The intents without the bare touches."""
        return [one for one in self.runtime.intents if one[0] != "touched"]

    def close(self) -> None:
        self.kiosk.close()
        turn(self.gui, 20)
