"""`python -m tests.bench.matching`: mixed stacks parted and matched to real procedures, in docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Final

from tests.bench import report
from tests.bench.figures import Row
from tests.bench.surroundings import ROOT, machine
from tests.papers.draw import ReadForReal
from tests.papers.measure import measure
from tests.papers.score import Score
from tests.papers.wordings import wordings

INTRODUCTION: Final = """Written by `make bench-matching`.

Stacks of {kinds} kinds of fictional papers (`tests/papers`) for 18 procedures of
the catalogue: most of the required papers, some optional ones, one to three that nobody asked for, blank backs, now and
then a paper twice. **Read**: drawn with grain, shade and up to 2 degrees askew, put through the kiosk's own page
pipeline and recogniser. **Simulated**: the drawn text with a recogniser's usual mistakes (0.3 to 4 % of letters), which
is fast enough for CI.

Side b has wordings and fonts of its own, worded without looking at `assets/papers`; weights and confidences were set on
side a. Mistakes on side b were looked at while the method was made, and their causes mended where they were general, so
that side b is apart but not unseen. One hand wrote both sides and the layouts: real papers will be harder.

A page counts as wrong when it is put under another paper than its own, or under none, without a question; as asked when
the citizen is shown it. F1 is of the places where papers begin, the first page of a stack not counted."""


def rows(name: str, score: Score) -> list[Row]:
    """The figures of one way of measuring."""
    how = f"{score.papers} papers; F1 {score.f1:.4f}, {100 * score.right / max(1, score.judged):.1f} % placed right"
    return [
        Row(f"{name}: split, 100 % - F1", 100 * (1 - score.f1), "%", 3.0, score.begins_true, how),
        Row(f"{name}: wrong without a question", 100 * score.wrong, "%", 1.0, score.judged, "of the pages with text"),
        Row(f"{name}: asked", 100 * score.asked_share, "%", None, score.judged, "of the pages with text"),
        Row(f"{name}: pages lost", score.lost, "pages", 0.0, score.pages, "blank ones too"),
        Row(f"{name}: a page", score.ms_a_page, "ms", 10.0, score.pages, "matching alone, mean"),
    ]


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also over budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.matching", description=__doc__)
    parser.add_argument("--stacks", type=int, default=18, help="stacks that are drawn and really read: seconds a page")
    parser.add_argument("--simulated", type=int, default=360, help="stacks with simulated reading, each side")
    parser.add_argument("--cache", type=Path, default=ROOT / "var" / "papers", help="what was read once is kept here")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    asked = parser.parse_args()
    facts, started = machine(), time.monotonic()
    reading = ReadForReal(asked.cache)
    try:
        read = measure("b", range(asked.stacks), reading)
    finally:
        reading.close()
    found = rows("read, side b", read)
    found += rows("simulated, side b", measure("b", range(1000, 1000 + asked.simulated)))
    found += rows("simulated, side a", measure("a", range(1000, 1000 + asked.simulated)))
    kept = ("date", "commit", "cpu", "memory", "system", "python")
    said = {name: facts[name] for name in kept} | {
        "load": f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end",
        "duration": f"{time.monotonic() - started:.0f} s, reading from the cache where there was one",
    }
    text = INTRODUCTION.format(kinds=len(wordings("b")))
    report.put(asked.out, "matching", f"## Papers of a mixed stack\n\n{text}\n\n{report.rows_and_facts(found, said)}")
    sys.stdout.write(report.table(found) + "\n")


if __name__ == "__main__":
    main()
