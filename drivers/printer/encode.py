"""A receipt's picture as ESC/POS raster bands, safe to send: no band holds what a printer would take for a command."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
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
_WHITE_WORTH: Final = 8  # so many white rows are sent as a strip one byte wide
_WHITE_ROWS: Final = 240  # at most so many: 30 mm, a fifth of a second of paper between two marks
# Printers obey real-time commands even inside picture data (ESC/POS, DLE EOT, notes): DLE followed by EOT, ENQ or DC4.
_REAL_TIME: Final = re.compile(rb"\x10(?=[\x04\x05\x14])")
# After a power cycle or a loss on the line the rest of a picture is taken for commands; none of it may answer as a mark
# does, or switch automatic status on: GS followed by r, a, I or (.
_ANSWERED: Final = re.compile(rb"\x1d(?=[raI(])")


@dataclass(frozen=True)
class Encoded:
    """A job ready for the line: raster bands in order, then what ends it."""

    bands: tuple[bytes, ...]
    ending: bytes
    rows: int
    inked: int
    """How many bands there are up to the last one with ink; what comes after is white."""

    @property
    def total_bytes(self) -> int:
        """What goes over the line, but for marks and questions."""
        return sum(map(len, self.bands)) + len(self.ending)


def warm_up() -> None:
    """Imports what encoding needs, ahead of the first slip; nothing when that is done already."""
    from PIL import Image

    Image.preinit()
    library.load()


def encode(png_b64: str, dots: int, band_rows: int, cut: str) -> Encoded:
    """Turns a job's picture into bands of `band_rows` rows. Raises DeviceError SYS-UNEXPECTED for a picture unfit."""
    picture = _picture(png_b64, dots)
    bands = tuple(
        _band(picture.crop((0, top, right, bottom)), dots) for top, bottom, right in _cuts(picture, band_rows)
    )
    inked = max((index for index, band in enumerate(bands, 1) if any(band[_RASTER_HEADER:])), default=0)
    return Encoded(bands, ending(dots, cut), picture.height, inked)


def _cuts(picture: Image.Image, band_rows: int) -> Iterator[tuple[int, int, int]]:
    """Top, bottom and right end of each band: white to the right of the ink and between lines is not sent as dots."""
    width, height = picture.size
    # Thresholded here, so that the library's dithering never touches text.
    ink = picture.point(lambda level: 255 if level <= 127 else 0)
    data = ink.tobytes()
    inked = [any(data[row * width : (row + 1) * width]) for row in range(height)]
    top = 0
    while top < height:
        white = _white(inked, top, _WHITE_ROWS)
        if white >= _WHITE_WORTH:
            yield top, top + white, 8
            top += white
            continue
        bottom = top + 1
        while bottom < min(top + band_rows, height) and _white(inked, bottom, _WHITE_WORTH) < _WHITE_WORTH:
            bottom += 1
        box = ink.crop((0, top, width, bottom)).getbbox()
        yield top, bottom, -(-(box[2] if box else 8) // 8) * 8
        top = bottom


def _white(inked: list[bool], start: int, longest: int) -> int:
    """How many rows from `start` on are white, counted up to `longest`."""
    count = 0
    while count < longest and start + count < len(inked) and not inked[start + count]:
        count += 1
    return count


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
    printer.image(picture.point(lambda level: 255 if level > 127 else 0), fragment_height=picture.height)
    encoded = bytes(printer.output)
    return encoded[:_RASTER_HEADER] + defused(encoded[_RASTER_HEADER:])


def defused(raster: bytes) -> bytes:
    """The same picture but for a dot here and there, so that no two bytes of it read as a command that is answered."""
    return _ANSWERED.sub(b"\x1f", _REAL_TIME.sub(b"\x18", raster))
