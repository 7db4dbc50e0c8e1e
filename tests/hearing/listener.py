"""Somebody who hears lines and presses keys. Of the program they know nothing else."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.hearing.wishes import Hand, Wishes

QUIET_S = 0.12
"""So long nothing more is said: it was all."""
PATIENCE_S = 90.0
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
"""How letters stand on every keyboard."""
PAD = ("123", "456", "789", "-0-")
"""And digits on every telephone."""


@dataclass(frozen=True)
class Heard:
    """A line of the transcript: its words, its language, and what kind of line it is."""

    text: str
    language: str
    kind: str


class LostError(Exception):
    """They do not know what to do; the text ends with what was heard last."""


@dataclass
class Listener:
    """Hears from `lines`, presses with `press`, uses their hands with `do`. `told` is all that was heard."""

    wishes: Wishes
    lines: asyncio.Queue[Heard]
    press: Callable[[str], Awaitable[None]]
    do: Callable[[Hand], Awaitable[None]]
    told: list[Heard] = field(default_factory=list)
    keys: int = 0
    _screen: str = ""
    _new: bool = False
    _done: set[str] = field(default_factory=set)
    _hands: set[str] = field(default_factory=set)
    _rows: tuple[str, ...] = ROWS

    async def visit(self) -> None:
        """From the first word to the last. Raises LostError."""
        while not self._new:
            await self._hear(PATIENCE_S)
        while True:
            self._new = False
            self._done.clear()
            if self.wishes.over in self._screen:
                return
            if self.wishes.keyboard in self._screen:
                await self._write(self._screen)
                continue
            await self._read_on()

    async def change_language(self, name: str) -> None:
        """Looks upwards from the screen's beginning for what is called so, and selects it."""
        while not self._new:
            await self._hear(PATIENCE_S)
        for _ in range(12):
            if (await self._key("up")).startswith(name):
                self._new = False
                await self._key("select")
                return
        raise LostError(f"no {name}")

    async def _read_on(self) -> None:
        """To the end of the list, then to what leads on; then waiting for what the machine says."""
        waited = time.monotonic()
        while not self._new:
            stop = await self._key("down")
            if self._new:
                return
            if stop.startswith(self.wishes.end):
                if await self._go_on() or self._new:
                    return
                while not self._new and not await self._hear(1.0):
                    if time.monotonic() - waited > PATIENCE_S:
                        raise LostError(f"nothing to be done; heard at last: {[one.text for one in self.told[-12:]]}")
                await self._key("up")
                for _ in range(80):
                    if self._new or (await self._key("up")).startswith(self.wishes.end):
                        break
                continue
            await self._answer(stop)

    async def _answer(self, stop: str) -> None:
        """Does with one thing that is heard what this person wants done with it."""
        wishes = self.wishes
        name = stop.split(". ")[0]
        if name in self._done or wishes.disabled in stop:
            return
        if wishes.field in stop:
            for label, words in wishes.write.items():
                if name.startswith(label) and wishes.empty in stop:
                    self._done.add(name)
                    said = await self._key("select")
                    if wishes.keyboard in said:
                        await self._type(words)
                        await self._key("back")
            return
        if any(name.startswith(wanted) for wanted in wishes.choose) and wishes.button in stop:
            self._done.add(name)
            await self._key("select")
        elif any(name.startswith(wanted) for wanted in wishes.agree) and wishes.button not in stop:
            state = stop.split(". ")[1:]
            if not any(word.rstrip(".") == wishes.chosen for word in state):
                self._done.add(name)
                await self._key("select")

    async def _go_on(self) -> bool:
        """Back up to the best thing that leads on and can be used; whether there was one."""
        heard: list[str] = [self.told[-1].text.removeprefix(f"{self.wishes.end}. ")]
        for _ in range(8):
            heard.append(await self._key("up"))
            if self._new:
                return True
        for wanted in self.wishes.onward:
            for back, stop in enumerate(heard):
                if stop.split(". ")[0] == wanted and self.wishes.disabled not in stop and self.wishes.button in stop:
                    for _ in range(len(heard) - 1 - back):
                        await self._key("down")
                    await self._key("select")
                    ended = time.monotonic() + 3
                    while not self._new and time.monotonic() < ended:
                        await self._hear(0.5)
                    return True
        return False

    async def _write(self, said: str) -> None:
        """A screen that begins with a keyboard."""
        for label, words in self.wishes.write.items():
            if label in said and self.wishes.empty in said:
                await self._type(words)
        self._new = False
        await self._key("back")
        self._screen = ""
        await self._read_on()

    async def _type(self, words: str) -> None:
        """Walks the keys by what they are called."""
        at, ended, self._rows = "", False, ROWS
        for letter in words:
            for _ in range(120):
                if at == (self.wishes.space if letter == " " else letter):
                    break
                said = await self._key(self._way(at, letter, ended))
                ended = said.startswith(self.wishes.end)
                if ended and at in PAD[0] and at:
                    self._rows = PAD  # a row that ends after 3 is a telephone's
                at = said.removeprefix(f"{self.wishes.end}. ").split(". ")[0].rstrip(".")
            else:
                raise LostError(f"the key {letter!r} is not found; heard {at!r}")
            await self._key("select")

    def _way(self, at: str, letter: str, ended: bool) -> str:
        """Which arrow leads from the key that was heard to the one that is wanted."""
        rows = self._rows
        here = next((row for row, keys in enumerate(rows) if len(at) == 1 and at in keys), None)
        if letter == " ":
            # Below all letters; there it may be to either side, and where it goes no further it was the other one.
            return "right" if at == "?123" else "left" if ended else "down"
        wanted = next(row for row, keys in enumerate(rows) if letter in keys)
        if here is None and rows is PAD and letter == "0":
            return "right" if ended else "left"
        if here is None:
            return (
                "right"
                if at.startswith(self.wishes.shift) and wanted == 3
                else "up"
                if ended or rows is PAD
                else "down"
            )
        if wanted != here:
            return "down" if wanted > here else "up"
        return "right" if rows[here].index(letter) > rows[here].index(at) else "left"

    async def _key(self, key: str) -> str:
        """Presses a key and hears what is said to it, to its end; the first words that are no news of the machine."""
        self.keys += 1
        before = len(self.told)
        await self.press(key)
        await self._hear(1.0)
        while await self._hear(QUIET_S):
            pass
        return next((one.text for one in self.told[before:] if one.kind in ("stop", "key", "screen")), "")

    async def _hear(self, seconds: float) -> bool:
        """One more line, if one comes so soon; hands do what it asks for."""
        try:
            async with asyncio.timeout(seconds):
                line = await self.lines.get()
        except TimeoutError:
            return False
        self.told.append(line)
        if line.kind == "screen":
            self._screen, self._new = line.text, True
        if line.kind in ("screen", "change", "stop"):
            for hand in self.wishes.hands:
                if hand.words not in self._hands and re.search(hand.words, line.text):
                    self._hands.add(hand.words)
                    await self.do(hand)
                    break
        return True
