"""What the camera sees is seen by the citizen alone: only while a screen asks for a code, and wiped when it is left."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.ports import DeviceKind
from drivers.preview import Frame
from drivers.simulators.camera_frames import CameraFramesSimulator
from drivers.supervisor import DeviceConfig, Supervisor
from kiosk_app.flow.effects import Effect, WipeSession
from kiosk_app.model.basics import Overlay, Screen
from kiosk_app.model.session import Session
from kiosk_app.runtime.devices import DeviceHands
from kiosk_app.runtime.preview import CameraPreview
from kiosk_app.runtime.runtime import Runtime

WAIT_S = 60.0


class Forgetting:
    """Ends a session as the kiosk does, as far as devices go."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def handles(self) -> tuple[type[Effect], ...]:
        return (WipeSession,)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        self._supervisor.forget()


class Desk:
    """A runtime with one camera, and what a citizen would see of it."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        self.folder = folder
        self.camera = CameraFramesSimulator("barcode0", folder / "frames")
        self.runtime = Runtime(Session(), lambda: None)  # type: ignore[arg-type, return-value]
        driver = "camera-barcode"
        config = DeviceConfig("barcode0", DeviceKind.BARCODE, driver, {"source": self.camera.address, **settings})
        devices = DeviceHands(self.runtime, (config,))
        self.client = devices.supervisor.clients["barcode0"]
        self.devices = devices
        self.preview = CameraPreview(devices.supervisor)
        self.runtime.add(Forgetting(devices.supervisor))
        self.runtime.subscribe(self.preview.follow)

    @property
    def session(self) -> Session:
        return self.runtime.session

    async def until(self, true: Callable[[], object]) -> None:
        end = time.monotonic() + WAIT_S
        while not true():
            assert time.monotonic() < end, (
                self.session.screen,
                self.session.devices,
                self.client.exchanges.lines()[-6:],
            )
            await asyncio.sleep(0.01)

    async def ready(self) -> None:
        await self.until(lambda: self.session.usable(DeviceKind.BARCODE))

    async def track(self) -> None:
        self.runtime.intent("choose_goal", {"goal": "track"})
        assert self.session.screen is Screen.TRACK

    async def seen(self, text: str = "NOT OF USE HERE") -> Frame:
        """What is seen when something is held before the camera."""
        await self.until(lambda: self.preview.shown)
        await self.camera.act("scan", text)
        frames: list[Frame] = []

        def look() -> bool:
            if (frame := self.preview.look()) is not None:
                frames.append(frame)
            return bool(frames)

        await self.until(look)
        return frames[-1]

    def asked(self) -> int:
        """How often the host was asked to show or not to show."""
        return sum(line.what == "preview" for line in self.client.exchanges.lines())

    def left(self) -> list[str]:
        """Files that hold a picture, but for the frames of the simulated camera."""
        return [path.name for path in self.folder.rglob("*") if path.is_file() and path.parent.name != "frames"]


@asynccontextmanager
async def desk(folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    made = Desk(folder, settings or {"preview": str(folder / "preview")})
    await made.camera.start()
    await made.devices.supervisor.start()
    keeping = asyncio.create_task(made.preview.keep())
    try:
        await made.ready()
        yield made
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await made.runtime.stop()
        await made.devices.supervisor.stop()
        await made.camera.stop()


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 3 * WAIT_S))


def test_what_is_held_before_the_camera_is_seen_on_the_screen_that_asks_for_a_code(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as at:
            assert at.session.devices["barcode0"].preview
            assert not at.preview.shown
            await at.track()
            frame = await at.seen()
            assert (frame.width, frame.height, len(frame.outline)) == (640, 360, 4)
            assert at.left() == []

    run(scene())


def test_a_screen_that_is_left_is_wiped_at_once_and_nothing_is_shown_any_more(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as at:
            first = at.client.pid
            await at.track()
            frame = await at.seen()
            pixels = frame.pixels
            assert any(pixels)
            at.runtime.intent("back", {})
            assert at.session.screen is Screen.HOME
            assert not at.preview.shown
            assert not any(pixels)
            assert at.preview.look() is None
            await at.until(lambda: at.client.pid not in (None, first))
            await at.ready()
            await at.camera.act("scan", "SEEN BY NOBODY")
            assert at.left() == []

    run(scene())


def test_what_lies_over_the_screen_hides_the_picture_and_the_same_host_shows_it_again_afterwards(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as at:
            first = at.client.pid
            await at.track()
            frame = await at.seen()
            asked = at.asked()
            at.runtime.intent("call_help", {})
            assert at.session.overlay is Overlay.HELP_CALLED
            assert not at.preview.shown
            assert not any(frame.pixels)
            await at.until(lambda: at.asked() > asked)
            at.runtime.intent("close_overlay", {})
            await at.seen("AGAIN")
            assert at.client.pid == first

    run(scene())


def test_a_session_that_ends_takes_the_host_and_all_it_saw_with_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as at:
            first = at.client.pid
            await at.track()
            await at.seen()
            number = at.session.number
            at.runtime.intent("ask_end", {})
            assert at.session.overlay is Overlay.CONFIRM_END
            assert not at.preview.shown, "nothing is shown behind a question"
            at.runtime.intent("confirm_end", {})
            await at.until(lambda: at.client.pid not in (None, first))
            assert not at.preview.shown
            at.runtime.intent("continue", {})
            await at.until(lambda: at.session.screen is Screen.HOME)
            assert at.session.number > number
            await at.ready()
            await at.track()
            await at.seen("OF THE NEXT CITIZEN")
            assert at.left() == []

    run(scene())


def test_a_host_that_dies_is_followed_by_one_that_shows_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as at:
            await at.track()
            await at.seen()
            first = at.client.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            await at.until(lambda: not at.preview.shown)
            await at.until(lambda: at.preview.shown and at.client.pid != first)
            await at.seen("AGAIN")
            assert at.left() == []

    run(scene())


def test_a_camera_that_may_not_be_shown_changes_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, fps=15) as at:
            assert not at.session.devices["barcode0"].preview
            await at.track()
            await at.camera.act("scan", "G09.20-20260609-0092637")
            await at.until(lambda: at.session.track.code)
            assert not at.preview.shown
            assert at.asked() == 0

    run(scene())


@pytest.mark.parametrize("place", ["", "/proc/none/preview"])
def test_where_the_picture_has_no_place_the_codes_are_read_all_the_same(tmp_path: Path, place: str) -> None:
    async def scene() -> None:
        async with desk(tmp_path, preview=place) as at:
            await at.track()
            await at.camera.act("scan", "G09.20-20260609-0092637")
            await at.until(lambda: at.session.track.code)
            assert not at.preview.shown

    run(scene())
