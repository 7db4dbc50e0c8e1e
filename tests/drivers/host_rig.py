"""One supervised host of a vendor's driver, what it told, and the files that choose how it behaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from drivers.limits import Limits
from drivers.ports import DeviceKind, DeviceState, ScanOptions, ScanReport, Spool
from drivers.supervisor import DeviceClient, DeviceConfig, Supervisor

QUICK = Limits(start_s=8.0, call_s=3.0, silence_s=1.5, backoff_first_s=0.01, backoff_last_s=0.05, breaker_deaths=4)
SPOOL = Spool("/nowhere", "a2V5", "s")
WAIT_S = 12.0


class Rig:
    """One supervised device, what it told, and the files that choose how it behaves."""

    def __init__(self, folder: Path, limits: Limits, driver: str, kind: DeviceKind) -> None:
        self.folder = folder
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.logged: list[str] = []
        self.on_event: Callable[[str, dict[str, Any]], None] | None = None
        config = DeviceConfig("dev0", kind, driver, {"folder": str(folder)})
        self.supervisor = Supervisor((config,), self._take, lambda event, /, **_: self.logged.append(event), limits)
        self.client: DeviceClient = self.supervisor.clients["dev0"]

    def _take(self, device: str, event: str, data: dict[str, Any]) -> None:
        self.events.append((event, data))
        if self.on_event is not None:
            self.on_event(event, data)

    def choose(self, *names: str) -> None:
        for name in names:
            (self.folder / name).touch()

    def states(self) -> list[str]:
        return [data["state"] for event, data in self.events if event == "state"]

    async def until(self, true: Callable[[], object], seconds: float = WAIT_S) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, (self.events[-4:], self.logged)
            await asyncio.sleep(0.005)

    async def ready(self) -> None:
        await self.until(lambda: self.client.health.state is DeviceState.READY)

    async def scan(self, pages: int, on_event: Any = None) -> ScanReport:
        return await self.client.call("scan", ScanReport, on_event, options=ScanOptions(max_pages=pages), spool=SPOOL)

    @property
    def pid(self) -> int:
        assert self.client.pid is not None
        return self.client.pid


@asynccontextmanager
async def keeping(
    folder: Path,
    *names: str,
    limits: Limits = QUICK,
    driver: str = "vendor",
    kind: DeviceKind = DeviceKind.SCANNER,
) -> AsyncIterator[Rig]:
    rig = Rig(folder, limits, driver, kind)
    rig.choose(*names)
    await rig.supervisor.start()
    try:
        yield rig
    finally:
        await rig.supervisor.stop()


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 40))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
