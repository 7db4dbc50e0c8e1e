"""How the ministry keeps its promises: the share on time, the share satisfied, and by which way dossiers came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.contract import DayRatings
from backend.day_range import asked_days
from backend.service import Service
from backend.settings import VIETNAM
from backend.storage.database import upsert
from backend.storage.models import Dossier, Rating
from backend.tls import peer
from backend.workflow import Status

_READY = (Status.PROCESSED.value, Status.RESULT_RETURNED.value)
_CLOSED = (Status.NOT_ACCEPTED.value, Status.STOPPED.value)
_MARKS = (Rating.mark_1, Rating.mark_2, Rating.mark_3, Rating.mark_4, Rating.mark_5)


@dataclass(frozen=True)
class OnTime:
    """Dossiers with a due date: `early_or_on_time` and `late` have their result, `overdue` are still open.

    The day that counts is the one on which the result was ready: who collects it later was not kept waiting. Dossiers whose
    clock is paused have no due date then and are in none of the three.
    """

    early_or_on_time: int
    late: int
    overdue: int

    @property
    def share(self) -> float | None:
        """On or before the due date, among all that are ready and all that are overdue; None where there is none."""
        counted = self.early_or_on_time + self.late + self.overdue
        return self.early_or_on_time / counted if counted else None


@dataclass(frozen=True)
class Satisfaction:
    """Ratings at the kiosks: how often each mark, 1 very dissatisfied to 5 very satisfied, was given."""

    marks: tuple[int, ...]

    @property
    def share(self) -> float | None:
        """Marks 4 and 5 among all; None where nobody rated."""
        return sum(self.marks[3:]) / sum(self.marks) if sum(self.marks) else None


@dataclass(frozen=True)
class Measures:
    """The days `first` to `last`, both included; `received` and `assisted` count dossiers that came in on them."""

    first: date
    last: date
    on_time: OnTime
    satisfaction: Satisfaction
    received: int
    assisted: int

    def document(self) -> dict[str, object]:
        """As the contract has it."""
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "on_time": asdict(self.on_time) | {"share": self.on_time.share},
            "satisfaction": {"marks": list(self.satisfaction.marks), "share": self.satisfaction.share},
            "received": self.received,
            "assisted": self.assisted,
        }


def note_ratings(session: Session, told: Mapping[str, Sequence[DayRatings] | None]) -> None:
    """Keeps what kiosks say of their days; what a day was said to be before is replaced, so telling twice counts once."""
    rows = {
        (kiosk_id, said.day): {
            "kiosk_id": kiosk_id,
            "day": said.day,
            **{f"mark_{mark}": count for mark, count in enumerate(said.marks, start=1)},
        }
        for kiosk_id, days in told.items()
        for said in days or ()
    }
    if rows:
        upsert(session, Rating, [rows[key] for key in sorted(rows)])


def of_days(service: Service, first: date, last: date) -> Measures:
    """The measures of these days. Blocking."""
    until = min(last, service.calendar.local_date(service.now()))
    ready = and_(Dossier.status.in_(_READY), Dossier.due_date.is_not(None), Dossier.finished_on.between(first, last))
    overdue = and_(
        Dossier.accepted_at.is_not(None),
        Dossier.status.not_in(_CLOSED),
        Dossier.due_date < until,
        or_(Dossier.finished_on.is_(None), Dossier.finished_on > until),
    )
    begin, end = (datetime.combine(day, time.min, VIETNAM) for day in (first, last + timedelta(days=1)))
    came = and_(Dossier.received_at >= begin, Dossier.received_at < end)
    with service.database.read() as session:

        def count(*which: ColumnElement[bool]) -> int:
            return session.scalar(select(func.count()).select_from(Dossier).where(*which)) or 0

        in_time = count(ready, Dossier.finished_on <= Dossier.due_date)
        marks = session.execute(
            select(*(func.coalesce(func.sum(mark), 0) for mark in _MARKS)).where(Rating.day.between(first, last))
        ).one()
        return Measures(
            first,
            last,
            OnTime(in_time, count(ready) - in_time, count(overdue)),
            Satisfaction(tuple(int(mark) for mark in marks)),
            count(came),
            count(came, Dossier.assisted.is_(True)),
        )


def router(service: Service) -> APIRouter:
    """The one route."""
    routes = APIRouter()

    @routes.get("/v1/measures")
    async def measures(request: Request) -> Response:
        peer(request)
        found = await run_in_threadpool(of_days, service, *asked_days(request))
        return JSONResponse(found.document(), headers={"Cache-Control": "no-store"})

    return routes
