"""The help board: calls of a kiosk that has died or started anew wait for nobody."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend import help_calls, kiosks
from backend.contract import Heartbeat, HelpCall
from backend.service import Service
from backend.storage import models
from tests.backend.ministry_harness import opened

A, B = "kiosk-a", "kiosk-b"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = opened(tmp_path / "data")
    yield service
    service.close()


def call(service: Service, kiosk_id: str, ago_s: float = 0.0) -> str:
    """A call put up so many seconds ago; returns its id."""
    name = str(uuid.uuid4())
    help_calls.call(service, name, kiosk_id, HelpCall(kiosk_id=kiosk_id, step="scan", language="vi"))
    with service.database.write() as session:
        row = session.get(models.HelpCall, name)
        assert row is not None
        row.called_at = row.changed_at = service.now() - timedelta(seconds=ago_s)
    return name


def beat(service: Service, kiosk_id: str, running_s: float | None, ago_s: float = 0.0) -> None:
    """A heartbeat that came so many seconds ago."""
    said = {
        "kiosk_id": kiosk_id,
        "version": "1.0",
        "at": "2026-03-02T09:00:00+07:00",
        "state": "home",
        "devices": [],
        "outbox": {"waiting": 0, "oldest_s": None},
        "running_s": running_s,
    }
    kiosks.record(service, [Heartbeat.model_validate_json(json.dumps(said))])
    with service.database.write() as session:
        row = session.get(models.Kiosk, kiosk_id)
        assert row is not None
        row.seen_at = service.now() - timedelta(seconds=ago_s)


def waiting(service: Service) -> list[str]:
    return [row.id for row in help_calls.waiting(service)]


def test_a_kiosk_that_has_started_anew_takes_its_older_calls_off_the_board(service: Service) -> None:
    older, others = call(service, A, ago_s=120), call(service, B, ago_s=120)
    beat(service, A, running_s=40)
    assert waiting(service) == [others]
    assert help_calls.find(service, older, A).state == help_calls.CANCELLED


def test_a_call_of_this_start_stands_whatever_is_said_of_it_later(service: Service) -> None:
    mine = call(service, A, ago_s=30)
    beat(service, A, running_s=40)
    beat(service, A, running_s=100)
    assert waiting(service) == [mine]


def test_an_officer_on_the_way_to_a_kiosk_that_has_started_anew_is_told_that_nobody_waits(service: Service) -> None:
    older = call(service, A, ago_s=120)
    help_calls.answer(service, older, 3)
    beat(service, A, running_s=40)
    row = help_calls.find(service, older, A)
    assert (row.state, row.expected_at) == (help_calls.CANCELLED, None)


def test_a_kiosk_that_says_nothing_of_its_start_keeps_its_calls(service: Service) -> None:
    mine = call(service, A, ago_s=120)
    beat(service, A, running_s=None)
    assert waiting(service) == [mine]


def test_calls_of_a_kiosk_that_went_dark_leave_the_board(service: Service) -> None:
    silent, heard = call(service, A, ago_s=400), call(service, B, ago_s=400)
    beat(service, A, running_s=None, ago_s=400)
    beat(service, B, running_s=None, ago_s=30)
    assert waiting(service) == [heard]
    assert help_calls.find(service, silent, A).state == help_calls.CANCELLED


def test_a_fresh_call_of_a_kiosk_that_was_silent_before_stands(service: Service) -> None:
    beat(service, A, running_s=None, ago_s=4000)
    mine = call(service, A)
    assert waiting(service) == [mine]
