"""Rows of home, search, procedure, checklist and consent: finding what to submit and agreeing to it."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.flow.effects import Effect, LoadProcedure, Search
from kiosk_app.flow.events import (
    Back,
    ChooseGoal,
    ChooseProcedure,
    Continue,
    GiveConsent,
    ProcedureLoaded,
    SearchAnswered,
    ToggleComponent,
    TypeQuery,
)
from kiosk_app.flow.identifying import begin_identify
from kiosk_app.flow.rows import Row, Step, defaults, go, home, row, stay, without_papers
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.offers import blocking_code
from kiosk_app.model.session import Consent, Handout, Session

CONSENT_VERSION = "2026-01"


def _choose_goal(session: Session, event: ChooseGoal) -> Step:
    if event.goal is Goal.TRACK:
        return go(session, Screen.TRACK, goal=event.goal)
    if event.goal is Goal.SUBMIT and (code := blocking_code(session)):
        return stay(session, notice=code)
    if event.goal is Goal.NONE:
        return stay(session)
    return go(session, Screen.SEARCH, Search(""), goal=event.goal, query="")


def _type_query(session: Session, event: TypeQuery) -> Step:
    return stay(session, Search(event.text), query=event.text)


def _search_answered(session: Session, event: SearchAnswered) -> Step:
    return stay(session, results=event.results) if event.query == session.query else stay(session)


def _choose_procedure(session: Session, event: ChooseProcedure) -> Step:
    return stay(session, LoadProcedure(event.local_id))


def _procedure_loaded(session: Session, event: ProcedureLoaded) -> Step:
    same = session.procedure is not None and session.procedure.local_id == event.procedure.local_id
    wiped: tuple[Effect, ...] = ()
    if not same and (session.pages or session.identity is not None):
        # Components are numbered by procedure: a page of the other one would lie under the wrong paper.
        session, wiped = without_papers(session)
    return go(
        session,
        Screen.PROCEDURE,
        *wiped,
        procedure=event.procedure,
        fields=event.fields,
        answers=session.answers if same else defaults(event.fields),
        have=session.have if same else frozenset(),
        handout=session.handout if same else Handout(),
    )


def _procedure_continue(session: Session, _: Continue) -> Step:
    if session.procedure is None or not session.procedure.offered:
        return stay(session, notice="APP-NOT-OFFERED")
    return go(session, Screen.CHECKLIST)


def _toggle(session: Session, event: ToggleComponent) -> Step:
    if session.procedure is None or session.procedure.component(event.component) is None:
        return stay(session)
    return stay(session, have=session.have ^ {event.component})


def _checklist_continue(session: Session, _: Continue) -> Step:
    if code := blocking_code(session):
        return stay(session, notice=code)
    return go(replace(session, goal=Goal.SUBMIT), Screen.CONSENT)


def _consent(session: Session, event: GiveConsent) -> Step:
    agreed = replace(session, consent=Consent(CONSENT_VERSION, event.at, event.notices))
    return begin_identify(agreed)


def _disagree(session: Session, _: Back) -> Step:
    return go(session, Screen.TRACK if session.goal is Goal.TRACK else Screen.CHECKLIST)


def _back_to_search(session: Session, _: Back) -> Step:
    return go(session, Screen.SEARCH, Search(session.query))


def _back_home(session: Session, _: Back) -> Step:
    return home(session)


ROWS: tuple[Row, ...] = (
    row(Screen.HOME, ChooseGoal, _choose_goal, Screen.SEARCH, Screen.TRACK),
    row(Screen.SEARCH, TypeQuery, _type_query),
    row(Screen.SEARCH, SearchAnswered, _search_answered),
    row(Screen.SEARCH, ChooseProcedure, _choose_procedure),
    row(Screen.SEARCH, ProcedureLoaded, _procedure_loaded, Screen.PROCEDURE),
    row(Screen.SEARCH, Back, _back_home, Screen.HOME, Screen.OUT_OF_SERVICE),
    row(Screen.PROCEDURE, Continue, _procedure_continue, Screen.CHECKLIST),
    row(Screen.PROCEDURE, Back, _back_to_search, Screen.SEARCH),
    row(Screen.CHECKLIST, ToggleComponent, _toggle),
    row(Screen.CHECKLIST, Continue, _checklist_continue, Screen.CONSENT),
    row(Screen.CHECKLIST, Back, lambda s, _: go(s, Screen.PROCEDURE), Screen.PROCEDURE),
    row(Screen.CONSENT, GiveConsent, _consent, Screen.IDENTIFY, Screen.IDENTIFY_OTHERWISE),
    row(Screen.CONSENT, Back, _disagree, Screen.CHECKLIST, Screen.TRACK),
)
