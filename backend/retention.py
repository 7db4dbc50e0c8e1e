"""What is taken away in time: content of dossiers that ended long ago, bytes that no dossier needs, old counts of misses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from backend.limits import Guard
from backend.log import Event, emit
from backend.service import Service
from backend.settings import VIETNAM
from backend.storage.database import insert_new
from backend.storage.files import examine
from backend.storage.models import (
    Dossier,
    DossierFile,
    Draft,
    DraftEnd,
    DraftFile,
    HistoryStep,
    Mail,
    StoredFile,
    Supplement,
)
from backend.workflow import Status

#: A dossier in one of these has come to its end.
ENDS = (Status.NOT_ACCEPTED.value, Status.STOPPED.value, Status.RESULT_RETURNED.value)
#: Bytes without a row are those of a dossier that is being received, or of a server that died while it was.
_FRESH = timedelta(days=1)
#: A draft that was opened somewhere is long submitted by then, out of the fullest outbox too.
_ENDS_KEPT = timedelta(days=400)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Fault:
    """A permanent file that is not what it should be. `kind` is missing or damaged."""

    sha256: str
    kind: str


def sweep(service: Service) -> tuple[int, int]:
    """Do all that is due; returns how many dossiers lost their content and how many files were deleted. Blocking."""
    Guard(service).sweep()
    if drafts := _outdated_drafts(service):
        emit(Event.DRAFTS_REMOVED, count=drafts)
    emptied = sum(_empty(service, dossier) for dossier in _outlived(service))
    files = sum(remove_unneeded(service, digest) for digest in _unneeded(service))
    return emptied, files + sum(_delete_orphan(service, name) for name in _orphans(service))


def verify(service: Service) -> Iterator[Fault]:
    """Read every permanent file and compare it with its SHA-256. Blocking, for as long as reading all of them takes."""
    with service.database.read() as session:
        listed = list(session.scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)))
    for digest in listed:
        try:
            found = examine(service.files.read(digest)).sha256
        except FileNotFoundError:
            yield Fault(digest, "missing")
            continue
        if found != digest:
            yield Fault(digest, "damaged")


def _outlived(service: Service) -> list[str]:
    days = service.settings.keep_finished_days
    if not days:
        return []
    last = select(func.max(HistoryStep.at)).where(HistoryStep.dossier_id == Dossier.id).scalar_subquery()
    ended = select(Dossier.id).where(Dossier.status.in_(ENDS), Dossier.content_removed_at.is_(None))
    with service.database.read() as session:
        return list(session.scalars(ended.where(last <= service.now() - timedelta(days=days))))


def _empty(service: Service, dossier: str) -> bool:
    """Remove what a citizen said; codes, receipt, names of the files and history stay."""
    with service.database.write() as session:
        row = session.get(Dossier, dossier, with_for_update=True)
        if row is None or row.content_removed_at is not None:
            return False
        row.manifest, row.person, row.content_removed_at = "{}", None, service.now()
        session.execute(update(Supplement).where(Supplement.dossier_id == dossier).values(manifest="{}"))
        if (mail := session.get(Mail, dossier)) is not None:
            mail.address = None
    emit(Event.CONTENT_REMOVED, dossier=dossier)
    return True


def _unneeded(service: Service) -> list[str]:
    with service.database.read() as session:
        return list(session.scalars(select(StoredFile.sha256).where(~_needed())))


def _outdated_drafts(service: Service) -> int:
    """Remove drafts whose last day is over, or of which a dossier was made; then who became which, when that is long ago."""
    now = service.now()
    with service.database.write() as session:
        over = or_(Draft.until < now.astimezone(VIETNAM).date(), Draft.lineage.in_(select(DraftEnd.lineage)))
        rows = session.scalars(select(Draft).where(over)).all()
        for row in rows:
            session.delete(row)
        session.execute(delete(DraftEnd).where(DraftEnd.ended_at < now - _ENDS_KEPT))
    return len(rows)


def _needed() -> ColumnElement[bool]:
    uses = select(DossierFile.id).join(Dossier, Dossier.id == DossierFile.dossier_id)
    return or_(
        uses.where(DossierFile.sha256 == StoredFile.sha256, Dossier.content_removed_at.is_(None)).exists(),
        select(DraftFile.draft_id).where(DraftFile.sha256 == StoredFile.sha256).exists(),
    )


def remove_unneeded(service: Service, digest: str) -> bool:
    """Delete permanent bytes that nothing refers to any more, and say whether that was so. Blocking."""
    with service.database.write() as session:
        # A dossier that is being received either holds the row now, and then needs it, or finds the bytes gone.
        row = session.scalar(select(StoredFile).where(StoredFile.sha256 == digest).with_for_update())
        if row is None or session.scalar(select(StoredFile.sha256).where(StoredFile.sha256 == digest, _needed())):
            return False
        service.files.remove(digest)
        session.delete(row)
    return True


def _orphans(service: Service) -> list[str]:
    settled = (service.now() - _FRESH).timestamp()
    old = [name for name, changed in service.files.kept() if changed < settled]
    with service.database.read() as session:
        known = set(session.scalars(select(StoredFile.sha256)))
    return [name for name in old if name not in known]


def _delete_orphan(service: Service, name: str) -> bool:
    if not _DIGEST.fullmatch(name):  # the second name of a file, left by a crash
        service.files.remove(name)
        return True
    with service.database.write() as session:
        # Taking the row first makes a dossier wait that is about to enter the same bytes; it then finds them gone.
        if not insert_new(session, StoredFile(sha256=name, bytes=0, kept_at=service.now())):
            return False
        service.files.remove(name)
        session.execute(delete(StoredFile).where(StoredFile.sha256 == name))
    return True
