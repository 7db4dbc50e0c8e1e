"""Turns a page upright and cuts it out of the bed, at true size and without losing any of its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.sheet import Grey, Sheet, find_sheet
from kiosk_app.imaging.skew import ink_points, text_turn

SEARCH_LONG_SIDE_PX: Final = 1000
MM_PER_INCH: Final = 25.4
# Turning by less would blur the page for nothing that an eye could see: 0.05 degrees is 0.26 mm over the length of A4.
LEAST_TURN_DEG: Final = 0.05
INK_MARGIN_MM: Final = 4.0


@dataclass(frozen=True)
class Straightened:
    """The page upright; `angle_deg` is how it lay (counter-clockwise positive), `by_edges` whether edges were seen."""

    image: Picture
    angle_deg: float
    by_edges: bool
    cut_corner: bool


def straighten(image: Picture, dpi: int = 300) -> tuple[Picture, float]:
    """The page turned upright and cropped to its edges, and the angle it lay at in degrees, counter-clockwise positive.

    `image` is (height, width, 3) RGB. Edges against a dark bed come first; without one, rows of text within 20 degrees.
    """
    result = lay_straight(image, dpi)
    return result.image, result.angle_deg


def lay_straight(image: Picture, dpi: int = 300) -> Straightened:
    """`straighten`, telling as well how the page was found and whether a corner of it is missing."""
    height, width = image.shape[:2]
    scale = min(1.0, SEARCH_LONG_SIDE_PX / max(height, width))
    small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    sheet = find_sheet(small, scale * dpi / MM_PER_INCH)
    if sheet is not None:
        return _cut_out(image, sheet, width / small.shape[1], height / small.shape[0])
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    phi = text_turn(grey)
    if phi is None or abs(np.degrees(phi)) < LEAST_TURN_DEG:
        return Straightened(image, 0.0, by_edges=False, cut_corner=False)
    return Straightened(_turn_back(image, grey, phi, dpi), -float(np.degrees(phi)), by_edges=False, cut_corner=False)


def _cut_out(image: Picture, sheet: Sheet, scale_x: float, scale_y: float) -> Straightened:
    # half a pixel of the search picture is the fit's own uncertainty: it keeps a dark seam from the page's edge
    scale = (scale_x + scale_y) / 2
    left, top = (sheet.left + 0.7) * scale, (sheet.top + 0.7) * scale
    right, bottom = (sheet.right + 0.3) * scale, (sheet.bottom + 0.3) * scale
    phi = sheet.phi
    if abs(np.degrees(phi)) < LEAST_TURN_DEG:
        y0, y1 = max(0, round(top)), min(image.shape[0], round(bottom))
        x0, x1 = max(0, round(left)), min(image.shape[1], round(right))
        page = np.ascontiguousarray(image[y0:y1, x0:x1])
    else:
        page = _warp(image, phi, left, top, round(right - left), round(bottom - top))
    return Straightened(page, -float(np.degrees(phi)), by_edges=True, cut_corner=sheet.cut)


def _turn_back(image: Picture, grey: Grey, phi: float, dpi: int) -> Picture:
    """Turns the whole frame back; it keeps its size, moved (or grown where it must) so that no ink is left outside."""
    height, width = grey.shape
    scale = min(1.0, SEARCH_LONG_SIDE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = (ink_points(np.asarray(small, dtype=np.uint8)) + 0.5) / scale
    cosine, sine = np.cos(phi), np.sin(phi)
    u, v = ink[:, 0] * cosine + ink[:, 1] * sine, ink[:, 1] * cosine - ink[:, 0] * sine
    margin = INK_MARGIN_MM * dpi / MM_PER_INCH
    centre_u = width / 2 * cosine + height / 2 * sine
    centre_v = height / 2 * cosine - width / 2 * sine
    left, across = _window(centre_u, width, float(u.min()) - margin, float(u.max()) + margin)
    top, down = _window(centre_v, height, float(v.min()) - margin, float(v.max()) + margin)
    return _warp(image, phi, left, top, across, down)


def _window(centre: float, size: int, first: float, last: float) -> tuple[float, int]:
    """Start and length of a window of `size` about `centre` that holds first..last, longer only if it has to be."""
    length = max(float(size), last - first)
    start = min(max(centre - length / 2, last - length), first)
    return start, round(length)


def _warp(image: Picture, phi: float, left: float, top: float, width: int, height: int) -> Picture:
    cosine, sine = float(np.cos(phi)), float(np.sin(phi))
    # pixel centres lie at half coordinates; the map takes a page's pixel to the picture's
    u0, v0 = left + 0.5, top + 0.5
    matrix = np.array(
        [
            [cosine, -sine, u0 * cosine - v0 * sine - 0.5],
            [sine, cosine, u0 * sine + v0 * cosine - 0.5],
        ]
    )
    turned = cv2.warpAffine(
        image,
        matrix,
        (max(1, width), max(1, height)),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
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
