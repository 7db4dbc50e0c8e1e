"""The driver keeps every promise of the kiosk's receipt printers, on its simulator, and one of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from vendor_printer.simulator import ZplSimulator

from drivers.conformance import Placed, SimulatorHand, Step, Subject, receipt_printer_suite
from drivers.conformance.desk import Desk
from drivers.ports import DeviceState


@asynccontextmanager
async def printer(folder: Path) -> AsyncIterator[Placed]:
    """A simulated printer, and the settings with which the driver finds it."""
    simulator = ZplSimulator("zpl", folder)
    await simulator.start()
    yield Placed({"address": simulator.address, "stuck_s": 1.5}, SimulatorHand(simulator))
    await simulator.stop()


ZPL = Subject("zpl-network", printer)
TestZplPrinter = receipt_printer_suite(ZPL)


def test_a_lifted_head_is_told_while_nothing_is_printed(kiosk_desk: Callable[[Subject], Desk]) -> None:
    """A test of the vendor's own; `kiosk_desk` comes with the kiosk's pytest plugin."""
    desk = kiosk_desk(ZPL)
    desk.do(Step.OPEN_COVER)
    desk.wait_state(DeviceState.ATTENTION, "PRN-COVER-OPEN")
    desk.do(Step.CLOSE_COVER)
    desk.wait_state(DeviceState.READY)
