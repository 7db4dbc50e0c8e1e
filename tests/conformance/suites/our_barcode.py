"""A barcode gun on a serial line; by itself: `.venv/bin/pytest tests/conformance/suites/our_barcode.py`."""

from __future__ import annotations

from drivers.conformance import Subject, barcode_reader_suite
from tests.conformance import places

TestSerialBarcodeReader = barcode_reader_suite(Subject("serial-barcode", places.serial_gun))
