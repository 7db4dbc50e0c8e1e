"""Heartbeats: what each kiosk last said of itself and its devices."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select, update
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import Heartbeat, parse, read_json
from backend.dossiers import rfc3339
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.storage.database import insert_new
from backend.storage.models import Kiosk
from backend.tls import peer

_MAX_HEARTBEAT = 64 * 1024


def record(service: Service, heartbeat: Heartbeat) -> None:
    """Keep a kiosk's latest heartbeat. Blocking."""
    said = {
        "version": heartbeat.version,
        "state": heartbeat.state,
        "heartbeat": heartbeat.model_dump_json(),
        "seen_at": service.now(),
    }
    with service.database.write() as session:
        # One statement for nearly all: thousands of kiosks report, each of them once a minute or more.
        known = session.execute(update(Kiosk).where(Kiosk.id == heartbeat.kiosk_id).values(said))
        if not getattr(known, "rowcount", 0) and not insert_new(session, Kiosk(id=heartbeat.kiosk_id, **said)):
            session.execute(update(Kiosk).where(Kiosk.id == heartbeat.kiosk_id).values(said))


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
