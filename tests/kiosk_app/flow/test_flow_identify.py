"""Identifying: card and number in any order, cards pulled and laid back, numbers that do not fit."""

from __future__ import annotations

import dataclasses

import pytest
from citizen import AT, CAN, CARD, FIELDS, PROCEDURE, RESIDENCE, Citizen, machine, reading, status

from drivers.ports import Cause, Check, DeviceState, Verdict
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import CallStaff, ReadCard
from kiosk_app.flow.identifying import identity_of
from kiosk_app.flow.rows import prefilled
from kiosk_app.model.basics import Screen
from kiosk_app.model.form import Answer, Field, FieldKind, Source
from kiosk_app.model.session import CardStage


@pytest.mark.parametrize("number", [ev.EnterAccessNumber(CAN), ev.CardCodeScanned(CAN)], ids=["typed", "scanned"])
@pytest.mark.parametrize("card_first", [True, False])
def test_card_and_number_come_in_any_order(number: ev.Event, card_first: bool) -> None:
    citizen = Citizen().to_identify()
    if card_first:
        citizen.do(ev.CardInserted())
        assert citizen.session.card.stage is CardStage.NEEDS_NUMBER
        citizen.do(number)
    else:
        citizen.do(number)
        assert citizen.session.card.stage is CardStage.WAITING
        citizen.do(ev.CardInserted())
    assert citizen.effect(ReadCard) == ReadCard(CAN)
    assert citizen.session.card.stage is CardStage.READING


def test_a_card_that_lies_there_before_the_screen_is_seen() -> None:
    citizen = Citizen().to_checklist().do(ev.CardInserted(), ev.Continue(), ev.GiveConsent(False, AT))
    assert citizen.session.card.stage is CardStage.NEEDS_NUMBER
    assert citizen.do(ev.EnterAccessNumber(CAN)).effect(ReadCard) is not None


def test_progress_is_shown_and_only_while_reading() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted()).answer(ev.CardProgressed, "photo", 60)
    assert citizen.session.card.percent == 0
    citizen.do(ev.EnterAccessNumber(CAN)).answer(ev.CardProgressed, "photo", 60)
    assert (citizen.session.card.step, citizen.session.card.percent) == ("photo", 60)


@pytest.mark.parametrize("number", ["", "12345", "1234567", "12a456", "１２３４５６", "١٢٣٤٥٦", "²²²²²²"])
def test_what_is_no_access_number_is_never_tried_on_a_card(number: str) -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(number))
    assert citizen.effect(ReadCard) is None
    assert citizen.session.notice == "CRD-NEEDS-ACCESS"


def test_a_number_entered_while_reading_changes_nothing() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN), ev.EnterAccessNumber("654321"))
    assert citizen.effect(ReadCard) is None
    assert citizen.session.card.access_number == CAN


@pytest.mark.parametrize("code", ["CRD-WRONG-CAN", "CRD-NEEDS-ACCESS"])
def test_a_wrong_number_is_forgotten_and_asked_again(code: str) -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber("000000")).answer(ev.CardFailed, code)
    card = citizen.session.card
    assert (card.stage, card.access_number, citizen.session.notice) == (CardStage.NEEDS_NUMBER, "", code)
    assert citizen.do(ev.RetryCard()).effect(ReadCard) is None
    assert citizen.do(ev.EnterAccessNumber(CAN)).effect(ReadCard) == ReadCard(CAN)
    assert citizen.session.notice is None


def test_a_card_pulled_while_reading_is_waited_for_and_read_again_when_laid_back() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN), ev.CardRemoved())
    assert citizen.session.card.stage is CardStage.READING
    citizen.answer(ev.CardFailed, "CRD-REMOVED")
    assert (citizen.session.card.stage, citizen.session.notice) == (CardStage.WAITING, "CRD-REMOVED")
    citizen.do(ev.CardInserted())
    assert citizen.effect(ReadCard) == ReadCard(CAN)
    assert citizen.session.notice is None


def test_a_reader_that_tells_of_the_lifted_card_only_after_the_reading_reads_it_again() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN))
    citizen.answer(ev.CardFailed, "CRD-REMOVED").do(ev.CardRemoved())
    assert (citizen.session.card.stage, citizen.session.card.present) == (CardStage.WAITING, False)
    assert citizen.do(ev.CardInserted()).effect(ReadCard) == ReadCard(CAN)


def test_a_card_taken_away_before_its_number_is_waited_for() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.CardRemoved())
    assert citizen.session.card.stage is CardStage.WAITING


