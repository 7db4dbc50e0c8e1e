"""Tracking tells the holder of the codes everything, and anybody else nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ministry_harness import Client, Ministry, opened, pdf

from backend import desk
from backend.desk import Decision
from backend.limits import Allowance, Guard
from backend.service import Service
from backend.tracking import Past, steps
from backend.workflow import Status

DESK = ("Bộ phận Một cửa", "One-Stop Department")
UNIT = ("Vụ Bưu chính", "Department of Post")


@pytest.fixture
def officer(ministry: Ministry) -> Iterator[Service]:
    """The officer's side, on the data of the running service."""
    service = opened(ministry.data)
    yield service
    service.close()


def track(client: Client, **question: str) -> dict[str, Any]:
    answer = client.post("/v1/tracking", question)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_a_new_dossier_waits_for_acceptance_without_a_due_date(client: Client) -> None:
    receipt = client.submit(pdf("một"))
    found = track(client, dossier_code=receipt["dossier_code"], lookup_code=receipt["lookup_code"])
    assert found["status"]["vi"] == "Mới đăng ký"
    assert (found["accepted_at"], found["due_date"], found["working_days_left"]) == (None, None, None)
    assert [step["state"] for step in found["steps"]] == ["done", "current", "coming", "coming"]
    assert "lookup_code" not in found


def test_the_kiosk_reference_alone_gives_the_codes(client: Client) -> None:
    receipt = client.submit(pdf("một"))
    found = track(client, kiosk_reference=receipt["kiosk_reference"])
    assert (found["dossier_code"], found["lookup_code"]) == (receipt["dossier_code"], receipt["lookup_code"])


def test_codes_typed_in_small_letters_are_understood(client: Client) -> None:
    receipt = client.submit(pdf("một"))
    asked = {name: f" {receipt[name].lower()} " for name in ("dossier_code", "lookup_code")}
    assert track(client, **asked)["dossier_code"] == receipt["dossier_code"]


def test_every_move_is_seen_with_unit_reason_and_date(client: Client, officer: Service) -> None:
    receipt = client.submit(pdf("một"))
    code, asked = receipt["dossier_code"], {"kiosk_reference": receipt["kiosk_reference"]}
    desk.move(officer, code, Decision(Status.ACCEPTED))
    accepted = track(client, **asked)
    assert (accepted["status"]["code"], accepted["working_days_left"]) == (2, accepted["working_days_left"])
    assert accepted["working_days_left"] in (7, 8)  # 8 when accepted after the cut-off or on a day off
    assert accepted["steps"][2]["due_at"] == accepted["due_date"]
    desk.move(officer, code, Decision(Status.IN_PROCESSING))
    assert track(client, **asked)["unit_vi"] == "Vụ Bưu chính"
    desk.move(officer, code, Decision(Status.MORE_PAPERS_NEEDED, reason="Thiếu bản sao thử nghiệm"))
    paused = track(client, **asked)
    assert (paused["reason"], paused["due_date"]) == ("Thiếu bản sao thử nghiệm", None)
    assert paused["working_days_left"] == accepted["working_days_left"]
    desk.move(officer, code, Decision(Status.IN_PROCESSING, unit_vi="Phòng Cấp phép", unit_en="Licensing Office"))
    resumed = track(client, **asked)
    assert (resumed["due_date"], resumed["unit_en"]) == (accepted["due_date"], "Licensing Office")
    desk.move(officer, code, Decision(Status.PROCESSED))
    desk.move(officer, code, Decision(Status.RESULT_RETURNED))
    returned = track(client, **asked)
    assert [step["state"] for step in returned["steps"]] == ["done"] * 4
    assert (returned["status"]["code"], returned["working_days_left"]) == (10, None)


