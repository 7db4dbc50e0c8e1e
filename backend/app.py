"""The web application: routes, the error boundary, the request log, the hourly sweep."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend import (
    dossiers,
    drafts,
    feeds,
    help_calls,
    identity,
    kiosks,
    measures,
    payments,
    people,
    post,
    receipt_mail,
    retention,
    staff,
    supplements,
    tracking,
    tus,
)
from backend.day_range import asked_days
from backend.log import Event, emit, emit_error
from backend.problems import Problem
from backend.service import Service
from backend.working_days import Calendar

_SWEEP_S = 3600.0
#: So long at most a certificate stays good that another process has revoked.
_REVOKED_S = 2.0


def create_app(service: Service) -> FastAPI:
    """The application on an open service; it sweeps, but does not close, the service."""
    uploads = tus.Uploads(service)
    mails = post.MailRoom(service)
    registry = identity.Registry(service)
    revoked: dict[str, frozenset[str]] = {}

    async def refresh() -> None:
        found = await run_in_threadpool(registry.revoked)
        revoked.clear()
        revoked.update(found)

    async def refresh_for_ever() -> None:
        while True:
            await asyncio.sleep(_REVOKED_S)
            try:
                await refresh()
            except Exception as error:  # the database is away for a moment: what was known stays in force
                emit_error(Event.REVOCATIONS_UNKNOWN, error)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await refresh()
        tasks = [
            asyncio.create_task(_sweep_for_ever(service, uploads)),
            asyncio.create_task(mails.run()),
            asyncio.create_task(refresh_for_ever()),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    # The published contract is openapi.yaml; nothing is generated from the code beside it.
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    groups = routers(service, uploads, mails, registry)
    for routes in groups:
        app.include_router(routes)
    app.add_middleware(identity.Gate, known=lambda: revoked)
    _bound(app, groups)
    return app


def create_enrolment_app(service: Service) -> FastAPI:
    """What is served to those who have no certificate yet: nothing but the way to get one."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    routes = identity.enrolment_router(identity.Registry(service))
    app.include_router(routes)
    _bound(app, [routes])
    return app


def _bound(app: FastAPI, groups: Sequence[APIRouter]) -> None:
    served = [route for group in groups for route in group.routes if isinstance(route, APIRoute)]

    async def answer_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = {404: "NOT-FOUND", 405: "METHOD-NOT-ALLOWED"}.get(error.status_code, "REQUEST-MALFORMED")
        headers = dict(error.headers or {})
        if error.status_code == 405:  # the framework names the verbs of the first route of that path only
            path = request.scope["path"]
            verbs = {verb for route in served if route.path_regex.match(path) for verb in route.methods or ()}
            headers["Allow"] = ", ".join(sorted(verbs))
        return Problem(code, headers=headers).response()

    app.add_middleware(Boundary)
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(HTTPException, answer_http_error)


def routers(
    service: Service, uploads: tus.Uploads, mails: post.MailRoom, registry: identity.Registry
) -> list[APIRouter]:
    """Every route of the published contract; what is asked most often is looked at first."""
    return [
        kiosks.router(service),
        tus.router(service, uploads),
        dossiers.router(service, mails.wake),
        receipt_mail.router(service, mails.wake),
        supplements.router(service),
        tracking.router(service),
        people.router(service),
        drafts.router(service),
        measures.router(service),
        feeds.router(service),
        payments.router(service),
        help_calls.router(service),
        identity.enrolment_router(registry),
        identity.renewal_router(registry),
        staff.router(service),
        _calendar_router(service.calendar),
    ]


async def _answer_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


class Boundary:
    """Logs every request by its route, and turns an unexpected error into a bare 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            pass  # the line was cut in the middle of a question; the kiosk asks again
        except Exception as error:
            emit_error(Event.UNHANDLED, error, method=scope["method"], route=_route(scope))
            if status == 0:
                await Problem("INTERNAL").response()(scope, receive, watched)
        finally:
            emit(
                Event.REQUEST,
                method=scope["method"],
                route=_route(scope),
                status=status,
                ms=round((time.monotonic() - started) * 1000, 1),
                kiosk_id=scope.get("kiosk.peer"),
            )


def _route(scope: Scope) -> str | None:
    # The template, not the path: what a stranger types into a path does not belong in a log.
    route = scope.get("route")
    return getattr(route, "path", None)


async def _sweep_for_ever(service: Service, uploads: tus.Uploads) -> None:
    while True:
        try:
            removed = await run_in_threadpool(uploads.sweep)
            if removed:
                emit(Event.UPLOAD_EXPIRED, count=removed)
            _, files = await run_in_threadpool(retention.sweep, service)
            if files:
                emit(Event.FILES_REMOVED, count=files)
        except Exception as error:  # a full disk today must not end the sweeping
            emit_error(Event.SWEEP_FAILED, error)
        await asyncio.sleep(_SWEEP_S)


def _calendar_router(calendar: Calendar) -> APIRouter:
    routes = APIRouter()

    @routes.get("/v1/calendar")
    async def days(request: Request) -> Response:
        first, last = asked_days(request)
        count = (last - first).days + 1
        rows = [calendar.day(first + timedelta(days=n)) for n in range(count)]
        return JSONResponse(
            {
                "from": first.isoformat(),
                "to": last.isoformat(),
                "days": [
                    {
                        "date": row.date.isoformat(),
                        "working": row.working,
                        "source": row.source,
                        "reason_vi": row.reason_vi,
                        "reason_en": row.reason_en,
                        "decision": row.decision,
                    }
                    for row in rows
                ],
            }
        )

    return routes
