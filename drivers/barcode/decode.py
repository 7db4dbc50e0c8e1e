"""Codes out of pictures: zxing-cpp first, a ladder of retries, zbar's raw bytes last; never a guessed encoding."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageOps

from drivers.ports import Code

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

Grey = NDArray[np.uint8]

_FORMAT: Final = zxingcpp.BarcodeFormat
# Symbologies without a check digit (ITF, Codabar, ...) are left out: they see codes in any striped picture.
_EVERYDAY: Final = (
    _FORMAT.QRCode,
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
)
# On filtered pictures only those that correct or check enough not to be imagined.
_STRONG: Final = (_FORMAT.QRCode, _FORMAT.DataMatrix, _FORMAT.Aztec, _FORMAT.PDF417, _FORMAT.Code128)
_LARGEST: Final = 2200  # longer sides are not doubled: the code is big enough, the time is not
_MOST_PIXELS: Final = 60_000_000


@dataclass(frozen=True)
class DecodedImage:
    """What one picture file held; `ms` is the time of decoding, without reading the file."""

    image: str
    codes: tuple[Code, ...]
    ms: float

    def as_json(self) -> dict[str, Any]:
        """{"image", "codes": [{"text", "symbology", "bytes_hex"}], "ms"}."""
        return {"image": self.image, "codes": [asdict(code) for code in self.codes], "ms": self.ms}


class UnreadablePicture(Exception):
    """A file that is no picture; `code` is of the error catalogue."""

    code: Final = "IMG-UNREADABLE"


def decode_file(path: Path | str, budget_s: float = 1.0) -> DecodedImage:
    """Decodes a picture file. Raises UnreadablePicture."""
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise UnreadablePicture(f"{opened.width}x{opened.height} pixels are too many")
            picture = ImageOps.exif_transpose(opened)
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(type(error).__name__) from error
    started = time.perf_counter()
    codes = decode(picture, budget_s)
    return DecodedImage(str(path), codes, round((time.perf_counter() - started) * 1000, 2))


def decode(image: Picture | NDArray[Any], budget_s: float = 1.0) -> tuple[Code, ...]:
    """All codes in a picture, the same code once. Text is UTF-8; bytes that are no UTF-8 leave it empty.

    The picture as it is comes first; only when that gives nothing are retries made, until `budget_s` seconds are over.
    Arrays are grey (height, width) or BGR (height, width, 3), 8 bits.
    """
    until = time.monotonic() + budget_s
    grey = _grey(image)
    codes = _zxing(grey, _EVERYDAY)
    if codes:
        return codes
    for attempt in _ladder(grey):
        if time.monotonic() >= until:
            break
        if codes := attempt():
            return codes
    return ()


def _grey(image: Picture | NDArray[Any]) -> Grey:
    if isinstance(image, np.ndarray):
        if image.ndim == 3:
            # ITU-R BT.601, as Pillow does it; the channels are BGR.
            image = image[..., :3] @ np.array([0.114, 0.587, 0.299])
        return np.ascontiguousarray(image, dtype=np.uint8)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    return np.asarray(image.convert("L"))


def _ladder(grey: Grey) -> Iterator[Callable[[], tuple[Code, ...]]]:
    """The retries: cheap ones first, among equals the one that rescues most of what the plain reading misses."""

    def tried(picture: Callable[[], Grey], **options: Any) -> Callable[[], tuple[Code, ...]]:
        return lambda: _zxing(picture(), _STRONG, **options)

    yield tried(lambda: grey, binarizer=zxingcpp.Binarizer.GlobalHistogram)
    yield tried(lambda: _soft(grey, 1.0))
    yield tried(lambda: np.asarray(_cv().medianBlur(grey, 3)))
    yield tried(lambda: _sharp(_soft(grey, 1.0), 4.0))
    yield tried(lambda: np.asarray(_cv().createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(_soft(grey, 1.0))))
    yield lambda: _zbar(grey)
    if max(grey.shape) <= _LARGEST:
        yield tried(lambda: np.asarray(_cv().medianBlur(_scaled(grey, 2.0), 5)))
        yield tried(lambda: _sharp(_soft(_scaled(grey, 2.0), 2.0), 7.0))
        yield tried(lambda: _scaled(grey, 1.5))
        yield tried(lambda: _scaled(grey, 2.0))
        yield lambda: _zbar(_scaled(grey, 2.0))


def _scaled(grey: Grey, factor: float) -> Grey:
    return np.asarray(_cv().resize(grey, None, fx=factor, fy=factor, interpolation=_cv().INTER_CUBIC))


def _soft(grey: Grey, sigma: float) -> Grey:
    return np.asarray(_cv().GaussianBlur(grey, (0, 0), sigma))


def _sharp(grey: Grey, sigma: float) -> Grey:
    """Unsharp mask: undoes what a wide-open lens or a moving hand has spread."""
    return np.asarray(_cv().addWeighted(grey, 3.5, _soft(grey, sigma), -2.5, 0))


def _zxing(grey: Grey, formats: tuple[Any, ...], **options: Any) -> tuple[Code, ...]:
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(list(formats)), **options)
    return _once(_code(bytes(code.bytes), code.format.name) for code in found if code.valid)


def _zbar(grey: Grey) -> tuple[Code, ...]:
    from drivers.barcode import zbar

    return _once(_code(data, symbology) for data, symbology in zbar.scan(grey))


def _code(data: bytes, symbology: str) -> Code:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    return Code(text, symbology, data.hex())


def _once(codes: Iterator[Code]) -> tuple[Code, ...]:
    return tuple(dict.fromkeys(code for code in codes if code.bytes_hex))


def _cv() -> Any:
    """OpenCV, imported when the first picture needs it: it takes a third of a second that most never need."""
    import cv2

    return cv2
