"""The demonstration bench: starts the simulated devices and the reference service, and points the configuration at them."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosk_app.config import Config, DeviceSection
from kiosk_app.log import log
from kiosk_app.runtime.child import Child

START_S = 60.0
ROUND_TRIP_MS = 40.0
"""A question to the ministry and its answer, where everything has the speed of real devices."""


@dataclass
class Bench:
    """The running bench: `config` has the addresses, `dock` the host:port of the dock protocol."""

    config: Config
    dock: str
    folder: Path
    service_data: Path
    children: list[Child] = field(default_factory=list)
    service: Child | None = None
    service_port: int = 0

    async def stop(self) -> None:
        """Stops what was started, last first."""
        await self.stop_service()
        for child in reversed(self.children):
            await child.stop()
        log("bench.stopped")

    async def start_service(self) -> dict[str, Any]:
        """Starts the ministry service, on the port it had before; gives its ready line. Raises ChildError."""
        await self.stop_service()
        command = [
            str(Path(sys.executable).parent / "kiosk-backend"),
            *("serve", "--data", str(self.service_data), "--port", str(self.service_port), "--json"),
        ]
        self.service = Child("the ministry service", command, self.config.data_dir / "logs" / "service.log")
        await self.service.start()
        ready = await self.service.ready_line(START_S)
        self.service_port = urlsplit(str(ready["url"])).port or 0
        return ready

    async def stop_service(self) -> None:
        """Stops the ministry service: from the kiosk's side, the line is dead."""
        service, self.service = self.service, None
        if service is not None:
            await service.stop()


async def start(config: Config, *, devices: bool = True, service: bool = True) -> Bench:
    """Starts what the profile simulates. Raises ChildError; nothing is left running then."""
    folder = config.data_dir / "bench"
    logs = config.data_dir / "logs"
    bench = Bench(config, "", folder, config.data_dir / "service")
    try:
        starts = []
        if devices:
            starts.append(_start_devices(bench, logs))
        if service:
            starts.append(_start_service(bench))
        await asyncio.gather(*starts)
    except BaseException:
        await bench.stop()
        raise
    log("bench.started", dock=bench.dock)
    return bench


async def _start_devices(bench: Bench, logs: Path) -> None:
    command = [sys.executable, "-m", "drivers.simulators", "--folder", str(bench.folder), "--json"]
    if bench.config.simulation.realistic:
        command.append("--realistic")
    command += [kind.value for kind in bench.config.simulation.devices]
    if any(item.settings.get("transport") == "direct" for item in bench.config.devices):
        command.append("--direct")
    if any(item.driver == "camera-barcode" for item in bench.config.devices):
        command.append("--camera")
    child = Child("the simulated devices", command, logs / "simulators.log")
    bench.children.append(child)
    await child.start()
    ready = await child.ready_line(START_S)
    bench.dock = str(ready["dock"])
    found = {str(item["id"]): item["settings"] for item in ready["devices"]}
    sections = tuple(
        DeviceSection(
            id=item.id, kind=item.kind, driver=item.driver, settings={**found.get(item.id, {}), **item.settings}
        )
        for item in bench.config.devices
    )
    bench.config = replace(bench.config, devices=sections)


async def _start_service(bench: Bench) -> None:
    ready = await bench.start_service()
    url = str(ready["url"])
    if bench.config.simulation.realistic:
        url = await _start_line(bench, url)
    pki = Path(str(ready["pki"]))
    settings = replace(
        bench.config.service,
        url=url,
        ca=str(pki / "ca.pem"),
        certificate=str(pki / "kiosk.pem"),
        key=str(pki / "kiosk.key"),
    )
    bench.config = replace(bench.config, service=settings)


async def _start_line(bench: Bench, url: str) -> str:
    """Puts a line as long as a real one before the service; gives the address at its near end."""
    there = urlsplit(url).netloc
    command = [sys.executable, "-m", "drivers.simulators.line", "--to", there, "--delay-ms", str(ROUND_TRIP_MS)]
    child = Child("the line to the service", command, bench.config.data_dir / "logs" / "simulators.log")
    bench.children.append(child)
    await child.start()
    ready = await child.ready_line(START_S)
    return url.replace(there, str(ready["address"]))
