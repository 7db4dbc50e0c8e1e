"""What kiosks read: the ministry's procedures with their versions, and the history of a dossier they sent."""

from __future__ import annotations

from hashlib import sha256

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import canonical, dossier_id
from backend.problems import Problem
from backend.service import Service
from backend.settings import rfc3339
from backend.storage.models import Dossier
from backend.tls import peer
from backend.workflow import Status, named

_VERSION_LENGTH = 16


def procedures(service: Service) -> dict[str, object]:
    """The feed: each procedure with a version of its own, the whole with one that changes when any does."""
    listed: list[dict[str, object]] = []
    for local_id, known in sorted(service.procedures.by_id.items()):
        legal_time = known.legal_time
        one: dict[str, object] = {
            "local_id": local_id,
            "unit_vi": known.unit_vi,
            "unit_en": known.unit_en,
            "legal_time": {"value": legal_time.value, "unit": legal_time.unit.value} if legal_time else None,
            "received": known.received,
        }
        listed.append(one | {"version": _version(one)})
    return {"version": _version(listed), "procedures": listed}


def history(service: Service, dossier: str, kiosk_id: str) -> list[dict[str, object]]:
    """Every status a dossier has had, oldest first, for the kiosk that sent it. Blocking. Raises Problem."""
    with service.database.read() as session:
        row = session.get(Dossier, dossier)
        if row is None or row.kiosk_id != kiosk_id:
            raise Problem("DOSSIER-NOT-FOUND")
        return [
            {
                "status": named(Status(step.status)),
                "at": rfc3339(step.at),
                "unit_vi": step.unit_vi,
                "unit_en": step.unit_en,
                "person": step.officer,
                "reason": step.reason,
                "due_date": step.due_date.isoformat() if step.due_date else None,
            }
            for step in row.history
        ]


def _version(document: object) -> str:
    return sha256(canonical(document)).hexdigest()[:_VERSION_LENGTH]


def router(service: Service) -> APIRouter:
    """Both routes."""
    routes = APIRouter()
    feed = procedures(service)  # read from files when the service starts, and then the same until it ends
    tag = f'"{feed["version"]}"'

    @routes.get("/v1/procedures")
    async def read_procedures(request: Request) -> Response:
        peer(request)
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        asked = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
        if asked & {tag, "*"}:
            return Response(status_code=304, headers=headers)
        return JSONResponse(feed, headers=headers)

    @routes.get("/v1/dossiers/{uuid}/history")
    async def read_history(uuid: str, request: Request) -> Response:
        steps = await run_in_threadpool(history, service, dossier_id(uuid), peer(request))
        return JSONResponse({"history": steps}, headers={"Cache-Control": "no-store"})

    return routes
