"""Pictures of the hardware dock before real simulators: all well, and in the middle of a recorded bad day."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from drivers.simulators.barcode_gun import BarcodeGunSimulator
from drivers.simulators.base import Simulator
from drivers.simulators.chip.simulator import VirtualChip
from drivers.simulators.dock import DockClient, DockServer
from drivers.simulators.escl_server import EsclScanner
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from ui.dock.window import DockWindow, Geometry, application
from ui.loop import event_loop

PLACE: Final = Geometry(560, 1240)
STILL_S: Final = 0.8
PATIENCE_S: Final = 10.0
TROUBLES: Final = (
    ("scanner0", "jam", "2"),
    ("scanner0", "slow", "400"),
    ("printer0", "paper_out", None),
    ("barcode0", "garble", None),
)


def render_dock(out_dir: Path, languages: Iterable[str] = ("vi", "en"), place: Geometry = PLACE) -> list[Path]:
    """Writes dock-LANGUAGE.png and dock-broken-LANGUAGE.png and returns the files. Raises DockWindowError."""
    out_dir.mkdir(parents=True, exist_ok=True)
    loop = event_loop(application())
    asyncio.set_event_loop(loop)
    try:
        written: list[Path] = []
        for language in languages:
            with tempfile.TemporaryDirectory() as folder:
                written += loop.run_until_complete(_pictures(out_dir, language, Path(folder), place))
        return written
    finally:
        loop.close()
        asyncio.set_event_loop(None)


async def _pictures(out_dir: Path, language: str, folder: Path, place: Geometry) -> list[Path]:
    simulators: dict[str, Simulator] = {
        "card0": VirtualChip(folder / "csca", port=_nowhere(), device_id="card0"),
        "barcode0": BarcodeGunSimulator("barcode0", folder / "gun"),
        "scanner0": EsclScanner("scanner0"),
        "printer0": EscposPrinterSimulator("printer0", folder / "receipts"),
    }
    server = DockServer(simulators, folder / "scenarios")
    for simulator in simulators.values():
        await simulator.start()
    await server.start()
    dock = DockWindow(server.address, language, place)
    hand = await DockClient.connect(server.address)
    written = []

    async def picture(name: str, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                await asyncio.sleep(0.02)
        await asyncio.sleep(STILL_S)  # laid out, and every motion has ended
        written.append(out_dir / f"{name}-{language}.png")
        dock.window.grabWindow().save(str(written[-1]))

    def count(device: str) -> int:
        model = dock.desk.device(device)
        return len(model.property("view")["broken"]) if model is not None else 0

    try:
        dock.start()
        await hand.act("card0", "insert", "adult")
        await hand.act("scanner0", "load")
        await picture("dock", lambda: dock.desk.property("connected"))
        await hand.record("start")
        for device, fault, argument in TROUBLES:
            await hand.fault(device, fault, argument)
        await picture("dock-broken", lambda: count("barcode0") + count("scanner0") + count("printer0") == len(TROUBLES))
    finally:
        await hand.close()
        await dock.stop()
        await server.stop()
        for simulator in simulators.values():
            await simulator.stop()
    return written


def _nowhere() -> int:
    """A port of loopback on which nobody listens: this card is only looked at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
