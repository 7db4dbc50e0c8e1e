"""What Qt and QML complain about: kept for tests and written to the log."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from kiosk_app.log import log

_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
# The offscreen platform says this once; it says nothing about us.
_QUIET: Final = ("This plugin does not support",)
# An address that holds a picture holds somebody's page: it must never reach the log.
_HELD: Final = re.compile(r"data:[^\s\"']+")
_KEPT: Final = 500


class QtMessages:
    """Qt's message handler. `warnings` holds the last messages of level warning and above."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def install(self) -> None:
        """Becomes Qt's one handler."""
        qInstallMessageHandler(self._handle)

    def _handle(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        level = _LEVELS.get(kind, logging.WARNING)
        if any(message.startswith(known) for known in _QUIET):
            return
        message = _HELD.sub("data:...", message)
        if level >= logging.WARNING:
            self.warnings.append(message)
            del self.warnings[:-_KEPT]
        if level >= logging.INFO:
            severity = logging.getLevelName(level).lower()
            log("qt.message", severity=severity, text=message, file=context.file or "", line=context.line or 0)


def place(error: BaseException) -> str:
    """Where it was raised, as file:line: an exception's own words may hold what a citizen typed."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
