"""The bench: all simulated devices of one demonstration, with the PC/SC daemon they need and the dock that handles them."""

from __future__ import annotations

import json
import socket
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from drivers.ports import DeviceKind
from drivers.simulators.base import Simulator
from drivers.simulators.dock import DockServer

if TYPE_CHECKING:
    from drivers.simulators.pcscd import PcscDaemon

DOCK_FILE: Final = "dock.json"
SCENARIOS: Final = "scenarios"
"""The folder of what was recorded at the dock, beside the devices' files."""
FEEDER_PAGES_PER_MINUTE: Final = 600.0
"""Ten sheets a second: faster than any scanner, sane-airscan loses pages that come before they are asked for."""
CHIP_DELAY_MS: Final = 20.0
"""A real contactless chip takes 15-30 ms a read."""
CHIP_BYTES_PER_S: Final = 8_700.0
"""With its delay, what makes reading a whole identity card, portrait and proofs included, last three seconds."""
USUAL: Final = tuple(kind.value for kind in DeviceKind if kind not in (DeviceKind.OFFICE, DeviceKind.CAMERA))
"""What stands on every bench: what each citizen touches."""
KINDS: Final = (*USUAL, DeviceKind.CAMERA.value)
"""What may stand there."""


class Bench:
    """Simulators in `folder`, one of each kind asked for, of every usual one when none is.

    `realistic` gives them the speed of real devices.
    `direct` leaves pcscd and its one virtual reader to others: the card's driver takes the chip on a loopback port.
    With `camera` codes are read by a camera instead of a gun.
    """

    def __init__(
        self,
        folder: Path,
        kinds: tuple[str, ...] = (),
        realistic: bool = False,
        *,
        direct: bool = False,
        camera: bool = False,
    ) -> None:
        unknown = set(kinds) - set(KINDS)
        if unknown:
            raise ValueError(f"no simulator of kind {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
        self._folder = folder
        self._kinds = kinds or USUAL
        self._realistic = realistic
        self._direct = direct
        self._camera = camera
        self._pcscd: PcscDaemon | None = None
        self._simulators: dict[str, Simulator] = {}
        self._settings: dict[str, dict[str, Any]] = {}
        self._dock: DockServer | None = None

    async def start(self) -> None:
        """Starts everything and writes the dock's address beside the devices' files."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if DeviceKind.CARD.value in self._kinds:
            await self._add_card()
        if DeviceKind.SCANNER.value in self._kinds:
            await self._add_scanner()
        if DeviceKind.BARCODE.value in self._kinds:
            await (self._add_camera() if self._camera else self._add_gun())
        if DeviceKind.PRINTER.value in self._kinds:
            await self._add_printer()
        if DeviceKind.CAMERA.value in self._kinds:
            await self._add_overhead()
        self._dock = DockServer(self._simulators, self._folder / SCENARIOS)
        await self._dock.start()
        (self._folder / DOCK_FILE).write_text(json.dumps({"dock": self._dock.address}), "utf-8")

    async def stop(self) -> None:
        """Stops everything; no process, port or dock file is left."""
        (self._folder / DOCK_FILE).unlink(missing_ok=True)
        async with AsyncExitStack() as stack:  # one that cannot be stopped does not keep the others running
            if self._pcscd is not None:
                stack.push_async_callback(self._pcscd.stop)
            for simulator in self._simulators.values():
                stack.push_async_callback(simulator.stop)
            if self._dock is not None:
                stack.push_async_callback(self._dock.stop)
            self._simulators, self._pcscd, self._dock = {}, None, None

    def ready(self) -> dict[str, Any]:
        """Where everything is, and the settings that make the production drivers find it."""
        assert self._dock is not None
        return {
            "dock": self._dock.address,
            "devices": [
                {"id": item.id, "kind": item.kind.value, "address": item.address, "settings": self._settings[item.id]}
                for item in self._simulators.values()
            ],
        }

    async def _add(self, simulator: Simulator, settings: dict[str, Any]) -> None:
        await simulator.start()
        self._simulators[simulator.id] = simulator
        self._settings[simulator.id] = settings

    # Each device is imported when it is asked for: a scanner's papers and a chip's curves take long to load.

    async def _add_scanner(self) -> None:
        from drivers.simulators.escl_server import EsclScanner

        # A real feeder takes two seconds a sheet; a demonstration does not wait for it.
        scanner = EsclScanner("scanner0", pages_per_minute=30.0 if self._realistic else FEEDER_PAGES_PER_MINUTE)
        await self._add(scanner, {})
        self._settings["scanner0"] = {"escl_url": scanner.address}

    async def _add_gun(self) -> None:
        from drivers.simulators.barcode_gun import BarcodeGunSimulator

        gun = BarcodeGunSimulator("barcode0", self._folder / "barcode-gun")
        await self._add(gun, {"port": str(self._folder / "barcode-gun")})

    async def _add_camera(self) -> None:
        from drivers.simulators.camera_frames import CameraFramesSimulator

        camera = CameraFramesSimulator("barcode0", self._folder / "camera", live=True)
        preview = str(self._folder / "camera-preview")
        await self._add(camera, {"source": camera.address, "stream": True, "preview": preview})

    async def _add_overhead(self) -> None:
        from drivers.simulators.overhead_camera import OverheadCameraSimulator

        camera = OverheadCameraSimulator("camera0", self._folder / "table")
        preview = str(self._folder / "table-preview")
        await self._add(camera, {"source": camera.address, "stream": True, "preview": preview})

    async def _add_printer(self) -> None:
        from drivers.simulators.escpos_printer import EscposPrinterSimulator

        speed = 200.0 if self._realistic else 0.0
        printer = EscposPrinterSimulator("printer0", self._folder / "receipts", speed_mm_s=speed)
        await self._add(printer, {})
        self._settings["printer0"] = {"address": printer.address}

    async def _add_card(self) -> None:
        from drivers.simulators.chip.simulator import VirtualChip
        from drivers.simulators.pcscd import PcscDaemon, PcscUnavailable

        trust = self._folder / "csca"
        delay, speed = (CHIP_DELAY_MS, CHIP_BYTES_PER_S) if self._realistic else (0.0, 0.0)
        settings: dict[str, Any] = {"csca_dir": str(trust)}
        daemon = PcscDaemon()
        try:
            if self._direct:
                raise PcscUnavailable("not asked for")
            await daemon.start()
        except PcscUnavailable:
            # Development only: the driver listens on loopback itself and says so in its description.
            port = _free_port()
            settings |= {"transport": "direct", "direct_port": port}
        else:
            self._pcscd = daemon
            port = daemon.port
        chip = VirtualChip(trust, port=port, device_id="card0", delay_ms=delay, bytes_per_s=speed, reader=self._pcscd)
        await self._add(chip, settings)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
