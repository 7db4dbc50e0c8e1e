"""The retries of the decoder: pictures made clearer in many ways, ordered by what each rescues a millisecond.

Measured on 203 simulated photographs of ID-card codes that zxing-cpp does not read by itself (tests/codes, seeds from 900000
on). Each rung tells its cost in readings of the same picture for QR codes alone, which at 1280 x 720 are 1.3 ms on a clean
picture and 5 ms on a noisy one; so a rung's time is known before it is begun, on any computer and for any picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import cv2
import numpy as np

from drivers.barcode.reading import AREAS, GLOBAL, OTHERS, QR, STRONG, Found, Grey, Rung, zxing

COMFORTABLE: Final = 1600  # pixels of the longer side: larger photographs are read at this size, too

PLAIN: Final = Rung("plain, QR", 1.0, lambda grey: zxing(grey, QR, invert=True))
# Dark on light, as nearly all are; light on dark takes as long again, and comes later.
PLAIN_OTHERS: Final = Rung("plain, others", 8.0, lambda grey: zxing(grey, OTHERS))
INVERTED_AREAS: Final = Rung("inverted, other areas", 6.0, lambda grey: zxing(np.invert(grey), AREAS))


def _qr(clearer: Callable[[Grey], Grey], **options: Any) -> Callable[[Grey], list[Found]]:
    return lambda grey: zxing(clearer(grey), QR, **options)


def _strong(clearer: Callable[[Grey], Grey], **options: Any) -> Callable[[Grey], list[Found]]:
    return lambda grey: zxing(clearer(grey), STRONG, **options)


def first_rungs() -> Iterator[Rung]:
    """Cheap retries for QR codes, which together take less time than one plain look for everything else."""
    yield Rung("half", 0.6, _qr(lambda grey: scaled(grey, 0.5)))
    yield Rung("deblurred a little", 2.2, _qr(less_blurred))
    yield Rung("soft", 1.6, _qr(lambda grey: soft(grey, 1.0)))


def rungs() -> Iterator[Rung]:
    """The rest, for QR codes and for the other codes that correct or check themselves."""
    yield Rung("x 1.5", 3.8, _qr(lambda grey: scaled(grey, 1.5)))
    yield Rung("deblurred", 3.6, _qr(lambda grey: sharp(soft(grey, 0.8), 2.0, 5.0)))
    yield Rung("x 2, one threshold", 3.8, _qr(lambda grey: scaled(grey, 2.0), binarizer=GLOBAL))
    yield Rung("others, soft", 7.5, _strong(lambda grey: soft(grey, 1.0)))
    yield Rung("much deblurred, one threshold", 4.5, _qr(_much_deblurred, binarizer=GLOBAL))
    yield Rung("x 2", 6.0, _qr(lambda grey: scaled(grey, 2.0)))
    yield Rung("evenly lit", 9.5, _qr(_evenly_lit))
    yield Rung("others, half", 3.5, _strong(lambda grey: scaled(grey, 0.5)))
    yield Rung("much deblurred", 4.8, _qr(_much_deblurred))
    yield Rung("x 2, soft", 8.5, _qr(lambda grey: soft(scaled(grey, 2.0), 2.0)))
    yield Rung("inverted, soft", 1.6, _qr(lambda grey: soft(255 - grey, 1.0)))
    yield Rung("others, x 1.5", 14.0, _strong(lambda grey: scaled(grey, 1.5)))
    yield Rung("x 1.5, deblurred", 6.5, _qr(_deblurred_larger))
    yield Rung("others, one threshold", 5.0, _strong(lambda grey: grey, binarizer=GLOBAL))
    yield Rung("zbar", 14.0, _zbar)
    yield Rung("OpenCV's place", 40.0, _placed_by_opencv)
    yield Rung("thresholds around each place", 26.0, _qr(_thresholds))


def comfortable(grey: Grey) -> Grey:
    """The picture at a size in which a filter of a few pixels is right for a code that fills a good part of it."""
    return scaled(grey, COMFORTABLE / max(grey.shape))


def scaled(grey: Grey, factor: float) -> Grey:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def soft(grey: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.uint8)


def sharp(grey: Grey, sigma: float, amount: float) -> Grey:
    """Unsharp mask: undoes what a wide-open lens or a moving hand has spread."""
    return np.asarray(cv2.addWeighted(grey, 1 + amount, soft(grey, sigma), -amount, 0), np.uint8)


def less_blurred(grey: Grey) -> Grey:
    calm = soft(grey, 0.7)
    return np.asarray(cv2.addWeighted(calm, 4, cv2.blur(calm, (5, 5)), -3, 0), np.uint8)


def _much_deblurred(grey: Grey) -> Grey:
    return sharp(soft(grey, 1.0), 4.0, 2.5)


def _deblurred_larger(grey: Grey) -> Grey:
    large = scaled(grey, 1.5)
    return np.asarray(cv2.addWeighted(cv2.blur(large, (3, 3)), 4, cv2.blur(large, (9, 9)), -3, 0), np.uint8)


def _evenly_lit(grey: Grey) -> Grey:
    """Each place against the mean of its surroundings, so that shadow and reflection go."""
    large = scaled(soft(grey, 0.8), 2.0)
    return np.asarray(cv2.addWeighted(large, 3, cv2.blur(large, (61, 61)), -3, 128), np.uint8)


def _thresholds(grey: Grey) -> Grey:
    large = soft(scaled(grey, 2.0), 1.0)
    how = cv2.ADAPTIVE_THRESH_GAUSSIAN_C
    return np.asarray(cv2.adaptiveThreshold(large, 255, how, cv2.THRESH_BINARY, 41, 0), np.uint8)


def _zbar(grey: Grey) -> list[Found]:
    from drivers.barcode import zbar

    return [Found(data, symbology) for data, symbology in zbar.scan(grey)]


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
        codes += zxing(np.asarray(picture, np.uint8), QR) or zxing(soft(np.asarray(picture, np.uint8), 1.5), QR)
    return codes
