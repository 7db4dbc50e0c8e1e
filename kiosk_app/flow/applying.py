"""Rows of form, check answers, declare, sending and done: from answers to the slip in the hand."""

from __future__ import annotations

import re
from dataclasses import replace

from kiosk_app.flow.digitising import ANYWHERE, begin_scan
from kiosk_app.flow.effects import AskForMail, ConfirmSlip, FindOffers, PrintSlip, StartTimer, StopTimer, Submit
from kiosk_app.flow.events import (
    Acknowledged,
    Back,
    ChangeAnswer,
    Continue,
    Declare,
    MailReceipt,
    OffersFound,
    PrintAgain,
    Rate,
    ReceiptMailed,
    ReceiptNotMailed,
    Sealed,
    SealFailed,
    SendDeferred,
    SendProgressed,
    SendRefused,
    SetAnswer,
    SetReceiptMail,
    SlipCameOut,
    SlipNotPrinted,
    SlipPrinted,
    SlipUnknown,
    TakeOffer,
)
from kiosk_app.flow.reviewing import open_questions
from kiosk_app.flow.rows import ACKNOWLEDGE_S, Row, Step, go, goodbye, row, stay
from kiosk_app.model.basics import EndReason, Goal, Screen
from kiosk_app.model.form import Answer, FieldError, Source, check, check_all
from kiosk_app.model.offers import mail_open
from kiosk_app.model.session import MailStage, ReceiptStage, SendStage, Session, Submission


def _set_answer(session: Session, event: SetAnswer) -> Step:
    item = next((item for item in session.fields if item.id == event.field_id), None)
    if item is None:
        return stay(session)
    answers = {
        **session.answers,
        event.field_id: Answer(event.value[: item.max_length + 1], Source.TYPED),
    }
    errors = dict(session.field_errors)
    # An error goes as soon as it is mended; a new one is only told on "continue", never while typing.
    if event.field_id in errors and check(item, event.value) is None:
        del errors[event.field_id]
    return stay(session, answers=answers, field_errors=errors)


def _take_offer(session: Session, event: TakeOffer) -> Step:
    """What stands on a paper becomes the answer because the citizen says so; it can be changed like any other."""
    offers = [offer for offer in session.paper_offers if offer.field == event.field_id]
    if not 0 <= event.offer < len(offers):
        return stay(session)
    answers = {**session.answers, event.field_id: Answer(offers[event.offer].value, Source.PAPER)}
    errors = {key: error for key, error in session.field_errors.items() if key != event.field_id}
    return stay(session, answers=answers, field_errors=errors)


def _offers(session: Session, event: OffersFound) -> Step:
    return stay(session, paper_offers=event.offers)


def _leave_form(session: Session, _: Continue) -> Step:
    errors = check_all(session.fields, session.answers)
    if errors:
        return stay(session, field_errors=errors)
    return go(session, Screen.CHECK_ANSWERS, field_errors={}, returning=False)


def _form_back(session: Session, _: Back) -> Step:
    if session.returning:
        return go(session, Screen.CHECK_ANSWERS, returning=False)
    if session.to_desk and not session.pages:
        return begin_scan(session)  # there is no page to review
    return go(session, Screen.PAGE_REVIEW)


def _change(session: Session, event: ChangeAnswer) -> Step:
    if event.section == "scan":
        return begin_scan(replace(session, returning=True))
    if event.section == "form":
        # Pages may have come or gone since.
        return go(session, Screen.FORM, FindOffers(), returning=True)
    return stay(session)


def _leave_check(session: Session, _: Continue) -> Step:
    if session.scan.running or session.processing:
        return stay(session, notice="APP-PAGES-PROCESSING")
    if code := open_questions(session):
        return stay(session, notice=code)
    if session.missing:
        return stay(session, notice="APP-MISSING-PAPERS")
    if errors := check_all(session.fields, session.answers):
        return go(session, Screen.FORM, field_errors=errors, returning=True)
    return go(session, Screen.DECLARE)


# As the published contract has it: what passes here must not have the whole dossier refused.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}")
_LONGEST_ADDRESS = 120


def _wrong_address(address: str) -> FieldError | None:
    if len(address) > _LONGEST_ADDRESS:
        return FieldError.TOO_LONG
    return FieldError.EMAIL if address and not _ADDRESS.fullmatch(address) else None


def _receipt_mail(session: Session, event: SetReceiptMail) -> Step:
    address = event.address.strip()[: _LONGEST_ADDRESS + 1]
    error = _wrong_address(address) if session.receipt_mail_error else None
    return stay(session, receipt_mail=address, receipt_mail_error=error)


