"""One page from picture to finished page: straight, judged, true to size, read."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image

from kiosk_app.imaging.blank import is_blank
from kiosk_app.imaging.decode import Picture, decode
from kiosk_app.imaging.errors import UNREADABLE, ImagingError
from kiosk_app.imaging.lighting import evened
from kiosk_app.imaging.quality import warnings_of
from kiosk_app.imaging.straighten import lay_straight
from kiosk_app.imaging.text import Reader
from kiosk_app.imaging.upright import quarters_to_turn
from kiosk_app.imaging.values import Page, PageInput, PageVerdict, Word

# Decree 30/2020/ND-CP, appendix: colour, 200 dpi or more, 100 % scale.
OUTPUT_DPI: Final = 200
THUMBNAIL_WIDTH: Final = 320
# What an A4 page of text may take; the quality gives way to it, down to where stamps begin to fray.
TARGET_BYTES_A4: Final = 250_000
A4_PIXELS: Final = 1654 * 2339
QUALITIES: Final = (85, 78, 70, 62, 55)
# Levels between the darkest and the brightest spot of 0.9 mm that grain alone makes; a pencil's stroke makes more.
GRAIN_RANGE: Final = 22
A4_LONG_INCHES: Final = 297 / 25.4
A4_RATIO: Final = 297 / 210
A3_LONG_INCHES: Final = 420 / 25.4


@dataclass(frozen=True)
class Prepared:
    """A page that is finished but for its words: what the screen can show at once, and the pixels to read."""

    picture: Picture = field(repr=False)
    dpi: int
    verdict: PageVerdict
    jpeg: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)


def prepare(given: PageInput, name: str = "page", reader: Reader | None = None) -> Prepared:
    """Straightens, judges, turns upright, scales and evenly lights a picture. Raises ImagingError IMG-UNREADABLE.

    A `reader` is asked which way up a page stands where its shapes leave a doubt.
    """
    picture, claimed = decode(_bytes(given.png_or_jpeg, name), name)
    dpi = given.dpi or claimed
    straight = lay_straight(picture, dpi or OUTPUT_DPI)
    page = straight.image
    dpi = dpi or guessed_dpi(page)
    blank = is_blank(page, dpi)
    warnings = warnings_of(page, dpi, blank=blank, cut_corner=straight.cut_corner)
    quarters = 0 if blank else quarters_to_turn(page, dpi, reader)
    page, out_dpi = _to_output(page, dpi)
    if quarters:
        page = np.ascontiguousarray(np.rot90(page, -quarters))
    page = evened(page)
    verdict = PageVerdict(blank, round(straight.angle_deg, 2), warnings, 90 * quarters)
    return Prepared(page, out_dpi, verdict, jpeg(page, out_dpi), thumbnail(page))


def turn(data: bytes, dpi: int, verdict: PageVerdict, quarters: int, name: str = "page") -> Prepared:
    """A finished JPEG turned clockwise by quarters; nothing else of it changes. Raises ImagingError IMG-UNREADABLE."""
    picture, _ = decode(data, name)
    page = np.ascontiguousarray(np.rot90(picture, -quarters))
    verdict = replace(verdict, turned_deg=(verdict.turned_deg + 90 * quarters) % 360)
    return Prepared(page, dpi, verdict, jpeg(page, dpi), thumbnail(page))


def read(prepared: Prepared, reader: Reader) -> tuple[Word, ...]:
    """The words of a prepared page; a blank page is not read."""
    if prepared.verdict.blank:
        return ()
    return reader.words(np.asarray(cv2.cvtColor(prepared.picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8), prepared.dpi)


def process(given: PageInput, index: int = 1, reader: Reader | None = None, name: str = "page") -> Page:
    """The finished page; without a `reader` no text is looked for. Raises ImagingError IMG-UNREADABLE."""
    prepared = prepare(given, name, reader)
    words = read(prepared, reader) if reader is not None else ()
    height, width = prepared.picture.shape[:2]
    return Page(index, width, height, prepared.dpi, prepared.verdict, prepared.jpeg, prepared.thumbnail, words)


def _bytes(given: bytes | Path, name: str) -> bytes:
    if isinstance(given, bytes):
        return given
    try:
        return given.read_bytes()
    except OSError as error:
        raise ImagingError(UNREADABLE, f"{name}: {type(error).__name__}") from error


def guessed_dpi(page: Picture) -> int:
    """The resolution of a page that tells none: A4 by its shape, else at least what keeps it within A3."""
    long, short = int(max(page.shape[:2])), int(max(1, min(page.shape[:2])))
    if abs(long / short / A4_RATIO - 1) < 0.06:
        return max(50, round(long / A4_LONG_INCHES))
    return max(OUTPUT_DPI, round(long / A3_LONG_INCHES))


def _to_output(page: Picture, dpi: int) -> tuple[Picture, int]:
    """The page at 200 dpi; one scanned with less keeps its dots, for invented ones would hide the lack."""
    if dpi <= OUTPUT_DPI:
        return page, dpi
    scale = OUTPUT_DPI / dpi
    size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), OUTPUT_DPI


def jpeg(page: Picture, dpi: int) -> bytes:
    """The page as JPEG in colour, as good as its share of TARGET_BYTES_A4 allows.

    A page that is over it at the best quality has its paper's grain smoothed before its quality is lowered.
    """
    budget = max(20_000, TARGET_BYTES_A4 * page.shape[0] * page.shape[1] // A4_PIXELS)
    data = _jpeg(page, dpi, QUALITIES[0])
    if len(data) <= budget:
        return data
    quiet = quiet_paper(page)
    for quality in QUALITIES:
        data = _jpeg(quiet, dpi, quality)
        if len(data) <= budget:
            break
    return data


def _jpeg(page: Picture, dpi: int, quality: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(page).save(out, "JPEG", quality=quality, optimize=True, subsampling="4:2:0", dpi=(dpi, dpi))
    return out.getvalue()


def quiet_paper(page: Picture) -> Picture:
    """Smooths where nothing but grain is: half a scan's bytes are noise. Marks and their surroundings stay untouched."""
    smooth = cv2.GaussianBlur(page, (7, 7), 1.6)
    grey = cv2.GaussianBlur(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), (3, 3), 0)
    kernel = np.ones((7, 7), np.uint8)
    empty = (cv2.dilate(grey, kernel) - cv2.erode(grey, kernel)) < GRAIN_RANGE
    return np.where(empty[:, :, None], smooth, page).astype(np.uint8)


def thumbnail(page: Picture) -> bytes:
    """A small JPEG for the screen, at most 320 pixels wide."""
    height, width = page.shape[:2]
    across = min(THUMBNAIL_WIDTH, width)
    small = cv2.resize(page, (across, max(1, round(height * across / width))), interpolation=cv2.INTER_AREA)
    out = io.BytesIO()
    Image.fromarray(np.asarray(small, dtype=np.uint8)).save(out, "JPEG", quality=80, subsampling="4:2:0")
    return out.getvalue()