@pytest.mark.parametrize("code", ["CRD-GARBLED", "CRD-BLOCKED", "CRD-UNSUPPORTED", "SYS-HOST-DIED", "SYS-UNEXPECTED"])
def test_a_reading_that_failed_can_be_tried_again(code: str) -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN)).answer(ev.CardFailed, code)
    assert (citizen.session.card.stage, citizen.session.notice) == (CardStage.FAILED, code)
    assert citizen.do(ev.RetryCard()).effect(ReadCard) == ReadCard(CAN)
    assert citizen.do(ev.RetryCard()).effect(ReadCard) is None


def test_leaving_while_the_card_is_read_and_coming_back_reads_it_again() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN), ev.Back())
    assert citizen.screen is Screen.CONSENT
    citizen.answer(ev.CardRead, reading())
    assert citizen.screen is Screen.CONSENT
    assert citizen.do(ev.GiveConsent(False, AT)).effect(ReadCard) is not None


def test_a_read_card_prefills_the_form_and_never_over_what_was_typed() -> None:
    citizen = Citizen().to_confirm()
    assert citizen.session.answers["address"] == Answer(RESIDENCE, Source.CHIP)
    identity = identity_of(reading(residence="Số 2"))
    typed = {"address": Answer("Số 3", Source.TYPED)}
    assert prefilled(FIELDS, typed, identity)["address"].value == "Số 3"
    assert prefilled(FIELDS, {}, identity)["address"].value == "Số 2"
    odd = (Field("x", FieldKind.TEXT, "x", "x", prefill="no_such_attribute"),)
    assert prefilled(odd, {}, identity) == {}


def test_the_identity_keeps_what_a_dossier_needs_and_nothing_else() -> None:
    identity = identity_of(dataclasses.replace(reading(), groups=("DG1",)))
    assert (identity.number, identity.photo, identity.passive.verdict) == ("001099000001", b"jpeg", Verdict.PASSED)
    assert identity.masked_number == "001••••••001"
    assert "THỬ NGHIỆM" not in repr(identity)
    assert not {"old_number", "home_town", "nationality"} & {item.name for item in dataclasses.fields(identity)}


@pytest.mark.parametrize("photo", ["not base64!", "A", "é", ""])
def test_a_damaged_picture_does_not_keep_a_citizen_out(photo: str) -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN))
    citizen.answer(ev.CardRead, dataclasses.replace(reading(), photo_b64=photo))
    assert citizen.screen is Screen.CONFIRM_IDENTITY


def test_after_a_refusal_the_next_card_brings_its_own_number() -> None:
    citizen = Citizen().to_confirm().do(ev.RejectIdentity())
    assert (citizen.screen, citizen.session.card.stage) == (Screen.IDENTIFY, CardStage.WAITING)
    citizen.do(ev.CardRemoved(), ev.CardInserted())
    assert citizen.effect(ReadCard) is None
    assert citizen.session.card.stage is CardStage.NEEDS_NUMBER


def test_back_from_ones_own_name_does_not_lead_straight_there_again() -> None:
    citizen = Citizen().to_confirm().do(ev.Back())
    assert (citizen.screen, citizen.effect(ReadCard)) == (Screen.IDENTIFY, None)
    assert citizen.session.card.stage is CardStage.NEEDS_NUMBER
    assert citizen.do(ev.EnterAccessNumber(CAN)).effect(ReadCard) is not None


def test_a_reader_out_of_order_is_told_when_the_screen_opens() -> None:
    broken = Citizen(machine()).to_checklist().do(ev.Continue())
    broken.do(status(CARD, DeviceState.FAULT, "CRD-ABSENT"), ev.GiveConsent(False, AT))
    assert broken.session.notice == "CRD-ABSENT"


def test_confirming_nobody_leads_back_to_identifying() -> None:
    session = dataclasses.replace(Citizen().to_confirm().session, identity=None)
    assert Citizen(session).do(ev.Continue()).screen is Screen.IDENTIFY


FAILED = Check(Verdict.FAILED, "not as signed", Cause.NOT_AS_SIGNED)


@pytest.mark.parametrize(
    ("doubt", "code"),
    [
        ({"mismatches": ("name", "qr_name")}, "CRD-MISMATCH"),
        ({"passive": FAILED}, "CRD-NOT-GENUINE"),
        ({"active": FAILED}, "CRD-NOT-GENUINE"),
        ({"chip": FAILED, "mismatches": ("name",)}, "CRD-NOT-GENUINE"),
    ],
)
def test_a_card_in_doubt_is_not_passed_over_by_habit_but_nobody_is_stuck_with_it(
    doubt: dict[str, object], code: str
) -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN))
    citizen.answer(ev.CardRead, dataclasses.replace(reading(), **doubt))
    assert citizen.session.identity is not None
    assert citizen.session.identity.doubt == code
    assert citizen.do(ev.Continue()).screen is Screen.CONFIRM_IDENTITY
    assert citizen.do(ev.CallHelp()).effect(CallStaff) is not None
    citizen.do(ev.CloseOverlay(), ev.ContinueNoted())
    assert (citizen.screen, citizen.session.identity.noted) == (Screen.SCAN, True)
    # Going back does not ask the same question twice.
    assert citizen.do(ev.Back()).screen is Screen.CONFIRM_IDENTITY
    assert citizen.do(ev.Continue()).screen is Screen.SCAN


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.NOT_CHECKED, Verdict.ISSUER_NOT_TRUSTED])
def test_what_could_not_be_checked_keeps_nobody(verdict: Verdict) -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN))
    citizen.answer(ev.CardRead, dataclasses.replace(reading(), passive=Check(verdict), chip=Check(verdict)))
    assert citizen.do(ev.Continue()).screen is Screen.SCAN


