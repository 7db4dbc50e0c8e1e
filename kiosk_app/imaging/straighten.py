"""Turns a page upright and cuts it out of the bed, at true size and without losing any of its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.sheet import Grey, Sheet, find_sheet
from kiosk_app.imaging.shrink import scaled, shrunk
from kiosk_app.imaging.skew import LONG_SIDE_PX, ink_points, text_turn

SEARCH_LONG_SIDE_PX: Final = 1000
MM_PER_INCH: Final = 25.4
# Turning by less would blur the page for nothing that an eye could see: 0.05 degrees is 0.26 mm over the length of A4.
LEAST_TURN_DEG: Final = 0.05
INK_MARGIN_MM: Final = 4.0
# Dots of the picture from one of the page's to the next. Of a longer step some would be passed over, and a fine line with
# them; from 300 to 200 dpi each counts by half at least.
LONGEST_STEP: Final = 1.6
# Over a shorter one a linear turning blurs the print; over a longer a cubic one takes twice as long and shows nowhere.
CUBIC_STEP: Final = 1.25


@dataclass(frozen=True)
class Straightened:
    """The page upright; `angle_deg` is how it lay (counter-clockwise positive), `by_edges` whether edges were seen.

    `doubtful` says that a page was seen in a photograph, but not surely where: all of the picture is kept.
    """

    image: Picture
    angle_deg: float
    by_edges: bool
    cut_corner: bool
    doubtful: bool = False


def straighten(image: Picture, dpi: int = 300) -> tuple[Picture, float]:
    """The page turned upright and cropped to its edges, and the angle it lay at in degrees, counter-clockwise positive.

    `image` is (height, width, 3) RGB. Edges against a dark bed come first; without one, rows of text within 20 degrees.
    """
    result = lay_straight(image, dpi)
    return result.image, result.angle_deg


def lay_straight(image: Picture, dpi: int = 300, scale: float = 1.0, *, cut: bool = True) -> Straightened:
    """`straighten`, telling as well how the page was found and whether a corner of it is missing.

    Without `cut` no edge is looked for, and all that the picture shows is kept: only its rows of text are laid level.
    With a `scale` under 1 the page comes that much smaller, made so in the step that turns it unless that would lose dots.
    """
    height, width = image.shape[:2]
    small = _at_most(image, SEARCH_LONG_SIDE_PX) if cut else image
    sheet = find_sheet(small, small.shape[0] / height * dpi / MM_PER_INCH) if cut else None
    if sheet is not None:
        return _cut_out(image, sheet, width / small.shape[1], height / small.shape[0], scale)
    grey = np.asarray(cv2.cvtColor(_at_most(image, LONG_SIDE_PX), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    phi = text_turn(grey)
    if phi is None or abs(np.degrees(phi)) < LEAST_TURN_DEG:
        return Straightened(scaled(image, scale), 0.0, by_edges=False, cut_corner=False)
    turned = _turn_back(image, grey, phi, dpi, scale)
    return Straightened(turned, -float(np.degrees(phi)), by_edges=False, cut_corner=False)


def _at_most(image: Picture, long_side: int) -> Picture:
    """The picture with its long side of at most so many dots."""
    return scaled(image, min(1.0, long_side / max(image.shape[:2])))


def _cut_out(image: Picture, sheet: Sheet, scale_x: float, scale_y: float, wanted: float) -> Straightened:
    # half a pixel of the search picture is the fit's own uncertainty: it keeps a dark seam from the page's edge
    scale = (scale_x + scale_y) / 2
    left, top = (sheet.left + 0.7) * scale, (sheet.top + 0.7) * scale
    right, bottom = (sheet.right + 0.3) * scale, (sheet.bottom + 0.3) * scale
    phi = sheet.phi
    if abs(np.degrees(phi)) < LEAST_TURN_DEG:
        y0, y1 = max(0, round(top)), min(image.shape[0], round(bottom))
        x0, x1 = max(0, round(left)), min(image.shape[1], round(right))
        page = scaled(np.ascontiguousarray(image[y0:y1, x0:x1]), wanted)
    else:
        page = _warp(image, phi, left, top, right - left, bottom - top, wanted)
    return Straightened(page, -float(np.degrees(phi)), by_edges=True, cut_corner=sheet.cut)


def _turn_back(image: Picture, grey: Grey, phi: float, dpi: int, wanted: float) -> Picture:
    """Turns the whole frame back; it keeps its size, moved (or grown where it must) so that no ink is left outside."""
    height, width = image.shape[:2]
    small = _at_most(grey, SEARCH_LONG_SIDE_PX)
    ink = (ink_points(small) + 0.5) * (width / small.shape[1], height / small.shape[0])
    cosine, sine = np.cos(phi), np.sin(phi)
    u, v = ink[:, 0] * cosine + ink[:, 1] * sine, ink[:, 1] * cosine - ink[:, 0] * sine
    margin = INK_MARGIN_MM * dpi / MM_PER_INCH
    centre_u = width / 2 * cosine + height / 2 * sine
    centre_v = height / 2 * cosine - width / 2 * sine
    left, across = _window(centre_u, width, float(u.min()) - margin, float(u.max()) + margin)
    top, down = _window(centre_v, height, float(v.min()) - margin, float(v.max()) + margin)
    return _warp(image, phi, left, top, across, down, wanted)


def _window(centre: float, size: int, first: float, last: float) -> tuple[float, float]:
    """Start and length of a window of `size` about `centre` that holds first..last, longer only if it has to be."""
    length = max(float(size), last - first)
    start = min(max(centre - length / 2, last - length), first)
    return start, length


def _warp(image: Picture, phi: float, left: float, top: float, width: float, height: float, wanted: float) -> Picture:
    """The turned rectangle of the picture, `wanted` times as large: in one step if no dot is passed over by that."""
    step = 1 / wanted
    if step > LONGEST_STEP:
        rows = image.shape[0]
        # rounded down, a whole number of dots becomes one without a second resize
        image = shrunk(image, max(1, int(image.shape[1] / step)), max(1, int(rows / step)))
        by = rows / image.shape[0]
        left, top, width, height, wanted = left / by, top / by, width / by, height / by, wanted * by
        step = 1 / wanted
    cosine, sine = step * float(np.cos(phi)), step * float(np.sin(phi))
    # pixel centres lie at half coordinates; the map takes a page's pixel to the picture's
    u0, v0 = left * wanted + 0.5, top * wanted + 0.5
    matrix = np.array(
        [
            [cosine, -sine, u0 * cosine - v0 * sine - 0.5],
            [sine, cosine, u0 * sine + v0 * cosine - 0.5],
        ]
    )
    turned = cv2.warpAffine(
        image,
        matrix,
        (max(1, round(width * wanted)), max(1, round(height * wanted))),
        flags=(cv2.INTER_CUBIC if step < CUBIC_STEP else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_paper_colour(image),
    )
    return np.asarray(turned, dtype=np.uint8)


def _paper_colour(image: Picture) -> tuple[float, float, float]:
    """The commonest bright colour, for what lies beyond the frame."""
    sample = image[::16, ::16].reshape(-1, 3).astype(np.float64)
    bright = sample[sample.sum(axis=1) >= np.percentile(sample.sum(axis=1), 60)]
    red, green, blue = np.median(bright, axis=0)
    return float(red), float(green), float(blue)
