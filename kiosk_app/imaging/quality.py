"""What a person should look at again: blur where the writing is, darkness, too few dots, a reflection, a finger."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture
from kiosk_app.imaging.obstructions import has_finger, has_glare, look
from kiosk_app.imaging.values import PageWarning

# Decree 30/2020/ND-CP, appendix: digitised papers have at least 200 dots per inch.
LEAST_DPI: Final = 200
JUDGE_DPI: Final = 200
TILE_MM: Final = 20.0
DARK_PAPER: Final = 105.0
# Variance of the Laplacian over the squared contrast of the writing. Crisp text of 9-40 points gives 0.011 and more
# and under 0.005 from a Gaussian blur of 0.25 mm on (2 pixels at 200 dpi), grain up to 8 levels notwithstanding.
SHARP_ENOUGH: Final = 0.005
BLURRED_SHARE: Final = 0.25


def warnings_of(
    image: Picture, dpi: int, *, blank: bool, cut_corner: bool, doubtful: bool = False
) -> tuple[PageWarning, ...]:
    """The warnings of a straightened RGB page scanned at `dpi`, in the order of the enum; `doubtful` as of Straightened."""
    found: list[PageWarning] = []
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    if not blank and blurred_share(grey, dpi) >= BLURRED_SHARE:
        found.append(PageWarning.BLURRED)
    if cut_corner:
        found.append(PageWarning.CUT_CORNER)
    if paper_level(grey) < DARK_PAPER:
        found.append(PageWarning.TOO_DARK)
    if dpi < LEAST_DPI:
        found.append(PageWarning.LOW_RESOLUTION)
    small = look(image, dpi)
    if not blank and has_glare(small):
        found.append(PageWarning.GLARE)
    if has_finger(small):
        found.append(PageWarning.FINGER)
    if doubtful:
        found.append(PageWarning.UNSURE_EDGES)
    return tuple(found)


def paper_level(grey: npt.NDArray[np.uint8]) -> float:
    """Brightness (0-255) of the page's bright part."""
    return float(np.percentile(grey[::4, ::4], 85))


def blurred_share(grey: npt.NDArray[np.uint8], dpi: int) -> float:
    """Which part of the tiles that carry writing is blurred, 0.0 when nothing is written."""
    scores = tile_sharpness(grey, dpi)
    return float(np.mean([score < SHARP_ENOUGH for score in scores])) if scores else 0.0


def tile_sharpness(grey: npt.NDArray[np.uint8], dpi: int) -> list[float]:
    """Laplacian variance over squared contrast, on the writing of each tile of 20 mm that has enough of it."""
    if dpi > JUDGE_DPI:
        scale = JUDGE_DPI / dpi
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        dpi = JUDGE_DPI
    # grain has a Laplacian too: a light blur takes most of it and little of a crisp edge
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    laplacian = cv2.Laplacian(smooth, cv2.CV_16S)
    reach = max(9, round(2.5 * dpi / 25.4) | 1)
    kernel = np.ones((reach, reach), np.uint8)
    local = cv2.subtract(cv2.dilate(smooth, kernel), cv2.erode(smooth, kernel))
    writing = cv2.threshold(local, 60, 255, cv2.THRESH_BINARY)[1]
    tile = max(16, round(TILE_MM * dpi / 25.4))
    scores: list[float] = []
    for y in range(0, grey.shape[0], tile):
        for x in range(0, grey.shape[1], tile):
            chosen = writing[y : y + tile, x : x + tile]
            if cv2.countNonZero(chosen) < 0.15 * tile * tile:
                continue
            contrast = _median(local[y : y + tile, x : x + tile], chosen)
            _, spread = cv2.meanStdDev(laplacian[y : y + tile, x : x + tile], mask=chosen)
            scores.append((float(spread[0, 0]) / contrast) ** 2)
    return scores


def _median(levels: cv2.typing.MatLike, chosen: cv2.typing.MatLike) -> float:
    """The lower median of the chosen levels: a histogram tells it without sorting."""
    counts = np.cumsum(cv2.calcHist([levels], [0], chosen, [256], [0, 256]).ravel())
    return float(np.searchsorted(counts, counts[-1] / 2))
