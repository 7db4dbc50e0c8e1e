"""What a visit costs a citizen: touches and typed words are counted exactly, so that no change raises them unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_visit_with_a_stack import READS
from test_visits_without_devices import visit

from kiosk_app.imaging.text import language_data
from tests.bench.journey import MOST_TOUCHES, MOST_WORDS
from tests.sites import DIRECT_CARD

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed"),
]


@pytest.mark.parametrize(
    ("journey", "pages", "papers", "touches", "words", "letters"),
    [
        ("reference", 7, {"c1": 2, "c2": 3, "c3": 1, "c7": 1}, 18, 2, len("sang che")),
        ("submit", 5, {"c1": 2, "c2": 1, "c4": 1, "c6": 1}, 22, 4, len("nhan hieu") + len("sao mai")),
    ],
)
def test_from_home_to_goodbye_takes_so_many_touches_and_words(
    tmp_path: Path, journey: str, pages: int, papers: dict[str, int], touches: int, words: int, letters: int
) -> None:
    assert (touches <= MOST_TOUCHES, words <= MOST_WORDS) == (True, True)
    found = visit(tmp_path, journey, READS, DIRECT_CARD)

    assert (found.report["state"], found.report["receipt"], found.report["pages"]) == ("acknowledged", "printed", pages)
    assert {item["component"]: item["pages"] for item in found.manifest["files"]} == papers
    assert (found.report["touches"], found.report["typed_words"]) == (touches, words)
    # the letters of the words, not hidden among the touches and not forgotten
    assert found.report["keys"] == letters
    assert found.report["wait_s"] > 0
