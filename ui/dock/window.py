"""The dock's window and its life: Qt on asyncio's loop, the words, and the line to the server."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import PySide6.QtQuick  # noqa: F401  # QML's windows arrive as QObjects unless this is known
from PySide6.QtCore import QLoggingCategory, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from ui import theme
from ui.dock.desk import Desk
from ui.dock.link import DockLink
from ui.dock.words import LANGUAGES, words
from ui.loop import event_loop
from ui.messages import QtMessages

MAIN: Final = theme.QML_ROOT / "Dock" / "DockWindow.qml"
WIDTH: Final = 480
HEIGHT: Final = 960
TITLE_BAR: Final = 40
_GEOMETRY: Final = re.compile(r"(\d{2,5})x(\d{2,5})(?:([+-]\d{1,5})([+-]\d{1,5}))?\Z")


class DockWindowError(Exception):
    """The window cannot be shown; the text says why."""


@dataclass(frozen=True)
class Geometry:
    """Size and place of the window in pixels; without a place the window system chooses one."""

    width: int = WIDTH
    height: int = HEIGHT
    x: int | None = None
    y: int | None = None

    @classmethod
    def parse(cls, text: str) -> Geometry:
        """Reads WIDTHxHEIGHT or WIDTHxHEIGHT+X+Y. Raises ValueError."""
        match = _GEOMETRY.match(text)
        if match is None:
            raise ValueError(f"not WIDTHxHEIGHT or WIDTHxHEIGHT+X+Y: {text}")
        width, height, x, y = match.groups()
        return cls(int(width), int(height), int(x) if x else None, int(y) if y else None)


def application() -> QGuiApplication:
    """The process's Qt application; a small window is drawn fastest, and everywhere, without a GPU."""
    gui = QGuiApplication.instance()
    if not isinstance(gui, QGuiApplication):
        os.environ.setdefault("QT_QUICK_BACKEND", "software")
        gui = QGuiApplication(["kiosk-dock"])
        gui.setApplicationName("kiosk-dock")
        QLoggingCategory.setFilterRules("qt.qpa.*.debug=false")
    # The line is closed in order after the window; Qt would stop the loop at once.
    gui.setQuitOnLastWindowClosed(False)
    return gui


def _screen_height() -> int:
    """What the display has room for under a title bar, pixels."""
    return QGuiApplication.primaryScreen().availableGeometry().height() - TITLE_BAR


class DockWindow:
    """One window on the dock at host:port. `start` and `stop` are called on a running loop."""

    def __init__(self, address: str, language: str = "vi", geometry: Geometry | None = None) -> None:
        place = geometry or Geometry(height=min(HEIGHT, _screen_height()))
        self.closed = asyncio.Event()
        self.engine = QQmlApplicationEngine()
        theme.install(self.engine, language=language)
        self._strings = theme.singleton(self.engine, "Tr")
        self._language = language
        self._speak()
        self.desk = Desk(address, self._switch_language, self.engine)
        self.link = DockLink(address, self.desk.told, self.desk.lost)
        self.desk.use(self.link)
        theme.singleton(self.engine, "App").setProperty("vm", self.desk)
        start: dict[str, object] = {"width": place.width, "height": place.height}
        if place.x is not None and place.y is not None:
            start |= {"x": place.x, "y": place.y}
        self.engine.setInitialProperties(start)
        self.engine.load(QUrl.fromLocalFile(str(MAIN)))
        roots = self.engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise DockWindowError(f"{Path(MAIN).name} cannot be loaded")
        self.window: QQuickWindow = roots[0]
        self.window.visibleChanged.connect(self._seen)

    def start(self) -> None:
        """Shows the window and looks for the server."""
        self.window.show()
        self.link.start()

    async def stop(self) -> None:
        """Ends the line and closes the window; the devices stay as they are."""
        await self.link.stop()
        self.window.close()
        self.engine.deleteLater()

    def _seen(self, visible: bool) -> None:
        if not visible:
            self.closed.set()

    def _switch_language(self) -> None:
        self._language = next(name for name in LANGUAGES if name != self._language)
        self._speak()

    def _speak(self) -> None:
        self._strings.setProperty("language", self._language)
        self._strings.setProperty("table", words(self._language))


def run(address: str, language: str = "vi", geometry: Geometry | None = None) -> None:
    """Shows the dock until its window is closed or the process is asked to end. Raises DockWindowError, ThemeError."""
    gui = application()
    QtMessages().install()
    loop = event_loop(gui)
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(_live(address, language, geometry))
    finally:
        loop.close()
        asyncio.set_event_loop(None)


async def _live(address: str, language: str, geometry: Geometry | None) -> None:
    dock = DockWindow(address, language, geometry)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, dock.closed.set)
    dock.start()
    try:
        await dock.closed.wait()
    finally:
        await dock.stop()
