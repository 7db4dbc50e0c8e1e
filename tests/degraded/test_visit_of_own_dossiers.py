"""A person finds their own dossier with nothing but the card: a whole visit, up to what the service writes in its log."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from test_visits_without_devices import JOURNEYS, logs, play

# The one virtual reader of the computer may have to be waited for.
PATIENCE_S = 900.0
pytestmark = pytest.mark.timeout(PATIENCE_S + 100)


def test_the_card_that_handed_a_dossier_in_finds_it_and_its_number_is_in_no_log(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text("", "utf-8")
    report = play(tmp_path, JOURNEYS / "own-dossiers.toml", PATIENCE_S)
    assert report["state"] == "acknowledged"
    written = logs(tmp_path / "data")
    (asked,) = [json.loads(line) for line in written.splitlines() if '"person.asked"' in line]
    assert asked["found"] == 1
    assert not re.search(r"(?<!\d)0\d{11}(?!\d)", written)
