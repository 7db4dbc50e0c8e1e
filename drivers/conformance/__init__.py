"""The conformance suites of the four ports: every promise of drivers.ports as a test, for any driver on any device.

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

import pytest

for _name in ("device", "card", "scanner", "sheets", "barcode", "printer", "desk"):
    pytest.register_assert_rewrite(f"{__name__}.{_name}")

from drivers.conformance.barcode import BarcodeReaderSuite, barcode_reader_suite  # noqa: E402
from drivers.conformance.card import CardReaderSuite, card_reader_suite  # noqa: E402
from drivers.conformance.hands import PersonHand, SimulatorHand  # noqa: E402
from drivers.conformance.printer import ReceiptPrinterSuite, receipt_printer_suite  # noqa: E402
from drivers.conformance.scanner import DocumentScannerSuite, document_scanner_suite  # noqa: E402
from drivers.conformance.subject import (  # noqa: E402
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

__all__ = [
    "BarcodeReaderSuite",
    "CannotDo",
    "CardReaderSuite",
    "DocumentScannerSuite",
    "Hand",
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
    "document_scanner_suite",
    "receipt_printer_suite",
    "standing",
]
