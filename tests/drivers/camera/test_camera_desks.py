"""Promises of sheets on real desks: what is cut is cut at the sheet's corners, and what is not sure is said to be so."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.camera.paper import find_sheet
from tests.pages import surfaces
from tests.pages.desks import GROUNDS, TROUBLES, kind_of, lost, printed, shot
from tests.pages.layouts import page

SIZE = (1600, 1200)
# A part in five hundred of the picture's width, as 8 pixels are of 12 megapixels.
NEAR_PX = 3.2
# Of six desks: white papers below a white page leave a doubt more often.
LEAST_SURE = {"papers": 1}


def off(found: np.ndarray, true: np.ndarray) -> float:
    """The largest distance of corners, whichever is called the first."""
    return min(float(np.abs(np.roll(found, turn, axis=0) - true).max()) for turn in range(4))


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_sheet_on_a_desk_is_found_to_a_few_pixels_or_said_to_be_doubtful(trouble: str) -> None:
    sure = 0
    for seed in range(TROUBLES.index(trouble), 6 * len(TROUBLES), len(TROUBLES)):
        assert kind_of(seed) == (GROUNDS[seed % len(GROUNDS)], trouble)
        picture = shot(page("letter", seed, 120), seed, SIZE)
        sheet = find_sheet(picture.picture, rgb=True)
        if sheet is not None and sheet.sure:
            sure += 1
            assert off(sheet.corners, picture.corners) < NEAR_PX, f"{seed}: on {picture.ground}"
    assert sure >= LEAST_SURE.get(trouble, 4)


@pytest.mark.parametrize("ground", surfaces.SURFACES)
def test_nothing_printed_is_cut_off_on_surfaces_that_no_limit_was_set_on(ground: str) -> None:
    sure = 0
    for seed in range(surfaces.SURFACES.index(ground), 4 * len(surfaces.SURFACES), len(surfaces.SURFACES)):
        paper = page("letter", seed, 120)
        picture = surfaces.laid(paper, seed, SIZE)
        assert picture.ground == ground
        sheet = find_sheet(picture.picture, rgb=True)
        if sheet is not None and sheet.sure:
            sure += 1
            assert lost(sheet.corners, printed(paper, picture.corners)) < 1, f"{seed}: {picture.trouble}"
    assert sure >= 3


def test_a_desk_of_several_colours_without_a_sheet_is_not_called_a_page_for_sure() -> None:
    rng = np.random.default_rng(4)
    desk = np.repeat(rng.integers(60, 200, (1, 16, 3)), 600, axis=0).repeat(50, axis=1).astype(np.uint8)
    sheet = find_sheet(desk)
    assert sheet is None or not sheet.sure
