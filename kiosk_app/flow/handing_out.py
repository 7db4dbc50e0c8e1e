"""Rows of what is printed to take home, a list of papers or a draft's slip; its fate is told wherever one has gone on to."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.flow.effects import ConfirmHandout, LoadProcedure, PrintHandout, Search
from kiosk_app.flow.events import (
    ChecklistCameOut,
    ChecklistNotPrinted,
    ChecklistPrinted,
    ChecklistUnknown,
    PrintChecklist,
    ProcedureCodeScanned,
)
from kiosk_app.flow.rows import Row, Step, go, row, stay
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.offers import handout_offered
from kiosk_app.model.session import CardStage, Handout, ReceiptStage, Session

_BESIDE = (Screen.PROCEDURE, Screen.CHECKLIST, Screen.SAVE_DRAFT)


def _print(session: Session, _: PrintChecklist) -> Step:
    """One touch, one list: while it is printed, a second touch means nothing."""
    if session.handout.stage is ReceiptStage.PRINTING or not handout_offered(session):
        return stay(session)
    return stay(session, PrintHandout(), handout=Handout(ReceiptStage.PRINTING, draft=session.drafts.saved is not None))


def _awaited(session: Session, procedure: str) -> bool:
    """Whether the answer is about the list that is waited for, not one of a procedure that was looked at before."""
    here = session.procedure.local_id if session.procedure else ""
    here = f"draft:{here}" if session.handout.draft else here
    return session.handout.stage is ReceiptStage.PRINTING and procedure in ("", here)


def _answered(
    session: Session, event: ChecklistPrinted | ChecklistNotPrinted | ChecklistUnknown, stage: ReceiptStage
) -> Step:
    if not _awaited(session, event.procedure):
        return stay(session)
    code = None if isinstance(event, ChecklistPrinted) else event.code
    return stay(session, handout=replace(session.handout, stage=stage, code=code))


def _not_printed(session: Session, event: ChecklistNotPrinted) -> Step:
    """A list that broke off is owed to nobody: it is printed again only when it is asked for again."""
    return _answered(session, event, ReceiptStage.VOIDED if event.begun else ReceiptStage.NOT_PRINTED)


def _came_out(session: Session, _: ChecklistCameOut) -> Step:
    if session.handout.stage is not ReceiptStage.UNKNOWN:
        return stay(session)
    return stay(session, ConfirmHandout(), handout=replace(session.handout, stage=ReceiptStage.PRINTED, code=None))


def _procedure_code(session: Session, event: ProcedureCodeScanned) -> Step:
    """The code of a printed list opens its procedure; one that this catalogue does not have leaves the search open."""
    looking = replace(session, goal=Goal.LOOK_UP) if session.screen is Screen.HOME else session
    return go(looking, Screen.SEARCH, Search(""), LoadProcedure(event.local_id), query="")


def _elsewhere(session: Session, _: ProcedureCodeScanned) -> Step:
    if session.track.asking or session.card.stage is CardStage.READING:
        return stay(session)
    return stay(session, notice="BAR-PROCEDURE")


ROWS: tuple[Row, ...] = (
    row(_BESIDE, PrintChecklist, _print),
    row(_BESIDE, ChecklistCameOut, _came_out),
    row(tuple(Screen), ChecklistPrinted, lambda s, e: _answered(s, e, ReceiptStage.PRINTED)),
    row(tuple(Screen), ChecklistNotPrinted, _not_printed),
    row(tuple(Screen), ChecklistUnknown, lambda s, e: _answered(s, e, ReceiptStage.UNKNOWN)),
    row((Screen.HOME, Screen.SEARCH), ProcedureCodeScanned, _procedure_code, Screen.SEARCH),
    row((Screen.IDENTIFY, Screen.IDENTIFY_OTHERWISE, Screen.TRACK), ProcedureCodeScanned, _elsewhere),
)
