"""Visits with all papers at once: really scanned or photographed, read and told apart, up to the ministry's own data."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_visits_without_devices import logs, visit

from kiosk_app.imaging.text import language_data
from tests.sites import NO_READER

READS = "\n[imaging]\nrecognise_text = true\n"
TABLE = (
    NO_READER.replace('"printer"]', '"printer", "camera"]')
    + """
[[devices]]
id = "camera0"
kind = "camera"
driver = "overhead-camera"
"""
)
pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed"),
]


def test_a_mixed_stack_arrives_as_the_procedures_papers(tmp_path: Path) -> None:
    found = visit(tmp_path, "stack-no-reader", READS)

    # Seven pages under five papers: the blank one and the one that nobody asked for are in none of them.
    assert {item["component"]: item["pages"] for item in found.manifest["files"]} == {
        "c1": 2,
        "c2": 2,
        "c3": 1,
        "c4": 1,
        "c7": 1,
    }
    assert (found.report["state"], found.report["pages"]) == ("acknowledged", 7)
    assert "THỬ NGHIỆM" not in logs(found.data)


def test_without_a_scanner_papers_laid_under_the_camera_arrive_as_the_procedures_papers(tmp_path: Path) -> None:
    found = visit(tmp_path, "table", READS, TABLE)

    assert {item["component"]: item["pages"] for item in found.manifest["files"]} == {"c1": 2, "c2": 2, "c3": 1}
    assert (found.report["state"], found.report["pages"]) == ("acknowledged", 5)
    assert "THỬ NGHIỆM" not in logs(found.data)
