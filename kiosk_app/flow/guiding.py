"""Rows of the guided tests: prepare, run, ask, done; they can be left at any step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk_app.flow.effects import RecordGuide, RunGuide, StartTimer, StopGuide, StopTimer, WatchMachine
from kiosk_app.flow.events import (
    AnswerGuide,
    Back,
    GuideEnded,
    GuideProgressed,
    OpenGuide,
    StartGuide,
    TouchCell,
)
from kiosk_app.flow.rows import Row, Step, go, row, stay
from kiosk_app.model.basics import Screen
from kiosk_app.model.guided import CELLS, GUIDE_OF, SIDES, Found, Guide, GuidedRun, GuideStage
from kiosk_app.model.session import Session

GRID_S = 8.0
"""Nobody has touched a new cell for so long: what is left does not answer, or nobody wants to go on."""
NUMBER_LENGTH = 6


def _with(session: Session, run: GuidedRun | None) -> Session:
    return replace(session, servicing=replace(session.servicing, guided=run))


def _run(session: Session, **changes: Any) -> Session:
    run = session.servicing.guided
    return session if run is None else _with(session, replace(run, **changes))


def _open(session: Session, event: OpenGuide) -> Step:
    device = ""
    if event.guide in GUIDE_OF.values():
        cards = session.servicing.machine.devices
        card = next((one for one in cards if GUIDE_OF.get(one.kind) is event.guide), None)
        if card is None or not card.in_service or card.testing:
            return stay(session)
        device = card.id
    from_page = device if session.screen is Screen.DIAGNOSTICS_DEVICE else ""
    opened = _with(session, GuidedRun(event.guide, device))
    return go(replace(opened, servicing=replace(opened.servicing, device=from_page)), Screen.DIAGNOSTICS_GUIDED)


def _start(session: Session, event: StartGuide) -> Step:
    run = session.servicing.guided
    if run is None or run.stage not in (GuideStage.PREPARE, GuideStage.DONE):
        return stay(session)
    if run.guide is Guide.CARD and (len(event.number) != NUMBER_LENGTH or not event.number.isdigit()):
        return stay(session)
    step = SIDES[0] if run.guide is Guide.SOUND else ""
    fresh = GuidedRun(run.guide, run.device, GuideStage.RUNNING, step)
    if run.guide is Guide.TOUCH:
        return stay(_with(session, fresh), StartTimer("grid", GRID_S))
    return stay(_with(session, fresh), RunGuide(run.guide, run.device, step, event.number))


def _running(session: Session) -> GuidedRun | None:
    run = session.servicing.guided
    return run if run is not None and run.stage is GuideStage.RUNNING else None


def _progressed(session: Session, event: GuideProgressed) -> Step:
    if _running(session) is None:
        return stay(session)
    return stay(_run(session, step=event.step, percent=event.percent))


def _ended(session: Session, event: GuideEnded) -> Step:
    run = _running(session)
    if run is None:
        return stay(session)
    if event.found.passed is None:
        return stay(_run(session, stage=GuideStage.ASK, found=event.found))
    return _done(session, run, event.found)


def _done(session: Session, run: GuidedRun, found: Found) -> Step:
    passed = found.passed is True
    ended = _run(session, stage=GuideStage.DONE, found=replace(found, passed=passed))
    return stay(ended, RecordGuide(run.guide, passed, found.code), WatchMachine())


def _answered(session: Session, event: AnswerGuide) -> Step:
    run = session.servicing.guided
    if run is None or run.stage is not GuideStage.ASK:
        return stay(session)
    if run.guide is Guide.SOUND and event.yes and run.step == SIDES[0]:
        running = _run(session, stage=GuideStage.RUNNING, step=SIDES[1], found=Found(None))
        return stay(running, RunGuide(run.guide, run.device, SIDES[1], ""))
    return _done(session, run, replace(run.found, passed=event.yes))


def _touched(session: Session, event: TouchCell) -> Step:
    run = _running(session)
    if run is None or run.guide is not Guide.TOUCH or not 0 <= event.cell < CELLS or event.cell in run.touched:
        return stay(session)
    touched = run.touched | {event.cell}
    if len(touched) < CELLS:
        return stay(_run(session, touched=touched), StartTimer("grid", GRID_S))
    after, effects = _done(_run(session, touched=touched), run, Found(True))
    return after, (StopTimer("grid"), *effects)


def grid_timed_out(session: Session) -> Step:
    """No new cell was touched for a while: the test ends with what is missing."""
    run = _running(session)
    if run is None or run.guide is not Guide.TOUCH:
        return stay(session)
    return _done(session, run, Found(False))


def _back(session: Session, _: Back) -> Step:
    to = Screen.DIAGNOSTICS_DEVICE if session.servicing.device else Screen.DIAGNOSTICS
    # Whatever was read of a card or a sheet leaves the screen with the test.
    return go(_with(session, None), to, StopGuide(), StopTimer("grid"))


ROWS: tuple[Row, ...] = (
    row((Screen.DIAGNOSTICS, Screen.DIAGNOSTICS_DEVICE), OpenGuide, _open, Screen.DIAGNOSTICS_GUIDED),
    row(Screen.DIAGNOSTICS_GUIDED, StartGuide, _start),
    row(Screen.DIAGNOSTICS_GUIDED, GuideProgressed, _progressed),
    row(Screen.DIAGNOSTICS_GUIDED, GuideEnded, _ended),
    row(Screen.DIAGNOSTICS_GUIDED, AnswerGuide, _answered),
    row(Screen.DIAGNOSTICS_GUIDED, TouchCell, _touched),
    row(Screen.DIAGNOSTICS_GUIDED, Back, _back, Screen.DIAGNOSTICS, Screen.DIAGNOSTICS_DEVICE),
)
