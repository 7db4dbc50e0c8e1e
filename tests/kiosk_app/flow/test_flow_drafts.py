"""Saving for later and going on: by the person's own touch and proven card, with nothing lost that still fits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from citizen import AT, CAN, FIELDS, FORM, OTHER, PRINTER, PROCEDURE, SAMPLE, Citizen, reading, status

from drivers.ports import Check, DeviceState, Verdict
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import FetchDraft, FindDrafts, PrintHandout, RemoveDraft, SaveDraft, WipeSession
from kiosk_app.model.basics import EndReason, Goal, Overlay, Screen
from kiosk_app.model.drafts import DraftContent, DraftWork, SavedDraft, mark
from kiosk_app.model.form import Answer, Source
from kiosk_app.model.offers import draft_offered
from kiosk_app.model.papers import PageStage, PageView, Placing
from kiosk_app.model.session import ReceiptStage
from kiosk_app.model.stack import questions

PROVEN = replace(reading(), passive=Check(Verdict.PASSED), chip=Check(Verdict.PASSED))
KEPT = SavedDraft("d-1", "d-1", "2026-03-02T09:05:00+07:00", "2026-04-01", "IP-03", PROCEDURE.name_vi, "Trademark", 3)
ELSE = replace(KEPT, id="d-2", lineage="d-2", procedure_id="IP-01", procedure_vi="Sáng chế")
PAGES = (
    PageView(1, FORM.id, PageStage.READY, read=True),
    PageView(2, SAMPLE.id, PageStage.READY, read=True),
)
CONTENT = DraftContent(
    "IP-03",
    {item.id: item.name_vi for item in PROCEDURE.components},
    mark(PROCEDURE, FIELDS),
    notices=True,
    have=frozenset({FORM.id}),
    to_desk=frozenset({SAMPLE.id}),
    answers={"phone": Answer("0912 345 678", Source.TYPED)},
    questions={item.id: item.label_vi for item in FIELDS},
    pages=PAGES,
)


def to_confirm() -> Citizen:
    """Where a proven card has been read."""
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN))
    return citizen.answer(ev.CardRead, PROVEN)


def to_scan() -> Citizen:
    return to_confirm().answer(ev.DraftsFound, (), 30).do(ev.Continue(), ev.ChooseComponent(FORM.id))


def to_ready(*there: SavedDraft) -> Citizen:
    """Where saving waits for the citizen's yes, with those drafts at the service."""
    return to_scan().scan(1, 2).do(ev.AskSaveDraft()).answer(ev.DraftsFound, there, 30)


def to_saved() -> Citizen:
    return to_ready().do(ev.KeepDraft(AT)).answer(ev.DraftKept, KEPT)


def to_found(*there: SavedDraft) -> Citizen:
    return to_confirm().answer(ev.DraftsFound, there or (KEPT,), 30).do(ev.Continue())


def to_mine() -> Citizen:
    """At one's own dossiers, by the card alone."""
    citizen = Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.TrackByCard(), ev.GiveConsent(False, AT))
    citizen.do(ev.CardInserted(), ev.EnterAccessNumber(CAN)).answer(ev.CardRead, PROVEN)
    return citizen.do(ev.Continue()).answer(ev.OwnFound, ()).answer(ev.DraftsFound, (KEPT,), 30)


# --- saving -----------------------------------------------------------------------------------------------------------


def test_nothing_is_saved_before_the_citizen_has_agreed_on_a_page_that_says_what_that_means() -> None:
    citizen = to_scan().scan(1, 2).do(ev.AskSaveDraft())
    assert (citizen.screen, citizen.effect(FindDrafts)) == (Screen.SAVE_DRAFT, FindDrafts())
    assert citizen.effect(SaveDraft) is None
    assert citizen.do(ev.KeepDraft(AT)).effect(SaveDraft) is None, "before it is known what there is"
    citizen.answer(ev.DraftsFound, (), 30)
    assert citizen.effect(SaveDraft) is None
    assert citizen.session.drafts.keep_days == 30
    assert citizen.do(ev.KeepDraft(AT)).effect(SaveDraft) == SaveDraft("")
    assert citizen.session.drafts.agreed == AT
    assert citizen.do(ev.KeepDraft(AT)).effect(SaveDraft) is None, "one touch, one draft"


