"""The retries of the decoder: pictures made clearer in many ways, ordered by what each rescues a millisecond.

Measured on 203 simulated photographs of ID-card codes that zxing-cpp does not read by itself (tests/codes, seeds from 900000
on). Each rung tells its cost in readings of the same picture for QR codes alone, which at 1280 x 720 are 1.3 ms on a clean
picture and 5 ms on a noisy one; so a rung's time is known before it is begun, on any computer and for any picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Found = tuple[bytes, str]

_FORMAT: Final = zxingcpp.BarcodeFormat
QR: Final = zxingcpp.BarcodeFormats([_FORMAT.QRCodeModel2])
# Symbologies without a check digit (ITF, Codabar, ...) are left out: they see codes in any striped picture.
OTHERS: Final = zxingcpp.BarcodeFormats(
    [
        _FORMAT.MicroQRCode,
        _FORMAT.DataMatrix,
        _FORMAT.Aztec,
        _FORMAT.PDF417,
        _FORMAT.Code128,
        _FORMAT.Code39,
        _FORMAT.EAN13,
        _FORMAT.EAN8,
        _FORMAT.UPCA,
        _FORMAT.UPCE,
    ]
)
# On filtered pictures only those that correct or check enough not to be imagined.
STRONG: Final = zxingcpp.BarcodeFormats([_FORMAT.DataMatrix, _FORMAT.Aztec, _FORMAT.PDF417, _FORMAT.Code128])
_WEAK: Final = {"Code39", "EAN8", "UPCE"}
_NAMES: Final = {"QRCodeModel2": "QRCode"}
_BARS: Final = zxingcpp.BarcodeFormats([_FORMAT.PDF417, _FORMAT.Code128])
COMFORTABLE: Final = 1600  # pixels of the longer side: larger photographs are read at this size, too
_GLOBAL: Final = zxingcpp.Binarizer.GlobalHistogram


@dataclass(frozen=True)
class Rung:
    """One way to read a picture, and its longest time, in readings for QR codes alone."""

    name: str
    cost: float
    read: Callable[[Grey], list[Found]]


def zxing(grey: Grey, formats: Any, *, invert: bool = False, **options: Any) -> list[Found]:
    """What zxing-cpp reads: bytes, never its text, and the symbology's name. What may be imagined is read twice."""
    found = zxingcpp.read_barcodes(grey, formats=formats, try_invert=invert, **options)
    # Micro QR version M1 holds five digits and corrects nothing: it is seen where there is none, even twice. It is not read.
    valid = [code for code in found if code.valid and _version(code) != "M1"]
    codes = [(bytes(code.bytes), _name(code.format.name)) for code in valid]
    doubtful = {pair for code, pair in zip(valid, codes, strict=True) if _doubtful(code)}
    return [pair for pair in codes if pair not in doubtful or _seen_again(grey, pair, formats, invert)]


def _doubtful(code: Any) -> bool:
    """One checking character or none: seen in noise and stripes now and then, so it has to be seen twice."""
    return code.format.name in _WEAK


def _version(code: Any) -> str:
    return str((code.extra or {}).get("Version", ""))


def _seen_again(grey: Grey, pair: Found, formats: Any, invert: bool) -> bool:
    picture = _soft(grey, 0.7)
    for binarizer in (_GLOBAL, zxingcpp.Binarizer.LocalAverage):
        again = zxingcpp.read_barcodes(picture, formats=formats, try_invert=invert, binarizer=binarizer)
        if any(code.valid and (bytes(code.bytes), _name(code.format.name)) == pair for code in again):
            return True
    return False


def _name(name: str) -> str:
    return _NAMES.get(name, name)


PLAIN: Final = Rung("plain, QR", 1.0, lambda grey: zxing(grey, QR, invert=True))
PLAIN_OTHERS: Final = Rung("plain, others", 13.0, lambda grey: zxing(grey, OTHERS, invert=True))
# Beside a QR code that was read: dark on light, as that one most likely is.
BESIDE: Final = Rung("plain, others beside a QR code", 8.0, lambda grey: zxing(grey, OTHERS))


def _qr(clearer: Callable[[Grey], Grey], **options: Any) -> Callable[[Grey], list[Found]]:
    return lambda grey: zxing(clearer(grey), QR, **options)


def _strong(clearer: Callable[[Grey], Grey], **options: Any) -> Callable[[Grey], list[Found]]:
    return lambda grey: zxing(clearer(grey), STRONG, **options)


def first_rungs(grey: Grey) -> Iterator[Rung]:
    """Cheap retries for QR codes, which together take less time than one plain look for everything else."""
    yield Rung("half", 0.6, _qr(lambda grey: _scaled(grey, 0.5)))
    yield Rung("deblurred a little", 2.2, _qr(_less_blurred))
    yield Rung("soft", 1.6, _qr(lambda grey: _soft(grey, 1.0)))


