"""Structured logs: JSON lines with event names from one list, never personal data."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO

EVENTS: Final = frozenset(
    {
        "kiosk.started",
        "kiosk.stopped",
        "kiosk.intent_refused",
        "kiosk.effect_failed",
        "kiosk.listener_failed",
        "flow.transition",
        "device.state",
        "device.deadline",
        "device.host_died",
        "device.breaker_open",
        "device.start_deadline",
        "device.flood",
        "device.bad_frame",
        "device.stderr",
        "device.silent",
        "device.host_failed",
        "device.listener_failed",
        "code.presented",
        "camera.not_shown",
        "card.doubted",
        "card.read",
        "card.failed",
        "scan.ended",
        "page.processed",
        "page.failed",
        "page.turned",
        "page.not_turned",
        "page.not_shown",
        "stack.placed",
        "papers.offered",
        "dossier.sealed",
        "dossier.acknowledged",
        "dossier.deferred",
        "dossier.refused",
        "dossier.own_asked",
        "draft.asked",
        "draft.not_asked",
        "draft.saved",
        "draft.not_saved",
        "draft.opened",
        "draft.not_opened",
        "draft.deleted",
        "draft.not_deleted",
        "checklist.printed",
        "checklist.not_printed",
        "checklist.voided",
        "checklist.seen",
        "checklist.unknown",
        "slip.printed",
        "slip.not_printed",
        "slip.voided",
        "slip.seen",
        "slip.unknown",
        "slip.mail_asked",
        "session.ended",
        "staff.called",
        "staff.not_called",
        "staff.call_over",
        "staff.call_taken_back",
        "assist.began",
        "assist.refused",
        "assist.ended",
        "practice.began",
        "practice.ended",
        "practice.refused",
        "staff.let_in",
        "staff.refused",
        "staff.left",
        "staff.accounts_unreadable",
        "staff.pins_not_told",
        "audit.failed",
        "device.restarted",
        "device.replaced",
        "device.taken_out",
        "device.put_back",
        "device.new_roll",
        "guide.ended",
        "bundle.written",
        "measures.written",
        "measures.cut",
        "device.tested",
        "readiness.tested",
        "readiness.printed",
        "service.online",
        "service.offline",
        "bench.started",
        "bench.stopped",
        "qt.message",
        "ui.exception",
        "ui.first_frame",
        "speech.failed",
    }
)
"""Every event the kiosk process logs; a test compares this list with the code."""


_waiting: Final[list[Callable[[], None]]] = []
"""What `set_up` asked for, until the first line is written: structlog takes as long to import as a frame to paint."""


def set_up(file: Path | None = None, level: int = logging.INFO) -> None:
    """Sends logs to `file` (appended, created with its folder) or to stderr."""
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        stream: TextIO = file.open("a", encoding="utf-8")
    else:
        stream = sys.stderr
    _waiting[:] = [partial(_configure, stream, level)]


def _configure(stream: TextIO, level: int) -> None:
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )


def log(event: str, /, **data: Any) -> None:
    """One line. `data` holds ids, codes, counts and times only."""
    import structlog

    while _waiting:
        _waiting.pop()()
    structlog.get_logger().info(event, **data)
