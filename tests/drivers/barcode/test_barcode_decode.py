"""Codes read from pictures, with every letter right or none at all."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

from drivers.barcode import zbar
from drivers.barcode.decode import UnreadablePicture, decode, decode_file

CODE = "G09.20-20260609-0092637"
PERSON = "001099000001||NGUYỄN VĂN THỬ NGHIỆM|01011990|Nam|Số 1, Phố Thử, Phường Mẫu, Hà Nội|01012022"
# Short words whose bytes other readers take for another encoding.
WORDS = ("Lê", "Đỗ Thử", "Ngô", "Bùi Ưu", "Vũ", "Tạ Ơn", "Hồ Mẫu", "Đặng", "Trần Ý", "Ứng", "ỷ", "Mã hồ sơ")


def qr(text: str, module: int = 6) -> NDArray[np.uint8]:
    buffer = BytesIO()
    segno.make(text, micro=False, error="m", encoding="utf-8").save(buffer, kind="png", scale=module, border=6)
    return np.asarray(Image.open(buffer).convert("L"))


def frame(code: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A 720p camera frame with the code somewhere in it."""
    image = np.full((720, 1280), 190, np.uint8)
    height, width = code.shape
    image[40 : 40 + height, 300 : 300 + width] = code
    return image


@pytest.mark.parametrize("text", [CODE, PERSON, *WORDS])
def test_a_qr_code_is_read_letter_for_letter_with_its_bytes(text: str) -> None:
    (code,) = decode(qr(text))
    assert (code.text, code.symbology, bytes.fromhex(code.bytes_hex)) == (text, "QRCode", text.encode())


@pytest.mark.parametrize("text", [PERSON, *WORDS])
def test_the_second_opinion_gives_raw_bytes_and_guesses_nothing(text: str) -> None:
    assert zbar.scan(qr(text)) == [(text.encode(), "QRCode")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Code128", CODE),
        ("Code39", "ABC-123"),
        ("EAN13", "4006381333931"),
        ("DataMatrix", CODE),
        ("Aztec", CODE),
        ("PDF417", CODE),
    ],
)
def test_other_symbologies_are_named(name: str, text: str) -> None:
    symbol = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name))
    image = np.pad(np.asarray(symbol.to_image(scale=3)), 30, constant_values=255)
    assert [(code.text, code.symbology) for code in decode(image)] == [(text, name)]


def test_bytes_that_are_no_utf8_have_no_text() -> None:
    buffer = BytesIO()
    segno.make("NGÔ", encoding="latin-1", micro=False).save(buffer, kind="png", scale=6, border=6)
    (code,) = decode(Image.open(buffer))
    assert (code.text, code.bytes_hex) == ("", "NGÔ".encode("latin-1").hex())


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("NGÔ", "latin-1"), ("\u00c3\u0089", "latin-1"), ("Ěž", "iso8859-2"), ("a\\000026b\\c", "utf-8")],
)
def test_an_encoding_that_the_code_declares_is_no_guess(text: str, encoding: str) -> None:
    buffer = BytesIO()
    segno.make(text, encoding=encoding, eci=True, micro=False).save(buffer, kind="png", scale=6, border=6)
    (code,) = decode(Image.open(buffer))
    assert (code.text, code.bytes_hex) == (text, text.encode(encoding).hex())


def test_what_looks_like_a_declaration_is_text_where_nothing_is_declared() -> None:
    for text in ("\\000003NG", "\\000026", "\\\\000003"):
        assert [code.text for code in decode(qr(text))] == [text]


def test_all_codes_are_told_when_the_first_needed_a_closer_look() -> None:
    matrix = np.asarray(zxingcpp.create_barcode(CODE, zxingcpp.BarcodeFormat.DataMatrix).to_image(scale=5))
    bars = np.asarray(zxingcpp.create_barcode("MO-TA", zxingcpp.BarcodeFormat.Code128).to_image(scale=2))
    image = np.full((480, 640), 200, np.uint8)
    for code, left in ((matrix, 60), (bars, 330)):
        padded = np.pad(code, 20, constant_values=255)
        image[80 : 80 + padded.shape[0], left : left + padded.shape[1]] = padded
    assert {code.text for code in decode(image, 30.0)} == {CODE, "MO-TA"}


@pytest.mark.parametrize("damage", ["blur", "noise", "dark", "salt"])
def test_damage_that_a_plain_reading_may_miss_is_retried(damage: str) -> None:
    random = np.random.default_rng(3)
    image = frame(qr(PERSON, 5))
    if damage == "blur":
        image = cv2.GaussianBlur(image, (0, 0), 2.2)
    elif damage == "noise":
        image = np.clip(image + random.normal(0, 45, image.shape), 0, 255).astype(np.uint8)
    elif damage == "dark":
        image = np.clip(image * 0.12 + random.normal(8, 4, image.shape), 0, 255).astype(np.uint8)
    else:
        image = np.where(random.random(image.shape) < 0.06, 255 - image, image).astype(np.uint8)
    assert [code.text for code in decode(image, budget_s=10)] == [PERSON]


def test_pictures_without_codes_give_none() -> None:
    random = np.random.default_rng(11)
    stripes = np.tile(np.repeat(random.integers(0, 2, 160) * 255, 4).astype(np.uint8), (300, 1))
    for image in (random.integers(0, 256, (480, 640)).astype(np.uint8), np.zeros((50, 50), np.uint8), stripes):
        assert decode(image) == ()


def test_two_codes_in_a_picture_are_two_and_the_same_twice_is_one() -> None:
    one, other = qr(CODE), qr("MO-TA")
    size = max(one.shape[0], other.shape[0])
    padded = [np.pad(image, ((0, size - image.shape[0]), (0, 0)), constant_values=255) for image in (one, other, one)]
    assert sorted(code.text for code in decode(np.hstack(padded))) == [CODE, "MO-TA"]


def test_colour_transparency_and_grey_read_alike() -> None:
    grey = Image.fromarray(qr(CODE))
    clear = Image.new("RGBA", grey.size, (255, 255, 255, 0))
    clear.paste(Image.new("RGBA", grey.size, (0, 0, 0, 255)), mask=grey.point(lambda level: 255 - level))
    for image in (grey, grey.convert("RGB"), grey.convert("1"), clear, np.dstack([np.asarray(grey)] * 3)):
        assert [code.text for code in decode(image)] == [CODE]


def test_a_file_gives_its_name_its_codes_and_the_time(tmp_path: Path) -> None:
    path = tmp_path / "code.png"
    Image.fromarray(qr(CODE)).save(path)
    row = json.loads(json.dumps(decode_file(path).as_json()))
    assert row["image"] == str(path)
    assert row["codes"] == [{"text": CODE, "symbology": "QRCode", "bytes_hex": CODE.encode().hex()}]
    assert row["ms"] > 0


def test_a_file_that_is_no_picture_is_refused_with_its_code(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_bytes(b"\x89PNG not really")
    with pytest.raises(UnreadablePicture) as refused:
        decode_file(path)
    assert refused.value.code == "IMG-UNREADABLE"
