"""Sessions of a running flow are measured beside it: in a thread, over a disk that refuses, cut by a power cut."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

from kiosk_app.diagnostics.measures import MeasureBook
from kiosk_app.flow import events as ev
from kiosk_app.model.basics import Goal, Language, Screen
from kiosk_app.model.measures import Ending
from kiosk_app.model.session import Session
from kiosk_app.runtime.measuring import Measurer
from kiosk_app.runtime.runtime import Runtime

NOW = datetime(2026, 11, 21, 9, 42, 7, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)


class Scene:
    """A flow without hands, its measurer, and a clock that is set by hand."""

    def __init__(self, file: Path) -> None:
        self.at_s = 100.0
        self.book = MeasureBook(file)
        self.runtime = Runtime(Session(), lambda: NOW)
        self.measurer = Measurer(self.book, lambda: NOW, lambda: self.at_s)
        self.runtime.observe(self.measurer.observe)
        self.runtime.subscribe(self.measurer.follow)

    def look_up_and_leave(self) -> None:
        self.runtime.intent("choose_goal", {"goal": "look_up"})
        self.at_s += 12.0
        self.runtime.intent("change_language", {"language": "en"})
        self.runtime.intent("ask_end")
        self.runtime.intent("confirm_end")


def test_a_session_is_measured_from_the_home_screen_to_its_end(tmp_path: Path) -> None:
    async def live() -> Scene:
        scene = Scene(tmp_path / "ledger.db")
        writing = asyncio.create_task(scene.measurer.write())
        scene.look_up_and_leave()
        assert scene.runtime.session.screen is Screen.GOODBYE
        while not await asyncio.to_thread(scene.book.since, LONG_AGO):
            await asyncio.sleep(0.01)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await scene.runtime.stop()
        return scene

    (found,) = asyncio.run(live()).book.since(LONG_AGO)
    assert (found.hour, found.ending, found.step, found.goal) == (
        "2026-11-21T09",
        Ending.LEFT,
        Screen.SEARCH,
        Goal.LOOK_UP,
    )
    assert (found.language, found.seconds, found.touches) == (Language.EN, 12, 4)


def test_a_machine_that_dies_in_a_session_counts_it_as_cut_when_it_starts_again(tmp_path: Path) -> None:
    async def die() -> None:
        scene = Scene(tmp_path / "ledger.db")
        scene.runtime.intent("choose_goal", {"goal": "look_up"})
        assert await asyncio.to_thread(scene.measurer.flush)
        await scene.runtime.stop()

    async def start() -> MeasureBook:
        scene = Scene(tmp_path / "ledger.db")
        writing = asyncio.create_task(scene.measurer.write())
        while not await asyncio.to_thread(scene.book.since, LONG_AGO):
            await asyncio.sleep(0.01)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        return scene.book

    asyncio.run(die())
    (found,) = asyncio.run(start()).since(LONG_AGO)
    assert (found.ending, found.step) == (Ending.CUT, Screen.SEARCH)


def test_sessions_wait_for_a_disk_that_refuses(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"

    async def live() -> Scene:
        scene = Scene(file)
        file.mkdir()  # nothing can be opened there
        scene.look_up_and_leave()
        assert not await asyncio.to_thread(scene.measurer.flush)
        scene.runtime.dispatch(ev.TimerFired("goodbye"))
        scene.look_up_and_leave()
        file.rmdir()
        assert await asyncio.to_thread(scene.measurer.flush)
        await scene.runtime.stop()
        return scene

    assert len(asyncio.run(live()).book.since(LONG_AGO)) == 2
