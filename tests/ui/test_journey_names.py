"""Promises to scripted citizens: every name is on its screen, and touching it says the right thing to the runtime."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kiosk_bench import HOME, KioskBench

from kiosk_app.flow.events import INTENTS
from kiosk_app.model.basics import Language, Overlay
from kiosk_app.model.session import CardStage, CardView, Comfort, TrackView
from ui.samples import sessions

SAMPLES = sessions()

TOUCHES = [
    ("home", "home.submit", ("choose_goal", {"goal": "submit"})),
    ("home", "home.look_up", ("choose_goal", {"goal": "look_up"})),
    ("home", "home.check", ("choose_goal", {"goal": "check"})),
    ("home", "home.track", ("choose_goal", {"goal": "track"})),
    ("home", "header.language", ("change_language", {"language": "en"})),
    ("home", "page.help", ("call_help", {})),
    ("search", "search.result.IP-03", ("choose_procedure", {"local_id": "IP-03"})),
    ("search", "page.back", ("back", {})),
    ("search", "header.home", ("ask_end", {})),
    ("procedure", "procedure.check", ("continue", {})),
    ("procedure", "page.primary", ("continue", {})),
    ("checklist", "checklist.component.power", ("toggle_component", {"component": "power"})),
    ("procedure", "procedure.print", ("print_checklist", {})),
    ("checklist", "checklist.print", ("print_checklist", {})),
    ("checklist_printed", "checklist.print", ("print_checklist", {})),
    ("checklist_doubtful", "checklist.came_out", ("checklist_came_out", {})),
    ("checklist_doubtful", "checklist.missing", ("print_checklist", {})),
    ("checklist", "page.primary", ("continue", {})),
    ("checklist", "checklist.save", ("ask_save_draft", {})),
    ("scan_to_save", "scan.save", ("ask_save_draft", {})),
    ("end_or_save", "overlay.save", ("ask_save_draft", {})),
    ("idle_or_save", "overlay.save", ("ask_save_draft", {})),
    ("save_draft", "page.primary", ("keep_draft", {})),
    ("save_draft", "page.back", ("back", {})),
    ("save_draft_off", "page.primary", ("ask_save_draft", {})),
    ("save_draft_off", "draft.print", ("print_checklist", {})),
    ("save_draft_saved", "page.primary", ("continue", {})),
    ("save_draft_saved", "draft.print", ("print_checklist", {})),
    ("saved_draft", "page.primary", ("open_draft", {})),
    ("saved_draft", "page.secondary", ("start_anew", {})),
    ("saved_draft", "draft.delete", ("delete_draft", {})),
    ("saved_draft_delete", "draft.delete_now", ("delete_draft", {"sure": True})),
    ("saved_draft_delete", "draft.keep", ("delete_draft", {})),
    ("saved_draft_changed", "page.primary", ("continue", {})),
    ("saved_draft_other_card", "page.primary", ("start_anew", {})),
    ("mine_drafts", "mine.draft.1", ("choose_draft", {"draft": "0b5f1d3e-0000-4000-8000-000000000001"})),
    ("consent", "page.primary", ("give_consent", {"notices": False})),
    ("consent", "page.back", ("back", {})),
    ("identify_failed", "page.primary", ("retry_card", {})),
    ("identify_gone", "identify.otherwise", ("identify_otherwise", {})),
    ("identify_otherwise", "page.primary", ("continue", {})),
    ("scan_no_scanner", "scan.desk", ("hand_in_at_desk", {})),
    ("declare_mail", "declare.mail_known", ("set_receipt_mail", {"address": "thunghiem@example.vn"})),
    ("confirm_identity", "page.primary", ("continue", {})),
    ("confirm_identity", "confirm.reject", ("reject_identity", {})),
    ("confirm_mismatch", "page.primary", ("call_help", {})),
    ("confirm_mismatch", "confirm.noted", ("continue_noted", {})),
    ("confirm_altered", "confirm.noted", ("continue_noted", {})),
    ("scan", "scan.start", ("start_scan", {})),
    ("scan", "scan.component.sample", ("choose_component", {"component": "sample"})),
    ("scan_running", "scan.stop", ("stop_scan", {})),
    ("scan_complete", "page.primary", ("continue", {})),
    ("page_review", "review.page.1", ("look_at_page", {"page": 1})),
    ("page_review", "page.primary", ("continue", {})),
    ("form", "form.delivery.post", ("set_answer", {"field_id": "delivery", "value": "post"})),
    ("form", "page.primary", ("continue", {})),
    ("check_answers", "answers.change.form", ("change_answer", {"section": "form"})),
    ("scan_stack", "scan.stack", ("choose_component", {"component": ""})),
    ("scan_stack", "scan.glass", ("start_scan", {"glass": True})),
    ("scan_waiting", "scan.start", ("start_scan", {})),
    ("scan_waiting", "scan.no_wait", ("stop_scan", {})),
    ("scan_stack_placed", "originals.taken", ("take_originals", {})),
    ("review_missing", "originals.taken", ("take_originals", {})),
    ("review_missing", "review.page.2", ("look_at_page", {"page": 2})),
    ("review_missing", "review.scan.fee", ("scan_paper", {"component": "fee"})),
    ("review_missing", "review.desk.fee", ("bring_to_desk", {"component": "fee"})),
    ("review_desk", "review.desk.fee", ("bring_to_desk", {"component": "fee"})),
    ("review_question", "question.yes", ("move_page", {"page": 3, "component": "sample", "through": 0})),
    ("review_question", "question.choice.power", ("move_page", {"page": 3, "component": "power", "through": 0})),
    ("review_question", "question.page", ("look_at_page", {"page": 3})),
    ("review_question", "question.drop", ("drop_page", {"page": 3, "through": 0})),
    ("review_run", "question.drop", ("drop_page", {"page": 3, "through": 5})),
    ("review_run", "question.choice.power", ("move_page", {"page": 3, "component": "power", "through": 5})),
    ("review_nowhere", "question.choice.fee", ("move_page", {"page": 4, "component": "fee", "through": 0})),
    ("review_twice", "question.drop_twin", ("drop_page", {"page": 6})),
    ("review_twice", "question.keep", ("keep_page", {"page": 6})),
    ("review_page", "viewer.turn_left", ("turn_page", {"page": 2, "quarters": -1})),
    ("review_page", "viewer.turn_right", ("turn_page", {"page": 2, "quarters": 1})),
    ("review_page", "viewer.earlier", ("shift_page", {"page": 2, "later": False})),
    ("review_page", "viewer.previous", ("look_at_page", {"page": 1})),
    ("review_page", "viewer.next", ("look_at_page", {"page": 3})),
    ("review_page", "viewer.rescan", ("rescan_page", {"page": 2})),
    ("review_page", "viewer.drop", ("drop_page", {"page": 2})),
    ("review_page", "page.primary", ("close_page", {})),
    ("review_page_aside", "viewer.keep", ("keep_page", {"page": 7})),
    ("check_answers", "answers.change.scan", ("change_answer", {"section": "scan"})),
    ("check_answers", "page.primary", ("continue", {})),
    ("done", "done.print", ("print_again", {})),
    ("done_unknown", "done.print", ("print_again", {})),
    ("done_unknown", "done.came_out", ("slip_came_out", {})),
    ("done", "done.rate.4", ("rate", {"value": 4})),
    ("done", "page.primary", ("continue", {})),
    ("track", "track.ask", ("ask_tracking", {})),
    ("track_result", "track.again", ("enter_tracking", {"code": "", "lookup_code": ""})),
    ("track_result", "page.primary", ("continue", {})),
    ("track_supplement", "track.supplement", ("hand_in_papers", {})),
    ("supplement_scan", "scan.component.fee", ("choose_component", {"component": "fee"})),
    ("supplement_review", "review.scan.fee", ("scan_paper", {"component": "fee"})),
    ("supplement_done", "done.print", ("print_again", {})),
    ("track", "track.by_card", ("track_by_card", {})),
    ("track_of_mine", "track.mine", ("back", {})),
    ("mine", "mine.2", ("choose_dossier", {"code": "G06-20261121-0000042"})),
    ("mine", "page.primary", ("continue", {})),
    ("mine_failed", "page.primary", ("ask_tracking", {})),
    ("track_consent", "page.primary", ("give_consent", {"notices": False})),
    ("track_doubt", "page.primary", ("call_help", {})),
    ("idle_warning", "overlay.more_time", ("close_overlay", {})),
    ("idle_warning", "overlay.end", ("confirm_end", {})),
    ("help_called", "overlay.close", ("close_overlay", {})),
    ("help_coming", "overlay.call_off", ("call_off", {})),
    ("help_not_sent", "overlay.call_again", ("call_help", {})),
    ("confirm_end", "overlay.close", ("close_overlay", {})),
    ("confirm_end", "overlay.end", ("confirm_end", {})),
]


@pytest.mark.parametrize(("sample", "name", "said"), TOUCHES, ids=lambda value: str(value).replace(" ", ""))
def test_a_touch_says_what_it_means(
    bench: KioskBench, sample: str, name: str, said: tuple[str, dict[str, object]]
) -> None:
    session = SAMPLES[sample]
    if name == "header.home":
        bench.show(session)
        if "key.done" in bench.names():
            bench.tap("key.done")
    else:
        bench.show(session)
    bench.runtime.intents.clear()

    bench.tap(name)

    assert bench.did == [said]
    assert said[0] in INTENTS


def test_the_first_touch_also_says_that_somebody_is_there(bench: KioskBench) -> None:
    bench.show(SAMPLES["checklist"])
    bench.kiosk.door._touched = 0.0

    bench.tap("notice" if "notice" in bench.names() else "checklist.verdict")

    assert bench.runtime.intents == [("touched", {})]


def test_a_touch_on_an_overlay_is_no_mere_sign_of_life(bench: KioskBench) -> None:
    bench.show(SAMPLES["idle_warning"])
    bench.kiosk.door._touched = 0.0

    bench.tap("overlay.end")

    assert bench.runtime.intents == [("confirm_end", {})]


def test_typing_a_query_says_each_letter_and_keeps_the_text(bench: KioskBench) -> None:
    bench.show(replace(SAMPLES["search"], query="", results=()))

    bench.type("nha")

    assert bench.did == [("type_query", {"text": text}) for text in ("n", "nh", "nha")]
    assert bench.find("search.query").property("text") == "nha"


def test_a_late_echo_of_the_query_takes_no_letter_away(bench: KioskBench) -> None:
    start = replace(SAMPLES["search"], query="", results=())
    bench.show(start)
    bench.type("nhan")

    for late in ("n", "nh", "nha"):
        bench.runtime.show(replace(start, query=late))
        bench.settle(0.01)

    assert bench.find("search.query").property("text") == "nhan"


def test_next_goes_to_the_next_empty_field_and_shows_what_papers_offer_for_it(bench: KioskBench) -> None:
    start = SAMPLES["form_offers"]
    bench.show(replace(start, answers={"address": start.answers["address"]}))

    bench.tap("form.applicant", 0.1)
    bench.tap("key.done", 0.1)

    assert bench.window.activeFocusItem() is bench.find("form.phone")
    assert "form.phone.offer.0" in bench.names()


def test_consent_to_notices_is_asked_for_and_never_assumed(bench: KioskBench) -> None:
    bench.show(replace(SAMPLES["consent"], consent=None))

    bench.tap("page.primary")
    bench.tap("consent.notices")
    bench.tap("page.primary")

    assert bench.did == [("give_consent", {"notices": False}), ("give_consent", {"notices": True})]


def test_six_digits_open_the_chip_and_are_not_kept_on_the_screen(bench: KioskBench) -> None:
    bench.show(SAMPLES["identify_number"])

    for digit in "1234567":
        bench.tap(f"identify.key.{digit}")
    bench.tap("identify.key.erase")
    bench.tap("identify.key.9")
    bench.tap("identify.ok")

    assert bench.did == [("enter_access_number", {"number": "123459"})]
    assert not bench.find("identify.ok").isEnabled()


def test_who_one_is_can_be_typed_on_keyboards_that_suit(bench: KioskBench) -> None:
    bench.show(replace(SAMPLES["identify_otherwise"]))

    bench.tap("otherwise.number", 0.1)
    assert "key.a" not in bench.names()
    bench.type("00")
    bench.tap("key.done", 0.1)

    assert bench.did[:2] == [
        ("enter_person", {"number": "0", "name": "", "birth": ""}),
        ("enter_person", {"number": "00", "name": "", "birth": ""}),
    ]


def test_the_number_can_be_entered_before_the_card_is_there(bench: KioskBench) -> None:
    bench.show(SAMPLES["identify"])

    bench.tap("identify.number")
    for digit in "000123":
        bench.tap(f"identify.key.{digit}")
    bench.tap("identify.ok")

    assert bench.did == [("enter_access_number", {"number": "000123"})]
    card = CardView(CardStage.WAITING, access_number="000123")
    bench.runtime.show(replace(SAMPLES["identify"], card=card))
    bench.settle()
    assert "identify.ok" not in bench.names()


def test_a_page_is_moved_by_touching_its_paper(bench: KioskBench) -> None:
    bench.show(SAMPLES["review_page"])

    bench.tap("viewer.move")
    bench.tap("review.move.fee")

    assert bench.did == [("move_page", {"page": 2, "component": "fee"})]


def test_a_large_page_is_zoomed_in_steps_and_not_for_ever(bench: KioskBench) -> None:
    bench.show(SAMPLES["review_page"])
    assert not bench.find("viewer.zoom_out").isEnabled()

    for _ in range(4):
        bench.tap("viewer.zoom_in")

    assert not bench.find("viewer.zoom_in").isEnabled()
    bench.tap("viewer.zoom_out")
    assert bench.find("viewer.zoom_in").isEnabled()
    assert bench.did == []


def test_while_a_page_is_being_turned_it_is_not_turned_again(bench: KioskBench) -> None:
    session = SAMPLES["review_page"]
    bench.show(replace(session, pages=tuple(replace(page, renewing=page.number == 2) for page in session.pages)))

    assert not bench.find("viewer.turn_left").isEnabled()
    assert not bench.find("viewer.rescan").isEnabled()
    assert bench.find("viewer.next").isEnabled()


def test_a_question_leaves_no_way_on_but_an_answer(bench: KioskBench) -> None:
    bench.show(SAMPLES["review_question"])

    assert not bench.find("page.primary").isEnabled()
    assert not [name for name in bench.names() if name.startswith("review.page.")]


def test_a_dossier_is_declared_only_after_the_box_is_ticked(bench: KioskBench) -> None:
    bench.show(SAMPLES["declare"])

    bench.tap("page.primary")
    assert bench.did == []
    bench.tap("declare.agree")
    bench.tap("page.primary")

    assert bench.did == [("declare", {})]


def test_an_answer_is_typed_on_the_keyboard_that_suits_it(bench: KioskBench) -> None:
    bench.show(replace(SAMPLES["form"], answers={}))

    bench.tap("form.phone", 0.1)
    assert "key.a" not in bench.names()
    bench.type("09")

    assert bench.did == [
        ("set_answer", {"field_id": "phone", "value": "0"}),
        ("set_answer", {"field_id": "phone", "value": "09"}),
    ]


def test_the_keyboard_never_covers_the_field(bench: KioskBench) -> None:
    for name in ("form.applicant", "form.phone", "form.email"):
        bench.show(SAMPLES["form"])

        bench.tap(name, 0.15)

        keyboard = (
            min(bench.rect(bench.find("key.done")).top(), bench.rect(bench.find("key.shift")).top())
            if ("key.shift" in bench.names())
            else bench.rect(bench.find("key.1")).top()
        )
        assert bench.rect(bench.find(name)).bottom() <= keyboard


def test_the_keyboard_goes_when_it_is_done(bench: KioskBench) -> None:
    bench.show(SAMPLES["form"])
    bench.tap("form.email", 0.1)

    bench.tap("key.done", 0.1)

    assert not [name for name in bench.names() if name.startswith("key.")]


def test_tracking_says_both_codes_as_they_are_typed(bench: KioskBench) -> None:
    bench.show(replace(SAMPLES["track"], track=TrackView()))

    bench.tap("track.code", 0.1)
    bench.type("gd")
    bench.tap("key.done", 0.1)
    bench.tap("track.lookup", 0.1)
    bench.type("k")

    assert bench.did == [
        ("enter_tracking", {"code": "g", "lookup_code": ""}),
        ("enter_tracking", {"code": "gd", "lookup_code": ""}),
        ("enter_tracking", {"code": "gd", "lookup_code": "k"}),
    ]


def test_comfort_keeps_what_was_chosen_before(bench: KioskBench) -> None:
    bench.show(replace(HOME, comfort=Comfort(1.35, high_contrast=False, reach=False)))

    # The bar folds its controls into one button where large words leave no room.
    if [item for item in bench.items() if item.objectName() == "easy" and item.isVisible()]:
        bench.tap("easy")
        bench.tap("contrastSwitch")
    else:
        bench.tap("contrast")

    assert bench.did == [("set_comfort", {"text_scale": 1.35, "high_contrast": True, "reach": False})]


def test_the_number_of_the_card_shows_only_under_the_finger(bench: KioskBench) -> None:
    session = SAMPLES["confirm_identity"]
    assert session.identity is not None
    bench.show(session)

    def shown() -> bool:
        return any(item.property("text") == session.identity.number for item in bench.items())

    assert not shown()
    bench.press("confirm.show")
    assert shown()
    bench.release("confirm.show")
    assert not shown()


def test_the_language_switches_while_the_screen_stays(bench: KioskBench) -> None:
    bench.show(SAMPLES["checklist"])
    before = bench.find("page.primary").property("text")

    bench.runtime.show(replace(SAMPLES["checklist"], language=Language.EN))
    bench.settle()

    assert before == "Nộp hồ sơ"
    assert bench.find("page.primary").property("text") == "Submit"


def test_an_overlay_lies_over_the_screen_and_leaves_it_as_it_was(bench: KioskBench) -> None:
    start = SAMPLES["declare"]
    bench.show(start)
    bench.tap("declare.agree")

    bench.runtime.show(replace(start, overlay=Overlay.CONFIRM_END))
    bench.settle()
    bench.runtime.show(start)
    bench.settle()

    assert bench.find("page.primary").isEnabled()


@pytest.mark.parametrize("sample", ["done", "done_mail", "done_deferred"])
def test_the_slip_by_mail_is_offered_beside_the_paper_one_and_its_field_comes_when_wished(
    bench: KioskBench, sample: str
) -> None:
    bench.show(SAMPLES[sample])
    assert "done.mail" not in bench.names()

    bench.tap("done.mail_open", 0.1)
    bench.laid_out()
    field, keys = bench.rect(bench.find("done.mail")), bench.rect(bench.find("key.a"))
    assert 0 < field.top() < field.bottom() < keys.top()  # what is typed is seen
    bench.type("a@b")
    assert bench.did[-1] == ("set_receipt_mail", {"address": "a@b"})
    bench.tap("key.done", 0.1)
    bench.tap("done.mail_known")
    assert bench.did[-1] == ("set_receipt_mail", {"address": "thunghiem@example.vn"})
    bench.tap("done.mail_send")
    assert bench.did[-1] == ("mail_receipt", {})
    assert {name for name, _ in bench.did} <= set(INTENTS)


@pytest.mark.parametrize("sample", ["done_desk", "done_refused"])
def test_who_has_it_by_mail_already_or_was_refused_is_not_offered_it(bench: KioskBench, sample: str) -> None:
    bench.show(SAMPLES[sample])

    assert "done.mail_open" not in bench.names()
