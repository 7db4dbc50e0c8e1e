"""The conformance suites of the six ports: every promise of drivers.ports as a test, for any driver on any device.

    from drivers.conformance import Placed, SimulatorHand, Subject, receipt_printer_suite

    @asynccontextmanager
    async def place(folder: Path) -> AsyncIterator[Placed]:
        simulator = MySimulator()
        await simulator.start()
        yield Placed({"address": simulator.address}, SimulatorHand(simulator))
        await simulator.stop()

    TestMyPrinter = receipt_printer_suite(Subject("my-driver", place))

The device runs as in the kiosk: the registered driver, in its host process, under the supervisor. Real hardware:
`python -m drivers.conformance --device ID`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from drivers.conformance.barcode import BarcodeReaderSuite, barcode_reader_suite
    from drivers.conformance.camera import DocumentCameraSuite, document_camera_suite
    from drivers.conformance.card import CardReaderSuite, card_reader_suite
    from drivers.conformance.hands import PersonHand, SimulatorHand
    from drivers.conformance.office import OfficePrinterSuite, office_printer_suite
    from drivers.conformance.printer import ReceiptPrinterSuite, receipt_printer_suite
    from drivers.conformance.scanner import DocumentScannerSuite, document_scanner_suite
    from drivers.conformance.subject import (
        CannotDo,
        Hand,
        Place,
        Placed,
        Slips,
        Step,
        Subject,
        TestCard,
        standing,
    )

for _name in ("device", "card", "scanner", "sheets", "barcode", "printer", "office", "camera", "desk"):
    pytest.register_assert_rewrite(f"{__name__}.{_name}")

_ROOMS: Final = {
    "barcode": ("BarcodeReaderSuite", "barcode_reader_suite"),
    "camera": ("DocumentCameraSuite", "document_camera_suite"),
    "card": ("CardReaderSuite", "card_reader_suite"),
    "hands": ("PersonHand", "SimulatorHand"),
    "office": ("OfficePrinterSuite", "office_printer_suite"),
    "printer": ("ReceiptPrinterSuite", "receipt_printer_suite"),
    "scanner": ("DocumentScannerSuite", "document_scanner_suite"),
    "subject": ("CannotDo", "Hand", "Place", "Placed", "Slips", "Step", "Subject", "TestCard", "standing"),
}


def __getattr__(name: str) -> Any:
    """Imported when it is asked for: pytest loads the plugin beside this wherever the kiosk is installed."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "BarcodeReaderSuite",
    "CannotDo",
    "CardReaderSuite",
    "DocumentCameraSuite",
    "DocumentScannerSuite",
    "Hand",
    "OfficePrinterSuite",
    "PersonHand",
    "Place",
    "Placed",
    "ReceiptPrinterSuite",
    "SimulatorHand",
    "Slips",
    "Step",
    "Subject",
    "TestCard",
    "barcode_reader_suite",
    "card_reader_suite",
    "document_camera_suite",
    "document_scanner_suite",
    "office_printer_suite",
    "receipt_printer_suite",
    "standing",
]
