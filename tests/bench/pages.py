"""`make bench-pages` and `make soak-pages`: generated pages straight, upright, found in photographs, and none lost."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from drivers.camera.paper import find_sheet
from kiosk_app.imaging.blank import is_blank
from kiosk_app.imaging.page import PHOTOGRAPHED_SHARE
from kiosk_app.imaging.straighten import lay_straight
from kiosk_app.imaging.text import Reader
from kiosk_app.imaging.upright import quarters_to_turn
from tests.bench import report
from tests.bench.figures import Row, median, percentile
from tests.bench.surroundings import ROOT, machine
from tests.pages import desks, rooms, surfaces
from tests.pages.layouts import LAYOUTS, page
from tests.pages.photographs import photograph
from tests.pages.traces import EMPTY, WRITTEN, empty, written
from tests.pages.wear import DARK_BED, Picture, lying, turned, worn

DPI: Final = 150
# Thresholds were set on smaller seeds.
FIRST_SEED: Final = 50_000
FOUND_PX: Final = 8.0
INTRODUCTION: Final = """Written by `make bench-pages` and `make soak-pages`. Generated A4 pages of ten layouts at 150 dpi,
every second one worn, turned by any quarter and askew within 20 degrees, on a dark bed and on one of the paper's own colour;
photographs of them on five tables and, harder, on six desks: shadows, hands, other papers below, little light, slopes; and
on seven surfaces on which no limit was set: folded corners, a telephone's halo, waves, hard JPEG; and in rooms of the same
sort: strong grain, a tiled table, a tablecloth, a white desk, a keyboard and a mug beside, a hand over a corner, a second
sheet half below, sunlight through a window.
A mark of a person is faint pencil, a lone signature, a line by hand, a stamp, writing on
coloured paper, a blind seal, a page number (`tests/pages/traces.py`)."""


def _drawn(kind: str, seed: int) -> Picture:
    sheet = page(kind, seed, DPI)
    return worn(sheet, seed) if seed % 2 else np.asarray(sheet)


def straight_and_upright(count: int, reader: Reader) -> list[Row]:
    """Angle and turn of `count` pages, half of them on each bed."""
    errors: dict[str, list[float]] = {"dark bed": [], "by text": []}
    wrong: list[str] = []
    own: list[float] = []
    for number in range(count):
        chance, kind = random.Random(number), tuple(LAYOUTS)[number % len(LAYOUTS)]
        sheet = _drawn(kind, FIRST_SEED + number // len(LAYOUTS))
        bed = "dark bed" if (number // len(LAYOUTS)) % 4 < 2 else "by text"
        paper = tuple(int(level) for level in np.median(sheet.reshape(-1, 3)[::97], axis=0))
        quarters, angle = chance.randrange(4), chance.uniform(-20, 20)
        scan = lying(turned(sheet, quarters), angle, DARK_BED if bed == "dark bed" else (paper[0], paper[1], paper[2]))
        straight = lay_straight(scan, DPI)
        began = time.process_time()
        found = quarters_to_turn(straight.image, DPI, reader)
        own.append((time.process_time() - began) * 1000)
        errors[bed].append(abs(straight.angle_deg - angle))
        if found != quarters:
            wrong.append(f"{kind}, seed {FIRST_SEED + number // len(LAYOUTS)}: {quarters} quarters, {found} told")
    sys.stderr.write("".join(f"turned wrongly: {what}\n" for what in wrong))
    rows = []
    for bed, asked in (("dark bed", 0.1), ("by text", 0.3)):
        off = errors[bed]
        rows += [
            Row(f"skew error, {bed}, p99", percentile(off, 0.99), "deg", asked, len(off), "within 20 degrees"),
            Row(f"skew error, {bed}, largest", max(off), "deg", asked, len(off), "the same pages"),
        ]
    return [
        *rows,
        Row("turned wrongly", 100 * len(wrong) / count, "%", 1.0, count, "of four ways round"),
        Row("telling the turn, processor", median(own), "ms", None, count, "median of its own time, readings included"),
    ]


def _straight_and_upright(count: int) -> list[Row]:
    with Reader() as reader:
        return straight_and_upright(count, reader)


def photographs(count: int) -> list[Row]:
    """Pages found on tables, desks and surfaces: never cut wrongly, and found as often as may be."""
    seeds = range(FIRST_SEED, FIRST_SEED + count)

    def taken(dpi: int, each: int, how: Callable[[Image.Image, int], Taken]) -> Iterator[Case]:
        for seed in seeds:
            sheet = page(tuple(LAYOUTS)[seed // each % len(LAYOUTS)], seed, dpi)
            shot = how(sheet, seed)
            yield Case(shot.picture, shot.corners, desks.printed(sheet, shot.corners))

    easy, times = _found(taken(110, 1, lambda sheet, seed: photograph(sheet, seed, (1280, 720))), "720p, tables")
    hard, large = _found(taken(200, len(desks.TROUBLES), desks.shot), "12 MP, desks")
    held, _ = _found(taken(200, len(surfaces.FLAWS), surfaces.laid), "12 MP, surfaces nothing was set on")
    rooms_, _ = _found(taken(200, len(rooms.ABOUT), rooms.taken), "12 MP, rooms nothing was set on")
    return [
        *easy,
        *hard,
        *held,
        *rooms_,
        Row("finding a page at 720p, processor", percentile(times, 0.95), "ms", 25.0, count, "p95 of its own time"),
        Row("finding a page at 720p, processor, median", median(times), "ms", None, count, "of the same"),
        Row("finding a page at 12 MP, processor", percentile(large, 0.95), "ms", None, count, "p95 of its own time"),
    ]


class Taken(Protocol):
    """A photograph whose page's corners are known."""

    @property
    def picture(self) -> Picture: ...

    @property
    def corners(self) -> npt.NDArray[np.float64]: ...


