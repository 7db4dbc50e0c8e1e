"""The loop between citizen, flow and machine: events in order, effects once, nobody left waiting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from kiosk_app import log as logging
from kiosk_app.catalog import Catalog
from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.model.basics import Goal, Language, Overlay, Screen
from kiosk_app.model.session import (
    CardStage,
    CardView,
    ReceiptStage,
    ScanView,
    SendStage,
    Session,
    Submission,
    TrackView,
)
from kiosk_app.paths import assets
from kiosk_app.runtime.library import LibraryHands
from kiosk_app.runtime.runtime import Runtime

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=7)))


@pytest.fixture(autouse=True)
def log_file(tmp_path: Path) -> Iterator[Path]:
    """The log of one test."""
    file = tmp_path / "log" / "kiosk.log"
    logging.set_up(file)
    yield file
    logging.set_up()


def events_in(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 15))


class Hands:
    """Notes what it is asked to do; fails where it is told to."""

    def __init__(self, *kinds: type[fx.Effect], fail: Exception | None = None) -> None:
        self._kinds = kinds
        self._fail = fail
        self.done: list[tuple[fx.Effect, Session]] = []

    def handles(self) -> tuple[type[fx.Effect], ...]:
        return self._kinds

    async def carry_out(self, effect: fx.Effect, session: Session) -> None:
        self.done.append((effect, session))
        if self._fail is not None:
            raise self._fail


def runtime(session: Session | None = None) -> Runtime:
    return Runtime(session or Session(), lambda: NOW)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_touch_becomes_an_event_an_effect_and_a_session_for_the_screen() -> None:
    async def scene() -> None:
        loop, hands = runtime(), Hands(fx.Search)
        seen: list[Session] = []
        loop.add(hands)
        loop.subscribe(seen.append)
        loop.intent("choose_goal", {"goal": "look_up"})
        await settle()
        assert loop.session.screen is Screen.SEARCH
        assert seen == [loop.session]
        assert [(effect, session.screen) for effect, session in hands.done] == [(fx.Search(""), Screen.SEARCH)]

    run(scene())


def test_the_time_of_consent_and_declaration_is_the_machines_and_not_the_screens() -> None:
    loop = runtime(Session(screen=Screen.CONSENT))

    async def scene() -> None:
        loop.intent("give_consent", {"notices": True, "at": "1970-01-01T00:00:00"})

    run(scene())
    assert loop.session.consent is not None
    assert loop.session.consent.at == "2026-03-02T09:00:00+07:00"


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("no_such_intent", {}),
        ("choose_goal", {"goal": "everything"}),
        ("choose_goal", {}),
        ("rate", {"value": "5"}),
        ("rate", {"value": 5, "extra": 1}),
        ("drop_page", {"page": None}),
        ("set_answer", {"field_id": "x", "value": {"secret": "Nguyễn"}}),
    ],
)
def test_what_does_not_fit_changes_nothing_and_is_logged_without_its_content(
    name: str, payload: dict[str, Any], log_file: Path
) -> None:
    loop = runtime()

    async def scene() -> None:
        loop.intent(name, payload)

    before = loop.session
    run(scene())
    assert loop.session is before
    (entry,) = events_in(log_file)
    assert (entry["event"], entry["intent"]) == ("kiosk.intent_refused", name)
    assert "Nguyễn" not in log_file.read_text("utf-8")


def test_a_screens_numbers_may_be_of_either_kind() -> None:
    loop = runtime(Session(screen=Screen.DONE))

    async def scene() -> None:
        loop.intent("rate", {"value": 4.0})

    run(scene())
    assert loop.session.rating == 4


def test_events_raised_by_a_listener_follow_in_order() -> None:
    async def scene() -> None:
        loop = runtime()
        seen: list[Screen] = []

        def listener(session: Session) -> None:
            seen.append(session.screen)
            if session.screen is Screen.SEARCH and session.query == "":
                loop.dispatch(ev.TypeQuery("x"))
                loop.dispatch(ev.Back())
                assert loop.session.screen is Screen.SEARCH

        loop.subscribe(listener)
        loop.dispatch(ev.ChooseGoal(Goal.LOOK_UP))
        assert seen == [Screen.SEARCH, Screen.SEARCH, Screen.HOME]
        await loop.stop()

    run(scene())


def test_a_screen_that_fails_neither_stops_the_flow_nor_the_other_listeners(log_file: Path) -> None:
    async def scene() -> None:
        loop = runtime()
        seen: list[Screen] = []

        def broken(session: Session) -> None:
            raise RuntimeError("words that may be personal")

        loop.subscribe(broken)
        loop.subscribe(lambda session: seen.append(session.screen))
        loop.dispatch(ev.ChooseGoal(Goal.LOOK_UP))
        loop.dispatch(ev.Back())
        assert seen == [Screen.SEARCH, Screen.HOME]
        await loop.stop()

    run(scene())
    names = [entry["event"] for entry in events_in(log_file)]
    assert names.count("kiosk.listener_failed") == 2
    assert "personal" not in log_file.read_text("utf-8")


WAITING: dict[type[fx.Effect], tuple[Session, ev.Event, Any]] = {
    fx.ReadCard: (
        Session(screen=Screen.IDENTIFY, card=CardView(present=True)),
        ev.EnterAccessNumber("123456"),
        lambda s: s.card.stage is CardStage.FAILED and s.notice == "SYS-UNEXPECTED",
    ),
    fx.ScanPages: (
        Session(screen=Screen.SCAN, scan=ScanView(component="c1")),
        ev.StartScan(),
        lambda s: not s.scan.running and s.notice == "SYS-UNEXPECTED",
    ),
    fx.Submit: (
        Session(screen=Screen.DECLARE),
        ev.Declare("2026-03-02T09:00:00+07:00"),
        lambda s: s.screen is Screen.DECLARE and s.notice == "SYS-UNEXPECTED",
    ),
    fx.PrintSlip: (
        Session(screen=Screen.DONE, submission=Submission(SendStage.DEFERRED)),
        ev.PrintAgain(),
        lambda s: s.receipt is ReceiptStage.UNKNOWN,
    ),
    fx.Track: (
        Session(screen=Screen.TRACK, track=TrackView(code="X")),
        ev.AskTracking(),
        lambda s: not s.track.asking and s.notice == "SYS-UNEXPECTED",
    ),
}


@pytest.mark.parametrize("handled", [True, False], ids=["hands fail", "no hands yet"])
@pytest.mark.parametrize("kind", WAITING, ids=lambda kind: kind.__name__)
def test_nobody_waits_for_an_effect_that_failed_in_a_way_nobody_foresaw(
    kind: type[fx.Effect], handled: bool, log_file: Path
) -> None:
    session, event, told = WAITING[kind]

    async def scene() -> None:
        loop = runtime(session)
        if handled:
            loop.add(Hands(kind, fail=RuntimeError("NGUYỄN VĂN THỬ NGHIỆM")))
        loop.dispatch(event)
        await settle()
        assert told(loop.session), loop.session
        await loop.stop()

    run(scene())
    assert "THỬ NGHIỆM" not in log_file.read_text("utf-8")
    if handled:
        (entry,) = [entry for entry in events_in(log_file) if entry["event"] == "kiosk.effect_failed"]
        assert entry["error"] == "RuntimeError"
        assert "test_runtime_loop.py" in entry["where"]


def test_timers_restart_stop_and_fire_into_the_flow() -> None:
    async def scene() -> None:
        loop = runtime(Session(screen=Screen.FORM))
        loop._carry_out(fx.StartTimer("idle", 30))
        loop._carry_out(fx.StartTimer("idle", 0.01))
        loop._carry_out(fx.StartTimer("idle_end", 0.01))
        loop._carry_out(fx.StopTimer("idle_end"))
        await asyncio.sleep(0.05)
        assert loop.session.overlay is Overlay.IDLE_WARNING
        assert loop.session.screen is Screen.FORM
        await loop.stop()
        assert not loop._timers

    run(scene())


async def _warned_not_before(loop: Runtime, moment: float) -> None:
    """Until the idle timer has run out, which it does not before `moment` of the loop's clock."""
    while loop.session.overlay is not Overlay.IDLE_WARNING:
        await asyncio.sleep(0.005)
    assert asyncio.get_running_loop().time() >= moment
    loop._carry_out(fx.StopTimer("idle_end"))


