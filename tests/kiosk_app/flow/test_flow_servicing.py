"""The technician's rows: nobody gets in without the PIN, no citizen's data is there, and nobody stays in by leaving."""

from __future__ import annotations

import dataclasses

import pytest
from citizen import Citizen

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.flow.rows import IDLE_S
from kiosk_app.flow.table import INDEX, transition
from kiosk_app.model.basics import SERVICING, Overlay, Screen
from kiosk_app.model.servicing import (
    DeviceCard,
    GateStage,
    GateView,
    LogFilter,
    Machine,
    PaperLeft,
    Part,
    Readiness,
    SlipStage,
    Tab,
)
from kiosk_app.model.session import Session
from kiosk_app.model.staff import LOCAL_TECHNICIAN, Role, StaffMember

OPEN = ev.OpenTechnician()
READY = GateView(GateStage.READY, 5)
OFFICER = StaffMember("mau.officer", "Nguyễn Văn Mẫu", Role.OFFICER)
MACHINE = Machine(devices=(DeviceCard("scanner0", DeviceKind.SCANNER, DeviceState.READY),))


def at_login() -> Citizen:
    return Citizen().do(OPEN).answer(ev.GateAnswered, READY)


def inside(machine: Machine = MACHINE) -> Citizen:
    return (
        at_login()
        .do(ev.EnterPin("739155"))
        .answer(ev.GateAnswered, READY, LOCAL_TECHNICIAN)
        .answer(ev.MachineSeen, machine)
    )


def on_device() -> Citizen:
    return inside().do(ev.OpenDevice("scanner0"))


def test_from_home_and_out_of_service_the_link_leads_to_the_login_and_no_further() -> None:
    resting = Citizen().do(ev.OutOfService("STO-FULL"))
    assert resting.screen is Screen.OUT_OF_SERVICE
    for citizen in (Citizen(), resting):
        citizen.do(OPEN)
        assert citizen.screen is Screen.TECHNICIAN_LOGIN
        assert citizen.effect(fx.LookAtGate) is not None


def test_only_the_gates_own_word_opens_the_diagnostics() -> None:
    leads_in = {
        event
        for (screen, event), row in INDEX.items()
        if screen not in SERVICING[1:]
        for to in row.to & {*SERVICING[1:]}
    }
    assert leads_in == {ev.GateAnswered}
    assert ev.GateAnswered not in ev.INTENTS.values()
    for view in (READY, GateView(GateStage.WRONG, 4), GateView(GateStage.LOCKED, 0, 300), GateView(GateStage.NOT_SET)):
        assert at_login().answer(ev.GateAnswered, view).screen is Screen.TECHNICIAN_LOGIN


@pytest.mark.parametrize("screen", ["to_identify", "to_scan", "to_form", "to_check", "to_done"])
def test_a_citizen_in_the_middle_is_asked_and_then_wiped(screen: str) -> None:
    citizen: Citizen = getattr(Citizen(), screen)()
    before = citizen.session
    citizen.do(ev.CallHelp(), OPEN)
    assert (citizen.screen, citizen.session.overlay) == (before.screen, Overlay.CONFIRM_SERVICING)
    assert citizen.session.identity == before.identity
    stays = Citizen(citizen.session).do(ev.CloseOverlay())
    assert (stays.screen, stays.session.overlay) == (before.screen, Overlay.NONE)

    citizen.do(ev.ConfirmEnd())
    assert citizen.screen is Screen.TECHNICIAN_LOGIN
    assert fx.WipeSession(before.number) in citizen.effects
    clean = dataclasses.replace(citizen.session, screen=Screen.HOME)
    assert (clean.identity, clean.pages, clean.answers, clean.procedure) == (None, (), {}, None)


def test_a_dossier_that_is_being_sealed_is_not_broken_off() -> None:
    sealing = Citizen().to_sending()
    assert sealing.do(ev.CallHelp(), OPEN, ev.ConfirmEnd()).screen is Screen.SENDING


def test_the_question_of_the_technician_does_not_change_what_home_asks() -> None:
    citizen = Citizen().to_form().do(ev.CallHelp(), OPEN, ev.CloseOverlay(), ev.AskEnd(), ev.ConfirmEnd())
    assert citizen.screen is Screen.GOODBYE


def test_a_pin_is_tried_once_at_a_time_and_never_while_locked() -> None:
    citizen = at_login().do(ev.EnterPin("739155"))
    assert citizen.effect(fx.VerifyPin) == fx.VerifyPin("739155")
    assert "739155" not in repr(citizen.effects)
    assert citizen.do(ev.EnterPin("739155")).effect(fx.VerifyPin) is None
    citizen.answer(ev.GateAnswered, GateView(GateStage.LOCKED, 0, 300))
    assert citizen.do(ev.EnterPin("739155")).effect(fx.VerifyPin) is None
    assert (
        at_login().answer(ev.GateAnswered, GateView(GateStage.NOT_SET)).do(ev.EnterPin("1")).effect(fx.VerifyPin)
        is None
    )


