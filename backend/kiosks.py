"""Heartbeats: what each kiosk last said of itself and its devices."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend import audit, help_calls, measures
from backend.contract import Heartbeat, parse, read_json
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.settings import rfc3339
from backend.storage.database import upsert
from backend.storage.models import Kiosk
from backend.tls import peer

_MAX_HEARTBEAT = 64 * 1024
#: How long a heartbeat waits for others to share its transaction: nobody waits for its answer, and the disk is the
#: dossiers'.
_SHARED_S = 0.05


class Register:
    """Notes heartbeats: all that come within a moment, or while one transaction is on its way, share the next one.

    A commit waits for the disk, and thousands of kiosks would wait for each other's. One answered is one committed.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._waiting: list[tuple[Heartbeat, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def note(self, heartbeat: Heartbeat) -> None:
        """Keep a kiosk's latest heartbeat. Raises what the database raises."""
        noted = asyncio.get_running_loop().create_future()
        self._waiting.append((heartbeat, noted))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        await noted

    async def _write(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(_SHARED_S)
                batch, self._waiting = self._waiting, []
                failure: Exception | None = None
                try:
                    await run_in_threadpool(record, self._service, [heartbeat for heartbeat, _ in batch])
                except Exception as error:  # told to each of those who wait
                    failure = error
                for _, noted in batch:
                    if noted.done():  # its kiosk has gone meanwhile
                        continue
                    if failure is None:
                        noted.set_result(None)
                    else:
                        noted.set_exception(failure)
        finally:
            self._writer = None


def record(service: Service, heartbeats: Sequence[Heartbeat]) -> None:
    """Keep the latest heartbeats of some kiosks in one transaction. Blocking."""
    # In one order, so that two processes cannot wait for each other's rows; of one kiosk the last counts.
    latest = {heartbeat.kiosk_id: heartbeat for heartbeat in heartbeats}
    now = service.now()
    rows = [
        {
            "id": kiosk_id,
            "version": latest[kiosk_id].version,
            "state": latest[kiosk_id].state,
            "heartbeat": latest[kiosk_id].model_dump_json(),
            "seen_at": now,
        }
        for kiosk_id in sorted(latest)
    ]
    with service.database.write() as session:
        upsert(session, Kiosk, rows)
        told = {
            kiosk_id: (said.audit_entries, said.audit_head)
            for kiosk_id, said in sorted(latest.items())
            if said.audit_entries is not None and said.audit_head is not None
        }
        audit.note(session, told, now)
        measures.note_ratings(session, {kiosk_id: said.ratings for kiosk_id, said in latest.items()})
        running = {kiosk_id: said.running_s for kiosk_id, said in latest.items() if said.running_s is not None}
        closed = help_calls.close_of_older_starts(session, running, now)
    help_calls.tell(closed)


def fleet(service: Service) -> Sequence[Kiosk]:
    """Every kiosk that has ever reported, by id. Blocking."""
    with service.database.read() as session:
        return list(session.scalars(select(Kiosk).order_by(Kiosk.id)))


def router(service: Service) -> APIRouter:
    """Heartbeat and health."""
    routes = APIRouter()

    register = Register(service)

    @routes.post("/v1/heartbeat")
    async def heartbeat(request: Request) -> Response:
        kiosk_id = peer(request)
        said = parse(Heartbeat, await read_json(request, _MAX_HEARTBEAT))
        if said.kiosk_id != kiosk_id:
            raise Problem("KIOSK-MISMATCH")
        await register.note(said)
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
