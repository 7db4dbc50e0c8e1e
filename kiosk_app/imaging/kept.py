"""A page as its paper's file keeps it: fewer dots, grey, or black and white, when that is what the paper asks for."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from kiosk_app.imaging.compress import jpeg
from kiosk_app.imaging.decode import Picture, decode
from kiosk_app.imaging.shrink import scaled
from kiosk_app.imaging.values import Page
from kiosk_app.model.scanning import Colour, PaperScan

# Ink is darker than its surroundings; a hand's breadth of them is looked at, so that a shadow is no ink.
SURROUNDINGS_MM: Final = 8.0
DARKER_BY: Final = 22
# The inside of a thick stroke has nothing but ink around it.
ALWAYS_INK: Final = 90
_MM_PER_INCH: Final = 25.4
# TIFF 6.0: the rows of one strip, and where the strip lies and how long it is
_ROWS_PER_STRIP: Final = 278
_STRIP_OFFSETS: Final = 273
_STRIP_BYTES: Final = 279


def as_kept(page: Page, scan: PaperScan) -> Page:
    """The page with at most `kept_dpi` dots an inch in the paper's colour. Raises ImagingError IMG-UNREADABLE.

    One that has neither too many dots nor too much colour is carried over untouched.
    """
    if scan.colour is Colour.COLOUR and page.dpi <= scan.kept_dpi:
        return page
    picture, _ = decode(page.jpeg, f"page {page.index}")
    page = replace(page, jpeg=b"")
    if page.dpi > scan.kept_dpi:
        picture = scaled(picture, scan.kept_dpi / page.dpi)
        height, width = picture.shape[:2]
        words = tuple(word.scaled(width / page.width, height / page.height) for word in page.words)
        page = replace(page, width=width, height=height, dpi=scan.kept_dpi, words=words)
    if scan.colour is Colour.COLOUR:
        return replace(page, jpeg=jpeg(picture, page.dpi))
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    if scan.colour is Colour.GREY:
        return replace(page, jpeg=jpeg(grey, page.dpi))
    return replace(page, fax=_fax(_ink(grey, page.dpi)))


def _ink(grey: Picture, dpi: int) -> Picture:
    """255 where ink is, 0 where paper is."""
    around = max(3, round(SURROUNDINGS_MM / _MM_PER_INCH * dpi) // 2 * 2 + 1)
    local = cv2.blur(grey, (around, around))
    # grain alone must not speckle the paper: it would be most of the file
    smooth = cv2.GaussianBlur(grey, (3, 3), 0.7)
    ink = (cv2.subtract(local, smooth) > DARKER_BY) | (smooth < ALWAYS_INK)
    return np.asarray(ink, dtype=np.uint8) * 255


def _fax(ink: Picture) -> bytes:
    """The rows in ITU-T T.6, the coding of fax machines of group 4; its black is the picture's 255, as libtiff takes it."""
    out = io.BytesIO()
    image = Image.fromarray(ink).convert("1", dither=Image.Dither.NONE)
    image.save(out, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: image.height})
    data = out.getvalue()
    with TiffImageFile(io.BytesIO(data)) as header:
        (start,), (size,) = header.tag_v2[_STRIP_OFFSETS], header.tag_v2[_STRIP_BYTES]
    return data[start : start + size]
