"""The list of papers to take home: one touch, one list; nothing repeats itself, and nobody is kept waiting for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from citizen import AT, CARD, FIELDS, OTHER, PRINTER, PROCEDURE, Citizen, status

from drivers.ports import DeviceState
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import ConfirmHandout, LoadProcedure, PrintHandout, PrintSlip, Search
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.session import CardStage, CardView, Handout, ReceiptStage, Session

ID = PROCEDURE.local_id


def asked() -> Citizen:
    """A citizen before the checklist who has asked for the list."""
    return Citizen().to_checklist().do(ev.PrintChecklist())


@pytest.mark.parametrize("screen", [Screen.PROCEDURE, Screen.CHECKLIST])
def test_a_double_touch_prints_one_list(screen: Screen) -> None:
    citizen = Citizen().to_checklist()
    if screen is Screen.PROCEDURE:
        citizen.do(ev.Back())
    assert citizen.screen is screen
    citizen.do(ev.PrintChecklist())
    assert citizen.effect(PrintHandout) is not None
    assert citizen.session.handout == Handout(ReceiptStage.PRINTING)
    assert citizen.do(ev.PrintChecklist()).effect(PrintHandout) is None


def test_the_page_stays_usable_and_the_answer_finds_whoever_has_gone_on() -> None:
    citizen = asked().do(ev.ToggleComponent("c1"), ev.Continue(), ev.GiveConsent(False, AT))
    assert citizen.screen is Screen.IDENTIFY
    citizen.answer(ev.ChecklistPrinted, ID)
    assert (citizen.screen, citizen.session.handout.stage) == (Screen.IDENTIFY, ReceiptStage.PRINTED)


@pytest.mark.parametrize(
    ("answer", "rest", "stage"),
    [
        (ev.ChecklistPrinted, (), ReceiptStage.PRINTED),
        (ev.ChecklistNotPrinted, ("PRN-PAPER-OUT",), ReceiptStage.NOT_PRINTED),
        (ev.ChecklistNotPrinted, ("PRN-PAPER-OUT", True), ReceiptStage.VOIDED),
        (ev.ChecklistUnknown, ("PRN-UNKNOWN-OUTCOME",), ReceiptStage.UNKNOWN),
    ],
)
def test_another_list_comes_only_when_a_person_asks(
    answer: type, rest: tuple[object, ...], stage: ReceiptStage
) -> None:
    citizen = asked().answer(answer, ID, *rest)
    assert citizen.session.handout == Handout(stage, str(rest[0]) if rest else None)
    assert citizen.effect(PrintHandout) is None
    # A slip that broke off is owed to its person; a list is not.
    citizen.do(status(PRINTER, DeviceState.ATTENTION, "PRN-PAPER-OUT"), status(PRINTER))
    assert (citizen.effect(PrintHandout), citizen.effect(PrintSlip)) == (None, None)
    assert citizen.do(ev.PrintChecklist()).effect(PrintHandout) is not None


def test_a_doubtful_list_is_asked_about_and_settled_by_the_persons_word() -> None:
    citizen = asked().answer(ev.ChecklistUnknown, ID, "PRN-UNKNOWN-OUTCOME").do(ev.ChecklistCameOut())
    assert citizen.effect(ConfirmHandout) is not None
    assert citizen.session.handout == Handout(ReceiptStage.PRINTED)
    assert citizen.do(ev.ChecklistCameOut()).effect(ConfirmHandout) is None


@pytest.mark.parametrize("state", [DeviceState.ABSENT, DeviceState.FAULT, DeviceState.DISABLED])
def test_without_a_printer_nothing_is_asked_of_it(state: DeviceState) -> None:
    citizen = Citizen().to_checklist().do(status(PRINTER, state, "PRN-ABSENT"), ev.PrintChecklist())
    assert (citizen.effect(PrintHandout), citizen.session.handout) == (None, Handout())


def test_the_list_of_another_procedure_is_not_taken_for_this_ones() -> None:
    citizen = asked().do(ev.Back(), ev.Back(), ev.ChooseProcedure(OTHER.local_id))
    citizen.answer(ev.ProcedureLoaded, OTHER, FIELDS)
    assert citizen.session.handout == Handout()
    assert citizen.do(ev.PrintChecklist()).effect(PrintHandout) is not None
    citizen.answer(ev.ChecklistPrinted, ID)
    assert citizen.session.handout.stage is ReceiptStage.PRINTING
    citizen.answer(ev.ChecklistPrinted, OTHER.local_id)
    assert citizen.session.handout.stage is ReceiptStage.PRINTED


def test_the_same_procedure_opened_again_still_knows_its_list() -> None:
    citizen = asked().answer(ev.ChecklistPrinted, ID).do(ev.Back(), ev.Back())
    citizen.answer(ev.ProcedureLoaded, PROCEDURE, FIELDS)
    assert citizen.session.handout.stage is ReceiptStage.PRINTED


def test_somebody_else_at_the_reader_leaves_no_list_waited_for_in_vain() -> None:
    citizen = Citizen().to_confirm()
    citizen.session = replace(citizen.session, handout=Handout(ReceiptStage.PRINTING))
    citizen.do(ev.RejectIdentity())
    assert citizen.session.handout == Handout(ReceiptStage.UNKNOWN, "PRN-UNKNOWN-OUTCOME")


def test_the_next_citizen_finds_no_list() -> None:
    citizen = asked().answer(ev.ChecklistPrinted, ID).do(ev.AskEnd(), ev.ConfirmEnd())
    assert (citizen.screen, citizen.session.handout) == (Screen.GOODBYE, Handout())


@pytest.mark.parametrize("screen", [Screen.HOME, Screen.SEARCH])
def test_the_code_on_the_list_opens_its_procedure(screen: Screen) -> None:
    citizen = Citizen()
    if screen is Screen.SEARCH:
        citizen.do(ev.ChooseGoal(Goal.SUBMIT), ev.TypeQuery("nhan hieu"))
    citizen.do(ev.ProcedureCodeScanned(ID))
    assert citizen.effect(LoadProcedure) == LoadProcedure(ID)
    assert citizen.effect(Search) == Search("")
    assert citizen.screen is Screen.SEARCH
    assert citizen.session.goal is (Goal.LOOK_UP if screen is Screen.HOME else Goal.SUBMIT)
    assert citizen.timer("idle") is not None, "a code that is held there is a sign of life"
    assert citizen.answer(ev.ProcedureLoaded, PROCEDURE, FIELDS).screen is Screen.PROCEDURE


def test_the_code_on_the_list_is_named_where_another_is_asked_for_and_ignored_elsewhere() -> None:
    for screen in (Screen.IDENTIFY, Screen.IDENTIFY_OTHERWISE, Screen.TRACK):
        citizen = Citizen(Session(screen=screen)).do(ev.ProcedureCodeScanned(ID))
        assert (citizen.screen, citizen.session.notice) == (screen, "BAR-PROCEDURE")
    reading = Citizen(Session(screen=Screen.IDENTIFY, card=CardView(CardStage.READING, True)))
    assert reading.do(ev.ProcedureCodeScanned(ID)).session.notice is None
    form = Citizen().to_form().do(status(CARD))
    before = form.session
    assert form.do(ev.ProcedureCodeScanned(ID)).session == before
