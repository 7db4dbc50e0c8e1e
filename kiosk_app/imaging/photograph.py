"""A page that lies in perspective in a photograph, given back flat and in its true proportions."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture

# Four corners in pixels, (4, 2): clockwise, the first is the one nearest to the picture's top left.
Quad = npt.NDArray[np.float64]

# Under this two opposite sides hardly converge.
LEAST_CONVERGING: Final = 0.05
# Focal length over a picture's longer side: telephones have 0.7, document cameras 1.
USUAL_LENS: Final = 0.9
KNOWN_RATIOS: Final = (297 / 210, 85.6 / 53.98)
RATIO_ERROR: Final = 0.045


def flattened(image: Picture, quad: Quad) -> Picture:
    """What the corners enclose, seen from above, about as large as in the picture, A4 and cards in their exact shape."""
    across, down = _size(quad, (image.shape[1] / 2, image.shape[0] / 2))
    width, height = max(32, round(across)), max(32, round(down))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    # corners lie between pixels, a warp counts from their centres
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32) - 0.5, target - 0.5)
    return np.asarray(
        cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
        dtype=np.uint8,
    )


def lies_flat(quad: Quad) -> bool:
    """Whether it is a rectangle seen straight from above: then nothing has to be warped."""
    sides = np.roll(quad, -1, axis=0) - quad
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    directions = np.degrees(np.arctan2(sides[:, 1], sides[:, 0]))
    corners = (np.roll(directions, -1) - directions) % 360
    return bool(
        abs(lengths[0] / lengths[2] - 1) < 0.01
        and abs(lengths[1] / lengths[3] - 1) < 0.01
        and np.abs(corners - 90).max() < 0.6
    )


def lies_at(quad: Quad) -> float:
    """How far its upper side is turned, degrees counter-clockwise within 45."""
    across, down = quad[1] - quad[0]
    return float((-np.degrees(np.arctan2(down, across)) + 45) % 90 - 45)


def _size(quad: Quad, centre: tuple[float, float]) -> tuple[float, float]:
    """Width and height in pixels of the flat page: long enough to keep its dots, in its true ratio."""
    sides = np.roll(quad, -1, axis=0) - quad
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    across, down = float(max(lengths[0], lengths[2])), float(max(lengths[1], lengths[3]))
    ratio = _ratio(quad - np.array(centre), USUAL_LENS * 2 * max(centre))
    for known in KNOWN_RATIOS:
        for exact in (known, 1 / known):
            if abs(ratio / exact - 1) <= RATIO_ERROR:
                ratio = exact
    return (across, across / ratio) if across / ratio >= down else (down * ratio, down)


def _ratio(quad: Quad, lens: float) -> float:
    """Width over height of the rectangle whose picture this is, pixels square and the lens over the picture's centre.

    From the homography of the unit square: its two columns are at right angles in space, which gives the focal length.
    Where a vanishing point is too far for that, `lens` is taken for it, in pixels.
    """
    unit = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    scale = float(np.abs(quad).max())
    matrix = cv2.getPerspectiveTransform(unit, (quad / scale).astype(np.float32)).astype(np.float64)
    one, two = matrix[:, 0], matrix[:, 1]
    squared = (lens / scale) ** 2
    if min(abs(one[2]), abs(two[2])) > LEAST_CONVERGING:
        found = -(one[0] * two[0] + one[1] * two[1]) / (one[2] * two[2])
        # between a fish eye and a telescope
        if 0.3 * squared < found < 6 * squared:
            squared = found
    across, down = ((v[0] ** 2 + v[1] ** 2) / squared + v[2] ** 2 for v in (one, two))
    return float(np.sqrt(across / down))
