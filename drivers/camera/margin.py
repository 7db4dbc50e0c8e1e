"""Whether paper lies all along within a figure's sides, or partly what lies beside the sheet."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.exact import ALONG
from drivers.camera.sides import Floats, Lab

WITHIN: Final = (1.0, 2.5, 4.0)
BEYOND: Final = -2.5
"""How far from a side colours are compared, in parts of a distance."""


RIM_PX: Final = 4.0
BETWEEN_PX: Final = 10.0
FARTHER_PX: Final = (16.0, 24.0)
ALIKE: Final = 9.0
"""Distance in CIELAB of one paper's rim from what lies farther in, where a field or a frame may be in one of two places."""
TINT: Final = 11.0
"""Of the colours' a and b from those of most of the paper."""
LESS_LIGHT: Final = (0.6, 1.0, 1.0)
"""Light falls off and shadows lie over paper: lightness tells less than the colour."""


def of_one_paper(lab: Lab, corners: Floats) -> float:
    """Of the side of which that is least true: which part of the rim within it has the colour of the paper farther in.

    `lab` is a small picture without writing. Between a sheet and the stripe of a cloth beside it lies cloth, wide enough to
    pass for paper from close by.
    """
    spots, inward = _spots(corners)
    rim, between, *farther = (_at(lab, spots + far * inward) for far in (RIM_PX, BETWEEN_PX, *FARTHER_PX))
    weights = np.array(LESS_LIGHT, np.float32)
    alike = np.ones(rim.shape[:2], np.bool_)
    for place in (rim, between):
        alike &= np.min([np.square((place - deep) * weights).sum(axis=2) for deep in farther], axis=0) < ALIKE**2
    # wood is of one colour as well, but not of the paper's
    own = np.median(np.concatenate(farther).reshape(-1, 3), axis=0)
    tinted = np.square(rim[:, :, 1:] - own[1:]).sum(axis=2) < TINT**2
    return float((alike & tinted).mean(axis=1).min())


def paper_within(picture: NDArray[np.uint8], corners: Floats, distance: float) -> float:
    """Of the side of which that is least true: which part of it has paper beside it, and not what lies beyond the side.

    The line of a tile or of printed columns beside a sheet may be as straight as its edge and may even cross it; then the
    ground lies within the figure. `distance` in pixels is where the colour is told that should be the paper's.
    """
    spots, inward = _spots(corners)
    near, *deeper = (_at(picture, spots + distance * far * inward) for far in WITHIN)
    ground = np.median(_at(picture, spots + distance * BEYOND * inward), axis=1)[:, None, :]
    # a letter may stand in the one place or the other
    towards = np.maximum(*deeper) - ground
    reached = np.einsum("ijk,ijk->ij", near - ground, towards) / np.maximum(
        1.0, np.einsum("ijk,ijk->ij", towards, towards)
    )
    return float((reached > 0.5).mean(axis=1).min())


def _spots(corners: Floats) -> tuple[Floats, Floats]:
    """Places along each side as a remap counts them, and the way inwards, both of one shape (sides, spots or 1, 2)."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.maximum(1e-6, np.hypot(sides[:, 0], sides[:, 1]))
    inward = np.stack([-sides[:, 1], sides[:, 0]], axis=1) / lengths[:, None]
    return corners[:, None, :] + ALONG[:, None] * sides[:, None, :] - 0.5, inward[:, None, :]


def _at(picture: NDArray[np.uint8] | Lab, places: Floats) -> NDArray[np.float32]:
    grid = places.astype(np.float32)
    seen = cv2.remap(picture, grid[:, :, 0], grid[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.float32).reshape(*places.shape[:2], -1)
