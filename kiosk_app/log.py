"""Structured logs: JSON lines with event names from one list, never personal data."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any, Final, TextIO

import structlog

EVENTS: Final = frozenset(
    {
        "kiosk.started",
        "kiosk.stopped",
        "kiosk.intent_refused",
        "kiosk.effect_failed",
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
        "card.read",
        "card.failed",
        "scan.ended",
        "page.processed",
        "page.failed",
        "dossier.sealed",
        "dossier.acknowledged",
        "dossier.deferred",
        "dossier.refused",
        "slip.printed",
        "slip.not_printed",
        "slip.unknown",
        "session.ended",
        "staff.called",
        "service.online",
        "service.offline",
        "bench.started",
        "bench.stopped",
        "qt.message",
        "ui.exception",
        "speech.failed",
    }
)
"""Every event the kiosk process logs; a test compares this list with the code."""


def set_up(file: Path | None = None, level: int = logging.INFO) -> None:
    """Sends logs to `file` (appended, created with its folder) or to stderr."""
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        stream: TextIO = file.open("a", encoding="utf-8")
    else:
        stream = sys.stderr
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
    structlog.get_logger().info(event, **data)
