"""Asyncio on Qt's event loop, by qasync, without the Qt library of widgets that it asks for."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType
from typing import Final

from PySide6.QtGui import QGuiApplication

_WIDGETS: Final = "PySide6.QtWidgets"


def event_loop(gui: QGuiApplication) -> asyncio.AbstractEventLoop:
    """A new loop, turned by `gui`."""
    loop: asyncio.AbstractEventLoop = _qasync().QEventLoop(gui)
    return loop


def _qasync() -> ModuleType:
    """qasync takes one name from QtWidgets, the application's class, and only to ask for the one that there is.

    The library with that name in it needs five megabytes and eight milliseconds; its parent class answers as well.
    """
    if "qasync" not in sys.modules and _WIDGETS not in sys.modules:
        stand_in = ModuleType(_WIDGETS)
        stand_in.QApplication = QGuiApplication  # type: ignore[attr-defined]
        sys.modules[_WIDGETS] = stand_in
        try:
            import qasync
        finally:
            del sys.modules[_WIDGETS]
    import qasync

    module: ModuleType = qasync
    return module