def test_nobody_is_noted_who_was_not_read() -> None:
    session = dataclasses.replace(Citizen().to_confirm().session, identity=None)
    assert Citizen(session).do(ev.ContinueNoted()).screen is Screen.IDENTIFY


def test_the_first_required_paper_is_in_hand_when_scanning_begins() -> None:
    assert Citizen().to_scan().session.scan.component == "c1"
    bare = dataclasses.replace(PROCEDURE, components=())
    citizen = Citizen(dataclasses.replace(Citizen().to_confirm().session, procedure=bare)).do(ev.Continue())
    assert (citizen.screen, citizen.session.scan.component) == (Screen.SCAN, "")
    assert citizen.do(ev.Continue()).screen is Screen.PAGE_REVIEW


# --- the zone on the card's back -------------------------------------------------------------------------------------

ZONE = "IDVNM0991234561001099123456<<29905175M3905173VNM<<<<<<<<<<<4NGUYEN<<VAN<THU<NGHIEM<<<<<<<<"
QR = "001099123456|012345678|NGUYỄN VĂN THỬ NGHIỆM|17051999|Nam|Số 1, Hà Nội|20062022"
OTHERS_QR = QR.replace("001099123456", "001099000001")


@pytest.mark.parametrize("card_first", [True, False])
def test_card_and_zone_come_in_any_order(card_first: bool) -> None:
    citizen = Citizen().to_identify()
    for event in (ev.CardInserted(), ev.ZoneScanned(ZONE))[:: 1 if card_first else -1]:
        assert citizen.effect(ReadCard) is None
        citizen.do(event)
    assert citizen.effect(ReadCard) == ReadCard("", "", ZONE)
    assert citizen.session.card.stage is CardStage.READING


def test_a_zone_held_there_while_reading_changes_nothing() -> None:
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN), ev.ZoneScanned(ZONE))
    assert citizen.effect(ReadCard) is None
    assert citizen.session.card.mrz == ""


def test_qr_and_zone_of_one_card_serve_together_and_of_two_the_newest_counts() -> None:
    def after(*shown: ev.Event) -> ReadCard | None:
        return Citizen().to_identify().do(*shown, ev.CardInserted()).effect(ReadCard)

    qr, other, zone = ev.CardCodeScanned(CAN, QR), ev.CardCodeScanned("000001", OTHERS_QR), ev.ZoneScanned(ZONE)
    assert after(qr, zone) == after(zone, qr) == ReadCard(CAN, QR, ZONE)
    assert after(other, zone) == ReadCard("", "", ZONE)
    assert after(zone, other) == ReadCard("000001", OTHERS_QR)
    assert after(zone, ev.EnterAccessNumber(CAN)) == ReadCard(CAN)


@pytest.mark.parametrize("code", ["CRD-WRONG-MRZ", "CRD-NEEDS-ACCESS"])
def test_a_zone_that_does_not_open_the_card_is_forgotten(code: str) -> None:
    citizen = Citizen().to_identify().do(ev.ZoneScanned(ZONE), ev.CardInserted()).answer(ev.CardFailed, code)
    assert (citizen.session.card.stage, citizen.session.card.mrz) == (CardStage.NEEDS_NUMBER, "")
    assert citizen.do(ev.RetryCard()).effect(ReadCard) is None


def test_the_card_of_before_is_not_opened_again_with_its_zone() -> None:
    citizen = Citizen().to_identify().do(ev.ZoneScanned(ZONE), ev.CardInserted()).answer(ev.CardRead, reading())
    assert citizen.screen is Screen.CONFIRM_IDENTITY
    assert citizen.do(ev.Back()).session.card.mrz == ""


def test_without_a_chip_the_zone_is_answered_in_words() -> None:
    citizen = Citizen(dataclasses.replace(Citizen().to_identify().session, screen=Screen.IDENTIFY_OTHERWISE))
    assert citizen.do(ev.ZoneScanned(ZONE)).session.notice == "BAR-ZONE"
    assert citizen.screen is Screen.IDENTIFY_OTHERWISE
