"""Practice: what somebody who practises may do, what comes of it, and its end. The screens' own rows do the rest.

A practice session hears only the events of PLAYED and asks only for the effects of PRACTISED. Both are lists of what is
allowed, so that whatever is added to the kiosk later stays out of practice until somebody has decided otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk_app.flow import events as ev
from kiosk_app.flow.digitising import paper_changed
from kiosk_app.flow.effects import (
    PRACTISED,
    Effect,
    NotePractice,
    ReadCard,
    ReadSpecimen,
    ScanPages,
    ScanSpecimens,
    StartTimer,
    StopTimer,
)
from kiosk_app.flow.identifying import inserted, numbered
from kiosk_app.flow.rows import IDLE_S, Row, Step, fresh, row, stay, wipe
from kiosk_app.model.basics import SERVICING, Goal, Overlay, Screen
from kiosk_app.model.offers import specimen_wanted
from kiosk_app.model.practice import SPECIMEN_NUMBER, Practice
from kiosk_app.model.session import CardView, ScanView, Session
from kiosk_app.model.staff import StaffMember

PLAYED: Final[frozenset[type[ev.Event]]] = frozenset(
    {
        *(ev.EndPractice, ev.PresentSpecimen, ev.ShowSteps),
        # finding and agreeing
        *(ev.ChooseGoal, ev.TypeQuery, ev.SearchAnswered, ev.ChooseProcedure, ev.ProcedureLoaded, ev.ToggleComponent),
        *(ev.GiveConsent, ev.Continue, ev.Back),
        # the specimen card
        *(ev.EnterAccessNumber, ev.RetryCard, ev.CardProgressed, ev.CardRead, ev.CardFailed, ev.RejectIdentity),
        *(ev.IdentifyOtherwise, ev.EnterPerson, ev.ContinueNoted),
        # the specimen papers
        *(ev.ChooseComponent, ev.StartScan, ev.StopScan, ev.TakeOriginals, ev.PageScanned, ev.PageReady, ev.PageFailed),
        *(ev.ScanEnded, ev.PageRead, ev.PagesAlike, ev.PagesPlaced, ev.HandInAtDesk),
        *(
            ev.DropPage,
            ev.KeepPage,
            ev.MovePage,
            ev.ScanPaper,
            ev.BringToDesk,
            ev.LookAtPage,
            ev.ClosePage,
            ev.TurnPage,
        ),
        *(ev.ShiftPage, ev.RescanPage, ev.PageShown, ev.PageTurned),
        # form, check, declaration
        *(ev.SetAnswer, ev.TakeOffer, ev.OffersFound, ev.ChangeAnswer, ev.Declare),
        # what holds everywhere
        *(ev.ChangeLanguage, ev.SetComfort, ev.Touched, ev.AskEnd, ev.ConfirmEnd, ev.CloseOverlay, ev.TimerFired),
        *(ev.DeviceChanged, ev.ServiceChanged, ev.OutOfService, ev.BackInService),
    }
)
"""What a practice session hears. Codes, cards and badges that are really shown, calls, tracking, drafts, prints and the
technician's door are not among them."""
BEGAN: Final = "began"
_STOPPED, _IDLE, _FINISHED, _LEFT = "stopped", "idle", "finished", "left"


def begin_practice(session: Session, member: StaffMember | None) -> Step:
    """From the home screen, where nothing of anybody is, into a session of its own."""
    practice = Practice(member, session.card.present, session.scan.paper_loaded)
    begun = replace(
        fresh(session),
        language=session.language,
        comfort=session.comfort,
        practice=practice,
        card=CardView(),
        scan=ScanView(),
    )
    return begun, (*wipe(session), NotePractice(member, BEGAN), StopTimer("idle_end"), StartTimer("idle", IDLE_S))


