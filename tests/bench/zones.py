"""`python -m tests.bench.zones`: how many machine-readable zones are read from single frames, how soon; none may be wrong.

The seeds begin at 1; the reader's settings were chosen on seeds from 900000 on.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from drivers.barcode import mrz
from drivers.barcode.decode import decode
from tests.bench import report
from tests.bench.figures import median, percentile
from tests.bench.surroundings import ROOT, machine
from tests.codes.others import WITHOUT, without_code
from tests.codes.phones import phone_picture_without
from tests.codes.photographs import photograph
from tests.codes.zones import FORMS, GRADES, KINDS, zone_photograph

FRAME_MS: Final = 120.0
_CODES_S: Final = 0.06  # the camera's time for codes in a frame, before it looks for a zone
_ZONE_S: Final = 0.02
_NAMES: Final = {"VNM": "ID card", "TD1": "other card", "TD3": "passport"}
INTRODUCTION: Final = """Written by `make bench-mrz`. Simulated frames of 1280 x 720 of the backs of fictional ID cards,
of other cards (TD1) and of passports (TD3), with letters in any field where they may be, held level within 12 degrees or
upside down; one trouble each in three grades, as for codes (`tests/codes/zones.py`). Each frame stands for itself, although
the camera wants two in a row that say the same. Exact is the whole zone, letter for letter, names too; wrong is anything
else. The letters are drawn with the face from whose outlines the reader was made: no photographs of real documents were
at hand, and what print and laminate of a real card change is not in these figures."""


@dataclass
class Tally:
    """Frames, those read exactly, those read wrongly."""

    frames: int = 0
    exact: int = 0
    wrong: int = 0

    def add(self, exact: bool, wrong: bool) -> None:
        self.frames += 1
        self.exact += exact
        self.wrong += wrong

    @property
    def share(self) -> str:
        return f"{100 * self.exact / self.frames:.1f} %" + (f", {self.wrong} wrong" if self.wrong else "")


@dataclass
class Figures:
    """All that was measured; milliseconds of this process's processor, and of the clock."""

    cells: dict[tuple[str, str, str], Tally] = field(default_factory=dict)
    ms: list[float] = field(default_factory=list)
    frame_ms: list[float] = field(default_factory=list)
    without: int = 0
    seen: int = 0

    def over(self, form: str | None = None, kind: str | None = None, grade: str | None = None) -> Tally:
        """The sum of some cells."""
        total = Tally()
        for cell, tally in self.cells.items():
            if all(wanted in (None, told) for wanted, told in zip((form, kind, grade), cell, strict=True)):
                total.frames += tally.frames
                total.exact += tally.exact
                total.wrong += tally.wrong
        return total


def _one(place: tuple[str, str, str, int]) -> tuple[str, str, str, bool, bool, float]:
    form, kind, grade, seed = place
    shot = zone_photograph(form, kind, grade, seed)
    before = time.thread_time()
    seen = mrz.look(shot.picture)
    ms = (time.thread_time() - before) * 1000
    text = "" if seen is None else seen.text
    return form, kind, grade, text == shot.text, text not in ("", shot.text), ms


def _nothing(place: tuple[str, int]) -> bool:
    kind, seed = place
    if kind == "telephone":
        picture = phone_picture_without(seed).picture
    elif kind in KINDS:
        picture = photograph(kind, GRADES[seed % 3], seed).picture
    else:
        picture = without_code(kind, seed).picture
    return mrz.look(picture) is not None


def measure(seeds: int, without: int, frames: int, processes: int) -> Figures:
    """`seeds` frames of each form, trouble and grade; `without` of each kind that has no zone; `frames` as a camera does."""
    found = Figures()
    places = [(f, k, g, s) for s in range(1, seeds + 1) for f in FORMS for k in KINDS for g in GRADES]
    none = [(kind, seed) for seed in range(1, without + 1) for kind in (*WITHOUT, *KINDS, "telephone")]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for form, kind, grade, exact, wrong, ms in pool.imap_unordered(_one, places, chunksize=8):
            found.cells.setdefault((form, kind, grade), Tally()).add(exact, wrong)
            found.ms.append(ms)
        found.without = len(none)
        found.seen = sum(pool.imap_unordered(_nothing, none, chunksize=8))
    for seed in range(1, frames + 1):
        shot = zone_photograph(FORMS[seed % 3], KINDS[seed % 7], GRADES[seed % 2], 500_000 + seed)
        before = time.thread_time()
        if not decode(shot.picture, _CODES_S):
            mrz.look(shot.picture, time.monotonic() + _ZONE_S)
        found.frame_ms.append((time.thread_time() - before) * 1000)
    return found


def tables(found: Figures) -> str:
    """What is printed and written into the page."""

    def row(name: str, tallies: Sequence[Tally]) -> str:
        return f"| {name} | " + " | ".join(tally.share for tally in tallies) + " |"

    whole = found.over()
    lines = [f"{whole.frames} frames, {100 * whole.exact / whole.frames:.1f} % exact, {whole.wrong} wrong.", ""]
    lines += ["| exact | " + " | ".join([*KINDS, "all"]) + " |", "|---|" + "--:|" * (len(KINDS) + 1)]
    for form in FORMS:
        lines.append(row(_NAMES[form], [*(found.over(form, kind) for kind in KINDS), found.over(form)]))
    for grade in GRADES:
        one = [*(found.over(None, kind, grade) for kind in KINDS), found.over(None, None, grade)]
        lines.append(row(f"all, {grade}", one))
    longest = max(found.frame_ms)
    lines += ["", "| what | measured | asked | |", "|---|--:|--:|---|"]
    for what, value, asked, good in (
        (f"wrong texts in {whole.frames} frames", str(whole.wrong), "0", whole.wrong == 0),
        (f"zones seen in {found.without} pictures without one", str(found.seen), "0", found.seen == 0),
        (
            f"a camera's whole frame, codes first ({len(found.frame_ms)}), longest processor time, ms",
            f"{longest:.0f}",
            f"{FRAME_MS:.0f}",
            longest <= FRAME_MS,
        ),
    ):
        lines.append(f"| {what} | {value} | {asked} | {'ok' if good else '**missed**'} |")
    lines += [
        "",
        f"To look for a zone takes {median(found.ms):.1f} ms of processor time in the median, "
        f"{percentile(found.ms, 0.95):.1f} ms at the 95th percentile, {max(found.ms):.0f} ms at most.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also when something is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.zones", description=__doc__)
    parser.add_argument("--seeds", type=int, default=64, help="frames of each form, trouble and grade")
    parser.add_argument("--without", type=int, default=16, help="pictures of each kind that has no zone")
    parser.add_argument("--frames", type=int, default=60, help="frames read as a camera does, codes first")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    asked = parser.parse_args()
    facts, began = machine(), time.monotonic()
    found = measure(asked.seeds, asked.without, asked.frames, asked.processes)
    said = {name: facts[name] for name in ("date", "commit", "cpu", "memory", "system", "python")}
    said["libraries"] = f"OpenCV {cv2.__version__}, NumPy {np.__version__}, zxing-cpp {version('zxing-cpp')}"
    said["load"] = f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end"
    said["duration"] = f"{time.monotonic() - began:.0f} s"
    text = tables(found)
    rows = "\n".join(f"| {name} | {value} |" for name, value in said.items())
    body = f"## Reading zones\n\n{INTRODUCTION}\n\n{text}\n\n### Measured on\n\n| | |\n|---|---|\n{rows}"
    report.put(asked.out, "zones", body)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
