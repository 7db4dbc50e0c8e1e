"""A receipt's picture as ESC/POS raster bands, safe to send: no band holds what a printer would take for a command."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from drivers.errors import DeviceError
from drivers.printer import library

if TYPE_CHECKING:
    from PIL import Image

WIDTHS: Final = (576, 512, 384)
CUTS: Final = ("partial", "full", "none")
_RASTER_HEADER: Final = 8  # GS v 0 m xL xH yL yH
_MAX_ROWS: Final = 40_000  # five metres; more is a mistake, not a receipt
# Printers obey real-time commands even inside picture data (ESC/POS, DLE EOT, notes): DLE followed by EOT, ENQ or DC4.
_REAL_TIME: Final = re.compile(rb"\x10(?=[\x04\x05\x14])")


@dataclass(frozen=True)
class Encoded:
    """A job ready for the line: raster bands in order, then what ends it."""

    bands: tuple[bytes, ...]
    ending: bytes
    rows: int


def warm_up() -> None:
    """Imports what encoding needs, ahead of the first slip; nothing when that is done already."""
    from PIL import Image

    Image.preinit()
    library.load()


def encode(png_b64: str, dots: int, band_rows: int, cut: str) -> Encoded:
    """Turns a job's picture into bands of `band_rows` rows. Raises DeviceError SYS-UNEXPECTED for a picture unfit."""
    picture = _picture(png_b64, dots)
    width, height = picture.size
    bands = tuple(
        _band(picture.crop((0, top, width, min(top + band_rows, height))), dots) for top in range(0, height, band_rows)
    )
    return Encoded(bands, ending(dots, cut), height)


def ending(dots: int, cut: str) -> bytes:
    """Feeds the last line past the cutter and cuts ("partial", "full") or leaves it to be torn ("none")."""
    printer = _printer(dots)
    if cut == "partial":
        printer.cut(feed=False)  # GS V 66 0: feed to the cutting position, leave one point uncut
    elif cut == "full":
        printer.cut(mode="FULL")
    else:
        printer.print_and_feed(6)
    return bytes(printer.output)


def _picture(png_b64: str, dots: int) -> Image.Image:
    from PIL import Image

    try:
        with Image.open(BytesIO(base64.b64decode(png_b64, validate=True)), formats=("PNG",)) as opened:
            width, height = opened.size
            if not 0 < width <= dots or not 0 < height <= _MAX_ROWS:
                raise DeviceError("SYS-UNEXPECTED", f"picture of {width}x{height} dots on a printer of {dots}")
            picture = opened.convert("L")
    except (OSError, binascii.Error, ValueError, Image.DecompressionBombError) as error:
        raise DeviceError("SYS-UNEXPECTED", f"picture unreadable: {type(error).__name__}") from None
    if width == dots:
        return picture
    paper = Image.new("L", (dots, height), 255)
    paper.paste(picture, ((dots - width) // 2, 0))
    return paper


def _printer(dots: int) -> Any:
    """python-escpos as an encoder only; the roll's width is told, or it would guess one and complain on stdout."""
    dummy, profile_of = library.load()
    profile = profile_of(features={"paperFullCut": True, "paperPartCut": True})
    profile.profile_data = {**profile.profile_data, "media": {"width": {"mm": "Unknown", "pixels": dots}}}
    return dummy(profile=profile)


def _band(picture: Image.Image, dots: int) -> bytes:
    printer = _printer(dots)
    # Thresholded here, so that the library's dithering never touches text.
    printer.image(picture.point(lambda level: 255 if level > 127 else 0), fragment_height=picture.height)
    encoded = bytes(printer.output)
    return encoded[:_RASTER_HEADER] + defused(encoded[_RASTER_HEADER:])


def defused(raster: bytes) -> bytes:
    """The same picture but for a dot here and there, so that no two bytes of it read as a real-time command."""
    return _REAL_TIME.sub(b"\x18", raster)
