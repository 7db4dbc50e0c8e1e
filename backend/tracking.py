"""Where a dossier stands, told to whoever holds its codes; guessing is slow and learns nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Select, or_, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.codes import opened_by, tidy
from backend.contract import TrackingQuestion, parse, read_json
from backend.desk import asked, awaited, state_of
from backend.limits import Guard, wrong_codes
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.settings import rfc3339
from backend.storage.models import Dossier, HistoryStep, Supplement
from backend.tls import peer
from backend.workflow import AWAITING_PAPERS, WORDS, Status, named, working_days_left

_MAX_QUESTION = 4096


@dataclass(frozen=True)
class Past:
    """One status a dossier has had, when, and with which unit."""

    status: Status
    at: datetime
    unit_vi: str
    unit_en: str


@dataclass(frozen=True)
class Step:
    """One step as a citizen sees it. `state` is done, current or coming."""

    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    state: str
    started_at: datetime | None = None
    finished_at: datetime | None = None
    due_at: date | None = None

    def document(self) -> dict[str, str | None]:
        """The JSON object of the contract."""
        return {
            "name_vi": self.name_vi,
            "name_en": self.name_en,
            "unit_vi": self.unit_vi,
            "unit_en": self.unit_en,
            "state": self.state,
            "started_at": rfc3339(self.started_at) if self.started_at else None,
            "finished_at": rfc3339(self.finished_at) if self.finished_at else None,
            "due_at": self.due_at.isoformat() if self.due_at else None,
        }


def steps(
    history: Sequence[Past],
    accepted_at: datetime | None,
    due: date | None,
    desk: tuple[str, str],
    unit: tuple[str, str],
) -> list[Step]:
    """The steps of a dossier, from its history.

    `desk` is the One-Stop Department and `unit` the specialised unit, each in vi and en.
    """
    received, now = history[0].at, history[-1]
    found = [Step("Nộp hồ sơ", "Submission", *desk, "done", received, received)]
    if now.status is Status.NOT_ACCEPTED:
        words = ("Không được tiếp nhận", "Not accepted")
        return [*found, Step(*words, *desk, "done", received, now.at)]
    words = ("Tiếp nhận hồ sơ", "Acceptance")
    if accepted_at is not None:
        found.append(Step(*words, *desk, "done", received, accepted_at))
    elif now.status is Status.STOPPED:
        stopped = ("Dừng xử lý", "Stopped")
        return [*found, Step(*stopped, *desk, "done", received, now.at)]
    else:
        found.append(Step(*words, *desk, "current", received))
    worked = [past for past in history if past.status is Status.IN_PROCESSING]
    if worked:
        unit = (worked[-1].unit_vi, worked[-1].unit_en)
    work = ("Xử lý hồ sơ", "Processing")
    if now.status is Status.STOPPED:
        return [
            *found,
            Step("Dừng xử lý", "Stopped", *unit, "done", accepted_at, now.at, due),
        ]
    processed = next((p.at for p in history if p.status is Status.PROCESSED), None)
    returned = next((p.at for p in history if p.status is Status.RESULT_RETURNED), None)
    if accepted_at is None:
        found.append(Step(*work, *unit, "coming"))
    else:
        state = "current" if processed is None else "done"
        found.append(Step(*work, *unit, state, accepted_at, processed, due))
    state = "coming" if processed is None else "current" if returned is None else "done"
    last = ("Trả kết quả", "Return of the result")
    return [*found, Step(*last, *desk, state, processed, returned, due)]


class Tracking:
    """Answers tracking questions. Blocking."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def find(self, question: TrackingQuestion) -> dict[str, object] | None:
        """The tracking document, or None when nothing fits."""
        with self._service.database.read() as session:
            if question.kiosk_reference is not None:
                row = session.scalar(_referred_to(tidy(question.kiosk_reference)))
            else:
                row = opened_by(session, question.dossier_code or "", question.lookup_code or "")
            if row is None:
                return None
            history = list(row.history)
            papers = [paper.component_name_vi for paper in awaited(row)]
        return self._document(row, history, papers, by_reference=question.kiosk_reference is not None)

    def _document(
        self, row: Dossier, history: Sequence[HistoryStep], papers: list[str], *, by_reference: bool
    ) -> dict[str, object]:
        service, state = self._service, state_of(row)
        desk = (service.settings.unit_vi, service.settings.unit_en)
        known = service.procedures.get(row.procedure_local_id)
        unit = (known.unit_vi, known.unit_en) if known else desk
        past = [Past(Status(h.status), h.at, h.unit_vi, h.unit_en) for h in history]
        words, last = WORDS[state.status], history[-1]
        plain_vi, plain_en = words.plain_vi, words.plain_en
        if papers and state.status is Status.NEWLY_REGISTERED:
            plain_vi, plain_en = AWAITING_PAPERS
        document: dict[str, object] = {"dossier_code": row.dossier_code}
        if by_reference:
            document["lookup_code"] = row.lookup_code
        return document | {
            "procedure": _procedure(row),
            "status": named(state.status) | {"plain_vi": plain_vi, "plain_en": plain_en},
            "reason": last.reason,
            "steps": [s.document() for s in steps(past, state.accepted_at, state.due, desk, unit)],
            "unit_vi": last.unit_vi,
            "unit_en": last.unit_en,
            "received_at": rfc3339(row.received_at),
            "accepted_at": rfc3339(state.accepted_at) if state.accepted_at else None,
            "due_date": state.due.isoformat() if state.due else None,
            "working_days_left": working_days_left(state, service.now(), service.calendar),
            "awaited_papers": papers,
            "supplement": _supplement(row, last),
            "history": [
                {
                    "status": named(entry.status),
                    "at": rfc3339(entry.at),
                    "unit_vi": entry.unit_vi,
                    "unit_en": entry.unit_en,
                }
                for entry in past
            ],
        }


