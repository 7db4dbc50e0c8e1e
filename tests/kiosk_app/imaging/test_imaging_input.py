"""Promises of files that people bring: every fair picture and PDF is taken in its right colours, any other told by code."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import sheets
from PIL import Image

from drivers.errors import catalogue
from kiosk_app.imaging.decode import decode
from kiosk_app.imaging.digitise import MAX_PAGES, digitise
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.files import Kind, kind_of, pictures_in
from kiosk_app.imaging.pdfin import draw, page_count

ROOT = Path(__file__).parents[3]
RED, BLUE = (200, 40, 50), (40, 60, 170)


def flag(size: tuple[int, int] = (400, 560)) -> Image.Image:
    """Red above, blue below, white round it."""
    page = Image.new("RGB", size, (250, 250, 250))
    page.paste(RED, (40, 40, size[0] - 40, size[1] // 2))
    page.paste(BLUE, (40, size[1] // 2, size[0] - 40, size[1] - 40))
    return page


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def sixteen_bit_png(image: Image.Image) -> bytes:
    """RGB with 16 bits a colour, which Pillow reads and does not write."""

    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    wide = np.asarray(image).astype(">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in wide)
    head = struct.pack(">IIBBBBB", image.width, image.height, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


FAIR: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: saved(flag(), "JPEG", quality=95),
    "progressive jpeg": lambda: saved(flag(), "JPEG", quality=95, progressive=True),
    "cmyk jpeg": lambda: saved(flag().convert("CMYK"), "JPEG", quality=95),
    "cmyk tiff": lambda: saved(flag().convert("CMYK"), "TIFF", compression="tiff_lzw"),
    "png of 16 bits": lambda: sixteen_bit_png(flag()),
    "palette png": lambda: saved(flag().convert("P", palette=Image.Palette.ADAPTIVE), "PNG"),
    "png with alpha": lambda: saved(flag().convert("RGBA"), "PNG"),
    "jpeg in a tiff": lambda: saved(flag(), "TIFF", compression="jpeg"),
    "deflated tiff": lambda: saved(flag(), "TIFF", compression="tiff_adobe_deflate"),
    "bmp": lambda: saved(flag(), "BMP"),
    "webp": lambda: saved(flag(), "WEBP", quality=95),
}


@pytest.mark.parametrize("name", FAIR)
def test_a_fair_picture_is_taken_in_its_right_colours(name: str, tmp_path: Path) -> None:
    file = tmp_path / "page"
    file.write_bytes(FAIR[name]())
    assert kind_of(file) is Kind.PICTURE
    assert pictures_in(file) == 1
    pixels, _ = decode(file, file.name)
    assert pixels.shape == (560, 400, 3)
    for row, wanted in ((160, RED), (400, BLUE), (10, (250, 250, 250))):
        assert np.abs(pixels[row, 200].astype(int) - wanted).max() <= 12, name


def test_black_and_white_fax_pages_keep_their_writing(tmp_path: Path) -> None:
    page = sheets.letter(100).convert("1", dither=Image.Dither.NONE)
    file = tmp_path / "fax.tif"
    page.save(file, "TIFF", compression="group4", dpi=(200, 200))
    pixels, dpi = decode(file, file.name)
    assert dpi == 200
    assert (pixels[:, :, 0] == np.asarray(page) * 255).all()


@pytest.mark.parametrize("turn", [3, 6, 8])
def test_a_camera_held_any_way_gives_an_upright_picture(turn: int) -> None:
    undo = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[turn]
    exif = Image.Exif()
    exif[0x0112] = turn
    pixels, _ = decode(saved(flag().transpose(undo), "JPEG", exif=exif))
    assert pixels.shape[:2] == (560, 400)
    assert pixels[160, 200, 0] > pixels[160, 200, 2]


def test_more_dots_than_are_of_use_are_made_fewer_and_the_size_on_paper_stays(tmp_path: Path) -> None:
    file = tmp_path / "fine.png"
    Image.new("L", (8000, 12_000), 240).save(file, dpi=(1200, 1200))
    pixels, dpi = decode(file, file.name)
    assert dpi == 600
    assert pixels.shape == (6000, 4000, 3)


# --- PDF -------------------------------------------------------------------------------------------------------------


def pdf_of(path: Path, *pages: tuple[Image.Image | None, float, float], rotate: int = 0) -> Path:
    """Each page a picture that fills it, or nothing but a black square; sizes in inches."""
    with pikepdf.new() as pdf:
        for image, across, down in pages:
            page = pdf.add_blank_page(page_size=(across * 72, down * 72))
            if image is not None:
                stream = pikepdf.Stream(pdf, saved(image, "JPEG", quality=95))
                stream.stream_dict = pikepdf.Dictionary(
                    Type=pikepdf.Name.XObject,
                    Subtype=pikepdf.Name.Image,
                    Width=image.width,
                    Height=image.height,
                    ColorSpace=pikepdf.Name.DeviceRGB if image.mode == "RGB" else pikepdf.Name.DeviceGray,
                    BitsPerComponent=8,
                    Filter=pikepdf.Name.DCTDecode,
                )
                page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=pdf.make_indirect(stream)))
                content = f"q {across * 72} 0 0 {down * 72} 0 0 cm /Im Do Q"
            else:
                content = "0 g 72 72 72 72 re f"
            page.obj.Contents = pikepdf.Stream(pdf, content.encode())
            if rotate:
                page.obj.Rotate = rotate
        pdf.save(path)
    return path


def test_a_scanned_page_comes_at_its_own_resolution_and_any_other_at_two_hundred(tmp_path: Path) -> None:
    scan, coarse = flag((1200, 1680)), flag((120, 168))
    file = pdf_of(tmp_path / "a.pdf", (scan, 4, 5.6), (None, 4, 5.6), (scan.convert("L"), 4, 5.6), (coarse, 4, 5.6))
    assert kind_of(file) is Kind.PDF
    assert page_count(file) == 4
    pixels, dpi = draw(file, 0)
    assert dpi == 300
    assert pixels.shape == pytest.approx((1680, 1200, 3), abs=1)
    assert np.abs(pixels[:1680, :1200].astype(int) - np.asarray(scan)).mean() < 2
    typed, dpi = draw(file, 1)
    assert dpi == 200
    assert typed.shape == pytest.approx((1120, 800, 3), abs=1)
    assert (typed[1120 - 300, 300] == 0).all()
    assert draw(file, 2)[0].shape == pytest.approx((1680, 1200, 3), abs=1)
    assert draw(file, 3)[1] == 200


def test_a_page_that_is_kept_sideways_in_its_file_is_drawn_upright(tmp_path: Path) -> None:
    file = pdf_of(tmp_path / "a.pdf", (flag((800, 1120)), 4, 5.6), rotate=90)
    pixels, _ = draw(file, 0)
    assert pixels.shape[1] > pixels.shape[0]


def test_pdf_pages_and_pictures_become_one_file_in_order(tmp_path: Path) -> None:
    letter = tmp_path / "letter.jpg"
    letter.write_bytes(saved(sheets.letter(200), "JPEG", dpi=(200, 200)))
    pdf = pdf_of(tmp_path / "two.pdf", (sheets.letter(200), 210 / 25.4, 297 / 25.4), (flag((800, 1120)), 4, 5.6))
    report = digitise([pdf, letter], tmp_path / "out.pdf", ocr=False, workers=1)
    assert (report.pages_in, report.pages_out) == (3, 3)
    with pikepdf.open(tmp_path / "out.pdf") as made:
        sizes = [[round(float(side) / 72, 1) for side in page.MediaBox[2:]] for page in made.pages]
    assert sizes == [[8.3, 11.7], [4.0, 5.6], [8.3, 11.7]]


# --- what is no page -------------------------------------------------------------------------------------------------


def bomb_png(side: int) -> bytes:
    """A picture of side x side dots in a few bytes."""

    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def bomb_tiff(side: int) -> bytes:
    """The header of a TIFF that claims side x side dots."""
    tags = ((256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, side), (279, 100))
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + rows + b"\0\0\0\0"


def bomb_jpeg(side: int) -> bytes:
    """A JPEG whose header says side x side dots."""
    data = bytearray(saved(Image.new("RGB", (64, 64)), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", side, side)
    return bytes(data)


def locked(folder: Path) -> bytes:
    pdf_of(folder / "open.pdf", (None, 4, 5))
    with pikepdf.open(folder / "open.pdf") as pdf:
        pdf.save(folder / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user="mat-khau"))
    return (folder / "locked.pdf").read_bytes()


def unpacks_vast(folder: Path) -> bytes:
    """A page with a picture of 30,000 x 30,000 dots in some kilobytes."""
    pdf_of(folder / "base.pdf", (flag(), 4, 5))
    with pikepdf.open(folder / "base.pdf") as pdf:
        picture = pdf.pages[0].Resources.XObject.Im
        picture.Width = picture.Height = 30_000
        picture.Filter = pikepdf.Name.FlateDecode
        out = io.BytesIO()
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


BAD: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "nothing.jpg": ("IMG-UNREADABLE", lambda _: b""),
    "cut.jpg": ("IMG-UNREADABLE", lambda _: saved(sheets.letter(100), "JPEG")[:9000]),
    "cut.png": ("IMG-UNREADABLE", lambda _: saved(sheets.letter(100), "PNG")[:9000]),
    "cut.tif": ("IMG-UNREADABLE", lambda _: saved(sheets.letter(100), "TIFF")[:9000]),
    "cut.pdf": ("IMG-UNREADABLE", lambda _: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog"),
    "none.pdf": ("IMG-FORMAT", lambda _: b"this is a letter that somebody named as a PDF"),
    "bomb.png": ("IMG-TOO-LARGE", lambda _: bomb_png(30_000)),
    "bomb.tif": ("IMG-TOO-LARGE", lambda _: bomb_tiff(30_000)),
    "bomb.jpg": ("IMG-TOO-LARGE", lambda _: bomb_jpeg(30_000)),
    "vast.pdf": ("IMG-TOO-LARGE", lambda folder: pdf_of(folder / "v", (None, 199, 199)).read_bytes()),
    "bomb.pdf": ("IMG-TOO-LARGE", unpacks_vast),
    "phone.heic": ("IMG-FORMAT", lambda _: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)),
    "gif.png": ("IMG-FORMAT", lambda _: saved(flag(), "GIF")),
    "locked.pdf": ("IMG-LOCKED", locked),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_page_is_told_by_its_code_and_its_file(name: str, tmp_path: Path) -> None:
    code, make = BAD[name]
    file = tmp_path / name
    file.write_bytes(make(tmp_path))
    with pytest.raises(ImagingError) as caught:
        digitise([file], tmp_path / "out.pdf", ocr=False, workers=1)
    assert caught.value.code == code
    assert name in caught.value.detail
    assert code in catalogue()
    assert not (tmp_path / "out.pdf").exists()


def test_too_many_pages_are_told_before_any_is_drawn(tmp_path: Path) -> None:
    file = pdf_of(tmp_path / "a.pdf", *[(None, 4.0, 5.0)] * 40)
    with pytest.raises(ImagingError, match="IMG-TOO-MANY"):
        digitise([file] * (MAX_PAGES // 40 + 1), tmp_path / "out.pdf", ocr=False, workers=1)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from kiosk_app.cli import main; main()", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_a_folder_and_a_file_that_is_not_there_are_wrong_usage_and_a_bad_file_is_a_failure(tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG")
    out = str(tmp_path / "out.pdf")
    for word in (str(tmp_path), str(tmp_path / "absent.png")):
        done = run("digitise", word, "--out", out)
        assert (done.returncode, done.stdout) == (2, "")
        assert Path(word).name in done.stderr
    done = run("digitise", str(bad), "--out", out, "--json")
    assert done.returncode == 1
    assert "IMG-" in done.stdout + done.stderr
