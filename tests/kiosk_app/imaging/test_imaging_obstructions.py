"""Promises of glare and finger: told where they hide something, never said of an ordinary page."""

from __future__ import annotations

import numpy as np
import pytest
import sheets
from PIL import Image, ImageDraw

from drivers.simulators.papers import NAMES, paper
from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.obstructions import has_finger, has_glare, look
from kiosk_app.imaging.quality import warnings_of
from kiosk_app.imaging.values import PageWarning
from tests.pages.layouts import LAYOUTS, page
from tests.pages.troubles import finger, glare
from tests.pages.wear import grain, worn

DPI = 150
MM = DPI / 25.4


def grey_paper(kind: str, seed: int) -> Picture:
    """A page whose paper is not at the top of the scale, as scans and photographs have it."""
    return np.asarray(np.asarray(page(kind, seed, DPI)) * 0.94, dtype=np.uint8)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", LAYOUTS)
def test_an_ordinary_page_has_neither(kind: str, seed: int) -> None:
    for picture in (np.asarray(page(kind, seed, DPI)), worn(page(kind, seed, DPI), seed)):
        small = look(picture, DPI)
        assert not has_glare(small)
        assert not has_finger(small)


def test_white_paper_between_a_coloured_picture_and_printed_bands_is_no_glare() -> None:
    for name, pages in NAMES.items():
        for number in range(1, pages + 1):
            assert not has_glare(look(np.asarray(paper(name, number)), 300)), f"{name}:{number}"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["dense", "capitals", "letter"])
def test_a_reflection_that_swallows_writing_is_told(kind: str, seed: int) -> None:
    picture = grain(glare(grey_paper(kind, 0), seed, DPI, (0.5, 0.3)), 3, seed)
    assert has_glare(look(picture, DPI))


def test_a_bright_spot_on_empty_paper_and_a_white_label_on_grey_are_no_glare() -> None:
    empty = grain(glare(np.full((1754, 1240, 3), 235, np.uint8), 1, DPI), 3, 1)
    assert not has_glare(look(empty, DPI))
    label = grey_paper("dense", 2)
    label[600:760, 400:700] = 255
    assert not has_glare(look(label, DPI))


@pytest.mark.parametrize("seed", range(8))
def test_a_finger_over_the_edge_is_told(seed: int) -> None:
    assert has_finger(look(finger(grey_paper("letter", seed), seed, DPI), DPI))


@pytest.mark.parametrize("what", ["flat tab", "stamp at the edge", "pink paper", "brown cover", "photograph"])
def test_what_only_has_a_fingers_colour_is_none(what: str) -> None:
    sheet = sheets.paper(DPI)
    draw = ImageDraw.Draw(sheet)
    if what == "flat tab":
        draw.rectangle((0, 300, 25 * MM, 300 + 16 * MM), fill=(222, 170, 140))
    if what == "stamp at the edge":
        sheets.stamp(draw, -8 * MM, 100 * MM, MM)
    if what == "pink paper":
        sheet = sheets.paper(DPI, colour=(250, 214, 205))
    if what == "brown cover":
        sheet = sheets.paper(DPI, colour=(150, 100, 72))
    if what == "photograph":
        rough = np.random.default_rng(4).integers(0, 255, (9, 7, 3), dtype=np.uint8)
        sheet = Image.fromarray(rough).resize(sheet.size, Image.Resampling.BICUBIC)
    assert not has_finger(look(np.asarray(sheets.noisy(sheet, 4)), DPI))


def test_both_are_told_after_the_other_warnings() -> None:
    picture = finger(glare(grey_paper("dense", 1), 1, DPI, (0.5, 0.4)), 1, DPI)
    assert warnings_of(picture, DPI, blank=False, cut_corner=False) == (
        PageWarning.LOW_RESOLUTION,
        PageWarning.GLARE,
        PageWarning.FINGER,
    )
