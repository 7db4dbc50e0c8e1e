"""A window of the kiosk in a process of its own, touched by posted events; prints the times until its frames."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtQuick import QQuickItem, QSGRendererInterface

from kiosk_app.catalog import Catalog
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.session import Session
from kiosk_app.runtime.library import LibraryHands
from kiosk_app.runtime.runtime import Runtime
from tests.bench.figures import Plan, median
from tests.bench.searching import synthetic
from ui.app import KioskApp, build
from ui.gallery import every_item
from ui.samples import sessions
from ui.translations import DEFAULT_ZONE, Texts
from ui.window import MODELS, Door, Site

TOUCHED = ("home", "search", "procedure", "checklist", "consent", "identify_number", "scan_complete", "form",
           "check_answers", "declare", "done", "track", "confirm_end")  # fmt: skip
MOST_OF_A_SCREEN = 8
FRAME_S = 0.4
QUIET_S = 0.03
MOST_QUIET = 12
"""A screen with something that turns is never quiet."""
TEXT = "dang ky nhan hieu hang hoa dich vu"
STEP = 30


class StageRuntime:
    """The real runtime, whose session can be set; what the citizen does counts only while `acting`."""

    def __init__(self, session: Session, catalog: Catalog) -> None:
        self.inner = Runtime(session, lambda: datetime.now(UTC))
        self.inner.add(LibraryHands(self.inner, catalog))
        self.acting = False
        self._listeners: list[Callable[[Session], None]] = []
        self.inner.subscribe(self._tell)

    @property
    def session(self) -> Session:
        """As the runtime's."""
        return self.inner.session

    def subscribe(self, listener: Callable[[Session], None]) -> None:
        """As the runtime's."""
        self._listeners.append(listener)

    def intent(self, name: str, payload: Mapping[str, object]) -> None:
        """Goes to the flow while acting."""
        if self.acting:
            self.inner.intent(name, payload)

    def show(self, session: Session) -> None:
        """Makes this the session."""
        self.inner.session = session
        self._tell(session)

    def _tell(self, session: Session) -> None:
        for listener in self._listeners:
            listener(session)

    async def start(self) -> None:
        """Nothing is started."""

    async def stop(self) -> None:
        """Ends its timers."""
        await self.inner.stop()


