"""A picture made smaller: by whole dots first, which is done many times as fast, then to the size that is asked for."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.uint8]


def shrunk(picture: Plane, width: int, height: int) -> Plane:
    """The picture at this size, each dot the mean of those it stands for; no size is larger than the picture's own.

    Dots that a whole number does not divide are left out at the right and at the bottom, less than one of the result's.
    """
    whole = max(1, min(picture.shape[1] // max(1, width), picture.shape[0] // max(1, height)))
    if whole > 1:
        across, down = picture.shape[1] // whole, picture.shape[0] // whole
        picture = np.asarray(
            cv2.resize(picture[: down * whole, : across * whole], (across, down), interpolation=cv2.INTER_AREA),
            dtype=np.uint8,
        )
    if picture.shape[:2] == (height, width):
        return picture
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def scaled(picture: Plane, factor: float) -> Plane:
    """The picture `factor` times as large, which is 1 at most: itself then."""
    height, width = picture.shape[:2]
    return shrunk(picture, max(1, round(width * factor)), max(1, round(height * factor)))
