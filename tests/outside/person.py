"""A person before the screen: sees what a screen reader is told, touches places on the screen, handles papers and card."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from drivers.simulators.bench import DOCK_FILE
from drivers.simulators.dock import DockClient
from drivers.simulators.replay import read_off

T = TypeVar("T")
EYE: Final = ("/usr/bin/python3", str(Path(__file__).with_name("eye.py")))
PATIENCE_S: Final = 90.0
LOOK_S: Final = 0.15
TOUCHED: Final = ("push button", "check box", "radio button", "text", "toggle button", "list item", "password text")
"""The roles of what is touched, as AT-SPI names them."""


@dataclass(frozen=True)
class Thing:
    """Something on the screen as a screen reader has it; its place in pixels of the screen."""

    role: str
    name: str
    description: str
    x: int
    y: int
    wide: int
    high: int
    states: frozenset[str]

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.wide // 2, self.y + self.high // 2


class Finger(Protocol):
    """What touches the screen from outside."""

    def touch(self, x: int, y: int) -> None:
        """A short touch, in pixels of the screen."""


class Eye:
    """The program that looks, on the message bus of its environment."""

    def __init__(self, command: tuple[str, ...], environment: dict[str, str]) -> None:
        self._program = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self._answer() == {"ready": True}

    def look(self) -> list[Thing]:
        """All that shows now, in the order of the tree."""
        assert self._program.stdin is not None
        self._program.stdin.write("look\n")
        self._program.stdin.flush()
        return [
            Thing(role, name or "", description or "", *place, frozenset(states))
            for role, name, description, place, states in self._answer()
        ]

    def close(self) -> None:
        """Ends the program."""
        self._program.communicate(timeout=30)

    def _answer(self) -> Any:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        assert line, "the eye is shut: is gir1.2-atspi-2.0 installed?"
        return json.loads(line)


class Person:
    """One citizen at the kiosk whose data are in `data`. All of it raises AssertionError when it fails."""

    def __init__(self, eye: Eye, finger: Finger, data: Path, wide: int, high: int) -> None:
        self._eye, self._finger, self._data = eye, finger, data
        self._size = (wide, high)
        self.touches = 0

    def heading(self) -> str:
        """What the page is called."""
        return next((thing.name for thing in self._eye.look() if thing.role == "heading" and thing.name), "")

    def words(self) -> str:
        """All names on the screen."""
        return "\n".join(thing.name for thing in self._eye.look())

    def until(self, seen: Callable[[], T], what: str, seconds: float = PATIENCE_S) -> T:
        """Looks until there is something true."""
        begun, stood = time.monotonic(), ""
        while not (found := seen()):
            waited = time.monotonic() - begun
            # Whoever waits too long is sent home by the machine, and what they waited before is gone.
            if not stood and waited > seconds / 4:
                stood = self.words()
            assert waited < seconds, f"not seen: {what}; there was:\n{stood}\n--- and there is:\n{self.words()}"
            time.sleep(LOOK_S)
        return found

    def touch(self, words: str) -> None:
        """Touches what can be touched and has these words as its name, or at least in it, once it stands still."""
        before: list[Thing] = []

        def at_rest() -> Thing | None:
            thing = self._find(words)
            still = thing is not None and before[-1:] == [thing]
            before[:] = [thing] if thing is not None else []
            return thing if still else None

        thing = self.until(at_rest, f"something to touch that is called {words!r}")
        x, y = thing.middle
        assert 0 <= x < self._size[0], thing
        assert 0 <= y < self._size[1], thing
        self._finger.touch(x, y)
        self.touches += 1

    def go_on(self, words: str) -> None:
        """Touches what leads on, and waits for the page it leads to."""
        self.until(lambda: self._find(words), f"something to touch that is called {words!r}")
        before = self.heading()
        self.touch(words)
        self.until(lambda: self.heading() not in ("", before), f"another page than {before!r}")

    def type(self, text: str, space: str) -> None:
        """On the keyboard of the screen; `space` is what its space bar is called."""
        for letter in text:
            self.touch(space if letter == " " else letter)

    def can_touch(self, words: str) -> bool:
        """Whether there is something of that name that could be touched now."""
        return self._find(words) is not None

    def hands(self, device: str, act: str, argument: str | None = None) -> None:
        """What is done at the machine; `@card0.qr` is read off what is in the hand."""

        async def at_dock() -> None:
            place = json.loads((self._data / "bench" / DOCK_FILE).read_text("utf-8"))["dock"]
            dock = await DockClient.connect(place)
            try:
                held = await read_off(dock, argument) if argument is not None and argument.startswith("@") else argument
                await dock.act(device, act, held)
            finally:
                await dock.close()

        asyncio.run(at_dock())

    def _find(self, words: str) -> Thing | None:
        """By its whole name best, else by its first words, else by any."""
        things = [thing for thing in self._eye.look() if thing.role in TOUCHED and "enabled" in thing.states]
        ways: tuple[Callable[[str], bool], ...] = (
            lambda name: name == words,
            lambda name: name.startswith(words),
            lambda name: words in name,
        )
        return next((thing for way in ways for thing in things if way(thing.name)), None)
