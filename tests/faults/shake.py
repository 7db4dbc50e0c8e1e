"""Random fault journeys: everything that can break breaks at random moments while a citizen submits a dossier.

python tests/faults/shake.py [--rounds N] [--seed S] [--jobs N] [--only NUMBER]

A round's schedule follows from the seed and its number alone: `--seed S --only NUMBER` plays it again. Several jobs are
several machines beside each other, each with its card reader in the development transport, since this computer has one
virtual reader only; `--reader` takes that one instead.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from language import Fault, roll
from machine import DEVICES, Machine
from proof import Proof, Pulse
from sensible_citizen import STEPS, Citizen

from drivers.simulators.dock import DockClient
from kiosk_app.model.basics import Screen
from kiosk_app.model.session import ReceiptStage
from ui.journey.player import JourneyError

ROUND_S = 300.0
ACT_S = 30.0
HOW_MANY = (1, 1, 2, 2, 3, 4)
DELAY_S = (0.0, 0.6)
HOLD_S = (0.05, 3.0)
BY_HAND = ("paper_out", "paper_out_after", "cover_open")
HAND_S = 1.0
"""A new roll or a shut cover takes a hand that first sees what is wrong, and no hand is faster."""
AT_WORK = 0.6
"""How many of the mishaps happen while the device is needed; the others at any step."""
NEEDED = {
    "card0": tuple(step for step in STEPS if step.startswith("identify")),
    "barcode0": tuple(step for step in STEPS if step.startswith("identify")),
    "scanner0": tuple(step for step in STEPS if step.startswith("scan")),
    "printer0": ("declare: submit", "sending: wait", "done: printing", "done: take the slip"),
}


@dataclass(frozen=True)
class Mishap:
    """A fault set some time after a step has begun, and cleared some time later."""

    step: str
    delay_s: float
    fault: Fault
    hold_s: float

    def __str__(self) -> str:
        when = f"{self.delay_s:.2f} s after «{self.step}» for {self.hold_s:.2f} s"
        return f"{self.fault.device}: {self.fault}, {when}"


def schedule(seed: str) -> tuple[Mishap, ...]:
    """What goes wrong in the round of that seed, always the same."""
    dice = random.Random(seed)
    found = []
    for _ in range(dice.choice(HOW_MANY)):
        device = dice.choice(DEVICES)
        step = dice.choice(NEEDED[device] if dice.random() < AT_WORK else STEPS)
        found.append(Mishap(step, dice.uniform(*DELAY_S), roll(dice, device), dice.uniform(*HOLD_S)))
    return tuple(found)


class Shake:
    """One round: `events` says what broke when, `problems` is empty when everything holds."""

    def __init__(self, machine: Machine, proof: Proof, seed: str) -> None:
        self._machine = machine
        self._proof = proof
        self._waiting = list(schedule(seed))
        self._began = 0.0
        self._printed = False
        self.events: list[str] = []
        self.problems: list[str] = []

    def play(self) -> None:
        """From the home screen to the goodbye, then mended and looked over."""
        self._began = time.monotonic()
        code = ""
        try:
            code = self._machine.run(asyncio.wait_for(self._round(), ROUND_S))
        except TimeoutError:
            session = self._machine.session
            self.problems.append(f"not at its end, but on {session.screen.value} with {session.notice}")
        try:
            self._machine.reset()
            self.problems += self._proof.after(code, printed=self._printed)
        except AssertionError as error:
            self.problems.append(str(error))
        self.problems += self._machine.troubles()

    def _note(self, what: str) -> None:
        self.events.append(f"{time.monotonic() - self._began:6.2f} {what}")

    async def _round(self) -> str:
        bench = self._machine.kiosk.bench
        assert bench is not None
        hand, other = await DockClient.connect(bench.dock), await DockClient.connect(bench.dock)
        broken: list[asyncio.Task[None]] = []
        try:
            async with Pulse() as pulse:
                code = await self._citizen(Citizen(self._machine, hand), other, broken)
            self.problems += pulse.problems
        finally:
            for task in broken:
                task.cancel()
            await asyncio.gather(*broken, return_exceptions=True)
            await hand.close()
            await other.close()
        return code

    async def _citizen(self, citizen: Citizen, other: DockClient, broken: list[asyncio.Task[None]]) -> str:
        code, begun = "", False
        while (act := await citizen.next_act()) is not None:
            if begun and self._machine.session.screen is Screen.HOME:
                self._note("the session is over")
            begun = self._machine.session.screen is not Screen.HOME
            for mishap in [item for item in self._waiting if item.step == act.name]:
                self._waiting.remove(mishap)
                broken.append(asyncio.create_task(self._break(other, mishap)))
            went_on = False
            with contextlib.suppress(TimeoutError, JourneyError):
                await asyncio.wait_for(citizen.do(act), ACT_S)
                went_on = await citizen.changed(act)
            code = self._machine.session.submission.dossier_code or code
            self._printed |= self._machine.session.receipt is ReceiptStage.PRINTED
            if not went_on:
                citizen.in_vain(act)
                session = self._machine.session
                self._note(f"stuck at {act.name} on {session.screen.value} with {session.notice}")
        return code

    async def _break(self, hand: DockClient, mishap: Mishap) -> None:
        await asyncio.sleep(mishap.delay_s)
        self._note(f"{mishap.fault.device} {mishap.fault} on {self._machine.session.screen.value}")
        await hand.fault(mishap.fault.device, mishap.fault.name, mishap.fault.argument)
        await asyncio.sleep(mishap.hold_s)
        if mishap.fault.name in BY_HAND:
            out = await paper_out(hand)
            await asyncio.sleep(HAND_S)
            if not out and await paper_out(hand):  # it has ended just now
                await asyncio.sleep(HAND_S)
        await hand.fault(mishap.fault.device, "clear")
        self._note(f"{mishap.fault.device} clear")


async def paper_out(hand: DockClient) -> bool:
    """Whether the printer's roll is used up."""
    found = await hand.devices()
    state: dict[str, object] = next(item["state"] for item in found if item["id"] == "printer0")
    return state["paper_left_mm"] == 0


