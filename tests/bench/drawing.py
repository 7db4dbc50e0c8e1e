"""`python -m tests.bench.drawing`: from a document's values to the printer's picture, in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Final

from kiosk_app.receipts.drawing import picture
from kiosk_app.receipts.specimens import specimen
from tests.bench import report
from tests.bench.figures import Row, median, percentile
from tests.bench.surroundings import ROOT, machine

BUDGET_MS: Final = 80.0
# The slip of every visit, and the longest form, each in both languages: English beneath makes it longer.
DRAWN: Final = (("submission-slip", 576), ("submission-slip", 384), ("form-01", 576))
INTRODUCTION: Final = """Written by `make bench-documents`: values, template, lines, black and white dots, PNG, on one core.
The time of the clock and the processor's own have the same budget; a busy machine shows in the first alone."""


def measure(count: int) -> list[Row]:
    """Each document `count` times; the first time, no letter has been drawn yet."""
    rows: list[Row] = []
    for name, dots in DRAWN:
        document = specimen(name, "both", marked=False)
        walls, works = [], []
        for _ in range(count):
            wall, work = time.perf_counter(), time.process_time()
            picture(document, dots)
            walls.append((time.perf_counter() - wall) * 1000)
            works.append((time.process_time() - work) * 1000)
        said = f"{name}, {dots} dots, both languages"
        rows += [
            Row(f"{name}, {dots} dots, p95", percentile(walls, 0.95), "ms", BUDGET_MS, count, said),
            Row(f"{name}, {dots} dots, processor", median(works), "ms", BUDGET_MS, count, "median of its own time"),
        ]
    return rows


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also over budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.drawing", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="drawings of each document")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    asked = parser.parse_args()
    facts = machine()
    rows = measure(asked.count)
    kept = ("date", "commit", "cpu", "memory", "system", "python")
    said = {name: facts[name] for name in kept} | {"load": f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end"}
    report.put(
        asked.out, "documents", f"## Drawing a document\n\n{INTRODUCTION}\n\n{report.rows_and_facts(rows, said)}"
    )
    sys.stdout.write(report.table(rows) + "\n")


if __name__ == "__main__":
    main()
