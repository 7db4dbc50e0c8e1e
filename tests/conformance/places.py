"""Our drivers' devices: each simulator on its real wire, beside the hand that works it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from drivers.conformance import Placed, SimulatorHand
from drivers.simulators.barcode_gun import BarcodeGunSimulator
from drivers.simulators.camera_frames import CameraFramesSimulator
from drivers.simulators.chip import VirtualChip
from drivers.simulators.escl_server import EsclScanner
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from drivers.simulators.ipp_printer import IppPrinterSimulator
from drivers.simulators.overhead_camera import OverheadCameraSimulator
from drivers.simulators.pcscd import PcscDaemon
from drivers.simulators.wedge_gun import WedgeGunSimulator

PCSCD_WAIT_S = 120.0
SMALL_BED = (900, 1200)
SMALL_TABLE = (972, 1296)
# A tenth of a second a sheet. Faster than any scanner, sane-airscan drops pages that came before it was asked for them; the
# driver then says SCN-CUT-SHORT.
PAGES_PER_MINUTE = 600.0


@asynccontextmanager
async def card_on_pcscd(folder: Path) -> AsyncIterator[Placed]:
    """A virtual chip on the virtual reader of a pcscd of our own."""
    daemon = PcscDaemon(wait_s=PCSCD_WAIT_S)
    await daemon.start()
    try:
        chip = VirtualChip(folder / "csca", port=daemon.port, seed="conformance", reader=daemon)
        await chip.start()
        yield Placed({"csca_dir": str(folder / "csca"), "reader": daemon.reader}, SimulatorHand(chip))
        await chip.stop()
    finally:
        await daemon.stop()


@asynccontextmanager
async def network_scanner(_: Path) -> AsyncIterator[Placed]:
    """An eSCL scanner with a small bed behind libsane."""
    scanner = EsclScanner("scanner", pages_per_minute=PAGES_PER_MINUTE, skew=0.0, bed=SMALL_BED)
    await scanner.start()
    yield Placed({"escl_url": scanner.address}, SimulatorHand(scanner))
    await scanner.stop()


@asynccontextmanager
async def serial_gun(folder: Path) -> AsyncIterator[Placed]:
    """A barcode gun on a pseudo terminal."""
    gun = BarcodeGunSimulator("gun", folder / "gun")
    await gun.start()
    yield Placed({"port": gun.address}, SimulatorHand(gun))
    await gun.stop()


@asynccontextmanager
async def network_printer(folder: Path) -> AsyncIterator[Placed]:
    """An ESC/POS printer on TCP, as fast as it goes."""
    printer = EscposPrinterSimulator("printer", folder / "receipts", speed_mm_s=0)
    await printer.start()
    yield Placed({"address": printer.address, "silence_s": 1.5}, SimulatorHand(printer))
    await printer.stop()


@asynccontextmanager
async def typing_gun(folder: Path) -> AsyncIterator[Placed]:
    """A barcode gun that types, its events on a pseudo terminal."""
    gun = WedgeGunSimulator("gun", folder / "gun")
    await gun.start()
    yield Placed({"path": gun.address, "alt": "bytes", "inter_key_ms": 400}, SimulatorHand(gun))
    await gun.stop()


@asynccontextmanager
async def camera(folder: Path) -> AsyncIterator[Placed]:
    """A camera whose frames are files, with a preview."""
    simulated = CameraFramesSimulator("camera", folder / "frames")
    await simulated.start()
    yield Placed({"source": simulated.address, "preview": str(folder / "preview")}, SimulatorHand(simulated))
    await simulated.stop()


@asynccontextmanager
async def office_printer(_: Path) -> AsyncIterator[Placed]:
    """An IPP printer on loopback that nobody waits long for."""
    printer = IppPrinterSimulator("office")
    await printer.start()
    yield Placed({"uri": printer.address, "silence_s": 2.0, "wait_s": 6.0}, SimulatorHand(printer))
    await printer.stop()


@asynccontextmanager
async def overhead(folder: Path) -> AsyncIterator[Placed]:
    """A document camera whose frames are files, with a preview; nobody waits long for a page."""
    simulated = OverheadCameraSimulator("overhead", folder / "frames", size=SMALL_TABLE)
    await simulated.start()
    settings = {"source": simulated.address, "preview": str(folder / "preview"), "stream": True, "wait_s": 12}
    yield Placed(settings, SimulatorHand(simulated))
    await simulated.stop()
