"""Promises of the bound file: PDF/A-2b in structure, found text where it stands, true size, the same bytes again."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import struct
import subprocess
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import sheets
from PIL import Image, ImageDraw, ImageFont

from kiosk_app.imaging import glyphless
from kiosk_app.imaging.compress import jpeg, thumbnail
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.pdf import build_pdf
from kiosk_app.imaging.structure import check_structure, truetype_tables
from kiosk_app.imaging.values import Page, PageVerdict, PdfFacts, Word
from kiosk_app.imaging.xmp import pdf_time

HANOI = timezone(timedelta(hours=7))
FACTS = PdfFacts(
    "Tờ khai «nhãn hiệu» & phụ lục",
    datetime(2026, 8, 3, 9, 30, 5, tzinfo=HANOI),
    procedure="1.000948",
    component="to-khai",
    kiosk_id="K-01",
)
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def typeset(lines: tuple[str, ...] = sheets.LINES, dpi: int = 150) -> Page:
    """A page whose words are known exactly, with the boxes that a recogniser would give."""
    picture = sheets.paper(dpi)
    draw = ImageDraw.Draw(picture)
    face = sheets.font(12, dpi)
    words: list[Word] = []
    for row, line in enumerate(lines):
        x, y = 120.0, 120 + row * 50
        for text in line.split():
            left, top, right, bottom = draw.textbbox((x, y), text, font=face)
            draw.text((x, y), text, fill=(20, 20, 20), font=face)
            words.append(
                Word(text, round(left), round(top), max(1, round(right - left)), max(1, round(bottom - top)), 95.0)
            )
            x += draw.textlength(text + " ", font=face)
    pixels = np.asarray(picture)
    verdict = PageVerdict(False, 0.0)
    return Page(1, picture.width, picture.height, dpi, verdict, jpeg(pixels, dpi), thumbnail(pixels), tuple(words))


@pytest.fixture(scope="module")
def page() -> Page:
    return typeset()


def text_of(data: bytes, tmp_path: Path, *options: str) -> str:
    file = tmp_path / "c.pdf"
    file.write_bytes(data)
    run = subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, check=True, timeout=30)
    return run.stdout.decode()


def test_the_file_passes_every_structural_check(page: Page) -> None:
    assert check_structure(build_pdf([page, page], FACTS).data) == []


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_nothing_to_complain_of(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "c.pdf"
    file.write_bytes(build_pdf([page], FACTS).data)
    run = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 0, run.stderr


@needs_pdftotext
def test_every_vietnamese_word_is_found_again(page: Page, tmp_path: Path) -> None:
    found = text_of(build_pdf([page], FACTS).data, tmp_path)
    assert unicodedata.is_normalized("NFC", found)
    assert found.split() == " ".join(sheets.LINES).split()


@needs_pdftotext
def test_a_word_is_found_where_it_stands_on_the_picture(page: Page, tmp_path: Path) -> None:
    boxes = text_of(build_pdf([page], FACTS).data, tmp_path, "-bbox")
    pattern = r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</word>'
    found = [(*map(float, match[:4]), match[4]) for match in re.findall(pattern, boxes)]
    assert len(found) == len(page.words)
    unit = 72 / page.dpi
    for word, (left, top, right, bottom, text) in zip(page.words, found, strict=True):
        assert text == word.text
        assert left == pytest.approx(word.x * unit, abs=1)
        assert right == pytest.approx((word.x + word.w) * unit, abs=1)
        assert top - 3 <= word.y * unit <= word.y * unit + word.h * unit <= bottom + 5


@needs_pdftotext
def test_letters_beyond_the_basic_plane_and_tiny_boxes_do_no_harm(page: Page, tmp_path: Path) -> None:
    odd = replace(page, words=(Word("𝐀bc", 100, 100, 200, 30, 90.0), Word("ế", 400, 100, 1, 1, 90.0)))
    data = build_pdf([odd], FACTS).data
    assert check_structure(data) == []
    assert text_of(data, tmp_path).split() == ["𝐀bc", "ế"]


def test_the_text_is_never_painted(page: Page) -> None:
    with pikepdf.open(io.BytesIO(build_pdf([page], FACTS).data)) as pdf:
        shown = [str(i.operator) for i in pikepdf.parse_content_stream(pdf.pages[0])]
        modes = [int(i.operands[0]) for i in pikepdf.parse_content_stream(pdf.pages[0]) if str(i.operator) == "Tr"]
    assert modes == [3]
    assert shown.index("Tr") < shown.index("Tj")


def test_the_same_pages_and_time_give_the_same_bytes_and_another_time_other_bytes(page: Page) -> None:
    first, again = build_pdf([page], FACTS), build_pdf([page], FACTS)
    assert first.data == again.data
    assert first.sha256 == hashlib.sha256(first.data).hexdigest()
    assert first.size == len(first.data)
    later = build_pdf([page], replace(FACTS, created=FACTS.created + timedelta(seconds=1)))
    assert later.sha256 != first.sha256


def test_the_picture_is_carried_over_untouched_and_at_true_size(page: Page) -> None:
    with pikepdf.open(io.BytesIO(build_pdf([page], FACTS).data)) as pdf:
        assert pdf.pages[0].Resources.XObject.Im.read_raw_bytes() == page.jpeg
        across, down = (float(side) for side in pdf.pages[0].MediaBox[2:])
    assert across / 72 * 25.4 == pytest.approx(210, abs=0.5)
    assert down / 72 * 25.4 == pytest.approx(297, abs=0.5)


def test_the_file_says_what_it_is(page: Page) -> None:
    with pikepdf.open(io.BytesIO(build_pdf([page], FACTS).data)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20260803093005+07'00'"
        assert str(pdf.docinfo["/Title"]) == FACTS.title
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == FACTS.title
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
            assert metadata["xmp:CreateDate"] == "2026-08-03T09:30:05+07:00"
            own = "{urn:kiosk:xmp:component:1#}"
            assert metadata[f"{own}procedure"] == "1.000948"
            assert metadata[f"{own}component"] == "to-khai"
            assert metadata[f"{own}kioskId"] == "K-01"


def test_a_page_without_words_needs_no_font(page: Page) -> None:
    data = build_pdf([replace(page, words=())], FACTS).data
    assert check_structure(data) == []
    assert b"/FontDescriptor" not in data


def test_no_pages_a_time_without_zone_and_a_picture_of_printers_inks_are_refused(page: Page) -> None:
    with pytest.raises(ValueError, match="page"):
        build_pdf([], FACTS)
    with pytest.raises(ValueError, match="zone"):
        build_pdf([page], replace(FACTS, created=FACTS.created.replace(tzinfo=None)))
    out = io.BytesIO()
    Image.new("CMYK", (page.width, page.height)).save(out, "JPEG")
    with pytest.raises(ImagingError, match="IMG-UNREADABLE"):
        build_pdf([replace(page, jpeg=out.getvalue())], FACTS)


def test_pdf_times_carry_zones_west_of_greenwich_too() -> None:
    assert pdf_time(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "D:20260102030405+00'00'"
    west = timezone(-timedelta(hours=3, minutes=30))
    assert pdf_time(datetime(2026, 1, 2, 3, 4, 5, tzinfo=west)) == "D:20260102030405-03'30'"


def test_the_glyphless_font_is_a_true_font_file() -> None:
    program = glyphless.font_file()
    assert ImageFont.truetype(io.BytesIO(program), 20).getlength(" ") == 10.0
    padded = program + b"\0" * (-len(program) % 4)
    whole = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
    assert whole == 0xB1B0AFBA, "the file's checksum is what TrueType fixes"
    assert len(truetype_tables(program)) == 10


def damaged(data: bytes, how: str) -> bytes:
    if how == "version":
        return data.replace(b"%PDF-1.7", b"%PDF-1.2", 1)
    if how == "cut":
        return data[: len(data) // 2]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        out = io.BytesIO()
        page, font = pdf.pages[0], pdf.pages[0].Resources.Font.F
        match how:
            case "no metadata":
                del pdf.Root.Metadata
            case "no intent":
                del pdf.Root.OutputIntents
            case "no font file":
                del font.DescendantFonts[0].FontDescriptor.FontFile2
            case "no unicode":
                del font.ToUnicode
            case "widths":
                font.DescendantFonts[0].DW = 700
            case "script":
                pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
            case "mask":
                page.Resources.XObject.Im.SMask = pdf.make_indirect(pikepdf.Stream(pdf, b"x"))
            case "group":
                page.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency)
            case "title":
                pdf.docinfo["/Title"] = "Khác"
            case "attachment":
                pdf.attachments["a.txt"] = b"x"
        encryption = pikepdf.Encryption(owner="o", user="") if how == "encrypted" else False
        pdf.save(out, encryption=encryption, deterministic_id=not encryption)
        return out.getvalue()


@pytest.mark.parametrize(
    "how",
    [
        "version", "cut", "no metadata", "no intent", "no font file", "no unicode", "widths", "script", "mask", "group",
        "title", "attachment", "encrypted",
    ],
)  # fmt: skip
def test_the_structural_check_sees_what_is_broken(page: Page, how: str) -> None:
    assert check_structure(damaged(build_pdf([page], FACTS).data, how)) != []