def test_a_timer_that_is_put_off_runs_out_at_its_later_time_and_costs_the_loop_no_second_clock() -> None:
    async def scene() -> None:
        loop = runtime(Session(screen=Screen.FORM))
        loop._carry_out(fx.StartTimer("idle", 0.05))
        clock = loop._timers["idle"].clock
        begun = asyncio.get_running_loop().time()
        for _ in range(20):
            loop._carry_out(fx.StartTimer("idle", 0.2))
        assert loop._timers["idle"].clock is clock
        await _warned_not_before(loop, begun + 0.19)
        assert not loop.expire("idle_end")
        await loop.stop()

    run(scene())


def test_a_timer_that_was_stopped_does_not_ring_and_its_clock_serves_the_next_session() -> None:
    async def scene() -> None:
        loop = runtime(Session(screen=Screen.FORM))
        loop._carry_out(fx.StartTimer("idle", 0.05))
        clock = loop._timers["idle"].clock
        loop._carry_out(fx.StopTimer("idle"))
        assert not loop.expire("idle")
        begun = asyncio.get_running_loop().time()
        loop._carry_out(fx.StartTimer("idle", 0.2))
        assert loop._timers["idle"].clock is clock
        await _warned_not_before(loop, begun + 0.19)
        await loop.stop()

    run(scene())


