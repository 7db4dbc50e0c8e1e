"""Receiving a dossier: verified, numbered and committed exactly once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from backend import person_token
from backend.codes import LOOKUP_LENGTH, random_code
from backend.contract import Manifest, ManifestFile, dossier_id, fingerprint, parse, read_json
from backend.log import Event, emit
from backend.problems import Problem, storage_problem
from backend.service import Service
from backend.settings import VIETNAM
from backend.storage.database import insert_new
from backend.storage.models import (
    DaySequence,
    DeskPaper,
    Dossier,
    DossierFile,
    HistoryStep,
    Mail,
    StoredFile,
    Upload,
)
from backend.tls import peer
from backend.workflow import WORDS, Status

_ATTEMPTS = 5
#: ISO 32000-2 7.5.2, and where readers look for it: among the first 1024 bytes.
_PDF = b"%PDF-"


class BytesGoneError(Exception):
    """Bytes that were there before the transaction are not any more."""


class Reception:
    """Takes manifests and answers receipts. All methods block."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def receive(self, dossier: str, body: bytes, kiosk_id: str) -> tuple[int, str]:
        """Receive one dossier and return HTTP status and receipt (JSON).

        201 the first time, 200 with the same receipt for the same fingerprint ever after.
        Raises Problem.
        """
        manifest = parse(Manifest, body)
        if manifest.kiosk_id != kiosk_id:
            raise Problem("KIOSK-MISMATCH")
        mark = fingerprint(body)
        for _ in range(_ATTEMPTS):
            if (receipt := self._known(dossier, mark)) is not None:
                emit(Event.DOSSIER_REPEATED, kiosk_id=kiosk_id, dossier=dossier)
                return 200, receipt
            self._check_procedure(manifest)
            try:
                self.keep_files(manifest.files, kiosk_id)
                receipt = self._record(dossier, manifest, body, mark)
            except (IntegrityError, BytesGoneError):
                continue  # another request was faster with this dossier, or the sweep with bytes that nobody had needed
            except Problem as problem:
                # The faster request has also taken the uploads away; its receipt is ours too.
                if problem.code == "UPLOAD-MISSING" and self._known(dossier, mark) is not None:
                    continue
                raise
            emit(
                Event.DOSSIER_RECEIVED,
                kiosk_id=kiosk_id,
                dossier=dossier,
                procedure=manifest.procedure.local_id,
                files=len(manifest.files),
                bytes=sum(file.bytes for file in manifest.files),
            )
            return 201, receipt
        raise RuntimeError("the dossier could not be numbered")

    def _known(self, dossier: str, mark: str) -> str | None:
        with self._service.database.read() as session:
            row = session.get(Dossier, dossier)
        if row is None:
            return None
        if not secrets.compare_digest(row.fingerprint, mark):
            emit(Event.DOSSIER_CONFLICT, dossier=dossier)
            raise Problem("DOSSIER-CONFLICT")
        return row.receipt

    def _check_procedure(self, manifest: Manifest) -> None:
        known = self._service.procedures.get(manifest.procedure.local_id)
        if known is not None and not known.received:
            raise Problem(
                "PROCEDURE-NOT-RECEIVED",
                vi=f"Thủ tục này hiện do {known.unit_vi} giải quyết. Quý khách không nộp tại Bộ.",
                en=f"{known.unit_en} now handles this procedure. Do not submit it here.",
            )

    def keep_files(self, files: Sequence[ManifestFile], kiosk_id: str) -> None:
        """Keep the uploads of a manifest, each verified by length and checksum; again does no harm. Raises Problem."""
        with self._service.database.read() as session:
            named = [upload_id(file.upload) for file in files]
            owned = set(session.scalars(select(Upload.id).where(Upload.owner == kiosk_id, Upload.id.in_(named))))
        checked: dict[str, str] = {}
        for position, file in enumerate(files):
            upload, where = upload_id(file.upload), [f"files.{position}"]
            if upload not in owned:
                raise Problem("UPLOAD-MISSING", where)
            try:
                content = self._service.files.examine(upload)
                if (content.length, content.sha256) != (file.bytes, file.sha256):
                    raise Problem(self._fault(upload, content.length), where)
                if _PDF not in content.head:
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

    def _record(self, dossier: str, manifest: Manifest, body: bytes, mark: str) -> str:
        uploads = {upload_id(file.upload) for file in manifest.files}
        now = self._service.now()
        with self._service.database.write() as session:
            taken = select(Dossier.id).where(Dossier.kiosk_reference == manifest.kiosk_reference)
            other = session.scalar(taken)
            if other is not None and other != dossier:
                raise Problem("DOSSIER-CONFLICT", ["kiosk_reference"])
            self.enter_files(session, manifest.files, now)
            code = self._next_code(session, now)
            row = _row(dossier, manifest, body, mark, code, now)
            row.person = person_token.token(self._service.person_key, manifest.applicant.identity_number)
            settings = self._service.settings
            session.add(row)
            session.flush()
            session.add(
                HistoryStep(
                    dossier_id=dossier,
                    position=1,
                    status=Status.NEWLY_REGISTERED.value,
                    at=now,
                    unit_vi=settings.unit_vi,
                    unit_en=settings.unit_en,
                )
            )
            if manifest.receipt_mail is not None:
                session.add(Mail(dossier_id=dossier, state="waiting", attempts=0, due_at=now))
            session.execute(delete(Upload).where(Upload.id.in_(uploads)))
        # Committed: the uploads' names are of no more use (the next sweep takes a forgotten one).
        for upload in uploads:
            self._service.files.remove_upload(upload)
        return row.receipt

    def enter_files(self, session: Session, files: Sequence[ManifestFile], now: datetime) -> None:
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

    def _next_code(self, session: Session, now: datetime) -> str:
        local = now.astimezone(VIETNAM)
        day = local.strftime("%Y%m%d")
        # The update locks the day's row, so that two transactions cannot read the same number.
        advance = update(DaySequence).where(DaySequence.day == day).values(last=DaySequence.last + 1)
        number = session.scalar(advance.returning(DaySequence.last))
        if number is None:
            insert_new(session, DaySequence(day=day, last=0))
            number = session.scalars(advance.returning(DaySequence.last)).one()
        pattern = self._service.settings.dossier_code_pattern
        return pattern.format(yyyymmdd=day, yymmdd=day[2:], seq=number)


