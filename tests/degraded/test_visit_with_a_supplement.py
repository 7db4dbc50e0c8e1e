"""A dossier that asks for papers gets them at a kiosk: two visits with an officer between, up to the ministry's own data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_visits_without_devices import JOURNEYS, play, visit

pytestmark = pytest.mark.timeout(900)


def test_the_papers_that_an_officer_asks_for_are_scanned_and_reach_the_same_dossier_once(tmp_path: Path) -> None:
    first = visit(tmp_path, "no-reader-qr")
    code = first.report["dossier_code"]
    first.ministry("move", code, "2")
    first.ministry("move", code, "4")
    asked = ("--paper", "c1", "--until", "2099-12-01")
    first.ministry("move", code, "5", "--reason", "Tờ khai chưa ký", *asked)
    # The slip's code is in the citizen's hand: the journey presents it to the reader.
    journey = tmp_path / "supplement.toml"
    script = (JOURNEYS / "supplement.toml").read_text("utf-8")
    journey.write_text(script.replace("@slip", first.report["kiosk_reference"]), "utf-8")
    (tmp_path / "parts").symlink_to(JOURNEYS / "parts")
    report = play(tmp_path, journey)
    assert (report["state"], report["receipt"], report["dossier_code"]) == ("acknowledged", "printed", code)
    (listed,) = json.loads(first.ministry("dossiers", "--json"))["dossiers"]
    assert (listed["dossier_code"], listed["status"]) == (code, 4)
    files = json.loads(first.ministry("files", code, "--json"))["files"]
    assert [file["component"] for file in files] == ["c1", "c1"]
    assert [file["supplement"] for file in files] == [None, report["uuid"]]
    assert files[1]["sha256"] == report["sealed_sha256"][0]
