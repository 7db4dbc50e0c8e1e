"""The kiosk in a process of its own, touched by lines of JSON: what a finger does comes in, what is shown goes out.

python -m tests.residue.station SITE.toml DATA KEEP

A line is [verb, word, seconds]: ["touch", item], ["until", fact], ["screen", name], ["expire", timer], ["choose", procedure]
or ["see", ""]. Keys are touched one by one, and nothing else of the test is in this process: whatever is found in it about
a citizen came from the devices and the keys of the screen.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from drivers import memory
from kiosk_app import config
from kiosk_app.log import set_up
from kiosk_app.model.session import Session
from kiosk_app.runtime.kiosk import Kiosk
from ui.app import KioskApp, build
from ui.journey.facts import holds
from ui.journey.hand import Hand
from ui.theme import singleton

LOOK_S: Final = 0.02


class Station:
    """The kiosk, its window, and a finger."""

    def __init__(self, kiosk: Kiosk, app: KioskApp) -> None:
        self._kiosk = kiosk
        self._hand = Hand(app.window)

    async def serve(self) -> None:
        """Answers line after line; ends with the input."""
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            verb, word, seconds = json.loads(line)
            done = await self._do(verb, word, float(seconds))
            session = self._kiosk.session
            told: dict[str, Any] = {
                "done": done,
                "screen": session.screen.value,
                "overlay": session.overlay.value,
                "notice": session.notice or "",
                "devices": {status.kind.value: status.state.value for status in session.devices.values()},
                "dock": "" if self._kiosk.bench is None else self._kiosk.bench.dock,
            }
            print(json.dumps(told), flush=True)

    async def _do(self, verb: str, word: str, seconds: float) -> bool:
        if verb == "touch":
            return await self._touch(word, seconds)
        if verb == "until":
            return await _until(lambda: holds(self._kiosk.session, word), seconds)
        if verb == "screen":
            return await _until(lambda: self._kiosk.session.screen.value == word, seconds)
        if verb == "expire":
            return await _until(lambda: self._kiosk.runtime.expire(word), seconds)
        if verb == "choose":
            self._kiosk.intent("choose_procedure", {"local_id": word})
        return True

    async def _touch(self, name: str, seconds: float) -> bool:
        end = time.monotonic() + seconds
        seen: object = None
        while time.monotonic() < end:
            item = self._hand.find(name)
            place = None if item is None else self._hand.place(item)
            if item is not None and place == seen:  # nobody aims at what is moving
                return await self._hand.touch(item)
            seen = place
            await asyncio.sleep(LOOK_S)
        return False


async def _until(so: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not so():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(LOOK_S)
    return True


def keep(kiosk: Kiosk, where: str, folder: Path) -> None:
    """A control, wrong on purpose: each session's person is kept in a list for ever, or written into a temporary file."""
    kept: list[object] = []

    def remember(session: Session) -> None:
        if session.identity is not None and "memory" in where:
            kept.append(session.identity)
        if session.identity is not None and "disk" in where:
            (folder / "last-visitor").write_text(session.identity.name, "utf-8")

    if where:
        kiosk.subscribe(remember)


def main() -> None:
    """Runs until the input ends."""
    memory.keep_inside()  # as the command `kiosk` does
    data = Path(sys.argv[2])
    set_up(data / "logs" / "kiosk.log")
    kiosk = Kiosk(config.load("test", Path(sys.argv[1]), data))
    keep(kiosk, sys.argv[3], Path(os.environ["TMPDIR"]))
    app = build(kiosk, windowed=True)
    singleton(app.kiosk.engine, "Theme").setProperty("reducedMotion", True)
    app.run(Station(kiosk, app).serve())
    if app.messages.warnings:
        sys.exit(f"Qt complained: {app.messages.warnings}")


if __name__ == "__main__":
    main()