def test_a_badge_at_the_login_asks_the_gate_for_its_holder_and_the_pin_is_then_the_holders() -> None:
    citizen = at_login().do(ev.BadgeScanned("CB-1"))
    assert citizen.effect(fx.LookAtGate) == fx.LookAtGate("CB-1")
    assert "CB-1" not in repr(citizen.effects)
    citizen.answer(ev.GateAnswered, GateView(GateStage.READY, 5, member=OFFICER))
    assert citizen.do(ev.EnterPin("739155")).effect(fx.VerifyPin) == fx.VerifyPin("739155", "mau.officer")
    assert citizen.session.servicing.gate.member == OFFICER


def test_only_a_role_with_the_right_opens_the_diagnostics() -> None:
    for role in Role:
        citizen = at_login().do(ev.EnterPin("739155"))
        citizen.answer(ev.GateAnswered, GateView(GateStage.NOT_ALLOWED), StaffMember("mau", "Mẫu", role))
        inside = role in (Role.TECHNICIAN, Role.ADMINISTRATOR)
        assert (citizen.screen is Screen.DIAGNOSTICS) is inside
        assert (citizen.session.servicing.member is not None) is inside


@pytest.mark.parametrize("stage", [stage for stage in GateStage if stage.choosing])
def test_while_a_new_pin_is_chosen_digits_are_that_pin_and_no_badge_breaks_in(stage: GateStage) -> None:
    citizen = at_login().answer(ev.GateAnswered, GateView(stage, member=OFFICER)).do(ev.BadgeScanned("CB-2"))
    assert citizen.effect(fx.LookAtGate) is None
    citizen.do(ev.EnterPin("602948"))
    assert citizen.effect(fx.ChoosePin) == fx.ChoosePin("602948", member=OFFICER)
    assert citizen.effect(fx.VerifyPin) is None
    assert "602948" not in repr(citizen.effects) + repr(citizen.session)


def test_the_sites_idle_time_of_the_staff_outlives_every_session() -> None:
    citizen = Citizen(Session(staff_idle_s=90)).do(OPEN).answer(ev.GateAnswered, READY, LOCAL_TECHNICIAN)
    assert citizen.do(ev.Touched()).timer("idle") == 90
    assert citizen.do(ev.TimerFired("idle")).session.staff_idle_s == 90


def test_what_is_searched_in_the_log_is_looked_for_at_once_and_ends_with_the_technician() -> None:
    citizen = inside().do(ev.SearchLog("PRN " * 100))
    assert citizen.effect(fx.WatchMachine) is not None
    assert citizen.session.servicing.search == ("PRN " * 100)[:100]
    assert "PRN" not in repr(citizen.session.servicing)
    assert citizen.do(ev.Back()).session.servicing.search == ""
    assert at_login().do(ev.SearchLog("PRN")).session.servicing.search == ""


def test_a_late_answer_of_the_gate_opens_nothing_for_the_next_one() -> None:
    citizen = at_login().do(ev.EnterPin("739155"))
    answer = ev.GateAnswered(citizen.session.number, READY, LOCAL_TECHNICIAN)
    assert citizen.do(ev.Back(), answer).screen is Screen.HOME
    assert citizen.do(OPEN, answer).screen is Screen.TECHNICIAN_LOGIN


def test_an_idle_technician_is_logged_out_after_five_minutes_and_an_idle_login_after_one() -> None:
    assert at_login().do(ev.Touched()).timer("idle") == IDLE_S
    assert Session().staff_idle_s == 300
    for citizen in (inside(), on_device()):
        assert citizen.do(ev.Touched()).timer("idle") == 300
        number = citizen.session.number
        citizen.do(ev.TimerFired("idle"))
        assert (citizen.screen, citizen.session.overlay) == (Screen.HOME, Overlay.NONE)
        assert citizen.session.number > number
        assert citizen.effect(fx.LogLeave) == fx.LogLeave(idle=True)
        assert citizen.session.servicing == Session().servicing


def test_leaving_returns_home_or_to_out_of_service() -> None:
    assert inside().do(ev.Back()).screen is Screen.HOME
    assert inside().do(ev.OutOfService("STO-FULL"), ev.Back()).screen is Screen.OUT_OF_SERVICE
    assert on_device().do(ev.Back()).screen is Screen.DIAGNOSTICS


def test_tabs_and_filter_stay_while_a_device_is_looked_at() -> None:
    citizen = inside().do(ev.ChooseTab(Tab.LOG), ev.FilterLog(LogFilter.PROBLEMS))
    assert citizen.effect(fx.WatchMachine) is not None
    citizen.do(ev.OpenDevice("scanner0"), ev.Back())
    assert (citizen.session.servicing.tab, citizen.session.servicing.filter) == (Tab.LOG, LogFilter.PROBLEMS)
    assert citizen.do(ev.OpenDevice("none")).screen is Screen.DIAGNOSTICS


