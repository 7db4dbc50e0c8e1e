"""A document camera over a table; by itself: `.venv/bin/pytest tests/conformance/suites/our_overhead.py`."""

from __future__ import annotations

from drivers.conformance import Subject, document_camera_suite
from tests.conformance import places

TestOverheadCamera = document_camera_suite(Subject("overhead-camera", places.overhead))
