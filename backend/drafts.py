"""Drafts that citizens leave at one kiosk and open at another: sealed there, kept here, found by the person's token.

What a draft is of, and what is in it, this service cannot read: header and pieces are sealed under keys that a kiosk makes
from what it reads in the chip of the citizen's card. Deleting the row deletes the only copy of the key of the pieces.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import DraftManifest, PersonQuestion, dossier_id, fingerprint, parse, read_json
from backend.limits import Guard, questions_about_people
from backend.log import Event, emit
from backend.problems import Problem, storage_problem
from backend.reception import Reception
from backend.retention import remove_unneeded
from backend.service import Service
from backend.settings import VIETNAM, rfc3339
from backend.storage.database import insert_new
from backend.storage.models import Draft, DraftEnd, DraftFile
from backend.tls import peer

_MAX_QUESTION = 1024
_MAX_BODY = 128 * 1024
_SEALED = b"KSF1"
_PERSON = re.compile(r"[0-9a-f]{64}")
_POSITION = re.compile(r"0|[1-9][0-9]{0,2}")


class Drafts:
    """Keeps, tells, gives out and deletes drafts. All methods block."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._reception = Reception(service)

    def save(self, draft: str, body: bytes, kiosk_id: str) -> tuple[int, str]:
        """Keep one draft and return HTTP status and receipt (JSON); repeated, the same. Raises Problem."""
        manifest = parse(DraftManifest, body)
        if manifest.kiosk_id != kiosk_id:
            raise Problem("KIOSK-MISMATCH")
        if sum(file.bytes for file in manifest.files) > self._service.settings.max_draft_bytes:
            raise Problem("REQUEST-TOO-LARGE")

        def record() -> str:
            self._reception.keep_files(manifest.files, kiosk_id, _SEALED)
            return self._record(draft, manifest, fingerprint(body))

        return self._reception.once(Draft, draft, fingerprint(body), record)

    def _record(self, draft: str, manifest: DraftManifest, mark: str) -> str:
        now = self._service.now()
        with self._reception.transaction(manifest.files) as session:
            if session.get(DraftEnd, manifest.lineage) is not None:
                raise Problem("DRAFT-SUBMITTED")
            self._make_room(session, manifest)
            self._reception.enter_files(session, manifest.files, now)
            until = now.astimezone(VIETNAM).date() + timedelta(days=self._service.settings.draft_days)
            receipt = {"uuid": draft, "saved_at": rfc3339(now), "until": until.isoformat()}
            row = Draft(
                id=draft,
                fingerprint=mark,
                kiosk_id=manifest.kiosk_id,
                person=manifest.person,
                slot=manifest.slot,
                lineage=manifest.lineage,
                header=manifest.header,
                receipt=json.dumps(receipt),
                saved_at=now,
                until=until,
                files=[
                    DraftFile(position=position, bytes=file.bytes, sha256=file.sha256)
                    for position, file in enumerate(manifest.files)
                ],
            )
            session.add(row)
        return row.receipt

    def _make_room(self, session: Session, manifest: DraftManifest) -> None:
        """Take away the draft that is replaced. Raises Problem DRAFT-EXISTS, DRAFTS-TOO-MANY."""
        mine = select(Draft).where(Draft.person == manifest.person, Draft.slot == manifest.slot)
        present = session.scalar(mine.with_for_update())
        if present is not None:
            if present.id != manifest.replaces and present.until >= self._today():
                raise Problem("DRAFT-EXISTS")
            session.delete(present)
            session.flush()
            return
        count = session.scalar(select(func.count()).select_from(Draft).where(Draft.person == manifest.person)) or 0
        if count >= self._service.settings.max_drafts:
            raise Problem("DRAFTS-TOO-MANY")

    def of(self, person: str) -> list[dict[str, object]]:
        """A person's drafts that can be opened, newest first."""
        ended = select(DraftEnd.lineage)
        mine = (
            select(Draft)
            .where(Draft.person == person, Draft.until >= self._today(), Draft.lineage.not_in(ended))
            .order_by(Draft.saved_at.desc(), Draft.id)
        )
        with self._service.database.read() as session:
            return [_told(row) for row in session.scalars(mine)]

    def piece(self, draft: str, person: str, position: int) -> bytes:
        """One sealed piece. Raises Problem DRAFT-NOT-FOUND, for another person's too."""
        with self._service.database.read() as session:
            row = session.get(Draft, draft)
            found = session.get(DraftFile, (draft, position))
        if row is None or found is None or row.person != person or row.until < self._today():
            raise Problem("DRAFT-NOT-FOUND")
        try:
            return b"".join(self._service.files.read(found.sha256))
        except FileNotFoundError:  # deleted since
            raise Problem("DRAFT-NOT-FOUND") from None

    def delete(self, draft: str, person: str) -> bool:
        """Delete a draft: first its row, with the key, then its bytes. False when this person has none of that name."""
        with self._service.database.write() as session:
            row = session.get(Draft, draft, with_for_update=True)
            if row is None or row.person != person:
                return False
            digests = [file.sha256 for file in row.files]
            session.delete(row)
        for digest in digests:
            remove_unneeded(self._service, digest)
        return True

    def _today(self) -> date:
        return self._service.now().astimezone(VIETNAM).date()


