"""zxing-cpp asked for bytes, never for its text, and asked again where it may have imagined a code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from drivers.barcode.declared import text_of

Grey = NDArray[np.uint8]
Formats = tuple[Any, ...]
"""Symbologies of zxing-cpp."""


class Found(NamedTuple):
    """A code's bytes and symbology, and its text where the code itself declares an encoding."""

    data: bytes
    symbology: str
    declared: str | None = None


# Plain tuples: a set of the library's own that outlives the interpreter is complained about on stderr.
_FORMAT: Final = zxingcpp.BarcodeFormat
QR: Final = (_FORMAT.QRCodeModel2,)
DATA_MATRIX: Final = (_FORMAT.DataMatrix,)
# Symbologies without a check digit (ITF, Codabar, ...) are left out: they see codes in any striped picture.
LINEAR: Final = (_FORMAT.Code128, _FORMAT.Code39, _FORMAT.EAN13, _FORMAT.EAN8, _FORMAT.UPCA, _FORMAT.UPCE)
AREAS: Final = (_FORMAT.MicroQRCode, _FORMAT.DataMatrix, _FORMAT.Aztec, _FORMAT.PDF417)
OTHERS: Final = (*LINEAR, *AREAS)
# On filtered pictures only those that correct or check enough not to be imagined.
STRONG: Final = (_FORMAT.DataMatrix, _FORMAT.Aztec, _FORMAT.PDF417, _FORMAT.Code128)
MATRIX: Final = (_FORMAT.QRCodeModel2, _FORMAT.DataMatrix, _FORMAT.Aztec)
BARS: Final = (_FORMAT.PDF417, _FORMAT.Code128)
LOCAL: Final = zxingcpp.Binarizer.LocalAverage
GLOBAL: Final = zxingcpp.Binarizer.GlobalHistogram
_PROTOCOL: Final = zxingcpp.TextMode.HexECI  # its text is told as bytes, so that nothing is guessed in it

# One checking character or none, or four corrected bits: seen in noise and stripes now and then.
_WEAK: Final = frozenset({"Code39", "EAN8", "UPCE", "EAN13", "UPCA", "MicroQRCode", "AztecRune"})
_CHECKED_ONCE: Final = frozenset({"Code128"})
_NAMES: Final = {"QRCodeModel2": "QRCode"}
_SPENT: Final = {"DataMatrix": 0.5, "Aztec": 0.5}
_SPENT_ELSE: Final = 0.1
"""Share of the error correction that must be left. A code that needed more of it may have been mended into another, or out
of noise: the wrong PDF417 texts that were seen on damaged pictures had none left, a Data Matrix seen in noise a fifth. Of
right texts on such pictures one of ten had that little."""
_SMALL: Final = frozenset({"10x10", "12x12", "8x18"})  # Data Matrix of a few bytes: any speck has as many modules


@dataclass(frozen=True)
class Rung:
    """One way to read a picture, and its longest time, in readings for QR codes alone."""

    name: str
    cost: float
    read: Callable[[Grey], list[Found]]


def zxing(grey: Grey, formats: Formats, *, invert: bool = False, careful: bool = False, **options: Any) -> list[Found]:
    """What zxing-cpp reads: bytes and the symbology's name. What may be imagined is read twice, and else left out.

    `careful` is for pictures that were much worked upon: there a Code 128 has to be seen twice, too.
    """
    wanted = zxingcpp.BarcodeFormats(formats)
    found = zxingcpp.read_barcodes(grey, formats=wanted, try_invert=invert, text_mode=_PROTOCOL, **options)
    # Micro QR version M1 holds five digits and corrects nothing: it is seen where there is none, even twice. It is not read.
    valid = [code for code in found if code.valid and _extra(code, "Version") != "M1"]
    return [
        Found(bytes(code.bytes), _name(code), text_of(bytes(code.bytes), bytes.fromhex(code.text)))
        for code in valid
        if not _doubtful(code, careful) or _seen_again(grey, code, formats, invert)
    ]


def _doubtful(code: Any, careful: bool) -> bool:
    name = code.format.name
    if name in _WEAK or (careful and name in _CHECKED_ONCE) or _extra(code, "Version") in _SMALL:
        return True
    return float(_extra(code, "UEC") or 1.0) < _SPENT.get(name, _SPENT_ELSE)


def _extra(code: Any, name: str) -> str:
    value = (code.extra or {}).get(name)
    return "" if value is None else str(value)


def _seen_again(grey: Grey, code: Any, formats: Formats, invert: bool) -> bool:
    """Whether the same bytes are read from the same place of a picture that is a little different."""
    place, wanted = _around(grey, code.position), zxingcpp.BarcodeFormats(formats)
    return any(
        again.valid and again.bytes == code.bytes and again.format == code.format
        for picture, binarizer in _differently(place)
        for again in zxingcpp.read_barcodes(picture, formats=wanted, try_invert=invert, binarizer=binarizer)
    )


def _differently(place: Grey) -> Iterator[tuple[Grey, Any]]:
    calm = np.asarray(cv2.GaussianBlur(place, (0, 0), 0.7), np.uint8)
    yield calm, GLOBAL
    yield calm, LOCAL
    if place.size < 1_000_000:
        larger = cv2.resize(place, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
        yield np.asarray(larger, np.uint8), LOCAL


def _around(grey: Grey, position: Any) -> Grey:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    columns, rows = [corner.x for corner in corners], [corner.y for corner in corners]
    room = 24 + max(max(columns) - min(columns), max(rows) - min(rows)) // 4
    top, left = max(0, min(rows) - room), max(0, min(columns) - room)
    return np.ascontiguousarray(grey[top : max(rows) + room, left : max(columns) + room])


def _name(code: Any) -> str:
    name = str(code.format.name)
    return _NAMES.get(name, name)
