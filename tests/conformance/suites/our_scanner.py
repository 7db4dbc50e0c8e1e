"""A network scanner behind libsane; by itself: `.venv/bin/pytest tests/conformance/suites/our_scanner.py`."""

from __future__ import annotations

from drivers.conformance import Subject, document_scanner_suite
from tests.conformance import places

TestSaneScanner = document_scanner_suite(Subject("sane", places.network_scanner))
