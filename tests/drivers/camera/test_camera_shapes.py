"""Promises of what people photograph else: it is cut at its corners or kept whole, and no print is cut off."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from drivers.camera.paper import find_sheet
from kiosk_app.imaging.page import PHOTOGRAPHED_SHARE
from tests.pages import desks, rooms
from tests.pages.desks import Points
from tests.pages.layouts import page
from tests.pages.wear import Picture

SIZE = (1600, 1200)
NEAR_PX = 3.2
DARK, WHITE = (46, 48, 54), (226, 225, 221)


def scene(ground: tuple[int, int, int], things: list[tuple[Image.Image, Points]], seed: int = 1) -> Picture:
    """Things flat on a plain ground, lit from one side."""
    chance = random.Random(seed)
    out = np.full((SIZE[1], SIZE[0], 3), ground, np.float32)
    out += (desks.rough(SIZE, chance, 1 / 300, 1 / 300) * 2)[:, :, None]
    for thing, corners in things:
        desks.lay(out, np.asarray(thing), corners, chance, SIZE[0] / 1280)
    out *= desks.light(SIZE, chance)[:, :, None]
    return desks.exposed(out, chance, SIZE[0] / 1280, seed=seed)


def lying(middle: tuple[float, float], size: tuple[float, float], degrees: float = 0.0) -> Points:
    """The corners of a rectangle that lies there, clockwise."""
    turn = np.radians(degrees)
    half = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * size
    return np.asarray(half @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + middle)


def judged(picture: Picture, corners: Points | None, hulls: list[Points]) -> str:
    """`right` where all is cut at the corners, `whole` where nothing is; anything else fails."""
    sheet = find_sheet(picture, rgb=True, least=PHOTOGRAPHED_SHARE)
    if sheet is None or not sheet.sure:
        return "whole"
    assert max(desks.lost(sheet.corners, hull) for hull in hulls) < 1, "print is cut off"
    assert corners is not None
    off = min(float(np.abs(np.roll(sheet.corners, turn, axis=0) - corners).max()) for turn in range(4))
    assert off < NEAR_PX
    return "right"


def receipt() -> Image.Image:
    """A long slip of a till."""
    slip = Image.new("RGB", (320, 1500), (247, 247, 244))
    pen = ImageDraw.Draw(slip)
    for y in range(40, 1460, 32):
        pen.line((24, y, 24 + 30 + y * 37 % 230, y), fill=(60, 60, 64), width=9)
    return slip


def card() -> Image.Image:
    """An identity card: coloured, with a portrait's field and lines."""
    side = Image.new("RGB", (856, 540), (206, 222, 214))
    pen = ImageDraw.Draw(side)
    pen.rectangle((50, 160, 260, 440), fill=(150, 140, 132))
    for y in range(80, 480, 46):
        pen.line((310, y, 500 + y * 29 % 270, y), fill=(60, 66, 80), width=12)
    return side


@pytest.mark.parametrize("degrees", [0.0, 7.0, -16.0])
def test_an_identity_card_on_a_dark_table_is_cut_at_its_corners(degrees: float) -> None:
    corners = lying((800, 600), (856, 540), degrees)
    assert judged(scene(DARK, [(card(), corners)]), corners, [desks.printed(card(), corners)]) == "right"


@pytest.mark.parametrize("colour", [(250, 238, 150), (176, 216, 240), (250, 190, 200), (190, 228, 180)])
def test_a_page_of_coloured_paper_is_cut_at_its_corners(colour: tuple[int, int, int]) -> None:
    sheet = page("letter", 5, 90)
    tinted = Image.fromarray((np.asarray(sheet) * (np.array(colour) / 255)).astype(np.uint8))
    corners = lying((790, 610), (720, 1018), 4.0)
    assert judged(scene(DARK, [(tinted, corners)]), corners, [desks.printed(tinted, corners)]) == "right"


def test_a_page_that_lies_sideways_is_cut_at_its_corners() -> None:
    sheet = page("landscape", 3, 90)
    corners = lying((800, 600), (1250, 1250 * sheet.height / sheet.width), -3.0)
    assert judged(scene(DARK, [(sheet, corners)]), corners, [desks.printed(sheet, corners)]) == "right"


@pytest.mark.parametrize("kind", ["letter", "table", "certificate", "form", "dense"])
def test_a_page_that_fills_the_picture_is_kept_whole(kind: str) -> None:
    assert judged(rooms.whole(np.asarray(page(kind, 4, 110))), None, []) == "whole"


@pytest.mark.parametrize("beyond", [-6.0, 0.0, 40.0])
@pytest.mark.parametrize("ground", [DARK, WHITE])
def test_a_page_at_the_pictures_border_loses_nothing_that_is_seen(ground: tuple[int, int, int], beyond: float) -> None:
    sheet = page("letter", 6, 90)
    corners = lying((360 - beyond, 600), (720, 1018))
    hull = np.clip(desks.printed(sheet, corners), 0, SIZE)
    assert judged(scene(ground, [(sheet, corners)]), corners, [hull]) in ("right", "whole")


@pytest.mark.parametrize("ground", [DARK, (150, 110, 72), WHITE])
@pytest.mark.parametrize("gap", [0.0, 3.0, 24.0])
def test_of_two_pages_side_by_side_none_is_cut_off(ground: tuple[int, int, int], gap: float) -> None:
    left, right = page("letter", 7, 90), page("table", 8, 90)
    places = [lying((800 + side * (330 + gap / 2), 600), (660, 933)) for side in (-1, 1)]
    both = lying((800, 600), (1320 + gap, 933))
    hulls = [desks.printed(sheet, corners) for sheet, corners in zip((left, right), places, strict=True)]
    assert judged(scene(ground, list(zip((left, right), places, strict=True))), both, hulls) in ("right", "whole")


@pytest.mark.parametrize("degrees", [0.0, 12.0, 38.0])
@pytest.mark.parametrize("ground", [DARK, (150, 110, 72), WHITE])
def test_a_long_receipt_is_cut_at_its_corners_or_kept_whole(ground: tuple[int, int, int], degrees: float) -> None:
    corners = lying((800, 600), (240, 1125), degrees)
    assert judged(scene(ground, [(receipt(), corners)]), corners, [desks.printed(receipt(), corners)]) in (
        "right",
        "whole",
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_white_page_on_a_white_bed_loses_nothing(seed: int) -> None:
    sheet, corners = page("form", seed, 90), lying((800, 600), (720, 1018), 2.0 * seed)
    picture = scene((251, 250, 247), [(sheet, corners)], seed)
    assert judged(picture, corners, [desks.printed(sheet, corners)]) in ("right", "whole")


@pytest.mark.parametrize("seed", range(len(rooms.TABLES) * len(rooms.ABOUT)))
def test_nothing_printed_is_cut_off_in_rooms_that_no_limit_was_set_on(seed: int) -> None:
    paper = page("letter", seed, 100)
    taken = rooms.taken(paper, seed, SIZE)
    assert judged(taken.picture, taken.corners, [desks.printed(paper, taken.corners)]) in ("right", "whole")
