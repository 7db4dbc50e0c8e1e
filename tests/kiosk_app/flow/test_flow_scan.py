"""Scanning and page review: pages under the right paper, nothing dropped unseen, nothing left out by mistake."""

from __future__ import annotations

import pytest
from citizen import SCANNER, Citizen, status

from drivers.ports import DeviceState
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import CancelScan, ScanPages
from kiosk_app.model.basics import Screen
from kiosk_app.model.session import PageStage, PageView


def page(citizen: Citizen, number: int) -> PageView:
    return next(item for item in citizen.session.pages if item.number == number)


def test_pages_go_under_the_paper_in_hand_and_are_numbered_on() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages("c1", 1)
    citizen.answer(ev.PageScanned, 1, "c1").answer(ev.PageScanned, 2, "c1").answer(ev.ScanEnded).do(ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages("c3", 3)
    assert [item.component for item in citizen.session.pages] == ["c1", "c1"]


def test_the_next_required_paper_is_chosen_by_itself_and_optional_ones_by_hand() -> None:
    citizen = Citizen().to_scan().scan(1)
    assert citizen.session.scan.component == "c3"
    citizen.scan(2)
    assert citizen.session.missing == ()
    assert citizen.session.scan.component == "c3"
    citizen.do(ev.ChooseComponent("c2"))
    assert citizen.session.scan.component == "c2"
    citizen.do(ev.ChooseComponent("c9"))
    assert citizen.session.scan.component == "c2"


def test_the_paper_in_hand_stays_when_a_scan_went_wrong() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan()).answer(ev.PageScanned, 1, "c1").answer(ev.ScanEnded, "SCN-JAM")
    assert (citizen.session.scan.component, citizen.session.notice) == ("c1", "SCN-JAM")
    assert citizen.session.scan.running is False
    assert citizen.do(ev.StartScan()).session.notice is None


def test_one_scan_runs_at_a_time_and_is_stopped_once() -> None:
    citizen = Citizen().to_scan().do(ev.StopScan())
    assert citizen.effect(CancelScan) is None
    citizen.do(ev.StartScan(), ev.StartScan())
    assert citizen.effect(ScanPages) is None
    citizen.do(ev.ChooseComponent("c2"))
    assert citizen.session.scan.component == "c1"
    citizen.do(ev.StopScan())
    assert citizen.effect(CancelScan) is not None
    assert citizen.do(ev.StopScan()).effect(CancelScan) is None
    citizen.answer(ev.ScanEnded, "SCN-CANCELLED")
    assert (citizen.session.scan.running, citizen.session.scan.stopping) == (False, False)


def test_a_blank_side_is_set_aside_in_sight_and_can_be_kept_again() -> None:
    citizen = Citizen().to_scan().scan(1, 2, blank=(2,))
    assert (page(citizen, 2).blank, page(citizen, 2).kept) == (True, False)
    assert len(citizen.session.kept_pages("c1")) == 1
    citizen.do(ev.KeepPage(2))
    assert page(citizen, 2).kept
    assert citizen.do(ev.DropPage(2)).session.kept_pages("c1") == (page(citizen, 1),)


def test_a_page_left_out_before_it_was_ready_stays_out() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan()).answer(ev.PageScanned, 1, "c1").do(ev.DropPage(1))
    citizen.answer(ev.PageReady, 1, b"png", False, (), 10, 10)
    assert not page(citizen, 1).kept
    assert citizen.do(ev.KeepPage(1)).session.pages[0].kept


def test_a_failed_page_is_out_tells_its_code_and_cannot_be_kept() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan()).answer(ev.PageScanned, 1, "c1")
    citizen.answer(ev.PageFailed, 1, "IMG-UNREADABLE").do(ev.KeepPage(1))
    assert (page(citizen, 1).stage, page(citizen, 1).kept) == (PageStage.FAILED, False)
    assert page(citizen, 1).code == "IMG-UNREADABLE"
    assert "c1" in citizen.session.missing


def test_a_page_moves_to_the_paper_it_belongs_to() -> None:
    citizen = Citizen().to_scan().scan(1, 2).do(ev.MovePage(2, "c3"))
    assert citizen.session.missing == ()
    assert citizen.do(ev.MovePage(2, "c9")).session.kept_pages("c3") != ()


