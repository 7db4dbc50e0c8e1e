"""A sheet in a camera's picture: found by its corners on any table, and not where there is none."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from drivers.camera.paper import find_page, runs_out

Picture = NDArray[np.uint8]
SIZE = (1280, 720)
TABLES = {"dark": (40, 50, 60), "wood": (60, 105, 150), "grey": (128, 128, 128), "light": (196, 200, 203)}


def sheet() -> Picture:
    """A4 with lines as of print, and a frame within it."""
    page = np.full((877, 620, 3), 243, np.uint8)
    for row, column in itertools.product(range(22), range(8)):
        left = 60 + column * 64 + (row * 17) % 11
        cv2.rectangle(page, (left, 150 + row * 30), (left + 44, 158 + row * 30), (50, 50, 50), -1)
    cv2.rectangle(page, (52, 140), (568, 400), (30, 30, 30), 2)
    return page


def laid(corners: NDArray[np.float64], table: tuple[int, int, int], seed: int) -> Picture:
    scene = np.full((SIZE[1], SIZE[0], 3), table, np.uint8)
    page = sheet()
    high, wide = page.shape[:2]
    source = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    cv2.warpPerspective(page, matrix, SIZE, dst=scene, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT)
    noise = np.random.default_rng(seed).normal(0, 4, scene.shape)
    light = np.linspace(1.0, 0.75, SIZE[0])[None, :, None]
    return np.asarray(np.clip(scene * light + noise, 0, 255), np.uint8)


def corners_of(random: np.random.Generator) -> NDArray[np.float64]:
    """A4 somewhere in the frame, turned by up to 40 degrees, seen a little askew; clockwise from its own top left."""
    high = random.uniform(380, 560)
    box = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * (high * 210 / 297, high)
    turn = np.radians(random.uniform(-40, 40))
    box = box @ np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    box *= 1 + random.uniform(-0.05, 0.05, (4, 1))
    return np.asarray(box + np.array(SIZE) / 2, np.float64)


@pytest.mark.parametrize("table", TABLES)
def test_a_sheet_is_found_wherever_it_lies_on_a_table_of_any_colour(table: str) -> None:
    random = np.random.default_rng(4)
    off = []
    for seed in range(20):
        true = corners_of(random)
        found = find_page(laid(true, TABLES[table], seed))
        if found is None:
            off.append(np.inf)
            continue
        distances = np.linalg.norm(found[:, None] - true[None], axis=2)
        off.append(float(distances.min(axis=1).max()))

    assert sum(distance < 8 for distance in off) >= 19, off


def test_corners_come_clockwise_from_the_one_nearest_the_top_left() -> None:
    true = np.array([(400, 80), (820, 90), (810, 660), (390, 650)], np.float64)

    found = find_page(laid(true, TABLES["dark"], 1))

    assert found is not None
    assert np.abs(found - true).max() < 6


def test_an_empty_table_holds_no_sheet() -> None:
    random = np.random.default_rng(3)
    for table in TABLES.values():
        scene = np.asarray(np.clip(np.array(table) + random.normal(0, 5, (SIZE[1], SIZE[0], 3)), 0, 255), np.uint8)
        assert find_page(scene) is None
        assert not runs_out(scene)


def test_a_sheet_that_goes_on_beyond_the_picture_is_not_found_but_told() -> None:
    beyond = laid(np.array([(700, 60), (1400, 70), (1390, 900), (690, 890)], np.float64), TABLES["dark"], 1)

    assert find_page(beyond) is None
    assert runs_out(beyond)


def test_a_grey_picture_does_as_well() -> None:
    true = np.array([(400, 80), (820, 90), (810, 660), (390, 650)], np.float64)

    found = find_page(np.asarray(cv2.cvtColor(laid(true, TABLES["dark"], 1), cv2.COLOR_BGR2GRAY), np.uint8))

    assert found is not None
    assert np.abs(found - true).max() < 6
