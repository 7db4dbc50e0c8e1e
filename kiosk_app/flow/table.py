"""The one total function: every pair of screen and event has a row, or stays as it is."""

from __future__ import annotations

from typing import Final

from kiosk_app.flow import (
    applying,
    assisting,
    browsing,
    calling,
    digitising,
    everywhere,
    guiding,
    handing_out,
    identifying,
    identifying_otherwise,
    practising,
    reviewing,
    saving,
    servicing,
    tracking,
    troubles,
)
from kiosk_app.flow.effects import Effect, NoteRefusal, StartTimer, StopTimer
from kiosk_app.flow.events import (
    Answered,
    AskSaveDraft,
    BadgeScanned,
    CardCodeScanned,
    CitizenEvent,
    CloseOverlay,
    ConfirmEnd,
    Declare,
    Event,
    GiveConsent,
    KeepDraft,
    ProcedureCodeScanned,
    SetAnswer,
    TakeOffer,
    TrackingCodeScanned,
    ZoneScanned,
)
from kiosk_app.flow.everywhere import busy
from kiosk_app.flow.rows import IDLE_DONE_S, IDLE_HELP_S, IDLE_S, Row, Step
from kiosk_app.model.assisting import PATIENCE_S
from kiosk_app.model.basics import SERVICING, Overlay, Screen
from kiosk_app.model.session import Session

ROWS: Final[tuple[Row, ...]] = (
    *browsing.ROWS,
    *handing_out.ROWS,
    *identifying.ROWS,
    *identifying_otherwise.ROWS,
    *digitising.ROWS,
    *reviewing.ROWS,
    *applying.ROWS,
    *tracking.ROWS,
    *saving.ROWS,
    *servicing.ROWS,
    *guiding.ROWS,
    *calling.ROWS,
    *assisting.ROWS,
    *practising.ROWS,
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
# A code with a meaning is held there by a hand. Card and paper are not signs of life: a sensor that flickers by itself
# would keep a left session open for ever.
SIGNS_OF_LIFE: Final = (
    *(CitizenEvent, CardCodeScanned, ZoneScanned, TrackingCodeScanned, ProcedureCodeScanned, BadgeScanned),
)


def transition(session: Session, event: Event) -> Step:
    """The session after `event`, and what is to be done. Never raises; what means nothing here changes nothing."""
    if isinstance(event, Answered) and event.session != session.number:
        return session, ()
    if session.practice is None:
        return _by_the_table(session, event)
    session, played = practising.heard(session, event)
    if played is None:
        return session, ()
    after, effects = _by_the_table(session, played)
    return practising.followed(session, after, event, effects)


def _by_the_table(session: Session, event: Event) -> Step:
    if (
        isinstance(event, CitizenEvent)
        and session.overlay is Overlay.IDLE_WARNING
        and not isinstance(event, ConfirmEnd | AskSaveDraft)
    ):
        event = CloseOverlay()  # any touch is a sign of life and does nothing else
    found = INDEX.get((session.screen, type(event)))
    if found is None:
        return session, ()
    if what := _out_of_place(session, event):
        now = session.assist.now
        return session, (NoteRefusal(now.member if now else None, what, getattr(event, "field_id", "")),)
    after, effects = found.act(session, event)
    after, effects = _with_an_officer(session, after, event, effects)
    # The time of a citizen who waited for the machine begins when the machine is done.
    waited = busy(session) and not busy(after)
    if (waited or isinstance(event, SIGNS_OF_LIFE)) and after.screen not in NEVER_IDLE:
        effects = (*effects, StopTimer("idle_end"), StartTimer("idle", _idle_seconds(after)))
    return after, effects


def _out_of_place(session: Session, event: Event) -> str:
    """What a citizen alone may do and does not do here: the word under which it is written down, empty for all else."""
    if isinstance(event, SetAnswer | TakeOffer) and assisting.hidden(session, event.field_id):
        return "answer"
    if session.overlay in (Overlay.STAFF_PIN, Overlay.FIELD_CONSENT):
        words = {GiveConsent: "consent", Declare: "declare", KeepDraft: "keep_draft"}
        return words.get(type(event), "")
    return ""


def _with_an_officer(before: Session, after: Session, event: Event, effects: tuple[Effect, ...]) -> Step:
    """What an officer's presence adds to any step, and what one who comes later is told of it."""
    if isinstance(event, SetAnswer | TakeOffer) and after.answers is not before.answers:
        after, more = assisting.typed(after, event.field_id)
        effects = (*effects, *more)
    after, ended = assisting.followed(before, after, event)
    return troubles.remembered(before, after, event), (*effects, *ended)


def _idle_seconds(session: Session) -> float:
    if session.screen in SERVICING and session.screen is not Screen.TECHNICIAN_LOGIN:
        return session.staff_idle_s
    if session.assist.patience:
        return PATIENCE_S
    if session.overlay is Overlay.HELP_CALLED or session.call.open or session.assist.now is not None:
        return IDLE_HELP_S
    return IDLE_DONE_S if session.screen is Screen.DONE else IDLE_S
