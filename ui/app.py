"""The kiosk's application: Qt on asyncio's loop, one window, and how it is run."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import Awaitable
from typing import Final, Protocol, TypeVar

from PySide6.QtQuick import QQuickWindow

from kiosk_app.log import log
from ui.loop import event_loop
from ui.messages import QtMessages
from ui.starting import StartingWindow, gui_application, process_start
from ui.window import KioskWindow, Runtime, Site

T = TypeVar("T")
FIRST_FRAME_S: Final = 2.0
GC_THRESHOLDS: Final = (2_000, 10, 10)


class StartedRuntime(Runtime, Protocol):
    """A runtime that the application starts and stops with itself."""

    async def start(self) -> None:
        """Begins to carry out effects and to report events."""

    async def stop(self) -> None:
        """Ends everything it started."""


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
        start: StartingWindow | None = None,
    ) -> None:
        self.gui = gui_application()
        self.messages = QtMessages()
        self.messages.install()
        self.loop: asyncio.AbstractEventLoop = event_loop(self.gui)
        self.runtime = runtime
        self._windowed = windowed
        self.kiosk = KioskWindow(runtime, landscape=landscape, size=size, site=site, start=start)
        self._ended = asyncio.Event()
        self._home_painted = asyncio.Event()
        self._home_at: float | None = None
        # Not later: a window that is on the screen already may be painted before anything in the loop has its turn.
        self._swaps = self.window.frameSwapped.connect(self._swapped)

    @property
    def window(self) -> QQuickWindow:
        """The one window."""
        return self.kiosk.window

    def show(self) -> None:
        """Puts the window on the screen, where it is not there yet with its starting picture."""
        if not self.window.isVisible():
            self.kiosk.start.show(windowed=self._windowed)
        if self._windowed:
            # On a desk the window closes like any other, and that ends the kiosk.
            self.window.setProperty("mayClose", True)
            self.window.visibleChanged.connect(self._window_closed)

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
        await self._home_shown()
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

    async def _home_shown(self) -> None:
        """Lets the home screen be painted before anything else wants the processor."""
        # A screen that is switched off paints nothing, and the kiosk runs all the same.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_FRAME_S):
                await self._home_painted.wait()
        self.window.frameSwapped.disconnect(self._swaps)
        # What start-up has made stays; from here on only what sessions leave is looked through.
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        began, first, home = process_start(), self.kiosk.start.painted_at, self._home_at
        if first is not None:
            log("ui.first_frame", at=round(first, 4), seconds=round(first - began, 2))
        if home is not None:
            log("ui.home_shown", at=round(home, 4), seconds=round(home - began, 2))

    def _swapped(self) -> None:
        # With a GPU this is the renderer's thread.
        if self._home_at is None:
            self._home_at = time.time()
            self.loop.call_soon_threadsafe(self._home_painted.set)


def build(
    runtime: StartedRuntime,
    *,
    landscape: bool = False,
    windowed: bool = False,
    size: tuple[int, int] | None = None,
    site: Site | None = None,
    start: StartingWindow | None = None,
) -> KioskApp:
    """The application around a runtime that is not started yet, in the window of `start` or in one of its own.

    `size` in pixels, by default 1080 x 1920 or 1920 x 1080. Raises WindowError or ThemeError.
    """
    return KioskApp(runtime, landscape=landscape, windowed=windowed, size=size, site=site, start=start)
