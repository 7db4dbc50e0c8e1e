"""`make bench-duplicates`: sheets scanned twice are known again, pages of one form with other words in it never are.

Generated A4 pages of eleven kinds at 300 dpi, every second one worn, go through the scanner twice: askew by up to 3 degrees,
longer or shorter by up to 0.3 %, lighter or darker by 6 %, with the sensor's noise, on a dark bed or one of the paper's own
colour. The different pages are of one printed form, filled in by two people: another name, one other word, a tick in another
box, another signature, another day. Each goes through the whole making of a page; limits were set on other seeds.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw

from kiosk_app.imaging.fingerprint import fingerprint
from kiosk_app.imaging.likeness import same_page
from kiosk_app.imaging.page import prepare_picture
from kiosk_app.imaging.text import Reader
from tests.bench import paperwork, report
from tests.bench.figures import Row, median, percentile
from tests.bench.paperwork import MM, person, typeface
from tests.bench.surroundings import ROOT, machine
from tests.pages.layouts import LAYOUTS, page
from tests.pages.wear import DARK_BED, Picture, lying, worn

DPI: Final = 300
FIRST_SEED: Final = 80_000
MOST_ANGLE: Final = 3.0
STRETCH: Final = 0.003
"""How much longer or shorter rollers make a page from one pass to the next."""
INK: Final = (28, 52, 150)


def sheets(count: int) -> Iterator[tuple[str, int, Picture]]:
    """Pages of all kinds: what they are, their seed, their pixels."""
    kinds = (*LAYOUTS, "paper")
    for number in range(count):
        kind, seed = kinds[number % len(kinds)], FIRST_SEED + number // len(kinds)
        drawn = paperwork.paper(seed).image if kind == "paper" else page(kind, seed, DPI)
        yield kind, seed, worn(drawn, seed) if seed % 2 else np.asarray(drawn)


def passed(sheet: Picture, chance: random.Random, dark: bool) -> Picture:
    """The sheet as it comes through the scanner once."""
    high, wide = sheet.shape[:2]
    long = round(high * (1 + chance.uniform(-STRETCH, STRETCH)))
    rolled = cv2.resize(sheet, (wide, long), interpolation=cv2.INTER_AREA if long < high else cv2.INTER_LINEAR)
    lit = cv2.convertScaleAbs(rolled, alpha=chance.uniform(0.94, 1.0))
    paper = [int(level) for level in np.median(lit.reshape(-1, 3)[::97], axis=0)]
    bed = DARK_BED if dark else (paper[0], paper[1], paper[2])
    return lying(np.asarray(lit, np.uint8), chance.uniform(-MOST_ANGLE, MOST_ANGLE), bed, noise=chance.uniform(2, 5))


def known_by(scan: Picture, reader: Reader) -> bytes:
    """The fingerprint that the worker makes of it."""
    made = prepare_picture(lambda: (scan, DPI), reader)
    return fingerprint(made.picture, made.dpi)


def rescans(count: int, reader: Reader) -> tuple[list[tuple[str, int]], list[float]]:
    """The sheets not known again, and how many milliseconds of its own each comparison took."""
    missed: list[tuple[str, int]] = []
    times: list[float] = []
    for number, (kind, seed, sheet) in enumerate(sheets(count)):
        chance, dark = random.Random(f"passes {kind} {seed}"), number // 11 % 2 == 0
        one, other = (known_by(passed(sheet, chance, dark), reader) for _ in range(2))
        began = time.process_time()
        if not same_page(one, other):
            missed.append((kind, seed))
        times.append((time.process_time() - began) * 1000)
    return missed, times


# --- one form, two people -------------------------------------------------------------------------------------------------


def _name(form: Image.Image, y: float, chance: random.Random) -> None:
    ImageDraw.Draw(form).text((60 * MM, y * MM), person(chance), fill=INK, font=typeface("grotesque", 13))


def _day(form: Image.Image, y: float, chance: random.Random) -> None:
    day = f"ngày {chance.randint(10, 28)} tháng 11 năm 2026"
    ImageDraw.Draw(form).text((110 * MM, y * MM), day, fill=(26, 26, 30), font=typeface("serif", 12))


def _tick(form: Image.Image, y: float, chance: random.Random) -> None:
    left = (26 + 12 * chance.randrange(8)) * MM
    line = [(left, y * MM), (left + 1.5 * MM, (y + 2) * MM), (left + 4 * MM, (y - 3) * MM)]
    ImageDraw.Draw(form).line(line, fill=INK, width=6)


def _signature(form: Image.Image, y: float, chance: random.Random) -> None:
    paperwork.scribble(form, chance, 60, y)


def _word(form: Image.Image, y: float, chance: random.Random) -> None:
    word = chance.choice(("đồng ý", "từ chối", "hai bản", "chưa có", "đã nộp", "gia hạn", "cấp lại", "lần đầu"))
    ImageDraw.Draw(form).text((90 * MM, y * MM), word, fill=(26, 26, 30), font=typeface("serif", 12))


LAST_FIELD_MM: Final = 281.0
FILLED: Final[dict[str, Callable[[Image.Image, float, random.Random], None]]] = {
    "name": _name,
    "day": _day,
    "tick": _tick,
    "signature": _signature,
    "word": _word,
}


def two_people(kind: str, seed: int) -> tuple[Picture, Picture]:
    """One form filled in twice, unlike in this."""
    form = paperwork.paper(seed, rows=seed % 7, points=10 + seed % 4, until=225)
    # a long form has its last field near the foot, but on the paper: what is beyond its edge makes no page another
    y = min(form.y + 14, LAST_FIELD_MM)
    filled: list[Picture] = []
    for hand in range(100):
        image = form.image.copy()
        FILLED[kind](image, y, random.Random(f"{kind} {seed} {hand}"))
        filled.append(np.asarray(image))
        if not np.array_equal(filled[0], filled[-1]):
            break
    return filled[0], filled[-1]


def different(count: int, reader: Reader) -> list[tuple[str, int]]:
    """The pages of one form that were taken for one page."""
    taken: list[tuple[str, int]] = []
    for number in range(count):
        kind, seed = tuple(FILLED)[number % len(FILLED)], FIRST_SEED + number // len(FILLED)
        chance, dark = random.Random(f"people {kind} {seed}"), number // len(FILLED) % 2 == 0
        one, other = (known_by(passed(sheet, chance, dark), reader) for sheet in two_people(kind, seed))
        if same_page(one, other):
            taken.append((kind, seed))
    return taken


def main() -> None:
    """Measures, writes its part of the page, prints; exit 1 when different pages were taken for one."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.duplicates", description=__doc__)
    parser.add_argument("--sheets", type=int, default=110, help="sheets scanned twice, and half as many unlike pairs")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    facts = machine()
    pairs = max(len(FILLED), asked.sheets // 2)
    with Reader() as reader:
        missed, times = rescans(asked.sheets, reader)
        wrong = different(pairs, reader)
    sys.stderr.write(f"missed: {missed}\ntaken for one: {wrong}\n")
    own = "of its own time"
    rows = [
        Row(
            "rescans not known again", 100 * len(missed) / asked.sheets, "%", 5.0, asked.sheets, "sheets scanned twice"
        ),
        Row("different pages taken for one", float(len(wrong)), "pairs", 0.0, pairs, ", ".join(FILLED)),
        Row("comparing a page with its twin, processor", median(times), "ms", None, len(times), f"median {own}"),
        Row("the same, slowest twentieth", percentile(times, 0.95), "ms", None, len(times), f"p95 {own}"),
    ]
    said = facts | {"load": f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end"}
    report.put_measured(asked.out, "duplicates", "Sheets scanned twice", "make bench-duplicates", __doc__, rows, said)
    sys.stdout.write(report.table(rows) + "\n")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
