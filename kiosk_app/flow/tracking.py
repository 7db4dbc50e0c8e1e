"""Rows of track: a dossier's code in, its way through the offices out."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.flow.effects import Track
from kiosk_app.flow.events import (
    AskTracking,
    Back,
    CardCodeScanned,
    Continue,
    EnterTracking,
    Tracked,
    TrackFailed,
    TrackingCodeScanned,
    UnfitCodeScanned,
    ZoneScanned,
)
from kiosk_app.flow.rows import Row, Step, go, goodbye, home, row, stay
from kiosk_app.model.basics import EndReason, Goal, Screen
from kiosk_app.model.session import Session, TrackView


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
        lambda s, _: home(s),
        Screen.HOME,
        Screen.OUT_OF_SERVICE,
    ),
)