def rfc3339(moment: datetime) -> str:
    """A moment in Viet Nam's time, to the second."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def upload_id(location: str) -> str:
    """The upload that a manifest names by its place."""
    return location.rpartition("/")[2]


def _row(dossier: str, manifest: Manifest, body: bytes, mark: str, code: str, now: datetime) -> Dossier:
    lookup, words = random_code(LOOKUP_LENGTH), WORDS[Status.NEWLY_REGISTERED]
    receipt = {
        "uuid": dossier,
        "dossier_code": code,
        "lookup_code": lookup,
        "kiosk_reference": manifest.kiosk_reference,
        "status": {
            "code": Status.NEWLY_REGISTERED.value,
            "vi": words.vi,
            "en": words.en,
        },
        "received_at": rfc3339(now),
    }
    return Dossier(
        id=dossier,
        fingerprint=mark,
        dossier_code=code,
        lookup_code=lookup,
        kiosk_id=manifest.kiosk_id,
        kiosk_reference=manifest.kiosk_reference,
        procedure_local_id=manifest.procedure.local_id,
        procedure_code=manifest.procedure.code,
        procedure_name_vi=manifest.procedure.name_vi,
        procedure_name_en=manifest.procedure.name_en,
        channel=manifest.channel,
        assisted=manifest.assisted,
        manifest=body.decode("utf-8"),
        receipt=json.dumps(receipt, ensure_ascii=False),
        received_at=now,
        status=Status.NEWLY_REGISTERED.value,
        assurance=manifest.applicant.assurance,
        desk_papers=[
            DeskPaper(
                position=position,
                component=paper.component,
                component_name_vi=paper.component_name_vi,
                originals=paper.originals,
                copies=paper.copies,
            )
            for position, paper in enumerate(manifest.at_desk)
        ],
        files=[
            DossierFile(
                position=position,
                component=file.component,
                component_name_vi=file.component_name_vi,
                name=file.name,
                pages=file.pages,
                bytes=file.bytes,
                sha256=file.sha256,
            )
            for position, file in enumerate(manifest.files)
        ],
    )


def router(service: Service, recorded: Callable[[], None]) -> APIRouter:
    """The route that receives dossiers; calls `recorded` after each new one."""
    routes = APIRouter()
    reception = Reception(service)

    @routes.put("/v1/dossiers/{uuid}")
    async def put(uuid: str, request: Request) -> Response:
        kiosk_id = peer(request)
        dossier = dossier_id(uuid)
        body = await read_json(request, service.settings.max_manifest_bytes)
        try:
            status, receipt = await run_in_threadpool(reception.receive, dossier, body, kiosk_id)
        except Problem as problem:
            if problem.kind.status == 422:
                emit(
                    Event.DOSSIER_REFUSED,
                    kiosk_id=kiosk_id,
                    dossier=dossier,
                    code=problem.code,
                )
            raise
        except OSError as error:
            raise storage_problem(error) from None
        if status == 201:
            recorded()
        return Response(receipt, status, media_type="application/json")

    return routes
