"""Promises of the measurements: every part runs, and the report has every row with its budget."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUDGETS = {
    "first frame, warm": 300,
    "first frame, cold files": 700,
    "home screen, warm": 300,
    "home screen, cold files": 700,
    "home screen to bare window's, warm": None,
    "home screen to bare window's, cold": None,
    "bare QML window, warm": None,
    "bare QML window, cold files": None,
    "first frame to bare window's, warm": 1.6,
    "first frame to bare window's, cold": 1.6,
    "tap to paint, p95": 20,
    "tap to paint, max": 33,
    "screen switch, p95": 25,
    "screen switch, first visit, max": None,
    "key to glyph, p95": 16,
    "key of the keypad, slot, p95": 4,
    "list scroll, p95": 16,
    "snapshot update, max": 4,
    "search per key press, p99": 10,
    "memory (PSS), home": 120,
    "memory (PSS), after all screens": 120,
    "memory (PSS), bare QML window": None,
    "memory (PSS), home to bare window": 1.6,
    "idle processor time": 0.5,
}


@pytest.mark.timeout(400)
def test_every_part_runs_and_the_report_has_every_row(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    command = [sys.executable, "-m", "tests.bench", "--small", "--json", "--out", str(page)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=380)

    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert {row["name"]: row["budget"] for row in report["rows"]} == BUDGETS
    assert all(row["value"] >= 0 and row["count"] > 0 and row["how"] for row in report["rows"])
    assert {"cpu", "commit", "date", "python", "qt", "renderer"} <= set(report["machine"])
    text = page.read_text("utf-8")
    assert all(f"| {name} |" in text for name in BUDGETS)
    assert report["machine"]["renderer"].startswith("Software, 1080 x 1920")
