"""Devices that come and go at random moments while a citizen submits a dossier; nothing may be lost or doubled.

python tests/faults/shake.py [--rounds N] [--seed S]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from pathlib import Path

from citizen import SHOW_THE_CODE, Citizen
from machine import DEVICES, Machine
from matrix import arrived

from drivers.simulators.dock import DockClient
from ui.journey.player import JourneyError

ROUND_S = 240.0
TOUCH_S = 4.0
PLUGGED_S = (0.0, 3.0)
UNPLUGGED_S = (0.05, 3.0)


class Shake:
    """One round: `events` says what was unplugged when, `problems` is empty when everything holds."""

    def __init__(self, machine: Machine, seed: str) -> None:
        self._machine = machine
        self._dice = random.Random(seed)
        self.events: list[str] = []
        self.problems: list[str] = []

    def play(self) -> None:
        """From the home screen to the goodbye."""
        self._machine.reset()
        self._machine.troubles()
        code = ""
        try:
            code = self._machine.run(asyncio.wait_for(self._round(), ROUND_S))
        except TimeoutError:
            session = self._machine.session
            self.problems.append(f"not at its end, but on {session.screen.value} with {session.notice}")
        if code:
            self.problems += self._machine.run(asyncio.to_thread(arrived, self._machine.folder / "service", code))
        elif not self.problems:
            self.problems.append("no dossier was submitted")
        self.problems += self._machine.troubles()

    async def _round(self) -> str:
        bench = self._machine.kiosk.bench
        assert bench is not None
        hand, other = await DockClient.connect(bench.dock), await DockClient.connect(bench.dock)
        began = time.monotonic()
        shaking = asyncio.create_task(self._shake(other, began))
        code = ""
        try:
            citizen = Citizen(self._machine, hand)
            while (act := await citizen.next_act()) is not None:
                went_on = False
                with contextlib.suppress(TimeoutError, JourneyError):
                    await asyncio.wait_for(citizen.do(act), TOUCH_S)
                    went_on = await citizen.changed(act)
                code = self._machine.session.submission.dossier_code or code
                if not went_on:
                    self.events.append(f"{time.monotonic() - began:.1f} stuck at {act.name}")
                    citizen.code_in_vain = act.name == SHOW_THE_CODE
        finally:
            shaking.cancel()
            await asyncio.gather(shaking, return_exceptions=True)
            await hand.close()
            await other.close()
        return code

    async def _shake(self, hand: DockClient, began: float) -> None:
        while True:
            await asyncio.sleep(self._dice.uniform(*PLUGGED_S))
            device = self._dice.choice(DEVICES)
            self.events.append(f"{time.monotonic() - began:.1f} {device} on {self._machine.session.screen.value}")
            await hand.fault(device, "absent")
            await asyncio.sleep(self._dice.uniform(*UNPLUGGED_S))
            await hand.fault(device, "clear")


def main() -> int:
    """Plays rounds; 1 when one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", default=str(time.time_ns()))
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kiosk-shake-") as scratch:
        machine = Machine(Path(scratch) / "data")
        try:
            for number in range(options.rounds):
                began = time.monotonic()
                shake = Shake(machine, f"{options.seed}/{number}")
                shake.play()
                failed += bool(shake.problems)
                said = "; ".join(shake.problems) or "holds"
                print(f"{options.seed}/{number}: {said} ({time.monotonic() - began:.0f} s)", flush=True)
                if shake.problems:
                    print("    " + "\n    ".join(shake.events), flush=True)
        finally:
            machine.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
