"""What lay between a page and the camera: a lamp's reflection that swallowed writing, a finger over the edge."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.shrink import shrunk

Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

LOOK_DPI: Final = 60
MM: Final = LOOK_DPI / 25.4

# A reflection is at the top of the scale, the paper beside it is not.
SATURATED: Final = 251
PAPER_BESIDE: Final = 243.0
# Wider than the space between lines, so that it can have swallowed one.
GLARE_ACROSS_MM: Final = 8.0
# What differs more from the paper's colour, in CIELAB, is a picture: its edges are no reflection's.
PICTURE_CHROMA: Final = 12.0
# It fades into the paper; a white label ends at once. The part of the way down that is left 1.5 mm outside.
SOFT_SHARE: Final = 0.3
# Rows of a glare that have writing both left and right of it.
INTERRUPTED_MM: Final = 3.0
# How far beside a spot writing may be too pale to be seen.
FADED_MM: Final = 18.0

# Skin against the paper in CIELAB: darker, redder, between red and yellow in hue, never as full as ink.
SKIN_DARKER: Final = 10.0
SKIN_HUE_DEG: Final = (18.0, 72.0)
SKIN_CHROMA: Final = (9.0, 48.0)
LEAST_PAPER_SHARE: Final = 0.5
FINGER_ALONG_MM: Final = (8.0, 45.0)
FINGER_DEEP_MM: Final = (6.0, 80.0)
FINGER_FILL: Final = (0.55, 0.95)
FINGER_SOLID: Final = 0.88
# A finger is round: its light falls off towards its sides. A printed patch is flat.
ROUND_LEVELS: Final = 9.0


def look(page: Picture, dpi: int) -> Picture:
    """A straightened RGB page at the resolution that the two questions below are asked at."""
    scale = LOOK_DPI / dpi
    return shrunk(page, max(24, round(page.shape[1] * scale)), max(24, round(page.shape[0] * scale)))


def has_glare(small: Picture) -> bool:
    """Whether a reflection has swallowed writing; a bright spot on empty paper is none. `small` is what `look` gave."""
    red, green, blue = cv2.split(small)
    top = np.asarray(
        cv2.erode(cv2.min(cv2.min(red, green), blue), np.ones((3, 3), np.uint8)) >= SATURATED, dtype=np.uint8
    )
    if not top.any():
        return False
    grey = np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (3, 3), 0), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    reach = round(GLARE_ACROSS_MM * MM)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    spots = cv2.morphologyEx(np.pad(top, 1), cv2.MORPH_OPEN, disc)[1:-1, 1:-1]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(spots, connectivity=8)
    if count == 1:
        return False
    ink = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((7, 7), np.uint8)) > 35
    paper = ~cv2.dilate((ink | _coloured(small)).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_)
    return any(
        _fades(grey, paper, labels == spot) and _interrupts(ink, labels == spot, tuple(stats[spot][:4].tolist()))
        for spot in range(1, count)
        if stats[spot][4] < 0.4 * spots.size
    )


def _coloured(small: Picture) -> Mask:
    """Where the page has another colour than its paper."""
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    bright = lab[:, :, 0] >= np.percentile(lab[:, :, 0], 50)
    red, yellow = (lab[:, :, plane] - float(np.median(lab[:, :, plane][bright])) for plane in (1, 2))
    return np.asarray(red * red + yellow * yellow > PICTURE_CHROMA**2, dtype=np.bool_)


def _fades(grey: Grey, paper: Mask, spot: Mask) -> bool:
    """Whether a spot at the top of the scale goes over into darker paper softly."""
    mask = spot.astype(np.uint8)
    near = _ring(mask, 1.0, 2.0) & paper
    far = _ring(mask, 6.0, 12.0) & paper
    if near.sum() < 20 or far.sum() < 40:
        return False
    # most of it, since a printed band or table head beside white paper is darker, too
    beside = float(np.percentile(grey[far], 75))
    return beside <= PAPER_BESIDE and float(np.median(grey[near])) - beside >= SOFT_SHARE * (255 - beside)


def _ring(mask: Grey, inner_mm: float, outer_mm: float) -> Mask:
    inner, outer = (
        cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
        for size in (2 * round(inner_mm * MM) + 1, 2 * round(outer_mm * MM) + 1)
    )
    return np.asarray((outer > 0) & (inner == 0), dtype=np.bool_)


def _interrupts(ink: Mask, spot: Mask, box: tuple[int, ...]) -> bool:
    """Whether lines of writing run into the spot from both sides."""
    x, y, w, h = box
    reach = round(FADED_MM * MM)
    left, right = ink[y : y + h, max(0, x - reach) : x].any(axis=1), ink[y : y + h, x + w : x + w + reach].any(axis=1)
    empty = ~(ink & spot)[y : y + h, x : x + w].any(axis=1)
    return bool((left & right & empty).sum() >= INTERRUPTED_MM * MM)


def has_finger(small: Picture) -> bool:
    """Whether a finger or a hand reaches over an edge of the page. `small` is what `look` gave."""
    small = np.asarray(cv2.medianBlur(small, 5), dtype=np.uint8)
    light, *colours = (np.asarray(plane, np.uint8) for plane in cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2LAB)))
    bright = light >= np.median(light)
    paper = float(np.median(light[bright]))
    red, yellow = (plane.astype(np.float32) - np.float32(np.median(plane[bright])) for plane in colours)
    chroma = red * red + yellow * yellow
    # a picture has all colours: there is no telling a finger in it
    if (chroma < SKIN_CHROMA[0] ** 2).mean() < LEAST_PAPER_SHARE:
        return False
    low, high = (float(np.tan(np.radians(degrees))) for degrees in SKIN_HUE_DEG)
    skin = (
        (light < paper - SKIN_DARKER)
        & (red > 0)
        & (yellow > low * red)
        & (yellow < high * red)
        & (chroma > SKIN_CHROMA[0] ** 2)
        & (chroma < SKIN_CHROMA[1] ** 2)
    )
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    # the page's edge counts as skin while narrow things go, or every finger would lose its root
    padded = np.pad(skin.astype(np.uint8), 9, mode="edge")
    solid = cv2.morphologyEx(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc), cv2.MORPH_OPEN, disc)[9:-9, 9:-9]
    patches = np.asarray(solid, dtype=np.uint8)
    contours, _ = cv2.findContours(patches, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return any(_is_finger(contour, light, patches) for contour in contours)


def _is_finger(contour: npt.NDArray[np.int32] | cv2.typing.MatLike, light: Grey, solid: Grey) -> bool:
    """A rounded, shaded patch that stands on one edge of the page."""
    x, y, w, h = cv2.boundingRect(contour)
    height, width = solid.shape
    touches = [x <= 1, y <= 1, x + w >= width - 1, y + h >= height - 1]
    if not 1 <= sum(touches) <= 2 or (touches[0] and touches[2]) or (touches[1] and touches[3]):
        return False
    # along the edge it comes in over, and how deep it reaches into the page
    sideways = touches[0] or touches[2]
    along, deep = (h / MM, w / MM) if sideways else (w / MM, h / MM)
    if not (FINGER_ALONG_MM[0] <= along <= FINGER_ALONG_MM[1] and FINGER_DEEP_MM[0] <= deep <= FINGER_DEEP_MM[1]):
        return False
    area = cv2.contourArea(contour)
    hull = cv2.contourArea(cv2.convexHull(contour))
    if not FINGER_FILL[0] <= area / (w * h) <= FINGER_FILL[1] or area < FINGER_SOLID * hull:
        return False
    mask = np.zeros(solid.shape, np.uint8)
    cv2.drawContours(mask, [contour], -1, 1, -1)
    inside = light[cv2.erode(mask, np.ones((5, 5), np.uint8), borderValue=1) > 0]
    return inside.size > 30 and float(np.percentile(inside, 92) - np.percentile(inside, 8)) >= ROUND_LEVELS
