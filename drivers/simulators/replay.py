"""Plays a scenario at a dock, in the time in which it was recorded or faster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from drivers.simulators.dock import DockClient, DockError
from drivers.simulators.scenario import Scenario, ScenarioError, Step

ANSWER_S: Final = 1.0
"""So long the next step waits for the answer to one: a gun that hangs for a minute does not hold up the session."""


async def play(
    address: str, scenario: Scenario, speed: float = 1.0, told: Callable[[int, Step], None] | None = None
) -> None:
    """Does it all at the dock at `address`, `speed` times as fast as it was; `told(number, step)` before each step.

    Returns when every step is answered. Raises ScenarioError naming the step that the dock refused, or did not answer.
    """
    if speed <= 0:
        raise ScenarioError(f"a speed is greater than 0, not {speed:g}")
    began = time.monotonic()
    begun: dict[asyncio.Task[None], int] = {}
    try:
        for number, step in enumerate(scenario.steps, 1):
            await asyncio.sleep(max(0.0, began + step.at / speed - time.monotonic()))
            if told is not None:
                told(number, step)
            task = asyncio.create_task(_do(address, step))
            begun[task] = number
            await asyncio.wait({task}, timeout=ANSWER_S)
            _raise_refused(begun, scenario)
        await asyncio.gather(*begun, return_exceptions=True)
        _raise_refused(begun, scenario)
    finally:
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)


async def _do(address: str, step: Step) -> None:
    # A line for each: an act that takes long is not in the way of what is done meanwhile.
    hand = await DockClient.connect(address)
    try:
        argument = await read_off(hand, step.argument) if (step.argument or "").startswith("@") else step.argument
        await (hand.act if step.act else hand.fault)(step.device, step.act or step.fault, argument)
    finally:
        await hand.close()


def _raise_refused(begun: dict[asyncio.Task[None], int], scenario: Scenario) -> None:
    for task, number in begun.items():
        if task.done() and (error := task.exception()) is not None:
            if isinstance(error, DockError):
                raise ScenarioError(f"step {number} ({scenario.steps[number - 1]}): {error}") from error
            raise error


async def read_off(hand: DockClient, argument: str | None) -> str:
    """`@card0.qr`: what a person reads off a thing at the devices. Raises DockError when there is nothing to read."""
    device, _, key = (argument or "").removeprefix("@").partition(".")
    for item in await hand.devices():
        if item["id"] == device and item["state"].get(key) is not None:
            return str(item["state"][key])
    raise DockError(f"nothing to read off at {argument}")