def _late_mail(session: Session, event: SetReceiptMail) -> Step:
    return _receipt_mail(session, event) if mail_open(session) else stay(session)


def _mail_receipt(session: Session, _: MailReceipt) -> Step:
    if not mail_open(session):
        return stay(session)
    error = _wrong_address(session.receipt_mail) if session.receipt_mail else FieldError.REQUIRED
    if error:
        return stay(session, receipt_mail_error=error)
    return stay(session, AskForMail(session.receipt_mail), mail=MailStage.ASKING, mail_code=None)


def _declare(session: Session, event: Declare) -> Step:
    if error := _wrong_address(session.receipt_mail):
        return stay(session, receipt_mail_error=error)
    if session.practice is not None:
        return go(session, Screen.DONE, declared_at=event.at, submission=Submission(SendStage.PRACTISED))
    return go(
        session,
        Screen.SENDING,
        Submit(),
        StopTimer("idle"),
        declared_at=event.at,
        submission=Submission(stage=SendStage.SEALING),
    )


def _sealed(session: Session, event: Sealed) -> Step:
    submission = replace(
        session.submission,
        stage=SendStage.UPLOADING,
        uuid=event.uuid,
        kiosk_reference=event.kiosk_reference,
        bytes_total=event.bytes_total,
        sha256=event.sha256,
        code_picture=event.code_picture,
    )
    mail = MailStage.ASKED if session.receipt_mail else MailStage.NONE  # with the dossier itself
    return stay(session, StartTimer("acknowledge", ACKNOWLEDGE_S), submission=submission, mail=mail)


def _seal_failed(session: Session, event: SealFailed) -> Step:
    if session.submission.stage is SendStage.UPLOADING:
        # What failed is watching, after the seal: the dossier is safe and the agent sends it.
        return _deferred(session, SendDeferred(session.number, event.code))
    return go(session, Screen.DECLARE, notice=event.code, submission=Submission())


def _progressed(session: Session, event: SendProgressed) -> Step:
    submission = replace(session.submission, bytes_sent=event.bytes_sent, bytes_total=event.bytes_total)
    return stay(session, submission=submission)


def _acknowledged(session: Session, event: Acknowledged) -> Step:
    submission = replace(
        session.submission,
        stage=SendStage.ACKNOWLEDGED,
        dossier_code=event.dossier_code,
        lookup_code=event.lookup_code,
        code_picture=event.code_picture,
    )
    return _done(replace(session, submission=submission))


def _late_acknowledged(session: Session, event: Acknowledged) -> Step:
    """The code came while the citizen still stands there: shown at once; paper again only when asked."""
    submission = replace(
        session.submission,
        stage=SendStage.ACKNOWLEDGED,
        dossier_code=event.dossier_code,
        lookup_code=event.lookup_code,
        code_picture=event.code_picture,
    )
    return stay(session, submission=submission, notice=None)


def _deferred(session: Session, event: SendDeferred) -> Step:
    deferred = replace(session.submission, stage=SendStage.DEFERRED)
    return _done(replace(session, submission=deferred), notice=event.code)


def acknowledge_timed_out(session: Session) -> Step:
    """The service took too long: the citizen leaves with the kiosk's reference, the agent goes on."""
    if session.screen is not Screen.SENDING or session.submission.stage is not SendStage.UPLOADING:
        return stay(session)
    return _deferred(session, SendDeferred(session.number, "NET-UNREACHABLE"))


def _refused(session: Session, event: SendRefused) -> Step:
    refused = replace(
        session.submission,
        stage=SendStage.REFUSED,
        reason_vi=event.reason_vi,
        reason_en=event.reason_en,
    )
    return go(
        session,
        Screen.DONE,
        StopTimer("acknowledge"),
        submission=refused,
        notice=event.code,
    )


def _done(session: Session, notice: str | None = None) -> Step:
    return go(
        session,
        Screen.DONE,
        StopTimer("acknowledge"),
        PrintSlip(),
        notice=notice,
        receipt=ReceiptStage.PRINTING,
        receipt_code=None,
    )


def _print_again(session: Session, _: PrintAgain) -> Step:
    if session.receipt is ReceiptStage.PRINTING or session.submission.stage is SendStage.REFUSED:
        return stay(session)
    return stay(session, PrintSlip(), receipt=ReceiptStage.PRINTING, receipt_code=None)


