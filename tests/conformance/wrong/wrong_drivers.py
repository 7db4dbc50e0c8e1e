"""Two drivers that are wrong on purpose, so that the suites are seen to fail, and to fail only where they should."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from vendor_printer import zpl
from vendor_printer.driver import DRIVER as HONEST
from vendor_printer.driver import LineLost, Settings, ZplPrinter

from drivers.barcode.serial import DRIVER as CAREFUL
from drivers.barcode.serial import SerialBarcodeReader
from drivers.barcode.serial import Settings as SerialSettings
from drivers.errors import DeviceError
from drivers.ports import Emit, PrintJob, PrintOutcome, PrintReport


class BlindPrinter(ZplPrinter):
    """Takes what the line took for printed, and sends again when the line breaks."""

    def print(self, job: PrintJob, emit: Emit) -> PrintReport:
        data = zpl.format_of(job.png_b64, self._settings.dots, job.cut)
        for _ in range(2):
            try:
                if self._line is None:
                    self.open()
                self._send(data)
                return PrintReport(job.job, PrintOutcome.PRINTED)
            except LineLost:
                self.close()
        raise DeviceError("PRN-ABSENT", "the line is lost")


class CarelessReader(SerialBarcodeReader):
    """Tells codes twice and to everybody, takes any setting, and raises what comes to its mind."""

    def __init__(self, settings: SerialSettings) -> None:
        super().__init__(settings)
        self._last = ""

    def __repr__(self) -> str:
        return f"CarelessReader(last={self._last!r})"

    def health(self) -> Any:
        if self._port is None:
            raise RuntimeError("no port")
        return super().health()

    def poll(self, emit: Emit) -> None:
        def twice(event: str, /, **data: Any) -> None:
            self._last = str(data.get("text"))
            sys.stderr.write(f"read {self._last}\n")
            emit(event, **data)
            emit(event, **data)

        super().poll(twice)


def create_careless(table: dict[str, Any]) -> CarelessReader:
    """Swallows whatever it is given."""
    return CarelessReader(SerialSettings.of({key: value for key, value in table.items() if key == "port"}))


BLIND = replace(HONEST, name="zpl-blind", create=lambda table: BlindPrinter(Settings.of(table)))
CARELESS = replace(CAREFUL, name="serial-careless", create=create_careless, deadlines_s={"open": 5.0, "health": 2.0})
