"""Evens out the light on a page and takes the lamp's cast off its paper; the paper's own colour stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture

Field = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

LOOK_LONG_PX: Final = 560
# Wider than a stroke, narrower than the space between lines: what lies under writing is seen from beside it.
STROKE_PX: Final = 9
GRID: Final = 6
# Darker than this part of the brightest paper is no shadow on it but ink, a cover, the bed.
DEEPEST_SHADOW: Final = 0.6
# Under this there is no telling the paper from a picture.
LEAST_PAPER_LEVEL: Final = 110.0
LEAST_PAPER_SHARE: Final = 0.55
# Another colour than the paper's (CIELAB): not the same paper in a shadow.
SAME_COLOUR: Final = 7.0
DEGREE: Final = 3
# A shadow of less than this is nothing that an eye could see.
LEAST_SHADE: Final = 0.025
MOST_GAIN: Final = 1.0 / DEEPEST_SHADOW
STRIP_ROWS: Final = 256
GAIN_STEP: Final = 4
# Lamps err between warm and cold: along yellow and blue, little towards red or green. What is stronger, or pink, or green,
# is the paper's own colour.
CAST_YELLOW: Final = (9.0, 18.0)
CAST_BLUE: Final = (3.0, 6.0)
CAST_RED_GREEN: Final = (3.0, 6.0)


@dataclass(frozen=True)
class Light:
    """How the light lies on a page, 1.0 where it is full: a smooth surface times what every row and every column loses;
    `cast` is by what red, green and blue must be multiplied for the paper to be neutral.
    """

    surface: Field
    rows: Field
    columns: Field
    cast: tuple[float, float, float]

    @property
    def even(self) -> bool:
        """Whether there is nothing to correct."""
        return bool(self._shade() < LEAST_SHADE) and max(abs(gain - 1) for gain in self.cast) < 0.008

    def _shade(self) -> float:
        field = _surface(self.surface, self.rows.size, self.columns.size) * self.rows[:, None] * self.columns[None, :]
        return float(1 - field.min())


def evened(page: Picture) -> Picture:
    """The RGB page under even white light; the same picture where there is nothing to correct or no paper to judge by."""
    light = find_light(page)
    if light is None or light.even:
        return page
    height, width = page.shape[:2]
    # Light changes slowly: across, its gain is worked out for one pixel of GAIN_STEP and stretched between.
    coarse = max(2, width // GAIN_STEP)
    across = _sampled(light.columns, coarse).astype(np.float32)
    down = _sampled(light.rows, height).astype(np.float32)
    powers = np.vander(_axis(coarse), DEGREE + 1, increasing=True).T.astype(np.float32)
    upright = np.vander(_axis(height), DEGREE + 1, increasing=True).astype(np.float32)
    surface = light.surface.astype(np.float32)
    out = np.empty_like(page)
    for top in range(0, height, STRIP_ROWS):
        rows = slice(top, min(height, top + STRIP_ROWS))
        bent = upright[rows] @ surface @ powers
        bent *= across
        bent *= down[rows, None]
        # light below zero there is none: the bounds are those of the gain
        gain = 1.0 / np.clip(bent, 1 / MOST_GAIN, 1.0)
        gains = cv2.merge([gain * np.float32(cast) for cast in light.cast])
        stretched = cv2.resize(gains, (width, gains.shape[0]), interpolation=cv2.INTER_LINEAR)
        cv2.multiply(page[rows], stretched, out[rows], 1.0, cv2.CV_8U)
    return out


def find_light(page: Picture) -> Light | None:
    """The light on an RGB page, None where too little of it is paper: a photograph, a dark cover."""
    # a whole number of pixels in each is averaged far sooner
    step = max(1, round(max(page.shape[:2]) / LOOK_LONG_PX))
    size = (max(1, page.shape[1] // step), max(1, page.shape[0] // step))
    small = cv2.resize(page[: size[1] * step, : size[0] * step], size, interpolation=cv2.INTER_AREA)
    # the brightest nearby: paper between the strokes. Grain is gone with the scale.
    bright = cv2.dilate(small, np.ones((STROKE_PX, STROKE_PX), np.uint8))
    lab = cv2.cvtColor(bright, cv2.COLOR_RGB2LAB)[GRID // 2 :: GRID, GRID // 2 :: GRID].astype(np.float64)
    level = cv2.cvtColor(bright, cv2.COLOR_RGB2GRAY)[GRID // 2 :: GRID, GRID // 2 :: GRID].astype(np.float64)
    if min(level.shape) < 12:
        return None
    full = float(np.percentile(level, 90))
    if full < LEAST_PAPER_LEVEL:
        return None
    lit = level > DEEPEST_SHADOW * full
    red_green, yellow_blue = (float(np.median(lab[:, :, plane][lit])) for plane in (1, 2))
    paper = lit & (np.hypot(lab[:, :, 1] - red_green, lab[:, :, 2] - yellow_blue) < SAME_COLOUR)
    if paper.mean() < LEAST_PAPER_SHARE:
        return None
    surface, near = _fit(level, paper)
    fitted = _surface(surface, *level.shape)
    # a page that no smooth light explains is a picture
    if (near & paper).mean() < LEAST_PAPER_SHARE or fitted.min() < 0.3 * full:
        return None
    rest = np.where(paper, level / fitted, 0.0)
    rows, columns = _dips(rest, axis=1), _dips(rest, axis=0)
    top = float(fitted.max())
    colour = np.median(bright[GRID // 2 :: GRID, GRID // 2 :: GRID][near & paper].astype(np.float64), axis=0)
    return Light(surface / top, rows, columns, _cast(colour, red_green - 128, yellow_blue - 128))


def _axis(size: int) -> Field:
    """Places along a side from -1 to 1."""
    return np.asarray((np.arange(size) + 0.5) * (2 / size) - 1, dtype=np.float64)


def _surface(coefficients: Field, height: int, width: int) -> Field:
    down = np.vander(_axis(height), DEGREE + 1, increasing=True)
    across = np.vander(_axis(width), DEGREE + 1, increasing=True)
    return np.asarray(down @ coefficients @ across.T, dtype=np.float64)


def _fit(level: Field, paper: Mask) -> tuple[Field, Mask]:
    """A smooth surface through the bright side of the paper's levels, and where it holds: grey boxes are left below it."""
    height, width = level.shape
    down = np.vander(_axis(height), DEGREE + 1, increasing=True)
    across = np.vander(_axis(width), DEGREE + 1, increasing=True)
    pairs = [(i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]
    basis = np.stack([np.outer(down[:, i], across[:, j]) for i, j in pairs], axis=2)
    near = paper
    coefficients = np.zeros((DEGREE + 1, DEGREE + 1))
    for _ in range(6):
        own = basis[near]
        # ten unknowns: their normal equations are solved in no time
        answer = np.linalg.solve(own.T @ own + 1e-6 * np.eye(len(pairs)), own.T @ level[near])
        off = level - basis @ answer
        spread = max(2.0, 1.4826 * float(np.median(np.abs(off[near]))))
        kept = paper & (off > -1.5 * spread) & (off < 3 * spread)
        for (i, j), value in zip(pairs, answer, strict=True):
            coefficients[i, j] = value
        if kept.sum() < 0.3 * paper.sum():
            break
        near = kept
    beside = np.abs(level - _surface(coefficients, height, width))
    return coefficients, np.asarray(beside < np.maximum(8.0, 0.05 * level), dtype=np.bool_)


def _dips(rest: Field, axis: int) -> Field:
    """What a whole row (or column) of paper has less than full light: the shadow of a fold reaches from edge to edge.

    A printed band that ends before the margins leaves bright paper beside it, and is no dip.
    """
    level = np.percentile(rest, 80, axis=axis)
    level = np.where((level < DEEPEST_SHADOW) | (level > 1), 1.0, level)
    # nine of ten must be as dark: a table's grey heading is not the whole row
    brightest = np.percentile(rest, 97, axis=axis)
    level = np.where(brightest - level > 0.05, 1.0, level)
    return np.asarray(np.where(level < 1 - LEAST_SHADE / 2, level, 1.0), dtype=np.float64)


def _sampled(profile: Field, size: int) -> Field:
    """A profile of the grid at the page's own pixels."""
    return np.asarray(np.interp(_axis(size), _axis(profile.size), profile), dtype=np.float64)


def _cast(colour: Field, red_green: float, yellow_blue: float) -> tuple[float, float, float]:
    """By what the channels must be multiplied; less the stronger the colour is, for then it is the paper's own."""
    reach = CAST_YELLOW if yellow_blue > 0 else CAST_BLUE
    share = min(_fade(abs(yellow_blue), reach), _fade(abs(red_green), CAST_RED_GREEN))
    brightness = float(colour @ np.array([0.299, 0.587, 0.114]))
    gains = (brightness / np.maximum(colour, 1.0) - 1) * share + 1
    # paper at the top of the scale must not be pushed beyond it
    gains = gains / max(1.0, float((gains * colour).max()) / 255.0)
    red, green, blue = (float(gain) for gain in gains)
    return red, green, blue


def _fade(value: float, reach: tuple[float, float]) -> float:
    full, none = reach
    return float(np.clip((none - value) / (none - full), 0.0, 1.0))
