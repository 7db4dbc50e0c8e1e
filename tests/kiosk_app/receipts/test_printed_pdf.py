"""Documents as PDF: every page opens elsewhere, fonts are inside, the Vietnamese text can be selected and searched."""

from __future__ import annotations

import subprocess
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk_app.receipts.drawing import a4_pages, lay, pdf_a4, pdf_roll
from kiosk_app.receipts.marks import Letters, Line, Piece
from kiosk_app.receipts.specimens import specimen
from kiosk_app.receipts.template import TemplateError, load, names
from kiosk_app.receipts.truetype import read
from kiosk_app.receipts.typesetting import Face

AT = datetime(2026, 6, 9, 3, 5, tzinfo=UTC)
ON_A4 = [name for name in names() if "a4" in load(name).papers]


def poppler(tool: str, file: Path, *options: str) -> str:
    done = subprocess.run(
        [tool, *options, str(file), *(["-"] if tool == "pdftotext" else [])], capture_output=True, check=True
    )
    assert not done.stderr, done.stderr
    return unicodedata.normalize("NFC", done.stdout.decode())


def words_of(pieces: list[Piece]) -> set[str]:
    texts = [mark.text for piece in pieces for mark in piece.marks if isinstance(mark, (Line, Letters))]
    return {word for text in texts for word in text.split()}


@pytest.mark.parametrize("name", names())
def test_a_roll_as_pdf_gives_every_vietnamese_word_back(name: str, tmp_path: Path) -> None:
    file = tmp_path / "roll.pdf"
    file.write_bytes(pdf_roll(specimen(name), 576, AT))
    assert words_of([lay(specimen(name), 576, 4)]) - set(poppler("pdftotext", file, "-layout").split()) == set()
    about = poppler("pdfinfo", file)
    assert load(name).title.vi in about
    width, height = (float(side) for side in about.split("Page size:")[1].split("pts")[0].split("x"))
    assert width == pytest.approx(72 * 72 / 25.4, abs=0.1)
    assert height > 200


@pytest.mark.parametrize("language", ["vi", "en", "both"])
@pytest.mark.parametrize("name", ON_A4)
def test_a_form_on_a4_has_its_words_and_its_fonts_inside(name: str, language: str, tmp_path: Path) -> None:
    file = tmp_path / "form.pdf"
    document = specimen(name, language)
    file.write_bytes(pdf_a4(document, AT))
    assert words_of(a4_pages(document)) - set(poppler("pdftotext", file, "-layout").split()) == set()
    fonts = [row.split() for row in poppler("pdffonts", file).splitlines()[2:]]
    assert fonts
    for row in fonts:
        assert row[-5:-2] == ["yes", "yes", "yes"], "embedded, in part, with a way back to letters"
        assert row[0][6] == "+"
    assert "595.2" in poppler("pdfinfo", file)
    assert len(file.read_bytes()) < 100_000


@pytest.mark.parametrize("name", [name for name in names() if name.startswith("form-")])
def test_a_form_takes_one_page_and_what_is_too_long_takes_more(name: str) -> None:
    assert len(a4_pages(specimen(name, "vi"))) == 1


def test_a_long_list_goes_over_to_the_next_page_with_the_foot_on_each() -> None:
    long = specimen("form-01", "vi")
    rows = tuple(dict(long.values["components"][0]) for _ in range(60))
    document = type(long)("form-01", {**long.values, "components": rows}, "vi")
    pages = a4_pages(document)
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        texts = [mark.text for mark in page.marks if isinstance(mark, Line)]
        assert f"Trang {number}/{len(pages)}" in texts
        assert any(text.startswith("Mẫu số 01") for text in texts)
        assert all(mark.y + mark.face.line <= page.height for mark in page.marks if isinstance(mark, Line))


def test_a_slip_for_rolls_only_is_refused_on_a4() -> None:
    with pytest.raises(TemplateError, match="not for A4"):
        pdf_a4(specimen("queue-ticket"))


def test_the_embedded_font_draws_the_same_page_as_the_whole_one(tmp_path: Path) -> None:
    """Letters made of parts, such as ễ, keep their parts."""
    file, picture = tmp_path / "test.pdf", tmp_path / "page"
    file.write_bytes(pdf_roll(specimen("test-page"), 576, AT))
    subprocess.run(["pdftoppm", "-r", "203", "-png", "-gray", str(file), str(picture)], check=True)
    from PIL import Image

    (page,) = tmp_path.glob("page*.png")
    line = next(
        mark
        for mark in lay(specimen("test-page"), 576).marks
        if isinstance(mark, Line) and mark.text.startswith("Bằng chữ")
    )
    ink = Image.open(page).convert("L").point(lambda level: 255 if level < 128 else 0)
    left = 0
    for place, word in line.face.words(line.text):
        left = round(line.x + place)
        box = (left, line.y, left + round(line.face.width(word)), line.y + line.face.line)
        assert ink.crop(box).histogram()[255] > 40 * len(word), word


def test_the_font_knows_every_vietnamese_letter() -> None:
    marks = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    letters = [unicodedata.normalize("NFC", vowel + mark) for vowel in "aăâeêioôơuưy" for mark in marks] + ["đ"]
    for weight in (500, 600, 700):
        font = read(Face(20, weight).file())
        for letter in letters:
            assert font.glyph(letter), letter
            assert font.glyph(letter.upper()), letter.upper()