@pytest.mark.parametrize("overlay", [ev.AskEnd(), ev.TimerFired("idle")])
def test_the_question_on_the_way_out_leads_to_saving_too(overlay: ev.Event) -> None:
    citizen = to_scan().scan(1).do(overlay)
    assert citizen.session.overlay is not Overlay.NONE
    citizen.do(ev.AskSaveDraft())
    assert (citizen.screen, citizen.session.overlay) == (Screen.SAVE_DRAFT, Overlay.NONE)


def test_a_saved_draft_is_told_with_its_last_day_and_its_slip_is_printed() -> None:
    citizen = to_saved()
    assert citizen.effect(PrintHandout) == PrintHandout()
    assert citizen.session.drafts.saved == KEPT
    assert (citizen.session.handout.stage, citizen.session.handout.draft) == (ReceiptStage.PRINTING, True)
    citizen.answer(ev.ChecklistPrinted, "draft:IP-03")
    assert (citizen.session.handout.stage, citizen.session.handout.draft) == (ReceiptStage.PRINTED, True)
    citizen.do(ev.Continue())
    assert (citizen.screen, citizen.session.end_reason) == (Screen.GOODBYE, EndReason.SAVED)
    assert citizen.effect(WipeSession) is not None
    assert citizen.session.identity is None


def test_the_late_answer_about_a_list_of_papers_says_nothing_of_the_slip() -> None:
    citizen = to_saved().answer(ev.ChecklistPrinted, "IP-03")
    assert citizen.session.handout.stage is ReceiptStage.PRINTING


def test_without_a_printer_the_draft_is_saved_all_the_same() -> None:
    citizen = to_ready().do(status(PRINTER, DeviceState.ABSENT, "PRN-ABSENT"), ev.KeepDraft(AT))
    citizen.answer(ev.DraftKept, KEPT)
    assert citizen.effect(PrintHandout) is None
    assert citizen.session.drafts.saved == KEPT


def test_after_saving_one_may_go_on_and_the_dossier_takes_the_draft_with_it() -> None:
    citizen = to_saved().do(ev.Back())
    assert (citizen.screen, len(citizen.session.pages)) == (Screen.SCAN, 2)
    assert citizen.session.drafts.lineage == KEPT.lineage


def test_saved_again_it_is_the_same_draft_and_nobody_is_asked() -> None:
    citizen = to_saved().do(ev.Back(), ev.AskSaveDraft()).answer(ev.DraftsFound, (KEPT,), 30)
    assert citizen.session.drafts.saved is None
    assert citizen.do(ev.KeepDraft(AT)).effect(SaveDraft) == SaveDraft(KEPT.id)
    assert citizen.session.drafts.lineage == KEPT.lineage


def test_an_earlier_draft_of_the_procedure_is_replaced_only_by_the_touch_that_was_asked_for() -> None:
    citizen = to_ready(ELSE, KEPT)
    assert citizen.session.drafts.of(citizen.session.procedure) == KEPT
    assert citizen.do(ev.KeepDraft(AT)).effect(SaveDraft) == SaveDraft(KEPT.id)


def test_a_draft_that_another_kiosk_saved_in_this_moment_is_asked_about() -> None:
    citizen = to_ready().do(ev.KeepDraft(AT)).answer(ev.DraftNotKept, "APP-DRAFT-EXISTS")
    assert citizen.effect(FindDrafts) is not None
    assert citizen.session.drafts.code == "APP-DRAFT-EXISTS"
    citizen.answer(ev.DraftsFound, (KEPT,), 30)
    assert citizen.session.drafts.saved is None
    assert citizen.do(ev.KeepDraft(AT)).effect(SaveDraft) == SaveDraft(KEPT.id)


