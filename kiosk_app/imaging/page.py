"""One page from picture to finished page: straight, judged, true to size, read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from drivers.camera.paper import find_sheet
from kiosk_app.imaging.blank import is_blank
from kiosk_app.imaging.compress import jpeg, thumbnail
from kiosk_app.imaging.decode import Picture, decode
from kiosk_app.imaging.errors import UNREADABLE, ImagingError
from kiosk_app.imaging.legible import legible
from kiosk_app.imaging.lighting import evened
from kiosk_app.imaging.photograph import flattened, lies_at, lies_flat
from kiosk_app.imaging.quality import warnings_of
from kiosk_app.imaging.shrink import scaled
from kiosk_app.imaging.straighten import Straightened, lay_straight
from kiosk_app.imaging.text import Reader
from kiosk_app.imaging.upright import quarters_to_turn
from kiosk_app.imaging.values import Page, PageInput, PageVerdict, Word
from kiosk_app.model.scanning import USUAL

# Decree 30/2020/ND-CP, appendix: colour, 200 dpi or more, 100 % scale.
OUTPUT_DPI: Final = USUAL.kept_dpi
A4_LONG_INCHES: Final = 297 / 25.4
A4_RATIO: Final = 297 / 210
A3_LONG_INCHES: Final = 420 / 25.4
# Less than this of a photograph is no page that somebody meant to hand in.
PHOTOGRAPHED_SHARE: Final = 0.15


@dataclass(frozen=True)
class Prepared:
    """A page that is finished but for its words: what the screen can show at once, and the pixels to read."""

    picture: Picture = field(repr=False)
    dpi: int
    verdict: PageVerdict
    jpeg: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)


def prepare(
    given: PageInput, name: str = "page", reader: Reader | None = None, *, kept_dpi: int = OUTPUT_DPI
) -> Prepared:
    """Straightens, judges, turns upright, scales and evenly lights a picture. Raises ImagingError IMG-UNREADABLE.

    A `reader` is asked which way up a page stands where its shapes leave a doubt; more than `kept_dpi` dots an inch are not
    kept.
    """
    return prepare_picture(
        lambda: decode(_bytes(given.png_or_jpeg, name), name, known_dpi=given.dpi), reader, kept_dpi=kept_dpi
    )


def prepare_picture(
    source: Callable[[], tuple[Picture, int]], reader: Reader | None = None, *, kept_dpi: int = OUTPUT_DPI
) -> Prepared:
    """`prepare` for pixels from anywhere, with their dpi, 0 when nobody knows.

    They are fetched here, so that nobody holds them any more once they are made smaller: 26 MB at 300 dpi.
    """
    straight, dpi = _laid(*source(), kept_dpi)
    page, dpi = _to_output(straight.image, dpi or guessed_dpi(straight.image), kept_dpi)
    blank = is_blank(page, dpi)
    warnings = warnings_of(page, dpi, blank=blank, cut_corner=straight.cut_corner, doubtful=straight.doubtful)
    quarters = 0 if blank else quarters_to_turn(page, dpi, reader)
    angle = straight.angle_deg
    del straight
    if quarters:
        page = np.ascontiguousarray(np.rot90(page, -quarters))
    page = evened(page)
    verdict = PageVerdict(blank, round(angle, 2), warnings, 90 * quarters)
    return Prepared(page, dpi, verdict, jpeg(page, dpi), thumbnail(page))


def turn(data: bytes, dpi: int, verdict: PageVerdict, quarters: int, name: str = "page") -> Prepared:
    """A finished JPEG turned clockwise by quarters; nothing else of it changes. Raises ImagingError IMG-UNREADABLE."""
    picture, _ = decode(data, name)
    page = np.ascontiguousarray(np.rot90(picture, -quarters))
    verdict = replace(verdict, turned_deg=(verdict.turned_deg + 90 * quarters) % 360)
    return Prepared(page, dpi, verdict, jpeg(page, dpi), thumbnail(page))


def read(prepared: Prepared, reader: Reader) -> tuple[Word, ...]:
    """The words of a prepared page with their boxes in its pixels; a blank page is not read."""
    if prepared.verdict.blank:
        return ()
    grey, dpi = legible(prepared.picture, prepared.dpi)
    across, down = (prepared.picture.shape[axis] / grey.shape[axis] for axis in (1, 0))
    return tuple(word.scaled(across, down) for word in reader.words(grey, dpi))


def process(given: PageInput, index: int = 1, reader: Reader | None = None, name: str = "page") -> Page:
    """The finished page; without a `reader` no text is looked for. Raises ImagingError IMG-UNREADABLE."""
    prepared = prepare(given, name, reader)
    words = read(prepared, reader) if reader is not None else ()
    height, width = prepared.picture.shape[:2]
    return Page(index, width, height, prepared.dpi, prepared.verdict, prepared.jpeg, prepared.thumbnail, words)


def _laid(picture: Picture, dpi: int, kept_dpi: int) -> tuple[Straightened, int]:
    """The page straight and flat, at `kept_dpi` at most, and its dpi, 0 when nobody knows.

    A picture that tells no resolution may be a photograph: its page lies in perspective. Where a sheet is seen but not
    surely where, nothing is cut away, and that is said.
    """
    if dpi:
        return lay_straight(picture, dpi, min(1.0, kept_dpi / dpi)), min(dpi, kept_dpi)
    sheet = find_sheet(picture, rgb=True, least=PHOTOGRAPHED_SHARE)
    if sheet is not None and not sheet.sure:
        return replace(lay_straight(picture, OUTPUT_DPI, cut=False), doubtful=True), 0
    quad = sheet.corners if sheet is not None else None
    if quad is None or lies_flat(quad):
        straight = lay_straight(picture, OUTPUT_DPI)
        # on a dark table the edges' own fit is finer than that of four corners
        if quad is None or straight.by_edges:
            return straight, 0
    return Straightened(flattened(picture, quad), lies_at(quad), by_edges=True, cut_corner=False), 0


def _bytes(given: bytes | Path, name: str) -> bytes:
    if isinstance(given, bytes):
        return given
    try:
        return given.read_bytes()
    except OSError as error:
        raise ImagingError(UNREADABLE, f"{name}: {type(error).__name__}") from error


def guessed_dpi(page: Picture) -> int:
    """The resolution of a page that tells none: A4 by its shape, else at least what keeps it within A3."""
    long, short = int(max(page.shape[:2])), int(max(1, min(page.shape[:2])))
    if abs(long / short / A4_RATIO - 1) < 0.06:
        return max(50, round(long / A4_LONG_INCHES))
    return max(OUTPUT_DPI, round(long / A3_LONG_INCHES))


def _to_output(page: Picture, dpi: int, kept_dpi: int) -> tuple[Picture, int]:
    """The page at `kept_dpi`; one scanned with less keeps its dots, for invented ones would hide the lack."""
    if dpi <= kept_dpi:
        return page, dpi
    return scaled(page, kept_dpi / dpi), kept_dpi
