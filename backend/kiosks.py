"""Heartbeats: what each kiosk last said of itself and its devices."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import Heartbeat, parse, read_json
from backend.dossiers import rfc3339
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.storage.models import Kiosk
from backend.tls import peer

_MAX_HEARTBEAT = 64 * 1024


def record(service: Service, heartbeat: Heartbeat) -> None:
    """Keep a kiosk's latest heartbeat. Blocking."""
    try:
        _record(service, heartbeat)
    except IntegrityError:  # two first heartbeats at once: the row is there now
        _record(service, heartbeat)


def _record(service: Service, heartbeat: Heartbeat) -> None:
    with service.database.write() as session:
        row = session.get(Kiosk, heartbeat.kiosk_id)
        if row is None:
            row = Kiosk(id=heartbeat.kiosk_id)
            session.add(row)
        row.version = heartbeat.version
        row.state = heartbeat.state
        row.heartbeat = heartbeat.model_dump_json()
        row.seen_at = service.now()


def fleet(service: Service) -> Sequence[Kiosk]:
    """Every kiosk that has ever reported, by id. Blocking."""
    with service.database.read() as session:
        return list(session.scalars(select(Kiosk).order_by(Kiosk.id)))


def router(service: Service) -> APIRouter:
    """Heartbeat and health."""
    routes = APIRouter()

    @routes.post("/v1/heartbeat")
    async def heartbeat(request: Request) -> Response:
        kiosk_id = peer(request)
        said = parse(Heartbeat, await read_json(request, _MAX_HEARTBEAT))
        if said.kiosk_id != kiosk_id:
            raise Problem("KIOSK-MISMATCH")
        await run_in_threadpool(record, service, said)
        emit(
            Event.HEARTBEAT,
            kiosk_id=kiosk_id,
            state=said.state,
            waiting=said.outbox.waiting,
            devices=[f"{d.id}:{d.state}:{d.code or ''}" for d in said.devices],
        )
        return JSONResponse({"server_time": rfc3339(service.now())})

    @routes.get("/v1/health")
    async def health() -> Response:
        return JSONResponse({"status": "ok", "server_time": rfc3339(service.now())})

    return routes
