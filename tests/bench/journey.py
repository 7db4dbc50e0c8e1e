"""`make bench-journey`: what the reference visit costs a citizen, in touches, typed words and seconds of waiting.

`tests/journeys/reference.toml` is played from home to goodbye through the real screens, drivers and service, with
simulated devices at the speed of real ones: reading the card's chip takes 3 s, the scanner 30 pages a minute, the
printer 200 mm/s, a question to the service and its answer 40 ms on the line. Waiting is counted from when the citizen
would go on until the kiosk lets them, each time; the scripted citizen reads and thinks in no time, so that nothing
that the machine needs hides behind a person's own pace. Eighteen seconds of it are the devices alone: chip, seven
sheets, slip.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.bench import report
from tests.bench.figures import Row, median
from tests.bench.surroundings import ROOT, load_since, machine
from tests.sites import DIRECT_CARD

SCRIPT: Final = ROOT / "tests" / "journeys" / "reference.toml"
SITE: Final = f"{DIRECT_CARD}\n[imaging]\nrecognise_text = true\n"
MOST_TOUCHES, MOST_WORDS, MOST_WAIT_S = 24, 6, 20
PATIENCE_S: Final = 240.0
WAITS: Final = {
    "screen confirm_identity": "the card's code and chip",
    "passed=7": "seven sheets through the scanner",
    "page.primary to be there and enabled": "the last pages on the screen",
    "screen done": "the ministry's answer",
    "receipt=printed": "the slip, while the citizen has said how it was",
}
"""What the longest waits are for, by what the script waits for then."""


def play(folder: Path) -> dict[str, Any]:
    """The report of one visit on a kiosk that was just started. Raises RuntimeError when it does not come to its end."""
    (folder / "site.toml").write_text(SITE, "utf-8")
    command = [str(Path(sys.executable).parent / "kiosk"), "--config", str(folder / "site.toml")]
    command += ["--data", str(folder / "data"), "journey", str(SCRIPT), "--profile", "test", "--realistic", "--json"]
    environment = {**os.environ, "QT_QUICK_BACKEND": "software"}
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=PATIENCE_S, check=False, cwd=ROOT
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    if (found["state"], found["receipt"], found["pages"]) != ("acknowledged", "printed", 7):
        raise RuntimeError(f"another visit than was asked for: {found}")
    return found


def rows_of(visits: list[dict[str, Any]]) -> list[Row]:
    """What the visits cost, the most of each for what is counted, the middle one for what is timed."""
    times = len(visits)
    rows = [
        Row("touches", max(item["touches"] for item in visits), "", MOST_TOUCHES, times, "swipes included"),
        Row(
            "typed words",
            max(item["typed_words"] for item in visits),
            "",
            MOST_WORDS,
            times,
            "on the screen's keyboard",
        ),
        Row("waiting, median", median([item["wait_s"] for item in visits]), "s", MOST_WAIT_S, times, "in all"),
        Row("waiting, longest", max(item["wait_s"] for item in visits), "s", None, times, "in all"),
    ]
    for wanted, name in WAITS.items():
        each = [wait["seconds"] for item in visits for wait in item["waits"] if wait["for"] == wanted]
        if each:
            rows.append(Row(f"waiting for {name}", median(each), "s", None, len(each), "median, where 0.5 s or more"))
    return rows


def main() -> None:
    """Plays, writes its part of the page, prints; exit 0 also over budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.journey", description=__doc__)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    asked = parser.parse_args()
    load, visits = os.getloadavg()[0], []
    for _ in range(asked.visits):
        with tempfile.TemporaryDirectory(prefix="kiosk-journey-") as folder:
            visits.append(play(Path(folder)))
    facts = {**machine(), "load": load_since(load)}
    rows = rows_of(visits)
    report.put_measured(asked.out, "journey", "The reference visit", "make bench-journey", __doc__, rows, facts)
    sys.stdout.write(report.table(rows) + "\n")


if __name__ == "__main__":
    main()
