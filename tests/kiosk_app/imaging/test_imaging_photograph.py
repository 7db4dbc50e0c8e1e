"""Promises of photographs: a page on any table is found and laid flat; what is printed on a page is never taken for one."""

from __future__ import annotations

import io
import random

import cv2
import numpy as np
import pytest
import sheets
from PIL import Image

from drivers.camera.paper import find_sheet
from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.page import PHOTOGRAPHED_SHARE, process
from kiosk_app.imaging.photograph import flattened, lies_flat
from kiosk_app.imaging.straighten import lay_straight
from kiosk_app.imaging.values import PageInput, PageWarning
from tests.pages import desks
from tests.pages.layouts import LAYOUTS, page
from tests.pages.photographs import TABLES, photograph, table
from tests.pages.wear import DARK_BED, grain, lying, worn

DPI = 110


def find_page(picture: Picture) -> np.ndarray | None:
    """The corners of a page that is sure, as a photograph is cut by them."""
    sheet = find_sheet(picture, rgb=True, least=PHOTOGRAPHED_SHARE)
    return sheet.corners if sheet is not None and sheet.sure else None


def off(found: np.ndarray, true: np.ndarray) -> float:
    """The largest distance of corners, whichever is called the first."""
    return min(float(np.abs(np.roll(found, turn, axis=0) - true).max()) for turn in range(4))


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("layout", ["letter", "table", "certificate", "sparse"])
def test_a_page_on_a_table_is_found_within_a_few_pixels(layout: str, kind: str) -> None:
    shot = photograph(page(layout, 7, DPI), 20 + len(layout), kind=kind)
    quad = find_page(shot.picture)
    assert quad is not None
    assert off(quad, shot.corners) < 4


def test_nothing_is_cut_off_in_any_of_many_photographs() -> None:
    found = 0
    for seed in range(40):
        shot = photograph(page(tuple(LAYOUTS)[seed % len(LAYOUTS)], seed, DPI), seed)
        quad = find_page(shot.picture)
        found += quad is not None
        assert quad is None or off(quad, shot.corners) < 8
    assert found >= 36


@pytest.mark.parametrize("kind", TABLES)
def test_a_bare_table_has_no_page(kind: str) -> None:
    for seed in range(3):
        assert find_page(grain(table(kind, 1280, 960, random.Random(seed)), 4, seed)) is None


def box(sheet: Picture, how: str, seed: int) -> Picture:
    """A large field in the middle of the page."""
    height, width = sheet.shape[:2]
    place = np.s_[height // 5 : height * 4 // 5, width // 8 : width * 7 // 8]
    out = sheet.copy()
    if how == "grey field":
        out[place] = (out[place] * 0.85).astype(np.uint8)
    else:
        rough = np.random.default_rng(seed).integers(0, 255, (7, 6, 3), dtype=np.uint8)
        size = out[place].shape[1::-1]
        out[place] = cv2.resize(rough, size, interpolation=cv2.INTER_CUBIC)
    return grain(out, 3, seed)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_what_is_printed_on_a_page_is_no_page(kind: str) -> None:
    for seed in range(2):
        sheet = np.asarray(page(kind, seed, DPI))
        assert find_page(sheet) is None, "frames and tables"
        assert find_page(worn(page(kind, seed, DPI), seed)) is None, "a worn scan"
        paper = tuple(int(level) for level in np.median(sheet.reshape(-1, 3)[::97], axis=0))
        assert find_page(lying(sheet, 9.0 - 5 * seed, paper)) is None, "a scan on a white bed"
        for how in ("grey field", "picture"):
            assert find_page(box(sheet, how, seed)) is None, how


@pytest.mark.parametrize("size_mm", [(210, 297), (297, 210), (85.6, 53.98)])
def test_a_page_is_laid_flat_in_its_true_proportions(size_mm: tuple[float, float]) -> None:
    sheet = Image.new("RGB", (round(size_mm[0] * 4), round(size_mm[1] * 4)), (240, 240, 236))
    shot = photograph(sheet, 12, kind="dark")
    quad = find_page(shot.picture)
    assert quad is not None
    assert not lies_flat(quad)
    flat = flattened(shot.picture, quad)
    long, short = max(flat.shape[:2]), min(flat.shape[:2])
    assert long / short == pytest.approx(max(size_mm) / min(size_mm), rel=0.01)
    assert np.median(flat[2]) > 100, "the table shows at the page's edge"


def test_a_photograph_becomes_a_whole_page_standing_upright() -> None:
    shot = photograph(page("letter", 9, 200), 31, (2560, 1920), "wood")
    out = io.BytesIO()
    Image.fromarray(shot.picture).save(out, "JPEG", quality=90)
    done = process(PageInput(out.getvalue()))
    assert done.height / done.width == pytest.approx(297 / 210, rel=0.01)
    assert not done.verdict.blank
    with Image.open(io.BytesIO(done.jpeg)) as image:
        levels = np.asarray(image.convert("L"))
    assert np.median(levels) > 170, "mostly paper"


def test_a_page_whose_corners_are_doubtful_is_kept_whole_and_says_so() -> None:
    shot = desks.shot(page("letter", 10, 120), 10, (1600, 1200))
    sheet = find_sheet(shot.picture, rgb=True, least=PHOTOGRAPHED_SHARE)
    assert sheet is not None
    assert not sheet.sure
    out = io.BytesIO()
    Image.fromarray(shot.picture).save(out, "JPEG", quality=95)
    done = process(PageInput(out.getvalue()))
    assert PageWarning.UNSURE_EDGES in done.verdict.warnings
    assert min(done.width, done.height) >= 1200
    assert max(done.width, done.height) >= 1600


def test_where_nothing_may_be_cut_a_page_on_a_dark_bed_keeps_the_bed() -> None:
    scan = lying(np.asarray(page("letter", 3, DPI)), 4.0, DARK_BED)
    whole, cut = lay_straight(scan, DPI, cut=False), lay_straight(scan, DPI)
    assert cut.by_edges
    assert not whole.by_edges
    assert whole.image.shape[0] > cut.image.shape[0]
    assert whole.angle_deg == pytest.approx(4.0, abs=0.3)


def test_a_scan_that_tells_its_resolution_is_never_taken_for_a_photograph() -> None:
    shot = photograph(page("letter", 9, DPI), 33, kind="light")
    done = process(PageInput(sheets.png(Image.fromarray(shot.picture), 200), 200))
    assert (done.width, done.height) in {(1280, 960), (960, 1280)}
