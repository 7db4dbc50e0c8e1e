"""Data Matrix symbols whose finder is broken: read all the same while enough modules are good, and never imagined."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from drivers.barcode import closer, places
from drivers.barcode.flat import redrawn
from tests.codes.others import WITHOUT, without_code
from tests.codes.phones import dotted, phone_picture

TEXTS = ("G11.65-202", "G13.49-20260131-7", "G06-20261121-0000042 THU NGHIEM VI DU MINH HOA GIA DINH 12")
MODULE = 8


def printed(text: str, *, dots: bool = False) -> np.ndarray:
    """A symbol with room around it, aslant and a little from the side."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    symbol = np.asarray(made.to_image(scale=1, add_quiet_zones=False))
    code = dotted(symbol) if dots else np.kron(symbol, np.ones((MODULE, MODULE), np.uint8))
    return np.asarray(np.pad(code, 5 * MODULE, constant_values=255))


def seen(label: np.ndarray) -> np.ndarray:
    high, wide = label.shape
    flat_corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    shown = np.array([[30, 12], [wide + 14, 38], [wide - 8, high + 44], [4, high + 10]], np.float32)
    turned = cv2.getPerspectiveTransform(flat_corners, shown)
    picture = cv2.warpPerspective(label, turned, (wide + 60, high + 60), borderValue=255.0)
    return np.asarray(np.clip(cv2.GaussianBlur(picture, (0, 0), 1.2) * 0.7 + 30, 0, 255), np.uint8)


def texts(picture: np.ndarray) -> list[str]:
    return [found.data.decode() for found in redrawn(picture)]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("quarter", range(4))
def test_a_symbol_whose_finder_is_scratched_is_read_whichever_way_up(text: str, quarter: int) -> None:
    label = printed(text)
    edge, end = 5 * MODULE, label.shape[0] - 5 * MODULE
    label[edge:end, edge : edge + MODULE][2 * MODULE : 5 * MODULE] = 255
    label[end - MODULE : end, edge:end][:, 3 * MODULE : 6 * MODULE] = 255
    assert texts(seen(np.ascontiguousarray(np.rot90(label, quarter)))) == [text]


@pytest.mark.parametrize("text", TEXTS)
def test_a_symbol_of_dots_is_read(text: str) -> None:
    assert texts(seen(printed(text, dots=True))) == [text]


def test_a_symbol_of_which_too_much_is_lost_is_not_read() -> None:
    label = printed(TEXTS[0])
    middle = label.shape[0] // 2
    label[middle - 5 * MODULE : middle + 5 * MODULE, middle - 5 * MODULE : middle + 5 * MODULE] = 0
    assert texts(seen(label)) == []


@pytest.mark.parametrize("kind", WITHOUT)
def test_nothing_is_seen_where_there_is_no_code(kind: str) -> None:
    for cut in places.busy(without_code(kind, 2).picture, most=2):
        assert texts(closer.fitted(cut)) == []


def test_other_codes_are_not_taken_for_one() -> None:
    for symbology in ("QRCode", "Aztec"):
        for cut in places.busy(phone_picture(symbology, "none", 1).picture, most=2):
            assert texts(closer.fitted(cut)) == []
    for shade in (0, 200, 255):
        assert texts(np.full((300, 300), shade, np.uint8)) == []
