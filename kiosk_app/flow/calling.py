"""Rows of the call for an officer: called, taken, not sent, called off. The call goes on under whatever is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk_app.flow.effects import CallStaff, StartTimer
from kiosk_app.flow.events import CallAnswered, CallHelp, CallOff
from kiosk_app.flow.rows import IDLE_HELP_S, Row, Step, row, stay
from kiosk_app.model.basics import SERVICING, Overlay, Screen
from kiosk_app.model.calling import Call, CallStage
from kiosk_app.model.session import Session

_ALL: Final = tuple(Screen)
_NOBODY: Final = (Screen.GOODBYE, Screen.OUT_OF_SERVICE, *SERVICING)


def _call(session: Session, _: CallHelp) -> Step:
    if session.call.open:
        return stay(session, overlay=Overlay.HELP_CALLED)  # one call is enough: how it stands is shown
    call = Call(session.call.number + 1, CallStage.CALLING)
    return stay(session, CallStaff(call.number), call=call, overlay=Overlay.HELP_CALLED)


def _call_off(session: Session, _: CallOff) -> Step:
    overlay = Overlay.NONE if session.overlay is Overlay.HELP_CALLED else session.overlay
    return stay(session, call=Call(session.call.number), overlay=overlay)


def _answered(session: Session, event: CallAnswered) -> Step:
    before = session.call
    if event.call not in (0, before.number) or not before.open:
        return stay(session)  # of a call that was taken back, or of somebody who has left
    if event.stage is CallStage.NONE:
        return _call_off(session, CallOff())  # the officer is here
    call = replace(before, stage=event.stage, expected_at=event.expected_at)
    if event.stage is before.stage or session.screen in _NOBODY or session.overlay is Overlay.IDLE_WARNING:
        return stay(session, call=call)
    # Whoever reads that an officer is coming, or that none was told, gets the time to wait or to decide.
    return stay(session, StartTimer("idle", IDLE_HELP_S), call=call)


ROWS: tuple[Row, ...] = (
    row(_ALL, CallHelp, _call),
    row(_ALL, CallOff, _call_off),
    row(_ALL, CallAnswered, _answered),
)
