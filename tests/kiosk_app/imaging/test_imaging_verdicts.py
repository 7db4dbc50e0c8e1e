"""Promises of judging: nothing a person wrote is called blank, nothing empty is called written, and warnings are earned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import sheets
from PIL import Image, ImageDraw, ImageFilter

from kiosk_app.imaging.blank import is_blank
from kiosk_app.imaging.quality import warnings_of
from kiosk_app.imaging.values import PageWarning


def drawn(dpi: int, what: Callable[[ImageDraw.ImageDraw, float], object]) -> Image.Image:
    page = sheets.paper(dpi)
    what(ImageDraw.Draw(page), dpi / 25.4)
    return sheets.noisy(page, 4)


def word(draw: ImageDraw.ImageDraw, mm: float, text: str, points: float, grey: int) -> None:
    draw.text((105 * mm, 280 * mm), text, fill=(grey, grey, grey), font=sheets.font(points, round(mm * 25.4)))


EMPTY: dict[str, Callable[[int], Image.Image]] = {
    "clean": lambda dpi: sheets.paper(dpi),
    "grain": lambda dpi: sheets.noisy(sheets.paper(dpi), 10),
    "yellowed": lambda dpi: sheets.noisy(sheets.paper(dpi, colour=(232, 213, 170)), 4),
    "dust": lambda dpi: sheets.specks(sheets.paper(dpi), 60, dpi),
    "show-through": lambda dpi: sheets.noisy(sheets.show_through(sheets.letter(dpi), 0.15)),
    "strong show-through": lambda dpi: sheets.show_through(sheets.letter(dpi), 0.2),
    "feeder streak": lambda dpi: drawn(
        dpi, lambda draw, mm: draw.line((90 * mm, 0, 90 * mm, 297 * mm), fill=(120, 120, 120), width=2)
    ),
    "punched holes": lambda dpi: drawn(
        dpi,
        lambda draw, mm: [draw.ellipse((9 * mm, y * mm, 15 * mm, (y + 6) * mm), fill=(30, 30, 30)) for y in (105, 185)],
    ),
    "fold": lambda dpi: drawn(
        dpi, lambda draw, mm: draw.line((0, 148 * mm, 210 * mm, 148 * mm), fill=(215, 215, 212), width=3)
    ),
    "lamp shading": lambda dpi: Image.fromarray(
        (np.asarray(sheets.paper(dpi)) * np.linspace(0.7, 1, sheets.paper(dpi).width)[None, :, None]).astype(np.uint8)
    ),
}
WRITTEN: dict[str, Callable[[int], Image.Image]] = {
    "letter": sheets.letter,
    "small signature": lambda dpi: drawn(dpi, lambda draw, mm: sheets.signature(draw, 140 * mm, 240 * mm, mm)),
    "pale blue signature": lambda dpi: drawn(
        dpi, lambda draw, mm: sheets.signature(draw, 140 * mm, 240 * mm, mm, (130, 150, 210))
    ),
    "pencil signature": lambda dpi: drawn(
        dpi, lambda draw, mm: sheets.signature(draw, 140 * mm, 240 * mm, mm, (140, 140, 140))
    ),
    "stamp": lambda dpi: drawn(dpi, lambda draw, mm: sheets.stamp(draw, 140 * mm, 240 * mm, mm)),
    "faint stamp": lambda dpi: drawn(dpi, lambda draw, mm: sheets.stamp(draw, 140 * mm, 240 * mm, mm, 70)),
    "page number": lambda dpi: drawn(dpi, lambda draw, mm: word(draw, mm, "7", 10, 50)),
    "one grey word": lambda dpi: drawn(dpi, lambda draw, mm: word(draw, mm, "Bản sao", 12, 120)),
    "black scan": lambda dpi: Image.new("RGB", sheets.paper(dpi).size, (12, 12, 14)),
    "solid colour": lambda dpi: drawn(
        dpi, lambda draw, mm: draw.rectangle((20 * mm, 20 * mm, 190 * mm, 270 * mm), fill=(40, 70, 130))
    ),
    "stamp over show-through": lambda dpi: Image.blend(
        sheets.show_through(sheets.letter(dpi), 0.15),
        drawn(dpi, lambda draw, mm: sheets.stamp(draw, 140 * mm, 60 * mm, mm)),
        0.5,
    ),
}


EMPTY_AT_300 = [("show-through", 300), ("dust", 300)]


@pytest.mark.parametrize(("name", "dpi"), [(name, dpi) for name in EMPTY for dpi in (150, 200)] + EMPTY_AT_300)
def test_an_empty_side_is_blank(name: str, dpi: int) -> None:
    assert is_blank(np.asarray(EMPTY[name](dpi)), dpi)


WRITTEN_AT_300 = [("small signature", 300), ("page number", 300)]


@pytest.mark.parametrize(("name", "dpi"), [(name, dpi) for name in WRITTEN for dpi in (150, 200)] + WRITTEN_AT_300)
def test_what_a_person_put_on_a_page_makes_it_not_blank(name: str, dpi: int) -> None:
    assert not is_blank(np.asarray(WRITTEN[name](dpi)), dpi)


def judged(page: Image.Image, dpi: int = 200, *, cut: bool = False) -> tuple[PageWarning, ...]:
    return warnings_of(np.asarray(page), dpi, blank=False, cut_corner=cut)


@pytest.mark.parametrize("points", [9, 13, 28])
@pytest.mark.parametrize("grain", [0, 6])
def test_crisp_writing_of_any_size_is_not_called_blurred(points: float, grain: float) -> None:
    assert judged(sheets.noisy(sheets.letter(200, points=points), grain)) == ()


@pytest.mark.parametrize("points", [9, 13, 28])
@pytest.mark.parametrize("grain", [0, 6])
def test_writing_out_of_focus_is_called_blurred(points: float, grain: float) -> None:
    page = sheets.letter(200, points=points).filter(ImageFilter.GaussianBlur(2.5))
    assert judged(sheets.noisy(page, grain)) == (PageWarning.BLURRED,)


def test_blur_in_the_lower_half_alone_is_told() -> None:
    page = sheets.letter(200, lines=sheets.LINES * 2)
    half = page.height // 2
    page.paste(page.crop((0, half, page.width, page.height)).filter(ImageFilter.GaussianBlur(3)), (0, half))
    assert PageWarning.BLURRED in judged(page)


def test_a_dark_scan_too_few_dots_and_a_cut_corner_are_told_in_order() -> None:
    page = Image.eval(sheets.letter(150), lambda level: int(level * 0.35))
    assert judged(page, 150, cut=True)[-3:] == (
        PageWarning.CUT_CORNER,
        PageWarning.TOO_DARK,
        PageWarning.LOW_RESOLUTION,
    )


def test_a_blank_page_is_never_called_blurred() -> None:
    page = np.asarray(sheets.noisy(sheets.paper(200), 8))
    assert warnings_of(page, 200, blank=True, cut_corner=False) == ()
