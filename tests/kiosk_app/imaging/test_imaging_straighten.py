"""Promises of straightening: any sheet within 20 degrees, on any bed, upright, at true size, with all its content."""

from __future__ import annotations

import numpy as np
import pytest
import sheets
from PIL import Image, ImageDraw

from kiosk_app.imaging.skew import text_turn
from kiosk_app.imaging.straighten import lay_straight, straighten

DPI = 120
MM = DPI / 25.4
WHITE_BED = (251, 251, 250)
GREY_BED = (96, 97, 99)


def card() -> Image.Image:
    page = Image.new("RGB", (round(85.6 * MM), round(54 * MM)), (190, 215, 225))
    draw = ImageDraw.Draw(page)
    draw.rectangle((4 * MM, 15 * MM, 26 * MM, 45 * MM), fill=(120, 90, 80))
    return page


def table() -> Image.Image:
    page = sheets.paper(DPI)
    draw = ImageDraw.Draw(page)
    for row in range(12):
        draw.line((20 * MM, (40 + row * 12) * MM, 190 * MM, (40 + row * 12) * MM), fill=(40, 40, 40), width=2)
    for x in (20, 60, 90, 150, 190):
        draw.line((x * MM, 40 * MM, x * MM, 172 * MM), fill=(40, 40, 40), width=2)
    return page


@pytest.mark.parametrize("bed", [sheets.BED, GREY_BED, WHITE_BED], ids=["dark", "grey", "white"])
@pytest.mark.parametrize("angle", [-20, -13.3, -6, -2, -0.7, 0, 0.4, 1.5, 4.4, 10, 17, 20])
def test_a_skewed_letter_is_measured_within_half_a_degree(angle: float, bed: tuple[int, int, int]) -> None:
    scan = np.asarray(sheets.on_bed(sheets.letter(DPI), angle, bed))
    _, found = straighten(scan, DPI)
    assert found == pytest.approx(angle, abs=0.25)


@pytest.mark.parametrize("angle", [-20, -3, 0, 8, 20])
def test_a_sheet_on_a_dark_bed_is_cropped_to_its_true_size(angle: float) -> None:
    page = sheets.letter(DPI)
    result = lay_straight(np.asarray(sheets.on_bed(page, angle)), DPI)
    assert result.by_edges
    assert not result.cut_corner
    assert result.image.shape[1] == pytest.approx(page.width, abs=4)
    assert result.image.shape[0] == pytest.approx(page.height, abs=4)
    rim = result.image[3:-3, 3:-3]
    for edge in (rim[0], rim[-1], rim[:, 0], rim[:, -1]):
        assert np.median(edge) > 200, "the bed shows at the page's edge"


def test_what_straightening_gives_is_straight() -> None:
    for bed in (sheets.BED, WHITE_BED):
        image, _ = straighten(np.asarray(sheets.on_bed(sheets.letter(DPI), 11.0, bed)), DPI)
        left = text_turn(np.asarray(Image.fromarray(image).convert("L")))
        assert left is not None
        assert abs(np.degrees(left)) < 0.1


@pytest.mark.parametrize("angle", [-18, 5, 12])
def test_a_table_without_writing_is_straightened_on_a_white_bed(angle: float) -> None:
    _, found = straighten(np.asarray(sheets.on_bed(table(), angle, WHITE_BED)), DPI)
    assert found == pytest.approx(angle, abs=0.25)


@pytest.mark.parametrize("angle", [-15, 0, 6])
def test_an_identity_card_alone_on_a_large_bed_is_found(angle: float) -> None:
    bed = Image.new("RGB", (round(216 * MM), round(300 * MM)), sheets.BED)
    turned = card().convert("RGBA").rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
    bed.paste(turned, (150, 200), turned)
    result = lay_straight(np.asarray(sheets.noisy(bed, 4)), DPI)
    assert result.angle_deg == pytest.approx(angle, abs=0.3)
    assert result.image.shape[1] == pytest.approx(card().width, abs=5)
    assert result.image.shape[0] == pytest.approx(card().height, abs=5)


