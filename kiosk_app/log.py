"""Structured logs: JSON lines with event names from one list, never personal data."""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, datetime
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
        "slip.not_drawn",
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
        "ui.home_shown",
        "speech.failed",
    }
)
"""Every event the kiosk process logs; a test compares this list with the code."""


_line: Final = threading.Lock()
_streams: Final[list[TextIO]] = []
"""Where lines go: the last that `set_up` named, and stderr before that."""


def set_up(file: Path | None = None) -> None:
    """Sends logs to `file` (appended, created with its folder) or to stderr. Raises OSError."""
    if file is None:
        _streams[:] = []
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    _streams[:] = [file.open("a", encoding="utf-8")]


def log(event: str, /, **data: Any) -> None:
    """One line. `data` holds ids, codes, counts and times only; what JSON does not know is written as Python names it."""
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    line = json.dumps({**data, "event": event, "level": "info", "timestamp": now}, ensure_ascii=False, default=repr)
    with _line:
        stream = _streams[-1] if _streams else sys.stderr
        stream.write(line + "\n")
        stream.flush()
