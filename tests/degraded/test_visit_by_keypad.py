"""A dossier is submitted by keypad alone, in either language: no touch, and the keys it takes are counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_visit_with_a_stack import READS
from test_visits_without_devices import visit

from kiosk_app.imaging.text import language_data
from tests.sites import DIRECT_CARD

MOST_KEYS = 300
pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed"),
]


@pytest.mark.parametrize("name", ["submit-keypad", "submit-keypad-en"])
def test_from_home_to_goodbye_no_touch_is_needed(tmp_path: Path, name: str) -> None:
    found = visit(tmp_path, name, READS, DIRECT_CARD)

    assert (found.report["state"], found.report["receipt"]) == ("acknowledged", "printed")
    assert found.report["touches"] == 0
    assert 100 < found.report["presses"] <= MOST_KEYS
