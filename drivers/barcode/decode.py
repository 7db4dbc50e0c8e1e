"""Codes out of pictures: zxing-cpp first, a ladder of retries within a time budget; never a guessed encoding."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from drivers.barcode import ladder, mrz
from drivers.barcode.attempt import Attempt, search
from drivers.barcode.reading import Found, Grey
from drivers.ports import Code

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_MOST_PIXELS: Final = 60_000_000
_FRAME: Final = {1280, 720}
_FRAME_BUDGET_S: Final = 0.085
"""For a camera's frame, whichever way up: what is begun within it ends within 120 ms."""
_STILL_BUDGET_S: Final = 0.8
_LONGEST_BUDGET_S: Final = 1.5
"""For still pictures, from small ones to those of twelve megapixels."""
_BESIDE_S: Final = 0.15
"""For codes beside a machine-readable zone that are not seen at once."""
_LARGE_PIXELS: Final = 12_000_000


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


def decode_file(path: Path | str, budget_s: float | None = None) -> DecodedImage:
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
    codes = decode(picture, budget_s, zones=True)
    return DecodedImage(str(path), codes, round((time.perf_counter() - started) * 1000, 2))


def budget_of(width: int, height: int) -> float:
    """Seconds that a picture of that size may take: a camera's frame little, a still picture more, a large one most."""
    if {width, height} == _FRAME:
        return _FRAME_BUDGET_S
    large = min(1.0, width * height / _LARGE_PIXELS)
    return _STILL_BUDGET_S + large * (_LONGEST_BUDGET_S - _STILL_BUDGET_S)


def decode(image: Picture | NDArray[Any], budget_s: float | None = None, *, zones: bool = False) -> tuple[Code, ...]:
    """All codes in a picture, the same code once. Text is in the encoding that the code itself declares, else UTF-8;
    bytes that are neither leave it empty.

    The picture as it is comes first; only when that gives nothing are retries made, each only when what is left of
    `budget_s` seconds (None: by the picture's size) is enough for it. Arrays are grey (height, width) or BGR (height,
    width, 3), 8 bits. With `zones`, where no code is seen at once, the machine-readable zone of a card or passport is
    looked for, too, and where there is one, what else there may be only for a moment.
    """
    started = time.monotonic()
    grey = _grey(image)
    attempt = Attempt(grey, started + (budget_of(grey.shape[1], grey.shape[0]) if budget_s is None else budget_s))
    if found := attempt.read(ladder.PLAIN, grey, certain=True):
        return _codes(found + attempt.read(ladder.PLAIN_OTHERS, grey))
    zone = mrz.still(grey) if zones else None
    if zone is None:
        return _codes(search(attempt, grey))
    return (*_codes(search(Attempt(grey, time.monotonic() + _BESIDE_S), grey)), zone.code)


def _grey(image: Picture | NDArray[Any]) -> Grey:
    if isinstance(image, np.ndarray):
        if image.ndim == 3:
            image = cv2.cvtColor(np.ascontiguousarray(image[..., :3], dtype=np.uint8), cv2.COLOR_BGR2GRAY)
        return np.ascontiguousarray(image, dtype=np.uint8)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    return np.asarray(image.convert("L"))


def _code(found: Found) -> Code:
    if found.declared is not None:
        return Code(found.declared, found.symbology, found.data.hex())
    try:
        text = found.data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    return Code(text, found.symbology, found.data.hex())


def _codes(found: list[Found]) -> tuple[Code, ...]:
    codes: Iterator[Code] = (_code(one) for one in found if one.data)
    return tuple(dict.fromkeys(codes))
