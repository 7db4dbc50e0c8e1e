"""Asking for a receipt by e-mail after the dossier was received: one mail a dossier, however often it is asked for."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import ReceiptMail, dossier_id, parse, read_json
from backend.log import Event, emit
from backend.post import WAITING
from backend.problems import Problem, storage_problem
from backend.service import Service
from backend.storage.models import Dossier, Mail
from backend.tls import peer

_MAX_BODY = 4096


def ask(service: Service, dossier: str, asked: ReceiptMail, kiosk_id: str) -> tuple[str, bool]:
    """Put a receipt into the post and return its mail's state and whether it is new. Blocking.

    Only the kiosk that sent the dossier may ask, and only for one address: whoever asks again for the same one is told
    how that mail stands. Raises Problem KIOSK-MISMATCH, DOSSIER-NOT-FOUND, RECEIPT-MAIL-TAKEN.
    """
    if asked.kiosk_id != kiosk_id:
        raise Problem("KIOSK-MISMATCH")
    try:
        return _ask(service, dossier, asked)
    except IntegrityError:  # the same question twice at once: the row is there now
        return _ask(service, dossier, asked)


def _ask(service: Service, dossier: str, asked: ReceiptMail) -> tuple[str, bool]:
    with service.database.write() as session:
        row = session.get(Dossier, dossier)
        if row is None or row.kiosk_id != asked.kiosk_id:
            raise Problem("DOSSIER-NOT-FOUND")
        mail = session.get(Mail, dossier)
        if mail is None:
            now = service.now()
            session.add(Mail(dossier_id=dossier, address=asked.address, state=WAITING, attempts=0, due_at=now))
            return WAITING, True
        before = mail.address or json.loads(row.manifest).get("receipt_mail") or ""
        if not secrets.compare_digest(before.encode(), asked.address.encode()):
            raise Problem("RECEIPT-MAIL-TAKEN")
        return mail.state, False


def router(service: Service, wake: Callable[[], None]) -> APIRouter:
    """The route; calls `wake` when a mail is new."""
    routes = APIRouter()

    @routes.put("/v1/dossiers/{uuid}/receipt-mail")
    async def put(uuid: str, request: Request) -> Response:
        kiosk_id = peer(request)
        dossier = dossier_id(uuid)
        asked = parse(ReceiptMail, await read_json(request, _MAX_BODY))
        try:
            state, new = await run_in_threadpool(ask, service, dossier, asked, kiosk_id)
        except OSError as error:
            raise storage_problem(error) from None
        if new:
            emit(Event.MAIL_ASKED, kiosk_id=kiosk_id, dossier=dossier)
            wake()
        return JSONResponse({"state": state})

    return routes
