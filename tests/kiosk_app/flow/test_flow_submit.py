"""Form, declaration, sending and slip: nothing wrong is declared, nothing sealed is lost, paper never repeats itself."""

from __future__ import annotations

import pytest
from citizen import AT, Citizen, status

from drivers.ports import DeviceState
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import ConfirmSlip, PrintSlip, StopTimer, Submit
from kiosk_app.model.basics import Screen
from kiosk_app.model.form import Answer, FieldError, Source
from kiosk_app.model.session import ReceiptStage, SendStage


def test_a_form_with_mistakes_is_not_left_and_each_mistake_goes_when_mended() -> None:
    citizen = Citizen().to_form().do(ev.SetAnswer("phone", "12"))
    assert citizen.session.field_errors == {}
    citizen.do(ev.Continue())
    assert (citizen.screen, citizen.session.field_errors) == (Screen.FORM, {"phone": FieldError.PHONE})
    citizen.do(ev.SetAnswer("phone", "0912"))
    assert "phone" in citizen.session.field_errors
    citizen.do(ev.SetAnswer("phone", "0912345678"))
    assert citizen.session.field_errors == {}
    assert citizen.do(ev.Continue()).screen is Screen.CHECK_ANSWERS


def test_an_answer_to_no_question_is_dropped_and_an_endless_one_cut() -> None:
    citizen = Citizen().to_form().do(ev.SetAnswer("no_such", "x"), ev.SetAnswer("address", "x" * 10_000))
    assert "no_such" not in citizen.session.answers
    assert citizen.session.answers["address"] == Answer("x" * 41, Source.TYPED)
    assert citizen.do(ev.SetAnswer("phone", "0912345678"), ev.Continue()).session.field_errors == {
        "address": FieldError.TOO_LONG
    }


def test_a_change_link_leads_to_the_form_and_straight_back() -> None:
    citizen = Citizen().to_check().do(ev.ChangeAnswer("form"))
    assert (citizen.screen, citizen.session.returning) == (Screen.FORM, True)
    assert citizen.do(ev.Back()).screen is Screen.CHECK_ANSWERS
    assert citizen.do(ev.ChangeAnswer("form"), ev.Continue()).screen is Screen.CHECK_ANSWERS
    assert citizen.session.returning is False
    assert citizen.do(ev.ChangeAnswer("elsewhere")).screen is Screen.CHECK_ANSWERS


def test_answers_that_became_wrong_lead_back_to_the_form() -> None:
    citizen = Citizen().to_check().do(ev.ChangeAnswer("form"), ev.SetAnswer("phone", ""), ev.Back(), ev.Continue())
    assert (citizen.screen, citizen.session.field_errors) == (Screen.FORM, {"phone": FieldError.REQUIRED})


def test_declaring_submits_once() -> None:
    citizen = Citizen().to_declare().do(ev.Declare(AT))
    assert citizen.effect(Submit) is not None
    assert StopTimer("idle") in citizen.effects
    assert (citizen.session.declared_at, citizen.session.submission.stage) == (AT, SendStage.SEALING)
    assert citizen.do(ev.Declare(AT)).effect(Submit) is None
    assert citizen.do(ev.Back()).screen is Screen.SENDING


def test_a_seal_that_failed_leads_back_to_the_declaration_with_its_reason_and_can_be_tried_again() -> None:
    citizen = Citizen().to_sending().answer(ev.SealFailed, "STO-FULL")
    assert (citizen.screen, citizen.session.notice) == (Screen.DECLARE, "STO-FULL")
    assert citizen.session.submission.stage is SendStage.NONE
    assert citizen.do(ev.Declare(AT)).effect(Submit) is not None


def test_the_seal_gives_the_kiosks_reference_and_starts_the_bounded_wait() -> None:
    submission = Citizen().to_sending().sealed().session.submission
    assert (submission.stage, submission.kiosk_reference) == (SendStage.UPLOADING, "K01-ABCD-EFGHJK")
    assert submission.bytes_total == 1000