def summary(service: Service, row: Dossier) -> dict[str, object]:
    """One line of a person's dossiers: the codes by which it is tracked, where it stands, and its dates."""
    state = state_of(row)
    return {
        "dossier_code": row.dossier_code,
        "lookup_code": row.lookup_code,
        "procedure": _procedure(row),
        "status": named(state.status),
        "received_at": rfc3339(row.received_at),
        "due_date": state.due.isoformat() if state.due else None,
        "working_days_left": working_days_left(state, service.now(), service.calendar),
    }


def _procedure(row: Dossier) -> dict[str, object]:
    return {
        "local_id": row.procedure_local_id,
        "code": row.procedure_code,
        "name_vi": row.procedure_name_vi,
        "name_en": row.procedure_name_en,
    }


def _supplement(row: Dossier, last: HistoryStep) -> dict[str, object] | None:
    """The papers that the dossier asks for now, and until when; None while it asks for none."""
    papers = asked(row)
    if not papers:
        return None
    return {
        "until": last.until.isoformat() if last.until else None,
        "papers": [
            {
                "component": paper.component,
                "name_vi": paper.component_name_vi,
                "originals": paper.originals,
                "copies": paper.copies,
            }
            for paper in papers
        ],
    }


def _referred_to(reference: str) -> Select[Dossier]:
    # The slip of a supplement names it by a reference of its own, and both lead to the dossier.
    supplemented = select(Supplement.dossier_id).where(Supplement.kiosk_reference == reference)
    return select(Dossier).where(or_(Dossier.kiosk_reference == reference, Dossier.id.in_(supplemented)))


def router(service: Service) -> APIRouter:
    """The tracking route."""
    routes = APIRouter()
    tracking = Tracking(service)
    guard = Guard(service)

    def answer(kiosk_id: str, question: TrackingQuestion) -> dict[str, object]:
        counted = wrong_codes(service.settings, kiosk_id, question.dossier_code or question.kiosk_reference or "")
        entered = guard.admit(kiosk_id, counted)
        document = tracking.find(question)
        if document is None:
            emit(Event.TRACKING_MISS, kiosk_id=kiosk_id)
            raise Problem("DOSSIER-NOT-FOUND")
        guard.forgive(counted, entered)
        return document

    @routes.post("/v1/tracking")
    async def track(request: Request) -> Response:
        kiosk_id = peer(request)
        question = parse(TrackingQuestion, await read_json(request, _MAX_QUESTION))
        document = await run_in_threadpool(answer, kiosk_id, question)
        return JSONResponse(document, headers={"Cache-Control": "no-store"})

    return routes
