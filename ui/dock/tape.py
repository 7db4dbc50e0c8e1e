"""The dock's tape: records what is done to the devices, and plays recorded scenarios again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from drivers.simulators.replay import play
from drivers.simulators.scenario import ScenarioError, Step, read
from ui.dock.device import LIST
from ui.dock.link import Frame, Line


class Tape(QObject):
    """What the bar at the dock's foot shows, and what its buttons do. Others may record, too: the server's word holds."""

    changed = Signal()

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = address
        self._line: Line | None = None
        self._recording: dict[str, Any] = {"on": False, "since": 0.0, "steps": 0}
        self._scenarios: list[dict[str, Any]] = []
        self._playing: asyncio.Task[None] | None = None
        self._title = ""
        self._asking = False
        self._done = self._of = 0
        self._saved = self._trouble = ""
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.changed)

    def use(self, line: Line) -> None:
        """Gives the line on which to ask."""
        self._line = line

    def told(self, frame: Frame) -> None:
        """Takes what the server says of recording and scenarios."""
        now = (frame.get("recording", self._recording), frame.get("scenarios", []))
        if now == (self._recording, self._scenarios):
            return
        self._recording, self._scenarios = now
        if self._recording["on"]:
            self._clock.start()
        else:
            self._clock.stop()
        self.changed.emit()

    # --- for QML

    recording = Property(bool, fget=lambda self: bool(self._recording["on"]), notify=changed)
    steps = Property(int, fget=lambda self: int(self._recording["steps"]), notify=changed)
    seconds = Property(int, fget=lambda self: self._seconds(), notify=changed)
    scenarios = Property(LIST, fget=lambda self: self._scenarios, notify=changed)
    playing = Property(bool, fget=lambda self: self._playing is not None, notify=changed)
    title = Property(str, fget=lambda self: self._title, notify=changed)
    done = Property(int, fget=lambda self: self._done, notify=changed)
    of = Property(int, fget=lambda self: self._of, notify=changed)
    saved = Property(str, fget=lambda self: self._saved, notify=changed)
    trouble = Property(str, fget=lambda self: self._trouble, notify=changed)

    @Slot()
    def record(self) -> None:
        """Begins to record."""
        self._ask("start", "", self._recorded)

    @Slot(str)
    def keep(self, name: str) -> None:
        """Ends the recording and saves it under its name, or under the time when it has none."""
        self._ask("stop", "", lambda _, trouble: self._stopped(name, trouble))

    @Slot(str, str, float)
    def replay(self, file: str, title: str, speed: float) -> None:
        """Plays a scenario, `speed` times as fast as it was; one at a time."""
        if self._playing is None:
            self.dismiss()
            self._title, self._done = title, 0
            self._playing = self._asked().spawn(self._play(Path(file), speed))
            self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Ends the scenario where it is; the devices stay as they are."""
        if self._playing is not None:
            self._playing.cancel()

    @Slot()
    def dismiss(self) -> None:
        """What was said has been read."""
        self._say()

    def _say(self, *, saved: str = "", trouble: str = "") -> None:
        self._saved, self._trouble = saved, trouble
        self.changed.emit()

    def _ask(self, do: str, name: str, done: Callable[[dict[str, str], str], None]) -> None:
        """Asks the server unless it has yet to answer: a finger may tap twice."""
        if not self._asking:
            self._asking = True
            self.dismiss()
            self._asked().record(do, name, done)

    def _asked(self) -> Line:
        assert self._line is not None
        return self._line

    def _seconds(self) -> int:
        return max(0, int(time.time() - self._recording["since"])) if self._recording["on"] else 0

    def _stopped(self, name: str, trouble: str) -> None:
        if trouble:
            self._recorded({}, trouble)
        else:
            self._asked().record("save", name, self._recorded)

    def _recorded(self, answer: dict[str, str], trouble: str) -> None:
        self._asking = False
        self._say(saved=answer.get("file", ""), trouble=trouble)

    async def _play(self, file: Path, speed: float) -> None:
        try:
            scenario = await asyncio.to_thread(read, file)
            self._of = len(scenario.steps)
            await play(self._address, scenario, speed, self._at)
        except ScenarioError as error:
            self._trouble = str(error)
        finally:
            self._playing = None
            self.changed.emit()

    def _at(self, number: int, _step: Step) -> None:
        self._done = number
        self.changed.emit()
