"""The whole stack at once: pages placed by what is written on them, the doubtful asked, none lost, none moved unasked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from citizen import FORM, OTHER, PROCEDURE, SAMPLE, SCANNER, Citizen

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import PlaceStack, RotatePage, ScanPages, ShowPage, StopTimer
from kiosk_app.flow.rows import IDLE_S, PAPER_SETTLES_S, WAIT_FOR_PAPER_S
from kiosk_app.model.basics import Overlay, Screen
from kiosk_app.model.papers import POORER, PageLook, PageStage, PageView, Placed, Placing
from kiosk_app.model.scanning import Colour, PaperScan, Sides
from kiosk_app.model.session import DeviceStatus
from kiosk_app.model.stack import Doubt, Question, progress, questions, settled

SENSES = ev.DeviceChanged(DeviceStatus(SCANNER, DeviceKind.SCANNER, DeviceState.READY, senses=True))


def page(citizen: Citizen, number: int) -> PageView:
    return next(item for item in citizen.session.pages if item.number == number)


def sure(number: int, component: str) -> Placed:
    return Placed(number, component, 0.97, True)


def whole_stack(*placed: Placed, blank: tuple[int, ...] = ()) -> Citizen:
    """A stack that went through in one go, was read and placed."""
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan())
    for item in placed:
        citizen.answer(ev.PageScanned, item.page, "", item.page)
        citizen.answer(ev.PageReady, item.page, b"png", item.page in blank, (), 10, 10)
    citizen.answer(ev.ScanEnded)
    for item in placed:
        citizen.answer(ev.PageRead, item.page)
    return citizen.answer(ev.PagesPlaced, len(placed), placed)


STACK = (sure(1, "c1"), sure(2, "c1"), Placed(3, "c3", 0.6, False, ("c2", "c1")), Placed(4, "", 0.3, False, ("c2",)))


def test_all_papers_go_through_in_one_stack_unless_one_is_chosen_or_there_is_but_one() -> None:
    citizen = Citizen().to_confirm().do(ev.Continue())
    assert (citizen.screen, citizen.session.scan.component) == (Screen.SCAN, "")
    assert citizen.do(ev.StartScan()).effect(ScanPages) == ScanPages("", 1)
    one = Citizen().to_confirm()
    one.session = replace(one.session, procedure=OTHER)
    assert one.do(ev.Continue()).session.scan.component == "c1"


def test_a_stack_that_is_through_may_be_reviewed_while_its_last_page_is_on_its_way_and_goes_no_further() -> None:
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan()).answer(ev.PageScanned, 1, "", 1)
    assert citizen.do(ev.Continue()).screen is Screen.SCAN  # the scanner still runs
    citizen.answer(ev.ScanEnded).do(ev.Continue())
    assert (citizen.screen, citizen.session.processing) == (Screen.PAGE_REVIEW, True)
    assert citizen.do(ev.Continue()).screen is Screen.PAGE_REVIEW
    citizen.answer(ev.PageReady, 1, b"png", False, (), 10, 10).answer(ev.PageRead, 1)
    assert citizen.do(ev.Continue()).screen is Screen.PAGE_REVIEW  # read, but nobody knows yet which paper it is
    citizen.answer(ev.PagesPlaced, 1, (sure(1, "c1"),))
    assert (citizen.session.processing, citizen.session.pages[0].component) == (False, "c1")


def test_a_stack_is_scanned_for_all_its_papers_and_one_paper_as_it_wants() -> None:
    grey = replace(FORM, scan=PaperScan(Colour.GREY, 400, 400, Sides.BOTH))
    citizen = Citizen().to_scan()
    citizen.session = replace(citizen.session, procedure=replace(PROCEDURE, components=(grey, SAMPLE)))
    assert citizen.do(ev.StartScan()).effect(ScanPages) == ScanPages("c1", 1, scan=grey.scan)
    citizen.answer(ev.ScanEnded).do(ev.ChooseComponent(""), ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages("", 1, scan=PaperScan(Colour.COLOUR, 400, 400, Sides.BOTH))
    citizen.answer(ev.PageScanned, 1, "", 1).answer(ev.PageReady, 1, b"png", False, (), 10, 10).answer(ev.ScanEnded)
    citizen.do(ev.MovePage(1, "c3"), ev.Continue(), ev.RescanPage(1), ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages("c3", 1, again=True, one=True, scan=SAMPLE.scan)


def grey_form_moved_to(paper: PaperScan) -> Citizen:
    """A page scanned in grey for the form, then moved by hand to the sample, which is to be kept so."""
    grey = replace(FORM, scan=PaperScan(Colour.GREY, 200, 200))
    citizen = Citizen().to_scan()
    papers = (grey, replace(SAMPLE, scan=paper))
    citizen.session = replace(citizen.session, procedure=replace(PROCEDURE, components=papers))
    citizen.do(ev.ChooseComponent("c1"), ev.StartScan()).answer(ev.PageScanned, 1, "c1", 1)
    citizen.answer(ev.PageReady, 1, b"png", False, ("blurred",), 10, 10).answer(ev.ScanEnded).do(ev.Continue())
    return citizen.do(ev.MovePage(1, SAMPLE.id))


@pytest.mark.parametrize("paper", [PaperScan(), PaperScan(Colour.GREY, 300, 300)])
def test_a_page_moved_to_a_paper_that_wants_more_is_shown_with_that_said_until_it_is_scanned_again(
    paper: PaperScan,
) -> None:
    citizen = grey_form_moved_to(paper)
    assert citizen.session.look == PageLook(1)
    assert citizen.effect(ShowPage) == ShowPage(1)
    assert page(citizen, 1).warnings == ("blurred", POORER)
    citizen.do(ev.RescanPage(1), ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages(SAMPLE.id, 1, again=True, one=True, scan=paper)
    citizen.answer(ev.PageScanned, 1, SAMPLE.id, 1).answer(ev.PageReady, 1, b"new", False, (), 10, 10, True)
    assert (page(citizen, 1).warnings, page(citizen, 1).taken) == ((), paper)


def test_a_rescan_that_fails_leaves_the_page_and_what_is_said_of_it() -> None:
    citizen = grey_form_moved_to(PaperScan()).do(ev.RescanPage(1), ev.StartScan())
    citizen.answer(ev.PageScanned, 1, SAMPLE.id, 1).answer(ev.PageFailed, 1, "IMG-WORKER", True)
    assert page(citizen, 1).warnings == ("blurred", POORER)


def test_a_page_moved_where_it_is_good_enough_or_back_is_told_nothing() -> None:
    citizen = grey_form_moved_to(PaperScan(Colour.BLACK_WHITE, 200, 200))
    assert (citizen.session.look, page(citizen, 1).warnings) == (None, ("blurred",))
    back = grey_form_moved_to(PaperScan()).do(ev.ClosePage(), ev.MovePage(1, "c1"))
    assert (back.session.look, page(back, 1).warnings) == (None, ("blurred",))


# --- placing --------------------------------------------------------------------------------------------------------------


def test_pages_of_a_stack_are_placed_by_what_is_read_and_tick_the_list_themselves() -> None:
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages("", 1)
    citizen.answer(ev.PageScanned, 1, "", 1).answer(ev.PageReady, 1, b"png", False, (), 10, 10)
    assert (page(citizen, 1).component, page(citizen, 1).placing) == ("", Placing.READING)
    citizen.answer(ev.PageRead, 1)
    assert citizen.effect(PlaceStack) == PlaceStack(1)
    assert not settled(citizen.session)
    citizen.answer(ev.PagesPlaced, 1, (sure(1, "c1"),))
    assert (page(citizen, 1).component, page(citizen, 1).placing) == ("c1", Placing.SURE)
    assert "c1" not in citizen.session.missing
    assert settled(citizen.session)


def test_what_comes_later_may_place_an_earlier_page_anew_but_never_one_that_the_citizen_placed() -> None:
    citizen = whole_stack(sure(1, "c1"), sure(2, "c1")).do(ev.MovePage(1, "c3"))
    assert citizen.effect(PlaceStack) == PlaceStack(2)
    assert settled(citizen.session)
    citizen.answer(ev.PagesPlaced, 2, (sure(1, "c1"), sure(2, "c2")))
    assert [item.component for item in citizen.session.pages] == ["c3", "c2"]


def test_questions_wait_until_the_last_page_is_read_and_matched() -> None:
    citizen = whole_stack(*STACK)
    assert [item.page for item in questions(citizen.session)] == [3, 4]
    citizen.do(ev.StartScan()).answer(ev.PageScanned, 5, "", 1)
    assert questions(citizen.session) == ()
    citizen.answer(ev.PageReady, 5, b"png", False, (), 10, 10).answer(ev.ScanEnded).answer(ev.PageRead, 5)
    assert questions(citizen.session) == ()
    assert progress(citizen.session).placed == 4
    citizen.answer(ev.PagesPlaced, 5, (*STACK, sure(5, "c2")))
    assert [item.page for item in questions(citizen.session)] == [3, 4]


def test_doubtful_pages_and_those_of_no_paper_are_asked_one_by_one() -> None:
    citizen = whole_stack(*STACK).do(ev.Continue())
    assert citizen.screen is Screen.PAGE_REVIEW
    assert questions(citizen.session) == (
        Question(Doubt.PAPER, 3, "c3", ("c2", "c1")),
        Question(Doubt.NOWHERE, 4, choices=("c2",)),
    )
    citizen.do(ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.PAGE_REVIEW, "APP-OPEN-QUESTIONS")
    citizen.do(ev.MovePage(3, "c3"))
    assert [item.page for item in questions(citizen.session)] == [4]
    citizen.do(ev.DropPage(4))
    assert questions(citizen.session) == ()
    assert citizen.do(ev.Continue()).screen is Screen.FORM


def test_pages_that_go_on_with_one_in_doubt_are_asked_together_and_answered_once() -> None:
    foreign = tuple(replace(Placed(n, "", 0.2, False, ("c2",)), begins=n == 2) for n in (2, 3, 4))
    stack = (sure(1, "c1"), *foreign, replace(Placed(5, "", 0.2, False), begins=True), sure(6, "c3"))
    citizen = whole_stack(*stack, blank=(3,))
    assert [(item.page, item.through) for item in questions(citizen.session)] == [(2, 4), (5, 0)]
    out = Citizen(citizen.session).do(ev.DropPage(2, 4))
    assert [item.number for item in out.session.pages if item.kept] == [1, 5, 6]
    citizen.do(ev.MovePage(2, "c2", 4))
    assert [item.number for item in citizen.session.kept_pages("c2")] == [2, 4]
    assert [item.page for item in questions(citizen.session)] == [5]
    # What was not asked together is not answered together.
    assert [item.number for item in citizen.do(ev.DropPage(1, 6)).session.pages if not item.kept] == [1, 3]


def test_a_page_of_no_paper_that_was_left_out_and_is_taken_back_is_asked_again() -> None:
    citizen = whole_stack(*STACK).do(ev.DropPage(4))
    assert [item.page for item in questions(citizen.session)] == [3]
    assert [item.page for item in questions(citizen.do(ev.KeepPage(4)).session)] == [3, 4]


def test_a_blank_back_is_set_aside_and_asked_nothing() -> None:
    citizen = whole_stack(sure(1, "c1"), Placed(2, "", 0.2, False), sure(3, "c3"), blank=(2,))
    assert questions(citizen.session) == ()
    assert not page(citizen, 2).kept
    assert citizen.do(ev.Continue(), ev.Continue()).screen is Screen.FORM


def test_matching_that_fails_leaves_pages_to_be_asked_and_nobody_waiting() -> None:
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan())
    for number in (1, 2):
        citizen.answer(ev.PageScanned, number, "", number).answer(ev.PageReady, number, b"png", False, (), 10, 10)
        citizen.answer(ev.PageRead, number)
    citizen.answer(ev.ScanEnded).answer(ev.PagesPlaced, 0)
    assert settled(citizen.session)
    assert [item.doubt for item in questions(citizen.session)] == [Doubt.NOWHERE, Doubt.NOWHERE]


def test_a_paper_that_the_procedure_does_not_ask_for_is_none() -> None:
    citizen = whole_stack(Placed(1, "c9", 0.99, True, ("c8", "c3")))
    assert questions(citizen.session) == (Question(Doubt.NOWHERE, 1, choices=("c3",)),)


def test_a_page_that_failed_keeps_nobody_waiting_for_its_text() -> None:
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan()).answer(ev.PageScanned, 1, "", 1)
    citizen.answer(ev.ScanEnded).answer(ev.PageFailed, 1, "IMG-UNREADABLE")
    assert settled(citizen.session)


def test_what_the_citizen_agreed_to_is_moved_by_no_later_stack() -> None:
    citizen = whole_stack(sure(1, "c1"), sure(2, "c3")).do(ev.Continue(), ev.Continue())
    citizen.do(ev.Back(), ev.Back(), ev.StartScan()).answer(ev.PageScanned, 3, "", 1).answer(ev.ScanEnded)
    citizen.answer(ev.PageReady, 3, b"png", False, (), 10, 10).answer(ev.PageRead, 3)
    citizen.answer(ev.PagesPlaced, 3, (sure(1, "c3"), sure(2, "c3"), sure(3, "c2")))
    assert [item.component for item in citizen.session.pages] == ["c1", "c3", "c2"]


def test_no_dossier_is_declared_over_an_open_question() -> None:
    citizen = Citizen().to_check().do(ev.ChangeAnswer("scan"), ev.ChooseComponent(""), ev.StartScan())
    citizen.answer(ev.PageScanned, 4, "", 1).answer(ev.ScanEnded).answer(ev.PageReady, 4, b"png", False, (), 1, 1)
    citizen.do(ev.Back(), ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.CHECK_ANSWERS, "APP-PAGES-PROCESSING")
    citizen.answer(ev.PageRead, 4).answer(ev.PagesPlaced, 1, (Placed(4, "", 0.1, False),)).do(ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.CHECK_ANSWERS, "APP-OPEN-QUESTIONS")


def test_nobody_who_waits_for_pages_to_be_read_is_taken_for_gone() -> None:
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan()).answer(ev.PageScanned, 1, "", 1)
    citizen.answer(ev.PageReady, 1, b"png", False, (), 10, 10).answer(ev.ScanEnded).do(ev.TimerFired("idle"))
    assert citizen.session.overlay is Overlay.NONE
    assert citizen.timer("idle") == IDLE_S
    # Once the pages are placed it is the citizen's turn, and the time begins anew.
    citizen.answer(ev.PageRead, 1)
    assert citizen.answer(ev.PagesPlaced, 1, (sure(1, "c1"),)).timer("idle") == IDLE_S
    assert citizen.do(ev.TimerFired("idle")).session.overlay is Overlay.IDLE_WARNING


# --- twins ----------------------------------------------------------------------------------------------------------------


def test_a_page_scanned_twice_is_asked_and_never_dropped_by_itself() -> None:
    citizen = whole_stack(sure(1, "c1"), sure(2, "c3")).do(ev.StartScan()).answer(ev.PageScanned, 3, "", 1)
    citizen.answer(ev.PageReady, 3, b"png", False, (), 10, 10).answer(ev.ScanEnded).answer(ev.PageRead, 3)
    citizen.answer(ev.PagesAlike, 3, 1).answer(ev.PagesPlaced, 3, (sure(1, "c1"), sure(2, "c3"), sure(3, "c1")))
    assert page(citizen, 3).kept
    assert questions(citizen.session) == (Question(Doubt.TWICE, 3, "c1", twin=1),)
    both = Citizen(citizen.session).do(ev.KeepPage(3))
    assert (questions(both.session), len(both.session.kept_pages("c1"))) == ((), 2)
    # Turned and read anew, it is not asked of again.
    assert questions(both.answer(ev.PageRead, 3).answer(ev.PagesPlaced, 4).session) == ()
    citizen.do(ev.DropPage(3))
    assert (questions(citizen.session), len(citizen.session.kept_pages("c1"))) == ((), 1)


def test_once_the_earlier_twin_is_left_out_there_is_nothing_to_ask() -> None:
    citizen = Citizen().to_scan().scan(1, 2).answer(ev.PagesAlike, 2, 1)
    assert [item.doubt for item in questions(citizen.session)] == [Doubt.TWICE]
    assert questions(citizen.do(ev.DropPage(1)).session) == ()


# --- a scan cut short -----------------------------------------------------------------------------------------------------


def sheets(citizen: Citizen, first: int, last: int, sheet: int = 1) -> Citizen:
    for at, number in enumerate(range(first, last + 1)):
        citizen.answer(ev.PageScanned, number, "", sheet + at)
    return citizen


@pytest.mark.parametrize("code", ["SCN-JAM", "SCN-CANCELLED", "SCN-DOUBLE-FEED", "SYS-HOST-DIED"])
def test_a_stack_cut_short_says_which_sheet_comes_next_and_goes_on_in_order(code: str) -> None:
    citizen = sheets(Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan()), 1, 4).answer(ev.ScanEnded, code)
    assert (citizen.session.scan.whole, citizen.session.scan.resume) == (4, 5)
    citizen.do(ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages("", 5)
    sheets(citizen, 5, 6).answer(ev.ScanEnded, code)
    assert (citizen.session.scan.whole, citizen.session.scan.resume) == (6, 7)
    sheets(citizen.do(ev.StartScan()), 7, 7).answer(ev.ScanEnded)
    assert (citizen.session.scan.whole, citizen.session.scan.resume) == (0, 0)
    assert [(item.number, item.sheet) for item in citizen.session.pages] == [(n, n) for n in range(1, 8)]


def test_a_sheet_whose_back_did_not_come_is_asked_for_again_and_is_there_once() -> None:
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan())
    for number, sheet in ((1, 1), (2, 1), (3, 2)):
        citizen.answer(ev.PageScanned, number, "", sheet)
    citizen.answer(ev.ScanEnded, "SCN-JAM", 3)
    assert (citizen.session.scan.whole, citizen.session.scan.resume, citizen.session.scan.out) == (1, 2, 1)
    citizen.do(ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages("", 3, again=True)
    citizen.answer(ev.PageScanned, 3, "", 1).answer(ev.PageScanned, 4, "", 1).answer(ev.ScanEnded)
    assert [(item.number, item.sheet) for item in citizen.session.pages] == [(1, 1), (2, 1), (3, 2), (4, 2)]
    assert citizen.session.scan.out == 2


def test_nothing_is_kept_of_a_stack_that_stuck_at_its_first_sheet() -> None:
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan()).answer(ev.ScanEnded, "SCN-JAM")
    assert (citizen.session.scan.whole, citizen.session.scan.resume, citizen.session.scan.out) == (0, 0, 0)


def test_a_scan_that_brings_nothing_after_a_jam_keeps_what_is_known_of_the_stack() -> None:
    citizen = sheets(Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan()), 1, 2)
    citizen.answer(ev.ScanEnded, "SCN-JAM", 2).do(ev.StartScan()).answer(ev.ScanEnded, "SCN-FEEDER-EMPTY")
    assert (citizen.session.scan.whole, citizen.session.scan.resume, citizen.session.scan.half) == (1, 2, 2)


# --- originals ------------------------------------------------------------------------------------------------------------


def test_sheets_are_counted_out_until_somebody_says_that_they_were_taken() -> None:
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan())
    for number, sheet in ((1, 1), (2, 1), (3, 2), (4, 2)):
        citizen.answer(ev.PageScanned, number, "", sheet)
    citizen.answer(ev.ScanEnded)
    assert citizen.session.scan.out == 2
    sheets(citizen.do(ev.StartScan()), 5, 5).answer(ev.ScanEnded)
    assert citizen.session.scan.out == 3
    assert citizen.do(ev.TakeOriginals()).session.scan.out == 0


def test_what_lies_on_the_glass_is_taken_off_before_the_next_is_laid_there() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan(glass=True))
    assert citizen.effect(ScanPages) == ScanPages("c1", 1, glass=True)
    citizen.answer(ev.PageScanned, 1, "c1", 1).answer(ev.ScanEnded).do(ev.StartScan(glass=True))
    citizen.answer(ev.PageScanned, 2, "c1", 1).answer(ev.ScanEnded)
    assert (citizen.session.scan.out, citizen.session.scan.glass) == (1, True)


# --- waiting for paper ----------------------------------------------------------------------------------------------------


def waiting() -> Citizen:
    return Citizen().to_scan().do(SENSES, ev.StartScan())


def test_a_scan_over_an_empty_feeder_waits_and_begins_when_the_paper_lies_still() -> None:
    citizen = waiting()
    assert (citizen.effect(ScanPages), citizen.timer("paper")) == (None, WAIT_FOR_PAPER_S)
    assert citizen.session.scan.waiting
    assert citizen.do(ev.PaperChanged(True)).timer("paper") == PAPER_SETTLES_S
    assert citizen.do(ev.PaperChanged(False)).timer("paper") == WAIT_FOR_PAPER_S
    citizen.do(ev.PaperChanged(True), ev.TimerFired("paper"))
    assert citizen.effect(ScanPages) == ScanPages("c1", 1)
    assert (citizen.session.scan.waiting, citizen.session.scan.running) == (False, True)


def test_a_wait_for_paper_is_bounded_and_can_be_stopped() -> None:
    citizen = waiting().do(ev.TimerFired("paper"))
    assert (citizen.session.scan.waiting, citizen.session.notice) == (False, "SCN-FEEDER-EMPTY")
    stopped = waiting().do(ev.StopScan())
    assert (stopped.session.scan.waiting, stopped.effect(StopTimer)) == (False, StopTimer("paper"))
    assert stopped.do(ev.PaperChanged(True), ev.TimerFired("paper")).effect(ScanPages) is None


def test_a_second_touch_begins_all_the_same_since_a_sensor_may_be_wrong() -> None:
    assert waiting().do(ev.StartScan()).effect(ScanPages) == ScanPages("c1", 1)


def test_paper_that_comes_after_the_citizen_went_back_starts_nothing() -> None:
    citizen = waiting().do(ev.Back())
    assert (citizen.screen, citizen.session.scan.waiting) == (Screen.CONFIRM_IDENTITY, False)
    assert citizen.do(ev.PaperChanged(True), ev.TimerFired("paper")).effect(ScanPages) is None


def test_a_scanner_without_a_sensor_of_its_own_is_not_waited_for() -> None:
    assert Citizen().to_scan().do(ev.StartScan()).effect(ScanPages) is not None


# --- one page -------------------------------------------------------------------------------------------------------------


def review() -> Citizen:
    return Citizen().to_scan().scan(1, 2, 3).do(ev.Continue())


def test_a_page_is_looked_at_large_and_its_picture_is_gone_when_it_is_closed() -> None:
    citizen = review().do(ev.LookAtPage(2))
    assert citizen.effect(ShowPage) == ShowPage(2)
    citizen.answer(ev.PageShown, 1, b"late").answer(ev.PageShown, 2, b"jpeg")
    assert citizen.session.look == PageLook(2, b"jpeg")
    assert citizen.do(ev.ClosePage()).session.look is None
    assert citizen.answer(ev.PageShown, 2, b"jpeg").session.look is None
    assert citizen.do(ev.LookAtPage(9)).session.look is None
    assert citizen.do(ev.LookAtPage(1), ev.Back()).screen is Screen.PAGE_REVIEW
    assert citizen.do(ev.LookAtPage(1), ev.RescanPage(1)).session.look is None


def test_a_page_is_turned_once_at_a_time_and_seen_anew() -> None:
    citizen = review().do(ev.LookAtPage(2), ev.TurnPage(2, -1))
    assert citizen.effect(RotatePage) == RotatePage(2, 3)
    assert citizen.session.processing
    assert citizen.do(ev.TurnPage(2, 1)).effect(RotatePage) is None
    citizen.answer(ev.PageTurned, 2, b"turned", 20, 10)
    assert (page(citizen, 2).thumbnail, page(citizen, 2).width, citizen.session.processing) == (b"turned", 20, False)
    assert citizen.effect(ShowPage) == ShowPage(2)
    citizen.do(ev.TurnPage(2, 1)).answer(ev.PageTurned, 2, b"", 0, 0, "IMG-WORKER")
    assert (page(citizen, 2).thumbnail, citizen.session.notice) == (b"turned", "IMG-WORKER")


def test_a_page_moves_earlier_and_later_within_its_paper_and_keeps_its_number() -> None:
    citizen = review().do(ev.MovePage(2, "c3"), ev.ShiftPage(3, later=False))
    assert [item.number for item in citizen.session.pages] == [3, 2, 1]
    assert [item.number for item in citizen.session.kept_pages("c1")] == [3, 1]
    citizen.do(ev.ShiftPage(3, later=False), ev.ShiftPage(1, later=True), ev.ShiftPage(2, later=True))
    assert [item.number for item in citizen.session.pages] == [3, 2, 1]


def test_one_page_is_scanned_again_in_its_place_and_the_old_one_stays_until_then() -> None:
    citizen = review().do(ev.MovePage(2, "c3"), ev.RescanPage(2))
    assert citizen.screen is Screen.SCAN
    citizen.do(ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages("c3", 2, again=True, one=True)
    citizen.answer(ev.PageScanned, 2, "c3", 1).answer(ev.ScanEnded)
    assert citizen.screen is Screen.PAGE_REVIEW
    assert (page(citizen, 2).thumbnail, page(citizen, 2).renewing) == (b"png", True)
    citizen.answer(ev.PageReady, 2, b"new", False, ("blurred",), 30, 40, True)
    assert citizen.effect(ShowPage) == ShowPage(2)
    new = page(citizen, 2)
    assert (new.component, new.thumbnail, new.warnings, new.renewing) == ("c3", b"new", ("blurred",), False)
    assert [item.number for item in citizen.session.pages] == [1, 2, 3]
    assert citizen.session.scan.renewing == 0


def test_a_page_that_is_not_scanned_again_after_all_is_as_it_was() -> None:
    citizen = review().do(ev.RescanPage(2), ev.StartScan()).answer(ev.PageScanned, 2, "c1", 1)
    citizen.answer(ev.ScanEnded).answer(ev.PageFailed, 2, "IMG-UNREADABLE", True)
    assert (page(citizen, 2).stage, page(citizen, 2).kept) == (PageStage.READY, True)
    assert citizen.session.notice == "IMG-UNREADABLE"
    citizen.do(ev.RescanPage(2), ev.StartScan()).answer(ev.ScanEnded, "SCN-JAM")
    assert (citizen.screen, citizen.session.scan.renewing) == (Screen.SCAN, 2)
    assert citizen.do(ev.Back()).screen is Screen.PAGE_REVIEW
    assert citizen.session.scan.renewing == 0


def test_scanning_one_page_again_waits_for_its_paper_by_itself() -> None:
    citizen = review().do(SENSES, ev.RescanPage(2))
    assert citizen.session.scan.waiting
    citizen.do(ev.PaperChanged(True), ev.TimerFired("paper"))
    assert citizen.effect(ScanPages) == ScanPages("c1", 2, again=True, one=True)


# --- missing papers -------------------------------------------------------------------------------------------------------


def test_a_missing_paper_is_scanned_now_or_left_for_the_desk_by_itself() -> None:
    citizen = whole_stack(sure(1, "c1")).do(ev.Continue(), ev.Continue())
    assert citizen.session.notice == "APP-MISSING-PAPERS"
    citizen.do(ev.ScanPaper("c3"))
    assert (citizen.screen, citizen.session.scan.component) == (Screen.SCAN, "c3")
    citizen.do(ev.Continue(), ev.BringToDesk("c3"))
    assert (citizen.session.at_desk, citizen.session.missing) == (("c3",), ())
    assert citizen.do(ev.Continue()).screen is Screen.FORM


def test_a_paper_left_for_the_desk_stays_so_when_another_is_scanned_and_can_be_scanned_after_all() -> None:
    citizen = whole_stack(sure(1, "c1")).do(ev.Continue(), ev.BringToDesk("c3"), ev.Back())
    citizen.do(ev.StartScan()).answer(ev.ScanEnded)
    assert citizen.session.at_desk == ("c3",)
    citizen.do(ev.Continue(), ev.BringToDesk("c3"))
    assert citizen.session.missing == ("c3",)
    citizen.do(ev.BringToDesk("c3"), ev.ScanPaper("c3"), ev.StartScan())
    assert citizen.session.at_desk == ()


def test_an_event_that_names_no_page_or_paper_changes_nothing() -> None:
    citizen = review()
    before = citizen.session
    citizen.do(
        ev.ShiftPage(9, later=True), ev.TurnPage(9, 1), ev.RescanPage(9), ev.ScanPaper("c9"), ev.BringToDesk("c9")
    )
    citizen.answer(ev.PageRead, 9).answer(ev.PageTurned, 9, b"x", 1, 1).answer(ev.PageShown, 9, b"x")
    assert replace(citizen.session, overlay=before.overlay) == before
