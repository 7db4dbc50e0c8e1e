"""Where codes may be in a picture, and what is doubted of what is read there."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from drivers.barcode import places
from drivers.barcode.decode import decode
from drivers.barcode.reading import BARS, zxing

TEXT = "G09.20-20260609-0092637"


def symbol(name: str, module: int) -> np.ndarray:
    made = zxingcpp.create_barcode(TEXT, getattr(zxingcpp.BarcodeFormat, name))
    return np.pad(np.asarray(made.to_image(scale=module)), 10 * module, constant_values=235)


def on_a_desk(code: np.ndarray, left: int, top: int, size: tuple[int, int] = (1280, 720)) -> np.ndarray:
    picture = np.full(size[::-1], 120, np.uint8)
    picture[top : top + code.shape[0], left : left + code.shape[1]] = code
    return picture


@pytest.mark.parametrize("name", ["QRCode", "DataMatrix", "Aztec"])
@pytest.mark.parametrize("module", [2, 4, 9])
def test_the_busiest_place_is_the_code_and_little_else(name: str, module: int) -> None:
    picture = on_a_desk(symbol(name, module), 500, 90)
    cut = places.busy(picture)[0]
    assert [code.text for code in zxingcpp.read_barcodes(cut)] == [TEXT]
    assert cut.size < picture.size / 2


@pytest.mark.parametrize("degrees", [0, 17, 45, 78, 90, 133])
def test_a_striped_place_is_laid_level(degrees: int) -> None:
    code = symbol("Code128", 2)[20:90]
    picture = on_a_desk(code, 640 - code.shape[1] // 2, 360 - code.shape[0] // 2)
    matrix = cv2.getRotationMatrix2D((640, 360), degrees, 1.0)
    turned = cv2.warpAffine(picture, matrix, (1280, 720), borderMode=cv2.BORDER_REPLICATE)
    found = [
        [code.data.decode() for code in zxing(cut, BARS, try_rotate=False)]
        for cut in places.striped(np.asarray(turned, np.uint8))
    ]
    assert [TEXT] in found


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (3, 3), (7, 9), (30, 30), (2000, 3), (4, 300)])
def test_no_picture_is_too_small_to_be_looked_over(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, size).astype(np.uint8)
    for picture in (noise, np.zeros(size, np.uint8)):
        assert decode(picture, 30.0) == ()


def test_a_code_whose_error_correction_is_used_up_is_believed_when_it_is_seen_again() -> None:
    """A DataMatrix with as many broken modules as can be mended: it stays readable in a picture a little different."""
    made = zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.DataMatrix)
    modules = np.asarray(made.to_image(scale=1))
    picture = np.pad(np.kron(modules, np.ones((8, 8), np.uint8)), 40, constant_values=255)
    spent = 0
    random = np.random.default_rng(5)
    inside = [(row, column) for row in range(4, modules.shape[0] - 4) for column in range(4, modules.shape[1] - 4)]
    for row, column in random.permutation(inside):
        square = picture[40 + 8 * row : 48 + 8 * row, 40 + 8 * column : 48 + 8 * column]
        square[:] = 255 - square
        (found,) = zxingcpp.read_barcodes(picture) or (None,)
        if found is None:
            break
        spent += float(found.extra["UEC"]) < 0.08
        assert [code.text for code in decode(picture, 30.0)] == [TEXT]
    assert spent