def test_the_services_codes_end_the_wait_and_print_the_slip_once() -> None:
    citizen = Citizen().to_done()
    submission = citizen.session.submission
    assert (submission.dossier_code, submission.lookup_code) == ("G09.20-20260302-0000001", "A1B2")
    assert citizen.effect(PrintSlip) is not None
    assert StopTimer("acknowledge") in citizen.effects
    assert citizen.session.receipt is ReceiptStage.PRINTING
    citizen.answer(ev.Acknowledged, "G09.20-20260302-0000001", "A1B2")
    assert citizen.effect(PrintSlip) is None


DEFERRED = {
    "deferred": lambda c: c.answer(ev.SendDeferred, "NET-UNREACHABLE"),
    "too slow": lambda c: c.do(ev.TimerFired("acknowledge")),
    "watching failed": lambda c: c.answer(ev.SealFailed, "NET-UNREACHABLE"),
}


@pytest.mark.parametrize("how", DEFERRED)
def test_without_the_services_answer_the_citizen_leaves_with_the_kiosks_reference(how: str) -> None:
    citizen = DEFERRED[how](Citizen().to_sending().sealed())
    assert (citizen.screen, citizen.session.submission.stage) == (Screen.DONE, SendStage.DEFERRED)
    assert citizen.session.notice == "NET-UNREACHABLE"
    assert citizen.effect(PrintSlip) is not None
    assert citizen.session.submission.kiosk_reference == "K01-ABCD-EFGHJK"


def test_a_late_code_is_shown_at_once_and_printed_only_when_asked() -> None:
    citizen = DEFERRED["deferred"](Citizen().to_sending().sealed()).answer(ev.SlipPrinted)
    citizen.answer(ev.Acknowledged, "G09.20-20260302-0000001", "A1B2")
    assert (citizen.session.submission.stage, citizen.session.notice) == (SendStage.ACKNOWLEDGED, None)
    assert (citizen.effect(PrintSlip), citizen.session.receipt) == (None, ReceiptStage.PRINTED)
    assert citizen.do(ev.PrintAgain()).effect(PrintSlip) is not None


def test_the_wait_ends_by_its_timer_only_while_it_lasts() -> None:
    assert Citizen().to_sending().do(ev.TimerFired("acknowledge")).screen is Screen.SENDING
    done = Citizen().to_done()
    assert done.do(ev.TimerFired("acknowledge")).session.submission.stage is SendStage.ACKNOWLEDGED


@pytest.mark.parametrize("late", [False, True])
def test_a_refusal_is_told_with_its_words_and_no_slip_is_offered(late: bool) -> None:
    citizen = Citizen().to_sending().sealed()
    if late:
        DEFERRED["deferred"](citizen)
    citizen.answer(ev.SendRefused, "NET-REFUSED", "Thiếu thông tin", "Incomplete")
    submission = citizen.session.submission
    assert (citizen.screen, submission.stage) == (Screen.DONE, SendStage.REFUSED)
    assert (submission.reason_vi, submission.reason_en, citizen.session.notice) == (
        "Thiếu thông tin",
        "Incomplete",
        "NET-REFUSED",
    )
    assert citizen.do(ev.PrintAgain()).effect(PrintSlip) is None


def test_progress_of_sending_is_shown_also_after_the_wait() -> None:
    citizen = Citizen().to_sending().sealed().answer(ev.SendProgressed, 400, 1000)
    assert citizen.session.submission.bytes_sent == 400
    DEFERRED["deferred"](citizen).answer(ev.SendProgressed, 700, 1000)
    assert citizen.session.submission.bytes_sent == 700


@pytest.mark.parametrize(
    ("answer", "code", "stage"),
    [
        (ev.SlipPrinted, (), ReceiptStage.PRINTED),
        (ev.SlipNotPrinted, ("PRN-PAPER-OUT",), ReceiptStage.NOT_PRINTED),
        (ev.SlipUnknown, ("PRN-UNKNOWN-OUTCOME",), ReceiptStage.UNKNOWN),
    ],
)
def test_paper_comes_again_only_when_a_person_asks(answer: type, code: tuple[str, ...], stage: ReceiptStage) -> None:
    citizen = Citizen().to_done()
    assert citizen.do(ev.PrintAgain()).effect(PrintSlip) is None  # it is printing
    citizen.answer(answer, *code)
    assert (citizen.session.receipt, citizen.session.receipt_code) == (stage, code[0] if code else None)
    assert citizen.effect(PrintSlip) is None
    citizen.do(ev.PrintAgain())
    assert citizen.effect(PrintSlip) is not None
    assert (citizen.session.receipt, citizen.session.receipt_code) == (ReceiptStage.PRINTING, None)


