"""The guided tests' rows: each can be left at any step, late answers reach nobody, and every end is written down."""

from __future__ import annotations

import dataclasses

import pytest
from citizen import Citizen

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.flow.guiding import GRID_S
from kiosk_app.model.basics import Screen
from kiosk_app.model.guided import CELLS, GUIDE_OF, Found, Guide, GuidedRun, GuideStage
from kiosk_app.model.servicing import DeviceCard, GateStage, GateView, Machine
from kiosk_app.model.staff import LOCAL_TECHNICIAN

CARDS = tuple(DeviceCard(f"{kind}0", kind, DeviceState.READY) for kind in DeviceKind)
NUMBER = "123456"


MACHINE = Machine(CARDS)


def inside(machine: Machine = MACHINE) -> Citizen:
    citizen = Citizen().do(ev.OpenTechnician()).answer(ev.GateAnswered, GateView(GateStage.READY, 5))
    citizen.do(ev.EnterPin("739155")).answer(ev.GateAnswered, GateView(GateStage.READY), LOCAL_TECHNICIAN)
    return citizen.answer(ev.MachineSeen, machine)


def run_of(citizen: Citizen) -> GuidedRun:
    run = citizen.session.servicing.guided
    assert run is not None
    return run


def started(guide: Guide) -> Citizen:
    return inside().do(ev.OpenGuide(guide), ev.StartGuide(NUMBER if guide is Guide.CARD else ""))


@pytest.mark.parametrize("guide", list(GUIDE_OF.values()))
def test_a_devices_test_is_prepared_then_run_on_that_device(guide: Guide) -> None:
    citizen = inside().do(ev.OpenGuide(guide))
    assert (citizen.screen, run_of(citizen).stage) == (Screen.DIAGNOSTICS_GUIDED, GuideStage.PREPARE)
    assert citizen.effect(fx.RunGuide) is None
    citizen.do(ev.StartGuide(NUMBER))
    kind = next(kind for kind, one in GUIDE_OF.items() if one is guide)
    effect = citizen.effect(fx.RunGuide)
    assert effect == fx.RunGuide(guide, f"{kind}0", "", NUMBER)
    assert NUMBER not in repr(effect)
    assert citizen.do(ev.StartGuide(NUMBER)).effect(fx.RunGuide) is None


def test_a_device_that_is_out_or_not_there_is_not_tested() -> None:
    out = dataclasses.replace(CARDS[0], in_service=False)
    assert inside(Machine((out,))).do(ev.OpenGuide(GUIDE_OF[out.kind])).screen is Screen.DIAGNOSTICS
    assert inside(Machine()).do(ev.OpenGuide(Guide.PRINT)).screen is Screen.DIAGNOSTICS
    assert inside(Machine()).do(ev.OpenGuide(Guide.SOUND)).screen is Screen.DIAGNOSTICS_GUIDED


@pytest.mark.parametrize("number", ["", "12345", "1234567", "12345a"])
def test_a_card_is_not_opened_without_six_digits(number: str) -> None:
    assert inside().do(ev.OpenGuide(Guide.CARD), ev.StartGuide(number)).effect(fx.RunGuide) is None


def test_what_the_machine_judged_ends_the_test_and_is_written_down() -> None:
    citizen = started(Guide.SCAN).answer(ev.GuideProgressed, "judge", 60)
    assert (run_of(citizen).step, run_of(citizen).percent) == ("judge", 60)
    citizen.answer(ev.GuideEnded, Found(False, "SCN-JAM"))
    assert (run_of(citizen).stage, run_of(citizen).found.code) == (GuideStage.DONE, "SCN-JAM")
    assert citizen.effect(fx.RecordGuide) == fx.RecordGuide(Guide.SCAN, False, "SCN-JAM")


@pytest.mark.parametrize("yes", [True, False])
def test_what_only_eyes_can_judge_is_asked(yes: bool) -> None:
    citizen = started(Guide.PRINT).answer(ev.GuideEnded, Found(None, picture="data:"))
    assert run_of(citizen).stage is GuideStage.ASK
    assert citizen.effect(fx.RecordGuide) is None
    citizen.do(ev.AnswerGuide(yes))
    assert (run_of(citizen).stage, run_of(citizen).found.passed) == (GuideStage.DONE, yes)
    assert citizen.effect(fx.RecordGuide) == fx.RecordGuide(Guide.PRINT, yes, None)


def test_both_sides_are_heard_before_the_sound_is_good() -> None:
    citizen = started(Guide.SOUND)
    assert citizen.effect(fx.RunGuide) == fx.RunGuide(Guide.SOUND, "", "left", "")
    citizen.answer(ev.GuideEnded, Found(None)).do(ev.AnswerGuide(True))
    assert citizen.effect(fx.RunGuide) == fx.RunGuide(Guide.SOUND, "", "right", "")
    citizen.answer(ev.GuideEnded, Found(None)).do(ev.AnswerGuide(True))
    assert run_of(citizen).found.passed is True
    deaf = started(Guide.SOUND).answer(ev.GuideEnded, Found(None)).do(ev.AnswerGuide(False))
    assert run_of(deaf).found.passed is False


def test_the_grid_is_done_when_every_cell_answered() -> None:
    citizen = started(Guide.TOUCH)
    assert citizen.timer("grid") == GRID_S
    for cell in range(CELLS):
        assert run_of(citizen).stage is GuideStage.RUNNING
        citizen.do(ev.TouchCell(cell))
    assert run_of(citizen).found.passed is True
    assert citizen.effect(fx.RecordGuide) == fx.RecordGuide(Guide.TOUCH, True, None)


def test_a_grid_that_nobody_touches_ends_by_itself_and_keeps_what_is_missing() -> None:
    citizen = started(Guide.TOUCH).do(ev.TouchCell(3), ev.TouchCell(3), ev.TouchCell(-1), ev.TouchCell(CELLS))
    citizen.do(ev.TimerFired("grid"))
    assert (run_of(citizen).stage, run_of(citizen).touched) == (GuideStage.DONE, frozenset({3}))
    assert run_of(citizen).found.passed is False
    assert citizen.do(ev.TimerFired("grid")).effect(fx.RecordGuide) is None


@pytest.mark.parametrize("guide", list(Guide))
def test_a_test_is_left_at_any_step_and_a_late_answer_changes_nothing(guide: Guide) -> None:
    citizen = started(guide)
    number = citizen.session.number
    citizen.do(ev.Back())
    assert citizen.screen is Screen.DIAGNOSTICS
    assert citizen.effect(fx.StopGuide) is not None
    assert citizen.session.servicing.guided is None
    late = ev.GuideEnded(number, Found(True, facts=(("name", "N"),)))
    assert citizen.do(late).session.servicing.guided is None
    assert citizen.do(ev.OpenGuide(guide), late).session.servicing.guided == GuidedRun(guide, run_of(citizen).device)


def test_a_test_of_a_devices_page_returns_to_it_and_an_idle_one_is_stopped() -> None:
    citizen = inside().do(ev.OpenDevice("printer0"), ev.OpenGuide(Guide.PRINT), ev.Back())
    assert (citizen.screen, citizen.session.servicing.device) == (Screen.DIAGNOSTICS_DEVICE, "printer0")
    citizen.do(ev.OpenGuide(Guide.PRINT), ev.StartGuide(), ev.TimerFired("idle"))
    assert citizen.screen is Screen.HOME
    assert citizen.effect(fx.StopGuide) is not None
    assert citizen.session.servicing.guided is None
