"""The page as a small JPEG in colour: steps of its values chosen for print, and the paper's grain left out."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.shrink import shrunk

THUMBNAIL_WIDTH: Final = 320
# What an A4 page of text may take; the steps widen for it, up to where stamps begin to fray.
TARGET_BYTES_A4: Final = 250_000
A4_PIXELS: Final = 1654 * 2339
FINEST: Final = 13.0
COARSEST: Final = 40.0
# A page of print takes about this power of its steps in bytes; the second try comes within a few per cent.
SHRINKS_BY: Final = -0.45
# Stored progressively, the same page is smaller by a twelfth.
PROGRESSIVE_SHARE: Final = 0.935
# What is tried of a page to guess its size: bands as high as the blocks that JPEG colours in, one of so many.
BAND_ROWS: Final = 16
ROUGHLY: Final = 8
FINELY: Final = 4
GUESSES: Final = 3
GOLDEN: Final = 0.6180339887498949
# Levels between the darkest and the brightest spot of 0.9 mm that grain alone makes; a pencil's stroke makes more.
GRAIN_RANGE: Final = 22


def jpeg(page: Picture, dpi: int) -> bytes:
    """The page as JPEG, in colour or (of two axes) in grey, as good as its share of TARGET_BYTES_A4 allows.

    A page that is over it at its best has its paper's grain smoothed before its quality is lowered. The same page, the same
    bytes.
    """
    budget = max(20_000, TARGET_BYTES_A4 * page.shape[0] * page.shape[1] // A4_PIXELS)
    if _guessed_size(_sample(page, ROUGHLY), FINEST) <= budget:
        data = _stored(page, dpi, FINEST)
        if len(data) <= budget:
            return data
    quiet = quiet_paper(page)
    # the size does not fall evenly as the steps widen: each guess starts from where the one before ended
    sample, step = _sample(quiet, FINELY), 2 * FINEST
    for _ in range(GUESSES):
        before, step = step, _step_for(budget, step, _guessed_size(sample, step))
        if step == before:
            break
    data = _stored(quiet, dpi, step)
    if len(data) > budget and step < COARSEST:
        data = _stored(quiet, dpi, _step_for(budget, step, len(data)))
    return data


def _step_for(budget: int, step: float, size: float) -> float:
    """The step that should give `budget` bytes where `step` gave `size`, a little on the safe side."""
    wider = step * math.pow(0.98 * budget / size, 1 / SHRINKS_BY)
    return min(max(wider, FINEST), COARSEST)


@dataclass(frozen=True)
class _Sample:
    """Some of a page's rows under each other, and how many times as many there are."""

    rows: Picture
    share: float


def _sample(page: Picture, every: int) -> _Sample:
    """One of `every` bands of a page; a small page as a whole."""
    height = page.shape[0]
    if height < 8 * every * BAND_ROWS:
        return _Sample(page, 1.0)
    # another place in each group of bands: evenly spaced ones would keep step with the lines of print
    starts = (group * every + int(group * GOLDEN % 1 * every) for group in range(height // BAND_ROWS // every))
    rows = np.concatenate([page[at * BAND_ROWS : (at + 1) * BAND_ROWS] for at in starts])
    return _Sample(rows, height / rows.shape[0])


def _guessed_size(sample: _Sample, step: float) -> float:
    """About how many bytes the page will take, in a fraction of the time."""
    return len(_stored(sample.rows, 0, step, progressive=False)) * sample.share * PROGRESSIVE_SHARE


def _stored(page: Picture, dpi: int, step: float, *, progressive: bool = True) -> bytes:
    out = io.BytesIO()
    tables, sampling = (_tables(step), "4:2:0") if page.ndim == 3 else (_tables(step)[:1], -1)
    Image.fromarray(page).save(
        out, "JPEG", qtables=tables, optimize=True, progressive=progressive, subsampling=sampling, dpi=(dpi, dpi)
    )
    return out.getvalue()


def _tables(step: float) -> list[list[int]]:
    """Flatter tables than the standard's, which were made for photographs: print lives in the fine detail.

    The coarse values keep small steps, so that paper and stamps show no blocks. At equal error a page takes a seventh less.
    """
    falls = [place % 8 + place // 8 for place in range(64)]
    light = [step * min(0.5 + 0.12 * fall, 0.7 + 0.06 * fall) for fall in falls]
    colour = [step * min(0.6 + 0.4 * fall, 1.6) + 3 * fall for fall in falls]
    return [[int(np.clip(round(value), 1, 255)) for value in table] for table in (light, colour)]


def quiet_paper(page: Picture) -> Picture:
    """Smooths where nothing but grain is: half a scan's bytes are noise. Marks and their surroundings stay untouched."""
    smooth = cv2.GaussianBlur(page, (7, 7), 1.6)
    grey = cv2.GaussianBlur(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY) if page.ndim == 3 else page, (3, 3), 0)
    kernel = np.ones((7, 7), np.uint8)
    empty = cv2.subtract(cv2.dilate(grey, kernel), cv2.erode(grey, kernel)) < GRAIN_RANGE
    return np.asarray(cv2.copyTo(smooth, empty.astype(np.uint8), page.copy()), dtype=np.uint8)


def thumbnail(page: Picture) -> bytes:
    """A small JPEG for the screen, at most 320 pixels wide."""
    height, width = page.shape[:2]
    across = min(THUMBNAIL_WIDTH, width)
    small = shrunk(page, across, max(1, round(height * across / width)))
    out = io.BytesIO()
    Image.fromarray(small).save(out, "JPEG", quality=80, subsampling="4:2:0")
    return out.getvalue()
