"""Promises of what a paper's file keeps: grey as grey, black and white as fax rows, at true size, words in their places."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
import sheets
from test_imaging_pdf import FACTS, needs_pdftotext, text_of, typeset
from test_imaging_pool import pool, spooled

from drivers.sealed import read_sealed
from kiosk_app.imaging.compress import jpeg
from kiosk_app.imaging.kept import as_kept
from kiosk_app.imaging.page import process
from kiosk_app.imaging.pdf import build_pdf
from kiosk_app.imaging.structure import check_structure
from kiosk_app.imaging.values import Page, PageInput, PageSource
from kiosk_app.model.scanning import USUAL, Colour, PaperScan

GREY, FAX = PaperScan(Colour.GREY), PaperScan(Colour.BLACK_WHITE)


@pytest.fixture(scope="module")
def letter() -> Page:
    return process(PageInput(sheets.png(sheets.on_bed(sheets.letter(200), 2), 200), 200))


def drawn(data: bytes, dpi: int) -> np.ndarray:
    """The first page as somebody sees it, in grey levels."""
    with pypdfium2.PdfDocument(data) as pdf:
        return np.asarray(pdf[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")).astype(int)


def test_what_asks_for_nothing_less_is_carried_over_untouched(letter: Page) -> None:
    assert as_kept(letter, USUAL) is letter


@pytest.mark.parametrize(
    ("scan", "space", "bits"), [(GREY, "/DeviceGray", 8), (FAX, "/DeviceGray", 1), (USUAL, "/DeviceRGB", 8)]
)
def test_a_page_lies_in_its_file_in_the_papers_colour_and_at_true_size(
    letter: Page, scan: PaperScan, space: str, bits: int
) -> None:
    data = build_pdf([as_kept(letter, scan)], FACTS).data
    assert check_structure(data) == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        picture = pdf.pages[0].Resources.XObject.Im
        assert (picture.ColorSpace, picture.BitsPerComponent) == (space, bits)
        size = [float(side) / 72 for side in pdf.pages[0].MediaBox[2:]]
    assert size == pytest.approx([letter.width / 200, letter.height / 200], abs=0.001)
    before = drawn(build_pdf([letter], FACTS).data, 100)
    after = drawn(data, 100)
    assert after.shape == before.shape
    # the same page to somebody who looks at it: paper white, ink where it was
    assert ((after < 160) == (before < 160)).mean() > 0.98
    assert 0.5 < (after < 160).sum() / (before < 160).sum() < 2


def test_black_and_white_is_a_fraction_of_the_colour_and_the_same_bytes_again(letter: Page) -> None:
    fax = as_kept(letter, FAX)
    assert len(fax.fax) < len(letter.jpeg) / 3
    assert fax == as_kept(letter, FAX)
    assert build_pdf([fax], FACTS).sha256 == build_pdf([as_kept(letter, FAX)], FACTS).sha256


def test_a_stamp_and_a_signature_are_still_there_in_black_and_white(letter: Page) -> None:
    page = drawn(build_pdf([as_kept(letter, FAX)], FACTS).data, 200)
    mm = 200 / 25.4
    for left in (60, 140):  # stamp and signature of the drawn letter
        part = page[round(235 * mm) : round(272 * mm), round(left * mm) : round((left + 30) * mm)]
        assert (part < 128).mean() > 0.005


def test_solid_black_stays_solid(letter: Page) -> None:
    picture = np.full((letter.height, letter.width, 3), 250, np.uint8)
    picture[300:1100, 300:1100] = 20
    page = drawn(build_pdf([as_kept(replace(letter, jpeg=jpeg(picture, 200)), FAX)], FACTS).data, 200)
    assert (page[320:1080, 320:1080] < 128).mean() > 0.99
    assert (page[1200:, :] > 128).mean() > 0.99


@needs_pdftotext
def test_fewer_dots_keep_the_words_where_they_stand(tmp_path: Path) -> None:
    fine = typeset(dpi=300)
    coarse = as_kept(fine, PaperScan())
    assert (coarse.dpi, coarse.width) == (200, round(fine.width * 2 / 3))
    for page in (fine, coarse):
        data = build_pdf([page], FACTS).data
        assert check_structure(data) == []
        assert "NGUYỄN VĂN THỬ NGHIỆM" in text_of(data, tmp_path)
    for before, after in zip(fine.words, coarse.words, strict=True):
        assert after.text == before.text
        for side in ("x", "y", "w", "h"):
            assert getattr(after, side) == pytest.approx(getattr(before, side) * 2 / 3, abs=1.5)


def test_workers_keep_four_hundred_dots_for_a_paper_that_wants_them_and_bind_each_paper_in_its_own_way(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        source = spooled(tmp_path, "1", sheets.png(sheets.on_bed(sheets.letter(400), 1), 400))
        async with pool() as workers:
            page = await workers.process_page(source, ocr=False, kept_dpi=400)
            assert (page.dpi, page.verdict.blank, page.verdict.warnings) == (400, False, ())
            kept = {}
            for name, scan in (("as it is", PaperScan(kept_dpi=400)), ("usual", USUAL), ("fax", FAX)):
                target = PageSource(tmp_path / name, page.page.key)
                await workers.seal_pdf([page], FACTS, target, scan)
                data = read_sealed(target.path, target.key)
                assert check_structure(data) == []
                with pikepdf.open(io.BytesIO(data)) as pdf:
                    kept[name] = int(pdf.pages[0].Resources.XObject.Im.Width)
                    assert float(pdf.pages[0].MediaBox[2]) / 72 == pytest.approx(page.width / 400, abs=0.01)
        assert kept == {"as it is": page.width, "usual": round(page.width / 2), "fax": round(page.width / 2)}

    asyncio.run(scenario())
