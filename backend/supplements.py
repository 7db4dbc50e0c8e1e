"""Receiving papers that a dossier asked for: verified and committed exactly once, and the clock runs on."""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from backend.codes import opened_by
from backend.contract import SupplementManifest, dossier_id, fingerprint, parse, read_json
from backend.desk import asked, enter_step, state_of
from backend.limits import Allowance, Guard
from backend.log import Event, emit
from backend.problems import Problem, storage_problem
from backend.reception import Reception, file_row
from backend.service import Service
from backend.settings import rfc3339
from backend.storage.models import Dossier, Supplement
from backend.tls import peer
from backend.workflow import Move, Status, apply, named


class WrongCodesError(Problem):
    """The dossier's codes do not fit together; answered as if no papers were awaited."""


class Supplements:
    """Takes supplements and answers receipts. All methods block."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._reception = Reception(service)

    def receive(self, supplement: str, body: bytes, kiosk_id: str) -> tuple[int, str]:
        """Receive one supplement and return HTTP status and receipt (JSON).

        201 the first time, 200 with the same receipt for the same fingerprint ever after.
        Raises Problem, WrongCodesError.
        """
        manifest = parse(SupplementManifest, body)
        if manifest.kiosk_id != kiosk_id:
            raise Problem("KIOSK-MISMATCH")
        mark = fingerprint(body)

        def record() -> str:
            self._check(manifest)
            self._reception.keep_files(manifest.files, kiosk_id)
            return self._record(supplement, manifest, body, mark)

        status, receipt = self._reception.once(Supplement, supplement, mark, record)
        if status == 200:
            emit(Event.SUPPLEMENT_REPEATED, kiosk_id=kiosk_id, supplement=supplement)
        else:
            emit(Event.SUPPLEMENT_RECEIVED, kiosk_id=kiosk_id, supplement=supplement, files=len(manifest.files))
        return status, receipt

    def _check(self, manifest: SupplementManifest) -> None:
        with self._service.database.read() as session:
            _check_awaited(opened_by(session, manifest.dossier_code, manifest.lookup_code), manifest)

    def _record(self, supplement: str, manifest: SupplementManifest, body: bytes, mark: str) -> str:
        with self._reception.transaction(manifest.files) as session:
            taken = select(Supplement.id).where(Supplement.kiosk_reference == manifest.kiosk_reference)
            if (other := session.scalar(taken)) is not None and other != supplement:
                raise Problem("DOSSIER-CONFLICT", ["kiosk_reference"])
            found = opened_by(session, manifest.dossier_code, manifest.lookup_code, locked=True)
            row = _check_awaited(found, manifest)
            self._reception.enter_files(session, manifest.files, self._service.now())
            last = row.history[-1]
            now = max(self._service.now(), last.at)
            state = apply(state_of(row), Move(Status.IN_PROCESSING, now), self._service.rules)
            # Whoever asked for the papers gets them.
            worked = [step for step in row.history if step.status == Status.IN_PROCESSING.value]
            unit = worked[-1] if worked else last
            enter_step(session, row, state, now, (unit.unit_vi, unit.unit_en))
            first = len(row.files)
            row.files.extend(file_row(first + at, file, supplement) for at, file in enumerate(manifest.files))
            receipt = json.dumps(
                {
                    "uuid": supplement,
                    "dossier_code": row.dossier_code,
                    "lookup_code": row.lookup_code,
                    "kiosk_reference": manifest.kiosk_reference,
                    "status": named(state.status),
                    "received_at": rfc3339(now),
                },
                ensure_ascii=False,
            )
            session.add(
                Supplement(
                    id=supplement,
                    dossier_id=row.id,
                    fingerprint=mark,
                    kiosk_id=manifest.kiosk_id,
                    kiosk_reference=manifest.kiosk_reference,
                    manifest=body.decode("utf-8"),
                    receipt=receipt,
                    received_at=now,
                )
            )
        return receipt


def _check_awaited(row: Dossier | None, manifest: SupplementManifest) -> Dossier:
    if row is None:
        raise WrongCodesError("SUPPLEMENT-NOT-AWAITED")
    if {paper.component for paper in asked(row)} != {file.component for file in manifest.files}:
        raise Problem("SUPPLEMENT-NOT-AWAITED")
    return row


def router(service: Service) -> APIRouter:
    """The route that receives supplements."""
    routes = APIRouter()
    supplements = Supplements(service)
    guard = Guard(service)

    def answer(supplement: str, body: bytes, kiosk_id: str) -> tuple[int, str]:
        counted = [Allowance(f"supplements of {kiosk_id}", service.settings.tracking_misses_per_minute, 60.0)]
        entered, guessed = guard.admit(kiosk_id, counted), False
        try:
            return supplements.receive(supplement, body, kiosk_id)
        except WrongCodesError:
            guessed = True
            raise
        finally:
            if not guessed:  # nor is it a guess where the service itself cannot record it
                guard.forgive(counted, entered)

    @routes.put("/v1/supplements/{uuid}")
    async def put(uuid: str, request: Request) -> Response:
        kiosk_id = peer(request)
        supplement = dossier_id(uuid)
        body = await read_json(request, service.settings.max_manifest_bytes)
        try:
            status, receipt = await run_in_threadpool(answer, supplement, body, kiosk_id)
        except Problem as problem:
            if problem.kind.status == 422:
                emit(Event.SUPPLEMENT_REFUSED, kiosk_id=kiosk_id, supplement=supplement, code=problem.code)
            raise
        except OSError as error:
            raise storage_problem(error) from None
        return Response(receipt, status, media_type="application/json")

    return routes
