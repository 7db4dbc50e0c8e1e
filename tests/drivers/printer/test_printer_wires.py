"""The same driver on every wire: network, a serial cable at its speed, a USB device file, and what is no printer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from printer_bench import Bench, inked, job_of, picture, receipts

from drivers.errors import DeviceError
from drivers.ports import DeviceState, PrintOutcome
from drivers.printer.escpos import DRIVER
from drivers.printer.transport import SerialLine

WIRES = ("network", "serial", "usb")


@pytest.mark.parametrize("wire", WIRES)
def test_a_slip_comes_out_over_every_wire(bench: Bench, wire: str) -> None:
    simulator = bench.start(wire=wire)
    report = bench.print(bench.opened(simulator), job_of(picture(height=200)))
    assert report.outcome is PrintOutcome.PRINTED
    assert inked(receipts(simulator)[0]).height == 200


@pytest.mark.parametrize("wire", WIRES)
def test_after_a_power_cycle_in_the_middle_nobody_claims_anything_and_the_next_slip_is_whole(
    bench: Bench, wire: str
) -> None:
    simulator = bench.start(wire=wire, speed_mm_s=60)
    driver = bench.opened(simulator)
    cycling = bench.once_out(simulator, 10, lambda: bench.fault(simulator, "power_cycle", "600"))
    report = bench.print(driver, job_of(picture(height=800)))
    cycling.join()
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "PRN-UNKNOWN-OUTCOME")
    bench.until_ready(driver)
    assert bench.print(driver, job_of(picture(height=160), "next")).outcome is PrintOutcome.PRINTED
    assert inked(receipts(simulator)[-1]).height == 160
    assert len(receipts(simulator)) <= 2


@pytest.mark.parametrize("wire", WIRES)
def test_a_printer_that_was_off_is_found_again(bench: Bench, wire: str) -> None:
    simulator = bench.start(wire=wire)
    driver = bench.opened(simulator)
    bench.fault(simulator, "absent")
    with pytest.raises(DeviceError, match="PRN-"):
        driver.health()
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.open()
    bench.fault(simulator, "clear")
    bench.until_ready(driver)
    assert bench.print(driver, job_of(picture(height=80))).outcome is PrintOutcome.PRINTED


@pytest.mark.parametrize("wire", WIRES)
def test_a_printer_that_refused_for_a_while_prints_again(bench: Bench, wire: str) -> None:
    simulator = bench.start(wire=wire)
    driver = bench.opened(simulator)
    bench.fault(simulator, "refuse")
    with pytest.raises(DeviceError, match="PRN-"):
        driver.health()
    bench.fault(simulator, "clear")
    bench.until_ready(driver)
    assert bench.print(driver, job_of(picture(height=80))).outcome is PrintOutcome.PRINTED


def test_pulling_the_usb_cable_in_the_middle_is_unknown_and_then_absent(bench: Bench) -> None:
    simulator = bench.start(wire="usb", speed_mm_s=100)
    driver = bench.opened(simulator)
    pulling = bench.once_out(simulator, 20, lambda: bench.fault(simulator, "absent"))
    report = bench.print(driver, job_of(picture(height=1600)))
    pulling.join()
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "PRN-UNKNOWN-OUTCOME")
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.poll(bench.emit)


def test_a_slow_serial_line_prints_whole_and_is_asked_in_time(bench: Bench) -> None:
    simulator = bench.start(wire="serial", baud=19200, dots=384)
    driver = bench.opened(simulator, baud=19200, dots=384)
    closing = bench.once_out(simulator, 2, lambda: bench.act(simulator, "open_cover"))
    report = bench.print(driver, job_of(picture(384, 120)))
    closing.join()
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, "PRN-COVER-OPEN")
    bench.act(simulator, "close_cover")
    assert bench.print(driver, job_of(picture(384, 60))).outcome is PrintOutcome.PRINTED
    assert inked(receipts(simulator)[-1]).height == 60


def test_a_serial_line_is_never_given_more_than_it_carries(bench: Bench) -> None:
    simulator = bench.start(wire="serial")
    line = SerialLine(simulator.address, 9600)
    line.open(time.monotonic() + 5)
    started = time.monotonic()
    assert line.write(bytes(480), started + 60) == 480
    assert time.monotonic() - started >= 0.4, "480 bytes are half a second at 9600 baud"
    assert line.write(bytes(4800), time.monotonic() + 0.1) < 1000
    line.close()


def test_among_numbered_device_files_the_one_that_is_there_is_taken(bench: Bench, tmp_path: Path) -> None:
    simulator = bench.start(wire="usb")
    (tmp_path / "lp0").symlink_to(tmp_path / "gone")
    (tmp_path / "lp1").symlink_to(simulator.address)
    driver = DRIVER.create({"device": str(tmp_path / "lp*")})
    driver.open()
    assert driver.health().state is DeviceState.READY
    driver.close()


def test_a_device_file_that_takes_all_and_says_nothing_is_no_printer_that_is_well() -> None:
    driver = DRIVER.create({"device": "/dev/null"})
    with pytest.raises(DeviceError, match="PRN-OFFLINE"):
        driver.open()


@pytest.mark.parametrize("key", ["device", "serial"])
def test_a_path_that_is_not_there_is_absent(key: str) -> None:
    driver = DRIVER.create({key: "/dev/usb/lp-none"})
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.open()


def test_no_number_of_a_device_file_is_absent(tmp_path: Path) -> None:
    driver = DRIVER.create({"device": str(tmp_path / "lp*")})
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.open()
