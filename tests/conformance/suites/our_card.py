"""A chip card reader behind pcscd; by itself: `.venv/bin/pytest tests/conformance/suites/our_card.py`."""

from __future__ import annotations

from drivers.conformance import Subject, card_reader_suite
from tests.conformance import places

TestPcscCardReader = card_reader_suite(Subject("pcsc", places.card_on_pcscd))
