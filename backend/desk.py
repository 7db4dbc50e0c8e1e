"""The officer's side: list dossiers, move one along the workflow, find its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.log import Event, emit
from backend.service import Service
from backend.storage.models import AskedPaper, DeskPaper, Dossier, DossierFile, HistoryStep
from backend.workflow import Move, MoveError, State, Status, apply
from backend.working_days import LegalTime, Pause, Unit

#: Steps that happen at the counter; the others are the specialised unit's.
_AT_THE_DESK = frozenset(
    {
        Status.ACCEPTED,
        Status.NOT_ACCEPTED,
        Status.WITHDRAWAL_REQUESTED,
        Status.RESULT_RETURNED,
    }
)


class UnknownDossierError(Exception):
    """No dossier has this code. `code` is DOSSIER-NOT-FOUND."""

    code = "DOSSIER-NOT-FOUND"


@dataclass(frozen=True)
class PaperWanted:
    """A paper that an officer asks for (a line of form 02); without a name it is called as in the dossier."""

    component: str
    name_vi: str = ""
    originals: int = 1
    copies: int = 0


#: Where the officer's reason alone says what is missing.
ANY_PAPER = PaperWanted("supplement", "Giấy tờ bổ sung theo yêu cầu")


@dataclass(frozen=True)
class Decision:
    """What an officer decides: the status to move to, and as far as needed unit, words, date.

    `papers` and `until` belong to a request for more papers: which, and the last day to hand them in.
    """

    to: Status
    unit_vi: str | None = None
    unit_en: str | None = None
    officer: str | None = None
    reason: str | None = None
    due: date | None = None
    papers: tuple[PaperWanted, ...] = ()
    until: date | None = None


def state_of(row: Dossier) -> State:
    """A dossier's row as a state of the workflow."""
    legal_time = None
    if row.legal_value is not None and row.legal_unit is not None:
        legal_time = LegalTime(row.legal_value, Unit(row.legal_unit))
    pause = None
    if row.paused_since and row.paused_due and row.paused_left is not None:
        pause = Pause(row.paused_since, row.paused_left, row.paused_due)
    status = Status(row.status)
    return State(status, row.accepted_at, legal_time, row.due_date, pause, row.finished_on)


def by_code(session: Session, dossier_code: str, *, locked: bool = False) -> Dossier:
    """The dossier with this code, its row locked if that is asked for. Raises UnknownDossierError."""
    found = select(Dossier).where(Dossier.dossier_code == dossier_code)
    row = session.scalar(found.with_for_update() if locked else found)
    if row is None:
        raise UnknownDossierError
    return row


def dossiers(service: Service) -> Sequence[Dossier]:
    """All dossiers, newest first."""
    with service.database.read() as session:
        newest_first = select(Dossier).order_by(Dossier.received_at.desc(), Dossier.id)
        return list(session.scalars(newest_first))


def files(service: Service, dossier_code: str) -> Sequence[DossierFile]:
    """The files of a dossier in the order of its manifest. Raises UnknownDossierError."""
    with service.database.read() as session:
        row = by_code(session, dossier_code)
        return list(row.files)


def awaited(row: Dossier) -> list[DeskPaper]:
    """The papers that a citizen has still to hand in at the desk."""
    return [paper for paper in row.desk_papers if paper.received_at is None]


def asked(row: Dossier) -> list[AskedPaper]:
    """The papers that the dossier asks for in its present status; none in any other than 5."""
    if row.status != Status.MORE_PAPERS_NEEDED.value:
        return []
    step = row.history[-1].position
    found = [paper for paper in row.asked_papers if paper.step == step]
    # Asked for before requests were written down paper by paper.
    return found or [_asked_paper(row, step, 0, ANY_PAPER)]


def _asked_paper(row: Dossier, step: int, position: int, paper: PaperWanted) -> AskedPaper:
    return AskedPaper(
        step=step,
        position=position,
        component=paper.component,
        component_name_vi=paper.name_vi or _known_name(row, paper.component),
        originals=paper.originals,
        copies=paper.copies,
    )


def _known_name(row: Dossier, component: str) -> str:
    """What the dossier calls a paper; its own id where the dossier has none such."""
    known = {file.component: file.component_name_vi for file in row.files}
    known |= {paper.component: paper.component_name_vi for paper in row.desk_papers}
    return known.get(component, component)


