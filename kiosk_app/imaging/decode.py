"""Pictures in: any accepted file becomes 8-bit RGB pixels and the resolution it claims."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from kiosk_app.imaging.errors import UNREADABLE, ImagingError

Picture = npt.NDArray[np.uint8]

# What scanners, phones and offices make; every format more would be more code open to a hostile file.
FORMATS: Final = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
# A3 at 1200 dpi; more is a bomb, not a page.
MAX_PIXELS: Final = 280_000_000
# Files below or above lie about their resolution (72 and 96 are what software writes when it does not know).
MIN_CLAIMED_DPI: Final = 100
MAX_CLAIMED_DPI: Final = 2400


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turns all that Pillow raises on a bad file into IMG-UNREADABLE naming the file, never quoting its content."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise ImagingError(UNREADABLE, f"{name}: {type(error).__name__}") from error


def decode(data: bytes, name: str = "page") -> tuple[Picture, int]:
    """The first picture of a file as (height, width, 3) RGB, upright as its EXIF says, and its claimed dpi or 0.

    A picture cut short is refused, not filled up. Raises ImagingError IMG-UNREADABLE.
    """
    with _readable(name), Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        dpi = claimed_dpi(image)
        image.load()
        return np.asarray(_to_rgb(ImageOps.exif_transpose(image)), dtype=np.uint8), dpi


def claimed_dpi(image: Image.Image) -> int:
    """The resolution the file claims where it can be believed, else 0."""
    value = image.info.get("dpi")
    if not isinstance(value, tuple) or len(value) < 2:
        return 0
    across, down = (float(side) for side in value[:2])
    if abs(across - down) > 1 or not MIN_CLAIMED_DPI <= across <= MAX_CLAIMED_DPI:
        return 0
    return round(across)


def _to_rgb(image: Image.Image) -> Image.Image:
    """Any mode as RGB; 16-bit grey keeps its upper byte (Pillow would clip it), transparency lies on white paper."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        levels = np.asarray(image).astype(np.float64)
        return Image.fromarray(np.clip(levels / 257.0, 0, 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, layered).convert("RGB")
    return image.convert("RGB")


def frames(path: Path) -> Iterator[tuple[bytes, int]]:
    """Each picture of a file as bytes that `decode` takes, with its dpi: a multi-page TIFF gives one a page.

    A file of one picture is passed on untouched. Raises ImagingError IMG-UNREADABLE with the file's name.
    """
    with _readable(path.name):
        data = path.read_bytes()
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if image.width * image.height > MAX_PIXELS:
                raise ValueError("too many pixels")
            if count == 1:
                image.load()
                yield data, claimed_dpi(image)
                return
            for index in range(count):
                image.seek(index)
                out = io.BytesIO()
                _to_rgb(image).save(out, "PNG", compress_level=1)
                yield out.getvalue(), claimed_dpi(image)
