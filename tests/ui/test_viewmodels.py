"""Promises of the models: they say things in words, change only what changed, and hold nothing of the last citizen."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtTest import QSignalSpy

from drivers.ports import Cause, Check, DeviceKind, DeviceState, Verdict
from kiosk_app.model.basics import Goal, Language, Overlay, Screen
from kiosk_app.model.form import Answer, Source
from kiosk_app.model.procedure import ProcedureSummary
from kiosk_app.model.session import (
    CardStage,
    CardView,
    DeviceStatus,
    PageStage,
    PageView,
    ScanView,
    SendStage,
    Session,
    Submission,
    TrackView,
)
from ui.samples import FIELDS, PERSON, RESULTS, TRADEMARK, devices, sessions
from ui.starting import gui_application
from ui.track_samples import REPORT
from ui.translations import Texts
from ui.viewmodels import words
from ui.viewmodels.base import RowsModel, SnapshotModel, shown
from ui.viewmodels.browse import BrowseModel
from ui.viewmodels.form import FormModel
from ui.viewmodels.home import HomeModel
from ui.viewmodels.identity import IdentityModel, judged
from ui.viewmodels.papers import PapersModel
from ui.viewmodels.review import ReviewModel
from ui.viewmodels.shell import ShellModel
from ui.viewmodels.submit import SubmitModel
from ui.viewmodels.track import TrackModel

START = Session(devices=devices())
MODELS = [ShellModel, HomeModel, BrowseModel, IdentityModel, PapersModel, FormModel, SubmitModel, TrackModel]


@pytest.fixture(autouse=True, scope="module")
def gui() -> None:
    gui_application()


def texts(language: Language = Language.VI) -> Texts:
    return Texts(language)


class Counting(SnapshotModel):
    """A model that counts how often it computes."""

    parts = ("query",)
    computed = 0

    @shown(str)
    def loud_query(self, session: Session) -> str:
        type(self).computed += 1
        return session.query.upper()

    @shown(int)
    def length(self, session: Session) -> int:
        return len(session.query)


# --- the base ---------------------------------------------------------------------------------------------------------


def test_a_getter_is_a_property_of_qml_by_its_camel_case_name() -> None:
    model = Counting(texts(), replace(START, query="ab"))

    assert model.property("loudQuery") == "AB"
    assert model.metaObject().property(model.metaObject().indexOfProperty("loudQuery")).hasNotifySignal()


def test_nothing_is_computed_when_no_part_was_replaced() -> None:
    model = Counting(texts(), START)
    before = Counting.computed

    model.update(replace(START, screen=Screen.SEARCH))

    assert Counting.computed == before


def test_a_change_is_told_only_for_the_property_that_changed() -> None:
    model = Counting(texts(), replace(START, query="ab"))
    loud, length = QSignalSpy(model.loud_query_changed), QSignalSpy(model.length_changed)

    model.update(replace(START, query="cd"))

    assert (loud.count(), length.count()) == (1, 0)


def test_five_thousand_changes_lose_no_reference() -> None:
    model = Counting(texts(), START)
    before = [sys.getrefcount(one) for one in (True, False, None)]

    for turn in range(5000):
        model.update(replace(START, query="x" * (turn % 2 + 1)))

    after = [sys.getrefcount(one) for one in (True, False, None)]
    assert all(abs(now - then) < 100 for now, then in zip(after, before, strict=True))


def test_a_growing_list_keeps_the_rows_it_has() -> None:
    rows = RowsModel("id")
    rows.replace([{"id": 1, "x": 0}])
    reset, inserted, changed = QSignalSpy(rows.modelReset), QSignalSpy(rows.rowsInserted), QSignalSpy(rows.dataChanged)

    rows.replace([{"id": 1, "x": 0}, {"id": 2, "x": 0}])
    rows.replace([{"id": 1, "x": 0}, {"id": 2, "x": 5}])

    assert (reset.count(), inserted.count(), changed.count()) == (0, 1, 1)
    assert rows.rowCount() == 2


def test_a_shrinking_or_other_list_ends_as_asked() -> None:
    rows = RowsModel("id")
    rows.replace([{"id": n} for n in range(5)])

    rows.replace([{"id": n} for n in range(2)])
    assert [row["id"] for row in rows.rows] == [0, 1]
    rows.replace([{"id": n} for n in (7, 1)])
    assert [row["id"] for row in rows.rows] == [7, 1]


@pytest.mark.parametrize("kind", MODELS)
def test_the_next_citizen_finds_nothing_of_the_last(kind: type[SnapshotModel]) -> None:
    secret = ("NGUYỄN VĂN THỬ NGHIỆM", "001099000123", "0900 000 042", "thunghiem@example.vn", "K7Q2-M4XD")
    full = replace(sessions()["done"], track=TrackView("G06-20261121-0000042", "K7Q2-M4XD", report=REPORT))
    model = kind(texts(), full)

    model.update(replace(START, number=2))

    left = repr(model.held)
    assert not [one for one in secret if one in left]


# --- words ------------------------------------------------------------------------------------------------------------


def test_dates_are_read_in_the_kiosks_zone() -> None:
    assert words.day(texts(), "1999-02-03") == "03/02/1999"
    assert words.day(texts(), "2026-11-21T20:30:00+00:00") == "22/11/2026"
    assert words.day(texts(), "") == ""


def test_a_deadline_is_said_with_its_unit_and_never_invented() -> None:
    vi, en = texts(), texts(Language.EN)
    assert words.deadline(vi, TRADEMARK) == "9 tháng"
    one = replace(TRADEMARK, deadline_value=1, deadline_unit="working_day")
    assert words.deadline(en, one) == "1 working day"
    none = replace(TRADEMARK, deadline_value=None, deadline_unit=None, deadline_text_vi="")
    assert words.deadline(vi, none) == "Không quy định"


def test_money_is_grouped_as_the_language_does_it() -> None:
    priced = replace(TRADEMARK, fee_vnd=1_150_000)
    assert words.fee(texts(), priced) == "1.150.000 đồng"
    assert words.fee(texts(Language.EN), priced) == "VND 1,150,000"
    assert words.fee(texts(), replace(TRADEMARK, fee_vnd=None, fee_note_vi="")) == "Chưa có thông tin; mời hỏi cán bộ"


def test_what_was_typed_without_marks_is_found_with_its_marks() -> None:
    assert words.found("Thủ tục đăng ký nhãn hiệu", words.folded("DANG KY nhan")) == "đăng ký nhãn"
    assert words.found("Thủ tục đăng ký nhãn hiệu", "sang che") == ""


# --- home and shell ---------------------------------------------------------------------------------------------------


def test_paper_out_is_announced_and_does_not_stop_a_submission() -> None:
    out = DeviceStatus("printer", DeviceKind.PRINTER, DeviceState.ATTENTION, "PRN-PAPER-OUT")
    model = HomeModel(texts(), replace(START, devices=devices(out)))

    assert model.property("canSubmit") is True
    assert [row["tone"] for row in model.property("announcements")] == ["warn"]
    assert "hết giấy" in model.property("announcements")[0]["text"]


def test_paper_that_is_only_low_concerns_no_citizen() -> None:
    low = DeviceStatus("printer", DeviceKind.PRINTER, DeviceState.ATTENTION, "PRN-PAPER-LOW")

    assert HomeModel(texts(), replace(START, devices=devices(low))).property("announcements") == []


@pytest.mark.parametrize("kind", [DeviceKind.CARD, DeviceKind.SCANNER])
def test_without_reader_or_scanner_it_is_said_before_how_to_submit_all_the_same(kind: DeviceKind) -> None:
    gone = DeviceStatus(kind.value, kind, DeviceState.ABSENT, f"{'CRD' if kind is DeviceKind.CARD else 'SCN'}-ABSENT")
    model = HomeModel(texts(), replace(START, devices=devices(gone)))

    assert model.property("canSubmit") is True
    (said,) = model.property("announcements")
    assert said["tone"] == "bad"
    assert ("mã QR trên thẻ" if kind is DeviceKind.CARD else "tại quầy") in said["text"]


def test_words_and_picture_are_those_of_the_machines_own_reader() -> None:
    tray, slot = (IdentityModel(texts(), replace(START, card=CardView()), reader) for reader in ("tray", "slot"))

    assert (tray.property("readerKind"), slot.property("readerKind")) == ("card", "slot")
    assert "khay" in tray.property("title")
    for name in ("title", "guidance", "numberKnown"):
        assert tray.property(name) != slot.property(name)
    assert "khe" in slot.property("title")


def test_who_is_not_known_by_the_chip_is_told_that_an_officer_compares() -> None:
    identity = replace(PERSON, verified_by="typed", passive=Check(Verdict.NOT_CHECKED), chip=Check(Verdict.NOT_CHECKED))
    model = IdentityModel(texts(), replace(START, identity=identity))

    assert model.property("verdict")["tone"] == "warn"
    assert "đối chiếu thẻ" in model.property("verdict")["text"]
    assert model.property("confirmGuidance") == "Thông tin Quý khách tự nhập."


def test_papers_for_the_desk_and_a_masked_address_are_told_at_the_end() -> None:
    model = SubmitModel(texts(), sessions()["done_desk"])

    assert (model.property("nextText")["tone"], model.property("nextText")["lead"]) == ("warn", "Mang đến quầy:")
    assert "Tờ khai đăng ký nhãn hiệu" in model.property("nextText")["text"]
    assert "th•••@example.vn" in model.property("mailed")
    assert "thu.nghiem" not in model.property("mailed")


def test_a_machine_built_without_a_reader_says_how_one_identifies_oneself_instead() -> None:
    built = {name: status for name, status in devices().items() if status.kind is not DeviceKind.CARD}
    model = HomeModel(texts(), replace(START, devices=built))

    (said,) = model.property("announcements")
    assert (said["id"], said["tone"]) == ("identify", "info")


def test_the_step_line_belongs_to_a_submission_only() -> None:
    model = ShellModel(texts(), replace(START, screen=Screen.SCAN, goal=Goal.SUBMIT))
    assert (model.property("step"), model.property("stepName")) == (3, "Số hóa giấy tờ")

    model.update(replace(START, screen=Screen.SEARCH, goal=Goal.LOOK_UP))
    assert model.property("step") == 0


def test_a_notice_has_words_for_the_citizen_and_its_code_for_staff() -> None:
    model = ShellModel(texts(), replace(START, notice="SCN-JAM"))

    notice = model.property("notice")
    assert notice["tone"] == "bad"
    assert "SCN-JAM" in notice["code"]
    assert "SCN-JAM" not in notice["text"]


def test_the_idle_warning_counts_down_from_twenty_and_starts_over_next_time() -> None:
    model = ShellModel(texts(), START)
    warned = replace(START, overlay=Overlay.IDLE_WARNING)

    model.update(warned)
    model._tick()
    model._tick()
    assert model.property("idleSeconds") == 18
    assert "18" in model.property("idleText")

    model.update(START)
    model.update(warned)
    assert model.property("idleSeconds") == 20


# --- browse -----------------------------------------------------------------------------------------------------------


def test_a_procedure_without_an_official_code_shows_none() -> None:
    model = BrowseModel(texts(), replace(START, procedure=TRADEMARK))

    assert "code" not in [fact["id"] for fact in model.property("facts")]
    assert TRADEMARK.local_id not in repr(model.property("facts"))


def test_an_entry_that_only_points_to_another_is_not_shown() -> None:
    pointing = replace(TRADEMARK, legal_basis_vi="như IP-01")
    model = BrowseModel(texts(), replace(START, procedure=pointing))

    assert "basis" not in [fact["id"] for fact in model.property("facts")]


def test_missing_papers_are_counted() -> None:
    session = replace(START, procedure=TRADEMARK, have=frozenset({"form"}))
    model = BrowseModel(texts(Language.EN), session)
    assert model.property("verdict") == {"tone": "warn", "text": "2 required papers are missing."}

    model.update(replace(session, have=frozenset({"form", "sample", "fee"})))
    assert model.property("verdict")["tone"] == "ok"


def test_seven_hundred_results_stay_rows_of_one_list_while_somebody_types() -> None:
    many = tuple(
        ProcedureSummary(f"X-{n}", None, f"Thủ tục đăng ký nhãn hiệu số {n}", "", "Sở hữu trí tuệ") for n in range(700)
    )
    model = BrowseModel(texts(), replace(START, results=many, query="nhan"))
    rows = model.results

    model.update(replace(START, results=many, query="nhan h"))

    assert model.results is rows
    assert rows.rowCount() == 700
    assert rows.rows[0]["match"] == "nhãn h"


def test_results_say_where_they_are_submitted() -> None:
    model = BrowseModel(texts(), replace(START, results=RESULTS, query="nhan hieu"))

    assert [row["badge"] for row in model.results.rows] == ["Nộp tại đây"] * 3 + ["Nơi khác giải quyết"]
    assert model.results.rows[0]["match"] == "nhãn hiệu"


# --- identity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passive", "chip", "active", "said"),
    [
        (Verdict.PASSED, Verdict.PASSED, Verdict.NOT_CHECKED, ("genuine", "ok")),
        (Verdict.PASSED, Verdict.NOT_CHECKED, Verdict.PASSED, ("genuine", "ok")),
        (Verdict.PASSED, Verdict.NOT_CHECKED, Verdict.NOT_CHECKED, ("signed", "ok")),
        (Verdict.ISSUER_NOT_TRUSTED, Verdict.PASSED, Verdict.NOT_CHECKED, ("untrusted", "warn")),
        (Verdict.NOT_CHECKED, Verdict.PASSED, Verdict.PASSED, ("unchecked", "warn")),
    ],
)
def test_the_worst_check_decides_the_verdict(
    passive: Verdict, chip: Verdict, active: Verdict, said: tuple[str, str]
) -> None:
    assert judged(replace(PERSON, passive=Check(passive), chip=Check(chip), active=Check(active))) == said


def confirming(**changes: object) -> IdentityModel:
    session = replace(START, screen=Screen.CONFIRM_IDENTITY, identity=replace(PERSON, **changes))
    return IdentityModel(texts(Language.EN), session)


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.NONE])
def test_every_cause_has_plain_words_in_both_languages(cause: Cause) -> None:
    check = Check(Verdict.NOT_CHECKED, "technician's English", cause)
    for language in Language:
        session = replace(START, identity=replace(PERSON, passive=check, chip=check, active=check))
        rows = IdentityModel(texts(language), session).property("checks")
        assert [row["value"] for row in rows] == [texts(language).t(f"confirm.check.{cause.value}")] * 2
        assert "technician" not in str(rows)


def test_a_card_that_passed_everything_bothers_nobody_with_details() -> None:
    model = confirming()
    assert (model.property("checks"), model.property("doubtful"), model.property("verdict")["code"]) == ([], False, "")


def test_to_whom_only_tracks_no_dossier_with_a_note_is_promised() -> None:
    doubtful = replace(PERSON, active=Check(Verdict.FAILED, cause=Cause.NOT_ORIGINAL))
    session = replace(START, screen=Screen.CONFIRM_IDENTITY, identity=doubtful)
    handing_in, tracking = (
        IdentityModel(texts(Language.EN), replace(session, goal=goal)).property("verdict")
        for goal in (Goal.SUBMIT, Goal.TRACK)
    )
    assert "note" in handing_in["text"]
    assert "note" not in tracking["text"]
    assert "codes" in tracking["text"]
    assert "CRD-NOT-GENUINE" in tracking["code"]


def test_the_reason_of_the_worse_proof_is_told() -> None:
    lost = Check(Verdict.FAILED, cause=Cause.NOT_ORIGINAL)
    model = confirming(chip=Check(Verdict.PASSED), active=lost)
    signature, original = (row["value"] for row in model.property("checks"))
    assert signature == "As its issuer signed it"
    assert original == "Not passed: the chip lacks the card's private key"
    assert model.property("doubtful") is True
    assert "CRD-NOT-GENUINE" in model.property("verdict")["code"]
    one_key = confirming(chip=Check(Verdict.NOT_CHECKED, cause=Cause.NO_KEY), active=Check(Verdict.NOT_CHECKED))
    assert one_key.property("checks")[1]["value"] == "Not checked"


def test_fields_that_differ_are_named_once_and_never_shown() -> None:
    model = confirming(mismatches=("birth_date", "qr_birth_date", "qr_name", "something_new"))
    assert model.property("differing") == {
        "label": "These differ",
        "value": "Date of birth, Full name, The chip's security data",
    }
    assert model.property("verdict")["tone"] == "warn"
    assert confirming(mismatches=("sex",)).property("differing") == {"label": "This differs", "value": "Sex"}
    assert confirming().property("differing")["value"] == ""


def test_reading_shows_what_is_done_and_what_is_being_done() -> None:
    model = IdentityModel(texts(), replace(START, card=CardView(CardStage.READING, True, "photo", 50)))

    assert [row["state"] for row in model.property("stages")] == ["done", "done", "done", "current", "coming"]
    assert model.property("progress") == pytest.approx(0.7)


def test_a_picture_that_is_no_jpeg_is_not_shown() -> None:
    model = IdentityModel(texts(), replace(START, identity=replace(PERSON, photo=b"x", photo_type="image/jp2")))

    assert model.property("person")["photo"] == ""


# --- papers -----------------------------------------------------------------------------------------------------------


def test_a_new_page_touches_only_its_own_paper() -> None:
    session = replace(sessions()["scan_running"], pages=())
    model = PapersModel(texts(), session)
    first = PageView(1, "form", PageStage.READY, b"x")
    model.update(replace(session, pages=(first,)))
    rows = {row["id"]: row["pages"] for row in model.components.rows}
    form, sample = QSignalSpy(rows["form"].dataChanged), QSignalSpy(rows["sample"].rowsInserted)

    model.update(replace(session, pages=(first, PageView(2, "sample"))))

    assert (form.count(), sample.count()) == (0, 1)


def test_a_moved_page_stands_under_its_new_paper() -> None:
    session = sessions()["page_review"]
    model = PapersModel(texts(), session)

    model.update(replace(session, pages=tuple(replace(page, component="fee") for page in session.pages)))

    counts = {row["id"]: row["page_count"] for row in model.components.rows}
    assert counts == {"form": 0, "sample": 0, "power": 0, "fee": 5}


def test_a_stack_ticks_the_list_and_keeps_what_is_not_placed_under_itself() -> None:
    session = sessions()["scan_stack_running"]
    model = PapersModel(texts(), session)
    assert [row["number"] for row in model.pages.rows] == [3, 4, 5, 6]
    assert {row["id"]: row["badge"] for row in model.components.rows}["form"] == "Đủ"
    assert model.property("progress")["text"] == "Đã quét 6 trang · đã đọc 2 · đã xếp 2"
    removed, reset = QSignalSpy(model.pages.rowsRemoved), QSignalSpy(model.pages.modelReset)

    placed = tuple(replace(page, component="fee") if page.number == 4 else page for page in session.pages)
    model.update(replace(session, pages=placed))

    assert [row["number"] for row in model.pages.rows] == [3, 5, 6]
    assert (removed.count(), reset.count()) == (1, 0)


def test_originals_are_asked_back_until_they_are_taken_and_not_while_the_scanner_runs() -> None:
    session = sessions()["scan_stack_placed"]
    model = PapersModel(texts(), session)
    assert model.property("originals") == "Mời Quý khách lấy lại 7 tờ bản gốc ở khay ra."

    model.update(replace(session, scan=replace(session.scan, running=True)))
    assert model.property("originals") == ""
    model.update(replace(session, scan=ScanView(out=1, glass=True)))
    assert model.property("originals") == "Mời Quý khách lấy lại bản gốc trên mặt kính."


def test_the_glass_is_offered_until_paper_lies_in_the_tray() -> None:
    # What the screen says then is shorter and its buttons move up: a finger meant for the tray met the glass.
    empty = sessions()["scan_stack"]
    model = PapersModel(texts(), empty)
    assert model.property("glass")

    model.update(replace(empty, scan=replace(empty.scan, paper_loaded=True)))
    assert not model.property("glass")


def test_a_scan_cut_short_says_which_sheet_comes_next() -> None:
    model = PapersModel(texts(), sessions()["scan_resume"])

    assert model.property("title") == "Mời đặt lại từ tờ thứ 5"
    assert model.property("guidance").startswith("4 tờ đầu của tập đã được giữ")
    assert model.property("startText") == "Quét tiếp"


def test_the_review_groups_pages_by_paper_and_says_how_sure_it_is() -> None:
    model = ReviewModel(texts(), replace(sessions()["review_question"]))
    rows = {row["id"]: row for row in model.groups.rows}

    assert list(rows) == ["form", "sample", "power", "fee", "unplaced", "aside"]
    assert rows["form"]["text"] == "3 trang · máy tự xếp, chắc 96 %"
    assert (rows["sample"]["badge"], rows["fee"]["missing"]) == ("Xem lại", True)
    assert [row["number"] for row in rows["aside"]["pages"].rows] == [7]


def test_questions_come_one_by_one_with_the_likeliest_paper_first() -> None:
    session = sessions()["review_question"]
    model = ReviewModel(texts(), session)
    asked = model.property("question")
    assert (model.property("mode"), asked["page"]["number"], asked["likely"]) == (
        "question",
        3,
        "Mẫu nhãn hiệu kèm danh mục hàng hóa, dịch vụ",
    )
    assert [row["id"] for row in asked["choices"]] == ["power", "fee", "form"]

    model.update(replace(session, pages=tuple(replace(page, kept=False) for page in session.pages)))
    assert (model.property("mode"), model.property("canContinue")) == ("groups", True)


def test_the_large_picture_is_let_go_when_the_page_is_closed() -> None:
    session = sessions()["review_page"]
    model = ReviewModel(texts(), session)
    assert model.property("page")["picture"].startswith("data:image/png;base64,")

    model.update(replace(session, look=None))
    assert model.property("page")["number"] == 0
    assert model._large == (b"", "")


def test_rows_that_change_places_are_made_anew_and_others_are_not() -> None:
    model = RowsModel("id")
    model.replace([{"id": n} for n in (1, 2, 3, 4)])
    reset, removed, inserted = (QSignalSpy(s) for s in (model.modelReset, model.rowsRemoved, model.rowsInserted))

    model.replace([{"id": n} for n in (5, 2, 4, 6, 7)])
    assert [row["id"] for row in model.rows] == [5, 2, 4, 6, 7]
    assert (reset.count(), removed.count(), inserted.count()) == (0, 2, 2)

    model.replace([{"id": n} for n in (2, 5)])
    assert [row["id"] for row in model.rows] == [2, 5]
    assert reset.count() == 1


def test_one_cannot_go_on_while_a_page_is_processed() -> None:
    assert PapersModel(texts(), sessions()["scan_running"]).property("canContinue") is False
    assert PapersModel(texts(), sessions()["scan_complete"]).property("canContinue") is True


# --- form, submit, track ----------------------------------------------------------------------------------------------


def test_typing_rebuilds_no_question() -> None:
    session = replace(START, fields=FIELDS)
    model = FormModel(texts(), session)
    fields, values = QSignalSpy(model.fields_changed), QSignalSpy(model.values_changed)

    model.update(replace(session, answers={"phone": Answer("0", Source.TYPED)}))

    assert (fields.count(), values.count()) == (0, 1)


def test_an_answer_from_the_chip_says_so_until_it_is_typed_over() -> None:
    session = replace(START, fields=FIELDS, answers={"applicant": Answer(PERSON.name, Source.CHIP)})
    model = FormModel(texts(), session)
    assert model.property("sources")["applicant"] == "Từ chip căn cước"

    model.update(replace(session, answers={"applicant": Answer("X", Source.TYPED)}))
    assert model.property("sources")["applicant"] == ""


def test_progress_is_only_what_the_service_took() -> None:
    session = sessions()["sending"]
    model = SubmitModel(texts(), session)
    assert model.property("fraction") == pytest.approx(2.6 / 7.4)
    assert [row["state"] for row in model.property("sendSteps")] == ["done", "current", "coming"]

    model.update(replace(session, submission=Submission(SendStage.SEALING)))
    assert model.property("fraction") < 0
    assert model.property("sealed") is False


def test_without_the_services_code_the_kiosks_reference_is_shown_as_such() -> None:
    model = SubmitModel(texts(), sessions()["done_deferred"])

    assert model.property("code") == "K03-2611-0042"
    assert model.property("codeLabel") == "Số tham chiếu tại máy"
    assert model.property("qr") == "image://qr/reference/1"


def test_a_code_that_could_not_be_drawn_leaves_no_empty_frame() -> None:
    session = sessions()["done"]
    model = SubmitModel(texts(), replace(session, submission=replace(session.submission, code_picture=b"")))

    assert model.property("code") == session.submission.dossier_code
    assert model.property("qr") == ""


def test_the_address_of_a_qr_picture_never_holds_the_code() -> None:
    model = SubmitModel(texts(), sessions()["done"])

    assert model.property("code") not in model.property("qr")


def test_days_left_are_said_while_they_count() -> None:
    model = TrackModel(texts(), replace(START, track=TrackView(report=REPORT)))
    assert model.property("facts")[-1]["note"] == "Còn 187 ngày làm việc"

    model.update(replace(START, track=TrackView(report=replace(REPORT, status_code=10))))
    assert model.property("facts")[-1]["note"] == ""


def test_an_overdue_dossier_gets_an_apology() -> None:
    model = TrackModel(texts(), replace(START, track=TrackView(report=replace(REPORT, working_days_left=-2))))

    assert "xin lỗi" in model.property("report")["late"]
    assert model.property("facts")[-1]["note"] == "Quá hạn 2 ngày làm việc"


def test_looking_at_the_same_papers_again_and_again_makes_no_further_lists() -> None:
    session = sessions()["scan_complete"]
    model = PapersModel(texts(), session)
    before = len(model.findChildren(RowsModel))
    for percent in range(20):
        session = replace(session, scan=replace(session.scan, running=percent % 2 == 0))
        model.update(session)
    assert len(model.findChildren(RowsModel)) == before
