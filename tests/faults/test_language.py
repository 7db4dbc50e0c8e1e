"""The fault language as the matrix and the random journeys speak it."""

from __future__ import annotations

import random

import pytest
from language import SIMULATORS, faults, roll
from machine import DEVICES
from shake import NEEDED, schedule

from drivers.simulators.base import COMMON_FAULTS


@pytest.mark.parametrize("device", DEVICES)
def test_every_fault_of_every_simulator_is_played(device: str) -> None:
    assert {fault.name for fault in faults(device)} == set(SIMULATORS[device].faults) - {"clear"}
    assert {fault.name for fault in faults(device)} >= set(COMMON_FAULTS) - {"clear"}


def test_a_seed_gives_the_same_schedule_every_time() -> None:
    assert schedule("a/7") == schedule("a/7")
    assert schedule("a/7") != schedule("a/8")


def test_chance_comes_to_every_fault() -> None:
    dice = random.Random("all")
    for device in DEVICES:
        rolled = {roll(dice, device).name for _ in range(2000)}
        assert rolled == {fault.name for fault in faults(device)}


def test_every_device_is_broken_while_it_is_needed() -> None:
    steps = {mishap.step for number in range(300) for mishap in schedule(f"steps/{number}")}
    assert steps >= {step for needed in NEEDED.values() for step in needed}
