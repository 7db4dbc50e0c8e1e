"""`make bench-ui`: the interface alone, beside a kiosk that scans and reads stacks of 30 pages, and over many sessions.

Alone: as `make bench`. Beside a stack: the same touches, screens, keys and scrolling while another kiosk on the two cores
has its scanner feed 30 sheets and its workers read them; nothing is uploaded meanwhile. Sessions: five screens each in one
window, another person each time; growth is counted after a tenth of them, which is warm-up.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from tests.bench import report
from tests.bench.__main__ import measure, of_stage
from tests.bench.figures import SMALL, Plan, Row
from tests.bench.surroundings import ROOT, course, environment, run_json

SHEETS = 30
SETTLE_S = 12.0
"""A kiosk is up and its scanner feeds by then."""
VISITS_S = 1_800.0
SLACK = 100
"""References that caches of the interpreter may hold or let go; a leak of one a session is 1,800."""


def beside_a_stack(plan: Plan, folder: Path) -> list[Row]:
    """The rows of the stage while sheets are scanned and read. Raises RuntimeError when that ends before the stage does."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.bench.onscreen", "--sheets", str(SHEETS), "--out", str(folder / "page.md")]
    surroundings = {**environment(folder), "TMPDIR": str(folder)}
    neighbour = subprocess.Popen(
        command, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(SETTLE_S)
        stage = run_json("tests.bench.stage", folder, json.dumps(asdict(plan)))
        if neighbour.poll() is not None:
            raise RuntimeError(f"the stack was done ({neighbour.returncode}) before the touches were")
    finally:
        neighbour.terminate()
        neighbour.wait(30)
    kept = [row for row in of_stage(stage) if row.budget is not None]
    return [replace(row, name=f"{row.name}, beside a stack") for row in kept]


def over_sessions(sessions: int, folder: Path) -> list[Row]:
    """What many sessions leave."""
    told = run_json("tests.bench.visits", folder, str(sessions), timeout_s=VISITS_S)
    changes: dict[str, int] = told["changes"]
    worst = max((abs(change) for change in changes.values()), default=0)
    said = ", ".join(f"{name} {change:+d}" for name, change in changes.items())
    return [
        Row("memory grown over sessions", told["grown_mb"], "MB", 2, sessions, "smaps_rollup of the window's process"),
        Row("references to None, True, False", worst, "", SLACK, sessions, f"largest change of a count: {said}"),
    ]


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also over budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.interface", description=__doc__)
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--small", action="store_true", help="one repetition of everything: figures mean nothing")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    asked = parser.parse_args()
    load, began = os.getloadavg()[0], time.monotonic()
    plan = SMALL if asked.small else Plan()
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-ui-") as name:
        folder = Path(name)
        rows, facts = measure(plan, folder)
        # Shorter, so that the stack outlasts it.
        rows += beside_a_stack(replace(plan, taps=min(plan.taps, 80), rounds=1), folder / "beside")
        rows += over_sessions(asked.sessions, folder)
    facts |= course(load, began)
    report.put_measured(asked.out, "interface", "The interface", "make bench-ui", __doc__, rows, facts)
    sys.stdout.write(report.table(rows) + "\n")


if __name__ == "__main__":
    main()
