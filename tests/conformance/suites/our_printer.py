"""An ESC/POS printer on the network; by itself: `.venv/bin/pytest tests/conformance/suites/our_printer.py`."""

from __future__ import annotations

from drivers.conformance import Subject, receipt_printer_suite
from tests.conformance import places

TestEscposPrinter = receipt_printer_suite(Subject("escpos-network", places.network_printer))
