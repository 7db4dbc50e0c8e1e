"""The ends of the kiosks' audit logs: an end that goes back, or is another with as many entries, is told for ever after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.log import Event, emit
from backend.service import Service
from backend.storage.database import insert_new
from backend.storage.models import AuditEnd, AuditHead

BACK: Final = "back"
FORKED: Final = "forked"


class UnknownKioskError(Exception):
    """No kiosk of this id has told the end of its log. `code` is KIOSK-NOT-FOUND."""

    code = "KIOSK-NOT-FOUND"


def note(session: Session, told: Mapping[str, tuple[int, str]], now: datetime) -> None:
    """Compare what some kiosks say of the ends of their logs, entries and hash, with what they said before; keep it.

    An end may only go on. One that is wrong is kept as a warning until an administrator has looked (`accept`).
    """
    if not told:
        return
    known = {row.kiosk_id: row for row in session.scalars(select(AuditEnd).where(AuditEnd.kiosk_id.in_(sorted(told))))}
    for kiosk_id, (entries, head) in told.items():
        row = known.get(kiosk_id)
        if row is None:
            insert_new(session, AuditEnd(kiosk_id=kiosk_id, entries=entries, head=head, at=now, warning=None))
            _remember(session, kiosk_id, entries, head, now)
        elif entries > row.entries:
            row.entries, row.head, row.at = entries, head, now
            _remember(session, kiosk_id, entries, head, now)
        elif (entries, head) != (row.entries, row.head) and row.warning is None:
            row.warning = BACK if entries < row.entries else FORKED
            row.warned_at, row.told_entries, row.told_head = now, entries, head
            emit(Event.AUDIT_WRONG, kiosk_id=kiosk_id, warning=row.warning, entries=entries, known=row.entries)


def _remember(session: Session, kiosk_id: str, entries: int, head: str, now: datetime) -> None:
    insert_new(session, AuditHead(kiosk_id=kiosk_id, entries=entries, head=head, at=now))


def ends(service: Service) -> Sequence[AuditEnd]:
    """The end of each kiosk's log, by kiosk. Blocking."""
    with service.database.read() as session:
        return list(session.scalars(select(AuditEnd).order_by(AuditEnd.kiosk_id)))


def heads(service: Service, kiosk_id: str) -> Sequence[AuditHead]:
    """Every end that a kiosk's log has had when it said so, oldest first. Blocking. Raises UnknownKioskError."""
    with service.database.read() as session:
        found = list(
            session.scalars(select(AuditHead).where(AuditHead.kiosk_id == kiosk_id).order_by(AuditHead.entries))
        )
    if not found:
        raise UnknownKioskError(kiosk_id)
    return found


def accept(service: Service, kiosk_id: str) -> None:
    """An administrator knows why, a new disk for example: the log begins for us with what the kiosk said last.

    Blocking. Raises UnknownKioskError.
    """
    with service.database.write() as session:
        row = session.get(AuditEnd, kiosk_id, with_for_update=True)
        if row is None:
            raise UnknownKioskError(kiosk_id)
        if row.warning is not None:
            row.entries, row.head = row.told_entries or 0, row.told_head or row.head
            row.warning = row.warned_at = row.told_entries = row.told_head = None
            for head in session.scalars(select(AuditHead).where(AuditHead.kiosk_id == kiosk_id)):
                session.delete(head)
    emit(Event.AUDIT_ACCEPTED, kiosk_id=kiosk_id)
