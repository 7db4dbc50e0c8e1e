"""From a scanned or photographed picture to a sealed page in the spool: whole or not at all."""

from __future__ import annotations

import base64
import binascii
import errno
import io
import uuid
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PIL import Image

from drivers import sealed
from drivers.errors import DeviceError
from drivers.ports import ScannedPage, Spool

FORMATS: Final = MappingProxyType({"jpeg": "image/jpeg", "png": "image/png"})
# Measured on a skewed 300-dpi colour page: JPEG 95 0.03 s and 2.4 MB, PNG at level 1 0.30 s and 4.6 MB. The scanner's own
# picture is a JPEG already, so what this loses cannot be seen.
JPEG_QUALITY: Final = 95
# From here on colour is kept at half the dots, as scanners send it: more still than a page at 200 dpi keeps of it.
FINE_DPI: Final = 300
PNG_LEVEL: Final = 1
TAIL: Final = 8
NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class PageSpool:
    """Writes the pages of one scan, numbered from 0."""

    def __init__(self, spool: Spool, page_format: str, *, io_code: str = "SCN-IO", measured: bool = True) -> None:
        """`io_code` is said of a spool that takes nothing; pictures that are not `measured` carry no resolution.

        Raises ValueError for a key that is not base64 of 32 bytes.
        """
        try:
            self._key = base64.b64decode(spool.key_b64, validate=True)
        except binascii.Error as error:
            raise ValueError("the spool's key is not base64") from error
        if len(self._key) != sealed.KEY_BYTES:
            raise ValueError("the spool's key is not of 32 bytes")
        self._folder = Path(spool.folder)
        self._session = spool.session
        self._format = page_format
        self._io_code = io_code
        self._measured = measured
        self.count = 0

    def keep(self, image: Image.Image, dpi: int) -> ScannedPage:
        """Seals the next page. The name is a fresh one: a second scan of a session must not write over the first.

        Raises DeviceError STO-FULL, or `io_code`.
        """
        index = self.count
        associated = f"{self._session}/{index}"
        path = self._folder / f"{uuid.uuid4().hex}.page"
        try:
            sealed.write_sealed(
                path, self._key, encode(image, self._format, dpi if self._measured else 0), associated.encode()
            )
        except OSError as error:
            code = "STO-FULL" if error.errno in NO_SPACE else self._io_code
            raise DeviceError(code, f"spool: {errno.errorcode.get(error.errno or 0, 'error')}") from error
        self.count += 1
        return ScannedPage(index, str(path), associated, image.width, image.height, dpi, FORMATS[self._format])


def encode(image: Image.Image, page_format: str, dpi: int) -> bytes:
    """The picture as a file of `page_format` (jpeg, png), which tells its resolution unless that is 0."""
    stream = io.BytesIO()
    told = {"dpi": (dpi, dpi)} if dpi else {}
    if page_format == "png":
        image.save(stream, "PNG", compress_level=PNG_LEVEL, **told)
    else:
        colour = "4:2:0" if dpi >= FINE_DPI else "4:4:4"
        image.save(stream, "JPEG", quality=JPEG_QUALITY, subsampling=colour, **told)
    return stream.getvalue()


def is_cut_short(image: Image.Image, lines: int) -> bool:
    """Whether the picture lost its lower part on the way.

    `lines` is what the scanner announced, -1 when it cannot know. A JPEG that ends early comes out at full height all the
    same: libjpeg fills the missing blocks with exactly the middle grey, which no sensor gives over a whole block.
    """
    if image.height == 0 or (lines > 0 and image.height < lines):
        return True
    corner = image.crop((max(0, image.width - TAIL), max(0, image.height - TAIL), image.width, image.height))
    extrema = corner.getextrema()
    bands = extrema if isinstance(extrema[0], tuple) else (extrema,)
    return all(band == (128, 128) for band in bands)