def rungs(grey: Grey) -> Iterator[Rung]:
    """The rest, for QR codes and for the other codes that correct or check themselves."""
    yield Rung("x 1.5", 3.8, _qr(lambda grey: _scaled(grey, 1.5)))
    yield Rung("deblurred", 3.6, _qr(lambda grey: _sharp(_soft(grey, 0.8), 2.0, 5.0)))
    yield Rung("x 2, one threshold", 3.8, _qr(lambda grey: _scaled(grey, 2.0), binarizer=_GLOBAL))
    yield Rung("others, soft", 7.5, _strong(lambda grey: _soft(grey, 1.0)))
    yield Rung("bars, level", 16.0, lambda grey: zxing(_level(grey), _BARS))
    yield Rung("much deblurred, one threshold", 4.5, _qr(_much_deblurred, binarizer=_GLOBAL))
    yield Rung("x 2", 6.0, _qr(lambda grey: _scaled(grey, 2.0)))
    yield Rung("evenly lit", 9.5, _qr(_evenly_lit))
    yield Rung("others, half", 3.5, _strong(lambda grey: _scaled(grey, 0.5)))
    yield Rung("much deblurred", 4.8, _qr(_much_deblurred))
    yield Rung("x 2, soft", 8.5, _qr(lambda grey: _soft(_scaled(grey, 2.0), 2.0)))
    yield Rung("inverted, soft", 1.6, _qr(lambda grey: _soft(255 - grey, 1.0)))
    yield Rung("others, x 1.5", 14.0, _strong(lambda grey: _scaled(grey, 1.5)))
    yield Rung("x 1.5, deblurred", 6.5, _qr(_deblurred_larger))
    yield Rung("others, one threshold", 5.0, _strong(lambda grey: grey, binarizer=_GLOBAL))
    yield Rung("bars, level, soft", 18.0, lambda grey: zxing(_soft(_level(grey), 1.0), _BARS))
    yield Rung("zbar", 14.0, _zbar)
    yield Rung("OpenCV's place", 40.0, _placed_by_opencv)
    yield Rung("thresholds around each place", 26.0, _qr(_thresholds))


def comfortable(grey: Grey) -> Grey:
    """The picture at a size in which a filter of a few pixels is right for a code that fills a good part of it."""
    return _scaled(grey, COMFORTABLE / max(grey.shape))


def _scaled(grey: Grey, factor: float) -> Grey:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def _soft(grey: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.uint8)


def _sharp(grey: Grey, sigma: float, amount: float) -> Grey:
    """Unsharp mask: undoes what a wide-open lens or a moving hand has spread."""
    return np.asarray(cv2.addWeighted(grey, 1 + amount, _soft(grey, sigma), -amount, 0), np.uint8)


def _less_blurred(grey: Grey) -> Grey:
    calm = _soft(grey, 0.7)
    return np.asarray(cv2.addWeighted(calm, 4, cv2.blur(calm, (5, 5)), -3, 0), np.uint8)


def _much_deblurred(grey: Grey) -> Grey:
    return _sharp(_soft(grey, 1.0), 4.0, 2.5)


def _deblurred_larger(grey: Grey) -> Grey:
    large = _scaled(grey, 1.5)
    return np.asarray(cv2.addWeighted(cv2.blur(large, (3, 3)), 4, cv2.blur(large, (9, 9)), -3, 0), np.uint8)


def _evenly_lit(grey: Grey) -> Grey:
    """Each place against the mean of its surroundings, so that shadow and reflection go."""
    large = _scaled(_soft(grey, 0.8), 2.0)
    return np.asarray(cv2.addWeighted(large, 3, cv2.blur(large, (61, 61)), -3, 128), np.uint8)


def _thresholds(grey: Grey) -> Grey:
    large = _soft(_scaled(grey, 2.0), 1.0)
    how = cv2.ADAPTIVE_THRESH_GAUSSIAN_C
    return np.asarray(cv2.adaptiveThreshold(large, 255, how, cv2.THRESH_BINARY, 41, 0), np.uint8)


def _level(grey: Grey) -> Grey:
    """Turned so that the bars stand upright: a wide symbol is read only along its length, give or take a few degrees.

    Bars are where the brightness changes much and only in one direction (the structure tensor of a neighbourhood).
    """
    small = _soft(_scaled(grey, 0.5), 1.0)
    right, down = cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1)
    around = (31, 31)
    across, along = cv2.boxFilter(right * right, -1, around), cv2.boxFilter(down * down, -1, around)
    both = cv2.boxFilter(right * down, -1, around)
    strength = np.hypot(across - along, 2 * both)
    weight = strength**2 / (across + along + 1.0)
    angle = np.degrees(np.arctan2(2 * both, across - along)) / 2
    places = np.round(angle[::4, ::4]).astype(np.int64) % 180
    votes = np.bincount(places.ravel(), weights=weight[::4, ::4].ravel(), minlength=180)
    smooth = sum(np.roll(votes, turn) for turn in range(-2, 3))
    turned = float(np.argmax(smooth))
    high, wide = grey.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), turned, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = int(wide * cosine + high * sine) + 1, int(wide * sine + high * cosine) + 1
    matrix[:, 2] += (size[0] - wide) / 2, (size[1] - high) / 2
    return np.asarray(cv2.warpAffine(grey, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _zbar(grey: Grey) -> list[Found]:
    from drivers.barcode import zbar

    return zbar.scan(grey)


def _placed_by_opencv(grey: Grey) -> list[Found]:
    """OpenCV only says where a QR code is, and zxing-cpp reads it laid flat: OpenCV's own text is a guess."""
    found, quads = cv2.QRCodeDetectorAruco().detectMulti(grey)
    codes: list[Found] = []
    for quad in np.asarray(quads, np.float32).reshape(-1, 4, 2) if found else ():
        side = 2 * max(float(np.linalg.norm(quad[place] - quad[place - 1])) for place in range(4))
        if not 40 <= side <= 2 * COMFORTABLE:
            continue
        margin = side / 8
        flat = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32) + margin
        whole = round(side + 2 * margin)
        turned = cv2.getPerspectiveTransform(quad, flat.astype(np.float32))
        picture = cv2.warpPerspective(
            grey, turned, (whole, whole), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        codes += zxing(np.asarray(picture, np.uint8), QR) or zxing(_soft(np.asarray(picture, np.uint8), 1.5), QR)
    return codes