def test_two_cards_on_the_bed_are_both_kept() -> None:
    bed = Image.new("RGB", (round(216 * MM), round(300 * MM)), sheets.BED)
    for y in (150, 600):
        bed.paste(card(), (200, y))
    result = lay_straight(np.asarray(sheets.noisy(bed, 4)), DPI)
    assert result.image.shape[0] >= 450 + card().height - 5


def test_a_dark_blue_band_along_the_edge_stays_on_the_page() -> None:
    page = sheets.letter(DPI)
    ImageDraw.Draw(page).rectangle((0, 0, page.width, 18 * MM), fill=(30, 60, 130))
    for bed in (sheets.BED, GREY_BED):
        result = lay_straight(np.asarray(sheets.on_bed(page, 4, bed)), DPI)
        assert result.image.shape[0] == pytest.approx(page.height, abs=5)


def test_a_folded_corner_is_told_and_a_whole_sheet_is_not_accused() -> None:
    page = sheets.letter(DPI)
    assert not lay_straight(np.asarray(sheets.on_bed(page, 4)), DPI).cut_corner
    fold = 14 * MM
    ImageDraw.Draw(page).polygon([(page.width, 0), (page.width - fold, 0), (page.width, fold)], fill=sheets.BED)
    assert lay_straight(np.asarray(sheets.on_bed(page, 4)), DPI).cut_corner


def test_a_sheet_reaching_beyond_the_frame_is_told() -> None:
    page = sheets.letter(DPI)
    scan = page.rotate(6, resample=Image.Resampling.BICUBIC, fillcolor=sheets.BED)
    result = lay_straight(np.asarray(sheets.noisy(scan, 4)), DPI)
    assert result.cut_corner
    assert result.angle_deg == pytest.approx(6, abs=0.3)


def test_a_page_that_fills_the_frame_is_left_as_it_is() -> None:
    page = np.asarray(sheets.noisy(sheets.letter(DPI), 3))
    result = lay_straight(page, DPI)
    assert result.angle_deg == 0.0
    assert result.image is page


def test_a_signature_alone_on_a_white_bed_is_not_turned() -> None:
    page = sheets.paper(DPI)
    sheets.signature(ImageDraw.Draw(page), 120 * MM, 200 * MM, MM)
    assert lay_straight(np.asarray(sheets.noisy(page, 4)), DPI).angle_deg == 0.0


def test_turning_on_a_white_bed_loses_no_writing() -> None:
    page = sheets.paper(DPI)
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(sheets.LINES * 2):
        draw.text((4 * MM, (5 + row * 9.7) * MM), line, fill=(20, 20, 20), font=sheets.font(12, DPI))
    scan = page.rotate(5, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=(248, 247, 243))
    image, _ = straighten(np.asarray(scan), DPI)
    before, after = ((np.asarray(picture).mean(axis=2) < 128).sum() for picture in (page, Image.fromarray(image)))
    assert after == pytest.approx(before, rel=0.05)


def ruled(dpi: int, kept: int) -> np.ndarray:
    """How much darker than the paper lines of one dot of a scan are after it was turned, dot by dot along each of them."""
    page = sheets.paper(dpi, (105, 148))
    draw, places = ImageDraw.Draw(page), range(10, 100, 5)
    for x in places:
        draw.line((x / 25.4 * dpi, 10 / 25.4 * dpi, x / 25.4 * dpi, 138 / 25.4 * dpi), fill=(20, 20, 20), width=1)
    result = lay_straight(np.asarray(sheets.on_bed(page, 2, grain=0)), dpi, kept / dpi)
    mm = kept / 25.4
    levels = result.image.mean(axis=2)[round(14 * mm) : round(134 * mm)]
    beside = [levels[:, round((x - 1) * mm) : round((x + 1) * mm)] for x in places]
    return np.array([np.median(part) - part.min(axis=1) for part in beside])


@pytest.mark.parametrize("dpi", [300, 350, 390, 400])
def test_a_line_of_one_dot_is_nowhere_passed_over_when_the_page_comes_out_smaller(dpi: int) -> None:
    assert ruled(dpi, 200).min() > 45


def test_turning_a_page_dot_for_dot_keeps_its_fine_lines_crisp() -> None:
    assert np.percentile(ruled(200, 200), 5) > 130
