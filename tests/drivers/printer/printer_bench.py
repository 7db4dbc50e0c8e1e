"""A simulated printer on a real TCP port, run by a loop in a thread of its own, and the driver against it."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from collections.abc import Callable, Coroutine
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw

from drivers.errors import DeviceError
from drivers.ports import DeviceState, PrintJob, PrintOutcome, PrintReport
from drivers.printer.escpos import DRIVER, EscposPrinter
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from drivers.simulators.escpos_wires import NetworkWire, TerminalWire, UsbWire


class Bench:
    """A simulator whose coroutines are run from the test's own thread."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._folder = folder
        self.simulators: list[EscposPrinterSimulator] = []
        self._drivers: list[EscposPrinter] = []
        self.events: list[tuple[str, dict[str, Any]]] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def start(self, **options: Any) -> EscposPrinterSimulator:
        options.setdefault("speed_mm_s", 0)
        simulator = EscposPrinterSimulator("printer", self._folder, **options)
        self.run(simulator.start())
        self.simulators.append(simulator)
        return simulator

    def used(self, simulator: EscposPrinterSimulator) -> EscposPrinter:
        """A driver that has printed before, so that nothing of unknown origin is left to cut off."""
        driver = self.opened(simulator)
        assert self.print(driver, job_of(picture(height=80), "before")).outcome is PrintOutcome.PRINTED
        return driver

    def driver(self, simulator: EscposPrinterSimulator, **settings: Any) -> EscposPrinter:
        line = {NetworkWire: "address", TerminalWire: "serial", UsbWire: "device"}[type(simulator.wire)]
        driver = DRIVER.create({line: simulator.address, "silence_s": 1.5, **settings})
        assert isinstance(driver, EscposPrinter)
        self._drivers.append(driver)
        return driver

    def opened(self, simulator: EscposPrinterSimulator, **settings: Any) -> EscposPrinter:
        driver = self.driver(simulator, **settings)
        driver.open()
        return driver

    def until_ready(self, driver: EscposPrinter) -> None:
        """Opens the driver again and again, as its host does, until the printer is well."""
        until = time.monotonic() + 30
        while True:
            try:
                driver.open()
                if driver.health().state is DeviceState.READY:
                    return
            except DeviceError:
                if time.monotonic() > until:
                    raise
            assert time.monotonic() < until
            time.sleep(0.05)

    def emit(self, event: str, /, **data: Any) -> None:
        self.events.append((event, data))

    def print(self, driver: EscposPrinter, job: PrintJob) -> PrintReport:
        return driver.print(job, self.emit)

    def fault(self, simulator: EscposPrinterSimulator, fault: str, argument: str | None = None) -> None:
        self.run(simulator.fault(fault, argument))

    def act(self, simulator: EscposPrinterSimulator, action: str, argument: str | None = None) -> None:
        self.run(simulator.act(action, argument))

    def later(self, seconds: float, work: Callable[[], None]) -> threading.Thread:
        def wait() -> None:
            time.sleep(seconds)
            work()

        thread = threading.Thread(target=wait)
        thread.start()
        return thread

    def once_out(
        self, simulator: EscposPrinterSimulator, millimetres: int, work: Callable[[], None]
    ) -> threading.Thread:
        """Does `work` from another thread as soon as so much more paper has moved."""
        goal = simulator.engine.moved_rows + 8 * millimetres

        def wait() -> None:
            until = time.monotonic() + 60
            while simulator.engine.moved_rows < goal and time.monotonic() < until:
                time.sleep(0.005)
            work()

        thread = threading.Thread(target=wait)
        thread.start()
        return thread

    def close(self) -> None:
        for driver in self._drivers:
            driver.close()
        for simulator in self.simulators:
            self.run(simulator.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


def picture(width: int = 576, height: int = 400) -> Image.Image:
    """Ink from the first row to the last, different in every row."""
    image = Image.new("1", (width, height), 1)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width - 1, height - 1), outline=0, width=3)
    for y in range(0, height, 7):
        draw.line((y % width, y, (y * 3) % width, y + 5), fill=0, width=2)
    return image


def job_of(image: Image.Image, name: str = "job-1") -> PrintJob:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return PrintJob(name, base64.b64encode(buffer.getvalue()).decode())


def receipts(simulator: EscposPrinterSimulator) -> list[Path]:
    paths = simulator.state()["receipts"]
    assert isinstance(paths, list)
    return [Path(path) for path in paths]


def inked(path: Path) -> Image.Image:
    """The ink on a printed piece, cropped to its bounds."""
    image = Image.open(path).convert("L")
    box = ImageChops.invert(image).getbbox()
    assert box is not None
    return image.crop(box)