def play(seed: str, numbers: list[int], *, direct: bool) -> int:
    """Plays those rounds on one machine, a line each; how many do not hold."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kiosk-shake-") as scratch:
        machine = Machine(Path(scratch) / "data", direct=direct)
        try:
            machine.reset()
            machine.troubles()
            proof = Proof(machine)
            for number in numbers:
                began = time.monotonic()
                shake = Shake(machine, proof, f"{seed}/{number}")
                shake.play()
                failed += bool(shake.problems)
                said = "; ".join(shake.problems) or "holds"
                print(f"{seed}/{number}: {said} ({time.monotonic() - began:.0f} s)", flush=True)
                if shake.problems:
                    planned = [f"planned {mishap}" for mishap in schedule(f"{seed}/{number}")]
                    print("    " + "\n    ".join([*planned, *shake.events]), flush=True)
        finally:
            machine.close()
    return failed


def main() -> int:
    """Plays rounds; 1 when one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="number of the first round")
    parser.add_argument("--step", type=int, default=1, help="play every N-th round only")
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--only", type=int, help="play this round only")
    parser.add_argument("--jobs", type=int, default=1, help="machines beside each other")
    parser.add_argument("--reader", action="store_true", help="through pcscd and the virtual reader; one job only")
    options = parser.parse_args()
    if options.only is not None:
        return 1 if play(options.seed, [options.only], direct=not options.reader) else 0
    if options.jobs == 1 or options.reader:
        numbers = range(options.first, options.first + options.rounds, options.step)
        return 1 if play(options.seed, list(numbers), direct=not options.reader) else 0
    command = [sys.executable, __file__, "--seed", options.seed, "--step", str(options.jobs)]
    jobs = [
        subprocess.Popen([*command, "--first", str(options.first + job), "--rounds", str(options.rounds - job)])
        for job in range(options.jobs)
    ]
    return max(job.wait() for job in jobs)


if __name__ == "__main__":
    sys.exit(main())
