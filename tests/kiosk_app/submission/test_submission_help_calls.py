"""Calls for an officer between a runtime and the real help board: told, taken, called off, and honest without a line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from submission_bench import Ministry, make_settings

from kiosk_app import config
from kiosk_app.flow import effects as fx
from kiosk_app.model.basics import Goal, Overlay
from kiosk_app.model.calling import CallStage
from kiosk_app.model.session import Session
from kiosk_app.runtime.calling import CallHands
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.submission import SubmissionSettings
from kiosk_app.submission.help_calls import HelpBoard

WAIT_S = 120.0


@pytest.fixture(scope="module")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    made = Ministry(tmp_path_factory.mktemp("help") / "ministry")
    yield made
    made.kill()


@pytest.fixture
def settings(ministry: Ministry, tmp_path: Path) -> SubmissionSettings:
    return make_settings(tmp_path / "kiosk", ministry.url, ministry.pki, connect_timeout_s=30.0, read_timeout_s=30.0)


class Aside:
    """Takes the effects that are not of a call."""

    def handles(self) -> tuple[type[fx.Effect], ...]:
        return (fx.WipeSession,)

    async def carry_out(self, effect: fx.Effect, session: Session) -> None:
        """Nothing of it is of interest here."""


class Scene:
    """A citizen on the checking list's search, and the board as an officer sees it."""

    def __init__(self, ministry: Ministry, settings: SubmissionSettings) -> None:
        self.ministry = ministry
        self.runtime = Runtime(Session(), config.load("test", data_dir=settings.data_folder).now)
        self.runtime.add(CallHands(self.runtime, settings))
        self.runtime.add(Aside())

    @property
    def stage(self) -> CallStage:
        return self.runtime.session.call.stage

    async def board(self, *arguments: str) -> list[dict[str, Any]]:
        said = await asyncio.to_thread(self.ministry.run, "help-calls", *arguments, "--json")
        calls: list[dict[str, Any]] = json.loads(said)["help_calls"]
        return calls

    async def called(self) -> dict[str, Any]:
        """The one call on the board, after it was put up."""
        self.runtime.intent("call_help")
        await self.until(lambda: self.stage is CallStage.CALLED)
        (call,) = await self.board()
        return call

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not holds():
                await asyncio.sleep(0.02)

    async def until_the_board_is_empty(self) -> None:
        async with asyncio.timeout(WAIT_S):
            while await self.board():
                await asyncio.sleep(0.2)


def played(scene: Scene, play: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        try:
            scene.runtime.intent("choose_goal", {"goal": Goal.CHECK.value})
            await play()
        finally:
            await scene.runtime.stop()

    asyncio.run(whole())


def test_the_board_gets_kiosk_step_and_language_and_the_citizen_its_answer(
    ministry: Ministry, settings: SubmissionSettings
) -> None:
    scene = Scene(ministry, settings)

    async def play() -> None:
        call = await scene.called()
        assert (call["kiosk_id"], call["step"], call["language"]) == ("demo-kiosk", "search", "vi")
        await scene.board("--coming", call["id"], "--minutes", "4")
        await scene.until(lambda: scene.stage is CallStage.COMING)
        assert scene.runtime.session.call.expected_at
        await scene.board("--done", call["id"])
        await scene.until(lambda: scene.stage is CallStage.NONE)
        assert scene.runtime.session.overlay is Overlay.NONE

    played(scene, play)


@pytest.mark.parametrize("leave", [("call_off",), ("close_overlay", "ask_end", "confirm_end")], ids=["off", "ended"])
def test_nobody_walks_to_a_citizen_who_called_off_or_left(
    ministry: Ministry, settings: SubmissionSettings, leave: tuple[str, ...]
) -> None:
    scene = Scene(ministry, settings)

    async def play() -> None:
        await scene.called()
        for intent in leave:
            scene.runtime.intent(intent)
        await scene.until_the_board_is_empty()

    played(scene, play)


def test_a_call_that_the_board_closed_over_a_silent_line_is_put_up_again_while_the_citizen_waits(
    ministry: Ministry, settings: SubmissionSettings
) -> None:
    scene = Scene(ministry, settings)

    async def play() -> None:
        first = await scene.called()
        # As the board does with the calls of kiosks that it has heard nothing of for minutes.
        await asyncio.to_thread(HelpBoard(settings).take_back, first["id"])
        async with asyncio.timeout(WAIT_S):
            while not (calls := await scene.board()):
                await asyncio.sleep(0.2)
        assert calls[0]["id"] != first["id"]
        assert scene.stage is CallStage.CALLED
        await scene.board("--done", calls[0]["id"])
        await scene.until(lambda: scene.stage is CallStage.NONE)

    played(scene, play)


def test_without_a_line_nobody_is_said_to_be_told_and_calling_again_works_once_it_is_back(
    ministry: Ministry, settings: SubmissionSettings
) -> None:
    dead = make_settings(settings.data_folder, "https://127.0.0.1:1", ministry.pki)
    scene = Scene(ministry, dead)

    async def play() -> None:
        scene.runtime.intent("call_help")
        await scene.until(lambda: scene.stage is CallStage.NOT_SENT)
        assert scene.runtime.session.overlay is Overlay.HELP_CALLED
        scene.runtime.add(CallHands(scene.runtime, settings))
        call = await scene.called()
        await scene.board("--done", call["id"])

    played(scene, play)
