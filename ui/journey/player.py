"""Plays a script on a running kiosk and reports what a citizen got for how many touches and how much waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtQuick import QQuickItem, QQuickWindow

from drivers.errors import entry
from drivers.simulators.dock import DockClient, DockError
from drivers.simulators.replay import play, read_off
from drivers.simulators.scenario import ScenarioError
from kiosk_app.flow.events import BeginPractice
from kiosk_app.keypad import Act
from kiosk_app.model.session import Session
from kiosk_app.runtime.child import ChildError
from kiosk_app.runtime.kiosk import Kiosk
from ui.journey.facts import holds, words_on
from ui.journey.hand import Hand
from ui.journey.script import Script, Step
from ui.journey.thumb import Thumb

LOOK_S: Final = 0.02
PAINT_S: Final = 0.25
STILL_LOOKS: Final = 6
LONG_WAIT_S: Final = 0.5
SCENARIO_OVER: Final = "scenario=over"
"""The one fact of `until` that is not of the session."""


class JourneyError(Exception):
    """The journey could not go on; the text names the step, the screen, and what was waited for."""


@dataclass
class Report:
    """What came out; the keys of `kiosk journey --json`."""

    name: str
    dossier_code: str = ""
    lookup_code: str = ""
    kiosk_reference: str = ""
    uuid: str = ""
    state: str = ""
    pages: int = 0
    sealed_sha256: list[str] = field(default_factory=list)
    receipt: str = ""
    touches: int = 0
    """Swipes included; letter keys are counted apart, by the words that they typed."""
    keys: int = 0
    presses: int = 0
    """Keys of the keypad."""
    typed_words: int = 0
    wait_s: float = 0.0
    """Seconds in which the citizen can do nothing but wait: each time from when they would go on until the kiosk lets them.

    This citizen reads, thinks and moves card and paper in no time and aims a finger in an eighth of a second, so that
    nothing that the machine needs hides behind a person's own pace: whoever reads what is on the screen waits less.
    Counted are devices, reading and service, a page that still moves, and whatever else keeps a wanted thing from being
    there and enabled. It begins with the first touch: what the machine needs to start is not waited for by anybody.
    """
    waits: list[dict[str, str | float]] = field(default_factory=list)
    """The waits of half a second and more, each with its screen."""
    seconds: float = 0.0
    screens: list[dict[str, str]] = field(default_factory=list)


class Player:
    """One scripted citizen at a running kiosk with a bench; pictures go to `out`, if given.

    Before a touch an item is looked at `still_looks` times, 20 ms apart, until it stands still.
    """

    def __init__(
        self, kiosk: Kiosk, window: QQuickWindow, out: Path | None = None, still_looks: int = STILL_LOOKS
    ) -> None:
        self._kiosk = kiosk
        self._window = window
        self._still_looks = still_looks
        self.hand = Hand(window)
        self.thumb = Thumb(window)
        self._out = out
        self._report = Report("")
        self._pictured = ""
        self._beside: set[asyncio.Task[None]] = set()
        self._progress: Callable[[int, int, str], None] = lambda done, total, text: None

    def _session(self) -> Session:
        return self._kiosk.session

    def on_progress(self, tell: Callable[[int, int, str], None]) -> None:
        """Calls `tell(done, total, what)` before each step."""
        self._progress = tell

    async def play(self, script: Script) -> Report:
        """Plays it. Raises JourneyError."""
        bench = self._kiosk.bench
        if bench is None:
            raise JourneyError("nothing is simulated here")
        self._report = Report(script.name)
        self.hand.touches = self.thumb.presses = 0
        hand = await DockClient.connect(bench.dock)
        started = time.monotonic()
        try:
            if script.practice:
                self._kiosk.runtime.dispatch(BeginPractice())
            await self._picture()
            if self._session().language.value != script.language and script.keypad:
                await self._find("English", True, 10.0)
            elif self._session().language.value != script.language:
                await self._touch("header.language", 10.0)
            for number, step in enumerate(script.steps):
                self._progress(number, len(script.steps), str(step))
                await self._take(step, hand, number + 1)
                await self._picture()
            await self._scenarios_over(None)
            self._progress(len(script.steps), len(script.steps), "done")
        finally:
            for task in self._beside:
                task.cancel()
            await asyncio.gather(*self._beside, return_exceptions=True)
            self._beside.clear()
            await hand.close()
        self._report.seconds = round(time.monotonic() - started, 3)
        self._report.touches = self.hand.touches - self._report.keys
        self._report.presses = self.thumb.presses
        self._report.wait_s = round(self._report.wait_s, 3)
        return self._report

    async def _take(self, step: Step, dock: DockClient, number: int) -> None:
        try:
            if step.when and not holds(self._session(), step.when):
                return
            if step.touch:
                await self._touch(step.touch, step.seconds)
            elif step.key:
                await self.thumb.press(Act(step.key))
            elif step.find:
                await self._find(step.find, step.select, step.seconds)
            elif step.spell:
                await self._spell(step)
            elif step.type:
                await self._type(step)
            elif step.screen:
                await self._wait(
                    lambda: self._session().screen.value == step.screen, step.seconds, f"screen {step.screen}"
                )
            elif step.until == SCENARIO_OVER:
                await self._scenarios_over(step.seconds)
            elif step.until:
                await self._wait(lambda: holds(self._session(), step.until), step.seconds, step.until)
            elif step.see:
                await self._see(step)
            elif step.device:
                await self._handle(step, dock)
            elif step.scenario:
                await self._replay(step)
            elif step.service:
                await self._switch_service(step.service)
            elif step.timer:
                await self._wait(lambda: self._kiosk.runtime.expire(step.timer), step.seconds, f"timer {step.timer}")
            else:
                await asyncio.sleep(PAINT_S)
                self._save(step.shot)
        except (JourneyError, DockError, ScenarioError, ChildError, KeyError) as error:
            shown = self._session()
            self._save("stuck")
            raise JourneyError(
                f"step {number} ({step}) on screen {shown.screen.value}"
                f"{f' with {shown.notice}' if shown.notice else ''}: {error}"
            ) from error
        self._note()

    async def _touch(self, name: str, seconds: float) -> None:
        await self._wait(lambda: self.hand.find(name) is not None, seconds, f"{name} to be there and enabled")
        item = await self._at_rest(name)
        if item is None or not await self.hand.touch(item):
            raise JourneyError(f"{name} cannot be touched")
        await asyncio.sleep(LOOK_S)

    async def _at_rest(self, name: str) -> QQuickItem | None:
        """The item once it stands still: nobody aims at what is moving."""
        seen: object = None
        still = 0
        moving = started = time.monotonic()
        for _ in range(150):
            item = self.hand.find(name)
            place = self.hand.place(item) if item is not None else None
            if place != seen or place is None:
                still, moving = 0, time.monotonic()
            else:
                still += 1
            if still == self._still_looks:
                self._waited(moving - started, f"{name} to stand still")
                return item
            seen = place
            await asyncio.sleep(LOOK_S)
        return self.hand.find(name)

    async def _type(self, step: Step) -> None:
        if step.into:
            await self._touch(step.into, step.seconds)
        for letter in step.type:
            await self._touch(f"key.{'space' if letter == ' ' else letter}", step.seconds)
        self._report.keys += len(step.type)
        self._report.typed_words += len(step.type.split())

    async def _find(self, words: str, select: bool, seconds: float) -> None:
        """By keypad to what has these words in its name; again and again while it is not there yet."""
        started = time.monotonic()
        while not await self.thumb.find(words):
            if time.monotonic() - started > seconds:
                raise JourneyError(f"{words!r} cannot be reached by keypad; the ring is round {self.thumb.name()!r}")
        if select:
            await self.thumb.press(Act.SELECT)

    async def _spell(self, step: Step) -> None:
        if not await self.thumb.spell(step.spell, self.hand):
            raise JourneyError(f"{step.spell!r} cannot be typed by keypad")
        self._report.typed_words += len(step.spell.split())

    async def _handle(self, step: Step, dock: DockClient) -> None:
        argument = step.argument
        if argument is not None and argument.startswith("@"):
            argument = await self._read_off(argument, dock)
        if step.act:
            await dock.act(step.device, step.act, argument)
        else:
            await dock.fault(step.device, step.fault, argument)

    async def _see(self, step: Step) -> None:
        wanted = step.text
        if step.words:
            wanted = entry(step.words).text("citizen", self._session().language.value)

        def seen() -> bool:
            item = self.hand.find(step.see, touchable=False)
            return item is not None and wanted in words_on(item)

        await self._wait(seen, step.seconds, f"{step.see} saying {wanted!r}" if wanted else step.see)

    async def _switch_service(self, what: str) -> None:
        bench = self._kiosk.bench
        assert bench is not None  # play has looked
        await (bench.start_service() if what == "start" else bench.stop_service())

    async def _read_off(self, argument: str, dock: DockClient) -> str:
        """`@card0.qr`: what a person reads off a thing in the hand; `@code`: off the screen."""
        if argument == "@code":
            return self._session().submission.dossier_code
        return await read_off(dock, argument)

    async def _replay(self, step: Step) -> None:
        bench = self._kiosk.bench
        assert bench is not None  # play has looked
        assert step.events is not None  # read with the script
        task = asyncio.create_task(play(bench.dock, step.events, step.speed))
        self._beside.add(task)
        if not step.beside:
            await self._scenarios_over(None)

    async def _scenarios_over(self, seconds: float | None) -> None:
        """Until what goes on beside the journey is over. Raises JourneyError after `seconds`, ScenarioError."""
        if not self._beside:
            return
        _, left = await asyncio.wait(self._beside, timeout=seconds)
        if left:
            raise JourneyError(f"waited {seconds:g} s for the end of the scenario")
        done, self._beside = self._beside, set()
        for task in done:
            task.result()

    async def _wait(self, holds: Callable[[], bool], seconds: float, what: str) -> None:
        started = time.monotonic()
        try:
            while not holds():
                if time.monotonic() - started > seconds:
                    raise JourneyError(f"waited {seconds:g} s for {what}")
                await asyncio.sleep(LOOK_S)
                self._note()
        finally:
            self._waited(time.monotonic() - started, what)

    def _waited(self, seconds: float, what: str) -> None:
        if self.hand.touches == 0 and self.thumb.presses == 0:
            return
        self._report.wait_s += seconds
        if seconds >= LONG_WAIT_S:
            screen = self._session().screen.value
            self._report.waits.append({"for": what, "screen": screen, "seconds": round(seconds, 3)})

    async def _picture(self) -> None:
        """A picture of each screen when it is first seen."""
        screen = self._session().screen.value
        if screen != self._pictured:
            self._pictured = screen
            if self._out is not None:
                await asyncio.sleep(PAINT_S)
                self._save(screen)

    def _save(self, name: str) -> None:
        if self._out is None:
            return
        file = self._out / "screens" / f"{len(self._report.screens) + 1:02d}-{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        self._window.grabWindow().save(str(file))
        self._report.screens.append({"screen": name, "file": str(file)})

    def _note(self) -> None:
        """Keeps what the end of a session wipes from memory."""
        session = self._session()
        sent = session.submission
        if sent.uuid:
            self._report.uuid, self._report.kiosk_reference = sent.uuid, sent.kiosk_reference
            self._report.state = sent.stage.value
            self._report.sealed_sha256 = list(sent.sha256)
        if sent.dossier_code:
            self._report.dossier_code, self._report.lookup_code = sent.dossier_code, sent.lookup_code
        if session.receipt.value != "none":
            self._report.receipt = session.receipt.value
        if session.pages:
            self._report.pages = sum(page.kept for page in session.pages)
