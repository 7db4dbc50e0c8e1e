"""The suite on the printer's driver that prints blindly, with the honest one's simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from vendor_printer.simulator import ZplSimulator

from drivers.conformance import Placed, SimulatorHand, Subject, receipt_printer_suite


@asynccontextmanager
async def printer(folder: Path) -> AsyncIterator[Placed]:
    """A simulated printer of a real one's speed, and the settings with which the driver finds it."""
    simulator = ZplSimulator("zpl", folder, rows_per_s=2000.0)
    await simulator.start()
    yield Placed({"address": simulator.address, "stuck_s": 1.5}, SimulatorHand(simulator))
    await simulator.stop()


TestBlindPrinter = receipt_printer_suite(Subject("zpl-blind", printer))
