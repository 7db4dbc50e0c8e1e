"""What the reference visit costs a citizen: its touches and words are counted, so that no change raises them unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_visit_with_a_stack import READS
from test_visits_without_devices import visit

from kiosk_app.imaging.text import language_data
from tests.sites import DIRECT_CARD

MOST_TOUCHES = 24
MOST_WORDS = 6
pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed"),
]


def test_from_home_to_goodbye_takes_few_touches_and_words(tmp_path: Path) -> None:
    found = visit(tmp_path, "submit", READS, DIRECT_CARD)

    assert (found.report["state"], found.report["receipt"]) == ("acknowledged", "printed")
    assert found.report["touches"] <= MOST_TOUCHES
    assert found.report["typed_words"] <= MOST_WORDS
    # the letters of the words, not hidden among the touches and not forgotten
    assert found.report["keys"] == len("nhan hieu") + len("sao mai")
