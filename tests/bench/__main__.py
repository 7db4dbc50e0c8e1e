"""`python -m tests.bench`: all measurements, docs/benchmarks.md, and the same as JSON."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.bench import report, starts
from tests.bench.figures import SMALL, Plan, Row, percentile
from tests.bench.surroundings import ROOT, machine, run_json


def measure(plan: Plan, folder: Path) -> tuple[list[Row], dict[str, str]]:
    """All rows, and what is said of the machine. Raises RuntimeError when a part cannot run."""
    _say("first frames")
    rows = starts.measure(plan, folder)
    _say("touches, screens, keys, scrolling")
    stage = run_json("tests.bench.stage", folder, json.dumps(asdict(plan)))
    rows += of_stage(stage)
    _say("the kiosk at rest")
    life = run_json("tests.bench.living", folder, json.dumps(asdict(plan)), str(folder / "life"))
    at_rest = _of_life(life, plan, starts.at_rest(folder, plan.settle_s), starts.bare_window(folder)[1])
    _say("search")
    # Not before: what this process maps of Qt would count by half for the kiosk, and be a larger share of the bare window.
    from tests.bench import searching

    rows += searching.measure(plan)
    facts = machine()
    facts["renderer"] = f"{stage['renderer']}, {stage['size'][0]} x {stage['size'][1]} in memory"
    return [*rows, *at_rest], facts


def of_stage(stage: dict[str, list[float]]) -> list[Row]:
    """What the figures of tests.bench.stage are held to."""
    taps, switches, first = stage["taps"], stage["switches"], stage["first_visits"]
    keys, scroll, keypad = stage["keys"], stage["scroll"], stage["keypad"]
    updates: dict[str, float] = dict(stage["updates"])
    slowest = max(updates, key=lambda name: updates[name])
    lost = f"; {stage['taps_without_frame']} controls showed no press" if stage["taps_without_frame"] else ""
    tap = f"mouse press posted to the swap of the frame with the control pressed, on 13 screens{lost}"
    switch = "new session to the swap of the frame with its screen, all screens and states in random order"
    key = "finger let go to the swap of the frame with the letter, while the real search answers"
    pressed = "work of a key down or up a screen, while what it comes to is read out, on 13 screens"
    drag = "finger moved to the swap of the frame in which a list of 700 rows has followed"
    return [
        Row("tap to paint, p95", percentile(taps, 0.95), "ms", 20, len(taps), tap),
        Row("tap to paint, max", max(taps), "ms", 33, len(taps), tap),
        Row("screen switch, p95", percentile(switches, 0.95), "ms", 25, len(switches), switch),
        Row("screen switch, first visit, max", max(first), "ms", None, len(first), "the same right after the start"),
        Row("key to glyph, p95", percentile(keys, 0.95), "ms", 16, len(keys), key),
        Row("key of the keypad, slot, p95", percentile(keypad, 0.95), "ms", 4, len(keypad), pressed),
        Row("list scroll, p95", percentile(scroll, 0.95), "ms", 16, len(scroll), drag),
        Row(
            "snapshot update, max", updates[slowest], "ms", 4, len(updates), f"view-models alone; slowest is {slowest}"
        ),
    ]


def _of_life(life: dict[str, float], plan: Plan, home: float, bare: float) -> list[Row]:
    at_rest = "smaps_rollup of the process of `kiosk run`, demo profile, devices ready"
    idle = f"processor time of the whole kiosk's process over {plan.idle_s:g} s on the home screen"
    return [
        Row("memory (PSS), home", home, "MB", 120, 1, at_rest),
        Row(
            "memory (PSS), after all screens",
            life["pss_tour"],
            "MB",
            120,
            1,
            f"{plan.rounds} times through all samples in `kiosk run`, then as after a session",
        ),
        Row("memory (PSS), bare QML window", bare, "MB", None, 1, "smaps_rollup at its first frame, in the same run"),
        Row("memory (PSS), home to bare window", home / bare, "times", 1.6, 1, "the first by the third"),
        Row("idle processor time", life["idle_percent"], "%", 0.5, 1, idle),
    ]


def _say(what: str) -> None:
    sys.stderr.write(f"measuring {what} ...\n")
    sys.stderr.flush()


def main() -> None:
    """Measures, writes the page, prints; exit 0 also over budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write")
    parser.add_argument("--small", action="store_true", help="one repetition of everything: figures mean nothing")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        rows, facts = measure(SMALL if asked.small else Plan(), Path(folder))
    seconds = time.monotonic() - began
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    others = report.kept_parts(asked.out)
    asked.out.write_text(report.page(rows, facts, seconds) + others, "utf-8")
    if asked.json:
        sys.stdout.write(
            json.dumps({"machine": facts, "rows": [row.as_json() for row in rows]}, ensure_ascii=False) + "\n"
        )
    else:
        sys.stdout.write(report.table(rows) + "\n")


if __name__ == "__main__":
    main()
