"""The driver keeps every promise of the kiosk's receipt printers, on its simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from vendor_printer.simulator import ZplSimulator

from drivers.conformance import Placed, SimulatorHand, Subject, receipt_printer_suite


@asynccontextmanager
async def printer(folder: Path) -> AsyncIterator[Placed]:
    """A simulated printer, and the settings with which the driver finds it."""
    simulator = ZplSimulator("zpl", folder)
    await simulator.start()
    yield Placed({"address": simulator.address, "stuck_s": 1.5}, SimulatorHand(simulator))
    await simulator.stop()


TestZplPrinter = receipt_printer_suite(Subject("zpl-network", printer))
