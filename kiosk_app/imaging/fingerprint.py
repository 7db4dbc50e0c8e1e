"""Draws the fingerprint of a finished page: where ink surely is and where it may be, as `likeness` compares them."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.likeness import COARSE, LOOK_DPI, pack

# Darkness as a part of the paper's own level. A hard pencil reaches 0.25, grain averaged to this resolution 0.03.
FAINTEST: Final = 0.11
# Of the darkest ink round about: print that has paled keeps its shape, and letters keep their holes. A hair line that falls
# between two rows of dots is half as dark in both as in the one onto which it may fall the next time.
SURE: Final = 0.6
MAY_BE: Final = 0.3
ROUND_ABOUT_MM: Final = 3.0
PAPER_MM: Final = 12.0
# Whether a seam of the bed is left at the edge is chance, and so is how much of the paper is cut away there: what is surely
# ink on one page lies so far within that it may be on the other.
SURE_RIM_MM: Final = 4.5
RIM_MM: Final = 2.5
# How much of a square of the coarse maps is ink where its dot is set.
POOLED: Final = 0.12


def fingerprint(page: Picture, dpi: int) -> bytes:
    """The fingerprint of an upright page in RGB, for `likeness.same_page`; ten kilobytes for a page of text."""
    dark = _darkness(page, dpi)
    reach = round(ROUND_ABOUT_MM * LOOK_DPI / 25.4) | 1
    darkest = cv2.dilate(dark, np.ones((reach, reach), np.uint8))
    sure = _within(dark, SURE_RIM_MM) > np.maximum(darkest * np.float32(SURE), np.float32(FAINTEST))
    may_be = _within(dark, RIM_MM) > np.maximum(darkest * np.float32(MAY_BE), np.float32(FAINTEST / 2))
    height, width = dark.shape
    coarse, fine = (_pooled(sure, by) for by in COARSE)
    return pack(width, height, b"".join(_bits(plane) for plane in (coarse, fine, sure, may_be)))


def _within(dark: npt.NDArray[np.float32], rim_mm: float) -> npt.NDArray[np.float32]:
    """The same without what lies at the edge."""
    rim, inner = round(rim_mm * LOOK_DPI / 25.4), np.zeros_like(dark)
    inner[rim:-rim, rim:-rim] = dark[rim:-rim, rim:-rim]
    return inner


def _darkness(page: Picture, dpi: int) -> npt.NDArray[np.float32]:
    """How much darker each dot is than the paper round it, 0 to 1, by its darkest colour: red ink and blue count in full."""
    scale = LOOK_DPI / dpi
    size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    red, green, blue = cv2.split(small)
    level = cv2.min(cv2.min(red, green), blue)
    cell = 8
    tiny = cv2.resize(level, (max(1, size[0] // cell), max(1, size[1] // cell)), interpolation=cv2.INTER_AREA)
    reach = round(PAPER_MM * LOOK_DPI / 25.4 / cell) | 1
    paper = cv2.GaussianBlur(cv2.dilate(tiny, np.ones((reach, reach), np.uint8)), (0, 0), reach / 2)
    ground = np.asarray(cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    lighter = np.minimum(np.asarray(level, dtype=np.uint8), ground)
    return np.asarray(1.0 - lighter.astype(np.float32) / np.maximum(ground, 1), dtype=np.float32)


def _pooled(mask: npt.NDArray[np.bool_], by: int) -> npt.NDArray[np.bool_]:
    """The map at a part of its size: a dot where a fair part of its square is ink."""
    height, width = mask.shape
    padded = np.pad(mask, ((0, -height % by), (0, -width % by)))
    size = (padded.shape[1] // by, padded.shape[0] // by)
    shares = cv2.resize(padded.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(shares > POOLED, dtype=np.bool_)


def _bits(mask: npt.NDArray[np.bool_]) -> bytes:
    return np.packbits(mask, axis=1, bitorder="little").tobytes()
