"""Receiving what a kiosk hands in: its files verified and kept, and one receipt however often it is sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.contract import ManifestFile, UploadedFile
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.storage.database import insert_new
from backend.storage.models import Dossier, DossierFile, Draft, StoredFile, Supplement, Upload

_Received = TypeVar("_Received", Dossier, Supplement, Draft)

_ATTEMPTS = 5
#: ISO 32000-2 7.5.2, and where readers look for it: among the first 1024 bytes.
_PDF = b"%PDF-"


class BytesGoneError(Exception):
    """Bytes that were there before the transaction are not any more."""


class Reception:
    """What receiving a dossier, a supplement and a draft have in common. All methods block."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def once(self, kind: type[_Received], key: str, mark: str, record: Callable[[], str]) -> tuple[int, str]:
        """HTTP status and receipt (JSON) of the row with this key.

        201 with what `record` commits and returns, 200 with the same for the same fingerprint ever after. Raises Problem.
        """
        for _ in range(_ATTEMPTS):
            if (receipt := self._known(kind, key, mark)) is not None:
                return 200, receipt
            try:
                return 201, record()
            except (IntegrityError, BytesGoneError):
                continue  # another request was faster with this one, or the sweep with bytes that nobody had needed
            except Problem:
                # The faster request has taken the uploads away and moved the dossier on; its receipt is ours too.
                if self._known(kind, key, mark) is None:
                    raise
        raise RuntimeError("it could not be recorded")

    def _known(self, kind: type[_Received], key: str, mark: str) -> str | None:
        with self._service.database.read() as session:
            row = session.get(kind, key)
        if row is None:
            return None
        if not secrets.compare_digest(row.fingerprint, mark):
            emit(Event.DOSSIER_CONFLICT, dossier=key)
            raise Problem("DOSSIER-CONFLICT")
        return row.receipt

    def keep_files(self, files: Sequence[UploadedFile], kiosk_id: str, first: bytes = _PDF) -> None:
        """Keep the uploads of a manifest, each verified by length and checksum; again does no harm.

        `first` has to be among the first bytes of each. Raises Problem.
        """
        with self._service.database.read() as session:
            owned = set(
                session.scalars(select(Upload.id).where(Upload.owner == kiosk_id, Upload.id.in_(_uploads(files))))
            )
        checked: dict[str, str] = {}
        for position, file in enumerate(files):
            upload, where = _upload(file), [f"files.{position}"]
            if upload not in owned:
                raise Problem("UPLOAD-MISSING", where)
            try:
                content = self._service.files.examine(upload)
                if (content.length, content.sha256) != (file.bytes, file.sha256):
                    raise Problem(self._fault(upload, content.length), where)
                if first not in content.head:
                    raise Problem("FILE-NOT-PDF", where)
                checked[upload] = content.sha256
            except FileNotFoundError:
                raise Problem("UPLOAD-MISSING", where) from None
        # Nothing is kept of a dossier of which one file is refused.
        for upload, digest in checked.items():
            try:
                self._service.files.keep(upload, digest)
            except FileNotFoundError:
                raise Problem("UPLOAD-MISSING") from None

    def _fault(self, upload: str, length: int) -> str:
        with self._service.database.read() as session:
            row = session.get(Upload, upload)
        complete = row is not None and row.length == length
        return "UPLOAD-HASH-MISMATCH" if complete else "UPLOAD-MISSING"

    @contextmanager
    def transaction(self, files: Sequence[UploadedFile]) -> Iterator[Session]:
        """A transaction that uses up the uploads of a manifest."""
        uploads = _uploads(files)
        with self._service.database.write() as session:
            yield session
            session.execute(delete(Upload).where(Upload.id.in_(uploads)))
        # Committed: the uploads' names are of no more use (the next sweep takes a forgotten one).
        for upload in uploads:
            self._service.files.remove_upload(upload)

    def enter_files(self, session: Session, files: Sequence[UploadedFile], now: datetime) -> None:
        """Refer to the permanent files in this transaction, so that no retention takes them away from under it.

        Raises BytesGoneError when a sweep was faster; then everything has to be kept anew.
        """
        sizes = {file.sha256: file.bytes for file in files}
        locked = select(StoredFile.sha256).where(StoredFile.sha256.in_(sizes)).order_by(StoredFile.sha256)
        known = set(session.scalars(locked.with_for_update()))
        for digest in sorted(set(sizes) - known):
            insert_new(session, StoredFile(sha256=digest, bytes=sizes[digest], kept_at=now))
            # Whoever deletes bytes holds their row until they are gone; from here on nobody can.
            if not self._service.files.holds(digest):
                raise BytesGoneError


def file_row(position: int, file: ManifestFile, supplement: str | None = None) -> DossierFile:
    """A file of a manifest as a row of its dossier."""
    return DossierFile(
        position=position,
        component=file.component,
        component_name_vi=file.component_name_vi,
        name=file.name,
        pages=file.pages,
        bytes=file.bytes,
        sha256=file.sha256,
        supplement_id=supplement,
    )


def _uploads(files: Sequence[UploadedFile]) -> set[str]:
    return {_upload(file) for file in files}


def _upload(file: UploadedFile) -> str:
    """The upload that a manifest names by its place."""
    return file.upload.rpartition("/")[2]