class Stage:
    """The measurements; all times are milliseconds."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.samples = sessions()
        self.catalog = Catalog(synthetic(700))
        self.runtime = StageRuntime(self.samples["home"], self.catalog)
        self.app: KioskApp = build(self.runtime)
        self.window = self.app.window
        self._waiting: tuple[asyncio.Future[float], Callable[[], bool]] | None = None
        self.window.frameSwapped.connect(self._swapped)

    async def play(self) -> dict[str, Any]:
        """Everything, one after the other."""
        first = await self._switches(list(self.samples.items()))
        names = list(self.samples.items()) * self.plan.rounds
        random.Random(3).shuffle(names)
        switches = await self._switches(names)
        taps, missed = await self._taps()
        renderer = self.window.rendererInterface().graphicsApi()
        return {
            "first_visits": first,
            "switches": switches,
            "taps": taps,
            "taps_without_frame": missed,
            "keys": await self._keys(),
            "scroll": await self._scroll(),
            "updates": self._updates(),
            "keypad": await self._keypad(),
            "renderer": QSGRendererInterface.GraphicsApi(renderer).name,
            "size": [self.window.width(), self.window.height()],
        }

    # --- frames -------------------------------------------------------------------------------------------------------

    def _swapped(self) -> None:
        if self._waiting is not None and not self._waiting[0].done() and self._waiting[1]():
            self._waiting[0].set_result(time.perf_counter())

    async def _frame(self, act: Callable[[], object], shows: Callable[[], bool] = lambda: True) -> float | None:
        """Milliseconds from before `act` to the swap of the first frame in which `shows` holds; None when none comes."""
        future = asyncio.get_running_loop().create_future()
        self._waiting = (future, shows)
        started = time.perf_counter()
        act()
        try:
            return (await asyncio.wait_for(future, FRAME_S) - started) * 1000
        except TimeoutError:
            return None
        finally:
            self._waiting = None

    async def _quiet(self) -> None:
        """Until nothing moves any more, so that a frame answers what was done and nothing else."""
        for _ in range(MOST_QUIET):
            future = asyncio.get_running_loop().create_future()
            self._waiting = (future, lambda: True)
            try:
                await asyncio.wait_for(future, QUIET_S)
            except TimeoutError:
                return
            finally:
                self._waiting = None

    def _post(self, kind: QEvent.Type, point: QPointF) -> None:
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, point, point, button, held, Qt.KeyboardModifier.NoModifier)
        event.setTimestamp(time.monotonic_ns() // 1_000_000)
        QCoreApplication.postEvent(self.window, event)

    # --- measurements -------------------------------------------------------------------------------------------------

    async def _switches(self, order: list[tuple[str, Session]]) -> list[float]:
        """From the new session to its screen on the glass."""
        took = []
        for _, session in order:
            if session.screen is self.runtime.session.screen:
                self.runtime.show(replace(self.samples["home"], screen=Screen.GOODBYE))
            await self._quiet()
            milliseconds = await self._frame(lambda session=session: self.runtime.show(session))  # type: ignore[misc]
            if milliseconds is not None:
                took.append(milliseconds)
        return took

    def _buttons(self) -> list[QQuickItem]:
        inside = QRectF(0, 0, self.window.width(), self.window.height()).adjusted(4, 4, -4, -4)
        found = [
            item
            for item in every_item(self.window.contentItem())
            if item.inherits("QQuickAbstractButton")
            and "." in item.objectName()
            and item.isVisible()
            and item.isEnabled()
            and inside.contains(_middle(item))
        ]
        return found[:: max(1, len(found) // MOST_OF_A_SCREEN)][:MOST_OF_A_SCREEN]

    async def _taps(self) -> tuple[list[float], int]:
        """From the press to the frame that shows the control pressed."""
        took: list[float] = []
        missed = 0
        covered: set[tuple[str, str]] = set()
        while len(took) < self.plan.taps and missed <= self.plan.taps:
            for name in TOUCHED:
                self.runtime.show(self.samples["home"])
                self.runtime.show(self.samples[name])
                await self._quiet()
                for button in self._buttons():
                    if len(took) >= self.plan.taps:
                        break
                    if (name, button.objectName()) in covered:
                        continue
                    point = _middle(button)
                    milliseconds = await self._frame(
                        lambda point=point: self._post(QEvent.Type.MouseButtonPress, point),  # type: ignore[misc]
                        lambda button=button: bool(button.property("pressed")),  # type: ignore[misc]
                    )
                    hit = bool(button.property("pressed"))
                    self._post(QEvent.Type.MouseButtonRelease, point)
                    await self._quiet()
                    if milliseconds is not None:
                        took.append(milliseconds)
                    elif hit:
                        missed += 1
                    else:
                        covered.add((name, button.objectName()))  # by a dialog, the bar or the keyboard
        return took, missed

    async def _keys(self) -> list[float]:
        """From the touch that types a letter to the letter on the glass, with the search answering meanwhile."""
        took: list[float] = []
        for _ in range(self.plan.rounds):
            start = replace(self.samples["search"], goal=Goal.SUBMIT, query="", results=self.catalog.search(""))
            self.runtime.show(self.samples["home"])
            self.runtime.show(start)
            await self._quiet()
            field = self.window.activeFocusItem()
            self.runtime.acting = True
            for letter in TEXT:
                key = self._named("key.space" if letter == " " else f"key.{letter}")
                before = str(field.property("text"))
                point = _middle(key)
                self._post(QEvent.Type.MouseButtonPress, point)
                await asyncio.sleep(0.03)
                assert str(field.property("text")) == before, "keys type when they are let go"
                milliseconds = await self._frame(
                    lambda point=point: self._post(QEvent.Type.MouseButtonRelease, point),  # type: ignore[misc]
                    lambda field=field, before=before: str(field.property("text")) != before,  # type: ignore[misc]
                )
                if milliseconds is not None:
                    took.append(milliseconds)
                await asyncio.sleep(0.02)
            self.runtime.acting = False
            await self._quiet()
        return took

    def _named(self, name: str) -> QQuickItem:
        return [
            item for item in every_item(self.window.contentItem()) if item.objectName() == name and item.isVisible()
        ][-1]

    async def _scroll(self) -> list[float]:
        """From a finger's movement to the frame of a list of 700 rows that has followed it."""
        results = self.catalog.search("", 700)
        self.runtime.show(self.samples["home"])
        self.runtime.show(replace(self.samples["search"], query="", results=results))
        await self._quiet()
        area = next(item for item in every_item(self.window.contentItem()) if item.inherits("QQuickListView"))
        took: list[float] = []
        swipes = 0
        while len(took) < self.plan.scroll_frames and swipes < self.plan.scroll_frames:
            swipes += 1
            rect = area.mapRectToScene(QRectF(0, 0, area.width(), area.height()))
            at = QPointF(rect.center().x(), rect.bottom() - 40)
            self._post(QEvent.Type.MouseButtonPress, at)
            await asyncio.sleep(0.02)
            while at.y() - STEP > rect.top() + 40:
                at = at - QPointF(0, STEP)
                before = float(area.property("contentY"))
                milliseconds = await self._frame(
                    lambda at=at: self._post(QEvent.Type.MouseMove, at),  # type: ignore[misc]
                    lambda before=before: float(area.property("contentY")) != before,  # type: ignore[misc]
                )
                if milliseconds is not None:
                    took.append(milliseconds)
            await asyncio.sleep(0.12)
            self._post(QEvent.Type.MouseButtonRelease, at)
            await self._quiet()
        return took[: self.plan.scroll_frames]

    async def _keypad(self) -> list[float]:
        """The work of a key of the keypad in its slot, down a screen and up again, while what it comes to is read out."""
        took: list[float] = []
        guide, keypad = self.app.kiosk.guide, self.app.kiosk.keypad
        guide.start()
        for name in TOUCHED:
            self.runtime.show(self.samples["home"])
            self.runtime.show(self.samples[name])
            await self._quiet()
            self._key(Qt.Key.Key_Down)  # the first only shows where it stands
            for key in [Qt.Key.Key_Down] * self.plan.keys + [Qt.Key.Key_Up] * self.plan.keys:
                await self._quiet()
                took.append(self._key(key))
        guide.stop()
        keypad.leave()
        await self._quiet()
        return took

    def _key(self, key: Qt.Key) -> float:
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        started = time.perf_counter()
        self.app.kiosk.keypad.eventFilter(self.window, event)
        return (time.perf_counter() - started) * 1000

    def _updates(self) -> dict[str, float]:
        """The view-models' work for each sample, coming from the home screen; median of several."""
        texts = Texts(self.samples["home"].language, ZoneInfo(DEFAULT_ZONE))
        self.runtime.inner.session = self.samples["home"]
        door = Door(self.runtime, texts, Site())
        for name in MODELS:
            door.model(name)
        took = {}
        many = replace(self.samples["search"], query="dang ky", results=self.catalog.search("dang ky", 700))
        for name, session in {**self.samples, "search of 700": many}.items():
            each = []
            for _ in range(7):
                door.update(self.samples["home"])
                started = time.perf_counter()
                door.update(session)
                each.append((time.perf_counter() - started) * 1000)
            took[name] = median(each)
        return took


def _middle(item: QQuickItem) -> QPointF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height())).center()


def main() -> None:
    """Measures by the plan in the first argument and prints JSON."""
    stage = Stage(Plan(**json.loads(sys.argv[1])))
    playing: Coroutine[Any, Any, dict[str, Any]] = stage.play()
    sys.stdout.write(json.dumps(stage.app.run(playing)) + "\n")


if __name__ == "__main__":
    main()
