"""What a session is measured by: how it ended, where, how long, with what trouble; and nothing of whom it served."""

from __future__ import annotations

from dataclasses import fields, replace

from citizen import Citizen

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.flow import events as ev
from kiosk_app.flow.measuring import Measuring, heard, seen
from kiosk_app.flow.table import transition
from kiosk_app.model.assisting import Assist, Record
from kiosk_app.model.basics import EndReason, Goal, Screen
from kiosk_app.model.measures import Ending, SessionMeasure
from kiosk_app.model.session import DeviceStatus, Session
from kiosk_app.model.staff import Role

HOUR = "2026-11-21T09"


def measured(*steps: tuple[float, Session], events: tuple[ev.Event, ...] = ()) -> SessionMeasure:
    """The measure of sessions as they stand at so many seconds; the last one ends it."""
    state, ended = Measuring(), None
    for at_s, session in steps:
        for event in events:
            state = heard(state, event, session)
        assert ended is None
        state, ended = seen(state, session, HOUR, at_s)
    assert ended is not None
    assert state == Measuring()
    return ended


def over(session: Session, reason: EndReason = EndReason.CANCELLED) -> Session:
    return Session(number=session.number + 1, screen=Screen.GOODBYE, end_reason=reason)


def test_a_dossier_that_was_sent_counts_as_submitted_with_its_steps_and_rating() -> None:
    scanning = Citizen().to_scan().session
    done = Citizen().to_done().session
    rated = transition(done, ev.Rate(5))[0]
    found = measured((10.0, scanning), (55.4, done), (60.0, rated), (70.0, over(rated, EndReason.FINISHED)))
    assert (found.ending, found.step, found.rating) == (Ending.SUBMITTED, Screen.DONE, 5)
    assert found.steps == ((Screen.SCAN, 45), (Screen.DONE, 15))
    assert (found.goal, found.procedure) == (Goal.SUBMIT, done.procedure.local_id if done.procedure else "")
    assert not found.given_up


def test_leaving_in_the_middle_is_giving_up_at_that_step() -> None:
    form = Citizen().to_form().session
    found = measured((0.0, form), (30.0, over(form)))
    assert (found.ending, found.step, found.given_up, found.seconds) == (Ending.LEFT, Screen.FORM, True, 30)


def test_a_session_that_nobody_touched_any_more_is_told_from_one_that_was_ended() -> None:
    form = Citizen().to_form().session
    assert measured((0.0, form), (90.0, over(form, EndReason.TIMED_OUT))).ending is Ending.TIMED_OUT
    login = Session(number=9, screen=Screen.TECHNICIAN_LOGIN)
    assert measured((0.0, form), (90.0, login)).ending is Ending.STAFF


def test_looking_something_up_and_leaving_is_no_giving_up() -> None:
    looked = replace(Citizen().to_checklist().session, goal=Goal.LOOK_UP)
    assert not measured((0.0, looked), (30.0, over(looked))).given_up


def test_a_screen_that_is_seen_twice_has_the_sum_of_both() -> None:
    scanning, form = Citizen().to_scan().session, Citizen().to_form().session
    found = measured((0.0, scanning), (5.0, form), (15.0, scanning), (22.0, over(scanning)))
    assert found.steps == ((Screen.SCAN, 12), (Screen.FORM, 10))


def test_touches_and_calls_for_help_are_counted() -> None:
    form = Citizen().to_form().session
    called = transition(form, ev.CallHelp())[0]
    again = transition(transition(called, ev.CallOff())[0], ev.CallHelp())[0]
    found = measured((0.0, form), (1.0, called), (2.0, again), (3.0, over(again)), events=(ev.Touched(),))
    assert (found.help_calls, found.touches) == (2, 4)


def test_a_fault_of_a_device_is_named_once_however_often_it_is_told() -> None:
    form = Citizen().to_form().session
    jam = ev.DeviceChanged(DeviceStatus("scanner", DeviceKind.SCANNER, DeviceState.ATTENTION, "SCN-JAM"))
    low = ev.DeviceChanged(DeviceStatus("printer", DeviceKind.PRINTER, DeviceState.ATTENTION, "PRN-PAPER-LOW"))
    empty = ev.ScanEnded(form.number, "SCN-FEEDER-EMPTY")
    found = measured((0.0, form), (1.0, form), (2.0, over(form)), events=(jam, low, empty))
    assert found.faults == ("SCN-JAM",)


def test_nobody_is_measured_on_the_home_screen() -> None:
    state, ended = seen(Measuring(), Session(), HOUR, 0.0)
    assert (state.visit, ended) == (None, None)


def test_a_measure_has_no_place_for_a_number_a_name_or_a_minute() -> None:
    assert {item.name for item in fields(SessionMeasure)} == {
        *("hour", "ending", "step", "goal", "procedure", "language", "text_scale", "high_contrast", "reach"),
        *("steps", "touches", "help_calls", "assisted", "faults", "rating"),
    }


def test_a_session_that_an_officer_worked_in_counts_as_assisted_after_the_officer_has_left() -> None:
    form = Citizen().to_form().session
    helped = replace(form, assist=Assist(record=Record(Role.OFFICER, "2026-11-21T09:00:00Z", "2026-11-21T09:01:00Z")))
    assert measured((0.0, form), (5.0, helped), (9.0, over(helped))).assisted
    assert not measured((0.0, form), (9.0, over(form))).assisted
