"""Picture files opened with Pillow alone: formats, bounds, claimed resolution, the pages of a multi-page TIFF."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image

from kiosk_app.imaging.errors import UNREADABLE, ImagingError

# What scanners, phones and offices make; every format more would be more code open to a hostile file.
FORMATS: Final = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
# A3 at 1200 dpi; more is a bomb, not a page.
MAX_PIXELS: Final = 280_000_000
# A stamp's worth of dots: less is a broken file, not a page.
MIN_SIDE: Final = 32
# Claims outside are not believed: 72 and 96 are what software writes when it does not know.
MIN_CLAIMED_DPI: Final = 100
MAX_CLAIMED_DPI: Final = 2400


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turns all that Pillow raises on a bad file into IMG-UNREADABLE naming the file, never quoting its content."""
    try:
        with warnings.catch_warnings():
            # its own warning comes at less than MAX_PIXELS, its error above
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ImagingError(UNREADABLE, f"{name}: {type(error).__name__}") from error


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """The picture, not yet decoded. Raises ValueError when it is too large or too small to be a page."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        if min(image.size) < MIN_SIDE:
            raise ValueError("too few pixels")
        yield image


def claimed_dpi(image: Image.Image) -> int:
    """The resolution the file claims where it can be believed, else 0."""
    value = image.info.get("dpi")
    if not isinstance(value, tuple) or len(value) < 2:
        return 0
    across, down = (float(side) for side in value[:2])
    if abs(across - down) > 1 or not MIN_CLAIMED_DPI <= across <= MAX_CLAIMED_DPI:
        return 0
    return round(across)


def pictures(path: Path) -> Iterator[tuple[bytes, int]]:
    """Each picture of a file as the bytes of a file of its own, and its dpi; a multi-page TIFF gives one a page.

    A file of one picture is passed on untouched. Raises ImagingError IMG-UNREADABLE with the file's name.
    """
    with readable(path.name):
        data = path.read_bytes()
        with opened(data) as image:
            count = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
            if count == 1:
                yield data, claimed_dpi(image)
                return
            for index in range(count):
                image.seek(index)
                dpi = claimed_dpi(image)
                out = io.BytesIO()
                # LZW keeps every mode a TIFF page can have, 16-bit and palettes too
                image.save(out, "TIFF", compression="tiff_lzw", dpi=(dpi, dpi) if dpi else None)
                yield out.getvalue(), dpi
