"""Papers that a tracked dossier asks for: scanned, reviewed, declared and sent to that dossier and to no other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from citizen import AT, SCANNER, Citizen, status

from drivers.ports import DeviceState
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import PrintSlip, ScanPages, Submit, WipeSession
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.offers import mail_offered, mail_open
from kiosk_app.model.session import SendStage
from kiosk_app.model.tracking import TrackingReport, WantedPaper

PAPERS = (WantedPaper("c1", "Tờ khai", 1, 0), WantedPaper("c9", "Chứng từ nộp lệ phí", 0, 1))
REPORT = TrackingReport(
    "G06-20261121-0000042", 5, "Yêu cầu bổ sung giấy tờ", "More papers needed", procedure_id="IP-03", wanted=PAPERS
)


def tracked(report: TrackingReport = REPORT) -> Citizen:
    citizen = Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.EnterTracking("g06-20261121-0000042", "k7q2"))
    return citizen.do(ev.AskTracking()).answer(ev.Tracked, report)


def scanned(report: TrackingReport = REPORT) -> Citizen:
    return tracked(report).do(ev.HandInPapers()).scan(1, component="c1").scan(2, component="c9")


def declared() -> Citizen:
    return scanned().do(ev.Continue(), ev.Continue())


def test_the_papers_asked_for_are_the_list_that_is_scanned() -> None:
    citizen = tracked().do(ev.HandInPapers())
    assert (citizen.screen, citizen.session.goal) == (Screen.SCAN, Goal.SUPPLEMENT)
    assert citizen.session.procedure is not None
    assert [(item.id, item.required) for item in citizen.session.procedure.components] == [("c1", True), ("c9", True)]
    assert citizen.session.missing == ("c1", "c9")


def test_a_single_paper_need_not_be_chosen() -> None:
    citizen = tracked(replace(REPORT, wanted=PAPERS[:1])).do(ev.HandInPapers(), ev.StartScan())
    assert citizen.effect(ScanPages) == ScanPages("c1", 1)


def test_the_way_is_scan_review_declare_send_slip() -> None:
    citizen = scanned().do(ev.Continue())
    assert citizen.screen is Screen.PAGE_REVIEW
    assert citizen.do(ev.Continue()).screen is Screen.DECLARE
    assert citizen.do(ev.Declare(AT)).effect(Submit) == Submit()
    citizen.sealed().answer(ev.Acknowledged, "G06-20261121-0000042", "K7Q2")
    assert (citizen.screen, citizen.session.submission.stage) == (Screen.DONE, SendStage.ACKNOWLEDGED)
    assert citizen.effect(PrintSlip) == PrintSlip()


def test_nothing_is_sent_while_a_paper_is_missing() -> None:
    citizen = tracked().do(ev.HandInPapers()).scan(1, component="c1").do(ev.Continue(), ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.PAGE_REVIEW, "APP-MISSING-PAPERS")
    assert citizen.do(ev.BringToDesk("c9"), ev.Continue()).screen is Screen.PAGE_REVIEW


def test_back_leads_over_review_and_scan_to_the_dossier_and_keeps_the_pages() -> None:
    citizen = declared()
    screens = [citizen.do(ev.Back()).screen for _ in range(3)]
    assert screens == [Screen.PAGE_REVIEW, Screen.SCAN, Screen.TRACK]
    assert (citizen.session.goal, len(citizen.session.pages)) == (Goal.TRACK, 2)
    assert len(citizen.do(ev.HandInPapers()).session.pages) == 2


def test_pages_scanned_for_one_dossier_never_reach_another() -> None:
    citizen = scanned().do(ev.Back(), ev.EnterTracking("G06-20261121-0000043", "AAAA"), ev.AskTracking())
    other = replace(REPORT, dossier_code="G06-20261121-0000043", procedure_id="IP-01")
    number = citizen.session.number
    citizen.answer(ev.Tracked, other).do(ev.HandInPapers())
    assert citizen.session.pages == ()
    assert citizen.effect(WipeSession) == WipeSession(number)


@pytest.mark.parametrize("report", [replace(REPORT, wanted=()), replace(REPORT, status_code=4, wanted=())])
def test_a_dossier_that_asks_for_nothing_takes_nothing(report: TrackingReport) -> None:
    assert tracked(report).do(ev.HandInPapers()).screen is Screen.TRACK


def test_where_nothing_takes_papers_it_is_not_offered_and_the_desk_takes_them_together() -> None:
    citizen = tracked().do(status(SCANNER, DeviceState.ABSENT, "SCN-ABSENT"), ev.HandInPapers())
    assert citizen.screen is Screen.TRACK
    lost = tracked().do(ev.HandInPapers(), status(SCANNER, DeviceState.ABSENT, "SCN-ABSENT"), ev.HandInAtDesk())
    assert (lost.screen, lost.session.to_desk) == (Screen.SCAN, frozenset())


def test_a_seal_that_fails_lets_the_citizen_try_again() -> None:
    citizen = declared().do(ev.Declare(AT)).answer(ev.SealFailed, "STO-FULL")
    assert (citizen.screen, citizen.session.notice) == (Screen.DECLARE, "STO-FULL")
    assert citizen.do(ev.Declare(AT)).effect(Submit) == Submit()


def test_no_mail_is_offered_for_papers_that_have_no_receipt_of_their_own_at_the_service() -> None:
    citizen = declared().do(ev.Declare(AT)).sealed().answer(ev.Acknowledged, "G06-20261121-0000042", "K7Q2")
    assert not mail_offered(citizen.session)
    assert not mail_open(citizen.session)


def test_nothing_of_it_is_left_when_the_session_ends() -> None:
    citizen = declared().do(ev.AskEnd(), ev.ConfirmEnd())
    assert (citizen.session.pages, citizen.session.track.report, citizen.session.procedure) == ((), None, None)
    assert citizen.effect(WipeSession) is not None