def test_a_device_is_tested_restarted_and_taken_out() -> None:
    assert on_device().do(ev.RunTests("scanner0")).effect(fx.TestDevices) == fx.TestDevices("scanner0")
    assert on_device().do(ev.RestartDevice("scanner0")).effect(fx.RestartHost) == fx.RestartHost("scanner0")
    assert on_device().do(ev.PutInService("scanner0", False)).effect(fx.SetInService) == fx.SetInService(
        "scanner0", False
    )
    for event in (ev.RunTests("none"), ev.RestartDevice("none"), ev.PutInService("none", False)):
        assert on_device().do(event).effects[:-2] == ()


def test_a_device_opens_at_its_state_and_another_part_is_looked_at_anew() -> None:
    citizen = on_device().do(ev.ChoosePart(Part.FRAMES))
    assert citizen.session.servicing.part is Part.FRAMES
    assert citizen.effect(fx.WatchMachine) is not None
    assert citizen.do(ev.Back(), ev.OpenDevice("scanner0")).session.servicing.part is Part.STATE


def test_only_what_holds_paper_gets_a_new_roll() -> None:
    assert on_device().do(ev.NewRoll("scanner0")).effect(fx.NoteNewRoll) is None
    printer = dataclasses.replace(MACHINE.devices[0], kind=DeviceKind.PRINTER, paper=PaperLeft(1, 80_000))
    citizen = on_device().answer(ev.MachineSeen, Machine(devices=(printer,)))
    assert citizen.do(ev.NewRoll("scanner0")).effect(fx.NoteNewRoll) == fx.NoteNewRoll("scanner0")


def test_one_bundle_is_written_at_a_time() -> None:
    citizen = inside().do(ev.MakeBundle())
    assert citizen.effect(fx.WriteBundle) is not None
    assert citizen.do(ev.MakeBundle()).effect(fx.WriteBundle) is None


def test_a_device_that_is_out_can_only_be_put_back() -> None:
    out = dataclasses.replace(MACHINE.devices[0], in_service=False)
    citizen = on_device().answer(ev.MachineSeen, Machine(devices=(out,)))
    assert citizen.do(ev.RestartDevice("scanner0")).effect(fx.RestartHost) is None
    assert citizen.do(ev.RunTests("scanner0")).effect(fx.TestDevices) is None
    assert citizen.do(ev.PutInService("scanner0", False)).effect(fx.SetInService) is None
    assert citizen.do(ev.PutInService("scanner0", True)).effect(fx.SetInService) is not None


def test_two_quick_touches_take_a_device_out_once_and_never_back_again() -> None:
    citizen = on_device().do(ev.PutInService("scanner0", False))
    assert citizen.effect(fx.SetInService) == fx.SetInService("scanner0", False)
    assert citizen.do(ev.PutInService("scanner0", False)).effect(fx.SetInService) is None
    out = dataclasses.replace(MACHINE.devices[0], in_service=False)
    citizen.answer(ev.MachineSeen, Machine(devices=(out,)))
    # The button has just become the other one under the finger.
    assert citizen.do(ev.PutInService("scanner0", True)).effect(fx.SetInService) is None
    citizen.do(ev.TimerFired("turning"))
    assert citizen.do(ev.PutInService("scanner0", True)).effect(fx.SetInService) == fx.SetInService("scanner0", True)


def test_a_device_that_did_not_go_out_can_be_asked_again_from_its_page() -> None:
    citizen = on_device().do(ev.PutInService("scanner0", False), ev.TimerFired("turning"))
    assert citizen.do(ev.PutInService("scanner0", False)).effect(fx.SetInService) is None
    citizen.do(ev.Back(), ev.OpenDevice("scanner0"), ev.PutInService("scanner0", False))
    assert citizen.effect(fx.SetInService) == fx.SetInService("scanner0", False)


def test_everything_is_tested_once_at_a_time() -> None:
    citizen = inside().do(ev.RunTests())
    assert citizen.effect(fx.TestDevices) == fx.TestDevices("")
    assert citizen.do(ev.RunTests()).effect(fx.TestDevices) is None


def test_a_report_is_printed_when_there_is_one_and_once() -> None:
    assert inside().do(ev.PrintReport()).effect(fx.PrintReadiness) is None
    citizen = inside(dataclasses.replace(MACHINE, readiness=Readiness("", 1.0, ()))).do(ev.PrintReport())
    assert citizen.effect(fx.PrintReadiness) is not None
    assert citizen.session.servicing.machine.slip is SlipStage.PRINTING
    assert citizen.do(ev.PrintReport()).effect(fx.PrintReadiness) is None


@pytest.mark.parametrize("screen", [screen for screen in Screen if screen not in SERVICING])
def test_no_citizens_screen_answers_a_technicians_intent_but_the_link(screen: Screen) -> None:
    session = dataclasses.replace(Citizen().session, screen=screen)
    for event in (
        ev.EnterPin("739155"),
        ev.RunTests(),
        ev.RestartDevice("scanner0"),
        ev.PutInService("scanner0", False),
    ):
        assert transition(session, event) == (session, ())
