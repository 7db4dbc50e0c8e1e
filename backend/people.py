"""One's own dossiers, told to a kiosk that has proven the chip of a person's card."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import or_, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import PersonQuestion, parse, read_json
from backend.limits import Guard, questions_about_people
from backend.log import Event, emit
from backend.service import Service
from backend.storage.models import Dossier
from backend.tls import peer
from backend.tracking import summary

_MAX_QUESTION = 1024
_MOST = 50
#: What was handed in with the chip itself; anything else once an officer has compared the card and taken it in.
_READ_FROM_A_CHIP = ("chip_verified", "chip_read")


class People:
    """Answers which dossiers are a person's. Blocking."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def dossiers(self, person: str) -> list[dict[str, object]]:
        """Their dossiers, newest first, each with the codes by which it is tracked."""
        mine = (
            select(Dossier)
            .where(Dossier.person == person)
            .where(or_(Dossier.assurance.in_(_READ_FROM_A_CHIP), Dossier.accepted_at.is_not(None)))
            .order_by(Dossier.received_at.desc(), Dossier.id)
            .limit(_MOST)
        )
        with self._service.database.read() as session:
            return [summary(self._service, row) for row in session.scalars(mine)]


def router(service: Service) -> APIRouter:
    """The routes of one's own dossiers."""
    routes = APIRouter()
    people = People(service)
    guard = Guard(service)

    @routes.get("/v1/people/key")
    async def key(request: Request) -> Response:
        emit(Event.PERSON_KEY_GIVEN, kiosk_id=peer(request))
        return JSONResponse({"key": service.person_key.hex()}, headers={"Cache-Control": "no-store"})

    @routes.post("/v1/people/dossiers")
    async def dossiers(request: Request) -> Response:
        kiosk_id = peer(request)
        question = parse(PersonQuestion, await read_json(request, _MAX_QUESTION))
        # Right ones count as well: a kiosk that asks for many people is not at work for one.
        await run_in_threadpool(guard.admit, kiosk_id, questions_about_people(service.settings, kiosk_id, "people"))
        found = await run_in_threadpool(people.dossiers, question.person)
        emit(Event.PERSON_ASKED, kiosk_id=kiosk_id, found=len(found))
        return JSONResponse({"dossiers": found}, headers={"Cache-Control": "no-store"})

    return routes