def test_a_page_that_does_not_exist_changes_nothing() -> None:
    citizen = Citizen().to_scan().scan(1)
    before = citizen.session.pages
    citizen.do(ev.KeepPage(9), ev.DropPage(9), ev.MovePage(9, "c2")).answer(ev.PageFailed, 9, "IMG-UNREADABLE")
    assert citizen.session.pages == before


def test_the_way_on_waits_for_scanner_and_imaging() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan(), ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.SCAN, "APP-PAGES-PROCESSING")
    citizen.answer(ev.PageScanned, 1, "c1").answer(ev.ScanEnded).do(ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.SCAN, "APP-PAGES-PROCESSING")
    citizen.answer(ev.PageReady, 1, b"png", False, (), 10, 10).do(ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.PAGE_REVIEW, None)


def test_nobody_goes_on_without_a_page_or_without_a_required_paper() -> None:
    citizen = Citizen().to_scan().do(ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.SCAN, "APP-MISSING-PAPERS")
    citizen.scan(1).do(ev.Continue(), ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.PAGE_REVIEW, "APP-MISSING-PAPERS")
    citizen.do(ev.Back()).scan(2).do(ev.Continue(), ev.Continue())
    assert citizen.screen is Screen.FORM


def test_nobody_leaves_the_screen_of_a_running_scanner() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan(), ev.Back())
    assert citizen.screen is Screen.SCAN


def test_a_scanner_out_of_order_is_told_and_not_started() -> None:
    citizen = Citizen().to_scan().do(status(SCANNER, DeviceState.ATTENTION, "SCN-COVER-OPEN"), ev.StartScan())
    assert (citizen.effect(ScanPages), citizen.session.notice) == (None, "SCN-COVER-OPEN")
    citizen.do(status(SCANNER), ev.StartScan())
    assert citizen.effect(ScanPages) is not None
    starting = Citizen().to_scan().do(status(SCANNER, DeviceState.STARTING), ev.StartScan())
    assert starting.session.notice == "SCN-ABSENT"
    assert starting.do(status(SCANNER)).session.notice is None


@pytest.mark.parametrize("code", ["SYS-HOST-DIED", "SYS-DEADLINE"])
def test_a_scan_whose_process_died_says_that_a_page_is_missing_also_when_the_scanner_is_back(code: str) -> None:
    citizen = Citizen().to_scan().do(ev.StartScan()).answer(ev.PageScanned, 1, "c1")
    citizen.do(status(SCANNER, DeviceState.FAULT, code)).answer(ev.ScanEnded, code)
    citizen.do(status(SCANNER, DeviceState.STARTING), status(SCANNER))
    assert (citizen.session.notice, citizen.session.scan.running) == ("SCN-CUT-SHORT", False)
    assert len(citizen.session.pages) == 1


def test_paper_put_in_takes_the_empty_feeders_notice_away() -> None:
    citizen = Citizen().to_scan().do(ev.StartScan()).answer(ev.ScanEnded, "SCN-FEEDER-EMPTY")
    assert citizen.session.notice == "SCN-FEEDER-EMPTY"
    citizen.do(ev.PaperChanged(True))
    assert (citizen.session.notice, citizen.session.scan.paper_loaded) == (None, True)


def test_returning_from_check_answers_to_the_papers_and_back() -> None:
    citizen = Citizen().to_check().do(ev.ChangeAnswer("scan"))
    assert (citizen.screen, citizen.session.returning) == (Screen.SCAN, True)
    assert citizen.do(ev.Back()).screen is Screen.CHECK_ANSWERS
    citizen.do(ev.ChangeAnswer("scan")).scan(4, component="c2").do(ev.Continue(), ev.Continue())
    assert (citizen.screen, citizen.session.returning) == (Screen.CHECK_ANSWERS, False)


def test_a_dossier_is_not_declared_while_a_page_is_on_its_way_or_a_paper_was_taken_out() -> None:
    citizen = Citizen().to_check().do(ev.ChangeAnswer("scan"), ev.StartScan()).answer(ev.PageScanned, 4, "c3")
    citizen.answer(ev.ScanEnded).do(ev.Back(), ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.CHECK_ANSWERS, "APP-PAGES-PROCESSING")
    citizen.answer(ev.PageReady, 4, b"png", False, (), 10, 10)
    citizen.do(ev.ChangeAnswer("scan"), ev.DropPage(3), ev.DropPage(4), ev.Back(), ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.CHECK_ANSWERS, "APP-MISSING-PAPERS")
