"""An officer over a citizen's session: helps at every step, is never the actor, and is never there unseen."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from citizen import AT, FORM, PROCEDURE, SAMPLE, Citizen, reading, status
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from officer import OFFICER, POST, SECOND, Officer

from drivers.ports import DeviceState
from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.flow.rows import IDLE_HELP_S
from kiosk_app.flow.table import transition
from kiosk_app.model.assisting import PATIENCE_S, Acceptable, Accepted, Act, Pane, Tool, Trouble
from kiosk_app.model.basics import Goal, Overlay, Screen
from kiosk_app.model.helping import CITIZENS, OWN, folded, masked, steps_behind, tools
from kiosk_app.model.servicing import GateStage, GateView
from kiosk_app.model.session import CardStage, SendStage
from kiosk_app.model.staff import LOCAL_TECHNICIAN

STEPS: dict[str, Callable[[], Citizen]] = {
    "home": Citizen,
    "checklist": lambda: Citizen().to_checklist(),
    "identify": lambda: Citizen().to_identify(),
    "confirm": lambda: Citizen().to_confirm(),
    "scan": lambda: Citizen().to_scan(),
    "review": lambda: Citizen().to_review(),
    "form": lambda: Citizen().to_form(),
    "check": lambda: Citizen().to_check(),
    "declare": lambda: Citizen().to_declare(),
    "done": lambda: Citizen().to_done(),
}


def at(step: str) -> Citizen:
    return STEPS[step]()


def helped(step: str, member=OFFICER) -> Officer:
    return Officer(at(step), member).come()


# --- coming and going -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_a_badge_and_a_pin_open_the_panel_over_any_screen_and_the_session_is_as_it_was(step: str) -> None:
    citizen = at(step)
    before = citizen.session
    officer = Officer(citizen).come()
    assert officer.here
    after = citizen.session
    kept = ("number", "screen", "identity", "pages", "answers", "consent", "procedure", "submission", "declared_at")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert after.overlay is Overlay.NONE
    assert citizen.timer("assist") == after.assist.idle_s
    officer.use(Tool.HAND_BACK)
    assert not officer.here
    assert officer.audit == [("acted", "hand_back", "", ""), ("ended", "mau.officer", "handed_back")]
    assert [getattr(citizen.session, name) for name in kept] == [getattr(before, name) for name in kept]


def test_the_call_is_over_when_the_officer_is_here() -> None:
    citizen = at("form").do(ev.CallHelp(), ev.OpenOfficerDoor())
    assert (citizen.session.overlay, citizen.session.assist.gate) == (Overlay.STAFF_PIN, GateView())
    officer = Officer(citizen).come()
    assert officer.here
    assert not citizen.session.call.open


@pytest.mark.parametrize("stage", [GateStage.WRONG, GateStage.LOCKED, GateStage.UNKNOWN, GateStage.STALE])
def test_a_wrong_pin_a_lock_and_a_strange_badge_are_told_as_at_the_gate_and_open_nothing(stage: GateStage) -> None:
    citizen = at("form")
    Officer(citizen).show_badge()
    citizen.do(ev.EnterOfficerPin("000000", AT)).answer(ev.GateAnswered, GateView(stage, 2, 300, OFFICER))
    assert citizen.session.assist.gate == GateView(stage, 2, 300, OFFICER)
    assert citizen.session.assist.now is None
    assert citizen.do(ev.CloseOverlay()).session.assist.gate is None
    assert citizen.screen is Screen.FORM


def test_who_may_not_guide_is_refused_however_right_the_pin_was() -> None:
    citizen = at("form")
    Officer(citizen).show_badge()
    citizen.do(ev.EnterOfficerPin("602948", AT))
    citizen.answer(ev.GateAnswered, GateView(), LOCAL_TECHNICIAN)
    assert citizen.session.assist.now is None


def test_walking_away_logs_the_officer_off_and_leaves_the_session_as_it_was() -> None:
    officer = helped("form")
    citizen = officer.citizen
    answers = citizen.session.answers
    officer.see(ev.TimerFired("assist"))
    assert not officer.here
    assert officer.audit[-1] == ("ended", "mau.officer", "away")
    assert (citizen.screen, citizen.session.answers, citizen.session.overlay) == (Screen.FORM, answers, Overlay.NONE)
    assert citizen.timer("idle") is not None
    officer.use(Tool.TIME)
    assert officer.audit[-1] == ("refused", "time", ""), "the panel is nobody's after that"


def test_touches_of_the_citizen_keep_nobody_logged_in() -> None:
    officer = helped("form")
    officer.see(ev.SetAnswer("phone", "0912"))
    assert officer.citizen.timer("assist") is None
    assert officer.use(Tool.POINT).citizen.timer("assist") is not None


def test_a_second_officer_takes_over_by_their_own_pin_and_both_are_written_down() -> None:
    first = helped("form")
    second = Officer(first.citizen, SECOND).come()
    assert second.here
    assert not first.here
    assert second.audit == [("ended", "mau.officer", "taken_over")]
    record = first.citizen.session.assist.record
    assert record is not None
    assert record.since == AT


def test_the_end_of_the_session_ends_the_help_and_the_next_citizen_finds_nothing_of_it() -> None:
    officer = helped("form")
    officer.see(ev.AskEnd(), ev.ConfirmEnd())
    assert officer.citizen.screen is Screen.GOODBYE
    assert officer.audit[-1] == ("ended", "mau.officer", "session_ended")
    assist = officer.citizen.do(ev.TimerFired("goodbye")).session.assist
    assert (assist.now, assist.record, assist.gate, assist.troubles) == (None, None, None, ())


def test_without_the_audit_log_nobody_helps() -> None:
    officer = helped("review")
    officer.readable = False
    officer.use(Tool.STEP, Screen.SCAN.value)
    citizen = officer.citizen
    assert not officer.here
    assert (citizen.screen, citizen.session.notice) == (Screen.PAGE_REVIEW, "APP-HELP-UNSEEN")
    assert officer.audit == [("ended", "mau.officer", "unwritten")]


def test_the_network_is_not_needed() -> None:
    citizen = at("form").do(ev.ServiceChanged(False))
    officer = Officer(citizen).come().use(Tool.STEP, Screen.SCAN.value)
    assert citizen.screen is Screen.SCAN
    assert officer.use(Tool.HAND_BACK).audit[-1] == ("ended", "mau.officer", "handed_back")


def test_a_badge_comes_in_time_while_the_session_is_about_to_end() -> None:
    citizen = at("form").do(ev.TimerFired("idle"))
    assert citizen.session.overlay is Overlay.IDLE_WARNING
    citizen.do(ev.BadgeScanned("CB-1"))
    assert citizen.session.overlay is Overlay.STAFF_PIN
    assert fx.StopTimer("idle_end") in citizen.effects
    citizen.answer(ev.GateAnswered, GateView(GateStage.READY, 5, member=OFFICER))
    citizen.do(ev.TimerFired("idle_end"))
    assert citizen.screen is Screen.FORM


# --- the citizen stays the actor ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("target", [Screen.CONSENT, Screen.DECLARE, Screen.SENDING, Screen.DONE, Screen.CHECK_ANSWERS])
def test_an_officer_who_tries_to_go_to_a_consent_or_past_one_is_refused_and_it_is_written_down(
    step: str, target: Screen
) -> None:
    officer = helped(step)
    before = officer.citizen.session
    officer.use(Tool.STEP, target.value)
    assert officer.citizen.session == before
    assert officer.audit == [("refused", "step", target.value)]


TARGETS = (*(screen.value for screen in Screen), "phone", "address", "page", "name", "no_card", "explained")
ACTS = st.builds(
    ev.UseTool,
    st.sampled_from(Tool),
    st.one_of(st.sampled_from(TARGETS), st.text()),
    st.integers(0, 4),
    st.text(max_size=20),
    st.just(AT),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(sorted(STEPS)), st.lists(st.one_of(ACTS, st.builds(ev.OpenPane, st.sampled_from(Pane))), max_size=6)
)
def test_whatever_the_panel_sends_nothing_is_consented_declared_submitted_or_shown(
    step: str, touches: list[ev.Event]
) -> None:
    officer = helped(step)
    session = officer.citizen.session
    secret = masked(session)
    for touch in touches:
        officer.see(touch)
        assert not any(
            isinstance(effect, fx.Submit | fx.SaveDraft | fx.AskForMail) for effect in officer.citizen.effects
        )
    after = officer.citizen.session
    assert (after.consent, after.declared_at, after.submission) == (
        session.consent,
        session.declared_at,
        session.submission,
    )
    assert after.answers == session.answers
    if after.assist.now is not None:
        assert masked(after) == secret, "an answer was shown without the citizen"


@pytest.mark.parametrize("screen", OWN)
def test_where_the_citizens_own_word_is_asked_for_the_panel_stands_aside(screen: Screen) -> None:
    officer = helped("form")
    session = dataclasses.replace(officer.citizen.session, screen=screen)
    assert folded(session)
    assert tools(session) == {Tool.POINT, Tool.ENLARGE, Tool.READ, Tool.TIME, Tool.HAND_BACK}


def test_the_citizen_declares_beside_the_officer_and_the_dossier_says_so() -> None:
    officer = helped("declare")
    officer.see(ev.Declare(AT))
    assert officer.citizen.session.submission.stage is SendStage.SEALING
    record = officer.citizen.session.assist.record
    assert record is not None
    assert (record.role, record.since) == (OFFICER.role, AT)


@pytest.mark.parametrize("overlay", [Overlay.STAFF_PIN, Overlay.FIELD_CONSENT])
@pytest.mark.parametrize(
    ("screen", "event", "word"),
    [
        (Screen.CONSENT, ev.GiveConsent(False, AT), "consent"),
        (Screen.DECLARE, ev.Declare(AT), "declare"),
        (Screen.SAVE_DRAFT, ev.KeepDraft(AT), "keep_draft"),
    ],
)
def test_under_an_officers_dialog_nobody_consents_or_declares(
    overlay: Overlay, screen: Screen, event: ev.Event, word: str
) -> None:
    session = dataclasses.replace(helped("declare").citizen.session, screen=screen, overlay=overlay)
    after, effects = transition(session, event)
    assert after == session
    assert fx.NoteRefusal(OFFICER, word, "") in effects


# --- masked answers -------------------------------------------------------------------------------------------------------


def test_what_was_answered_before_is_masked_until_the_citizen_shows_it() -> None:
    officer = helped("check")
    officer.use(Tool.STEP, Screen.FORM.value)
    session = officer.citizen.session
    assert masked(session) == {"address", "phone"}, "a choice among a few is none"
    officer.use(Tool.FIELD, "phone")
    assert officer.citizen.session.overlay is Overlay.FIELD_CONSENT
    assert masked(officer.citizen.session) == {"address", "phone"}, "asking shows nothing"
    officer.see(ev.AnswerField(True))
    assert masked(officer.citizen.session) == {"address"}
    assert officer.audit[-2:] == [("acted", "field", "phone", ""), ("acted", "field", "phone", "agreed")]


def test_a_no_keeps_the_answer_masked_and_is_written_down() -> None:
    officer = helped("form")
    officer.use(Tool.FIELD, "address").see(ev.AnswerField(False))
    assert masked(officer.citizen.session) == {"address"}
    assert officer.audit[-1] == ("acted", "field", "address", "declined")
    assert officer.citizen.session.overlay is Overlay.NONE


def test_a_masked_answer_is_not_changed_over_the_citizens_head() -> None:
    officer = helped("form")
    before = officer.citizen.session.answers
    officer.see(ev.SetAnswer("address", "Số 2 đường Khác"), ev.TakeOffer("address", 0))
    assert officer.citizen.session.answers == before
    assert officer.audit == [("refused", "answer", "address")] * 2


def test_once_shown_it_may_be_filled_in_together_and_that_is_written_down_once() -> None:
    officer = helped("form")
    officer.use(Tool.FIELD, "address").see(ev.AnswerField(True))
    officer.see(ev.SetAnswer("address", "Số 2"), ev.SetAnswer("address", "Số 2 đường Thử Nghiệm"))
    assert officer.citizen.session.answers["address"].value == "Số 2 đường Thử Nghiệm"
    assert officer.audit.count(("acted", "field", "address", "filled")) == 1


def test_what_the_citizen_types_in_front_of_the_officer_stays_readable() -> None:
    officer = helped("form")
    officer.see(ev.SetAnswer("phone", "0912"), ev.SetAnswer("phone", "0912 345 678"))
    assert "phone" not in masked(officer.citizen.session)


def test_nobody_answers_for_a_citizen_who_was_not_asked() -> None:
    officer = helped("form")
    officer.see(ev.AnswerField(True))
    assert masked(officer.citizen.session) == {"address"}
    officer.use(Tool.FIELD, "address", "agreed")
    assert masked(officer.citizen.session) == {"address"}
    assert officer.audit[-1] == ("refused", "field", "address")


def test_another_persons_papers_have_none_of_what_was_accepted_or_shown_before() -> None:
    officer = helped("form")
    officer.use(Tool.FIELD, "address").see(ev.AnswerField(True))
    officer.use(Tool.NOTE, "explained").use(Tool.STEP, Screen.IDENTIFY.value)
    citizen = officer.citizen.do(ev.CardInserted(), ev.EnterAccessNumber("654321"))
    citizen.answer(ev.CardRead, reading("001099000777"))
    record, now = citizen.session.assist.record, citizen.session.assist.now
    assert record is not None
    assert now is not None
    assert (record.phrases, now.shown) == ((), frozenset())


# --- tools ----------------------------------------------------------------------------------------------------------------


def test_the_post_guides_and_hands_over_and_has_no_other_tool() -> None:
    citizen = at("review")
    citizen.answer(ev.PageReady, 1, b"png", False, ("blurred",), 2480, 3508)
    officer = Officer(citizen, POST).come()
    assert tools(citizen.session) == {
        *(Tool.POINT, Tool.ENLARGE, Tool.READ, Tool.TIME, Tool.STEP, Tool.HAND_OVER, Tool.HAND_BACK)
    }
    officer.use(Tool.ACCEPT, "page", "compared", 1).use(Tool.NOTE, "explained")
    assert officer.audit == [("refused", "accept", "page"), ("refused", "note", "explained")]
    assert citizen.session.assist.record is not None
    assert citizen.session.assist.record.accepted == ()


def test_only_steps_behind_are_offered_and_nothing_is_lost_on_the_way_back() -> None:
    officer = helped("check")
    assert steps_behind(officer.citizen.session) == (
        *(Screen.SEARCH, Screen.CHECKLIST, Screen.IDENTIFY, Screen.SCAN, Screen.PAGE_REVIEW, Screen.FORM),
    )
    pages = officer.citizen.session.pages
    for stop in (Screen.FORM, Screen.PAGE_REVIEW, Screen.SCAN, Screen.IDENTIFY, Screen.CHECKLIST, Screen.SEARCH):
        officer.use(Tool.STEP, stop.value)
        assert officer.citizen.screen is stop
        assert officer.citizen.session.pages == pages
    assert officer.citizen.session.procedure == PROCEDURE


def test_five_more_minutes_are_five_minutes_on_this_screen() -> None:
    officer = helped("form")
    assert officer.use(Tool.POINT).citizen.timer("idle") == IDLE_HELP_S
    officer.use(Tool.TIME)
    assert officer.citizen.timer("idle") == PATIENCE_S
    officer.see(ev.Touched())
    assert officer.citizen.timer("idle") == PATIENCE_S
    officer.see(ev.Back())
    assert officer.citizen.timer("idle") == IDLE_HELP_S


def test_a_step_is_enlarged_and_the_next_one_is_as_the_citizen_had_chosen() -> None:
    officer = helped("form")
    officer.use(Tool.ENLARGE)
    assert officer.citizen.session.comfort.text_scale == 1.6
    officer.see(ev.Back())
    assert officer.citizen.session.comfort.text_scale == 1.0
    officer.use(Tool.ENLARGE).use(Tool.ENLARGE)
    assert officer.citizen.session.comfort.text_scale == 1.0
    officer.use(Tool.ENLARGE).see(ev.TimerFired("assist"))
    assert officer.citizen.session.comfort.text_scale == 1.0


def test_a_poor_page_is_kept_with_the_officers_reason_and_another_page_is_not() -> None:
    citizen = at("review")
    citizen.answer(ev.PageReady, 1, b"png", False, ("blurred",), 2480, 3508)
    officer = Officer(citizen).come()
    officer.use(Tool.ACCEPT, "page", "compared", 2).use(Tool.ACCEPT, "page", "no_such_reason", 1)
    assert [line[0] for line in officer.audit] == ["refused", "refused"]
    officer.use(Tool.ACCEPT, "page", "compared", 1)
    page = citizen.session.pages[0]
    assert (page.kept, page.warnings) == (True, ())
    assert citizen.session.assist.record is not None
    assert citizen.session.assist.record.accepted == (Accepted(Acceptable.PAGE, "compared", 1),)


def test_a_name_that_differs_is_accepted_by_reason_and_confirmed_by_the_citizen() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber("123456"))
    citizen.answer(ev.CardRead, dataclasses.replace(reading(), mismatches=("name",)))
    citizen.do(ev.Continue())
    assert citizen.screen is Screen.CONFIRM_IDENTITY
    officer = Officer(citizen).come().use(Tool.ACCEPT, "name", "spelling")
    assert citizen.screen is Screen.CONFIRM_IDENTITY, "that it is them says the citizen"
    officer.see(ev.Continue())
    assert citizen.screen is Screen.SCAN


def test_without_a_card_the_typed_person_is_marked_as_seen_by_an_officer() -> None:
    officer = helped("identify")
    officer.use(Tool.ACCEPT, "no_card", "card_being_issued")
    citizen = officer.citizen
    assert citizen.screen is Screen.IDENTIFY_OTHERWISE
    officer.see(ev.EnterPerson("001099000001", "Nguyễn Văn Thử Nghiệm", "17051999"), ev.Continue())
    assert citizen.screen is Screen.CONFIRM_IDENTITY
    record = citizen.session.assist.record
    assert record is not None
    assert record.accepted == (Accepted(Acceptable.NO_CARD, "card_being_issued"),)


def test_a_chip_that_is_not_genuine_is_no_soft_failure() -> None:
    citizen = Citizen().to_confirm()
    identity = citizen.session.identity
    assert identity is not None
    failed = dataclasses.replace(identity.passive, verdict=type(identity.passive.verdict).FAILED)
    citizen.session = dataclasses.replace(citizen.session, identity=dataclasses.replace(identity, passive=failed))
    officer = Officer(citizen).come().use(Tool.ACCEPT, "name", "same_person")
    assert officer.audit == [("refused", "accept", "name")]


def test_a_note_goes_with_the_dossier_and_its_free_words_into_no_log() -> None:
    officer = helped("form")
    officer.use(Tool.NOTE, "explained+poor_original", text="  Bản gốc đã cũ.  ")
    record = officer.citizen.session.assist.record
    assert record is not None
    assert (record.phrases, record.note) == (("explained", "poor_original"), "Bản gốc đã cũ.")
    assert officer.audit == [("acted", "note", "explained+poor_original", "")]
    assert "Bản gốc" not in repr(ev.UseTool(Tool.NOTE, text="Bản gốc")) + repr(Act(Tool.NOTE, text="Bản gốc"))


def test_a_begun_dossier_is_handed_over_as_a_draft_by_the_citizens_yes_or_else_as_a_list() -> None:
    listed = helped("form").use(Tool.HAND_OVER)
    assert listed.citizen.effect(fx.PrintHandout) is not None, "a chip that proved no origin locks no draft"
    assert listed.citizen.screen is Screen.FORM
    citizen = at("form")
    identity = citizen.session.identity
    assert identity is not None
    passed = dataclasses.replace(identity.passive)
    citizen.session = dataclasses.replace(citizen.session, identity=dataclasses.replace(identity, chip=passed))
    saved = Officer(citizen).come().use(Tool.HAND_OVER)
    assert saved.citizen.screen is Screen.SAVE_DRAFT
    assert folded(saved.citizen.session), "keeping it is the citizen's own yes"


# --- what an officer is told ----------------------------------------------------------------------------------------------


def test_an_officer_is_told_what_went_wrong_on_this_screen_and_nothing_of_the_one_before() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted())
    for _ in range(2):
        citizen.do(ev.EnterAccessNumber("111111")).answer(ev.CardFailed, "CRD-WRONG-CAN")
    assert citizen.session.assist.troubles == (Trouble("CRD-WRONG-CAN", 2),)
    citizen.do(ev.EnterAccessNumber("123456")).answer(ev.CardRead, reading())
    assert citizen.session.assist.troubles == ()


def test_blurred_pages_and_refused_touches_are_counted_without_a_value() -> None:
    citizen = at("scan").scan(1)
    for _ in range(2):
        citizen.answer(ev.PageReady, 1, b"png", False, ("blurred",), 2480, 3508, True)
    assert citizen.session.assist.troubles == (Trouble("page.blurred", 2),)
    form = at("form").do(ev.Continue(), ev.Continue())
    assert form.session.assist.troubles == (Trouble("field", 2),)


def test_a_lost_scanner_is_told_once_for_each_time() -> None:
    citizen = at("scan").do(status("scanner0", DeviceState.ATTENTION, "SCN-JAM"))
    assert citizen.session.assist.troubles == (Trouble("SCN-JAM", 1),)


def test_every_screen_of_a_citizen_lets_an_officer_in_but_those_on_which_nobody_stands() -> None:
    assert set(Screen) - set(CITIZENS) == {
        *(Screen.GOODBYE, Screen.OUT_OF_SERVICE, Screen.SENDING, Screen.TECHNICIAN_LOGIN),
        *(Screen.DIAGNOSTICS, Screen.DIAGNOSTICS_DEVICE, Screen.DIAGNOSTICS_GUIDED),
    }


def test_while_a_card_is_read_nobody_is_led_away() -> None:
    officer = helped("identify")
    officer.see(ev.CardInserted(), ev.EnterAccessNumber("123456"))
    assert officer.citizen.session.card.stage is CardStage.READING
    officer.use(Tool.STEP, Screen.SEARCH.value).use(Tool.ACCEPT, "no_card", "card_seen")
    assert [line[0] for line in officer.audit] == ["refused", "refused"]


def test_papers_handed_in_later_have_no_step_before_the_scanner() -> None:
    officer = helped("scan")
    session = dataclasses.replace(officer.citizen.session, goal=Goal.SUPPLEMENT)
    assert steps_behind(session) == ()
    assert FORM.id != SAMPLE.id