def papers(service: Service, dossier_code: str) -> Sequence[DeskPaper]:
    """The papers that a citizen brings to the desk, handed in or not. Raises UnknownDossierError."""
    with service.database.read() as session:
        row = by_code(session, dossier_code)
        return list(row.desk_papers)


def receive_papers(
    service: Service, dossier_code: str, components: Sequence[str], officer: str | None
) -> Sequence[DeskPaper]:
    """Note that papers were handed in at the desk; one that was noted before stays as it was.

    Raises UnknownDossierError, MoveError PAPER-NOT-AWAITED for a component that is none of the dossier's.
    """
    with service.database.write() as session:
        row = by_code(session, dossier_code, locked=True)
        by_component = {paper.component: paper for paper in row.desk_papers}
        if unknown := sorted(set(components) - set(by_component)):
            raise MoveError("PAPER-NOT-AWAITED", ", ".join(unknown))
        for component in components:
            paper = by_component[component]
            if paper.received_at is None:
                paper.received_at, paper.officer = service.now(), officer
        left, dossier = len(awaited(row)), row.id
    emit(Event.DOSSIER_PAPERS, dossier=dossier, received=len(components), awaited=left)
    return papers(service, dossier_code)


def move(service: Service, dossier_code: str, decision: Decision) -> State:
    """Move a dossier and add the step to its history, in one transaction.

    Raises UnknownDossierError, MoveError; MOVE-PAPERS-AWAITED when a dossier would be accepted without its papers.
    """
    with service.database.write() as session:
        row = by_code(session, dossier_code, locked=True)
        if decision.to is Status.ACCEPTED and (missing := awaited(row)):
            raise MoveError("MOVE-PAPERS-AWAITED", ", ".join(paper.component for paper in missing))
        # Read after the lock: two officers' moves must not carry the same time backwards.
        last = row.history[-1]
        now = max(service.now(), last.at)
        procedure = service.procedures.get(row.procedure_local_id)
        legal_time = procedure.legal_time if procedure else None
        if (decision.papers or decision.until) and decision.to is not Status.MORE_PAPERS_NEEDED:
            raise MoveError("MOVE-NOT-ALLOWED", "only a request for more papers names papers and a last day")
        if decision.until is not None and decision.until < service.calendar.local_date(now):
            raise MoveError("MOVE-DATE-INVALID", "the last day lies before the move")
        step = Move(decision.to, now, decision.reason, decision.due)
        state = apply(state_of(row), step, service.rules, legal_time)
        unit_vi, unit_en = service.settings.unit_vi, service.settings.unit_en
        if procedure and decision.to not in _AT_THE_DESK:
            unit_vi, unit_en = procedure.unit_vi, procedure.unit_en
        if decision.unit_vi:
            unit_vi, unit_en = decision.unit_vi, decision.unit_en or decision.unit_vi
        enter_step(session, row, state, now, (unit_vi, unit_en), decision)
        wanted = decision.papers or ((ANY_PAPER,) if decision.to is Status.MORE_PAPERS_NEEDED else ())
        for position, paper in enumerate(wanted):
            row.asked_papers.append(_asked_paper(row, last.position + 1, position, paper))
        dossier = row.id
    emit(Event.DOSSIER_MOVED, dossier=dossier, status=state.status.value)
    return state


def enter_step(
    session: Session, row: Dossier, state: State, at: datetime, unit: tuple[str, str], decision: Decision | None = None
) -> None:
    """Write a state of the workflow into its row, and the step that led there into the history.

    `unit` is the one in charge from now on, in vi and en; without a decision no officer has made one.
    """
    session.add(
        HistoryStep(
            dossier_id=row.id,
            position=row.history[-1].position + 1,
            status=state.status.value,
            at=at,
            unit_vi=unit[0],
            unit_en=unit[1],
            officer=decision.officer if decision else None,
            reason=decision.reason if decision else None,
            due_date=state.due,
            until=decision.until if decision else None,
        )
    )
    row.status = state.status.value
    row.accepted_at = state.accepted_at
    row.legal_value = state.legal_time.value if state.legal_time else None
    row.legal_unit = state.legal_time.unit.value if state.legal_time else None
    row.due_date = state.due
    row.paused_since = state.pause.since if state.pause else None
    row.paused_left = state.pause.working_days_left if state.pause else None
    row.paused_due = state.pause.due if state.pause else None
    row.finished_on = state.finished_on