def heard(session: Session, event: ev.Event) -> tuple[Session, ev.Event | None]:
    """What a practice session makes of an event: the event, another one in its place, or None and only what is known of
    the machine has changed."""
    practice = session.practice
    if practice is None:
        return session, event
    match event:
        case ev.CardInserted() | ev.CardRemoved():
            lies = isinstance(event, ev.CardInserted)
            return replace(session, practice=replace(practice, card_present=lies)), None
        case ev.PaperChanged():
            return replace(session, practice=replace(practice, paper_loaded=event.loaded)), None
        case ev.ChooseGoal(goal=Goal.TRACK | Goal.SUPPLEMENT):
            return session, ev.Touched()
        case ev.CallHelp():
            return session, ev.ShowSteps()  # nobody is called: whoever can help stands here
        case ev.ScanEnded():
            session = replace(session, scan=replace(session.scan, paper_loaded=False))
    if type(event) in PLAYED:
        return session, event
    return session, ev.Touched() if isinstance(event, ev.CitizenEvent) else None


def followed(before: Session, after: Session, event: ev.Event, effects: tuple[Effect, ...]) -> Step:
    """What comes of a step of a practice session: its end where the session would have ended, specimens in the place of card
    and papers, and nothing that is not allowed."""
    if after.practice is None or after.screen in (Screen.GOODBYE, Screen.OUT_OF_SERVICE, *SERVICING):
        known = replace(
            before, devices=after.devices, service_online=after.service_online, out_of_service=after.out_of_service
        )
        return _ended(known, _why(before, event))
    return after, tuple(told for effect in effects if type(told := _specimen(effect)) in PRACTISED)


def _specimen(effect: Effect) -> Effect:
    match effect:
        case ReadCard():
            return ReadSpecimen()
        case ScanPages():
            return ScanSpecimens(effect)
    return effect


def _why(before: Session, event: ev.Event) -> str:
    match event:
        case ev.EndPractice():
            return _STOPPED
        case ev.TimerFired():
            return _IDLE
        case ev.Continue() if before.screen is Screen.DONE:
            return _FINISHED
    return _LEFT


def _ended(session: Session, why: str) -> Step:
    """Back to where nobody is: nothing of the practice is left, and the machine is known again as it really is."""
    practice = session.practice
    assert practice is not None
    after = replace(
        fresh(session),
        card=CardView(present=practice.card_present),
        scan=ScanView(paper_loaded=practice.paper_loaded),
    )
    timers = tuple(StopTimer(name) for name in ("idle", "idle_end", "paper"))
    return after, (*wipe(session), *timers, NotePractice(practice.member, why))


def _begin(session: Session, _: ev.BeginPractice) -> Step:
    # Whoever has called for somebody stands here.
    return stay(session) if session.call.open or session.assist.now else begin_practice(session, None)


def _end(session: Session, _: ev.EndPractice) -> Step:
    return stay(session) if session.practice is None else stay(session, practice=None)


def _present(session: Session, _: ev.PresentSpecimen) -> Step:
    match specimen_wanted(session):
        case "card":
            return inserted(session, ev.CardInserted())
        case "code":
            return numbered(session, ev.EnterAccessNumber(SPECIMEN_NUMBER))
        case "papers":
            return paper_changed(session, ev.PaperChanged(True))
    return stay(session)


def _steps(session: Session, _: ev.ShowSteps) -> Step:
    return stay(session) if session.practice is None else stay(session, overlay=Overlay.STEPS)


_ALL: Final = tuple(Screen)
ROWS: tuple[Row, ...] = (
    row(Screen.HOME, ev.BeginPractice, _begin, Screen.OUT_OF_SERVICE),
    row((Screen.IDENTIFY, Screen.SCAN), ev.PresentSpecimen, _present),
)
EVERYWHERE: tuple[Row, ...] = (
    row(_ALL, ev.EndPractice, _end, Screen.HOME, Screen.OUT_OF_SERVICE),
    row(_ALL, ev.ShowSteps, _steps),
)
"""The rows of the band, which lies over every screen."""
