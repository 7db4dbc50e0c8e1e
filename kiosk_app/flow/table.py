"""The one total function: every pair of screen and event has a row, or stays as it is."""

from __future__ import annotations

from typing import Final

from kiosk_app.flow import (
    applying,
    browsing,
    digitising,
    everywhere,
    identifying,
    tracking,
)
from kiosk_app.flow.effects import StartTimer, StopTimer
from kiosk_app.flow.events import (
    Answered,
    CitizenEvent,
    CloseOverlay,
    ConfirmEnd,
    Event,
)
from kiosk_app.flow.rows import IDLE_DONE_S, IDLE_S, Row, Step
from kiosk_app.model.basics import Overlay, Screen
from kiosk_app.model.session import Session

ROWS: Final[tuple[Row, ...]] = (
    *browsing.ROWS,
    *identifying.ROWS,
    *digitising.ROWS,
    *applying.ROWS,
    *tracking.ROWS,
    *everywhere.ROWS,
)
"""All rows; a screen's own row comes before the one that holds everywhere."""


def _index() -> dict[tuple[Screen, type[Event]], Row]:
    index: dict[tuple[Screen, type[Event]], Row] = {}
    for item in ROWS:
        for screen in item.screens:
            index.setdefault((screen, item.event), item)
    return index


INDEX: Final = _index()
NEVER_IDLE: Final = (Screen.GOODBYE, Screen.OUT_OF_SERVICE, Screen.SENDING)


def transition(session: Session, event: Event) -> Step:
    """The session after `event`, and what is to be done. Never raises; what means nothing here changes nothing."""
    if isinstance(event, Answered) and event.session != session.number:
        return session, ()
    if (
        isinstance(event, CitizenEvent)
        and session.overlay is Overlay.IDLE_WARNING
        and not isinstance(event, ConfirmEnd)
    ):
        event = CloseOverlay()  # any touch is a sign of life and does nothing else
    found = INDEX.get((session.screen, type(event)))
    if found is None:
        return session, ()
    after, effects = found.act(session, event)
    if isinstance(event, CitizenEvent) and after.screen not in NEVER_IDLE:
        seconds = IDLE_DONE_S if after.screen is Screen.DONE else IDLE_S
        effects = (*effects, StopTimer("idle_end"), StartTimer("idle", seconds))
    elif after.screen is Screen.DONE and session.screen is not Screen.DONE:
        effects = (*effects, StartTimer("idle", IDLE_DONE_S))
    return after, effects
