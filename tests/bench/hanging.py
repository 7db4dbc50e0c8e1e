"""Hosts stopped in their tracks and devices that answer nothing: how far past the deadline each is told."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass
from typing import Any, Final

from drivers.ports import DeviceState
from tests.bench.stand import LIMITS, VERBS, Stand

TELLS_PROGRESS: Final = ("read", "scan", "print")
HANG_S: Final = "600"
DEAD: Final = ("SYS-DEADLINE", "SYS-HOST-DIED")


@dataclass(frozen=True)
class Hang:
    """One hang: which verb (empty: between verbs), seconds past its deadline (negative: sooner), the code it ended with."""

    device: str
    verb: str
    past_s: float
    code: str


async def stop_hosts(stand: Stand, kind: str) -> list[Hang]:
    """SIGSTOPs the host before each verb, in the middle of those that tell progress, and between verbs."""
    device, found = f"{kind}0", []
    for verb in VERBS[kind]:
        await _rested(stand, device)
        stand.signal(device, signal.SIGSTOP)
        since = time.monotonic()
        code = await stand.call(device, verb)
        found.append(Hang(device, verb, time.monotonic() - since - stand.client(device).deadline_s(verb), code))
        if verb in TELLS_PROGRESS:
            await _rested(stand, device)
            found.append(await _stopped_midway(stand, device, verb))
    await _rested(stand, device)
    limit = stand.client(device).silence_s
    since = time.monotonic()
    stand.signal(device, signal.SIGSTOP)
    found.append(Hang(device, "", await stand.told(device, since, DeviceState.FAULT) - since - limit, "SYS-DEADLINE"))
    await stand.ready(device)
    return found


async def _rested(stand: Stand, device: str) -> None:
    await stand.ready(device)
    await asyncio.sleep(1.1 * LIMITS.breaker_window_s)


async def _stopped_midway(stand: Stand, device: str, verb: str) -> Hang:
    await stand.prepare(device, verb)
    heard: list[float] = []

    def note(_event: str, _data: dict[str, Any]) -> None:
        if not heard:
            stand.signal(device, signal.SIGSTOP)
        heard.append(time.monotonic())  # what lay in the pipe counts: it renews the deadline

    code = await stand.call(device, verb, note)
    since = heard[-1] if heard else time.monotonic()
    return Hang(device, f"{verb}, midway", time.monotonic() - since - stand.client(device).deadline_s(verb), code)


async def silence_devices(stand: Stand, kind: str) -> list[Hang]:
    """The simulated device hangs during each verb; its driver should say so long before the deadline."""
    device, found = f"{kind}0", []
    for verb in VERBS[kind]:
        await _rested(stand, device)
        await stand.prepare(device, verb)
        await stand.fault(device, "hang", HANG_S)
        since = time.monotonic()
        code = await stand.call(device, verb)
        found.append(Hang(device, verb, time.monotonic() - since - stand.client(device).deadline_s(verb), code))
        await stand.fault(device, "clear")
        await stand.ready(device)
    return found