def test_a_stopped_timer_is_forgotten_once_its_clock_has_run_out() -> None:
    async def scene() -> None:
        loop = runtime(Session(screen=Screen.FORM))
        loop._carry_out(fx.StartTimer("idle", 0.01))
        loop._carry_out(fx.StopTimer("idle"))
        while loop._timers:
            await asyncio.sleep(0.005)
        assert loop.session.overlay is Overlay.NONE
        # The same name rings again afterwards, and again after it has rung.
        for _ in range(2):
            loop._carry_out(fx.StartTimer("idle", 0.01))
            while loop.session.overlay is not Overlay.IDLE_WARNING:
                await asyncio.sleep(0.005)
            loop.dispatch(ev.Touched())
            assert loop.session.overlay is Overlay.NONE
        await loop.stop()

    run(scene())


def test_stopping_cancels_what_still_runs() -> None:
    class Slow(Hands):
        async def carry_out(self, effect: fx.Effect, session: Session) -> None:
            await asyncio.sleep(60)

    async def scene() -> None:
        loop = runtime()
        loop.add(Slow(fx.Search))
        loop.dispatch(ev.ChooseGoal(Goal.LOOK_UP))
        await settle()
        await loop.stop()
        assert not loop._tasks

    run(scene())


def test_the_language_a_site_starts_with_is_the_one_it_returns_to() -> None:
    async def scene() -> None:
        loop = runtime(Session(language=Language.EN))
        loop.dispatch(ev.ChangeLanguage(Language.VI))
        loop.dispatch(ev.TimerFired("idle"))
        assert loop.session.language is Language.EN
        await loop.stop()

    run(scene())


def test_the_library_answers_searches_and_loads_a_procedure_with_its_form() -> None:
    async def scene() -> None:
        loop = runtime()
        catalog = await asyncio.to_thread(Catalog.read, assets() / "catalogue" / "procedures.json")
        loop.add(LibraryHands(loop, catalog))
        loop.dispatch(ev.ChooseGoal(Goal.LOOK_UP))
        loop.dispatch(ev.TypeQuery("nhan hieu"))
        while not loop.session.results:
            await asyncio.sleep(0.01)
        assert loop.session.results[0].local_id == "IP-03"
        loop.dispatch(ev.ChooseProcedure("IP-03"))
        while loop.session.screen is not Screen.PROCEDURE:
            await asyncio.sleep(0.01)
        assert loop.session.fields[0].id == "mark_name"
        loop.dispatch(ev.Back())
        loop.dispatch(ev.ChooseProcedure("no-such"))
        await asyncio.sleep(0.05)
        assert loop.session.screen is Screen.SEARCH
        await loop.stop()

    run(scene())
