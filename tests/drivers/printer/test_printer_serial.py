"""The same driver on a device path: a pseudo terminal wired to the simulated printer."""

from __future__ import annotations

import os
import pty
import select
import socket
import threading
import tty
from collections.abc import Iterator

import pytest
from printer_bench import Bench, inked, job_of, picture, receipts

from drivers.errors import DeviceError
from drivers.ports import PrintOutcome
from drivers.printer.escpos import DRIVER
from drivers.simulators.escpos_printer import EscposPrinterSimulator


class Cable:
    """Carries bytes between a pseudo terminal and a TCP port until it is pulled."""

    def __init__(self, simulator: EscposPrinterSimulator) -> None:
        host, port = simulator.address.split(":")
        self._socket = socket.create_connection((host, int(port)))
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._pulled = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def _carry(self) -> None:
        while not self._pulled.is_set():
            ready, _, _ = select.select([self._master, self._socket], [], [], 0.02)
            if self._master in ready:
                self._socket.sendall(os.read(self._master, 4096))
            if self._socket in ready:
                data = self._socket.recv(4096)
                if not data:
                    return
                os.write(self._master, data)

    def pull(self) -> None:
        if not self._pulled.is_set():
            self._pulled.set()
            self._thread.join(2)
            self._socket.close()
            os.close(self._slave)
            os.close(self._master)


@pytest.fixture
def cable(bench: Bench) -> Iterator[Cable]:
    cable = Cable(bench.start(speed_mm_s=100))
    yield cable
    cable.pull()


def test_a_slip_comes_out_over_a_serial_line(bench: Bench) -> None:
    simulator = bench.start()
    cable = Cable(simulator)
    driver = DRIVER.create({"serial": cable.path, "baud": 115200})
    try:
        driver.open()
        assert bench.print(driver, job_of(picture(height=500))).outcome is PrintOutcome.PRINTED
        assert inked(receipts(simulator)[0]).height == 500
    finally:
        driver.close()
        cable.pull()


def test_pulling_the_cable_in_the_middle_is_unknown_and_then_absent(bench: Bench, cable: Cable) -> None:
    driver = DRIVER.create({"serial": cable.path, "silence_s": 1.5})
    driver.open()
    pulling = bench.later(0.5, cable.pull)
    report = bench.print(driver, job_of(picture(height=1600)))
    pulling.join()
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "PRN-UNKNOWN-OUTCOME")
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.poll(bench.emit)
    driver.close()


def test_a_path_that_is_not_there_is_absent() -> None:
    driver = DRIVER.create({"device": "/dev/usb/lp-none"})
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.open()
