"""Promises of turning: whichever way a sheet was put in, its page stands upright; what tells nothing stays as it is."""

from __future__ import annotations

import random
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
import sheets
from PIL import Image, ImageDraw

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.page import prepare
from kiosk_app.imaging.straighten import lay_straight
from kiosk_app.imaging.text import Reader, language_data
from kiosk_app.imaging.upright import find_writing, quarters_to_turn, row_ratio, up_balance
from kiosk_app.imaging.values import PageInput
from tests.pages.layouts import LAYOUTS, Sheet, page
from tests.pages.wear import DARK_BED, WHITE_BED, lying, turned, worn

DPI = 150
CAPITALS = (
    "GIẤY CHỨNG NHẬN ĐĂNG KÝ",
    "QUYẾT ĐỊNH",
    "HỢP ĐỒNG DỊCH VỤ",
    "SƠ ĐỒ TỔ CHỨC",
    "PHỤ LỤC SỐ MỘT",
    "BÁO CÁO TÀI CHÍNH",
)
needs_language = pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as made:
        yield made


def drawn(kind: str, seed: int) -> Picture:
    """Every second page is worn."""
    return worn(page(kind, seed, DPI), seed) if seed % 2 else np.asarray(page(kind, seed, DPI))


@needs_language
@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_page_put_in_any_way_round_is_turned_upright(kind: str, quarters: int, reader: Reader) -> None:
    assert quarters_to_turn(turned(drawn(kind, quarters + 1), quarters), DPI, reader) == quarters


@pytest.mark.parametrize("bed", [DARK_BED, WHITE_BED], ids=["dark", "white"])
@pytest.mark.parametrize("quarters", range(4))
def test_a_page_that_lies_askew_as_well_is_straight_and_upright(quarters: int, bed: tuple[int, int, int]) -> None:
    scan = lying(turned(drawn("letter", quarters), quarters), 17.0 - 11 * quarters, bed)
    straight = lay_straight(scan, DPI)
    assert straight.angle_deg == pytest.approx(17.0 - 11 * quarters, abs=0.3)
    assert quarters_to_turn(straight.image, DPI) == quarters


class Asked:
    """A reader that must not be needed."""

    def words(self, grey: object, dpi: int) -> tuple[()]:
        raise AssertionError("a clear page was read")


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("kind", ["letter", "capitals", "columns"])
def test_a_clear_page_is_not_read_for_it(kind: str, quarters: int) -> None:
    assert quarters_to_turn(turned(np.asarray(page(kind, 3, DPI)), quarters), DPI, Asked()) == quarters


def test_rows_and_what_stands_above_them_turn_their_sign_with_the_page() -> None:
    grey = np.asarray(page("letter", 5, DPI).convert("L"))
    writing = find_writing(grey)
    assert row_ratio(writing) > 3
    assert row_ratio(writing.turned(1)) < 1 / 3
    assert up_balance(writing) > 3
    assert up_balance(writing.turned(2)) < -3


def test_figures_alone_are_left_to_the_reader_and_without_one_as_they_lie() -> None:
    sheet = np.asarray(page("figures", 2, DPI))
    assert up_balance(find_writing(np.asarray(cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY)))) == 0
    assert quarters_to_turn(sheet, DPI) == 0


def sealed_line(seed: int) -> Picture:
    """One line of capitals and a round seal below it."""
    sheet = Sheet(random.Random(seed), DPI)
    sheet.y = sheet.chance.uniform(40, 180)
    sheet.text(sheet.chance.choice(CAPITALS), sheet.chance.uniform(14, 26), "centre")
    sheet.stamp(sheet.chance.uniform(50, 160), sheet.y + sheet.chance.uniform(25, 50))
    return np.asarray(sheet.image)


@needs_language
@pytest.mark.parametrize("quarters", range(4))
def test_a_line_of_capitals_and_a_seal_stand_upright_once_read(quarters: int, reader: Reader) -> None:
    for seed in range(4):
        assert quarters_to_turn(turned(sealed_line(seed), quarters), DPI, reader) == quarters


def test_a_line_of_capitals_and_a_seal_that_nobody_reads_stay_as_they_were_put_in() -> None:
    assert [quarters_to_turn(sealed_line(seed), DPI) for seed in range(40)] == [0] * 40


@pytest.mark.parametrize("what", ["nothing", "signature", "stamp", "photograph"])
def test_a_page_with_too_little_writing_to_tell_stays_as_it_is(what: str) -> None:
    sheet = sheets.paper(DPI)
    draw, mm = ImageDraw.Draw(sheet), DPI / 25.4
    if what == "signature":
        sheets.signature(draw, 80 * mm, 150 * mm, mm)
    if what == "stamp":
        sheets.stamp(draw, 80 * mm, 150 * mm, mm)
    if what == "photograph":
        rough = np.random.default_rng(1).integers(0, 255, (9, 7, 3), dtype=np.uint8)
        sheet.paste(Image.fromarray(rough).resize((500, 700), Image.Resampling.BICUBIC), (300, 300))
    assert quarters_to_turn(np.asarray(sheets.noisy(sheet, 4)), DPI) == 0


@needs_language
def test_the_verdict_tells_the_turn_and_the_page_has_its_true_measures(reader: Reader) -> None:
    scan = lying(turned(np.asarray(page("letter", 8, 200)), 3), 4.0)
    done = prepare(PageInput(sheets.png(Image.fromarray(scan)), 200), reader=reader)
    assert done.verdict.turned_deg == 270
    assert done.verdict.angle_deg == pytest.approx(4, abs=0.1)
    assert done.picture.shape[0] / done.dpi * 25.4 == pytest.approx(297, abs=1)
    assert done.picture.shape[1] / done.dpi * 25.4 == pytest.approx(210, abs=1)
