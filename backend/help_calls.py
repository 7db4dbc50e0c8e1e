"""Calls for an officer: which kiosk, at which step, in which language, and who is coming when; nothing of a citizen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import HelpCall as Call
from backend.contract import dossier_id, parse, read_json
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.settings import rfc3339
from backend.storage.database import insert_new
from backend.storage.models import HelpCall, Kiosk
from backend.tls import peer

CALLING, COMING, CANCELLED, DONE = "calling", "coming", "cancelled", "done"
_MAX_BODY = 4096
#: Three heartbeats that did not come, and the time to come back over a slow line: that kiosk stands dark.
SILENT = timedelta(minutes=5)
#: A heartbeat is on its way for so long at most before a start seems later than it was.
_ON_ITS_WAY = timedelta(seconds=20)


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
    """The open calls, oldest first; those of kiosks that say nothing any more are closed. Blocking."""
    _close_silent(service)
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


def close_of_older_starts(session: Session, running: Mapping[str, float], now: datetime) -> list[HelpCall]:
    """Close the calls that kiosks made before they last started; `running` is for how many seconds each of them has run.

    Returns those closed, within the caller's transaction. The service's clock alone counts: a kiosk's own may be wrong.
    """
    if not running:
        return []
    opened = select(HelpCall).where(HelpCall.state.in_((CALLING, COMING)))
    # Open calls are few, kiosks in one transaction may be thousands; locked in one order.
    found = session.scalars(opened.order_by(HelpCall.id).with_for_update())
    return _closed(
        [
            row
            for row in found
            if row.kiosk_id in running and row.called_at < now - timedelta(seconds=running[row.kiosk_id]) - _ON_ITS_WAY
        ],
        now,
    )


def _close_silent(service: Service) -> None:
    now = service.now()
    with service.database.write() as session:
        found = session.scalars(
            select(HelpCall)
            .outerjoin(Kiosk, Kiosk.id == HelpCall.kiosk_id)
            .where(
                HelpCall.state.in_((CALLING, COMING)),
                HelpCall.changed_at < now - SILENT,
                # A kiosk that has never said anything is one without an agent: its call was its sign of life.
                or_(Kiosk.seen_at.is_(None), Kiosk.seen_at < now - SILENT),
            )
            .order_by(HelpCall.id)
            .with_for_update(of=HelpCall)
        )
        closed = _closed(list(found), now)
    tell(closed)


def _closed(rows: list[HelpCall], now: datetime) -> list[HelpCall]:
    for row in rows:
        row.state, row.changed_at, row.expected_at = CANCELLED, now, None
    return rows


def tell(closed: Sequence[HelpCall]) -> None:
    """Log calls that were closed, once their transaction is through."""
    for row in closed:
        emit(Event.HELP_CALL, kiosk_id=row.kiosk_id, state=row.state)


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
