"""How soon the voice is heard after a key of the keypad, in a window of its own; prints the times as JSON.

The real way: the key, the cursor's next stop, its words, espeak-ng in a process of its own, libasound. The sound card is a
pipe (`tests/bench/sound_wire.py`); the time ends when the first samples come out of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from kiosk_app.catalog import Catalog
from kiosk_app.keypad import KEYS, Act
from kiosk_app.log import set_up
from kiosk_app.speech import Speaker
from tests.bench.overlap import beside
from tests.bench.searching import synthetic
from tests.bench.sound_wire import SoundWire
from tests.bench.stage import StageRuntime
from ui.app import build
from ui.samples import sessions
from ui.window import Site

SCREENS: Final = ("home", "procedure", "checklist", "form", "check_answers", "done")
QUIET_S: Final = 0.12
HEARD_S: Final = 3.0
STOPS: Final = 12
"""Keys on one screen; further down there may be nothing that differs from what was said."""


class Heard:
    """The window, its voice, and the pipe."""

    def __init__(self, wire: SoundWire, words: int) -> None:
        self.wire = wire
        self.words = words
        self.samples = sessions()
        self.runtime = StageRuntime(self.samples["home"], Catalog(synthetic(20)))
        self.speaker = Speaker()
        if not self.speaker.available:
            raise RuntimeError("espeak-ng is not installed")
        self.app = build(self.runtime, site=Site(voice=self.speaker))

    async def play(self, journal: Path | None) -> dict[str, Any]:
        """Milliseconds from key to sound."""
        with self.wire:
            self.app.kiosk.guide.start()
            took, meanwhile = await beside(journal, self._keys)
            await self.speaker.stop()
        return {"speech": took, "meanwhile": str(meanwhile), "bytes": self.wire.bytes}

    async def _keys(self) -> list[float]:
        took: list[float] = []
        while len(took) < self.words:
            for name in SCREENS:
                self.runtime.show(self.samples[name])
                await asyncio.sleep(0.3)  # until the screen itself is being read out
                for _ in range(min(STOPS, self.words - len(took))):
                    await self.wire.silence(QUIET_S)
                    first, begun = self.wire.listen(), time.perf_counter()
                    self._press(Act.DOWN)
                    took.append((await asyncio.wait_for(first, HEARD_S) - begun) * 1000)
        return took

    def _press(self, act: Act) -> None:
        key = getattr(Qt.Key, f"Key_{KEYS[act][0]}")
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.postEvent(self.app.window, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))


def main() -> None:
    """Measures and prints JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.heard", description=__doc__)
    parser.add_argument("words", type=int, help="how many times something is to be said")
    parser.add_argument("--journal", type=Path, help="of the kiosk that works beside it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-heard-") as name:
        set_up(Path(name) / "kiosk.log")
        heard = Heard(SoundWire(Path(name), os.environ), asked.words)
        told = heard.app.run(heard.play(asked.journal))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