def end(session: Session, lineage: str, person: str, dossier: str, now: datetime) -> None:
    """Within the transaction that receives a dossier: the draft that it was made from is no more.

    Raises Problem DRAFT-SUBMITTED when another dossier was made of it, REQUEST-INVALID when it is another person's; the
    bytes go with the next sweep.
    """
    rows = session.scalars(select(Draft).where(Draft.lineage == lineage)).all()
    if any(row.person != person for row in rows):
        raise Problem("REQUEST-INVALID", ["draft"])
    if not insert_new(session, DraftEnd(lineage=lineage, dossier_id=dossier, ended_at=now)):
        emit(Event.DRAFT_SUBMITTED, dossier=dossier)
        raise Problem("DRAFT-SUBMITTED")
    for row in rows:
        session.delete(row)


def _told(row: Draft) -> dict[str, object]:
    return {
        "uuid": row.id,
        "slot": row.slot,
        "lineage": row.lineage,
        "header": row.header,
        "saved_at": rfc3339(row.saved_at),
        "until": row.until.isoformat(),
        "files": [{"bytes": file.bytes, "sha256": file.sha256} for file in row.files],
    }


def _person(request: Request) -> str:
    values = request.headers.getlist("Kiosk-Person")
    if len(values) != 1 or not _PERSON.fullmatch(values[0]):
        raise Problem("REQUEST-INVALID", ["Kiosk-Person"])
    return values[0]


def router(service: Service) -> APIRouter:
    """The routes of drafts."""
    routes = APIRouter()
    drafts = Drafts(service)
    guard = Guard(service)

    @routes.put("/v1/drafts/{uuid}")
    async def put(uuid: str, request: Request) -> Response:
        kiosk_id = peer(request)
        draft = dossier_id(uuid)
        body = await read_json(request, _MAX_BODY)
        try:
            status, receipt = await run_in_threadpool(drafts.save, draft, body, kiosk_id)
        except OSError as error:
            raise storage_problem(error) from None
        emit(Event.DRAFT_SAVED, kiosk_id=kiosk_id, draft=draft, again=status == 200)
        return Response(receipt, status, media_type="application/json")

    @routes.delete("/v1/drafts/{uuid}")
    async def delete(uuid: str, request: Request) -> Response:
        kiosk_id = peer(request)
        draft, person = dossier_id(uuid), _person(request)
        if await run_in_threadpool(drafts.delete, draft, person):
            emit(Event.DRAFT_DELETED, kiosk_id=kiosk_id, draft=draft)
        # Gone is gone: who asks again after a lost answer is told the same.
        return Response(status_code=204)

    @routes.get("/v1/drafts/{uuid}/files/{position}")
    async def piece(uuid: str, position: str, request: Request) -> Response:
        kiosk_id = peer(request)
        draft, person = dossier_id(uuid), _person(request)
        if not _POSITION.fullmatch(position):
            raise Problem("REQUEST-INVALID", ["position"])
        content = await run_in_threadpool(drafts.piece, draft, person, int(position))
        emit(Event.DRAFT_OPENED, kiosk_id=kiosk_id, draft=draft, position=int(position))
        return Response(content, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})

    @routes.post("/v1/people/drafts")
    async def asked(request: Request) -> Response:
        kiosk_id = peer(request)
        question = parse(PersonQuestion, await read_json(request, _MAX_QUESTION))
        # Right ones count as well, as with one's own dossiers.
        await run_in_threadpool(guard.admit, kiosk_id, questions_about_people(service.settings, kiosk_id, "drafts"))
        found = await run_in_threadpool(drafts.of, question.person)
        emit(Event.DRAFTS_ASKED, kiosk_id=kiosk_id, found=len(found))
        answer = {"keep_days": service.settings.draft_days, "drafts": found}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return routes
