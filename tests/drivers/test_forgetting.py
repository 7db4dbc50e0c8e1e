"""Hosts that were told who somebody is end with the session: replaced without a fault, a word or a lost call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import DeviceError
from drivers.limits import Limits
from drivers.ports import AccessKind, CardAccess, CardReading, DeviceKind, DeviceState
from drivers.supervisor import DeviceClient, DeviceConfig, Supervisor

WAIT_S = 30.0
ACCESS = CardAccess(can="000000")
MODULE = '''
"""A card reader and a code reader whose behaviour is chosen by files in a folder."""

import threading
from pathlib import Path

from drivers.errors import DeviceError
from drivers.ports import (
    AccessKind, CardReading, Description, DeviceKind, DeviceState, DriverInfo, Health, Holder, TestResult,
)


class Reader:
    poll_interval_s = 0.02

    def __init__(self, kind, folder):
        self.kind = kind
        self.folder = Path(folder)
        self.stop = threading.Event()

    def describe(self):
        return Description(vendor="Vendor", model="R1")

    def open(self):
        pass

    def close(self):
        pass

    def health(self):
        return Health(DeviceState.READY)

    def self_test(self):
        return (TestResult("lamp", True),)

    def poll(self, emit):
        if (self.folder / "show").exists():
            (self.folder / "show").unlink()
            emit("code", text="a code")

    def cancel(self):
        self.stop.set()

    def read(self, access, emit):
        self.stop.clear()
        long = (self.folder / "long").exists()
        emit("progress", step="connect", percent=0)
        if long and self.stop.wait(60):
            raise DeviceError("CRD-CANCELLED", "stopped")
        return CardReading(AccessKind.BAC, Holder())


def driver(name, kind):
    return DriverInfo(name, kind, lambda settings: Reader(kind, settings["folder"]), {"folder": "behaviour"}, {"read": 20.0})


CARD = driver("vendor-card", DeviceKind.CARD)
GUN = driver("vendor-gun", DeviceKind.BARCODE)
'''


class Kept:
    """One supervised reader and everything it told."""

    def __init__(self, folder: Path, kind: DeviceKind, driver: str) -> None:
        self.folder = folder
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.logged: list[str] = []
        config = DeviceConfig("dev0", kind, driver, {"folder": str(folder)})
        self.supervisor = Supervisor((config,), self._take, self._log, Limits(backoff_first_s=0.01))
        self.client: DeviceClient = self.supervisor.clients["dev0"]

    def _take(self, _: str, event: str, data: dict[str, Any]) -> None:
        self.events.append((event, data))

    def _log(self, event: str, /, **_: object) -> None:
        self.logged.append(event)

    def states(self) -> list[str]:
        return [data["state"] for event, data in self.events if event == "state" and data["state"] != "busy"]

    async def until(self, true: Callable[[], object]) -> None:
        end = time.monotonic() + WAIT_S
        while not true():
            assert time.monotonic() < end, (self.events[-4:], self.logged)
            await asyncio.sleep(0.005)

    async def ready(self) -> int:
        await self.until(lambda: self.client.health.state is DeviceState.READY)
        assert self.client._process is not None
        return self.client._process.pid

    async def read(self, on_event: Any = None) -> CardReading:
        return await self.client.call("read", CardReading, on_event, access=ACCESS)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    site = tmp_path / "site"
    metadata = site / "vendor_readers-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "vendor_readers.py").write_text(MODULE, "utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: vendor-readers\nVersion: 1.0\n", "utf-8")
    points = "[kiosk.drivers]\nvendor-card = vendor_readers:CARD\nvendor-gun = vendor_readers:GUN\n"
    (metadata / "entry_points.txt").write_text(points, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(site))
    behaviour = tmp_path / "behaviour"
    behaviour.mkdir()
    return behaviour


@asynccontextmanager
async def keeping(folder: Path, kind: DeviceKind = DeviceKind.CARD, driver: str = "vendor-card") -> AsyncIterator[Kept]:
    kept = Kept(folder, kind, driver)
    await kept.supervisor.start()
    try:
        yield kept
    finally:
        await kept.supervisor.stop()


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 120))


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_a_host_that_read_a_card_is_replaced_without_a_fault(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as kept:
            first = await kept.ready()
            assert (await kept.read()).access is AccessKind.BAC
            kept.supervisor.forget()
            await kept.until(lambda: "device.replaced" in kept.logged)
            second = await kept.ready()
            assert gone(first)
            assert second != first
            await kept.until(lambda: kept.states() == ["starting", "ready", "starting", "ready"])
            assert all(data.get("code") is None for event, data in kept.events if event == "state")
            assert kept.client.restarts == 0
            assert kept.logged == ["device.replaced"]

    run(scene())


def test_a_session_that_ends_during_a_reading_stops_it_and_the_next_one_is_read_by_the_new_host(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as kept:
            first = await kept.ready()
            (folder / "long").touch()
            begun = asyncio.Event()
            reading = asyncio.create_task(kept.read(lambda *_: begun.set()))
            await begun.wait()
            (folder / "long").unlink()
            kept.supervisor.forget()
            following = asyncio.create_task(kept.read())
            with pytest.raises(DeviceError) as caught:
                await reading
            assert caught.value.code == "CRD-CANCELLED"
            assert (await following).access is AccessKind.BAC
            assert gone(first)
            assert kept.client.restarts == 0

    run(scene())


def test_a_host_that_read_no_card_stays(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as kept:
            first = await kept.ready()
            await kept.client.call_none("self_test")
            kept.supervisor.forget()
            await kept.client.call_none("health")
            assert await kept.ready() == first
            await kept.read()
            kept.supervisor.forget()
            await kept.client.call_none("health")
            second = await kept.ready()
            kept.supervisor.forget()
            await kept.client.call_none("health")
            assert await kept.ready() == second != first

    run(scene())


def test_a_code_reader_that_was_shown_a_code_is_replaced_too(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder, DeviceKind.BARCODE, "vendor-gun") as kept:
            first = await kept.ready()
            kept.supervisor.forget()
            await kept.client.call_none("health")
            assert await kept.ready() == first
            (folder / "show").touch()
            await kept.until(lambda: ("code", {"text": "a code"}) in kept.events)
            kept.supervisor.forget()
            await kept.client.call_none("health")
            assert await kept.ready() != first
            assert gone(first)

    run(scene())


def test_a_kiosk_that_closes_while_a_host_is_replaced_leaves_no_process(folder: Path) -> None:
    async def scene() -> None:
        async with keeping(folder) as kept:
            await kept.ready()
            await kept.read()
            kept.supervisor.forget()

    run(scene())
