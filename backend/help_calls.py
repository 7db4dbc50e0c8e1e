"""Calls for an officer: which kiosk, at which step, in which language, and who is coming when; nothing of a citizen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import HelpCall as Call
from backend.contract import dossier_id, parse, read_json
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.settings import rfc3339
from backend.storage.database import insert_new
from backend.storage.models import HelpCall
from backend.tls import peer

CALLING, COMING, CANCELLED, DONE = "calling", "coming", "cancelled", "done"
_MAX_BODY = 4096


class UnknownCallError(Exception):
    """No open call has this id. `code` is HELP-CALL-NOT-FOUND."""

    code = "HELP-CALL-NOT-FOUND"


def call(service: Service, call_id: str, kiosk_id: str, said: Call) -> tuple[bool, HelpCall]:
    """Note a call and return whether it is new; one that is repeated stays as it stands. Blocking. Raises Problem."""
    if said.kiosk_id != kiosk_id:
        raise Problem("KIOSK-MISMATCH")
    now = service.now()
    row = HelpCall(
        id=call_id,
        kiosk_id=kiosk_id,
        step=said.step,
        language=said.language,
        state=CALLING,
        called_at=now,
        changed_at=now,
    )
    with service.database.write() as session:
        new = insert_new(session, row)
        known = session.get(HelpCall, call_id)
    if known is None or known.kiosk_id != kiosk_id:
        raise Problem("HELP-CALL-NOT-FOUND")
    return new, known


def find(service: Service, call_id: str, kiosk_id: str) -> HelpCall:
    """A kiosk's own call. Blocking. Raises Problem HELP-CALL-NOT-FOUND."""
    with service.database.read() as session:
        row = session.get(HelpCall, call_id)
    if row is None or row.kiosk_id != kiosk_id:
        raise Problem("HELP-CALL-NOT-FOUND")
    return row


def cancel(service: Service, call_id: str, kiosk_id: str) -> HelpCall:
    """Take a call back; one that is over stays as it is. Blocking. Raises Problem."""
    find(service, call_id, kiosk_id)
    return _change(service, call_id, CANCELLED, None) or find(service, call_id, kiosk_id)


def waiting(service: Service) -> Sequence[HelpCall]:
    """The open calls, oldest first. Blocking."""
    with service.database.read() as session:
        found = select(HelpCall).where(HelpCall.state.in_((CALLING, COMING))).order_by(HelpCall.called_at)
        return list(session.scalars(found))


def answer(service: Service, call_id: str, minutes: int | None) -> HelpCall:
    """An officer comes within `minutes`, or, without them, was there. Blocking. Raises UnknownCallError."""
    row = _change(service, call_id, DONE if minutes is None else COMING, minutes)
    if row is None:
        raise UnknownCallError(call_id)
    return row


def _change(service: Service, call_id: str, state: str, minutes: int | None) -> HelpCall | None:
    with service.database.write() as session:
        row = session.get(HelpCall, call_id, with_for_update=True)
        if row is None or row.state not in (CALLING, COMING):
            return None
        row.state, row.changed_at = state, service.now()
        row.expected_at = None if minutes is None else service.now() + timedelta(minutes=minutes)
    emit(Event.HELP_CALL, kiosk_id=row.kiosk_id, state=state)
    return row


def document(row: HelpCall) -> dict[str, str | None]:
    """The JSON object of the contract."""
    return {
        "state": row.state,
        "called_at": rfc3339(row.called_at),
        "expected_at": rfc3339(row.expected_at) if row.expected_at else None,
    }


def router(service: Service) -> APIRouter:
    """The kiosk's routes."""
    routes = APIRouter()

    @routes.put("/v1/help-calls/{uuid}")
    async def put(uuid: str, request: Request) -> Response:
        kiosk_id = peer(request)
        call_id = dossier_id(uuid)
        said = parse(Call, await read_json(request, _MAX_BODY))
        new, row = await run_in_threadpool(call, service, call_id, kiosk_id, said)
        if new:
            emit(Event.HELP_CALL, kiosk_id=kiosk_id, state=CALLING)
        return JSONResponse(document(row), 201 if new else 200)

    @routes.get("/v1/help-calls/{uuid}")
    async def get(uuid: str, request: Request) -> Response:
        return JSONResponse(document(await run_in_threadpool(find, service, dossier_id(uuid), peer(request))))

    @routes.delete("/v1/help-calls/{uuid}")
    async def delete(uuid: str, request: Request) -> Response:
        return JSONResponse(document(await run_in_threadpool(cancel, service, dossier_id(uuid), peer(request))))

    return routes
