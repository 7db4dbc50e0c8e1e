"""The citizen's whole way as a table, its turnings, and what is left of it afterwards: nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from citizen import AT, CAN, CARD, FIELDS, OTHER, PROCEDURE, RESIDENCE, SCANNER, Citizen, machine, reading, status

from drivers.ports import DeviceState
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import (
    CallStaff,
    CancelScan,
    LoadProcedure,
    PrintSlip,
    ReadCard,
    ScanPages,
    Search,
    StartTimer,
    StopTimer,
    Submit,
    Track,
    WipeSession,
)
from kiosk_app.flow.rows import (
    ACKNOWLEDGE_S,
    GOODBYE_S,
    IDLE_DONE_S,
    IDLE_HELP_S,
    IDLE_S,
    fresh,
)
from kiosk_app.model.basics import IDLE_WARNING_S, STEP_COUNT, STEPS, EndReason, Goal, Language, Overlay, Screen
from kiosk_app.model.form import Source
from kiosk_app.model.session import Comfort, SendStage, Session
from kiosk_app.model.tracking import TrackingReport

REPORT = TrackingReport("G09.20-20260302-0000001", 4, "Đang xử lý", "In processing")


def test_the_whole_way_of_a_citizen_who_submits() -> None:
    citizen = Citizen()
    number = citizen.session.number
    way: list[tuple[ev.Event, Screen, type | None]] = [
        (ev.ChooseGoal(Goal.SUBMIT), Screen.SEARCH, Search),
        (ev.TypeQuery("nhan hieu"), Screen.SEARCH, Search),
        (ev.SearchAnswered(number, "nhan hieu", (PROCEDURE,)), Screen.SEARCH, None),
        (ev.ChooseProcedure("IP-03"), Screen.SEARCH, LoadProcedure),
        (ev.ProcedureLoaded(number, PROCEDURE, FIELDS), Screen.PROCEDURE, None),
        (ev.Continue(), Screen.CHECKLIST, None),
        (ev.ToggleComponent("c1"), Screen.CHECKLIST, None),
        (ev.Continue(), Screen.CONSENT, None),
        (ev.GiveConsent(False, AT), Screen.IDENTIFY, None),
        (ev.CardInserted(), Screen.IDENTIFY, None),
        (ev.EnterAccessNumber(CAN), Screen.IDENTIFY, ReadCard),
        (ev.CardProgressed(number, "photo", 60), Screen.IDENTIFY, None),
        (ev.CardRead(number, reading()), Screen.CONFIRM_IDENTITY, None),
        (ev.Continue(), Screen.SCAN, None),
        (ev.PaperChanged(True), Screen.SCAN, None),
        (ev.StartScan(), Screen.SCAN, ScanPages),
        (ev.PageScanned(number, 1, "c1"), Screen.SCAN, None),
        (ev.ScanEnded(number), Screen.SCAN, None),
        (ev.PageReady(number, 1, b"png", False, (), 2480, 3508), Screen.SCAN, None),
        (ev.StartScan(), Screen.SCAN, ScanPages),
        (ev.PageScanned(number, 2, "c3"), Screen.SCAN, None),
        (ev.PageReady(number, 2, b"png", False, (), 2480, 3508), Screen.SCAN, None),
        (ev.ScanEnded(number), Screen.SCAN, None),
        (ev.Continue(), Screen.PAGE_REVIEW, None),
        (ev.Continue(), Screen.FORM, None),
        (ev.SetAnswer("phone", "0912345678"), Screen.FORM, None),
        (ev.Continue(), Screen.CHECK_ANSWERS, None),
        (ev.Continue(), Screen.DECLARE, None),
        (ev.Declare(AT), Screen.SENDING, Submit),
        (ev.Sealed(number, "uuid", "K01-ABCD-EFGHJK", 9, ("00",)), Screen.SENDING, StartTimer),
        (ev.SendProgressed(number, 5, 9), Screen.SENDING, None),
        (ev.Acknowledged(number, "G09.20-20260302-0000001", "A1B2"), Screen.DONE, PrintSlip),
        (ev.SlipPrinted(number), Screen.DONE, None),
        (ev.Rate(5), Screen.DONE, None),
        (ev.Continue(), Screen.GOODBYE, WipeSession),
        (ev.TimerFired("goodbye"), Screen.HOME, None),
    ]
    for place, (event, screen, effect) in enumerate(way):
        citizen.do(event)
        assert citizen.screen is screen, (place, event)
        assert effect is None or citizen.effect(effect) is not None, (place, event)
    assert citizen.session == dataclasses.replace(
        machine(), number=3, scan=citizen.session.scan, card=citizen.session.card
    )


def test_the_step_line_never_goes_back_on_the_way() -> None:
    steps = [STEPS[screen] for screen in Screen if screen in STEPS]
    assert steps == sorted(steps)
    assert max(steps) == STEP_COUNT


BACK: list[tuple[Callable[[Citizen], Citizen], list[Screen]]] = [
    (
        Citizen.to_form,
        [
            Screen.PAGE_REVIEW,
            Screen.SCAN,
            Screen.CONFIRM_IDENTITY,
            Screen.IDENTIFY,
            Screen.CONSENT,
            Screen.CHECKLIST,
            Screen.PROCEDURE,
            Screen.SEARCH,
            Screen.HOME,
        ],
    ),
    (Citizen.to_declare, [Screen.CHECK_ANSWERS, Screen.FORM, Screen.PAGE_REVIEW]),
]


@pytest.mark.parametrize(("to", "screens"), BACK)
def test_back_leads_the_whole_way_back(to: Callable[[Citizen], Citizen], screens: list[Screen]) -> None:
    citizen = to(Citizen())
    seen = []
    for _ in screens:
        citizen.do(ev.Back())
        seen.append(citizen.screen)
    assert seen == screens


def test_walking_back_to_the_start_leaves_nothing_of_the_citizen_there() -> None:
    citizen = Citizen().to_form().do(ev.SetAnswer("phone", "0912345678"), ev.ChangeLanguage(Language.EN))
    for _ in range(9):
        citizen.do(ev.Back())
    assert citizen.screen is Screen.HOME
    assert citizen.effect(WipeSession) is not None
    rest = dataclasses.replace(citizen.session, language=Language.VI, end_reason=EndReason.FINISHED)
    assert rest == dataclasses.replace(machine(), number=2, card=citizen.session.card, scan=citizen.session.scan)
    assert citizen.session.card.access_number == ""
    assert citizen.session.scan.component == ""
    assert citizen.session.language is Language.EN  # not personal, and the same person still stands there


# --- identity and papers of another ----------------------------------------------------------------------------------


def test_a_refused_identity_takes_everything_done_in_its_name_with_it() -> None:
    citizen = Citizen().to_form()
    old = citizen.session.number
    for _ in range(3):
        citizen.do(ev.Back())
    assert citizen.screen is Screen.CONFIRM_IDENTITY
    citizen.do(ev.RejectIdentity())
    session = citizen.session
    assert (session.screen, session.identity, session.pages) == (Screen.IDENTIFY, None, ())
    assert RESIDENCE not in str([answer.value for answer in session.answers.values()])
    assert citizen.effect(WipeSession) == WipeSession(old)
    assert session.number > old


def test_the_same_persons_card_read_again_keeps_the_papers() -> None:
    citizen = Citizen().to_review().do(ev.Back(), ev.Back(), ev.Back(), ev.EnterAccessNumber(CAN))
    assert citizen.effect(ReadCard) is not None
    citizen.answer(ev.CardRead, reading())
    assert len(citizen.session.pages) == 3
    assert citizen.effect(WipeSession) is None


def test_another_persons_card_does_not_get_the_papers_and_answers_of_the_first() -> None:
    citizen = Citizen().to_review().do(ev.Back(), ev.Back(), ev.Back(), ev.EnterAccessNumber("654321"))
    citizen.answer(ev.CardRead, reading("001099000002", residence=""))
    session = citizen.session
    assert session.screen is Screen.CONFIRM_IDENTITY
    assert session.identity is not None
    assert session.identity.number == "001099000002"
    assert (session.pages, session.scan.component) == ((), "")
    assert "address" not in session.answers
    assert citizen.effect(WipeSession) is not None


def test_pages_of_one_procedure_never_lie_under_another() -> None:
    citizen = Citizen().to_scan().scan(1)
    for _ in range(6):
        citizen.do(ev.Back())
    assert citizen.screen is Screen.SEARCH
    citizen.do(ev.ChooseProcedure("IP-01")).answer(ev.ProcedureLoaded, OTHER, FIELDS)
    assert citizen.session.pages == ()
    assert citizen.session.scan.component == ""
    assert citizen.effect(WipeSession) is not None


def test_the_same_procedure_looked_at_again_keeps_what_was_ticked_and_typed() -> None:
    citizen = Citizen().to_checklist().do(ev.ToggleComponent("c1"), ev.Back(), ev.Back())
    citizen.do(ev.ChooseProcedure("IP-03")).answer(ev.ProcedureLoaded, PROCEDURE, FIELDS)
    assert citizen.session.have == {"c1"}
    citizen.do(ev.Back(), ev.ChooseProcedure("IP-01")).answer(ev.ProcedureLoaded, OTHER, FIELDS)
    assert citizen.session.have == frozenset()


# --- looking up ------------------------------------------------------------------------------------------------------


def test_results_for_an_older_query_are_dropped() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.LOOK_UP), ev.TypeQuery("a"), ev.TypeQuery("ab"))
    citizen.answer(ev.SearchAnswered, "a", (PROCEDURE,))
    assert citizen.session.results == ()
    citizen.answer(ev.SearchAnswered, "ab", (PROCEDURE,))
    assert citizen.session.results == (PROCEDURE,)


def test_a_procedure_that_another_agency_handles_is_not_begun() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.LOOK_UP), ev.ChooseProcedure("X"))
    citizen.answer(ev.ProcedureLoaded, dataclasses.replace(PROCEDURE, offered=False), ()).do(ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.PROCEDURE, "APP-NOT-OFFERED")


def test_a_component_of_another_procedure_cannot_be_ticked() -> None:
    citizen = Citizen().to_checklist().do(ev.ToggleComponent("c9"))
    assert citizen.session.have == frozenset()


@pytest.mark.parametrize("device", [CARD, SCANNER])
def test_a_submission_is_begun_without_a_device_since_each_has_another_way(device: str) -> None:
    citizen = Citizen().do(status(device, DeviceState.ABSENT, "XXX-ABSENT"), ev.ChooseGoal(Goal.SUBMIT))
    assert (citizen.screen, citizen.session.notice) == (Screen.SEARCH, None)


def test_as_long_as_no_device_is_known_nothing_is_begun_and_the_notice_says_so() -> None:
    assert Citizen(Session()).do(ev.ChooseGoal(Goal.SUBMIT)).session.notice == "SYS-NO-DRIVER"


def test_checking_a_checklist_turns_into_a_submission() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.CHECK), ev.ChooseProcedure("IP-03"))
    citizen.answer(ev.ProcedureLoaded, PROCEDURE, FIELDS).do(ev.Continue(), ev.Continue())
    assert (citizen.screen, citizen.session.goal) == (Screen.CONSENT, Goal.SUBMIT)


def test_consent_is_kept_with_version_and_time_and_notices_as_chosen() -> None:
    consent = Citizen().to_checklist().do(ev.Continue(), ev.GiveConsent(True, AT)).session.consent
    assert consent is not None
    assert (consent.at, consent.notices, bool(consent.version)) == (AT, True, True)


# --- tracking --------------------------------------------------------------------------------------------------------


def test_tracking_asks_once_and_shows_the_answer() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.EnterTracking(" g09.20-20260302-0000001 ", "a1b2"))
    citizen.do(ev.AskTracking())
    assert citizen.effect(Track) == Track("G09.20-20260302-0000001", "A1B2")
    citizen.do(ev.AskTracking())
    assert citizen.effect(Track) is None
    citizen.do(ev.EnterTracking("other", ""))
    assert citizen.session.track.code == "G09.20-20260302-0000001"
    citizen.answer(ev.Tracked, REPORT)
    assert citizen.session.track.report == REPORT
    citizen.do(ev.EnterTracking("G09.20-20260302-0000002", "A1B2"))
    assert citizen.session.track.report is None


def test_a_dossier_that_is_not_known_is_told_and_can_be_asked_again() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.EnterTracking("X", "Y"), ev.AskTracking())
    citizen.answer(ev.TrackFailed, "NET-NOT-FOUND")
    assert (citizen.session.notice, citizen.session.track.asking) == ("NET-NOT-FOUND", False)
    citizen.do(ev.AskTracking())
    assert citizen.effect(Track) is not None
    assert citizen.session.notice is None


def test_nothing_is_asked_without_a_code() -> None:
    assert Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.AskTracking()).effect(Track) is None


def test_a_receipt_held_before_the_reader_opens_tracking_and_a_walk_away_still_ends() -> None:
    citizen = Citizen().do(ev.TrackingCodeScanned("k01-abcd-efghjk"))
    assert (citizen.screen, citizen.session.track.code) == (Screen.TRACK, "K01-ABCD-EFGHJK")
    assert citizen.timer("idle") == IDLE_S


def test_a_receipt_with_both_codes_needs_nothing_typed() -> None:
    citizen = Citizen().do(ev.TrackingCodeScanned("k01-abcd-efghjk", "abcd2345"), ev.AskTracking())
    assert citizen.effect(Track) == Track("K01-ABCD-EFGHJK", "ABCD2345")


def test_a_wrong_code_is_named_in_words_where_another_is_asked_for_and_changes_nothing_else() -> None:
    tracking = Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.EnterTracking("A", "B"))
    for event, words in (
        (ev.UnfitCodeScanned("BAR-PAYMENT"), "BAR-PAYMENT"),
        (ev.CardCodeScanned("123456"), "BAR-CARD"),
        (ev.ZoneScanned("I<UTO"), "BAR-CARD"),
        (ev.UnfitCodeScanned("BAR-UNKNOWN"), "BAR-UNKNOWN"),
    ):
        tracking.do(event)
        assert (tracking.screen, tracking.session.notice) == (Screen.TRACK, words)
        assert (tracking.session.track.code, tracking.session.track.lookup_code) == ("A", "B")
    identifying = Citizen(Session(screen=Screen.IDENTIFY))
    identifying.do(ev.TrackingCodeScanned("A"))
    assert (identifying.screen, identifying.session.notice) == (Screen.IDENTIFY, "BAR-DOSSIER")
    identifying.do(ev.UnfitCodeScanned("BAR-WEB"))
    assert identifying.session.notice == "BAR-WEB"
    assert Citizen().do(ev.UnfitCodeScanned("BAR-WEB")).session == Citizen().session


def test_a_receipt_shown_while_another_is_asked_does_not_get_its_answer() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.EnterTracking("A", "B"), ev.AskTracking())
    citizen.do(ev.TrackingCodeScanned("C")).answer(ev.Tracked, REPORT)
    assert (citizen.session.track.code, citizen.session.track.report) == ("A", REPORT)


def test_what_was_tracked_is_gone_when_going_home_and_a_late_answer_with_it() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.EnterTracking("A", "B"), ev.AskTracking())
    old = citizen.session.number
    citizen.do(ev.Back())
    assert (citizen.screen, citizen.session.track.code) == (Screen.HOME, "")
    citizen.do(ev.ChooseGoal(Goal.TRACK), ev.Tracked(old, REPORT))
    assert citizen.session.track.report is None


# --- idleness --------------------------------------------------------------------------------------------------------


def test_a_quiet_citizen_is_warned_may_extend_and_is_ended_otherwise() -> None:
    citizen = Citizen().to_scan().do(ev.TimerFired("idle"))
    assert citizen.session.overlay is Overlay.IDLE_WARNING
    assert citizen.timer("idle_end") == IDLE_WARNING_S
    citizen.do(ev.Continue())
    assert (citizen.screen, citizen.session.overlay) == (Screen.SCAN, Overlay.NONE)
    assert citizen.timer("idle") == IDLE_S
    assert StopTimer("idle_end") in citizen.effects
    citizen.do(ev.TimerFired("idle_end"))
    assert citizen.screen is Screen.SCAN
    citizen.do(ev.TimerFired("idle"), ev.TimerFired("idle_end"))
    assert (citizen.screen, citizen.session.end_reason) == (Screen.GOODBYE, EndReason.TIMED_OUT)
    assert citizen.effect(WipeSession) is not None
    assert citizen.timer("goodbye") == GOODBYE_S


def test_the_first_touch_after_the_warning_does_nothing_else() -> None:
    citizen = Citizen().to_declare().do(ev.TimerFired("idle"), ev.Declare(AT))
    assert (citizen.screen, citizen.session.overlay) == (Screen.DECLARE, Overlay.NONE)
    assert citizen.effect(Submit) is None


def test_the_warning_can_also_end_the_session_at_once() -> None:
    citizen = Citizen().to_form().do(ev.TimerFired("idle"), ev.ConfirmEnd())
    assert (citizen.screen, citizen.session.end_reason) == (Screen.GOODBYE, EndReason.CANCELLED)
    assert {StopTimer("idle"), StopTimer("idle_end")} <= set(citizen.effects)


def test_who_waits_for_the_machine_is_not_idle_and_gets_the_whole_time_afterwards() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan(), ev.TimerFired("idle"))
    assert (citizen.session.overlay, citizen.timer("idle")) == (Overlay.NONE, IDLE_S)
    citizen.answer(ev.ScanEnded)
    assert citizen.timer("idle") == IDLE_S
    reader = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN), ev.TimerFired("idle"))
    assert reader.session.overlay is Overlay.NONE
    reader.answer(ev.CardRead, reading())
    assert reader.timer("idle") == IDLE_S


def test_who_called_an_officer_has_time_to_wait_for_one() -> None:
    citizen = Citizen().to_form().do(ev.CallHelp())
    assert citizen.effect(CallStaff) is not None
    assert citizen.session.overlay is Overlay.HELP_CALLED
    assert citizen.timer("idle") == IDLE_HELP_S
    citizen.do(ev.CloseOverlay())
    assert (citizen.session.overlay, citizen.timer("idle")) == (Overlay.NONE, IDLE_HELP_S)
    citizen.do(ev.CallOff())
    assert (citizen.session.overlay, citizen.timer("idle")) == (Overlay.NONE, IDLE_S)


def test_the_end_of_the_way_leaves_more_time() -> None:
    citizen = Citizen().to_done()
    assert citizen.timer("idle") == IDLE_DONE_S
    assert citizen.do(ev.Rate(4)).timer("idle") == IDLE_DONE_S


def test_a_failed_seal_leaves_no_declaration_standing_for_ever() -> None:
    assert Citizen().to_sending().answer(ev.SealFailed, "STO-FULL").timer("idle") == IDLE_S


def test_quiet_on_the_home_screen_only_resets_looks_and_the_sites_language() -> None:
    site = dataclasses.replace(machine(), language=Language.EN, site_language=Language.EN)
    citizen = Citizen(site).do(ev.ChangeLanguage(Language.VI), ev.SetComfort(1.6, True, True), ev.TimerFired("idle"))
    assert (citizen.screen, citizen.session.overlay) == (Screen.HOME, Overlay.NONE)
    assert (citizen.session.language, citizen.session.comfort) == (Language.EN, Comfort())


def test_a_code_shown_to_the_reader_is_a_sign_of_life_and_a_flickering_sensor_is_none() -> None:
    citizen = Citizen().to_identify()
    assert citizen.do(ev.CardCodeScanned(CAN)).timer("idle") == IDLE_S
    for event in (ev.CardInserted(), ev.CardRemoved(), ev.PaperChanged(True), status(SCANNER)):
        assert Citizen().to_scan().do(event).timer("idle") is None


# --- ending ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        Citizen.to_checklist,
        Citizen.to_confirm,
        Citizen.to_review,
        Citizen.to_check,
        Citizen.to_declare,
        Citizen.to_done,
    ],
)
def test_the_end_of_a_session_leaves_only_what_is_known_of_the_machine(to: Callable[[Citizen], Citizen]) -> None:
    citizen = to(Citizen()).do(ev.PaperChanged(True), ev.ServiceChanged(False), ev.SetComfort(1.35, True, False))
    before = citizen.session
    citizen.do(ev.AskEnd())
    assert citizen.session.overlay is Overlay.CONFIRM_END
    citizen.do(ev.ConfirmEnd())
    assert citizen.effect(WipeSession) == WipeSession(before.number)
    kept = {"devices", "service_online", "language", "comfort", "screen", "number", "card", "scan", "end_reason"}
    blank = Session()
    for item in dataclasses.fields(Session):
        if item.name not in kept:
            assert getattr(citizen.session, item.name) == getattr(blank, item.name), item.name
    assert (citizen.session.card.access_number, citizen.session.scan.component) == ("", "")
    assert (citizen.session.comfort, citizen.session.scan.paper_loaded) == (before.comfort, True)
    citizen.do(ev.TimerFired("goodbye"))
    assert (citizen.screen, citizen.session.comfort) == (Screen.HOME, Comfort())
    assert citizen.session.service_online is False


def test_fresh_names_every_personal_field_of_a_session() -> None:
    """A field added to the session is personal until it is carried over on purpose."""
    carried = {"number", "screen", "language", "site_language", "devices", "service_online", "out_of_service"}
    citizen = Citizen().to_done().do(ev.SetComfort(1.6, True, True))
    changed = {
        item.name
        for item in dataclasses.fields(Session)
        if getattr(fresh(citizen.session), item.name) != getattr(Session(), item.name)
    }
    assert changed <= carried | {"card", "scan"}
    assert fresh(citizen.session).card.access_number == ""


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (Citizen.to_form, EndReason.CANCELLED),
        (lambda c: c.to_sending().sealed(), EndReason.FINISHED),
        (Citizen.to_done, EndReason.FINISHED),
    ],
)
def test_a_session_ended_after_the_seal_is_finished_and_before_it_cancelled(to, reason: EndReason) -> None:
    assert to(Citizen()).do(ev.AskEnd(), ev.ConfirmEnd()).session.end_reason is reason


def test_nobody_can_leave_while_the_dossier_is_being_sealed() -> None:
    citizen = Citizen().to_sending().do(ev.AskEnd())
    assert citizen.session.overlay is Overlay.NONE
    hurried = Citizen().to_declare().do(ev.AskEnd(), ev.Declare(AT), ev.ConfirmEnd())
    assert (hurried.screen, hurried.session.submission.stage) == (Screen.SENDING, SendStage.SEALING)


def test_a_scanner_at_work_is_stopped_when_the_citizen_leaves() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan(), ev.AskEnd(), ev.ConfirmEnd())
    assert citizen.effect(CancelScan) is not None
    assert citizen.session.scan.running is False


def test_asking_to_end_means_nothing_where_nothing_has_begun() -> None:
    assert Citizen().do(ev.AskEnd()).session.overlay is Overlay.NONE
    assert Citizen().to_done().do(ev.Continue(), ev.AskEnd()).session.overlay is Overlay.NONE
    assert Citizen().to_form().do(ev.ConfirmEnd()).screen is Screen.FORM
    assert Citizen().to_form().do(ev.AskEnd(), ev.CloseOverlay()).session.overlay is Overlay.NONE


# --- the machine -----------------------------------------------------------------------------------------------------


def test_out_of_service_takes_the_next_citizen_and_not_the_one_who_is_there() -> None:
    citizen = Citizen().to_form().do(ev.OutOfService("STO-FULL"))
    assert citizen.screen is Screen.FORM
    citizen.do(ev.AskEnd(), ev.ConfirmEnd(), ev.TimerFired("goodbye"))
    assert (citizen.screen, citizen.session.out_of_service) == (Screen.OUT_OF_SERVICE, "STO-FULL")
    citizen.do(ev.ChooseGoal(Goal.SUBMIT), ev.TimerFired("idle"), ev.AskEnd())
    assert (citizen.screen, citizen.session.overlay) == (Screen.OUT_OF_SERVICE, Overlay.NONE)
    citizen.do(ev.BackInService())
    assert (citizen.screen, citizen.session.out_of_service) == (Screen.HOME, None)
    assert Citizen().do(ev.OutOfService("STO-IO")).screen is Screen.OUT_OF_SERVICE


def test_walking_back_home_of_a_machine_that_went_out_of_service_ends_there() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.LOOK_UP), ev.OutOfService("STO-FULL"), ev.Back())
    assert citizen.screen is Screen.OUT_OF_SERVICE


@pytest.mark.parametrize(("device", "to"), [(CARD, Citizen.to_identify), (SCANNER, Citizen.to_scan)])
def test_a_lost_device_is_told_on_the_screen_that_needs_it_and_until_it_is_back(
    device: str, to: Callable[[Citizen], Citizen]
) -> None:
    citizen = to(Citizen()).do(status(device, DeviceState.FAULT, "SYS-HOST-DIED"))
    assert citizen.session.notice == "SYS-HOST-DIED"
    citizen.do(status(device, DeviceState.STARTING))
    assert citizen.session.notice == "SYS-HOST-DIED"
    citizen.do(status(device, DeviceState.ABSENT, "XXX-ABSENT"))
    assert citizen.session.notice == "XXX-ABSENT"
    citizen.do(status(device, DeviceState.BUSY))
    assert citizen.session.notice is None


def test_a_lost_device_is_not_told_where_nobody_needs_it() -> None:
    assert Citizen().to_form().do(status(SCANNER, DeviceState.ABSENT, "SCN-ABSENT")).session.notice is None
    other = Citizen().to_scan().do(ev.Continue(), status(CARD, DeviceState.ABSENT, "CRD-ABSENT"))
    assert other.session.notice == "APP-MISSING-PAPERS"


def test_a_lost_reader_sees_no_card_and_a_lost_scanner_no_paper() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.PaperChanged(True))
    citizen.do(status(CARD, DeviceState.FAULT, "SYS-HOST-DIED"), status(SCANNER, DeviceState.STARTING))
    assert citizen.session.card.present is False
    assert citizen.session.scan.paper_loaded is False
    citizen.do(status(CARD), ev.EnterAccessNumber(CAN))
    assert citizen.effect(ReadCard) is None
    citizen.do(ev.CardInserted())
    assert citizen.effect(ReadCard) is not None


def test_looks_take_the_nearest_known_size() -> None:
    assert Citizen().do(ev.SetComfort(1.5, True, True)).session.comfort == Comfort(1.6, True, True)
    assert Citizen().do(ev.SetComfort(float("nan"), False, False)).session.comfort.text_scale in (1.0, 1.35, 1.6)


def test_the_source_of_each_answer_is_kept() -> None:
    answers = Citizen().to_check().session.answers
    assert {name: answer.source for name, answer in answers.items()} == {
        "address": Source.CHIP,
        "phone": Source.TYPED,
        "result_delivery": Source.DEFAULT,
    }


def test_the_wait_for_the_service_is_bounded() -> None:
    assert Citizen().to_sending().sealed().timer("acknowledge") == ACKNOWLEDGE_S
