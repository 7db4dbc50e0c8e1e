"""Draws a sheet as a scanner would see it: worn, askew, on a dark bed; and has it really read."""

from __future__ import annotations

import hashlib
import io
import json
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from kiosk_app.imaging.page import process
from kiosk_app.imaging.text import Reader
from kiosk_app.imaging.values import PageInput
from kiosk_app.matching.values import StackPage, TextLine
from kiosk_app.runtime.reviewing import stack_page
from tests.papers.layout import POINT_MM, Box, Sheet
from tests.papers.stacks import Stack

DPI = 200
MM = DPI / 25.4
BED = (28, 29, 31)


def drawn(sheet: Sheet, rng: random.Random) -> Image.Image:
    """The sheet on the scanner's bed: up to 2 degrees askew, with grain, shade and a little blur."""
    size = (round(sheet.width * MM), round(sheet.height * MM))
    tint = rng.randint(238, 252)
    paper = Image.new("RGB", size, (tint, tint, tint - rng.randint(0, 8)))
    pen = ImageDraw.Draw(paper)
    for box in sheet.boxes:
        _box(paper, pen, box, rng)
    ink = rng.randint(15, 70)
    for run in sheet.runs:
        font = ImageFont.truetype(str(sheet.font[run.bold]), max(6, round(run.points * POINT_MM * MM)))
        pen.text((run.x * MM, run.y * MM), run.text, font=font, fill=(ink, ink, ink + 6))
    if rng.random() < 0.5:
        paper = paper.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.8)))
    border = round(8 * MM)
    bed = Image.new("RGB", (size[0] + 2 * border, size[1] + 2 * border), BED)
    bed.paste(paper, (border, border))
    bed = bed.rotate(rng.uniform(-2, 2), Image.Resampling.BICUBIC, fillcolor=BED)
    grain = np.random.default_rng(rng.randint(0, 2**31)).normal(0, rng.uniform(2, 9), (bed.height, bed.width, 1))
    shade = np.linspace(1.0, rng.uniform(0.88, 1.0), bed.width)[None, :, None]
    return Image.fromarray(np.clip(np.asarray(bed, np.float32) * shade + grain, 0, 255).astype(np.uint8))


def _box(paper: Image.Image, pen: ImageDraw.ImageDraw, box: Box, rng: random.Random) -> None:
    x, y, w, h = (round(value * MM) for value in (box.x, box.y, box.w, box.h))
    match box.kind:
        case "frame":
            pen.rectangle((x, y, x + w, y + h), outline=(60, 60, 60), width=2)
        case "rule":
            pen.line((x, y, x + w, y), fill=(60, 60, 60), width=2)
        case "picture":
            small = np.random.default_rng(rng.randint(0, 2**31)).integers(40, 220, (5, 4, 3), dtype=np.uint8)
            paper.paste(Image.fromarray(small).resize((max(1, w), max(1, h)), Image.Resampling.BICUBIC), (x, y))
        case _:
            spots = [(x + rng.randint(0, w), y + rng.randint(0, h)) for _ in range(9)]
            pen.line(spots, fill=(30, 40, 130), width=3)


def read(sheet: Sheet, number: int, rng: random.Random, reader: Reader) -> StackPage:
    """The page as the kiosk itself would read it."""
    out = io.BytesIO()
    drawn(sheet, rng).save(out, "PNG")
    return stack_page(number, process(PageInput(out.getvalue(), DPI), number, reader))


class ReadForReal:
    """Draws and reads stacks; what was read once is kept in `folder`, for reading takes seconds a page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reader: Reader | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, stack: Stack, seed: int) -> list[StackPage]:
        """The stack's pages, numbered from 1."""
        return [self._page(side.sheet, number, seed) for number, side in enumerate(stack.sides, start=1)]

    def _page(self, sheet: Sheet, number: int, seed: int) -> StackPage:
        facts = repr((sheet.width, sheet.height, sheet.runs, sheet.boxes, [path.name for path in sheet.font]))
        key = hashlib.sha256(f"1{seed}{number}{facts}".encode()).hexdigest()[:24]
        kept = self._folder / f"{key}.json"
        if kept.is_file():
            data = json.loads(kept.read_text(encoding="utf-8"))
            found = tuple(TextLine(*line) for line in data["lines"])
            return StackPage(number, found, data["width"], data["height"], data["blank"])
        if self._reader is None:
            self._reader = Reader()
        page = read(sheet, number, random.Random(f"draw{seed}.{number}"), self._reader)
        data = {
            "lines": [[line.text, line.x, line.y, line.w, line.h] for line in page.lines],
            "width": page.width_mm,
            "height": page.height_mm,
            "blank": page.blank,
        }
        kept.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return page

    def close(self) -> None:
        """Frees the recognition engine."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
