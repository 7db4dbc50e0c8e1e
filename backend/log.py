"""Structured logs: JSON lines on standard error, event names from one list.

No event carries personal data, a dossier code, a look-up code or the text of an exception: an
exception's message may quote a value out of a manifest, so only its type and place are logged.
"""

from __future__ import annotations

import logging
import sys
import traceback
from enum import StrEnum
from pathlib import Path

import structlog


class Event(StrEnum):
    """Every event name this service may log."""

    STARTED = "service.started"
    STOPPED = "service.stopped"
    PKI_CREATED = "pki.created"
    CERTIFICATE_ISSUED = "pki.certificate_issued"
    CERTIFICATE_RENEWED = "pki.certificate_renewed"
    ENROLMENT_OFFERED = "enrolment.offered"
    ENROLMENT_USED = "enrolment.used"
    ENROLMENT_REFUSED = "enrolment.refused"
    KIOSK_REVOKED = "kiosk.revoked"
    REVOCATIONS_UNKNOWN = "kiosk.revocations_unknown"
    TLS_REFUSED = "tls.refused"
    REQUEST = "request"
    UNHANDLED = "request.unhandled"
    UPLOAD_CREATED = "upload.created"
    UPLOAD_RECEIVED = "upload.received"
    UPLOAD_INTERRUPTED = "upload.interrupted"
    UPLOAD_TERMINATED = "upload.terminated"
    UPLOAD_EXPIRED = "upload.expired"
    DOSSIER_RECEIVED = "dossier.received"
    DOSSIER_REPEATED = "dossier.repeated"
    DOSSIER_CONFLICT = "dossier.conflict"
    DOSSIER_REFUSED = "dossier.refused"
    DOSSIER_MOVED = "dossier.moved"
    DOSSIER_PAPERS = "dossier.papers_received"
    SUPPLEMENT_RECEIVED = "supplement.received"
    SUPPLEMENT_REPEATED = "supplement.repeated"
    SUPPLEMENT_REFUSED = "supplement.refused"
    MAIL_ASKED = "mail.asked"
    MAIL_SENT = "mail.sent"
    MAIL_FAILED = "mail.failed"
    MAIL_GIVEN_UP = "mail.given_up"
    TRACKING_MISS = "tracking.miss"
    TRACKING_LIMITED = "tracking.limited"
    DRAFT_SAVED = "draft.saved"
    DRAFT_OPENED = "draft.opened"
    DRAFT_DELETED = "draft.deleted"
    DRAFT_SUBMITTED = "draft.submitted"
    DRAFTS_ASKED = "draft.asked"
    DRAFTS_REMOVED = "draft.removed"
    PERSON_KEY_GIVEN = "person.key_given"
    PERSON_ASKED = "person.asked"
    PAYMENT_ASKED = "payment.asked"
    PAYMENT_HEARD = "payment.heard"
    HELP_CALL = "kiosk.help_call"
    FILES_REMOVED = "files.removed"
    CONTENT_REMOVED = "dossier.content_removed"
    HEARTBEAT = "kiosk.heartbeat"
    STAFF_CHANGED = "staff.changed"
    AUDIT_WRONG = "audit.wrong"
    AUDIT_ACCEPTED = "audit.accepted"
    SWEEP_FAILED = "sweep.failed"
    LIBRARY = "library"


def configure() -> None:
    """Send the records of libraries the same way; for the program's start, as it takes the root logger."""
    root = logging.getLogger()
    root.handlers[:] = [_LibraryHandler()]
    root.setLevel(logging.WARNING)


def _logger() -> structlog.typing.FilteringBoundLogger:
    # Built for each line: it is cheap, and nothing global is configured for whoever embeds the service.
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    return logger


def emit(event: Event, **fields: str | float | bool | list[str] | None) -> None:
    """Log one event with plain fields."""
    _logger().info(event.value, **fields)


def emit_error(event: Event, error: BaseException, **fields: str | float | None) -> None:
    """Log a failure by type and place, never by its message."""
    _logger().error(event.value, error=type(error).__name__, at=_place(error), **fields)


def _place(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[-6:]]


class _LibraryHandler(logging.Handler):
    """Records of libraries: level and logger always, the wording only where no argument is in it."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        _logger().log(
            record.levelno,
            Event.LIBRARY.value,
            logger_name=record.name,
            template=str(record.msg)[:200] if not error else None,
            error=type(error).__name__ if error else None,
            at=_place(error) if error else None,
        )
