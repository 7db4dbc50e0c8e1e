"""Somebody who hears the transcript and presses keys, and knows nothing else, submits a dossier and leaves with the slip."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from test_visit_with_a_stack import READS

from kiosk_app.imaging.text import language_data
from tests.sites import DIRECT_CARD

PATIENCE_S = 400.0
ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.timeout(PATIENCE_S + 60),
    pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed"),
]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_heard_is_enough_to_submit_a_dossier(tmp_path: Path, language: str) -> None:
    site = tmp_path / "site.toml"
    site.write_text(DIRECT_CARD + READS, "utf-8")
    words = [sys.executable, "-m", "tests.hearing.visit", language, str(tmp_path / "data"), str(site)]
    with (tmp_path / "told").open("w", encoding="utf-8") as told:
        done = subprocess.run(
            words, cwd=ROOT, stdout=subprocess.PIPE, stderr=told, text=True, timeout=PATIENCE_S, check=False
        )
    assert done.returncode == 0, (tmp_path / "told").read_text("utf-8")[-2000:]
    heard: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])

    assert heard["lost"] == "", heard["lines"][-8:]
    assert (heard["state"], heard["receipt"]) == ("acknowledged", "printed")
    assert heard["qt"] == []
    # What was heard of the dossier is in no log: it went into the headset and nowhere else.
    log = (tmp_path / "data" / "logs" / "kiosk.log").read_text("utf-8")
    assert not [
        one
        for kind, _, text in heard["lines"]
        for one in text.split(". ")
        if kind == "key" and len(one) > 12 and one in log
    ]
