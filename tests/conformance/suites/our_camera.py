"""A camera as barcode reader; by itself: `.venv/bin/pytest tests/conformance/suites/our_camera.py`."""

from __future__ import annotations

from drivers.conformance import Subject, barcode_reader_suite
from tests.conformance import places

TestCameraBarcodeReader = barcode_reader_suite(Subject("camera-barcode", places.camera))
