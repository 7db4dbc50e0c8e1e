"""Promises of `digitise`: picture files in, one PDF out, blank pages told, bad files told by name, nothing half-made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
import sheets

from kiosk_app.imaging.digitise import PageNotice, digitise
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.structure import check_structure
from kiosk_app.imaging.text import language_data
from kiosk_app.imaging.values import PageWarning

MADE = datetime(2026, 8, 3, 2, 30, tzinfo=UTC)


def stack(folder: Path) -> list[Path]:
    """A skewed letter, an empty back, and a TIFF of two pages, the second too coarse in no way."""
    letter, back, tiff = folder / "a.png", folder / "b.png", folder / "c.tif"
    letter.write_bytes(sheets.png(sheets.on_bed(sheets.letter(200), -6), 200))
    back.write_bytes(sheets.png(sheets.noisy(sheets.show_through(sheets.letter(200))), 200))
    first, second = sheets.on_bed(sheets.letter(150), 2), sheets.letter(150)
    first.save(tiff, save_all=True, append_images=[second], dpi=(150, 150))
    return [letter, back, tiff]


def test_pictures_become_one_file_and_the_blank_back_is_told_and_left_out(tmp_path: Path) -> None:
    out = tmp_path / "ho-so.pdf"
    report = digitise(stack(tmp_path), out, ocr=False, created=MADE, workers=1)
    assert (report.pages_in, report.pages_out, report.blank) == (4, 3, (2,))
    assert report.angles == pytest.approx((-6, 0, 2, 0), abs=0.2)
    assert report.warnings == (PageNotice(3, PageWarning.LOW_RESOLUTION), PageNotice(4, PageWarning.LOW_RESOLUTION))
    assert report.text == ("", "", "", "")
    assert check_structure(out.read_bytes()) == []
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) == 3
        assert str(pdf.docinfo["/Title"]) == "ho-so"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.png", "b.png", "c.tif", "ho-so.pdf"]


@pytest.mark.skipif(language_data() is None, reason="tesseract-ocr-vie is not installed")
def test_the_same_pictures_give_the_same_file_with_their_text(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    image.write_bytes(sheets.png(sheets.on_bed(sheets.letter(200, lines=sheets.LINES[:4]), 3), 200))
    first = digitise([image], tmp_path / "1.pdf", ocr=True, title="Tờ khai", created=MADE, workers=1)
    digitise([image], tmp_path / "2.pdf", ocr=True, title="Tờ khai", created=MADE, workers=1)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first.text[0]
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()


def test_all_blank_pictures_are_kept_and_told(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    image.write_bytes(sheets.png(sheets.paper(100), 100))
    report = digitise([image, image], tmp_path / "out.pdf", ocr=False, created=MADE, workers=1)
    assert (report.pages_in, report.pages_out, report.blank) == (2, 2, (1, 2))


def test_an_unreadable_picture_is_told_by_name_and_no_file_is_made(tmp_path: Path) -> None:
    good, bad = tmp_path / "a.png", tmp_path / "hong.png"
    good.write_bytes(sheets.png(sheets.paper(100), 100))
    bad.write_bytes(good.read_bytes()[:-200])
    for broken in (bad, tmp_path / "thieu.png"):
        with pytest.raises(ImagingError) as caught:
            digitise([good, broken], tmp_path / "out.pdf", ocr=False, workers=1)
        assert caught.value.code == "IMG-UNREADABLE"
        assert broken.name in caught.value.detail
    assert not (tmp_path / "out.pdf").exists()


def test_a_file_that_cannot_be_written_is_told_before_any_work(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    image.write_bytes(sheets.png(sheets.paper(100), 100))
    with pytest.raises(ImagingError, match="IMG-WRITE"):
        digitise([image], tmp_path / "no" / "out.pdf", ocr=False, workers=1)
    with pytest.raises(ValueError, match="no picture"):
        digitise([], tmp_path / "out.pdf", ocr=False, workers=1)