def test_an_unknown_code_and_a_wrong_look_up_code_get_the_same_answer(client: Client) -> None:
    receipt = client.submit(pdf("một"))
    wrong = {"dossier_code": receipt["dossier_code"], "lookup_code": "0000"}
    unknown = {"dossier_code": "G06-20200101-0000001", "lookup_code": receipt["lookup_code"]}
    answers = [client.post("/v1/tracking", question) for question in (wrong, unknown)]
    assert [a.status_code for a in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["code"] == "DOSSIER-NOT-FOUND"


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"dossier_code": "G06-20200101-0000001"},
        {"lookup_code": "ABCD"},
        {"kiosk_reference": "K01-A", "lookup_code": "ABCD"},
        {"dossier_code": "a", "lookup_code": "b", "kiosk_reference": "c"},
    ],
)
def test_half_a_question_is_refused(client: Client, question: dict[str, str]) -> None:
    assert client.post("/v1/tracking", question).status_code == 422


def test_guessing_is_stopped_by_certificate_and_then_even_the_right_code_waits(strict: Ministry) -> None:
    client = Client(strict)
    receipt = client.submit(pdf("một"))
    right = {name: receipt[name] for name in ("dossier_code", "lookup_code")}
    wrong = right | {"lookup_code": "0000"}
    assert [client.post("/v1/tracking", wrong).status_code for _ in range(4)] == [404, 404, 404, 429]
    stopped = client.post("/v1/tracking", right)
    assert (stopped.status_code, stopped.json()["code"]) == (429, "TRACKING-LIMITED")
    assert 0 < int(stopped.headers["Retry-After"]) <= 60
    other = Client(strict, "other-kiosk", "kiosk-other-kiosk")
    assert other.post("/v1/tracking", right).status_code == 200


def test_misses_leave_the_window_one_by_one_whichever_process_counted_them(tmp_path: Path) -> None:
    begin = datetime(2026, 11, 20, 3, tzinfo=UTC)
    seconds = 0.0
    services = [opened(tmp_path), opened(tmp_path)]
    first, second = (Guard(replace(service, now=lambda: begin + timedelta(seconds=seconds))) for service in services)
    one, other = [Allowance("kiosk:a", 2, 60)], [Allowance("kiosk:b", 2, 60)]
    try:
        assert first.enter(one)[0] == 0
        seconds = 30
        assert second.enter(one)[0] == 0
        assert [guard.enter(one)[0] for guard in (first, second)] == [30, 30]
        assert first.enter(other)[0] == 0
        seconds = 60
        assert first.enter(one)[0] == 0
        assert second.enter(one)[0] == 30
    finally:
        for service in services:
            service.close()


def test_right_answers_are_no_misses_and_questions_asked_at_once_cannot_slip_through(tmp_path: Path) -> None:
    service = opened(tmp_path)
    guard, asked = Guard(service), [Allowance("kiosk:a", 3, 600), Allowance("code:b", 5, 600)]
    try:
        for _ in range(10):
            wait_s, entered = guard.enter(asked)
            assert wait_s == 0
            guard.forgive(asked, entered)
        with ThreadPoolExecutor(8) as pool:
            waits = list(pool.map(lambda _: guard.enter(asked)[0], range(16)))
        assert waits.count(0) == 3
    finally:
        service.close()


@pytest.mark.parametrize(
    ("statuses", "accepted", "states"),
    [
        ([1], False, "done current coming coming"),
        ([1, 3], False, "done done"),
        ([1, 7], False, "done current coming coming"),
        ([1, 7, 8], False, "done done"),
        ([1, 2], True, "done done current coming"),
        ([1, 2, 4], True, "done done current coming"),
        ([1, 2, 4, 5], True, "done done current coming"),
        ([1, 2, 4, 8], True, "done done done"),
        ([1, 2, 4, 9], True, "done done done current"),
        ([1, 2, 4, 9, 10], True, "done done done done"),
    ],
)
def test_steps_follow_the_history(statuses: list[int], accepted: bool, states: str) -> None:
    at = datetime(2026, 11, 20, 3, tzinfo=UTC)
    history = [Past(Status(number), at, *DESK) for number in statuses]
    found = steps(history, at if accepted else None, date(2026, 12, 1), DESK, UNIT)
    assert " ".join(step.state for step in found) == states
