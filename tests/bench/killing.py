"""Hosts killed outright, at rest and in the middle of a verb: seconds from the signal to the device told ready."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from drivers.ports import DeviceState
from tests.bench.stand import LIMITS, VERBS, Stand
from tests.bench.traces_of_life import below, command_of

APART_S: Final = LIMITS.spare_after_s + 1.5
"""Between two kills: longer than the breaker's window, and long enough for the next spare to have imported its driver."""
AT_REST_S: Final = 0.6
VERB_S: Final = {"card": 1.5, "scanner": 3.0, "barcode": 0.01, "printer": 0.8}
"""About how long the kind's longest verb takes: the signal comes within this time."""


@dataclass
class Kills:
    """Seconds to ready after a kill, at rest and within a verb."""

    at_rest: list[float] = field(default_factory=list)
    in_verb: list[float] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        """Both."""
        return self.at_rest + self.in_verb


async def kill(stand: Stand, kind: str, count: int, dice: random.Random) -> Kills:
    """Kills the device's host `count` times, every second time in the middle of a random verb."""
    device, found = f"{kind}0", Kills()
    for number in range(count):
        await stand.ready(device)
        await asyncio.sleep(APART_S)
        if number % 2:
            found.in_verb.append(await _in_verb(stand, kind, dice))
        else:
            await asyncio.sleep(dice.uniform(0, AT_REST_S))
            found.at_rest.append(await _killed(stand, device))
    if stand.logged.get("device.breaker_open"):
        raise RuntimeError("the breaker opened: the kills were too close to each other")
    return found


async def _in_verb(stand: Stand, kind: str, dice: random.Random) -> float:
    device, verb = f"{kind}0", dice.choice(VERBS[kind][-2:])
    await stand.prepare(device, verb)
    call = asyncio.create_task(stand.call(device, verb))
    await asyncio.sleep(dice.uniform(0, VERB_S[kind]))
    try:
        return await _killed(stand, device)
    finally:
        await call


async def _killed(stand: Stand, device: str) -> float:
    since = time.monotonic()
    stand.signal(device, signal.SIGKILL)
    return await stand.told(device, since, DeviceState.READY) - since


async def unplug(stand: Stand, device: str, count: int) -> list[float]:
    """Seconds from the device being there again to ready, after it was away long enough to be missed."""
    found = []
    for _ in range(count):
        since = time.monotonic()
        await stand.fault(device, "absent")
        await stand.told(device, since, DeviceState.ABSENT, DeviceState.FAULT)
        back = time.monotonic()
        await stand.fault(device, "clear")
        found.append(await stand.told(device, since, DeviceState.READY) - back)
    return found


async def end_pcscd(stand: Stand, count: int) -> list[float]:
    """Seconds from the kill of pcscd to the card reader ready with another pcscd, which starts once the loss is told.

    Empty where no pcscd of this stand runs.
    """
    found: list[float] = []
    for _ in range(count):
        await stand.ready("card0")
        daemon = our_pcscd()
        if daemon is None:
            break
        since = time.monotonic()
        os.kill(daemon, signal.SIGKILL)
        await stand.told("card0", since, DeviceState.ABSENT, DeviceState.FAULT)
        # The simulators' way to another daemon: one without the reader, then one with it.
        await stand.fault("card0", "absent")
        await stand.fault("card0", "clear")
        found.append(await stand.told("card0", since, DeviceState.READY) - since)
    return found


def our_pcscd() -> int | None:
    """The process of the pcscd that our simulators started, if they did."""
    return next((pid for pid in below(os.getpid()) if Path(command_of(pid).split(" ")[0]).name == "pcscd"), None)
