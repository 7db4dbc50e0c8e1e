"""Our four drivers keep every promise of their ports, on their simulators' wires."""

from __future__ import annotations

from drivers.conformance import (
    Subject,
    barcode_reader_suite,
    card_reader_suite,
    document_scanner_suite,
    receipt_printer_suite,
)
from tests.conformance import places

TestPcscCardReader = card_reader_suite(Subject("pcsc", places.card_on_pcscd))
TestSaneScanner = document_scanner_suite(Subject("sane", places.network_scanner))
TestSerialBarcodeReader = barcode_reader_suite(Subject("serial-barcode", places.serial_gun))
TestEscposPrinter = receipt_printer_suite(Subject("escpos-network", places.network_printer))
