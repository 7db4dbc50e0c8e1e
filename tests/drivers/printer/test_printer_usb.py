"""The driver over pyusb, on a bus of which only the bottom is ours: no hardware, but pyusb's own way down to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from printer_bench import Bench, inked, job_of, picture, receipts
from usb_bus import Bus

from drivers.errors import DeviceError
from drivers.ports import PrintOutcome
from drivers.printer.escpos import DRIVER, EscposPrinter
from drivers.printer.link import Link
from drivers.printer.settings import Settings
from drivers.printer.transport import LineLost, UsbName
from drivers.printer.usb import UsbLine


class Wired(EscposPrinter):
    """The driver with a bus of the test's."""

    def __init__(self, bus: Bus) -> None:
        settings = Settings.of({"usb": "04b8:0e28", "silence_s": 1.5})
        super().__init__(settings)
        self._link = Link(UsbLine(UsbName.of("04b8:0e28"), bus), settings.answer_s)


@pytest.fixture
def bus(bench: Bench) -> Iterator[Bus]:
    self = Bus(bench.start().address)
    yield self
    self.close_device(None)


def test_a_slip_comes_out_over_pyusb_and_the_kernels_own_driver_steps_aside(bench: Bench, bus: Bus) -> None:
    driver = Wired(bus)
    driver.open()
    assert bench.print(driver, job_of(picture(height=300))).outcome is PrintOutcome.PRINTED
    driver.close()
    assert inked(receipts(bench.simulators[0])[0]).height == 300
    assert not bus.kernel_driver


def test_a_printer_switched_off_and_on_is_found_again_by_its_name(bench: Bench, bus: Bus) -> None:
    simulator = bench.simulators[0]
    driver = Wired(bus)
    driver.open()
    bench.fault(simulator, "absent")
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.health()
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.open()
    bench.fault(simulator, "clear")
    driver.open()
    assert bench.print(driver, job_of(picture(height=80))).outcome is PrintOutcome.PRINTED
    driver.close()


def test_a_printer_that_cannot_answer_is_refused(bus: Bus) -> None:
    bus.both_ways = False
    line = UsbLine(UsbName.of("04b8:0e28"), bus)
    with pytest.raises(LineLost, match="two directions"):
        line.open(time.monotonic() + 1)


def test_a_machine_without_such_a_printer_is_absent_not_broken() -> None:
    driver = DRIVER.create({"usb": "04b8:ffff"})
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.open()


@pytest.mark.parametrize("name", ["04b8", "04b8:xyz1", "4b8:0e28", ""])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"usb|address"):
        DRIVER.create({"usb": name})


def test_pyusb_is_loaded_only_for_a_usb_printer() -> None:
    source = Path(__file__).parents[3] / "drivers" / "printer"
    for file in source.glob("*.py"):
        assert not any(line.startswith(("import usb", "from usb")) for line in file.read_text("utf-8").splitlines()), (
            file
        )
