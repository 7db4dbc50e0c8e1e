"""One's own dossiers: shown to a chip that proved its data and itself, to nothing less, and gone with the session."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from citizen import AT, CAN, Citizen, machine, reading, status

from drivers.ports import CardReading, Check, DeviceState, Verdict
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import FindOwn, ReadCard, Track
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.offers import CARD_ATTEMPTS
from kiosk_app.model.person import PrintedCard
from kiosk_app.model.session import Session
from kiosk_app.model.tracking import OwnDossier, TrackingReport

PASSED, FAILED, UNCHECKED = (Check(v) for v in (Verdict.PASSED, Verdict.FAILED, Verdict.NOT_CHECKED))
UNTRUSTED = Check(Verdict.ISSUER_NOT_TRUSTED)
PROVEN = replace(reading(), passive=PASSED, chip=PASSED)
MINE = (
    OwnDossier("G06-20261127-0000091", "M4XD", 5, "Yêu cầu bổ sung giấy tờ", "More papers needed"),
    OwnDossier("G06-20261121-0000042", "K7Q2", 4, "Đang xử lý", "In processing"),
)
REPORT = TrackingReport("G06-20261121-0000042", 4, "Đang xử lý", "In processing")


def to_identify() -> Citizen:
    return Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.TrackByCard(), ev.GiveConsent(False, AT))


def confirmed(card: CardReading = PROVEN) -> Citizen:
    citizen = to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN))
    return citizen.answer(ev.CardRead, card).do(ev.Continue())


def listed() -> Citizen:
    return confirmed().answer(ev.OwnFound, MINE)


def test_the_card_is_read_only_after_consent() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.TrackByCard())
    assert citizen.screen is Screen.CONSENT
    assert citizen.do(ev.GiveConsent(False, AT)).screen is Screen.IDENTIFY
    assert citizen.do(ev.CardInserted(), ev.EnterAccessNumber(CAN)).effect(ReadCard) is not None


def test_who_does_not_agree_is_back_at_the_codes() -> None:
    citizen = Citizen().do(ev.ChooseGoal(Goal.TRACK), ev.TrackByCard(), ev.Back())
    assert citizen.screen is Screen.TRACK


def test_a_proven_card_asks_once_and_without_naming_anybody() -> None:
    citizen = confirmed()
    assert (citizen.screen, citizen.effect(FindOwn)) == (Screen.MY_DOSSIERS, FindOwn())
    assert citizen.do(ev.AskTracking()).effect(FindOwn) is None
    assert listed().session.track.mine == MINE


@pytest.mark.parametrize(
    "checks",
    [
        {},  # signed data alone: a copy of the chip has them as well
        {"passive": UNTRUSTED, "chip": PASSED},
        {"passive": UNCHECKED, "chip": PASSED},
        {"passive": UNCHECKED, "active": PASSED},
    ],
)
def test_a_chip_that_is_not_proven_is_told_nothing(checks: dict[str, Check]) -> None:
    citizen = confirmed(replace(reading(), **checks))
    assert citizen.effect(FindOwn) is None
    assert (citizen.screen, citizen.session.notice, citizen.session.identity) == (Screen.TRACK, "CRD-NOT-PROVEN", None)


@pytest.mark.parametrize("checks", [{"passive": FAILED}, {"chip": FAILED}, {"mismatches": ("name",)}])
def test_a_card_in_doubt_cannot_go_on_with_a_note(checks: dict[str, object]) -> None:
    doubtful: CardReading = replace(PROVEN, **checks)  # type: ignore[arg-type]
    citizen = confirmed(doubtful)
    assert citizen.screen is Screen.CONFIRM_IDENTITY
    assert citizen.do(ev.ContinueNoted()).screen is Screen.CONFIRM_IDENTITY
    assert citizen.effect(FindOwn) is None


def test_active_authentication_proves_a_chip_as_well() -> None:
    assert confirmed(replace(reading(), active=PASSED)).screen is Screen.MY_DOSSIERS


def test_the_cards_qr_alone_tells_nothing_and_no_other_way_is_offered() -> None:
    citizen = to_identify()
    printed = PrintedCard("001099000001", "NGUYỄN VĂN THỬ NGHIỆM", "1999-05-17")
    citizen.do(ev.CardCodeScanned("000001", "001099000001|x", printed), ev.IdentifyOtherwise())
    assert (citizen.screen, citizen.session.identity) == (Screen.IDENTIFY, None)
    for _ in range(CARD_ATTEMPTS + 1):
        citizen.do(ev.CardInserted()).answer(ev.CardFailed, "CRD-GARBLED").do(ev.RetryCard())
    assert citizen.do(ev.IdentifyOtherwise()).screen is Screen.IDENTIFY


def test_without_a_reader_or_a_line_the_list_is_not_offered() -> None:
    without = Citizen().do(status("card0", DeviceState.ABSENT, "CRD-ABSENT"), ev.ChooseGoal(Goal.TRACK))
    assert without.do(ev.TrackByCard()).screen is Screen.TRACK
    offline = Citizen().do(ev.ServiceChanged(False), ev.ChooseGoal(Goal.TRACK))
    assert offline.do(ev.TrackByCard()).screen is Screen.TRACK
    unbuilt = Citizen(replace(machine(), devices=MappingProxyType({}))).do(ev.ChooseGoal(Goal.TRACK))
    assert unbuilt.do(ev.TrackByCard()).screen is Screen.TRACK


def test_a_touch_opens_one_and_back_leads_to_the_list() -> None:
    citizen = listed().do(ev.ChooseDossier("G06-20261121-0000042"))
    assert citizen.effect(Track) == Track("G06-20261121-0000042", "K7Q2")
    assert citizen.do(ev.ChooseDossier("G06-20261127-0000091")).effect(Track) is None
    citizen.answer(ev.Tracked, REPORT)
    assert (citizen.screen, citizen.session.track.report) == (Screen.TRACK, REPORT)
    citizen.do(ev.Back())
    assert (citizen.screen, citizen.session.track.mine, citizen.session.track.report) == (
        Screen.MY_DOSSIERS,
        MINE,
        None,
    )


def test_a_dossier_that_is_not_on_the_list_is_not_asked_for() -> None:
    assert listed().do(ev.ChooseDossier("G06-20200101-0000001")).effect(Track) is None


def test_a_service_that_gives_no_answer_can_be_asked_again() -> None:
    citizen = confirmed().answer(ev.TrackFailed, "NET-NOT-ASKED")
    assert (citizen.screen, citizen.session.notice) == (Screen.MY_DOSSIERS, "NET-NOT-ASKED")
    assert citizen.do(ev.AskTracking()).effect(FindOwn) == FindOwn()


def test_one_that_cannot_be_opened_leaves_the_list_where_it_is() -> None:
    citizen = listed().do(ev.ChooseDossier("G06-20261121-0000042")).answer(ev.TrackFailed, "NET-NOT-ASKED")
    assert (citizen.screen, citizen.session.track.mine, citizen.session.track.asking) == (
        Screen.MY_DOSSIERS,
        MINE,
        False,
    )


@pytest.mark.parametrize("way", [(ev.Continue(),), (ev.Back(),), (ev.AskEnd(), ev.ConfirmEnd())])
def test_the_list_and_the_person_are_gone_with_the_session(way: tuple[ev.Event, ...]) -> None:
    after: Session = listed().do(*way).session
    assert (after.track.mine, after.identity, after.track.lookup_code) == (None, None, "")


def test_an_answer_that_comes_after_the_end_reaches_nobody() -> None:
    citizen = confirmed()
    number = citizen.session.number
    citizen.do(ev.Back(), ev.OwnFound(number, MINE))
    assert (citizen.screen, citizen.session.track.mine) == (Screen.HOME, None)
