"""A host's successor waits ready-made: it takes over at once, leaves with the kiosk, and is never one that has died."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from host_rig import WAIT_S, Rig, alive, keeping, run

from drivers.deaths import Deaths
from drivers.limits import Limits
from drivers.ports import DeviceState

SOON = Limits(spare_after_s=0.05)
NEVER = 1000.0


async def spare_of(rig: Rig) -> int:
    """The waiting successor's process."""
    starter = rig.client._starter
    await rig.until(lambda: starter._spare is not None and starter._spare.pid != rig.client.pid)
    assert starter._spare is not None
    return starter._spare.pid


async def dead(rig: Rig, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    await rig.until(lambda: not alive(pid))


def test_the_spare_takes_over_and_gets_a_spare_of_its_own(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, limits=SOON) as rig:
            await rig.ready()
            spare = await spare_of(rig)
            os.kill(rig.pid, signal.SIGKILL)
            await rig.until(lambda: rig.client.restarts == 1 and rig.client.health.state is DeviceState.READY)
            assert rig.pid == spare
            assert (await rig.scan(1)).pages == 1
            last = await spare_of(rig)
        assert not alive(spare)
        assert not alive(last)

    run(scene())


def test_a_spare_has_touched_nothing_of_the_device(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, limits=SOON) as rig:
            await rig.ready()
            await spare_of(rig)
            rig.choose("crash-open")  # for whoever opens the device
            await asyncio.sleep(0.3)
            assert rig.client.restarts == 0
            assert rig.client.health.state is DeviceState.READY

    run(scene())


def test_a_spare_that_died_is_not_used(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, limits=SOON) as rig:
            await rig.ready()
            spare = await spare_of(rig)
            await dead(rig, spare)
            os.kill(rig.pid, signal.SIGKILL)
            await rig.until(lambda: rig.client.restarts >= 1)
            await rig.ready()
            assert rig.pid != spare
            assert (await rig.scan(1)).pages == 1

    run(scene())


def test_a_spare_that_died_is_replaced_while_the_host_goes_on(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, limits=SOON) as rig:
            await rig.ready()
            host, first = rig.pid, await spare_of(rig)
            await dead(rig, first)
            await rig.until(lambda: (spare := rig.client._starter._spare) is not None and spare.pid != first)
            assert alive(await spare_of(rig))
            assert rig.pid == host
            assert rig.client.restarts == 0

    run(scene())


def test_a_device_taken_out_keeps_no_spare(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, limits=SOON) as rig:
            await rig.ready()
            spare, host = await spare_of(rig), rig.pid
            await rig.client.take_out()
            await rig.until(lambda: not alive(spare) and not alive(host))
            await rig.client.put_back()
            await rig.ready()

    run(scene())


def test_the_first_death_for_a_while_costs_no_pause(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, limits=Limits(backoff_first_s=NEVER, backoff_last_s=NEVER)) as rig:
            await rig.ready()
            os.kill(rig.pid, signal.SIGKILL)
            await rig.until(lambda: rig.client.restarts == 1, WAIT_S)
            await rig.ready()

    run(scene())


def test_a_library_that_crashes_takes_only_its_host_along(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            rig.choose("segfault")
            await rig.until(lambda: rig.client.restarts == 1)
            await rig.ready()
            told = [data["detail"] for event, data in rig.events if event == "state" and data["state"] == "fault"]
            assert told == [f"host ended with -{signal.SIGSEGV.value}"]
            assert (await rig.scan(1)).pages == 1

    run(scene())


def test_a_host_that_is_stopped_in_its_tracks_is_killed_and_replaced(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as rig:
            await rig.ready()
            os.kill(rig.pid, signal.SIGSTOP)
            await rig.until(lambda: rig.client.restarts == 1)
            assert "device.silent" in rig.logged
            await rig.ready()

    run(scene())


def test_the_pause_grows_with_each_death_of_a_minute_up_to_its_ceiling_and_ends_with_the_minute() -> None:
    limits = Limits(backoff_first_s=1.0, backoff_last_s=5.0, breaker_window_s=60.0, breaker_deaths=6)
    deaths, pauses = Deaths(limits), []
    for now in (0.0, 1.0, 2.0, 3.0, 4.0):
        deaths.add(now)
        pauses.append(deaths.pause_s(now))
    assert pauses[0] == 0.0
    for pause, expected in zip(pauses[1:], (1.0, 3.0, 5.0, 5.0), strict=True):
        assert 0.8 * expected <= pause <= 1.2 * expected
    assert not deaths.too_many
    deaths.add(5.0)
    assert deaths.too_many
    deaths.add(200.0)
    assert not deaths.too_many
    assert deaths.pause_s(200.0) == 0.0
