"""Thousands of citizens at one window, one after the other; prints what it held after each few of them, as JSON.

Every visit is played through the real flow, runtime, catalogue, view-models and screens: home, search letter by letter on
the screen's keyboard, procedure, checklist, consent, card, papers, form, and from there on to the end in one of three
ways. Reader, scanner, store, service and printer answer at once (`tests/bench/at_once.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtQml import QQmlComponent

from drivers import memory
from kiosk_app import paths
from kiosk_app.catalog import Catalog
from kiosk_app.keypad import KEYS, Act
from kiosk_app.log import set_up
from kiosk_app.model.basics import Overlay, Screen
from kiosk_app.model.session import ReceiptStage, Session
from kiosk_app.runtime.library import LibraryHands
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.speech import Speaker
from tests.bench.at_once import AtOnce
from tests.bench.sound_wire import deaf
from ui.app import build
from ui.window import Site

CONSTANTS: Final = (None, True, False)
WORDS: Final = ("nhan hieu", "sang che", "kieu dang", "ma so ma vach")
PROCEDURE: Final = "IP-03"
PAPERS: Final = ("c1", "c2")
PATIENCE_S: Final = 10.0
LOOK_S: Final = 0.001
SETTLE_S: Final = 0.9
"""Longer than the first of the window's timers after a session; the second one runs once they have all gone."""
LEAKS: Final[dict[str, Callable[[QObject, list[object]], None]]] = {
    "none": lambda window, kept: None,
    "object": lambda window, kept: QObject(window).deleteLater(),
    "memory": lambda window, kept: kept.append(os.urandom(100_000)),
}
"""Faults that can be put in, to see that they are found: the second one costs a reference to None (PySide 6.11.3)."""

_MOUTH: Final = b"""
import QtQuick
import Kiosk.theme

Item {
    property var said: null
    readonly property bool typing: App.activeInput !== null && App.activeInput.visible
    onSaidChanged: App.act(said.name, said.payload)

    property Item all: null
    property var pressed: null
    onPressedChanged: find(all, pressed.name).click()

    function find(item, name) {
        for (let place = item.children.length - 1; place >= 0; place--) {
            const child = item.children[place];
            if (!child.visible)
                continue;
            const found = child.objectName === name ? child : find(child, name);
            if (found !== null)
                return found;
        }
        return null;
    }
}
"""
"""Says what a screen would, from QML, so that names and payloads go the way that those of a touch go; and clicks a key.

No posted touch: for each mouse event that Python makes for a window PySide (6.11.3) keeps three references to None.
"""


class Desk(Runtime):
    """The runtime with all that answers it."""

    def __init__(self) -> None:
        super().__init__(Session(), lambda: datetime.now(UTC))
        self.devices = AtOnce(self)
        self.add(self.devices)
        self.add(LibraryHands(self, Catalog.read(paths.assets() / "catalogue" / "procedures.json")))

    async def start(self) -> None:
        """As a kiosk's, with the same settings of the memory."""
        memory.overwrite_freed()
        memory.share_heaps()
        memory.map_large_pieces()
        self.devices.ready()


