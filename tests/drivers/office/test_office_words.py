"""What printers say, as codes and outcomes: every state of a job, every severity of a reason, and answers that are none."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import catalogue
from drivers.office import job as jobs
from drivers.office import status as printers
from drivers.office.ipp import Answer, Attribute, BadAnswer, Group, Operation, Tag, decode, encode
from drivers.office.job import Job, JobState, judge
from drivers.office.printer import DRIVER, Settings
from drivers.office.status import HALTED, IDLE, PROCESSING, PrinterStatus
from drivers.ports import DeviceState, PrintOutcome

PRINTED, NOT_PRINTED, UNKNOWN = PrintOutcome.PRINTED, PrintOutcome.NOT_PRINTED, PrintOutcome.UNKNOWN


def said(*reasons: str, state: int = IDLE, **more: Any) -> PrinterStatus:
    return printers.read(
        {
            "printer-state": (state,),
            "printer-state-reasons": reasons or ("none",),
            **{key.replace("_", "-"): (value,) for key, value in more.items()},
        }
    )


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("media-empty", "OFP-PAPER-OUT"),
        ("media-needed", "OFP-PAPER-OUT"),
        ("media-jam", "OFP-JAM"),
        ("door-open", "OFP-COVER-OPEN"),
        ("cover-open", "OFP-COVER-OPEN"),
        ("interlock-open", "OFP-COVER-OPEN"),
        ("toner-empty", "OFP-TONER-OUT"),
        ("marker-supply-empty", "OFP-TONER-OUT"),
        ("output-area-full", "OFP-TRAY-FULL"),
        ("offline", "OFP-OFFLINE"),
        ("shutdown", "OFP-OFFLINE"),
        ("connecting-to-device", "OFP-OFFLINE"),
        ("paused", "OFP-STOPPED"),
    ],
)
def test_a_reason_stops_printing_as_an_error_or_ungraded_and_not_as_a_report(reason: str, code: str) -> None:
    for graded in (reason, f"{reason}-error"):
        status = said(graded)
        assert status.problem == code
        assert (status.health.state, status.health.code) == (DeviceState.ATTENTION, code)
        assert graded in status.health.detail
    for light in (f"{reason}-report", f"{reason}-warning"):
        assert said(light).problem is None
        assert said(light, state=HALTED).problem == code, "stopped, it has stopped over that"
        assert said(light).suspicion == code


def test_what_runs_low_is_a_warning_and_hands_come_before_the_rest() -> None:
    for reason, code in (("media-low-warning", "OFP-PAPER-LOW"), ("toner-low", "OFP-TONER-LOW")):
        health = said(reason).health
        assert (health.state, health.code) == (DeviceState.READY, code)
    assert said("media-empty-warning").warning == "OFP-PAPER-LOW", "another tray may hold some"
    assert said("toner-low-report").health.code is None
    assert said("paused", "media-jam-error", "toner-low-warning").problem == "OFP-JAM"


def test_a_stopped_queue_or_one_that_takes_nothing_says_so_and_an_unknown_reason_is_told_to_technicians() -> None:
    assert said(state=HALTED).problem == "OFP-STOPPED"
    assert said(printer_is_accepting_jobs=False).problem == "OFP-STOPPED"
    odd = said("fuser-under-temp-warning", state=PROCESSING).health
    assert (odd.state, odd.code, odd.detail) == (DeviceState.READY, None, "fuser-under-temp-warning")


@pytest.mark.parametrize("missing", ["printer-state", "printer-state-reasons"])
def test_a_printer_that_does_not_say_how_it_is_is_not_believed(missing: str) -> None:
    values: dict[str, Any] = {"printer-state": (3,), "printer-state-reasons": ("none",)}
    del values[missing]
    with pytest.raises(BadAnswer):
        printers.read(values)
    for state in (0, 6, "idle", True, None):
        with pytest.raises(BadAnswer):
            printers.read({**values, "printer-state": (state,), "printer-state-reasons": ("none",)})


def ended(state: JobState, out: int = 0, *reasons: str, begun: bool = True) -> Job:
    return Job(state, reasons or ("none",), out, begun)


@pytest.mark.parametrize(
    ("job", "hands_on", "outcome", "code", "begun"),
    [
        (ended(JobState.COMPLETED, 2, "job-completed-successfully"), False, PRINTED, None, True),
        (ended(JobState.COMPLETED), False, PRINTED, None, True),
        (ended(JobState.COMPLETED, 2, "job-completed-with-warnings"), False, PRINTED, None, True),
        (ended(JobState.COMPLETED, 1), False, UNKNOWN, "OFP-UNKNOWN-OUTCOME", True),
        (ended(JobState.COMPLETED, 2, "job-completed-with-errors"), False, UNKNOWN, "OFP-UNKNOWN-OUTCOME", True),
        (ended(JobState.COMPLETED, 2, "queued-in-device"), False, UNKNOWN, "OFP-UNKNOWN-OUTCOME", True),
        (ended(JobState.COMPLETED, 2), True, UNKNOWN, "OFP-UNKNOWN-OUTCOME", True),
        (ended(JobState.CANCELED, begun=False), False, NOT_PRINTED, "OFP-CANCELLED", False),
        (ended(JobState.CANCELED, 1), False, NOT_PRINTED, "OFP-CANCELLED", True),
        (ended(JobState.CANCELED), False, UNKNOWN, "OFP-UNKNOWN-OUTCOME", True),
        (ended(JobState.ABORTED, 2), False, UNKNOWN, "OFP-UNKNOWN-OUTCOME", True),
        (ended(JobState.ABORTED, 1), False, NOT_PRINTED, "OFP-REFUSED", True),
        (ended(JobState.ABORTED, begun=False), False, NOT_PRINTED, "OFP-REFUSED", False),
        (ended(JobState.ABORTED, 0, "document-format-error"), False, NOT_PRINTED, "OFP-REFUSED", False),
        (ended(JobState.PROCESSING, 1), False, UNKNOWN, "OFP-UNKNOWN-OUTCOME", True),
        (ended(JobState.STOPPED, 1), False, UNKNOWN, "OFP-UNKNOWN-OUTCOME", True),
        (ended(JobState.HELD, begun=False), False, UNKNOWN, "OFP-UNKNOWN-OUTCOME", True),
    ],
)
def test_a_job_of_two_pages_is_judged_by_what_is_surely_known(
    job: Job, hands_on: bool, outcome: PrintOutcome, code: str | None, begun: bool
) -> None:
    verdict = judge(job, 2, None, hands_on)
    assert (verdict.outcome, verdict.code, verdict.begun) == (outcome, code, begun)
    if outcome is not PRINTED:
        assert judge(job, 2, "OFP-JAM", hands_on).code in ("OFP-JAM", code)
    uncounted = judge(job, 0, None, hands_on)
    assert uncounted.outcome is not NOT_PRINTED or not uncounted.begun, "nobody knows how many pages there were"


def test_what_was_ever_in_hand_may_be_on_paper() -> None:
    for state, since, begun in ((3, None, False), (4, None, False), (7, None, False), (7, 3, True), (5, None, True)):
        assert jobs.read({"job-state": (state,), "time-at-processing": (since,)}).begun is begun
    assert jobs.read({"job-state": (8,), "job-impressions-completed": (1,)}).begun
    for state in (2, 10, "5", True, None):
        with pytest.raises(BadAnswer):
            jobs.read({"job-state": (state,)})


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    for raw in (data, struct.pack(">BBHI", 2, 0, 0, 7) + data):
        try:
            answer = decode(raw, 7)
        except BadAnswer:
            continue
        assert isinstance(answer, Answer)


def test_an_answer_to_another_question_is_none() -> None:
    body = encode(Operation.GET_JOBS, 7, ())
    assert decode(body, 7).first(Group.OPERATION)["attributes-charset"] == ("utf-8",)
    with pytest.raises(BadAnswer):
        decode(body, 8)
    for length in range(len(body)):
        with pytest.raises(BadAnswer):
            decode(body[:length], 7)


def test_values_survive_the_way_to_the_wire_and_back() -> None:
    sent = (
        Attribute("numbers", Tag.INTEGER, (1, -2, 2**31 - 1)),
        Attribute("truth", Tag.BOOLEAN, (True, False)),
        Attribute("name", Tag.NAME, ("Máy in số 3",)),
        Attribute("nothing", Tag.NO_VALUE, (None,)),
    )
    found = decode(encode(Operation.GET_JOBS, 1, sent), 1).first(Group.OPERATION)
    assert {item.name: found[item.name] for item in sent} == {item.name: item.values for item in sent}
    with pytest.raises(ValueError, match="too long"):
        encode(Operation.GET_JOBS, 1, (Attribute("name", Tag.NAME, ("x" * 40_000,)),))


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "uri"),
        ({"uri": "lpd://printer/queue"}, "uri"),
        ({"uri": "ipp://printer:99999/x"}, "uri"),
        ({"uri": "ipp://printer/x", "wait_s": 500}, "wait_s"),
        ({"uri": "ipp://printer/x", "silence_s": 30}, "silence_s"),
        ({"uri": "ipp://printer/x", "completed": "perhaps"}, "completed"),
        ({"uri": "ipp://printer/x", "colour": True}, "colour"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(table: dict[str, Any], key: str) -> None:
    with pytest.raises(ValueError, match=key):
        DRIVER.create(table)


def test_the_longest_wait_of_a_print_stays_below_its_deadline() -> None:
    """Silence at every question of the worst way: before, sending, looking for the job, watching, calling back, the end."""
    settings = Settings.of({"uri": "ipp://printer/x", "silence_s": 3, "wait_s": 75})
    questions = 1 + 1 + 2 + 1 + 1 + 1 + 1 + 1
    assert settings.wait_s + 8.0 + questions * settings.silence_s < DRIVER.deadlines_s["print"]


def test_every_code_is_one_of_the_catalogue() -> None:
    codes = {code for code in {**vars(jobs), **vars(printers)}.values() if str(code).startswith("OFP-")}
    assert codes <= set(catalogue())
