"""Every printed document: its text can be read, its code survives a tired printer, nothing is cut off."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from paper import Eye, codes_in, missing_rows, worn
from PIL import Image, ImageChops

from kiosk_app.receipts.drawing import lay, picture, screen
from kiosk_app.receipts.marks import Line
from kiosk_app.receipts.scale import WIDTHS, roll
from kiosk_app.receipts.specimens import specimen
from kiosk_app.receipts.template import load, names

WITH_CODES = {
    "submission-slip": "G09.20-20260609-0000000",
    "checklist": "KIOSK:PROC:IP-01",
    "draft-slip": "KIOSK:PROC:IP-01",
    "queue-ticket": "B047",
    "test-page": "KIOSK-TEST-03",
    **{f"form-0{number}": "G09.20-20260609-0000000" for number in range(1, 6)},
}
MOST_ERRORS = 0.005
# `make check-print` reads all of them; here one narrow slip of each.
LANGUAGES = ("vi", "en", "both")


@pytest.fixture(scope="module")
def eye() -> Iterator[Eye]:
    with Eye() as opened:
        yield opened


def test_all_documents_are_there() -> None:
    forms = {f"form-0{number}" for number in range(1, 6)}
    assert set(names()) == forms | {
        "submission-slip",
        "checklist",
        "draft-slip",
        "queue-ticket",
        "readiness",
        "test-page",
    }


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("name", names())
def test_every_vietnamese_line_is_read_back_from_the_narrowest_paper(name: str, large: bool, eye: Eye) -> None:
    found = eye.reading(specimen(name, "vi", large), 384)
    assert found.rate <= MOST_ERRORS, "\n".join((*found.wanted, "---", *found.got))


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("name", WITH_CODES)
def test_the_code_decodes_after_a_tenth_of_the_dots_and_any_row_are_lost(name: str, dots: int, large: bool) -> None:
    document = specimen(name, "both", large)
    png = picture(document, dots)
    assert codes_in(worn(png)) == [WITH_CODES[name]]
    for image in missing_rows(png, lay(document, dots), times=2):
        assert codes_in(image) == [WITH_CODES[name]]


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", names())
def test_nothing_is_wider_than_the_paper_or_in_its_margin(name: str, language: str, dots: int, large: bool) -> None:
    document = specimen(name, language, large)
    image = Image.open(io.BytesIO(picture(document, dots)))
    assert (image.width, image.mode) == (dots, "1")
    margin = roll(dots, large).margin
    ink = ImageChops.invert(image.convert("L")).getbbox()
    assert ink is not None
    assert margin - 1 <= ink[0]
    assert ink[2] <= dots - margin + 1
    assert ink[3] <= image.height - 1
    for mark in lay(document, dots).marks:
        if isinstance(mark, Line):
            assert mark.x + mark.face.width(mark.text) <= dots - margin + 1, "a line is wider than the paper"


@pytest.mark.parametrize("name", names())
def test_no_accent_is_clipped_by_the_line_above_or_below(name: str) -> None:
    """The tallest letters of a face stay within its line."""
    for mark in lay(specimen(name, "both"), 384).marks:
        if isinstance(mark, Line):
            _, top, _, bottom = mark.face.font().getbbox("ẪỄỖỬẬỆỘqyj", anchor="ls")
            assert -mark.face.rise <= top
            assert bottom <= mark.face.line - mark.face.rise


@pytest.mark.parametrize("name", names())
def test_every_specimen_says_at_both_ends_that_it_is_one(name: str) -> None:
    for language in ("vi", "en"):
        lines = [mark.text for mark in lay(specimen(name, language), 576).marks if isinstance(mark, Line)]
        for words in ("BẢN MẪU, KHÔNG CÓ GIÁ TRỊ", "Specimen, not valid"):
            assert lines.count(words) == 2
    unmarked = [mark.text for mark in lay(specimen(name, marked=False), 576).marks if isinstance(mark, Line)]
    assert not any("BẢN MẪU" in line or "Specimen" in line for line in unmarked)


@pytest.mark.parametrize("name", [name for name in names() if name.startswith("form-")])
def test_an_official_form_names_its_legal_source_and_that_it_is_a_print_of_what_the_service_issued(name: str) -> None:
    template = load(name)
    assert template.issuer == "service"
    assert f"Mẫu số {name[-2:]}" in template.legal.vi
    assert "03/2025/TT-VPCP" in template.legal.vi
    printed = " ".join(mark.text for mark in lay(specimen(name), 576).marks if isinstance(mark, Line))
    assert "theo dữ liệu của hệ thống tiếp nhận" in printed
    assert "001099000001" not in printed
    assert "XXXXXXXX0001" in printed


def test_the_same_document_is_the_same_picture_and_a_screen_gets_it_in_greys() -> None:
    document = specimen("submission-slip")
    assert picture(document) == picture(document)
    shown = Image.open(io.BytesIO(screen(document, 384, unit=2)))
    assert (shown.width, shown.mode) == (768, "L")
    assert len(set(shown.tobytes())) > 20
