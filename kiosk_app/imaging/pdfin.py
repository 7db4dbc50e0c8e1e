"""Pages of PDF files that people bring, drawn as pictures; only ever in a worker, for such a file may be hostile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.errors import LOCKED, TOO_LARGE, UNREADABLE, ImagingError
from kiosk_app.imaging.files import MAX_PIXELS

POINTS_PER_INCH: Final = 72
# What is set in type is drawn at what the finished page has; a scan at its own resolution between these.
LEAST_DPI: Final = 200
MOST_DPI: Final = 600
FORM_DEPTH: Final = 15
# A scan fills its page but for the margins that some programs leave.
WHOLE_PAGE: Final = 0.9
# A0 is 1189 mm long; and a page smaller than a stamp is none.
LONGEST_INCHES: Final = 1300 / 25.4
SHORTEST_INCHES: Final = 10 / 25.4


def page_count(path: Path) -> int:
    """How many pages the file has. Raises ImagingError IMG-LOCKED for a password, IMG-UNREADABLE."""
    with _opened(path) as pdf:
        count = len(pdf)
    if count < 1:
        raise ImagingError(UNREADABLE, f"{path.name}: no pages")
    return count


def draw(path: Path, index: int) -> tuple[Picture, int]:
    """Page `index` (from 0) as RGB pixels and their dpi: a page that is one scanned picture at the picture's own.

    Raises ImagingError IMG-LOCKED, IMG-UNREADABLE, IMG-TOO-LARGE.
    """
    with _opened(path) as pdf:
        try:
            page = pdf[index]
            across, down = (side / POINTS_PER_INCH for side in page.get_size())
            if max(across, down) > LONGEST_INCHES or min(across, down) < SHORTEST_INCHES:
                raise ImagingError(TOO_LARGE, f"{path.name}: page {index + 1} has no paper's size")
            pictures = _pictures(page)
            if any(wide * high > MAX_PIXELS for wide, high in (item.get_px_size() for item in pictures)):
                # A few kilobytes may unpack to gigabytes; the drawing would do so, however small the page is drawn.
                raise ImagingError(TOO_LARGE, f"{path.name}: page {index + 1} has a picture with more dots than a page")
            dpi = _own_dpi(page, pictures) or LEAST_DPI
            while dpi > LEAST_DPI and across * down * dpi * dpi > MAX_PIXELS:
                dpi = max(LEAST_DPI, dpi // 2)
            if across * down * dpi * dpi > MAX_PIXELS:
                raise ImagingError(TOO_LARGE, f"{path.name}: page {index + 1} has more pixels than a page")
            drawn = page.render(
                scale=dpi / POINTS_PER_INCH, may_draw_forms=False, rev_byteorder=True, prefer_bgrx=False
            )
            pixels = np.asarray(drawn.to_numpy(), dtype=np.uint8)
            # one channel for a page in grey, a fourth for one with transparency, which was drawn over white
            picture = np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels
            picture = np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture[:, :, :3]
            return np.array(picture, dtype=np.uint8, order="C"), dpi
        except (pypdfium2.PdfiumError, ValueError, MemoryError, IndexError) as error:
            raise ImagingError(UNREADABLE, f"{path.name}: page {index + 1}: {type(error).__name__}") from error


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        if locked:
            raise ImagingError(LOCKED, f"{path.name}: a password is asked for") from error
        raise ImagingError(UNREADABLE, f"{path.name}: {type(error).__name__}") from error
    except OSError as error:
        raise ImagingError(UNREADABLE, f"{path.name}: {type(error).__name__}") from error
    try:
        yield pdf
    finally:
        pdf.close()


def _pictures(page: pypdfium2.PdfPage) -> list[pypdfium2.PdfImage]:
    """The page's pictures, those in forms within forms too."""
    return [item for item in page.get_objects(max_depth=FORM_DEPTH) if item.type == pdfium.FPDF_PAGEOBJ_IMAGE]


def _own_dpi(page: pypdfium2.PdfPage, pictures: Sequence[pypdfium2.PdfImage]) -> int:
    """The resolution of the one picture that fills the page; 0 for a page that is anything else."""
    across, down = page.get_size()
    if len(pictures) != 1:
        return 0
    left, bottom, right, top = pictures[0].get_bounds()
    if (right - left) * (top - bottom) < WHOLE_PAGE * across * down:
        return 0
    wide, high = pictures[0].get_px_size()
    dpi = POINTS_PER_INCH * max(max(wide, high) / max(right - left, top - bottom), 1e-6)
    return int(min(max(round(dpi), LEAST_DPI), MOST_DPI))
