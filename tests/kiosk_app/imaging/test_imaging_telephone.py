"""Promises of telephones' photographs: upright, of the paper's size, in its colours, and silent about when and where."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import ExifTags, Image, ImageCms

from kiosk_app.imaging.decode import decode
from kiosk_app.imaging.digitise import digitise
from kiosk_app.imaging.files import claimed_dpi
from tests.pages.layouts import page
from tests.pages.photographs import photograph
from tests.pages.wear import Picture

MADE = datetime(2026, 8, 3, 2, 30, tzinfo=UTC)
# EXIF 2.32, 4.6.4: how the stored picture has to be turned to stand as it was seen.
HELD = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
TWELVE_MP = (3024, 4032)
# To CIE XYZ under D50, from linear light; SMPTE EG 432-1 and IEC 61966-2-1.
P3 = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
SECRETS = ("Dien thoai cua toi", "2026:07:14 08:15:16", "Phuong Ben Nghe")


def display_p3() -> bytes:
    """The profile that telephones write: sRGB's, with other primaries and another name."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for place in range(int.from_bytes(data[128:132], "big")):
        name, at = (data[132 + 12 * place + part : 136 + 12 * place + part] for part in (0, 4))
        start = int.from_bytes(at, "big")
        if bytes(name) in (b"rXYZ", b"gXYZ", b"bXYZ"):
            for row, value in enumerate(P3[:, b"rgb".index(name[:1])]):
                where = start + 8 + 4 * row
                data[where : where + 4] = round(value * 65536).to_bytes(4, "big", signed=True)
    return bytes(data).replace("sRGB".encode("utf-16-be"), "P3 d".encode("utf-16-be"))


def in_p3(colour: tuple[int, int, int]) -> tuple[int, ...]:
    """The numbers that stand for an sRGB colour in Display P3: both have the same curve."""
    level = np.array(colour) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    there = np.linalg.solve(P3, SRGB @ linear)
    curved = np.where(there <= 0.0031308, 12.92 * there, 1.055 * there ** (1 / 2.4) - 0.055)
    return tuple(round(value * 255) for value in curved)


