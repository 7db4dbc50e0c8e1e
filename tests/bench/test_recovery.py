"""Promises of the recovery figures: killed hosts come back, a page keeps its other parts, growth is told from noise."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import report
from tests.bench.figures import Row
from tests.bench.traces_of_life import KIOSK, held_by, trend

ROOT = Path(__file__).resolve().parents[2]
KILLED = {f"{kind}: killed, {what}" for kind in ("barcode", "printer") for what in ("median", "p99", "longest")}


@pytest.mark.timeout(400)
def test_killed_hosts_come_back_and_the_figures_go_into_the_page(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\nothers\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "tests.bench.faults",
        "barcode",
        "printer",
        "--small",
        "--json",
        "--out",
        str(page),
    ]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=380)

    assert done.returncode == 0, done.stderr[-2000:]
    rows = {row["name"]: row for row in json.loads(done.stdout)["rows"]}
    assert set(rows) == KILLED
    assert rows["printer: killed, p99"]["budget"] == 300
    assert all(row["count"] == 2 and row["value"] > 0 for row in rows.values())
    text = page.read_text("utf-8")
    assert text.startswith("# Benchmarks\n\nothers\n")
    assert "| barcode: killed, p99 |" in text


def test_a_part_of_the_page_is_replaced_in_its_place_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Benchmarks\n\nfirst\n", "utf-8")
    report.put(page, "recovery", "old figures")
    report.put(page, "soak", "a day")
    report.put(page, "recovery", "new figures")
    text = page.read_text("utf-8")
    assert "old figures" not in text
    assert text.index("first") < text.index("new figures") < text.index("a day")
    fresh = report.page([Row("one", 1.0, "ms", None, 1, "so")], {"cpu": "any"}, 2.0)
    page.write_text(fresh + report.kept_parts(page), "utf-8")
    again = page.read_text("utf-8")
    assert "first" not in again
    assert again.index("| one |") < again.index("new figures") < again.index("a day")


def test_steady_growth_is_told_and_noise_and_single_peaks_are_not() -> None:
    dice = random.Random(7)
    flat = [100 + dice.gauss(0, 3) for _ in range(120)]
    flat[60] = 400.0
    assert not trend(flat).grows(1.0)
    leak = [value + 0.2 * number for number, value in enumerate(flat)]
    assert trend(leak).grows(10.0)
    assert trend(leak).growth == pytest.approx(0.2 * 119, abs=3.0)
    assert not trend([5.0] * 40).grows(0.0)
    assert not trend(list(range(60, 0, -1))).grows(0.0)


def test_what_a_process_and_its_children_hold_is_counted_by_part() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()  # drivers.host"], stdin=subprocess.PIPE)
    try:
        held = held_by(os.getpid())
    finally:
        child.communicate()
    assert held[KIOSK].processes == 1
    assert held[KIOSK].memory_mb > 1
    assert held["device hosts and their spares"].processes == 1
    assert held["device hosts and their spares"].descriptors >= 3
