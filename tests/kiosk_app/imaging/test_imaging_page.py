"""Promises of a finished page: true size, 200 dpi, colour, small enough, read; and of unreadable files: told by name."""

from __future__ import annotations

import io
import unicodedata

import numpy as np
import pytest
import sheets
from PIL import Image, ImageDraw

from kiosk_app.imaging.compress import quiet_paper
from kiosk_app.imaging.decode import decode
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.lines import plain_text
from kiosk_app.imaging.page import guessed_dpi, process
from kiosk_app.imaging.text import Reader, language_data
from kiosk_app.imaging.values import PageInput, PageWarning

needs_language = pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed")


def edits(truth: str, read: str) -> int:
    row = list(range(len(read) + 1))
    for i, wanted in enumerate(truth, 1):
        above, row[0] = row[0], i
        for j, got in enumerate(read, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (wanted != got))
    return row[-1]


def test_a_300_dpi_scan_becomes_a_200_dpi_colour_page_of_true_size() -> None:
    page = process(PageInput(sheets.scanned_letter()))
    assert page.dpi == 200
    assert page.width / page.dpi * 25.4 == pytest.approx(210, abs=1)
    assert page.height / page.dpi * 25.4 == pytest.approx(297, abs=1)
    with Image.open(io.BytesIO(page.jpeg)) as image:
        assert image.format == "JPEG"
        assert image.mode == "RGB"
        assert image.size == (page.width, page.height)
        stamp = np.asarray(image).astype(int)
    assert ((stamp[:, :, 0] - stamp[:, :, 1]) > 80).sum() > 1000, "the red stamp has lost its colour"
    assert page.verdict.warnings == ()
    assert not page.verdict.blank


def test_a_typical_page_takes_at_most_250_kilobytes() -> None:
    page = process(PageInput(sheets.png(sheets.on_bed(sheets.letter(200, lines=sheets.LINES * 2), -2), 200)))
    assert len(page.jpeg) <= 250_000
    assert len(page.thumbnail) < 40_000
    with Image.open(io.BytesIO(page.thumbnail)) as small:
        assert small.width == 320


def test_smoothing_the_paper_touches_no_mark() -> None:
    page = sheets.paper(200)
    sheets.signature(ImageDraw.Draw(page), 400, 400, 8, (170, 170, 170))
    scan = np.asarray(sheets.noisy(page, 4))
    quiet = quiet_paper(scan)
    stroke = np.asarray(page.convert("L")) < 200
    assert (quiet[stroke] == scan[stroke]).all()
    assert quiet[:200, :, 1].std() < 0.4 * scan[:200, :, 1].std()


def test_a_coarse_scan_keeps_its_dots_and_is_told() -> None:
    page = process(PageInput(sheets.png(sheets.letter(150), 150)))
    assert (page.dpi, page.width) == (150, sheets.paper(150).width)
    assert page.verdict.warnings == (PageWarning.LOW_RESOLUTION,)


def test_a_picture_that_tells_no_resolution_is_taken_for_the_paper_of_its_shape() -> None:
    assert guessed_dpi(np.zeros((3508, 2480, 3), np.uint8)) == 300
    assert guessed_dpi(np.zeros((1000, 1000, 3), np.uint8)) == 200
    out = io.BytesIO()
    sheets.letter(300).save(out, "PNG")
    page = process(PageInput(out.getvalue()))
    assert page.width / page.dpi * 25.4 == pytest.approx(210, abs=1)


@needs_language
def test_vietnamese_is_read_with_its_marks() -> None:
    with Reader() as reader:
        page = process(PageInput(sheets.scanned_letter()), 1, reader)
    truth, read = "\n".join(sheets.LINES), plain_text(page.words)
    assert unicodedata.is_normalized("NFC", read)
    assert edits(truth, read) / len(truth) < 0.05
    for word in page.words:
        assert 0 <= word.x < word.x + word.w <= page.width
        assert 0 <= word.y < word.y + word.h <= page.height


@needs_language
def test_a_blank_page_is_flagged_and_not_read() -> None:
    with Reader() as reader:
        page = process(PageInput(sheets.png(sheets.show_through(sheets.letter(200)))), 1, reader)
    assert page.verdict.blank
    assert page.words == ()


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_picture_becomes_the_same_page(mode: str) -> None:
    plain = sheets.letter(100).convert("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(plain).astype(np.uint16) * 257)
    else:
        picture = plain.convert("RGB").convert(mode)
    out = io.BytesIO()
    picture.save(out, "TIFF")
    pixels, _ = decode(out.getvalue())
    assert pixels.shape == (plain.height, plain.width, 3)
    assert np.abs(pixels.mean(axis=2) - np.asarray(plain)).mean() < (20 if mode in ("1", "P") else 6)


def test_a_phone_picture_is_turned_as_its_camera_was_held() -> None:
    upright = sheets.letter(100)
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", exif=exif)
    pixels, _ = decode(out.getvalue())
    assert pixels.shape[:2] == (upright.height, upright.width)


def test_a_claim_of_72_dpi_is_not_believed() -> None:
    out = io.BytesIO()
    sheets.paper(100).save(out, "PNG", dpi=(72, 72))
    assert decode(out.getvalue())[1] == 0


@pytest.mark.parametrize("damage", ["cut png", "cut jpeg", "noise", "empty", "text", "sliver"])
def test_a_damaged_picture_is_refused_and_never_filled_up(damage: str) -> None:
    out = io.BytesIO()
    sheets.letter(100).save(out, "JPEG")
    data = {
        "cut png": sheets.png(sheets.letter(100))[:-3000],
        "cut jpeg": out.getvalue()[: len(out.getvalue()) // 2],
        "noise": bytes(range(256)) * 40,
        "empty": b"",
        "sliver": sheets.png(Image.new("RGB", (3000, 12))),
        "text": b"GIF89a is not a page",
    }[damage]
    with pytest.raises(ImagingError) as caught:
        process(PageInput(data), name="to-khai.png")
    assert caught.value.code == "IMG-UNREADABLE"
    assert "to-khai.png" in caught.value.detail


@pytest.mark.parametrize("seed", range(12))
def test_no_picture_however_odd_is_beyond_the_imaging(seed: int) -> None:
    chance = np.random.default_rng(seed)
    height, width = (int(side) for side in chance.integers(32, 300, 2))
    pixels = np.zeros((height, width, 3), np.uint8) + chance.integers(0, 255, 3).astype(np.uint8)
    for _ in range(seed % 5):
        y, x = int(chance.integers(0, height)), int(chance.integers(0, width))
        pixels[y : y + int(chance.integers(1, height)), x:] = chance.integers(0, 255, 3)
    page = process(PageInput(sheets.png(Image.fromarray(pixels)), int(chance.choice([0, 100, 200, 1200]))))
    assert page.width > 0
    assert -45 <= page.verdict.angle_deg <= 45