def _slip_printed(session: Session, _: SlipPrinted) -> Step:
    return stay(session, receipt=ReceiptStage.PRINTED, receipt_owed=False)


def _slip_not_printed(session: Session, event: SlipNotPrinted) -> Step:
    """A slip that broke off is owed until it is whole; an attempt that is refused in between changes nothing of that."""
    owed = event.begun or session.receipt_owed
    stage = ReceiptStage.VOIDED if owed else ReceiptStage.NOT_PRINTED
    return stay(session, receipt=stage, receipt_code=event.code, receipt_owed=owed)


def _slip_unknown(session: Session, event: SlipUnknown) -> Step:
    return stay(session, receipt=ReceiptStage.UNKNOWN, receipt_code=event.code, receipt_owed=False)


def _slip_came_out(session: Session, _: SlipCameOut) -> Step:
    if session.receipt is not ReceiptStage.UNKNOWN:
        return stay(session)
    return stay(session, ConfirmSlip(), receipt=ReceiptStage.PRINTED, receipt_code=None)


def print_what_is_owed(session: Session) -> Step:
    """The printer is well again: a slip that broke off is printed whole, while its person is still there."""
    if session.screen is not Screen.DONE or session.receipt is not ReceiptStage.VOIDED:
        return stay(session)
    return stay(session, PrintSlip(), receipt=ReceiptStage.PRINTING, receipt_code=None)


def _rate(session: Session, event: Rate) -> Step:
    return stay(session, rating=event.value) if 1 <= event.value <= 5 else stay(session)


ROWS: tuple[Row, ...] = (
    row(Screen.FORM, SetAnswer, _set_answer),
    row(Screen.FORM, TakeOffer, _take_offer),
    row(ANYWHERE, OffersFound, _offers),
    row(Screen.FORM, Continue, _leave_form, Screen.CHECK_ANSWERS),
    row(Screen.FORM, Back, _form_back, Screen.PAGE_REVIEW, Screen.CHECK_ANSWERS, Screen.SCAN),
    row(Screen.CHECK_ANSWERS, ChangeAnswer, _change, Screen.FORM, Screen.SCAN),
    row(Screen.CHECK_ANSWERS, Continue, _leave_check, Screen.DECLARE, Screen.FORM),
    row(Screen.CHECK_ANSWERS, Back, lambda s, _: go(s, Screen.FORM), Screen.FORM),
    row(Screen.DECLARE, SetReceiptMail, _receipt_mail),
    row(Screen.DECLARE, Declare, _declare, Screen.SENDING, Screen.DONE),
    row(
        Screen.DECLARE,
        Back,
        lambda s, _: go(s, Screen.PAGE_REVIEW if s.goal is Goal.SUPPLEMENT else Screen.CHECK_ANSWERS),
        Screen.CHECK_ANSWERS,
        Screen.PAGE_REVIEW,
    ),
    row(Screen.SENDING, Sealed, _sealed),
    row(Screen.SENDING, SealFailed, _seal_failed, Screen.DECLARE, Screen.DONE),
    row(Screen.SENDING, SendProgressed, _progressed),
    row(Screen.SENDING, Acknowledged, _acknowledged, Screen.DONE),
    row(Screen.SENDING, SendDeferred, _deferred, Screen.DONE),
    row(Screen.SENDING, SendRefused, _refused, Screen.DONE),
    row(Screen.DONE, Acknowledged, _late_acknowledged),
    row(Screen.DONE, SendProgressed, _progressed),
    row(Screen.DONE, SendRefused, _refused),
    row(Screen.DONE, SlipPrinted, _slip_printed),
    row(Screen.DONE, SlipNotPrinted, _slip_not_printed),
    row(Screen.DONE, SlipUnknown, _slip_unknown),
    row(Screen.DONE, SlipCameOut, _slip_came_out),
    row(Screen.DONE, PrintAgain, _print_again),
    row(Screen.DONE, SetReceiptMail, _late_mail),
    row(Screen.DONE, MailReceipt, _mail_receipt),
    row(Screen.DONE, ReceiptMailed, lambda s, _: stay(s, mail=MailStage.ASKED)),
    row(Screen.DONE, ReceiptNotMailed, lambda s, e: stay(s, mail=MailStage.FAILED, mail_code=e.code)),
    row(Screen.DONE, Rate, _rate),
    row(
        Screen.DONE,
        Continue,
        lambda s, _: goodbye(s, EndReason.FINISHED),
        Screen.GOODBYE,
    ),
)