class Case(NamedTuple):
    """A photograph, the page's corners in it, and the hull of what is printed on it."""

    picture: Picture
    corners: npt.NDArray[np.float64]
    printed: npt.NDArray[np.float64]


def _found(taken: Iterable[Case], where: str) -> tuple[list[Row], list[float]]:
    """How often a page was cut wrongly, cut right, and asked for; and the milliseconds of each."""
    wrong = right = asked = lost = 0
    times = []
    for picture, corners, printed in taken:
        began = time.process_time()
        sheet = find_sheet(picture, rgb=True, least=PHOTOGRAPHED_SHARE)
        times.append((time.process_time() - began) * 1000)
        if sheet is None or not sheet.sure:
            asked += 1
            continue
        off = min(float(np.abs(np.roll(sheet.corners, turn, axis=0) - corners).max()) for turn in range(4))
        wrong, right = wrong + (off > FOUND_PX), right + (off <= FOUND_PX)
        lost += desks.lost(sheet.corners, printed) > 1
    count = len(times)
    return [
        Row(f"photographs, {where}, content cut", 100 * lost / count, "%", 0.0, count, "print beyond the cut"),
        Row(
            f"photographs, {where}, cut wrongly", 100 * wrong / count, "%", 0.0, count, "a corner off by over 8 pixels"
        ),
        Row(f"photographs, {where}, cut right", 100 * right / count, "%", None, count, "all corners within 8 pixels"),
        Row(f"photographs, {where}, not sure", 100 * asked / count, "%", None, count, "kept whole, and said so"),
    ], times


def nothing_lost(count: int) -> list[Row]:
    """`count` sides with a trace of a person, and a fifth as many empty ones."""
    lost = sum(
        is_blank(written(tuple(WRITTEN)[number % len(WRITTEN)], FIRST_SEED + number, DPI), DPI)
        for number in range(count)
    )
    bare = max(len(EMPTY), count // 5)
    flagged = sum(
        is_blank(empty(tuple(EMPTY)[number % len(EMPTY)], FIRST_SEED + number, DPI), DPI) for number in range(bare)
    )
    return [
        Row("sides lost as blank", float(lost), "sides", 0.0, count, "each with a trace of a person"),
        Row("empty sides not flagged", 100 * (1 - flagged / bare), "%", None, bare, ", ".join(EMPTY)),
    ]


def main() -> None:
    """Measures, writes its part of the page, prints; exit 1 when a side was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__)
    parser.add_argument("--soak", action="store_true", help="only what must never be lost")
    parser.add_argument("--straight", action="store_true", help="only angle and turn")
    parser.add_argument("--photographs", action="store_true", help="only the photographs")
    parser.add_argument("--shots", type=int, default=0, help="photographs of each sort; half of the pages if not told")
    parser.add_argument(
        "--pages", type=int, default=400, help="pages to straighten and turn; with --soak sides to judge"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    if asked.soak:
        parts = {"pages_soak": ("Nothing lost", lambda: nothing_lost(asked.pages))}
    else:
        shots = asked.shots or max(1, asked.pages // 2)
        parts = {
            "pages": ("Straight and upright", lambda: _straight_and_upright(asked.pages)),
            "photographs": ("Pages found in photographs", lambda: photographs(shots)),
        }
    lost = False
    for part, (title, measured) in parts.items():
        if (asked.photographs and part != "photographs") or (asked.straight and part != "pages"):
            continue
        facts, began = machine(), time.monotonic()
        rows = measured()
        said = {name: facts[name] for name in ("date", "commit", "cpu", "memory", "system", "python")}
        said |= {"load": f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end"}
        said |= {"duration": f"{time.monotonic() - began:.0f} s"}
        report.put(asked.out, part, f"## {title}\n\n{INTRODUCTION}\n\n{report.rows_and_facts(rows, said)}")
        sys.stdout.write(report.table(rows) + "\n")
        lost = lost or (asked.soak and rows[0].value > 0)
    if lost:
        sys.exit(1)


if __name__ == "__main__":
    main()
