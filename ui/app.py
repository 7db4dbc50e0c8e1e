"""The kiosk's application: Qt on asyncio's loop, one window, and how it is run."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Final, Protocol, TypeVar

import qasync
from PySide6.QtCore import QLoggingCategory, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

from kiosk_app.log import log
from ui.messages import QtMessages
from ui.window import KioskWindow, Runtime, Site

T = TypeVar("T")
DOCK_WIDTH: Final = 480
DESK_GAP: Final = 24
FIRST_FRAME_S: Final = 2.0
GC_THRESHOLDS: Final = (2_000, 10, 10)


class StartedRuntime(Runtime, Protocol):
    """A runtime that the application starts and stops with itself."""

    async def start(self) -> None:
        """Begins to carry out effects and to report events."""

    async def stop(self) -> None:
        """Ends everything it started."""


def has_gpu(devices: Path = Path("/dev/dri")) -> bool:
    """Whether there is a render node; without one the software renderer beats OpenGL by far."""
    return any(devices.glob("renderD*"))


def gui_application() -> QGuiApplication:
    """The process's Qt application, made when there is none; before it the renderer is chosen."""
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    os.environ.setdefault("QT_ENABLE_HIGHDPI_SCALING", "0")  # design pixels are scaled by Theme
    # Without a GPU Qt waits 5 ms before a frame, for more changes to come; a touch is answered at once instead.
    os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
    # The keyboard on the screen is ours: no input method of the system or the compositor stands between it and the fields.
    os.environ.setdefault("QT_IM_MODULE", "none")
    if "QT_QUICK_BACKEND" not in os.environ and not has_gpu():
        QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    gui = QGuiApplication(["kiosk"])
    gui.setApplicationName("kiosk")
    gui.setQuitOnLastWindowClosed(False)
    # Scaling and multi-touch notes of the platform are no news for an operator.
    QLoggingCategory.setFilterRules("qt.qpa.*.debug=false")
    return gui


def desk_places(landscape: bool) -> tuple[QRect, QRect]:
    """Where the kiosk's window and the dock's stand side by side on this desk's screen, in pixels."""
    screen = gui_application().primaryScreen().availableGeometry()
    wide, high = (16, 9) if landscape else (9, 16)
    room = screen.adjusted(DESK_GAP, DESK_GAP, -DESK_GAP, -2 * DESK_GAP)
    height = min(room.height(), (room.width() - DOCK_WIDTH - DESK_GAP) * high // wide, 720 if landscape else 960)
    kiosk = QRect(room.left(), room.top(), height * wide // high, height)
    dock = QRect(kiosk.right() + DESK_GAP, room.top(), DOCK_WIDTH, min(room.height(), 960))
    return kiosk, dock


class KioskApp:
    """The application: `run()` shows the window, starts the runtime and stays until `quit()`."""

    def __init__(
        self,
        runtime: StartedRuntime,
        *,
        landscape: bool = False,
        windowed: bool = False,
        size: tuple[int, int] | None = None,
        site: Site | None = None,
    ) -> None:
        self.gui = gui_application()
        self.messages = QtMessages()
        self.messages.install()
        self.loop: asyncio.AbstractEventLoop = qasync.QEventLoop(self.gui)
        self.runtime = runtime
        self._windowed = windowed
        self.kiosk = KioskWindow(runtime, landscape=landscape, size=size, site=site)
        self._ended = asyncio.Event()

    @property
    def window(self) -> QQuickWindow:
        """The one window."""
        return self.kiosk.window

    def show(self) -> None:
        """Puts the window on the screen: whole and without a pointer on a kiosk, as a window on a desk."""
        if self._windowed:
            # On a desk the window closes like any other, and that ends the kiosk.
            self.window.setProperty("mayClose", True)
            self.window.visibleChanged.connect(self._window_closed)
            self.window.show()
        else:
            self.gui.setOverrideCursor(Qt.CursorShape.BlankCursor)
            self.window.showFullScreen()

    def _window_closed(self) -> None:
        if not self.window.isVisible():
            self.quit()

    async def until_quit(self) -> None:
        """Waits for `quit`; for a `play` that does something beside the kiosk."""
        await self._ended.wait()

    def quit(self) -> None:
        """Ends `run`, also one that is still starting. Nothing a citizen can touch leads here."""
        self._ended.set()

    def run(self, play: Awaitable[T] | None = None) -> T | None:
        """Shows the window, then starts the runtime; returns with what `play` returned, or None after `quit()`.

        What `play` or the runtime's start raises is raised here, after everything was stopped.
        """
        asyncio.set_event_loop(self.loop)
        try:
            return self.loop.run_until_complete(self._live(play))
        finally:
            self.kiosk.close()
            self.loop.close()
            asyncio.set_event_loop(None)

    async def _live(self, play: Awaitable[T] | None) -> T | None:
        self.show()
        await self._first_frame()
        work = asyncio.ensure_future(self._work(play))
        quit_asked = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait({work, quit_asked}, return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else None
        finally:
            for task in (work, quit_asked):
                task.cancel()
            await asyncio.gather(work, quit_asked, return_exceptions=True)
            if asyncio.iscoroutine(play):
                play.close()  # never begun when the start failed or was broken off
            await self.runtime.stop()

    async def _work(self, play: Awaitable[T] | None) -> T | None:
        await self.runtime.start()
        if play is not None:
            return await play
        await self._ended.wait()
        return None

    async def _first_frame(self) -> None:
        """Lets the home screen be painted before anything else wants the processor."""
        painted = asyncio.Event()
        times: list[float] = []

        def swapped() -> None:
            # With a GPU this is the renderer's thread.
            times.append(time.time())
            self.loop.call_soon_threadsafe(painted.set)

        connection = self.window.frameSwapped.connect(swapped)
        # A screen that is switched off paints nothing, and the kiosk runs all the same.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(painted.wait(), FIRST_FRAME_S)
        self.window.frameSwapped.disconnect(connection)
        # What start-up has made stays; from here on only what sessions leave is looked through.
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        if times:
            log("ui.first_frame", at=round(times[0], 4), seconds=round(times[0] - process_start(), 2))


def process_start() -> float:
    """When this process began, in Unix time, to a hundredth of a second."""
    ticks = int(Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()[19])
    boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return boot + ticks / os.sysconf("SC_CLK_TCK")


def build(
    runtime: StartedRuntime,
    *,
    landscape: bool = False,
    windowed: bool = False,
    size: tuple[int, int] | None = None,
    site: Site | None = None,
) -> KioskApp:
    """The application around a runtime that is not started yet.

    `size` in pixels, by default 1080 x 1920 or 1920 x 1080. Raises WindowError or ThemeError.
    """
    return KioskApp(runtime, landscape=landscape, windowed=windowed, size=size, site=site)
