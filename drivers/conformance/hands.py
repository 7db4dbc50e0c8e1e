"""The two hands: one that works a simulator, one that asks the person in front of a real device."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from drivers.conformance.subject import REQUESTS, TIDYING, CannotDo, Slips, Step, TestCard
from drivers.simulators.base import Simulator

TERMINAL = "/dev/tty"


class SimulatorHand:
    """Works a simulator of the shape of drivers.simulators.base.

    `names` translates steps for a simulator that calls its actions and faults otherwise than ours. What it shows in
    `state()` is looked for under our simulators' names: `receipts` (paths of pictures), `apdus`, `can`, `mrz`, `number`,
    `name`.
    """

    simulated = True

    def __init__(self, simulator: Simulator, names: Mapping[Step, str] | None = None) -> None:
        self._simulator = simulator
        self._names = names or {}

    async def do(self, step: Step, argument: str | None = None) -> None:
        """See Hand."""
        name = self._names.get(step, step.value)
        if name in self._simulator.actions:
            await self._simulator.act(name, argument)
        elif name in self._simulator.faults:
            await self._simulator.fault(name, argument)
        else:
            raise CannotDo(f"the simulator {self._simulator.id} knows no {name}")

    async def slips(self) -> Slips:
        """See Hand."""
        if "documents" in self._simulator.state():  # sheets of an office printer are counted, not looked at
            return Slips(int(self._seen("documents")))
        paths = self._seen("receipts")
        pictures = []
        for path in paths:
            with Image.open(Path(path)) as image:
                pictures.append(image.convert("L"))
        return Slips(len(pictures), tuple(pictures))

    async def chip_commands(self) -> int:
        """See Hand."""
        return int(self._seen("apdus"))

    async def card(self) -> TestCard:
        """See Hand."""
        return TestCard(*(str(self._seen(name) or "") for name in ("can", "mrz", "number", "name")))

    def _seen(self, name: str) -> Any:
        state = self._simulator.state()
        if name not in state:
            raise CannotDo(f"the simulator {self._simulator.id} shows no {name}")
        return state[name]


class PersonHand:
    """Asks on the terminal for what a device needs done; without a terminal, or for what no hand can do, CannotDo."""

    simulated = False

    def __init__(self, terminal: str = TERMINAL) -> None:
        self._terminal = terminal
        self._touched = False
        self._slips = 0
        self._card: TestCard | None = None

    async def do(self, step: Step, argument: str | None = None) -> None:
        """See Hand."""
        if step in TIDYING and not self._touched:
            return
        if step not in REQUESTS:
            raise CannotDo(f"{step.value}: no person can do that, a simulator can")
        if step is Step.SCAN and argument is not None:
            argument = _drawn(argument)
        await self._ask(REQUESTS[step].format(argument=_count_of(step, argument)) + " Then press Enter.")
        self._touched = step is not Step.MEND

    async def slips(self) -> Slips:
        """See Hand."""
        answer = await self._ask("How many slips have come out since the last question? Only whole ones count.")
        if not answer.isdecimal():
            raise CannotDo("nobody counted the slips")
        self._slips += int(answer)
        return Slips(self._slips)

    async def chip_commands(self) -> int:
        """See Hand."""
        raise CannotDo("nobody sees the commands that a chip gets")

    async def card(self) -> TestCard:
        """See Hand."""
        if self._card is None:
            can = await self._ask(
                "Which six digits (CAN) does the test card show? They are not shown here.", secret=True
            )
            if not can:
                raise CannotDo("nobody gave the test card's CAN")
            self._card = TestCard(can)
        return self._card

    async def _ask(self, request: str, *, secret: bool = False) -> str:
        return await asyncio.to_thread(self._ask_now, request, secret)

    def _ask_now(self, request: str, secret: bool) -> str:
        # The terminal itself: pytest keeps the standard streams to itself while a test runs.
        try:
            with open(self._terminal, "r+b", buffering=0) as terminal:  # noqa: PTH123 - a device, unbuffered
                if secret:
                    return getpass.getpass(f"\n>>> {request} ").strip()
                terminal.write(f"\n>>> {request} ".encode())
                line = terminal.readline()
        except OSError as error:
            raise CannotDo(f"needs a person at a terminal: {request}") from error
        if not line:
            raise CannotDo(f"nobody answered: {request}")
        return line.decode(errors="replace").strip()


def _count_of(step: Step, argument: str | None) -> str:
    """Sheets are given as a list of pictures for simulators; a person is told how many."""
    if step is Step.LOAD and argument is not None:
        return str(argument.count(",") + 1)
    return argument or ""


def _drawn(text: str) -> str:
    """The text, and where it can be drawn, its QR code in the terminal."""
    if text.startswith("hex:"):
        raise CannotDo("bytes that are no text cannot be shown to a person")
    try:
        import segno
    except ImportError:
        return text
    import io

    drawing = io.StringIO()
    segno.make(text, error="m").terminal(drawing)
    return f"{text}\n{drawing.getvalue()}"
