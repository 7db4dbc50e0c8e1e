"""An IPP printer on the network; by itself: `.venv/bin/pytest tests/conformance/suites/our_office.py`."""

from __future__ import annotations

from drivers.conformance import Subject, office_printer_suite
from tests.conformance import places

TestIppPrinter = office_printer_suite(Subject("ipp-office", places.office_printer))
