"""What the recogniser is given of a page: a grey picture without the seals and signatures that lie over the print."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.shrink import shrunk

Grey = npt.NDArray[np.uint8]

# The engine makes every line 36 dots high itself and then takes step after step along it: a page of fewer dots is parted
# into its lines sooner, one with narrower letters is read in fewer steps. Against 150 dpi both ways that saved 28 % of the
# time on twenty pages of six faces, a third of them worn, where 0.70 % of letters were wrong instead of 0.56 %.
READ_DPI: Final = 130
NARROWED: Final = 0.76
# A page scanned with less keeps all of its dots.
LEAST_SHRUNK_DPI: Final = 200
# Seals and signatures are looked for at a quarter of the page's dots.
SEARCH_BY: Final = 4
# Difference of the strongest and the weakest colour of a dot that is ink of a colour and not black or grey.
COLOURED: Final = 36
# A seal or a signature is larger than a line of print and thinner than one: mostly the paper inside its outline.
LEAST_LONG_MM: Final = 13.0
LEAST_SHORT_MM: Final = 5.5
LARGEST_MM: Final = 62.0
FULLEST: Final = 0.34
# Only where colour lies over black print is there anything to gain: words typed in blue stay.
BLACK: Final = 150
LEAST_PRINT_MM2: Final = 3.0


def legible(page: Picture, dpi: int) -> tuple[Grey, int]:
    """The picture to read and its resolution from top to bottom; from side to side it may be narrower.

    A page of LEAST_SHRUNK_DPI and more comes at READ_DPI: more costs time and reads no better.
    """
    grey = np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    _lift_ink(page, grey, dpi)
    if dpi < LEAST_SHRUNK_DPI:
        return grey, dpi
    down = READ_DPI / dpi
    size = (max(1, round(page.shape[1] * down * NARROWED)), max(1, round(page.shape[0] * down)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), READ_DPI


def _lift_ink(page: Picture, grey: Grey, dpi: int) -> None:
    """Takes the colour of seals and signatures off the grey picture; what is black under them stays black."""
    height, width = grey.shape
    small = shrunk(page, max(1, width // SEARCH_BY), max(1, height // SEARCH_BY))
    coloured = (_depth(small) > COLOURED).astype(np.uint8)
    if not coloured.any():
        return
    mm = dpi / SEARCH_BY / 25.4
    joined = cv2.dilate(coloured, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for label in range(1, count):
        x, y, w, h, _ = (int(value) for value in stats[label])
        long, short = max(w, h) / mm, min(w, h) / mm
        if long < LEAST_LONG_MM or short < LEAST_SHORT_MM or long > LARGEST_MM:
            continue
        own = (labels[y : y + h, x : x + w] == label).astype(np.uint8)
        inked = coloured[y : y + h, x : x + w] & own
        if inked.sum() > FULLEST * w * h:
            continue
        if short > 0.75 * long:
            # a seal: the words inside its ring go with it
            outline = cv2.convexHull(cv2.findNonZero(own))
            own = cv2.fillConvexPoly(np.zeros_like(own), outline, 1)
        _lift(page, grey, own, (x, y), dpi)


def _lift(page: Picture, grey: Grey, where: npt.NDArray[np.uint8], corner: tuple[int, int], dpi: int) -> None:
    """Replaces the grey of coloured ink by that of its strongest colour, stretched until the ink is as light as paper.

    Leaves the place as it is when no black print is under the ink.
    """
    x, y = corner[0] * SEARCH_BY, corner[1] * SEARCH_BY
    h, w = where.shape[0] * SEARCH_BY, where.shape[1] * SEARCH_BY
    h, w = min(h, grey.shape[0] - y), min(w, grey.shape[1] - x)
    large = cv2.resize(where, (where.shape[1] * SEARCH_BY, where.shape[0] * SEARCH_BY), interpolation=cv2.INTER_NEAREST)
    mask = large[:h, :w] > 0
    colours = page[y : y + h, x : x + w]
    strongest, depth = colours.max(axis=2), _depth(colours)
    black = mask & (strongest < BLACK) & (depth < COLOURED)
    inked = mask & (depth > 2 * COLOURED)
    if black.sum() < LEAST_PRINT_MM2 * (dpi / 25.4) ** 2 or not inked.any():
        return
    level = float(np.percentile(strongest[inked], 35))
    lifted = np.clip(strongest.astype(np.float32) * (255.0 / max(level, 60.0)), 0, 255)
    part = grey[y : y + h, x : x + w]
    part[mask] = np.maximum(part, lifted.astype(np.uint8))[mask]


def _depth(colours: Picture) -> Grey:
    """How far the strongest colour of each dot is from the weakest: nought for black, grey and white."""
    red, green, blue = cv2.split(colours)
    strongest, weakest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    return np.asarray(cv2.subtract(strongest, weakest), dtype=np.uint8)
