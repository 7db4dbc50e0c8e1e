"""Without a device: other ways to say who one is, papers for the desk, the receipt by e-mail; never beside what works."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest
from citizen import AT, CAN, CARD, PRINTER, SCANNER, Citizen, machine, reading, status

from drivers.ports import Check, DeviceKind, DeviceState, Verdict
from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import ReadCard, Submit, WipeSession
from kiosk_app.model.basics import Screen
from kiosk_app.model.form import FieldError, Source
from kiosk_app.model.offers import mail_open
from kiosk_app.model.person import Assurance, PersonError, PrintedCard
from kiosk_app.model.session import DeviceStatus, MailStage, Session

NUMBER = "001099000042"
PRINTED = PrintedCard(NUMBER, "NGUYỄN VĂN THỬ NGHIỆM", "1999-05-17", "Nam", "Số 1, Hà Nội")
CODE = ev.CardCodeScanned(NUMBER[-6:], "", PRINTED)
PERSON = ev.EnterPerson(NUMBER, " nguyễn  văn thử ", "17051999")
GONE = status(CARD, DeviceState.ABSENT, "CRD-ABSENT")


def without_reader() -> Citizen:
    return Citizen().do(GONE).to_identify()


def without_scanner() -> Citizen:
    citizen = Citizen().do(status(SCANNER, DeviceState.ABSENT, "SCN-ABSENT")).to_confirm()
    return citizen.do(ev.Continue())


# --- identifying ------------------------------------------------------------------------------------------------------


def test_while_reader_and_card_work_nobody_gets_past_the_chip() -> None:
    citizen = Citizen().to_identify().do(ev.IdentifyOtherwise())
    assert citizen.screen is Screen.IDENTIFY
    citizen.do(ev.CardInserted(), CODE)
    assert citizen.effect(ReadCard) == ReadCard(NUMBER[-6:])


def test_without_a_reader_the_code_on_the_card_says_who_it_is_with_less_assurance() -> None:
    citizen = without_reader()
    assert (citizen.screen, citizen.session.notice) == (Screen.IDENTIFY, "CRD-ABSENT")
    citizen.do(ev.IdentifyOtherwise(), CODE)
    identity = citizen.session.identity
    assert citizen.screen is Screen.CONFIRM_IDENTITY
    assert identity is not None
    assert (identity.number, identity.birth_date, identity.assurance) == (NUMBER, "1999-05-17", Assurance.QR)
    assert citizen.session.answers["address"].source is Source.QR
    assert citizen.do(ev.Continue()).screen is Screen.SCAN


def test_a_code_alone_does_nothing_before_the_citizen_chose_another_way() -> None:
    assert without_reader().do(CODE).screen is Screen.IDENTIFY


def test_number_name_and_birth_are_typed_and_checked_when_all_is_said() -> None:
    citizen = without_reader().do(ev.IdentifyOtherwise(), ev.EnterPerson("12", "", "31022000"))
    assert citizen.session.typed.errors == {}
    citizen.do(ev.Continue())
    assert (citizen.screen, set(citizen.session.typed.errors)) == (
        Screen.IDENTIFY_OTHERWISE,
        {"number", "name", "birth"},
    )
    citizen.do(PERSON)
    assert citizen.session.typed.errors == {}
    citizen.do(ev.Continue())
    identity = citizen.session.identity
    assert identity is not None
    assert (identity.name, identity.assurance) == ("NGUYỄN VĂN THỬ", Assurance.TYPED)


@pytest.mark.parametrize(
    ("number", "birth", "wrong"),
    [
        ("001098000042", "17051999", {"number": PersonError.MISMATCH}),
        ("001299000042", "17051999", {"number": PersonError.MISMATCH}),
        ("001203000042", "17052003", {}),
        ("001099000042", "02032026", {"birth": PersonError.BIRTH}),
        ("001099000042", "17/5/1999", {}),
        ("001099000042", "1751999", {"birth": PersonError.BIRTH}),
        ("٠٠١٠٩٩٠٠٠٠٤٢", "17051999", {"number": PersonError.NUMBER}),
    ],
)
def test_a_slip_of_the_finger_in_number_or_date_shows(number: str, birth: str, wrong: dict[str, PersonError]) -> None:
    citizen = without_reader().do(ev.IdentifyOtherwise(), ev.EnterPerson(number, "Lê Thử", birth), ev.Continue())
    assert citizen.session.typed.errors == wrong
    assert citizen.screen is (Screen.IDENTIFY_OTHERWISE if wrong else Screen.CONFIRM_IDENTITY)


def test_a_card_that_knows_only_the_year_of_birth_fills_in_the_rest() -> None:
    half = dataclasses.replace(CODE, printed=dataclasses.replace(PRINTED, birth_date=""))
    citizen = without_reader().do(ev.IdentifyOtherwise(), half)
    typed = citizen.session.typed
    assert citizen.screen is Screen.IDENTIFY_OTHERWISE
    assert (typed.number, typed.name, typed.errors) == (NUMBER, PRINTED.name, {"birth": PersonError.BIRTH})


def test_a_card_that_fails_twice_opens_the_other_way_and_one_pulled_does_not() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN))
    citizen.answer(ev.CardFailed, "CRD-REMOVED").do(ev.RetryCard()).answer(ev.CardFailed, "CRD-GARBLED")
    assert citizen.do(ev.IdentifyOtherwise()).screen is Screen.IDENTIFY
    citizen.do(ev.RetryCard()).answer(ev.CardFailed, "CRD-GARBLED")
    assert citizen.do(ev.IdentifyOtherwise()).screen is Screen.IDENTIFY_OTHERWISE


def test_a_blocked_card_opens_the_other_way_at_once() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN))
    citizen.answer(ev.CardFailed, "CRD-BLOCKED").do(ev.IdentifyOtherwise())
    assert citizen.screen is Screen.IDENTIFY_OTHERWISE


def test_a_reader_that_is_back_reads_the_chip_as_ever() -> None:
    citizen = without_reader().do(status(CARD))
    assert citizen.session.notice is None
    assert citizen.do(ev.IdentifyOtherwise()).screen is Screen.IDENTIFY
    citizen.do(ev.CardInserted(), ev.EnterAccessNumber(CAN)).answer(ev.CardRead, reading())
    assert citizen.session.identity is not None
    assert citizen.session.identity.assurance is Assurance.CHIP_VERIFIED


def test_a_reader_started_anew_after_a_failure_keeps_the_other_way_open() -> None:
    citizen = without_reader().do(status(CARD, DeviceState.STARTING))
    assert citizen.do(ev.IdentifyOtherwise()).screen is Screen.IDENTIFY_OTHERWISE


def test_a_machine_built_without_a_reader_has_only_the_other_ways() -> None:
    built = {name: item for name, item in machine().devices.items() if item.kind is not DeviceKind.CARD}
    citizen = Citizen(Session(devices=MappingProxyType(built))).to_identify()
    assert citizen.screen is Screen.IDENTIFY_OTHERWISE
    assert citizen.do(ev.Back()).screen is Screen.CONSENT


def test_back_from_ones_own_name_leads_to_where_it_was_said() -> None:
    citizen = without_reader().do(ev.IdentifyOtherwise(), CODE, ev.Back())
    assert citizen.screen is Screen.IDENTIFY_OTHERWISE
    assert citizen.do(ev.Back()).screen is Screen.IDENTIFY


def test_refusing_an_identity_forgets_what_was_typed() -> None:
    citizen = without_reader().do(ev.IdentifyOtherwise(), PERSON, ev.Continue(), ev.RejectIdentity())
    assert (citizen.session.identity, citizen.session.typed.number) == (None, "")
    assert citizen.effect(WipeSession) is not None


@pytest.mark.parametrize(
    ("passive", "chip", "assurance"),
    [
        (Verdict.PASSED, Verdict.PASSED, Assurance.CHIP_VERIFIED),
        (Verdict.PASSED, Verdict.NOT_CHECKED, Assurance.CHIP_VERIFIED),
        (Verdict.PASSED, Verdict.FAILED, Assurance.CHIP_READ),
        (Verdict.ISSUER_NOT_TRUSTED, Verdict.PASSED, Assurance.CHIP_READ),
        (Verdict.FAILED, Verdict.PASSED, Assurance.CHIP_READ),
        (Verdict.NOT_CHECKED, Verdict.NOT_CHECKED, Assurance.CHIP_READ),
    ],
)
def test_only_a_signed_chip_that_is_no_copy_is_verified(passive: Verdict, chip: Verdict, assurance: Assurance) -> None:
    identity = Citizen().to_confirm().session.identity
    assert identity is not None
    assert dataclasses.replace(identity, passive=Check(passive), chip=Check(chip)).assurance is assurance


# --- papers -----------------------------------------------------------------------------------------------------------


def test_while_the_scanner_works_papers_are_not_left_for_the_desk() -> None:
    citizen = Citizen().to_scan().do(ev.HandInAtDesk())
    assert (citizen.screen, citizen.session.to_desk) == (Screen.SCAN, frozenset())


def test_without_a_scanner_required_papers_and_those_at_hand_go_to_the_desk() -> None:
    citizen = Citizen().do(status(SCANNER, DeviceState.ABSENT, "SCN-ABSENT")).to_checklist()
    citizen.do(ev.ToggleComponent("c2"), ev.Continue(), ev.GiveConsent(False, AT))
    citizen.do(ev.CardInserted(), ev.EnterAccessNumber(CAN)).answer(ev.CardRead, reading()).do(ev.Continue())
    assert (citizen.screen, citizen.session.notice) == (Screen.SCAN, "SCN-ABSENT")
    assert citizen.do(ev.Continue()).session.notice == "APP-MISSING-PAPERS"
    citizen.do(ev.HandInAtDesk())
    assert (citizen.screen, citizen.session.at_desk) == (Screen.FORM, ("c1", "c2", "c3"))
    assert citizen.session.missing == ()


def test_a_dossier_whose_papers_go_to_the_desk_is_submitted() -> None:
    citizen = without_scanner().do(ev.HandInAtDesk(), ev.SetAnswer("phone", "0912 345 678"), ev.Continue())
    assert citizen.screen is Screen.CHECK_ANSWERS
    citizen.do(ev.Continue(), ev.Declare(AT))
    assert citizen.effect(Submit) is not None


def test_back_from_the_form_leads_to_the_scanner_since_there_is_no_page_to_review() -> None:
    citizen = without_scanner().do(ev.HandInAtDesk(), ev.Back())
    assert citizen.screen is Screen.SCAN
    assert citizen.do(ev.Continue()).screen is Screen.FORM


def test_pages_scanned_before_the_scanner_broke_are_kept_and_only_the_rest_goes_to_the_desk() -> None:
    citizen = Citizen().to_scan().scan(1).do(status(SCANNER, DeviceState.FAULT, "SCN-IO"), ev.HandInAtDesk())
    assert (citizen.screen, citizen.session.at_desk) == (Screen.PAGE_REVIEW, ("c3",))
    assert citizen.do(ev.Continue()).screen is Screen.FORM


def test_a_scanner_that_is_back_takes_the_papers_after_all() -> None:
    citizen = without_scanner().do(ev.HandInAtDesk(), ev.Back(), status(SCANNER)).scan(1, component="c1")
    assert (citizen.session.at_desk, citizen.session.missing) == ((), ("c3",))


def test_another_procedure_takes_no_paper_of_the_first_to_the_desk() -> None:
    citizen = without_scanner().do(ev.HandInAtDesk(), ev.Back(), ev.Back(), ev.RejectIdentity())
    assert citizen.session.to_desk == frozenset()


# --- receipt ----------------------------------------------------------------------------------------------------------


def test_an_address_that_is_none_keeps_the_dossier_back_until_it_is_mended_or_gone() -> None:
    citizen = Citizen().do(status(PRINTER, DeviceState.ABSENT, "PRN-ABSENT")).to_declare()
    citizen.do(ev.SetReceiptMail("thu@"), ev.Declare(AT))
    assert (citizen.screen, citizen.session.receipt_mail_error) == (Screen.DECLARE, FieldError.EMAIL)
    citizen.do(ev.SetReceiptMail("thu@kiosk.example"))
    assert citizen.session.receipt_mail_error is None
    assert citizen.do(ev.Declare(AT)).screen is Screen.SENDING


@pytest.mark.parametrize(
    "address", ["a,b@kiosk.example", "thử@kiosk.example", "a@b@kiosk.example", "a@kiosk", "a b@k.vn"]
)
def test_what_a_mail_header_would_read_otherwise_is_no_address(address: str) -> None:
    citizen = Citizen().to_declare().do(ev.SetReceiptMail(address), ev.Declare(AT))
    assert citizen.session.receipt_mail_error is FieldError.EMAIL


ADDRESS = "thu@kiosk.example"


def no_slip() -> Citizen:
    """The dossier is in, and the printer has gone at the moment of printing."""
    citizen = Citizen().to_done().do(status(PRINTER, DeviceState.ABSENT, "PRN-ABSENT"))
    return citizen.answer(ev.SlipNotPrinted, "PRN-ABSENT")


def test_a_printer_gone_at_print_time_leaves_the_receipt_by_mail_and_it_is_asked_for_once() -> None:
    citizen = no_slip()
    assert mail_open(citizen.session)
    citizen.do(ev.SetReceiptMail(ADDRESS), ev.MailReceipt())
    assert citizen.effect(fx.AskForMail) == fx.AskForMail(ADDRESS)
    assert ADDRESS not in repr((citizen.effects, citizen.session))
    for again in (ev.MailReceipt(), ev.SetReceiptMail("other@kiosk.example")):
        citizen.do(again)
        assert (citizen.effect(fx.AskForMail), citizen.session.receipt_mail) == (None, ADDRESS)
    citizen.answer(ev.ReceiptMailed)
    assert citizen.do(ev.MailReceipt()).effect(fx.AskForMail) is None
    assert not mail_open(citizen.session)


def test_one_that_could_not_be_noted_can_be_asked_for_again() -> None:
    citizen = no_slip().do(ev.SetReceiptMail(ADDRESS), ev.MailReceipt()).answer(ev.ReceiptNotMailed, "STO-FULL")
    assert (citizen.session.mail, citizen.session.mail_code) == (MailStage.FAILED, "STO-FULL")
    assert citizen.do(ev.MailReceipt()).effect(fx.AskForMail) == fx.AskForMail(ADDRESS)
    assert citizen.session.mail_code is None


@pytest.mark.parametrize(
    ("address", "error"), [("", FieldError.REQUIRED), ("thu@", FieldError.EMAIL), ("a@b.vn" * 30, FieldError.TOO_LONG)]
)
def test_what_is_no_address_is_said_and_nothing_is_asked(address: str, error: FieldError) -> None:
    citizen = no_slip().do(ev.SetReceiptMail(address), ev.MailReceipt())
    assert (citizen.session.receipt_mail_error, citizen.effect(fx.AskForMail)) == (error, None)
    assert citizen.do(ev.SetReceiptMail(ADDRESS)).session.receipt_mail_error is None


def test_who_has_paper_may_have_it_by_mail_too_and_who_waits_for_the_line_as_well() -> None:
    printed = Citizen().to_done().answer(ev.SlipPrinted)
    waiting = Citizen().to_sending().sealed().answer(ev.SendDeferred, "NET-UNREACHABLE")
    for citizen in (printed, waiting):
        citizen.do(ev.SetReceiptMail(ADDRESS), ev.MailReceipt())
        assert citizen.effect(fx.AskForMail) == fx.AskForMail(ADDRESS)


def test_one_asked_for_with_the_dossier_or_of_a_refused_one_is_not_asked_for_again() -> None:
    with_dossier = Citizen().to_declare().do(ev.SetReceiptMail(ADDRESS), ev.Declare(AT)).sealed()
    with_dossier.answer(ev.Acknowledged, "G09.20-20260302-0000001", "A1B2")
    refused = Citizen().to_sending().sealed().answer(ev.SendRefused, "NET-REFUSED", "", "")
    for citizen in (with_dossier, refused):
        assert citizen.screen is Screen.DONE
        citizen.do(ev.SetReceiptMail("other@kiosk.example"), ev.MailReceipt())
        assert (citizen.effect(fx.AskForMail), mail_open(citizen.session)) == (None, False)


def test_the_next_citizen_has_no_mail_of_the_one_before() -> None:
    citizen = no_slip().do(ev.SetReceiptMail(ADDRESS), ev.MailReceipt()).answer(ev.ReceiptMailed)
    citizen.do(ev.Continue(), ev.Continue())
    assert (citizen.session.receipt_mail, citizen.session.mail) == ("", MailStage.NONE)


def test_nothing_of_all_this_is_left_for_the_next_citizen() -> None:
    citizen = without_scanner().do(ev.HandInAtDesk(), ev.AskEnd(), ev.ConfirmEnd())
    session = citizen.session
    assert (session.to_desk, session.typed.name, session.receipt_mail) == (frozenset(), "", "")
    assert isinstance(session.devices[CARD], DeviceStatus)