def printer(citizen: Citizen, state: DeviceState, code: str | None = None) -> Citizen:
    return citizen.do(status("printer0", state, code))


def test_a_slip_that_broke_off_is_printed_whole_after_the_refill_and_only_then() -> None:
    citizen = printer(Citizen().to_done(), DeviceState.READY)
    citizen.answer(ev.SlipNotPrinted, "PRN-PAPER-OUT", True)
    assert (citizen.session.receipt, citizen.session.receipt_code) == (ReceiptStage.VOIDED, "PRN-PAPER-OUT")
    assert citizen.effect(PrintSlip) is None
    printer(citizen, DeviceState.READY)  # the host's word after the broken job: nothing was mended by it
    assert citizen.effect(PrintSlip) is None
    printer(citizen, DeviceState.ATTENTION, "PRN-PAPER-OUT")
    assert citizen.effect(PrintSlip) is None
    printer(citizen, DeviceState.READY)
    assert citizen.effect(PrintSlip) is not None
    assert citizen.session.receipt is ReceiptStage.PRINTING
    citizen.answer(ev.SlipNotPrinted, "PRN-COVER-OPEN")
    assert citizen.session.receipt is ReceiptStage.VOIDED, "it is still owed"
    printer(citizen, DeviceState.ATTENTION, "PRN-COVER-OPEN")
    printer(citizen, DeviceState.READY)
    citizen.answer(ev.SlipPrinted)
    printer(citizen, DeviceState.ATTENTION, "PRN-PAPER-OUT")
    printer(citizen, DeviceState.READY)
    assert citizen.effect(PrintSlip) is None
    assert citizen.session.receipt is ReceiptStage.PRINTED


@pytest.mark.parametrize(
    ("answer", "code"), [(ev.SlipNotPrinted, "PRN-PAPER-OUT"), (ev.SlipUnknown, "PRN-UNKNOWN-OUTCOME")]
)
def test_a_slip_that_never_began_or_may_be_out_is_not_printed_by_itself(answer: type, code: str) -> None:
    citizen = Citizen().to_done().answer(answer, code)
    printer(citizen, DeviceState.ATTENTION, "PRN-PAPER-OUT")
    printer(citizen, DeviceState.READY)
    assert citizen.effect(PrintSlip) is None


def test_a_slip_that_is_owed_is_not_printed_when_its_person_has_gone() -> None:
    citizen = Citizen().to_done().answer(ev.SlipNotPrinted, "PRN-PAPER-OUT", True)
    printer(citizen, DeviceState.ATTENTION, "PRN-PAPER-OUT")
    citizen.do(ev.Continue())
    printer(citizen, DeviceState.READY)
    assert citizen.effect(PrintSlip) is None


def test_a_person_settles_a_doubtful_slip_and_only_a_doubtful_one() -> None:
    citizen = Citizen().to_done().answer(ev.SlipPrinted)
    assert citizen.do(ev.SlipCameOut()).effect(ConfirmSlip) is None
    citizen.do(ev.PrintAgain()).answer(ev.SlipUnknown, "PRN-UNKNOWN-OUTCOME")
    assert citizen.do(ev.SlipCameOut()).effect(ConfirmSlip) is not None
    assert (citizen.session.receipt, citizen.session.receipt_code) == (ReceiptStage.PRINTED, None)


@pytest.mark.parametrize(("value", "kept"), [(0, 0), (1, 1), (5, 5), (6, 0), (-1, 0)])
def test_a_rating_is_one_to_five(value: int, kept: int) -> None:
    assert Citizen().to_done().do(ev.Rate(value)).session.rating == kept
