"""Practice in the flow: an officer begins it where nobody is, it plays the whole way, and nothing real ever comes of it."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import replace

import pytest
from citizen import AT, CARD, FIELDS, OTHER, PROCEDURE, RESIDENCE, Citizen, machine, reading
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from officer import OFFICER, POST, Officer

from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.flow.measuring import Measuring, heard, seen
from kiosk_app.flow.practising import PLAYED
from kiosk_app.flow.table import transition
from kiosk_app.model.assisting import Tool
from kiosk_app.model.basics import SERVICING, Goal, Overlay, Screen
from kiosk_app.model.helping import tools
from kiosk_app.model.offers import draft_offered, handout_offered, mail_offered, specimen_wanted, table_offered
from kiosk_app.model.practice import Practice
from kiosk_app.model.session import SendStage, Session
from kiosk_app.model.staff import Right, Role, StaffMember

REFUSED = {
    *(fx.ReadCard, fx.ScanPages, fx.Submit, fx.PrintSlip, fx.AskForMail, fx.ConfirmSlip, fx.PrintHandout),
    *(
        fx.ConfirmHandout,
        fx.Track,
        fx.FindOwn,
        fx.FindDrafts,
        fx.SaveDraft,
        fx.FetchDraft,
        fx.RemoveDraft,
        fx.CallStaff,
    ),
    *(fx.LookAtGate, fx.VerifyPin, fx.ChoosePin, fx.NoteAct, fx.NoteRefusal, fx.EndAssist),
    *(fx.WatchMachine, fx.TestDevices, fx.TestLine, fx.PrintReadiness, fx.RestartHost, fx.SetInService, fx.RunGuide),
    *(fx.StopGuide, fx.RecordGuide, fx.NoteNewRoll, fx.WriteBundle, fx.WriteMeasures, fx.LogLeave),
}
KINDS = [
    kind
    for kind in vars(ev).values()
    if inspect.isclass(kind) and issubclass(kind, ev.Event) and not kind.__subclasses__()
]
TIMERS = st.sampled_from(["idle", "idle_end", "acknowledge", "goodbye", "paper", "assist", "grid"])


def practised(citizen: Citizen) -> Session:
    """That session as one of somebody who practises."""
    return replace(citizen.session, practice=Practice(OFFICER))


def practice() -> Citizen:
    """Somebody at the home screen of a practice that an officer has begun."""
    citizen = Citizen()
    Officer(citizen).come().use(Tool.PRACTISE)
    return citizen


def on(citizen: Citizen, *screens: Screen) -> Citizen:
    assert citizen.screen in screens
    assert citizen.session.practice is not None
    return citizen


def to_scan(citizen: Citizen) -> Citizen:
    on(citizen.to_identify(), Screen.IDENTIFY).do(ev.PresentSpecimen(), ev.PresentSpecimen())
    assert citizen.effects[:1] == (fx.ReadSpecimen(),)
    on(citizen.answer(ev.CardRead, reading()), Screen.CONFIRM_IDENTITY)
    return on(citizen.do(ev.Continue()), Screen.SCAN)


STARTS = [
    practice().session,
    *(practised(one) for one in (Citizen().to_identify(), Citizen().to_confirm(), Citizen().to_scan().scan(1, 2))),
    *(practised(one) for one in (Citizen().to_check(), Citizen().to_sending().sealed(), Citizen().to_done())),
    to_scan(practice()).session,
]


def some(kind: type[ev.Event]) -> st.SearchStrategy[ev.Event]:
    if kind is ev.TimerFired:
        return st.builds(ev.TimerFired, name=TIMERS)
    if kind is ev.ProcedureLoaded:
        return st.builds(kind, procedure=st.sampled_from([PROCEDURE, OTHER]), fields=st.just(FIELDS))
    return st.from_type(kind)


# --- nothing real comes of it -------------------------------------------------------------------------------------------


def test_every_effect_is_either_allowed_in_practice_or_refused_by_somebodys_decision() -> None:
    kinds = {k for k in vars(fx).values() if inspect.isclass(k) and issubclass(k, fx.Effect)} - {fx.Effect}
    assert kinds == REFUSED | fx.PRACTISED
    assert not REFUSED & fx.PRACTISED


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(STARTS), st.data())
def test_whatever_happens_in_a_practice_nothing_is_sealed_sent_printed_saved_or_really_read(
    start: Session, data: st.DataObject
) -> None:
    session = start
    for _ in range(data.draw(st.integers(5, 25))):
        event = data.draw(st.sampled_from(KINDS).flatmap(some))
        if isinstance(event, ev.Answered):
            event = dataclasses.replace(event, session=session.number)
        before = session
        session, effects = transition(session, event)
        assert {type(effect) for effect in effects} <= fx.PRACTISED, (before.screen, event)
        if session.practice is None:
            assert session.screen in (Screen.HOME, Screen.OUT_OF_SERVICE)
            assert session == replace(Session(number=session.number), **_of_the_machine(session))
            assert fx.WipeSession(before.number) in effects
            return
        assert session.screen not in (Screen.GOODBYE, Screen.OUT_OF_SERVICE, *SERVICING)
        assert session.assist.now is None


def _of_the_machine(session: Session) -> dict[str, object]:
    names = (
        "screen",
        "language",
        "site_language",
        "staff_idle_s",
        "devices",
        "service_online",
        "out_of_service",
        "card",
    )
    return {name: getattr(session, name) for name in (*names, "scan", "call", "assist")}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - PLAYED, key=lambda k: k.__name__), ids=lambda kind: kind.__name__)
def test_what_no_practice_needs_changes_nothing_of_it(kind: type[ev.Event]) -> None:
    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(STARTS), some(kind))
    def holds(start: Session, event: ev.Event) -> None:
        if isinstance(event, ev.Answered):
            event = dataclasses.replace(event, session=start.number)
        after, effects = transition(start, event)
        assert replace(after, practice=start.practice, overlay=start.overlay) == start
        assert {type(effect) for effect in effects} <= {fx.StartTimer, fx.StopTimer}

    holds()


def test_what_is_really_shown_to_the_machine_never_gets_into_a_practice() -> None:
    citizen = practice().to_identify()
    before = citizen.session
    citizen.do(ev.CardCodeScanned("654321", "001099000001|real"), ev.ZoneScanned("IDVNM"), ev.BadgeScanned("CB-9"))
    assert citizen.session == before
    citizen.do(ev.CardInserted(), ev.PaperChanged(True))
    assert not citizen.session.card.present
    assert not citizen.session.scan.paper_loaded
    citizen.do(ev.EndPractice())
    assert citizen.session.card.present, "what lay there all the time is known again"
    assert citizen.session.scan.paper_loaded


# --- who begins it, and where -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", [OFFICER, POST], ids=lambda member: member.role.value)
def test_an_officer_or_post_staff_begins_it_on_the_home_screen_and_it_is_written_down_first(
    member: StaffMember,
) -> None:
    citizen = Citizen()
    officer = Officer(citizen, member).come()
    assert citizen.session.practice is None
    number = citizen.session.number
    officer.use(Tool.PRACTISE)
    assert ("acted", "practise", "", "") in officer.audit
    on(citizen, Screen.HOME)
    assert citizen.session.number == number + 1
    assert citizen.session.assist.now is None, "nobody helps: whoever practises is alone"
    assert fx.NotePractice(member, "began") in citizen.effects


def test_without_an_audit_log_no_practice_begins() -> None:
    citizen = Citizen()
    officer = Officer(citizen).come()
    officer.readable = False
    officer.use(Tool.PRACTISE)
    assert citizen.session.practice is None


def test_inside_a_citizens_session_nobody_can_begin_one() -> None:
    for citizen in (Citizen().to_identify(), Citizen().to_scan(), Citizen().to_check(), Citizen().to_done()):
        officer = Officer(citizen).come()
        assert Tool.PRACTISE not in tools(citizen.session)
        screen = citizen.screen
        officer.use(Tool.PRACTISE)
        assert ("refused", "practise", "") in officer.audit
        citizen.do(ev.BeginPractice())
        assert (citizen.screen, citizen.session.practice) == (screen, None)


def test_nobody_without_the_right_begins_one() -> None:
    assert not StaffMember("t", "", Role.TECHNICIAN).may(Right.PRACTISE)


def test_a_kiosk_for_training_begins_one_by_itself_unless_somebody_called() -> None:
    assert Citizen().do(ev.BeginPractice()).session.practice == Practice(None)
    called = Citizen().do(ev.CallHelp(), ev.BeginPractice())
    assert called.session.practice is None


# --- the way through ----------------------------------------------------------------------------------------------------


def test_the_whole_way_ends_on_a_screen_that_says_that_nothing_was_sent() -> None:
    citizen = to_scan(practice())
    assert specimen_wanted(citizen.session) == "papers"
    citizen.do(ev.PresentSpecimen(), ev.ChooseComponent("c1"), ev.StartScan())
    asked = citizen.effect(fx.ScanSpecimens)
    assert asked is not None
    assert asked.asked.component == "c1"
    assert citizen.effect(fx.ScanPages) is None
    for number, component in ((1, "c1"), (2, "c3")):
        citizen.answer(ev.PageScanned, number, component).answer(ev.PageReady, number, b"", False, (), 10, 10)
        citizen.answer(ev.PageRead, number)
    citizen.answer(ev.ScanEnded)
    assert not citizen.session.scan.paper_loaded, "the specimens are through"
    on(citizen.do(ev.TakeOriginals(), ev.Continue()), Screen.PAGE_REVIEW)
    on(citizen.do(ev.Continue()), Screen.FORM)
    assert citizen.session.answers["address"].value == RESIDENCE
    on(citizen.do(ev.SetAnswer("phone", "0900000000"), ev.Continue()), Screen.CHECK_ANSWERS)
    on(citizen.do(ev.Continue()), Screen.DECLARE)
    on(citizen.do(ev.Declare(AT)), Screen.DONE)
    assert citizen.session.submission.stage is SendStage.PRACTISED
    assert citizen.session.submission.uuid == ""
    citizen.do(ev.Continue())
    assert (citizen.screen, citizen.session.practice) == (Screen.HOME, None)
    assert fx.NotePractice(OFFICER, "finished") in citizen.effects


def test_no_reading_ends_without_the_number_of_the_specimen_card() -> None:
    citizen = practice().to_identify()
    assert specimen_wanted(citizen.session) == "card"
    citizen.do(ev.PresentSpecimen())
    assert specimen_wanted(citizen.session) == "code"
    assert citizen.effect(fx.ReadSpecimen) is None
    citizen.do(ev.EnterAccessNumber("000000"))
    assert citizen.effect(fx.ReadSpecimen) is not None


def test_what_would_print_save_mail_or_photograph_is_not_offered() -> None:
    for session in STARTS:
        assert not any(offered(session) for offered in (draft_offered, handout_offered, mail_offered, table_offered))


def test_the_help_key_shows_what_to_do_and_calls_nobody() -> None:
    citizen = practice().to_identify().do(ev.CallHelp())
    assert citizen.session.overlay is Overlay.STEPS
    assert not citizen.session.call.open
    assert citizen.do(ev.CloseOverlay()).session.overlay is Overlay.NONE


def test_tracking_is_nobodys_practice() -> None:
    citizen = practice().do(ev.ChooseGoal(Goal.TRACK))
    on(citizen, Screen.HOME)


# --- its end ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ((ev.EndPractice(),), "stopped"),
        ((ev.AskEnd(), ev.ConfirmEnd()), "left"),
        ((ev.TimerFired("idle"), ev.TimerFired("idle_end")), "idle"),
    ],
    ids=["button", "home", "idle"],
)
def test_each_way_out_leads_to_the_home_screen_wipes_and_is_written_down(
    events: tuple[ev.Event, ...], why: str
) -> None:
    citizen = to_scan(practice())
    number = citizen.session.number
    citizen.do(*events)
    assert (citizen.screen, citizen.session.practice) == (Screen.HOME, None)
    assert citizen.session.identity is None
    assert fx.NotePractice(OFFICER, why) in citizen.effects
    assert fx.WipeSession(number) in citizen.effects


def test_it_goes_back_as_far_as_the_home_screen_and_ends_there_when_nobody_is_left() -> None:
    citizen = practice().do(ev.ChooseGoal(Goal.SUBMIT), ev.Back())
    on(citizen, Screen.HOME)
    citizen.do(ev.TimerFired("idle"))
    assert (citizen.screen, citizen.session.practice) == (Screen.HOME, None)


def test_a_machine_that_goes_out_of_service_ends_it_on_the_home_screen_only() -> None:
    inside = practice().to_identify().do(ev.OutOfService("STO-FULL"))
    on(inside, Screen.IDENTIFY)
    home = practice().do(ev.OutOfService("STO-FULL"))
    assert (home.screen, home.session.practice) == (Screen.OUT_OF_SERVICE, None)


def test_the_card_reader_may_be_out_of_order() -> None:
    session = machine()
    devices = {name: status for name, status in session.devices.items() if name != CARD}
    citizen = Citizen(replace(session, devices=devices)).do(ev.BeginPractice()).to_checklist()
    on(citizen.do(ev.Continue(), ev.GiveConsent(False, AT)), Screen.IDENTIFY_OTHERWISE)


def test_practice_is_no_measured_session() -> None:
    state, citizen = Measuring(), practice()
    for event in (ev.ChooseGoal(Goal.SUBMIT), ev.ChooseProcedure(PROCEDURE.local_id), ev.EndPractice()):
        state = heard(state, event, citizen.session)
        citizen.do(event)
        state, ended = seen(state, citizen.session, "2026-11-23T09", 10.0)
        assert ended is None
    assert state.visit is None
    assert state.touches == 0
