"""Files that people bring, looked at from outside: their kind, bounds, claimed resolution, how many pages they hold."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image, UnidentifiedImageError

from kiosk_app.imaging.errors import FORMAT, TOO_LARGE, UNREADABLE, ImagingError

# What scanners, phones and offices make; every format more would be more code open to a hostile file.
FORMATS: Final = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
# A4 at 1200 dpi; more is a bomb, not a page.
MAX_PIXELS: Final = 150_000_000
# A stamp's worth of dots: less is a broken file, not a page.
MIN_SIDE: Final = 32
# Claims outside are not believed: 72 and 96 are what software writes when it does not know.
MIN_CLAIMED_DPI: Final = 100
MAX_CLAIMED_DPI: Final = 2400
# Nor sizes on paper that no page has: its longer side less than a card's short one, or more than A0's.
MIN_LONG_INCHES: Final = 54 / 25.4
MAX_LONG_INCHES: Final = 1220 / 25.4
# What only a camera writes: the light that it let in. It cannot know how large a dot was on the paper.
EXPOSED: Final = (ExifTags.Base.ExposureTime, ExifTags.Base.FNumber, ExifTags.Base.FocalLength)
# ISO 32000-1, 7.5.2 lets a header stand within the first kilobyte.
HEAD_BYTES: Final = 1024
# ISO base media brands of what telephones make instead of JPEG.
HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})


class Kind(StrEnum):
    """What sort of file it is."""

    PICTURE = "picture"
    PDF = "pdf"


class TooLarge(ValueError):
    """More pixels than a page has."""


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turns all that Pillow raises on a bad file into an ImagingError naming the file, never quoting its content.

    IMG-TOO-LARGE for a bomb, else IMG-UNREADABLE.
    """
    try:
        with warnings.catch_warnings():
            # its own warning comes at less than MAX_PIXELS, its error above
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except (TooLarge, Image.DecompressionBombError) as error:
        raise ImagingError(TOO_LARGE, f"{name}: more pixels than a page") from error
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError, MemoryError) as error:
        raise ImagingError(UNREADABLE, f"{name}: {type(error).__name__}") from error


@contextmanager
def opened(data: bytes | Path, index: int = 0) -> Iterator[Image.Image]:
    """Picture `index` of a file, not yet decoded. Raises ValueError when it is too large or too small to be a page."""
    with Image.open(io.BytesIO(data) if isinstance(data, bytes) else data, formats=FORMATS) as image:
        if index:
            image.seek(index)
        if image.width * image.height > MAX_PIXELS:
            raise TooLarge("too many pixels")
        if min(image.size) < MIN_SIDE:
            raise ValueError("too few pixels")
        yield image


def claimed_dpi(image: Image.Image) -> int:
    """The resolution the file claims where it can be believed, else 0: never a camera's, nor one of no page's size."""
    value = image.info.get("dpi")
    if not isinstance(value, tuple) or len(value) < 2:
        return 0
    across, down = (float(side) for side in value[:2])
    if abs(across - down) > 1 or not MIN_CLAIMED_DPI <= across <= MAX_CLAIMED_DPI:
        return 0
    if not MIN_LONG_INCHES <= max(image.size) / across <= MAX_LONG_INCHES or _by_camera(image):
        return 0
    return round(across)


def _by_camera(image: Image.Image) -> bool:
    try:
        taken = image.getexif().get_ifd(ExifTags.IFD.Exif)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, struct.error):
        # damaged remarks say nothing; the picture beside them may be whole
        return False
    return any(tag in taken for tag in EXPOSED)


def kind_of(path: Path) -> Kind:
    """What the file's first bytes say it is. Raises ImagingError IMG-UNREADABLE or, for what is no page, IMG-FORMAT."""
    try:
        # a pipe may be waited for without end, and a device gives bytes for ever
        if not path.is_file():
            raise ImagingError(
                UNREADABLE, f"{path.name}: no file" if not path.exists() else f"{path.name}: no plain file"
            )
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise ImagingError(UNREADABLE, f"{path.name}: {type(error).__name__}") from error
    if not head:
        raise ImagingError(UNREADABLE, f"{path.name}: the file is empty")
    if b"%PDF-" in head:
        return Kind.PDF
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        raise ImagingError(FORMAT, f"{path.name}: HEIC or AVIF; save it as JPEG")
    return Kind.PICTURE


def pictures_in(path: Path) -> int:
    """How many pages a picture file holds: a TIFF one a frame, any other one; only its headers are read.

    Raises ImagingError IMG-UNREADABLE, IMG-TOO-LARGE, or IMG-FORMAT when it is none of FORMATS.
    """
    with readable(path.name):
        try:
            with opened(path) as image:
                return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
        except UnidentifiedImageError as error:
            raise ImagingError(FORMAT, f"{path.name}: neither a picture nor a PDF") from error