def test_without_network_nothing_is_promised_and_the_citizen_goes_on_or_takes_the_list() -> None:
    citizen = to_scan().scan(1).do(ev.ServiceChanged(False), ev.AskSaveDraft())
    assert (citizen.screen, citizen.effect(FindDrafts)) == (Screen.SAVE_DRAFT, None)
    assert citizen.session.drafts.code == "NET-NOT-ASKED"
    assert citizen.do(ev.KeepDraft(AT)).effect(SaveDraft) is None
    assert citizen.do(ev.PrintChecklist()).effect(PrintHandout) is not None
    assert citizen.session.handout.draft is False
    assert citizen.do(ev.AskSaveDraft()).effect(FindDrafts) is not None
    citizen.answer(ev.DraftsNotFound, "NET-NOT-ASKED").do(ev.Back())
    assert (citizen.screen, len(citizen.session.pages)) == (Screen.SCAN, 1)


def test_a_save_that_failed_keeps_the_session_and_can_be_tried_again() -> None:
    citizen = to_ready().do(ev.KeepDraft(AT)).answer(ev.DraftNotKept, "NET-DRAFT-NOT-SAVED")
    assert (citizen.screen, citizen.session.drafts.code) == (Screen.SAVE_DRAFT, "NET-DRAFT-NOT-SAVED")
    assert len(citizen.session.pages) == 2
    assert citizen.do(ev.KeepDraft(AT)).effect(SaveDraft) is not None


def test_nobody_is_thrown_out_while_the_draft_is_on_its_way() -> None:
    citizen = to_ready().do(ev.KeepDraft(AT))
    assert citizen.do(ev.AskEnd()).session.overlay is Overlay.NONE
    assert citizen.do(ev.TimerFired("idle")).timer("idle") is not None
    assert citizen.do(ev.Back()).screen is Screen.SAVE_DRAFT
    assert citizen.answer(ev.DraftKept, KEPT).session.drafts.saved == KEPT


def test_who_walks_off_after_saving_is_told_that_it_is_kept() -> None:
    citizen = to_saved().do(ev.TimerFired("idle"), ev.TimerFired("idle_end"))
    assert citizen.session.end_reason is EndReason.SAVED


def test_on_the_checklist_the_card_is_read_first_and_saving_follows() -> None:
    citizen = Citizen().to_checklist().do(ev.ToggleComponent(FORM.id), ev.AskSaveDraft())
    assert citizen.screen is Screen.CONSENT
    citizen.do(ev.GiveConsent(False, AT), ev.CardInserted(), ev.EnterAccessNumber(CAN)).answer(ev.CardRead, PROVEN)
    citizen.do(ev.Continue())
    assert citizen.screen is Screen.SAVE_DRAFT
    assert citizen.session.have == {FORM.id}
    citizen.answer(ev.DraftsFound, (), 30).do(ev.Back(), ev.Continue())
    assert citizen.screen is Screen.SCAN, "who went on unsaved is not asked again"


def test_a_chip_that_is_not_proven_saves_nothing_and_says_so() -> None:
    citizen = Citizen().to_checklist().do(ev.AskSaveDraft(), ev.GiveConsent(False, AT))
    citizen.do(ev.CardInserted(), ev.EnterAccessNumber(CAN)).answer(ev.CardRead, reading()).do(ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.SCAN, "APP-DRAFT-UNPROVEN")
    assert not draft_offered(citizen.session)
    assert citizen.do(ev.AskSaveDraft()).screen is Screen.SCAN
    assert citizen.effect(FindDrafts) is None


def test_pages_on_their_way_are_waited_for() -> None:
    citizen = to_scan().do(ev.StartScan()).answer(ev.PageScanned, 1, FORM.id).do(ev.AskEnd(), ev.AskSaveDraft())
    assert (citizen.screen, citizen.session.notice) == (Screen.SCAN, "APP-PAGES-PROCESSING")


# --- finding ----------------------------------------------------------------------------------------------------------


def test_a_draft_of_the_procedure_is_offered_after_the_card_and_the_persons_yes() -> None:
    citizen = to_confirm()
    assert citizen.effect(FindDrafts) is not None
    assert citizen.answer(ev.DraftsFound, (ELSE, KEPT), 30).screen is Screen.CONFIRM_IDENTITY
    citizen.do(ev.Continue())
    assert (citizen.screen, citizen.session.drafts.in_hand) == (Screen.SAVED_DRAFT, KEPT)