class Visits:
    """One window and its visitors."""

    def __init__(self, voice: Speaker | None = None) -> None:
        self.desk = Desk()
        self.voice = voice
        self.app = build(self.desk, site=Site(voice=voice))
        self.window = self.app.window
        self.spoken = 0
        self.app.kiosk.guide.subscribe(self._heard)
        engine = self.app.kiosk.engine
        component = QQmlComponent(engine)
        component.setData(_MOUTH, self.app.kiosk.engine.baseUrl())
        self._mouth = component.create()
        self._mouth.setParent(engine)
        self._turn = 0
        self._mouth.setProperty("all", self.window.contentItem())
        self._frames = 0
        self.window.frameSwapped.connect(self._swapped)

    async def play(self, visits: int, every: int, leak: str = "none") -> dict[str, Any]:
        """So many visits; what was held is looked at before the first one and after every `every`."""
        samples: list[dict[str, float]] = []
        kept: list[object] = []
        began = time.monotonic()
        for number in range(visits):
            if number % every == 0:
                samples.append(await self._held(number))
            await self.visit(number)
            LEAKS[leak](self.window, kept)
        samples.append(await self._held(visits))
        if self.voice is not None:
            await self.voice.stop()
        return {"samples": samples, "seconds": time.monotonic() - began, "spoken": self.spoken}

    async def visit(self, number: int) -> None:
        """One visit. Of ten, three are in English, two in high contrast and large letters, one is heard; a third each
        submits, says goodbye at the form, and walks away from it."""
        english, large, heard = number % 10 in (1, 4, 8), number % 10 in (4, 7), number % 10 == 5
        if large:
            self._act("contrast", mode="high")
            self._act("text-size", scale=1.35)
        if english:
            self._act("language")
        if heard:
            self._act("listen")
        await self._frame()
        self._act("choose_goal", goal="submit")
        await self._search(WORDS[number % len(WORDS)], heard)
        self._act("choose_procedure", local_id=PROCEDURE)
        await self._on(Screen.PROCEDURE)
        await self._next(Screen.CHECKLIST)
        for paper in PAPERS:
            self._act("toggle_component", component=paper)
        await self._next(Screen.CONSENT)
        self._act("give_consent", notices=number % 2 == 0)
        await self._on(Screen.IDENTIFY)
        await self._identify(number)
        await self._scan()
        await self._fill_in(number, heard)
        await (self._submit, self._say_goodbye, self._walk_away)[number % 3]()
        await self._on(Screen.GOODBYE)
        self.desk.expire("goodbye")
        await self._on(Screen.HOME)

    # --- on the way -----------------------------------------------------------------------------------------------------

    async def _search(self, words: str, heard: bool) -> None:
        await self._on(Screen.SEARCH)
        if heard:
            await self._walk(Act.DOWN, Act.DOWN, Act.UP)
        await self._until(lambda: bool(self._mouth.property("typing")))
        for place, letter in enumerate(words, 1):
            self._press(f"key.{'space' if letter == ' ' else letter}")
            await self._until(lambda place=place: len(self.desk.session.query) == place)  # type: ignore[misc]
        await self._until(lambda: bool(self.desk.session.results))

    async def _identify(self, number: int) -> None:
        self.desk.devices.put_card()
        self._act("enter_access_number", number=f"{number:06d}")
        await self._on(Screen.CONFIRM_IDENTITY)
        self.desk.devices.take_card()
        await self._next(Screen.SCAN)

    async def _scan(self) -> None:
        for paper in PAPERS:
            self._act("choose_component", component=paper)
            self._act("start_scan")
            await self._until(lambda paper=paper: len(self.desk.session.kept_pages(paper)) == 2)  # type: ignore[misc]
            await self._until(lambda: not self.desk.session.scan.running)
        self._act("take_originals")
        await self._next(Screen.PAGE_REVIEW)
        await self._next(Screen.FORM)

    async def _fill_in(self, number: int, heard: bool) -> None:
        for name, text in (("mark_name", f"Sao mai {number}"), ("phone", f"0912{number:06d}")):
            for place in range(1, len(text) + 1):
                self._act("set_answer", field_id=name, value=text[:place])
        await self._frame()
        if heard:
            await self._walk(Act.DOWN, Act.DOWN, Act.UP)

    async def _submit(self) -> None:
        await self._next(Screen.CHECK_ANSWERS)
        await self._next(Screen.DECLARE)
        self._act("declare")
        await self._on(Screen.DONE)
        await self._until(lambda: self.desk.session.receipt is ReceiptStage.PRINTED)
        self._act("rate", value=5)
        self._act("continue")

    async def _say_goodbye(self) -> None:
        self._act("ask_end")
        await self._until(lambda: self.desk.session.overlay is Overlay.CONFIRM_END)
        await self._frame()
        self._act("confirm_end")

    async def _walk_away(self) -> None:
        self.desk.expire("idle")
        await self._until(lambda: self.desk.session.overlay is Overlay.IDLE_WARNING)
        await self._frame()
        self.desk.expire("idle_end")

    # --- hands and eyes -------------------------------------------------------------------------------------------------

    def _act(self, name: str, /, **payload: object) -> None:
        self._turn += 1  # no act is ever equal to the one before
        self._mouth.setProperty("said", {"name": name, "payload": payload, "turn": self._turn})

    def _press(self, name: str) -> None:
        """A key of the screen's keyboard, as the keypad selects it."""
        self._turn += 1
        self._mouth.setProperty("pressed", {"name": name, "turn": self._turn})

    async def _walk(self, *keys: Act) -> None:
        """A thumb on the keypad."""
        for act in keys:
            key = getattr(Qt.Key, f"Key_{KEYS[act][0]}")
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QCoreApplication.postEvent(self.window, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))
            await asyncio.sleep(0.05)

    async def _next(self, screen: Screen) -> None:
        self._act("continue")
        await self._on(screen)

    async def _on(self, screen: Screen) -> None:
        """Until that screen is painted."""
        await self._until(lambda: self.desk.session.screen is screen)
        await self._frame()

    async def _until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > end:
                session = self.desk.session
                raise RuntimeError(f"stuck on {session.screen} with {session.notice}")
            await asyncio.sleep(LOOK_S)

    def _swapped(self) -> None:
        self._frames += 1

    def _heard(self, _: object) -> None:
        self.spoken += 1

    async def _frame(self) -> None:
        """Until the next frame is painted. Without a time-out of asyncio: those of ten visits would all be held at once."""
        before = self._frames
        self.window.update()
        await self._until(lambda: self._frames > before)

    async def _held(self, number: int) -> dict[str, float]:
        """What is held at the home screen, once everything that a session leaves for later is done."""
        await asyncio.sleep(SETTLE_S)
        self.app.kiosk.engine.collectGarbage()
        await asyncio.sleep(0.1)
        gc.collect()
        memory.give_back()
        counts = [sys.getrefcount(constant) for constant in CONSTANTS]
        return {"visits": number, "mb": own_mb(), "None": counts[0], "True": counts[1], "False": counts[2]}


def own_mb() -> float:
    """Memory of this process that no file backs, in MB: what it shares with others by mapping files is no growth of it."""
    rows = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("Anonymous:")) / 1024


def main() -> None:
    """Plays and prints JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.visits", description=__doc__)
    parser.add_argument("visits", type=int)
    parser.add_argument("--every", type=int, default=100, help="how many visits between two looks")
    parser.add_argument("--leak", choices=sorted(LEAKS), default="none", help="put one in, to see it found")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-visits-") as folder:
        set_up(Path(folder) / "kiosk.log")
        deaf(Path(folder), os.environ)
        speaker = Speaker()
        visits = Visits(speaker if speaker.available else None)
        told = visits.app.run(visits.play(asked.visits, asked.every, asked.leak))
    told["complaints"] = [str(item) for item in visits.app.messages.warnings]
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
