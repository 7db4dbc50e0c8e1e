"""Receiving a dossier: verified, numbered and committed exactly once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from backend import drafts, person_token
from backend.codes import LOOKUP_LENGTH, random_code
from backend.contract import Manifest, dossier_id, fingerprint, parse, read_json
from backend.log import Event, emit
from backend.problems import Problem, storage_problem
from backend.reception import Reception, file_row
from backend.service import Service
from backend.settings import VIETNAM, rfc3339
from backend.storage.database import insert_new
from backend.storage.models import (
    DaySequence,
    DeskPaper,
    Dossier,
    HistoryStep,
    Mail,
)
from backend.tls import peer
from backend.workflow import Status, named


class Dossiers:
    """Takes manifests and answers receipts. All methods block."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._reception = Reception(service)

    def receive(self, dossier: str, body: bytes, kiosk_id: str) -> tuple[int, str]:
        """Receive one dossier and return HTTP status and receipt (JSON).

        201 the first time, 200 with the same receipt for the same fingerprint ever after.
        Raises Problem.
        """
        manifest = parse(Manifest, body)
        if manifest.kiosk_id != kiosk_id:
            raise Problem("KIOSK-MISMATCH")
        mark = fingerprint(body)

        def record() -> str:
            self._check_procedure(manifest)
            self._reception.keep_files(manifest.files, kiosk_id)
            return self._record(dossier, manifest, body, mark)

        status, receipt = self._reception.once(Dossier, dossier, mark, record)
        if status == 200:
            emit(Event.DOSSIER_REPEATED, kiosk_id=kiosk_id, dossier=dossier)
        else:
            emit(
                Event.DOSSIER_RECEIVED,
                kiosk_id=kiosk_id,
                dossier=dossier,
                procedure=manifest.procedure.local_id,
                files=len(manifest.files),
                bytes=sum(file.bytes for file in manifest.files),
            )
        return status, receipt

    def _check_procedure(self, manifest: Manifest) -> None:
        known = self._service.procedures.get(manifest.procedure.local_id)
        if known is not None and not known.received:
            raise Problem(
                "PROCEDURE-NOT-RECEIVED",
                vi=f"Thủ tục này hiện do {known.unit_vi} giải quyết. Quý khách không nộp tại Bộ.",
                en=f"{known.unit_en} now handles this procedure. Do not submit it here.",
            )

    def _record(self, dossier: str, manifest: Manifest, body: bytes, mark: str) -> str:
        now = self._service.now()
        with self._reception.transaction(manifest.files) as session:
            taken = select(Dossier.id).where(Dossier.kiosk_reference == manifest.kiosk_reference)
            other = session.scalar(taken)
            if other is not None and other != dossier:
                raise Problem("DOSSIER-CONFLICT", ["kiosk_reference"])
            self._reception.enter_files(session, manifest.files, now)
            code = self._next_code(session, now)
            row = _row(dossier, manifest, body, mark, code, now)
            row.person = person_token.token(self._service.person_key, manifest.applicant.identity_number)
            settings = self._service.settings
            if manifest.draft is not None:
                drafts.end(session, manifest.draft, row.person, dossier, now)
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
        return row.receipt

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


def _row(dossier: str, manifest: Manifest, body: bytes, mark: str, code: str, now: datetime) -> Dossier:
    lookup = random_code(LOOKUP_LENGTH)
    receipt = {
        "uuid": dossier,
        "dossier_code": code,
        "lookup_code": lookup,
        "kiosk_reference": manifest.kiosk_reference,
        "status": named(Status.NEWLY_REGISTERED),
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
        files=[file_row(position, file) for position, file in enumerate(manifest.files)],
    )


def router(service: Service, recorded: Callable[[], None]) -> APIRouter:
    """The route that receives dossiers; calls `recorded` after each new one."""
    routes = APIRouter()
    dossiers = Dossiers(service)

    @routes.put("/v1/dossiers/{uuid}")
    async def put(uuid: str, request: Request) -> Response:
        kiosk_id = peer(request)
        dossier = dossier_id(uuid)
        body = await read_json(request, service.settings.max_manifest_bytes)
        try:
            status, receipt = await run_in_threadpool(dossiers.receive, dossier, body, kiosk_id)
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