def told(orientation: int) -> Image.Exif:
    """What a telephone writes beside the picture: how it was held, by whom, when and where."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = SECRETS[0]
    exif[ExifTags.Base.DateTime] = SECRETS[1]
    taken = exif.get_ifd(ExifTags.IFD.Exif)
    taken[ExifTags.Base.DateTimeOriginal] = SECRETS[1]
    taken[ExifTags.Base.FNumber] = 1.8
    where = exif.get_ifd(ExifTags.IFD.GPSInfo)
    where[ExifTags.GPS.GPSLatitude] = (10.0, 46.0, 37.5)
    where[ExifTags.GPS.GPSAreaInformation] = b"ASCII\0\0\0" + SECRETS[2].encode()
    return exif


def shot(path: Path, seen: Picture, orientation: int = 1, **more: object) -> Path:
    """The file of a telephone that was held so when it saw this."""
    image = Image.fromarray(seen)
    undo = HELD[orientation]
    (image if undo is None else image.transpose(undo)).save(
        path, "JPEG", quality=90, exif=told(orientation), **{"dpi": (72, 72), **more}
    )
    return path


def size_mm(out: Path) -> tuple[float, float]:
    with pikepdf.open(out) as pdf:
        _, _, across, down = (float(side) for side in pdf.pages[0].MediaBox)
    return across / 72 * 25.4, down / 72 * 25.4


def drawn(out: Path) -> Picture:
    """The picture of the first page."""
    with pikepdf.open(out) as pdf:
        stream = next(iter(pdf.pages[0].get_images().values())).read_raw_bytes()
    with Image.open(io.BytesIO(stream)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.fixture(scope="module")
def seen() -> Picture:
    """A letter on a table as the person who holds the telephone sees it, twelve million dots."""
    return photograph(page("letter", 9, 300), 31, TWELVE_MP, "wood").picture


@pytest.mark.parametrize("orientation", HELD)
def test_a_page_photographed_with_the_telephone_held_any_way_is_an_upright_a4_page(
    orientation: int, seen: Picture, tmp_path: Path
) -> None:
    out = tmp_path / "page.pdf"
    file = shot(tmp_path / "IMG_0001.jpg", seen, orientation)
    report = digitise([file], out, ocr=False, created=MADE, workers=1)
    assert report.blank == ()
    assert size_mm(out) == pytest.approx((210, 297), abs=2.5)
    digitise([shot(tmp_path / "held.jpg", seen)], tmp_path / "held.pdf", ocr=False, created=MADE, workers=1)
    other = Image.fromarray(drawn(tmp_path / "held.pdf")).resize((210, 297), Image.Resampling.BOX)
    mine = Image.fromarray(drawn(out)).resize((210, 297), Image.Resampling.BOX)
    apart = np.abs(np.asarray(mine, np.int16) - np.asarray(other, np.int16))
    assert float(apart.mean()) < 3, "the same page, the same way up"


@pytest.mark.parametrize("dpi", [72, 300, 600])
def test_a_resolution_that_a_camera_claims_says_nothing_of_the_paper(dpi: int, seen: Picture, tmp_path: Path) -> None:
    file = shot(tmp_path / "claims.jpg", seen, dpi=(dpi, dpi))
    digitise([file], tmp_path / "out.pdf", ocr=False, created=MADE, workers=1)
    assert size_mm(tmp_path / "out.pdf") == pytest.approx((210, 297), abs=2.5)


@pytest.mark.parametrize(
    ("size", "dpi", "believed"), [((1654, 2339), 200, 200), ((40, 64), 1200, 0), ((9000, 9000), 150, 0)]
)
def test_a_resolution_is_believed_where_a_page_has_that_size(size: tuple[int, int], dpi: int, believed: int) -> None:
    out = io.BytesIO()
    Image.new("RGB", size, (250, 250, 250)).save(out, "PNG", dpi=(dpi, dpi))
    with Image.open(out) as image:
        assert claimed_dpi(image) == believed


@pytest.mark.parametrize("orientation", HELD)
@pytest.mark.parametrize("colour", [(200, 40, 50), (40, 60, 170), (40, 140, 70), (250, 250, 250)])
def test_colours_told_by_a_telephones_profile_are_those_of_the_paper(
    colour: tuple[int, int, int], orientation: int
) -> None:
    image = Image.new("RGB", (96, 64), in_p3(colour))
    assert colour == (250, 250, 250) or max(abs(a - b) for a, b in zip(image.getpixel((0, 0)), colour, strict=True)) > 5
    out = io.BytesIO()
    image.save(out, "JPEG", quality=100, subsampling=0, icc_profile=display_p3(), exif=told(orientation))
    pixels, _ = decode(out.getvalue())
    assert pixels.shape[:2] == ((64, 96) if orientation in (1, 3) else (96, 64))
    assert np.abs(pixels.astype(int) - colour).max() <= 3


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_damaged_profile_and_damaged_remarks_leave_the_picture_as_it_is() -> None:
    image = Image.new("RGB", (96, 64), (200, 40, 50))
    for options in (
        {"icc_profile": display_p3()[:200]},
        {"icc_profile": b"x" * 500},
        {"exif": b"Exif\0\0MM\0*\0\0\xff\xff"},
    ):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=100, subsampling=0, dpi=(300, 300), **options)
        pixels, _ = decode(out.getvalue())
        assert np.abs(pixels.astype(int) - (200, 40, 50)).max() <= 3


def test_nothing_of_who_when_and_where_is_in_the_finished_file(seen: Picture, tmp_path: Path) -> None:
    out = tmp_path / "page.pdf"
    digitise(
        [shot(tmp_path / "IMG_0001.jpg", seen, 6, icc_profile=display_p3())], out, ocr=False, created=MADE, workers=1
    )
    with pikepdf.open(out) as pdf:
        pdf.save(tmp_path / "plain.pdf", stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    for file in (out, tmp_path / "plain.pdf"):
        data = file.read_bytes()
        assert b"Exif" not in data
        assert not [word for word in SECRETS if word.encode() in data]
