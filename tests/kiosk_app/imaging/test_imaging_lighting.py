"""Promises of even light: shadows and the lamp's cast go; coloured paper, pencil, stamps, pictures and grey boxes stay."""

from __future__ import annotations

import numpy as np
import pytest
import sheets
from PIL import Image, ImageDraw

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.lighting import evened
from tests.pages.layouts import page
from tests.pages.wear import grain

DPI = 200


def lit(picture: Picture, light: np.ndarray, seed: int = 1) -> Picture:
    return grain(np.clip(picture * light, 0, 255).astype(np.uint8), 4, seed)


def ramp(picture: Picture) -> np.ndarray:
    """A lamp that is weak on the right and below."""
    across = np.linspace(1.0, 0.72, picture.shape[1])[None, :]
    down = np.linspace(1.0, 0.9, picture.shape[0])[:, None]
    return (across * down)[:, :, None]


def paper_levels(picture: Picture) -> np.ndarray:
    """The paper's grey in each of 8 x 6 fields."""
    grey = picture.astype(float).mean(axis=2)
    return np.array(
        [np.percentile(part, 75) for row in np.array_split(grey, 8) for part in np.array_split(row, 6, axis=1)]
    )


@pytest.mark.parametrize("kind", ["letter", "table", "form", "certificate", "capitals"])
def test_a_weak_lamp_is_evened_out(kind: str) -> None:
    sheet = np.asarray(page(kind, 1, DPI))
    dim = lit(sheet, ramp(sheet))
    assert np.ptp(paper_levels(dim)) > 50
    assert np.ptp(paper_levels(evened(dim))) < 14


def test_the_shadow_of_a_fold_goes() -> None:
    sheet = np.asarray(page("letter", 2, DPI))
    place = np.arange(sheet.shape[0]) / sheet.shape[0] - 0.5
    fold = 1 - np.where(place > 0, 0.22 * np.exp(-place / 0.04), 0)
    dark = lit(sheet, fold[:, None, None])
    row = round(0.515 * sheet.shape[0])
    assert dark[row].mean() < 0.9 * sheet[row].mean()
    assert evened(dark)[row].mean() > 0.95 * sheet[row].mean()


def test_a_warm_lamps_cast_is_taken_off() -> None:
    page_ = np.asarray(sheets.letter(DPI))
    warm = lit(page_, np.array([1.0, 0.97, 0.9]))
    red, _, blue = np.median(evened(warm).reshape(-1, 3), axis=0)
    assert np.ptp(np.median(warm.reshape(-1, 3), axis=0)) > 25
    assert abs(red - blue) < 8


@pytest.mark.parametrize(
    "paper",
    [(250, 214, 218), (216, 245, 214), (250, 238, 150), (205, 225, 246)],
    ids=["pink", "green", "yellow", "blue"],
)
@pytest.mark.parametrize("dim", [False, True], ids=["full light", "weak lamp"])
def test_coloured_paper_keeps_its_colour(paper: tuple[int, int, int], dim: bool) -> None:
    sheet = (np.asarray(page("form", 4, DPI)) / 255.0 * paper).astype(np.uint8)
    own = np.median(sheet.reshape(-1, 3), axis=0)
    found = np.median(evened(lit(sheet, ramp(sheet) if dim else np.ones(3))).reshape(-1, 3), axis=0)
    assert np.abs(found / found.sum() - own / own.sum()).max() < 0.012


def test_a_grey_box_is_no_shadow() -> None:
    sheet = np.asarray(page("letter", 3, DPI)).copy()
    box = np.s_[1300:1420, 160:1500]
    sheet[box] = (sheet[box] * 0.86).astype(np.uint8)
    found = evened(lit(sheet, np.ones(3)))
    assert abs(float(found[box].mean()) - float(sheet[box].mean())) < 6


def test_pencil_is_not_washed_out() -> None:
    sheet = sheets.paper(DPI)
    sheets.signature(ImageDraw.Draw(sheet), 1000, 1200, 8, (175, 175, 175))
    picture = np.asarray(sheet)
    stroke = np.asarray(sheet.convert("L")) < 200
    found = evened(lit(picture, ramp(picture))).astype(float).mean(axis=2)
    assert np.median(found[stroke]) / np.median(found) == pytest.approx(175 / 247, abs=0.04)


@pytest.mark.parametrize("what", ["photograph", "dark cover", "night picture"])
def test_a_page_that_is_no_paper_is_left_alone(what: str) -> None:
    shape = sheets.paper(DPI).size
    if what == "dark cover":
        picture = np.full((shape[1], shape[0], 3), (70, 30, 35), np.uint8)
    else:
        rough = np.random.default_rng(5).integers(0, 255 if what == "photograph" else 90, (9, 7, 3), dtype=np.uint8)
        picture = np.asarray(Image.fromarray(rough).resize(shape, Image.Resampling.BICUBIC))
    assert evened(picture) is picture


def test_even_light_is_not_touched() -> None:
    sheet = np.asarray(Image.new("RGB", sheets.paper(DPI).size, (250, 250, 250)))
    assert evened(sheet) is sheet
