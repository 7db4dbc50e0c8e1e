"""A barcode gun that plays keyboard; by itself: `.venv/bin/pytest tests/conformance/suites/our_wedge.py`."""

from __future__ import annotations

from drivers.conformance import Subject, barcode_reader_suite
from tests.conformance import places

TestWedgeBarcodeReader = barcode_reader_suite(Subject("hid-wedge", places.typing_gun))
