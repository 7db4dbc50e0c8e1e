"""A clock that cannot be believed: what is judged by the date waits, everything else goes on, and both sides are told."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cutting_proxy import CuttingProxy
from submission_bench import Ministry, seal_one

from kiosk_app.submission import Acknowledgement, Role, SubmissionService, SubmissionSettings
from kiosk_app.submission.agent import Agent
from kiosk_app.submission.clock import JUMP_S, OFF_S, Doubt, TimeOfDay, built_at
from kiosk_app.submission.errors import OutboxFull
from kiosk_app.submission.notes import Notes
from kiosk_app.submission.store import Store

NOON = built_at() + 30 * 86400.0


class Hands:
    """A wall clock that somebody may set, and time that passes."""

    def __init__(self, wall: float = NOON) -> None:
        self.wall, self.steady = wall, 5.0

    def pass_time(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


def watched(hands: Hands, confirmed_at: float | None = None) -> TimeOfDay:
    return TimeOfDay(confirmed_at, lambda: hands.wall, lambda: hands.steady)


def at(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


def test_time_that_only_passes_is_believed_whether_the_machine_slept_or_not() -> None:
    hands = Hands()
    clock = watched(hands)
    for seconds in (0.1, 60.0, 8 * 3600.0):
        hands.pass_time(seconds)
        clock.look()
    hands.wall += JUMP_S - 1  # what synchronising does now and then
    clock.look()
    assert clock.doubt is None


@pytest.mark.parametrize("leap", [JUMP_S + 1, -JUMP_S - 1, 10 * 365 * 86400.0, -86400.0])
def test_a_clock_that_was_set_is_doubted_until_the_service_agrees(leap: float) -> None:
    hands = Hands()
    clock = watched(hands)
    hands.pass_time(10)
    hands.wall += leap
    clock.look()
    assert clock.doubt is Doubt.JUMPED
    hands.pass_time(3600)
    clock.look()
    assert clock.doubt is Doubt.JUMPED, "time alone heals nothing"
    clock.compare(at(hands.wall - OFF_S + 2))
    assert clock.doubt is None
    assert clock.confirmed_at == hands.wall


@pytest.mark.parametrize("off", [OFF_S + 2, -OFF_S - 2, 365 * 86400.0])
def test_a_clock_that_differs_from_the_services_is_doubted_and_no_answer_changes_nothing(off: float) -> None:
    hands = Hands()
    clock = watched(hands)
    clock.compare(at(hands.wall + off))
    assert clock.doubt is Doubt.DIFFERS
    for nothing in ("", "noon", "2026-13-01T00:00:00Z"):
        clock.compare(nothing)
    assert clock.doubt is Doubt.DIFFERS
    assert clock.confirmed_at is None


def test_a_clock_before_the_software_or_before_what_was_confirmed_is_doubted() -> None:
    assert watched(Hands(0.0)).doubt is Doubt.EARLY
    assert watched(Hands(built_at() - 86400)).doubt is Doubt.EARLY
    assert watched(Hands(), NOON + 3600).doubt is Doubt.BACKWARDS
    assert watched(Hands(), NOON - 3600).doubt is None


@pytest.fixture
def store(kiosk: SubmissionService, settings: SubmissionSettings) -> Iterator[Store]:
    """The agent's, which has heard from the service at a moment that this machine's clock has not come to yet."""
    with contextlib.closing(Store(settings, Role.AGENT)) as opened:
        Notes(opened.database).set_clock(None, time.time() + 86400)
        yield opened


def told(ministry: Ministry) -> dict[str, object]:
    """The kiosk's last heartbeat as the ministry has it."""
    with contextlib.closing(sqlite3.connect(f"file:{ministry.data}/ministry.sqlite?mode=ro", uri=True)) as rows:
        document: dict[str, object] = json.loads(
            rows.execute("SELECT heartbeat FROM kiosks WHERE id = 'demo-kiosk'").fetchone()[0]
        )
        return document


def test_a_doubted_clock_destroys_nothing_until_the_service_has_confirmed_it(
    kiosk: SubmissionService, store: Store, ministry: Ministry, proxy: CuttingProxy
) -> None:
    draft = seal_one(kiosk)
    store.acknowledge(draft.uuid, Acknowledgement("G06-1", "AB2C", "2026-01-01T08:00:00+07:00", 1, "v", "e"))
    store.database.change("UPDATE dossier SET state_at = 0")  # by this clock its time has long been over
    proxy.unplug()
    with contextlib.closing(Agent(store)) as agent:
        agent.step()
        assert kiosk.clock_doubt() is Doubt.BACKWARDS
        with store.open_file(draft.uuid, store.files(draft.uuid)[0]) as file:
            assert file.size
        proxy.plug()
        agent.woken()
        agent._heartbeat_at = 0.0
        agent.step()
        assert kiosk.clock_doubt() is None
        assert store.files(draft.uuid) == ()
        agent.step()  # what changed is told at once
    assert told(ministry)["clock"] == "believed"
    assert told(ministry)["agent_version"] == told(ministry)["version"]


def test_the_ministry_is_told_of_the_doubt_and_dossiers_go_on(
    kiosk: SubmissionService, store: Store, ministry: Ministry
) -> None:
    with contextlib.closing(Agent(store)) as agent:
        agent.step()
        assert told(ministry)["clock"] == "backwards", "written before the service had answered"
        Notes(store.database).set_clock(None, time.time() + 86400)
    with contextlib.closing(Agent(store)) as agent:
        draft = seal_one(kiosk)
        agent.send(draft.uuid)
    assert isinstance(kiosk.wait_ack(draft.uuid, 0), Acknowledgement)


def test_a_doubted_clock_does_not_close_the_kiosk_for_a_dossier_that_looks_old(
    kiosk: SubmissionService, store: Store
) -> None:
    seal_one(kiosk)
    store.database.change("UPDATE dossier SET sealed_at = 0")
    with pytest.raises(OutboxFull):
        kiosk.check_accepting()
    Notes(store.database).set_clock(Doubt.JUMPED, None)
    kiosk.check_accepting()
