"""Rows of track and of one's own dossiers: a code or a proven card in, the way through the offices out."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.flow.digitising import begin_scan
from kiosk_app.flow.effects import Effect, FindOwn, Track
from kiosk_app.flow.events import (
    AskTracking,
    Back,
    CardCodeScanned,
    ChooseDossier,
    Continue,
    EnterTracking,
    HandInPapers,
    OwnFound,
    TrackByCard,
    Tracked,
    TrackFailed,
    TrackingCodeScanned,
    UnfitCodeScanned,
    ZoneScanned,
)
from kiosk_app.flow.rows import Row, Step, go, goodbye, home, row, stay, without_papers
from kiosk_app.model.basics import EndReason, Goal, Screen
from kiosk_app.model.offers import own_dossiers_offered, supplement_offered
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.session import Session, TrackView
from kiosk_app.model.tracking import TrackingReport

_NOTHING: tuple[Effect, ...] = ()


def _enter(session: Session, event: EnterTracking) -> Step:
    if session.track.asking:
        return stay(session)
    view = TrackView(code=event.code.strip().upper(), lookup_code=event.lookup_code.strip().upper())
    return stay(session, track=view, notice=None)


def _scanned(session: Session, event: TrackingCodeScanned) -> Step:
    if session.track.asking:
        return stay(session)  # the answer under way would be shown under the other code
    view = TrackView(code=event.code.strip().upper(), lookup_code=event.lookup_code.strip().upper())
    return go(session, Screen.TRACK, goal=Goal.TRACK, track=view)


def _unfit(session: Session, event: UnfitCodeScanned) -> Step:
    return stay(session) if session.track.asking else stay(session, notice=event.code)


def _card(session: Session, _: CardCodeScanned | ZoneScanned) -> Step:
    return stay(session) if session.track.asking else stay(session, notice="BAR-CARD")


def _ask(session: Session, _: AskTracking) -> Step:
    if session.track.asking or not session.track.code:
        return stay(session)
    asking = replace(session.track, asking=True, report=None)
    return stay(session, Track(asking.code, asking.lookup_code), track=asking, notice=None)


def _tracked(session: Session, event: Tracked) -> Step:
    return stay(session, track=replace(session.track, asking=False, report=event.report))


def _failed(session: Session, event: TrackFailed) -> Step:
    return stay(session, track=replace(session.track, asking=False), notice=event.code)


def _by_card(session: Session, _: TrackByCard) -> Step:
    if session.track.asking or not own_dossiers_offered(session):
        return stay(session)
    return go(session, Screen.CONSENT, goal=Goal.TRACK, track=TrackView(), identity=None)


def _own(session: Session, event: OwnFound) -> Step:
    return stay(session, track=TrackView(mine=event.dossiers))


def _ask_own_again(session: Session, _: AskTracking) -> Step:
    if session.track.asking or session.track.mine is not None:
        return stay(session)
    return stay(session, FindOwn(), track=TrackView(asking=True), notice=None)


def _choose(session: Session, event: ChooseDossier) -> Step:
    chosen = next((item for item in session.track.mine or () if item.dossier_code == event.code), None)
    if chosen is None or session.track.asking:
        return stay(session)
    view = replace(session.track, code=chosen.dossier_code, lookup_code=chosen.lookup_code, asking=True)
    return stay(session, Track(chosen.dossier_code, chosen.lookup_code), track=view, notice=None)


def _chosen(session: Session, event: Tracked) -> Step:
    return go(session, Screen.TRACK, track=replace(session.track, asking=False, report=event.report))


def _hand_in(session: Session, _: HandInPapers) -> Step:
    """The papers asked for become the list that is scanned, reviewed and sent."""
    report = session.track.report
    if report is None or not supplement_offered(session):
        return stay(session)
    wanted, wiped = _asked_for(report), _NOTHING
    if session.procedure != wanted:
        # Pages of another dossier would lie under this one's papers.
        session, wiped = without_papers(session)
        session = replace(session, procedure=wanted, fields=(), answers={}, have=frozenset())
    only = wanted.components[0].id if len(wanted.components) == 1 else ""
    scan = replace(session.scan, component=session.scan.component or only)
    after, effects = begin_scan(replace(session, goal=Goal.SUPPLEMENT, scan=scan))
    return after, (*wiped, *effects)


def _asked_for(report: TrackingReport) -> Procedure:
    """The dossier's procedure with the papers that are asked for, and no others."""
    return Procedure(
        report.procedure_id or report.dossier_code,
        None,
        report.procedure_vi,
        report.procedure_en,
        "",
        components=tuple(
            Component(paper.component, paper.name_vi, "", paper.originals, paper.copies, True)
            for paper in report.wanted
        ),
    )


def _back(session: Session, _: Back) -> Step:
    if session.track.mine is not None:
        return go(session, Screen.MY_DOSSIERS, track=TrackView(mine=session.track.mine))
    return home(session)


ROWS: tuple[Row, ...] = (
    row(Screen.TRACK, EnterTracking, _enter),
    row((Screen.HOME, Screen.TRACK), TrackingCodeScanned, _scanned, Screen.TRACK),
    row(Screen.TRACK, CardCodeScanned, _card),
    row(Screen.TRACK, ZoneScanned, _card),
    row(Screen.TRACK, UnfitCodeScanned, _unfit),
    row(Screen.TRACK, AskTracking, _ask),
    row(Screen.TRACK, Tracked, _tracked),
    row(Screen.TRACK, TrackFailed, _failed),
    row(
        Screen.TRACK,
        Continue,
        lambda s, _: goodbye(s, EndReason.FINISHED),
        Screen.GOODBYE,
    ),
    row(
        Screen.TRACK,
        Back,
        _back,
        Screen.MY_DOSSIERS,
        Screen.HOME,
        Screen.OUT_OF_SERVICE,
    ),
    row(Screen.TRACK, HandInPapers, _hand_in, Screen.SCAN),
    row(Screen.TRACK, TrackByCard, _by_card, Screen.CONSENT),
    row(Screen.MY_DOSSIERS, OwnFound, _own),
    row(Screen.MY_DOSSIERS, TrackFailed, _failed),
    row(Screen.MY_DOSSIERS, AskTracking, _ask_own_again),
    row(Screen.MY_DOSSIERS, ChooseDossier, _choose),
    row(Screen.MY_DOSSIERS, Tracked, _chosen, Screen.TRACK),
    row(Screen.MY_DOSSIERS, Continue, lambda s, _: goodbye(s, EndReason.FINISHED), Screen.GOODBYE),
    row(Screen.MY_DOSSIERS, Back, lambda s, _: home(s), Screen.HOME, Screen.OUT_OF_SERVICE),
)