def test_who_has_none_waits_for_nothing_even_when_the_service_is_silent() -> None:
    citizen = to_confirm().do(ev.Continue())
    assert citizen.screen is Screen.SCAN
    assert citizen.answer(ev.DraftsNotFound, "NET-NOT-ASKED").session.notice is None
    assert to_found(ELSE).screen is Screen.SCAN


def test_an_answer_that_comes_late_is_told_while_nothing_is_scanned_and_not_later() -> None:
    assert to_confirm().do(ev.Continue()).answer(ev.DraftsFound, (KEPT,), 30).screen is Screen.SAVED_DRAFT
    scanned = to_confirm().do(ev.Continue(), ev.ChooseComponent(FORM.id)).scan(1)
    assert scanned.answer(ev.DraftsFound, (KEPT,), 30).screen is Screen.SCAN


def test_nobody_asks_for_the_drafts_of_a_card_that_is_not_proven() -> None:
    assert Citizen().to_confirm().effect(FindDrafts) is None


def test_another_persons_card_forgets_the_drafts_of_the_first() -> None:
    citizen = to_found().do(ev.Back(), ev.RejectIdentity())
    assert citizen.session.drafts.found is None
    assert citizen.session.drafts.chosen == ""


def test_starting_anew_leaves_the_draft_where_it_is_and_asks_no_more() -> None:
    citizen = to_found().do(ev.StartAnew())
    assert (citizen.screen, citizen.effect(RemoveDraft)) == (Screen.SCAN, None)
    assert citizen.session.drafts.lineage == ""
    assert citizen.do(ev.Back(), ev.Continue()).screen is Screen.SCAN


# --- opening ----------------------------------------------------------------------------------------------------------


def test_an_opened_draft_brings_back_papers_answers_and_pages() -> None:
    citizen = to_found().do(ev.OpenDraft())
    assert citizen.effect(FetchDraft) == FetchDraft(KEPT.id)
    assert citizen.do(ev.OpenDraft()).effect(FetchDraft) is None
    citizen.answer(ev.DraftOpened, PROCEDURE, FIELDS, CONTENT)
    session = citizen.session
    assert (citizen.screen, session.notice) == (Screen.PAGE_REVIEW, None)
    assert [page.component for page in session.pages] == [FORM.id, SAMPLE.id]
    assert session.answers["phone"] == Answer("0912 345 678", Source.TYPED)
    assert session.answers["address"].source is Source.CHIP, "what the card says now"
    assert (session.have, session.missing) == (CONTENT.have, ())
    assert session.drafts.lineage == KEPT.lineage
    assert questions(session) == ()
    citizen.do(ev.Continue(), ev.Continue(), ev.Continue(), ev.Declare(AT))
    assert citizen.screen is Screen.SENDING


def test_by_ones_own_dossiers_a_draft_is_found_without_naming_its_procedure() -> None:
    citizen = to_mine()
    assert citizen.screen is Screen.MY_DOSSIERS
    citizen.do(ev.ChooseDraft(KEPT.id), ev.OpenDraft()).answer(ev.DraftOpened, PROCEDURE, FIELDS, CONTENT)
    session = citizen.session
    assert (citizen.screen, session.goal, session.procedure) == (Screen.PAGE_REVIEW, Goal.SUBMIT, PROCEDURE)
    assert session.consent is not None
    assert session.consent.notices, "what was agreed to with the draft; nobody was asked this time"


def test_this_visits_no_to_notices_wins_over_the_drafts_yes() -> None:
    citizen = to_found().do(ev.OpenDraft()).answer(ev.DraftOpened, PROCEDURE, FIELDS, CONTENT)
    assert citizen.session.consent is not None
    assert not citizen.session.consent.notices


