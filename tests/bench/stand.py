"""Device hosts under the real supervisor on simulated devices, with hands that kill, stop and break them."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PIL import Image

from drivers.errors import DeviceError
from drivers.limits import Limits
from drivers.ports import (
    CardAccess,
    CardReading,
    DeviceKind,
    DeviceState,
    Health,
    PrintJob,
    PrintReport,
    ScanOptions,
    ScanReport,
    Spool,
)
from drivers.simulators.dock import DockClient
from drivers.supervisor import DeviceClient, DeviceConfig, Supervisor
from kiosk_app.runtime.child import Child

DRIVERS: Final = {"card": "pcsc", "scanner": "sane", "barcode": "serial-barcode", "printer": "escpos-network"}
VERBS: Final = {
    "card": ("describe", "health", "self_test", "read"),
    "scanner": ("describe", "health", "self_test", "paper_loaded", "scan"),
    "barcode": ("describe", "health", "self_test"),
    "printer": ("describe", "health", "self_test", "print"),
}
"""Every verb of each kind; the last of card, scanner and printer tells progress."""
SHEETS: Final = "trademark-application:1,trademark-application:2"
WAIT_S: Final = 60.0
WINDOW_S: Final = 1.0
"""The breaker's window here, a minute in service: deaths further apart than this are, to the supervisor, the first."""
LIMITS: Final = Limits(breaker_window_s=WINDOW_S)

OnEvent = Callable[[str, dict[str, Any]], None]


class Stand:
    """All devices of `kinds`; an async context. `logged` counts what the supervisor logged by event."""

    def __init__(self, folder: Path, kinds: tuple[str, ...]) -> None:
        self._folder = folder
        self._kinds = kinds
        self._bench = Child(
            "the simulated devices",
            [sys.executable, "-m", "drivers.simulators", "--folder", str(folder), "--realistic", *kinds],
            folder / "simulators.log",
        )
        self._supervisor = Supervisor((), self._take, self._note)
        self._states: dict[str, list[tuple[float, Health]]] = {}
        self._news = asyncio.Event()
        self._hand: DockClient | None = None
        self._slip = _slip()
        self.logged: dict[str, int] = {}

    async def __aenter__(self) -> Stand:
        await self._bench.start()
        try:
            ready = await self._bench.ready_line(WAIT_S)
            self._hand = await DockClient.connect(str(ready["dock"]))
            configs = tuple(
                DeviceConfig(item["id"], DeviceKind(item["kind"]), DRIVERS[item["kind"]], item["settings"])
                for item in ready["devices"]
            )
            self._supervisor = Supervisor(configs, self._take, self._note, LIMITS)
            self._states = {config.id: [] for config in configs}
            await self._supervisor.start()
            for config in configs:
                await self.ready(config.id)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._supervisor.stop()
        if self._hand is not None:
            await self._hand.close()
        await self._bench.stop()

    def client(self, device: str) -> DeviceClient:
        """The supervised device."""
        return self._supervisor.clients[device]

    async def fault(self, device: str, fault: str, argument: str | None = None) -> None:
        """Breaks a simulated device, or clears its faults."""
        assert self._hand is not None
        await self._hand.fault(device, fault, argument)

    async def act(self, device: str, action: str, argument: str | None = None) -> None:
        """Handles a simulated device."""
        assert self._hand is not None
        await self._hand.act(device, action, argument)

    def signal(self, device: str, number: signal.Signals) -> None:
        """Sends the host a signal."""
        pid = self.client(device).pid
        if pid is None:
            raise RuntimeError(f"{device} has no host")
        os.kill(pid, number)

    async def ready(self, device: str) -> None:
        """Until the device is ready. Raises RuntimeError when it does not become so."""
        await self._until(lambda: self.client(device).health.state is DeviceState.READY, f"{device} does not get ready")

    async def told(self, device: str, since: float, *states: DeviceState) -> float:
        """When one of `states` was told after `since`; ready only counts after anything else, as it may lie in the pipe."""

        def found() -> float | None:
            later = [(at, health) for at, health in self._states[device] if at >= since]
            for index, (at, health) in enumerate(later):
                before = {health.state for _, health in later[:index]}
                if health.state in states and (DeviceState.READY not in states or before):
                    return at
            return None

        await self._until(lambda: found() is not None, f"{device} was not told {', '.join(states)}")
        at = found()
        assert at is not None
        return at

    async def prepare(self, device: str, verb: str) -> None:
        """Lays on what the verb needs: paper, a card."""
        if verb == "scan":
            await self.act(device, "clear_feeder")
            await self.act(device, "load", SHEETS)
        elif verb == "read":
            await self.act(device, "remove")
            await self.act(device, "insert")
            await self._until(lambda: self._present, "no card is seen")
        elif verb == "print":
            await self.act(device, "tear")

    async def call(self, device: str, verb: str, on_event: OnEvent | None = None) -> str:
        """Calls a verb; the code that it ends with, empty when it did what it should."""
        client = self.client(device)
        try:
            if verb == "scan":
                spool = Spool(str(self._folder / "spool"), base64.b64encode(bytes(32)).decode(), "bench")
                Path(spool.folder).mkdir(exist_ok=True)
                await client.call("scan", ScanReport, on_event, options=ScanOptions(), spool=spool)
            elif verb == "read":
                assert self._hand is not None
                state = next(item["state"] for item in await self._hand.devices() if item["id"] == device)
                await client.call("read", CardReading, on_event, access=CardAccess(can=str(state["can"])))
            elif verb == "print":
                report = await client.call("print", PrintReport, on_event, job=PrintJob("bench", self._slip))
                return report.code or ""
            else:
                await client.call_none(verb)
        except DeviceError as error:
            return error.code
        return ""

    _present = False

    async def _until(self, holds: Callable[[], bool], otherwise: str) -> None:
        end = time.monotonic() + 2 * WAIT_S
        while not holds():
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), max(end - time.monotonic(), 0.0))
            except TimeoutError:
                raise RuntimeError(f"{otherwise}: {self._states}") from None

    def _take(self, device: str, event: str, data: dict[str, Any]) -> None:
        if event == "state":
            health = Health(DeviceState(data["state"]), data["code"])
            self._states[device] = [*self._states[device][-9:], (time.monotonic(), health)]
        elif event in ("card_inserted", "card_removed"):
            self._present = event == "card_inserted"
        self._news.set()

    def _note(self, event: str, /, **_: object) -> None:
        self.logged[event] = self.logged.get(event, 0) + 1


def _slip() -> str:
    """A slip of 10 cm, as base64 of a PNG."""
    picture = Image.new("1", (576, 800), 1)
    picture.paste(0, (40, 40, 536, 760))
    data = io.BytesIO()
    picture.save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()
