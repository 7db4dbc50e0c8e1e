"""Retries on places cut out of a picture: small, so that much can be tried on them in little time.

Ordered by what each rescued a millisecond on simulated pictures that zxing-cpp does not read by itself (tests/codes, seeds
from 900000 on). A rung's cost is in readings of the same cut for QR codes alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any, Final

import cv2
import numpy as np

from drivers.barcode import flat
from drivers.barcode.ladder import less_blurred, scaled, sharp, soft
from drivers.barcode.reading import BARS, GLOBAL, LOCAL, MATRIX, QR, Found, Grey, Rung, zxing

LONGEST: Final = 700  # pixels of a cut's longer side: a module is wide enough then
_SMALLER: Final = 300
_SMALLEST: Final = 200
_UNDONE: Final = 360
# Pixels of that: each radius serves for those that are a seventh larger or smaller.
_LENSES: Final = (6.0, 4.5, 8.0, 3.2, 2.2, 10.5, 1.5)
_HANDS: Final = (5.0, 9.0)


def fitted(cut: Grey) -> Grey:
    """The cut as it is, or smaller when it is large."""
    return cut if max(cut.shape) <= LONGEST else scaled(cut, LONGEST / max(cut.shape))


def square_first() -> Iterator[Rung]:
    """For a busy place, what is quick: most of what is blurred, dark or noisy is read by these."""
    yield Rung("cut, one threshold", 1.0, lambda cut: zxing(cut, QR, binarizer=GLOBAL))
    yield Rung("cut, small", 3.0, lambda cut: zxing(_small(cut, _SMALLEST), MATRIX))
    yield Rung("cut, soft, one threshold", 1.6, lambda cut: zxing(soft(cut, 1.0), QR, binarizer=GLOBAL))
    yield Rung("cut, deblurred a little", 2.6, lambda cut: zxing(less_blurred(cut), QR))
    yield Rung("cut, less small", 4.0, lambda cut: zxing(_small(cut, _SMALLER), MATRIX))
    yield Rung("cut, evenly lit", 3.0, lambda cut: zxing(_even(cut), QR))
    yield Rung("cut, thresholds", 3.2, lambda cut: zxing(_thresholds(cut), QR))


def square_second() -> Iterator[Rung]:
    """For the busiest place, what still is quicker than a plain look at the whole picture for everything else."""
    yield Rung("cut, less small, soft", 5.0, lambda cut: zxing(soft(_small(cut, _SMALLER), 1.5), MATRIX))
    yield Rung("cut, deblurred", 8.0, lambda cut: zxing(sharp(soft(cut, 0.8), 2.0, 5.0), MATRIX, binarizer=GLOBAL))
    yield Rung("cut, x 2", 12.0, lambda cut: zxing(scaled(cut, 2.0), MATRIX))


def square_then() -> Iterator[Rung]:
    """For a busy place, what takes longer."""
    yield Rung("cut, dots joined", 6.0, lambda cut: zxing(_joined(cut), MATRIX))
    yield Rung("cut, inverted", 6.0, lambda cut: zxing(_small(255 - cut, _SMALLER), MATRIX))
    yield Rung("cut, equalised", 9.0, lambda cut: zxing(_equalised(cut), MATRIX))
    yield Rung("cut, very soft", 8.0, lambda cut: zxing(soft(cut, 5.0), MATRIX))
    yield Rung("cut, x 2, deblurred", 25.0, lambda cut: zxing(sharp(soft(scaled(cut, 2.0), 1.5), 4.0, 4.0), MATRIX))


def square_mended() -> Iterator[Rung]:
    """For a busy place of a still picture that may be a Data Matrix whose finder is scratched or made of dots."""
    yield Rung("cut, finder drawn anew", 120.0, flat.redrawn)


def square_last() -> Iterator[Rung]:
    """For a busy place of a still picture, for which there is time: lenses and hands undone."""
    for radius in _LENSES:
        yield Rung(f"cut, lens of {radius}", 20.0, partial(_read_undone, _disc(radius)))
    for length, quarter in product(_HANDS, range(4)):
        path = _path(length, quarter * np.pi / 4)
        yield Rung(f"cut, hand of {length}, {45 * quarter} degrees", 20.0, partial(_read_undone, path))


def bars() -> Iterator[Rung]:
    """For a striped place that lies level."""
    yield Rung("bars, one threshold", 4.0, lambda cut: _level(cut, binarizer=GLOBAL))
    yield Rung("bars", 4.0, lambda cut: _level(cut))
    yield Rung("bars, deblurred a little", 6.0, lambda cut: _level(less_blurred(cut)))
    yield Rung("bars, smeared along", 6.0, lambda cut: _level(np.asarray(cv2.blur(cut, (1, 5)), np.uint8)))


def bars_then() -> Iterator[Rung]:
    """For a striped place that lies level, what takes longer."""
    yield Rung("bars, aslant", 5.0, lambda cut: _level(_turned(cut, 3.0)) or _level(_turned(cut, -3.0)))
    yield Rung("bars, smeared along, deblurred", 8.0, lambda cut: _level(_less_blurred_bars(cut), binarizer=GLOBAL))
    yield Rung("bars, x 2", 14.0, lambda cut: _level(scaled(cut, 2.0)))
    yield Rung("bars, x 3, one threshold", 24.0, lambda cut: _level(scaled(cut, 3.0), binarizer=GLOBAL))
    yield Rung("bars, x 2, deblurred", 26.0, lambda cut: _level(sharp(soft(scaled(cut, 2.0), 1.5), 4.0, 4.0)))


def _read_undone(spread: Grey, cut: Grey) -> list[Found]:
    return zxing(_undone(_small(cut, _UNDONE), spread), MATRIX)


def _level(cut: Grey, binarizer: Any = LOCAL) -> list[Found]:
    return zxing(cut, BARS, careful=True, try_rotate=False, binarizer=binarizer)


def _small(cut: Grey, longest: int) -> Grey:
    """The picture at a size in which the modules of most symbols are three to six pixels, which suits zxing-cpp best."""
    return scaled(cut, longest / max(cut.shape))


def _even(cut: Grey) -> Grey:
    calm = soft(cut, 0.8)
    return np.asarray(cv2.addWeighted(calm, 3, cv2.blur(calm, (31, 31)), -3, 128), np.uint8)


def _thresholds(cut: Grey) -> Grey:
    how = cv2.ADAPTIVE_THRESH_GAUSSIAN_C
    return np.asarray(cv2.adaptiveThreshold(cut, 255, how, cv2.THRESH_BINARY, 21, 0), np.uint8)


def _equalised(cut: Grey) -> Grey:
    """Each part of the picture with all of the contrast."""
    return np.asarray(cv2.createCLAHE(3.0, (4, 4)).apply(cut), np.uint8)


def _joined(cut: Grey) -> Grey:
    """Dark dots grown until they touch: modules made by ink jets and needles."""
    return np.asarray(cv2.erode(cut, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))), np.uint8)


def _turned(cut: Grey, degrees: float) -> Grey:
    high, wide = cut.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(cut, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _less_blurred_bars(cut: Grey) -> Grey:
    """Averaged along the bars, which takes the noise away, and sharpened across them."""
    calm = cv2.blur(cut, (1, 5))
    return np.asarray(cv2.addWeighted(calm, 5, cv2.GaussianBlur(calm, (0, 0), 5.0, sigmaY=0.1), -4, 0), np.uint8)


def _disc(radius: float) -> Grey:
    """What a lens out of focus makes of a point, finely drawn."""
    half = int(np.ceil(radius)) + 1
    kernel = np.zeros(((2 * half + 1) * 8,) * 2, np.uint8)
    middle = kernel.shape[0] // 2
    cv2.circle(kernel, (middle, middle), round(radius * 8), 255, -1)
    return np.asarray(cv2.resize(kernel, (2 * half + 1, 2 * half + 1), interpolation=cv2.INTER_AREA), np.uint8)


def _path(length: float, angle: float) -> Grey:
    """What a hand that moves makes of a point, finely drawn."""
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros(((2 * half + 1) * 8,) * 2, np.uint8)
    middle = kernel.shape[0] / 2
    across, down = np.cos(angle) * length * 4, np.sin(angle) * length * 4
    ends = ((round(middle - across), round(middle - down)), (round(middle + across), round(middle + down)))
    cv2.line(kernel, *ends, 255, 8)
    return np.asarray(cv2.resize(kernel, (2 * half + 1, 2 * half + 1), interpolation=cv2.INTER_AREA), np.uint8)


def _undone(cut: Grey, spread: Grey) -> Grey:
    """Wiener's filter: the picture before each of its points was spread so."""
    around = spread.shape[0]
    high, wide = (cv2.getOptimalDFTSize(side + 2 * around) for side in cut.shape)
    beyond = high - cut.shape[0] - around, wide - cut.shape[1] - around
    large = cv2.copyMakeBorder(cut, around, beyond[0], around, beyond[1], cv2.BORDER_REPLICATE)
    kernel = np.zeros((high, wide), np.float32)
    kernel[:around, :around] = spread / float(spread.sum())
    response = np.fft.rfft2(kernel)
    sharper = np.fft.rfft2(large) * np.conj(response) / (np.abs(response) ** 2 + 0.03)
    start = around - around // 2
    back = np.fft.irfft2(sharper, s=(high, wide))[start : start + cut.shape[0], start : start + cut.shape[1]]
    return np.clip(back, 0, 255).astype(np.uint8)