def test_a_changed_procedure_is_told_before_going_on_and_what_fits_is_kept() -> None:
    moved = replace(SAMPLE, id="c1")
    now = replace(PROCEDURE, components=(moved, replace(FORM, id="c2", name_vi="Tờ khai mẫu mới")))
    content = replace(
        CONTENT, have=frozenset({FORM.id, SAMPLE.id}), answers={**CONTENT.answers, "old": Answer("x", Source.TYPED)}
    )
    content = replace(content, questions={**content.questions, "old": "Câu hỏi cũ"})
    citizen = to_found().do(ev.OpenDraft()).answer(ev.DraftOpened, now, FIELDS, content)
    session = citizen.session
    assert (citizen.screen, session.drafts.code) == (Screen.SAVED_DRAFT, "APP-DRAFT-CHANGED")
    assert session.drafts.lost == ("Tờ khai", "Câu hỏi cũ")
    assert "phone" in session.answers
    assert "old" not in session.answers
    assert session.have == {moved.id}
    assert [page.component for page in session.pages] == ["", moved.id], "known again by its name; none is dropped"
    citizen.do(ev.Continue())
    assert citizen.screen is Screen.PAGE_REVIEW
    (asked,) = questions(citizen.session)
    assert asked.page == 1
    citizen.do(ev.MovePage(1, "c2"))
    assert questions(citizen.session) == ()
    assert citizen.session.pages[0].placing is Placing.BY_HAND


def test_an_answer_that_its_question_takes_no_more_is_told() -> None:
    wrong = replace(CONTENT, answers={"result_delivery": Answer("pigeon", Source.TYPED)})
    citizen = to_found().do(ev.OpenDraft()).answer(ev.DraftOpened, PROCEDURE, FIELDS, wrong)
    assert citizen.session.drafts.lost == ("Nhận kết quả",)
    assert citizen.session.answers["result_delivery"] == Answer("counter", Source.DEFAULT)


@pytest.mark.parametrize("code", ["APP-DRAFT-GONE", "APP-DRAFT-NO-PROCEDURE", "APP-DRAFT-BROKEN", "NET-NOT-ASKED"])
def test_a_draft_that_does_not_open_leaves_every_way_open(code: str) -> None:
    citizen = to_found().do(ev.OpenDraft()).answer(ev.DraftNotOpened, code)
    assert (citizen.screen, citizen.session.drafts.code) == (Screen.SAVED_DRAFT, code)
    assert citizen.session.drafts.work is DraftWork.NONE
    assert citizen.do(ev.StartAnew()).screen is Screen.SCAN


def test_one_that_another_card_has_locked_can_only_be_deleted() -> None:
    citizen = to_mine()
    locked = replace(KEPT, readable=False, procedure_id="")
    citizen.answer(ev.DraftsFound, (locked,), 30).do(ev.ChooseDraft(locked.id), ev.OpenDraft())
    assert citizen.effect(FetchDraft) is None
    assert citizen.do(ev.DeleteDraft(), ev.DeleteDraft(sure=True)).effect(RemoveDraft) == RemoveDraft(locked.id)


# --- deleting ---------------------------------------------------------------------------------------------------------


def test_deleting_is_asked_twice_and_can_be_taken_back() -> None:
    citizen = to_found().do(ev.DeleteDraft(sure=True))
    assert citizen.effect(RemoveDraft) is None
    assert not citizen.session.drafts.sure
    citizen.do(ev.DeleteDraft())
    assert citizen.session.drafts.sure
    assert not citizen.do(ev.DeleteDraft()).session.drafts.sure
    citizen.do(ev.DeleteDraft(), ev.DeleteDraft(sure=True))
    assert citizen.effect(RemoveDraft) == RemoveDraft(KEPT.id)
    citizen.answer(ev.DraftDeleted, KEPT.id)
    assert (citizen.screen, citizen.session.notice) == (Screen.SCAN, "APP-DRAFT-DELETED")
    assert citizen.session.drafts.found == ()


def test_a_draft_that_was_not_deleted_is_still_told() -> None:
    citizen = to_found().do(ev.DeleteDraft(), ev.DeleteDraft(sure=True)).answer(ev.DraftNotDeleted, "NET-NOT-ASKED")
    assert (citizen.screen, citizen.session.drafts.in_hand) == (Screen.SAVED_DRAFT, KEPT)


def test_another_procedure_for_the_same_person_has_nothing_of_the_draft() -> None:
    citizen = to_found().do(ev.OpenDraft()).answer(ev.DraftOpened, PROCEDURE, FIELDS, CONTENT)
    citizen.session = replace(citizen.session, screen=Screen.SEARCH)
    citizen.answer(ev.ProcedureLoaded, OTHER, FIELDS)
    assert (citizen.session.drafts.lineage, citizen.session.pages) == ("", ())
