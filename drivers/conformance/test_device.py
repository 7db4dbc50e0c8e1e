"""The suites for a configured device; the plugin keeps the one of the device's kind and gives it its subject."""

from __future__ import annotations

from drivers.conformance.barcode import BarcodeReaderSuite
from drivers.conformance.card import CardReaderSuite
from drivers.conformance.printer import ReceiptPrinterSuite
from drivers.conformance.scanner import DocumentScannerSuite


class TestCardReader(CardReaderSuite):
    """A chip card reader."""


class TestDocumentScanner(DocumentScannerSuite):
    """A document scanner."""


class TestBarcodeReader(BarcodeReaderSuite):
    """A barcode reader."""


class TestReceiptPrinter(ReceiptPrinterSuite):
    """A receipt printer."""
