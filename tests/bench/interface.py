"""`make bench-ui`: the interface alone, beside a kiosk that takes dossier after dossier, and over thousands of visits.

Alone: as `make bench`, and the voice. Beside a stack: the same touches, screens, keys, scrolling and speech while another
whole kiosk on the same cores scans stacks of 30 sheets at the speed of a real scanner, reads them, and uploads the dossier
before over a line of 100 kB/s; each figure counts only if all three went on during it, which its row tells in numbers.
Visits: whole ones of another person each time through the real flow and screens, some in English, in high contrast, by ear
and left alone; devices and service answer at once. What is held is looked at after every twentieth part of them; the first
quarter is warm-up, in which Qt and Python fill their caches. Memory's growth is the median slope (Theil and Sen) over the
rest, that of references the median from look to look: a leak grows at every look, a cache does not.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from tests.bench import report
from tests.bench.__main__ import measure, of_stage
from tests.bench.figures import SMALL, Plan, Row, percentile
from tests.bench.overlap import entries
from tests.bench.surroundings import ROOT, course, environment, run_json
from tests.bench.traces_of_life import trend

SHEETS: Final = 30
PACE: Final = 100
SMALL_STACK: Final = (8, 20)
"""Sheets and kB/s where only every part is to be seen running."""
WORDS, FEW_WORDS = 60, 4
BESIDE_S: Final = 600.0
VISITS_S: Final = 1_800.0
LOOKS: Final = 20
WARM_UP: Final = 0.25
STOP_S: Final = 40.0
SPEECH_MS: Final = 150.0
PARTS: Final = {
    "tap to": "taps",
    "screen switch": "switches",
    "key to": "keys",
    "key of": "keypad",
    "list scroll": "scroll",
}
"""The part of the stage that a row is from, by the first two words of its name."""


@contextmanager
def neighbour(folder: Path, sheets: int, pace: int) -> Iterator[Path]:
    """The journal of a kiosk at work. Raises RuntimeError when it has ended by itself."""
    folder.mkdir()
    journal, said = folder / "journal", folder / "neighbour.log"
    command = [sys.executable, "-m", "tests.bench.neighbour", str(folder / "kiosk"), "--journal", str(journal)]
    command += ["--sheets", str(sheets), "--pace", str(pace)]
    surroundings = {**environment(folder), "TMPDIR": str(folder)}
    with said.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=log, stderr=log)
    try:
        yield journal
        if process.poll() is not None:
            raise RuntimeError(f"the neighbour ended with {process.returncode}: {said.read_text('utf-8')[-2000:]}")
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def beside_a_stack(plan: Plan, folder: Path, small: bool) -> list[Row]:
    """The rows of the stage and of the voice while dossiers are scanned, read and uploaded. Raises RuntimeError."""
    sheets, pace = SMALL_STACK if small else (SHEETS, PACE)
    with neighbour(folder, sheets, pace) as journal:
        stage = run_json("tests.bench.beside", folder, json.dumps(asdict(plan)), str(journal), timeout_s=BESIDE_S)
        speech = spoken(folder, FEW_WORDS if small else WORDS, journal)
        last = entries(journal)[-1]
        if not last.stored:
            raise RuntimeError(f"nothing has come to the service: {last}")
    meanwhile: dict[str, str] = stage["meanwhile"]
    rows = []
    for row in of_stage(stage):
        part = PARTS.get(" ".join(row.name.replace(",", "").split()[:2]))
        if part is not None and row.budget is not None:
            rows.append(replace(row, name=f"{row.name}, beside a stack", how=f"{row.how}; {meanwhile[part]}"))
    return [*rows, speech]


def spoken(folder: Path, words: int, journal: Path | None = None) -> Row:
    """How soon the voice is heard."""
    options = [] if journal is None else ["--journal", str(journal)]
    told = run_json("tests.bench.heard", folder, str(words), *options, timeout_s=BESIDE_S)
    took: list[float] = told["speech"]
    how = "key of the keypad posted to the first samples out of libasound, which plays into a pipe"
    where = "" if journal is None else ", beside a stack"
    how += "" if journal is None else f"; {told['meanwhile']}"
    return Row(f"speech starts, p95{where}", percentile(took, 0.95), "ms", SPEECH_MS, len(took), how)


def over_visits(visits: int, folder: Path) -> list[Row]:
    """What many visits leave. Raises RuntimeError when Qt complains during them."""
    every = max(1, visits // LOOKS)
    told = run_json("tests.bench.visits", folder, str(visits), "--every", str(every), timeout_s=VISITS_S)
    if told["complaints"]:
        raise RuntimeError(f"Qt complained: {told['complaints'][:5]}")
    return held_over(told["samples"], visits, f"{told['seconds'] / visits * 1000:.0f} ms each")


def held_over(samples: Sequence[dict[str, Any]], visits: int, pace: str) -> list[Row]:
    """The rows of what was held at each look."""
    judged = samples[int(len(samples) * WARM_UP) :]
    between = (judged[-1]["visits"] - judged[0]["visits"]) / (len(judged) - 1)
    memory = trend([sample["mb"] for sample in judged])
    # From look to look, so that a cache that fills once, at whatever moment, is none.
    slopes = {
        name: statistics.median(later[name] - look[name] for look, later in pairwise(judged)) / between
        for name in ("None", "True", "False")
    }
    worst = max(abs(slope) for slope in slopes.values())
    said = ", ".join(f"{name} {slope:+.3f}" for name, slope in slopes.items())
    looks = f"{len(judged)} looks after {judged[0]['visits']} visits, {pace}"
    held = f"from {statistics.median([s['mb'] for s in judged[:3]]):.1f} MB that no file backs; {looks}"
    return [
        Row("memory grown over visits", max(0.0, memory.growth), "MB", 2, visits, held),
        Row(
            "references to None, True, False, a visit",
            round(worst, 2),
            "",
            0,
            visits,
            f"largest of {said}; from look to look",
        ),
    ]


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also over budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.interface", description=__doc__)
    parser.add_argument("--sessions", type=int, default=2000, help="visits")
    parser.add_argument("--small", action="store_true", help="one repetition of everything: figures mean nothing")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    asked = parser.parse_args()
    load, began = os.getloadavg()[0], time.monotonic()
    plan = SMALL if asked.small else Plan()
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-ui-") as name:
        folder = Path(name)
        rows, facts = measure(plan, folder)
        _say("the voice")
        rows.append(spoken(folder, FEW_WORDS if asked.small else WORDS))
        _say("beside a kiosk at work")
        rows += beside_a_stack(replace(plan, taps=min(plan.taps, 80), rounds=1), folder / "beside", asked.small)
        _say(f"{asked.sessions} visits")
        rows += over_visits(asked.sessions, folder)
    facts |= course(load, began)
    report.put_measured(asked.out, "interface", "The interface", "make bench-ui", __doc__, rows, facts)
    sys.stdout.write(report.table(rows) + "\n")


def _say(what: str) -> None:
    sys.stderr.write(f"measuring {what} ...\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
