"""The call for an officer: one at a time, no more said of it than the board said, and over with the session."""

from __future__ import annotations

import pytest
from citizen import Citizen

from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import CallStaff
from kiosk_app.flow.rows import IDLE_HELP_S
from kiosk_app.model.basics import Goal, Overlay, Screen
from kiosk_app.model.calling import CallStage

WHEN = "2026-03-02T02:05:00Z"


def called() -> Citizen:
    return Citizen().to_form().do(ev.CallHelp())


def test_nobody_is_said_to_be_told_before_the_board_has_answered() -> None:
    citizen = called()
    assert citizen.effect(CallStaff) == CallStaff(1)
    assert citizen.session.call.stage is CallStage.CALLING
    assert citizen.do(ev.CallAnswered(1, CallStage.CALLED)).session.call.stage is CallStage.CALLED
    citizen.do(ev.CallAnswered(1, CallStage.COMING, WHEN))
    assert (citizen.session.call.stage, citizen.session.call.expected_at) == (CallStage.COMING, WHEN)
    assert citizen.timer("idle") == IDLE_HELP_S


def test_calling_twice_shows_how_the_first_call_stands() -> None:
    citizen = called().do(ev.CallAnswered(1, CallStage.CALLED), ev.CloseOverlay(), ev.CallHelp())
    assert citizen.effect(CallStaff) is None
    assert (citizen.session.overlay, citizen.session.call.stage) == (Overlay.HELP_CALLED, CallStage.CALLED)


def test_a_call_that_could_not_be_sent_can_be_made_again() -> None:
    citizen = called().do(ev.CallAnswered(1, CallStage.NOT_SENT))
    assert (citizen.session.call.stage, citizen.session.overlay) == (CallStage.NOT_SENT, Overlay.HELP_CALLED)
    assert citizen.do(ev.CallHelp()).effect(CallStaff) == CallStaff(2)
    citizen.do(ev.CallAnswered(1, CallStage.COMING))
    assert citizen.session.call.stage is CallStage.CALLING, "an answer to the first call says nothing of the second"


@pytest.mark.parametrize("event", [ev.CallOff(), ev.CallAnswered(1, CallStage.NONE)])
def test_a_call_that_is_over_is_shown_no_more_and_a_late_answer_does_not_bring_it_back(event: ev.Event) -> None:
    citizen = called().do(ev.CallAnswered(1, CallStage.COMING), event)
    assert (citizen.session.call.stage, citizen.session.overlay) == (CallStage.NONE, Overlay.NONE)
    assert citizen.screen is Screen.FORM
    assert citizen.do(ev.CallAnswered(1, CallStage.COMING)).session.call.stage is CallStage.NONE


def test_the_next_citizen_has_no_call_and_hears_nothing_of_the_last_one() -> None:
    citizen = called().do(ev.CloseOverlay(), ev.AskEnd(), ev.ConfirmEnd())
    assert (citizen.screen, citizen.session.call.open) == (Screen.GOODBYE, False)
    citizen.do(ev.TimerFired("goodbye"), ev.CallHelp(), ev.CallAnswered(1, CallStage.COMING))
    assert (citizen.session.call.number, citizen.session.call.stage) == (2, CallStage.CALLING)


def test_a_call_outlives_the_choice_of_another_procedure() -> None:
    citizen = called().do(ev.CloseOverlay())
    number = citizen.session.number
    while citizen.screen is not Screen.SEARCH:
        before = citizen.screen
        citizen.do(ev.Back())
        assert citizen.screen is not before
    citizen.do(ev.ChooseProcedure("IP-01"))
    assert citizen.session.number >= number
    assert citizen.session.call.open


def test_who_waits_on_the_home_screen_is_asked_before_the_call_is_dropped() -> None:
    citizen = Citizen().do(ev.CallHelp(), ev.CloseOverlay(), ev.TimerFired("idle"))
    assert (citizen.session.overlay, citizen.session.call.open) == (Overlay.IDLE_WARNING, True)
    citizen.do(ev.ChooseGoal(Goal.SUBMIT))
    assert (citizen.session.overlay, citizen.session.call.open) == (Overlay.NONE, True)
    assert citizen.do(ev.TimerFired("idle"), ev.TimerFired("idle_end")).session.call.open is False
