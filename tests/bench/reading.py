"""`make bench-reading`: letters read wrong on clean and on worn print, and how far word boxes lie from the words."""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

import cv2
import tesserocr

from kiosk_app.imaging.lines import plain_text
from kiosk_app.imaging.page import prepare, read
from kiosk_app.imaging.text import Reader
from kiosk_app.imaging.values import PageInput, Word
from tests.bench import paperwork, report
from tests.bench.figures import Row, percentile
from tests.bench.paperwork import Sheet, TrueWord
from tests.bench.surroundings import ROOT, machine

POINTS: Final = (9, 10, 11, 12, 13, 14)
BOX_MM: Final = 2.0
INTRODUCTION: Final = """Written by `make bench-reading`. Drawn A4 papers (`tests/bench/paperwork.py`): headings,
filled-in rows, paragraphs, a signature and a red seal over the print, six faces, 9 to 14 points; scanned at 300 dpi up to
3 degrees askew on a dark bed, noisy, as JPEG. Worn is the same sheet paled by a third, blurred, speckled, creased and
unevenly yellowed. Counted are the edits from the read text to the printed one, seal and signature not expected, over its
letters and spaces. «Grotesque» is Be Vietnam Pro, whose one-storeyed a the language data hardly knows. A box is as far off
as the farthest of its four sides."""


@dataclass
class Tally:
    """What was measured on pages of one kind: a share of wrong letters a page, millimetres a word, seconds a page."""

    wrong: list[float] = field(default_factory=list)
    letters: int = 0
    edits: int = 0
    off_mm: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Wrong letters of all letters."""
        return self.edits / max(1, self.letters)

    def add(self, truth: Sheet, words: Sequence[Word], dpi: int, seconds: float) -> None:
        """One page."""
        wrong = edits(truth.text, " ".join(plain_text(words).split()))
        self.edits += wrong
        self.letters += len(truth.text)
        self.wrong.append(wrong / len(truth.text))
        self.off_mm += distances(truth.words, words, dpi)
        self.seconds.append(seconds)


def edits(truth: str, read_text: str) -> int:
    """Letters to put in, take out or replace (Myers' bits in one long integer)."""
    if not truth:
        return len(read_text)
    places: dict[str, int] = {}
    for at, letter in enumerate(truth):
        places[letter] = places.get(letter, 0) | 1 << at
    mask, top = (1 << len(truth)) - 1, 1 << (len(truth) - 1)
    plus, minus, found = mask, 0, len(truth)
    for letter in read_text:
        equal = places.get(letter, 0)
        vertical = equal | minus
        horizontal = (((equal & plus) + plus) ^ plus) | equal
        up, down = (minus | ~(horizontal | plus)) & mask, plus & horizontal
        found += bool(up & top) - bool(down & top)
        up, down = (up << 1 | 1) & mask, down << 1 & mask
        plus, minus = (down | ~(vertical | up)) & mask, up & vertical
    return found


def distances(truth: Sequence[TrueWord], words: Sequence[Word], dpi: int) -> list[float]:
    """Millimetres between the boxes of the words that were read right."""
    mm = 25.4 / dpi
    same = SequenceMatcher(None, [word.text for word in truth], [word.text for word in words], autojunk=False)
    found = []
    for block in same.get_matching_blocks():
        for at in range(block.size):
            true, got = truth[block.a + at], words[block.b + at]
            sides = (true.x - got.x * mm, true.y - got.y * mm)
            ends = (true.x + true.w - (got.x + got.w) * mm, true.y + true.h - (got.y + got.h) * mm)
            found.append(max(abs(side) for side in (*sides, *ends)))
    return found


def scan(sheet: Sheet, seed: int, worn: bool) -> bytes:
    """The sheet as a scanner gives it."""
    angle = random.Random(f"reading {seed}").uniform(-3, 3)
    image = paperwork.wear(sheet.image, seed) if worn else sheet.image
    out = io.BytesIO()
    lying = paperwork.scanned(image, angle, seed, grain=5.0 if worn else 3.0)
    lying.save(out, "JPEG", quality=90, dpi=(paperwork.DPI, paperwork.DPI))
    return out.getvalue()


def measure(pages: int, reader: Reader, first_seed: int = 5000) -> dict[tuple[str, bool], Tally]:
    """Reads `pages` sheets clean and worn, faces and sizes in turn; by face and wear."""
    found: dict[tuple[str, bool], Tally] = defaultdict(Tally)
    faces = paperwork.faces_here()
    for number in range(pages):
        face, points = faces[number % len(faces)], POINTS[(number * 5 + number // 6) % len(POINTS)]
        sheet = paperwork.paper(first_seed + number, face=face, points=points)
        for worn in (False, True):
            data, began = scan(sheet, first_seed + number, worn), time.process_time()
            prepared = prepare(PageInput(data), "page", reader)
            words = read(prepared, reader)
            found[face, worn].add(sheet, words, prepared.dpi, time.process_time() - began)
    return dict(found)


def together(found: dict[tuple[str, bool], Tally], worn: bool) -> Tally:
    """All faces as one."""
    whole = Tally()
    for (_, was_worn), tally in found.items():
        if was_worn == worn:
            whole.wrong += tally.wrong
            whole.letters += tally.letters
            whole.edits += tally.edits
            whole.off_mm += tally.off_mm
            whole.seconds += tally.seconds
    return whole


def rows(found: dict[tuple[str, bool], Tally]) -> list[Row]:
    """What the page says."""
    told = []
    for worn, asked in ((False, 1.0), (True, 3.0)):
        name, tally = "worn print" if worn else "clean print", together(found, worn)
        pages, words = len(tally.wrong), len(tally.off_mm)
        within = 100 * sum(off <= BOX_MM for off in tally.off_mm) / max(1, words)
        told += [
            Row(f"{name}: wrong letters", 100 * tally.share, "%", asked, pages, f"of {tally.letters} on all pages"),
            Row(f"{name}: wrong letters, worst page", 100 * max(tally.wrong), "%", None, pages, ""),
            Row(f"{name}: boxes, p99", percentile(tally.off_mm, 0.99), "mm", BOX_MM, words, f"{within:.2f} % within"),
            Row(
                f"{name}: a page", percentile(tally.seconds, 0.5), "s", None, pages, "own processor time, made and read"
            ),
        ]
    for (face, worn), tally in sorted(found.items()):
        name = f"{face}, {'worn' if worn else 'clean'}"
        told.append(Row(f"{name}: wrong letters", 100 * tally.share, "%", None, len(tally.wrong), ""))
    return told


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also when something is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reading", description=__doc__)
    parser.add_argument("--pages", type=int, default=60, help="sheets, each read clean and worn")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    asked = parser.parse_args()
    facts, began = machine(), time.monotonic()
    cv2.setNumThreads(1)
    with Reader() as reader:
        told = rows(measure(asked.pages, reader))
    kept = ("date", "commit", "cpu", "memory", "system", "python")
    said: dict[str, Any] = {name: facts[name] for name in kept}
    said["libraries"] = f"{tesserocr.tesseract_version().splitlines()[0]}, OpenCV {cv2.__version__}"
    said["load"] = f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end"
    said["duration"] = f"{time.monotonic() - began:.0f} s"
    report.put(asked.out, "reading", f"## Reading print\n\n{INTRODUCTION}\n\n{report.rows_and_facts(told, said)}")
    if asked.json:
        sys.stdout.write(json.dumps({"machine": said, "rows": [row.as_json() for row in told]}) + "\n")
    else:
        sys.stdout.write(report.table(told) + "\n")


if __name__ == "__main__":
    main()
