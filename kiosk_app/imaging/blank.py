"""Tells an empty side from one that carries anything a person put there; it flags, others decide."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture

LOOK_DPI: Final = 150
MM: Final = LOOK_DPI / 25.4
# The outermost rim carries shadows of the sheet's edge and of the bed.
RIM_MM: Final = 3.0
# A page darker than this is no empty paper: a cover, a photograph, a scan with the lamp out.
LEAST_PAPER_LIGHT: Final = 100.0
# How much darker than the paper round it a mark must be, as a part of the paper's level: show-through of ordinary paper
# reaches about 0.15, a hard pencil 0.25.
INK_CONTRAST: Final = 0.2
# Distance from the paper's own colour in the a-b plane of CIELAB: faint red stamps and blue pens show here.
INK_COLOUR: Final = 14.0
# Smaller than a printed full stop of 10 points: dust.
LEAST_MARK_MM2: Final = 0.12
# The smallest thing that is writing: one printed figure.
LEAST_FIGURE_MM: Final = 1.6
LEAST_FIGURE_MM2: Final = 0.5
# Many marks too small to be figures: a dotted line, faint broken pencil.
MANY_MARKS_MM2: Final = 6.0

# Single dots of the page, far enough apart to be quick, that are this dark against its paper, and their share: four punched
# holes make 0.2 % and a streak 0.4 %; half a page of print makes 2 %.
SPARSE: Final = 4
DARK_INK: Final = 0.6
MUCH_INK: Final = 0.015

# Crisp strokes fainter than INK_CONTRAST: how deep against the paper beside them and against its grain, how long each,
# how long together.
CRISP_CONTRAST: Final = 0.07
CRISP_OVER_GRAIN: Final = 2.6
CRISP_STROKE_MM: Final = 2.5
CRISP_BEND_MM: Final = 1.2
CRISP_LENGTH_MM: Final = 20.0
# Marks as crisp and of the size of small letters or their parts, so near each other, that together they are a word or two.
LETTER_MM: Final = (0.7, 6.0)
LETTER_GAP_MM: Final = 1.7
LETTERS_IN_A_ROW: Final = 5


def is_blank(image: Picture, dpi: int = 200) -> bool:
    """Whether nothing but paper, dust, show-through, punched holes and scanner streaks is on the page.

    `image` is a straightened page in RGB. A small signature, a stamp or a lone page number is enough to be not blank.
    """
    if _is_written_all_over(image):
        return False
    small = _shrunk(image, dpi)
    if float(np.median(small[:, :, 0])) < LEAST_PAPER_LIGHT:
        return False
    marks = _marks(small)
    count, _, stats, _ = cv2.connectedComponentsWithStats(marks, connectivity=8)
    height, width = marks.shape
    few = 0.0
    for x, y, w, h, pixels in stats[1:count]:
        area = pixels / MM**2
        if area < LEAST_MARK_MM2:
            continue
        across, down = w / MM, h / MM
        if _is_streak(across, down, width / MM, height / MM) or _is_punched_hole(
            x / MM, y / MM, across, down, area, width / MM, height / MM
        ):
            continue
        if max(across, down) >= LEAST_FIGURE_MM and area >= LEAST_FIGURE_MM2:
            return False
        # specks smaller than this are dust however many there are
        few += area if max(across, down) >= 0.8 else 0.0
    return few < MANY_MARKS_MM2 and not _has_crisp_traces(small)


def _is_written_all_over(image: Picture) -> bool:
    """Whether there is far more dark ink than dust, holes and streaks could be: then nothing finer need be asked."""
    light = image[::SPARSE, ::SPARSE, 1]
    rim_y, rim_x = (side // 20 for side in light.shape)
    inner = light[rim_y : light.shape[0] - rim_y, rim_x : light.shape[1] - rim_x]
    paper = float(np.median(inner))
    return paper >= LEAST_PAPER_LIGHT and float((inner < DARK_INK * paper).mean()) > MUCH_INK


def _has_crisp_traces(lab: npt.NDArray[np.uint8]) -> bool:
    """Whether there are long thin strokes hardly darker than the paper: a blind seal, the hardest pencil.

    What shines through from the other side is as pale but blurred, grain is short.
    """
    light = np.asarray(cv2.GaussianBlur(lab[:, :, 0], (3, 3), 0), dtype=np.uint8)
    depth = np.asarray(cv2.morphologyEx(light, cv2.MORPH_BLACKHAT, np.ones((7, 7), np.uint8)), dtype=np.float32)
    noise = float(np.median(depth))
    level = max(CRISP_CONTRAST * float(np.median(light)), CRISP_OVER_GRAIN * noise)
    marks = np.where(depth > level, 255, 0).astype(np.uint8)
    rim = round(2 * RIM_MM * MM)
    marks[:rim] = marks[-rim:] = 0
    marks[:, :rim] = marks[:, -rim:] = 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(marks, connectivity=8)
    sizes = stats[1:count, 2:4] / MM
    # a crease and a streak are straight, a stroke of a hand or a seal bends
    bent = (sizes.max(axis=1) >= CRISP_STROKE_MM) & (sizes.min(axis=1) >= CRISP_BEND_MM)
    length = float(sizes[bent].max(axis=1).sum())
    return length >= CRISP_LENGTH_MM or _stand_in_a_row(np.asarray(stats[1:count], np.int32), marks.shape)


def _stand_in_a_row(stats: npt.NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    """Whether enough small marks stand side by side as letters do; dust lies scattered."""
    sizes = stats[:, 2:4] / MM
    letters = stats[(sizes.max(axis=1) >= LETTER_MM[0]) & (sizes.max(axis=1) <= LETTER_MM[1])]
    if len(letters) < LETTERS_IN_A_ROW:
        return False
    rows = np.zeros(shape, np.uint8)
    gap, above = round(LETTER_GAP_MM * MM), round(0.5 * MM)
    for x, y, w, h, _ in letters:
        rows[max(0, y - above) : y + h + above, max(0, x - gap) : x + w + gap] = 255
    _, labels = cv2.connectedComponents(rows, connectivity=8)
    centres = labels[letters[:, 1] + letters[:, 3] // 2, letters[:, 0] + letters[:, 2] // 2]
    return bool(np.bincount(centres)[1:].max(initial=0) >= LETTERS_IN_A_ROW)


def _shrunk(image: Picture, dpi: int) -> npt.NDArray[np.uint8]:
    """The page at LOOK_DPI in CIELAB."""
    scale = LOOK_DPI / dpi
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    # grain goes, a pen's stroke of 0.4 mm stays
    return np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (3, 3), 0), cv2.COLOR_RGB2LAB), dtype=np.uint8)


def _marks(lab: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """255 where the page differs from its paper by darkness or by colour, strokes joined over 0.5 mm."""
    light, a, b = (lab[:, :, plane].astype(np.float32) for plane in range(3))
    darkness = 1.0 - light / np.maximum(_ground(light), 1.0)
    colour = np.hypot(a - _ground(a), b - _ground(b))
    marks = np.where((darkness > INK_CONTRAST) | (colour > INK_COLOUR), 255, 0).astype(np.uint8)
    rim = round(RIM_MM * MM)
    marks[:rim] = marks[-rim:] = 0
    marks[:, :rim] = marks[:, -rim:] = 0
    return np.asarray(cv2.morphologyEx(marks, cv2.MORPH_CLOSE, np.ones((4, 4), np.uint8)), dtype=np.uint8)


def _ground(plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The paper under the marks: a median over 25 mm, or the page's own median where a mark is wider than that."""
    size = (max(1, plane.shape[1] // 8), max(1, plane.shape[0] // 8))
    tiny = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    level = np.asarray(cv2.medianBlur(np.clip(tiny, 0, 255).astype(np.uint8), 19), dtype=np.float32)
    middle = float(np.median(tiny))
    # a field of solid colour must not pass for paper
    level = np.where(np.abs(level - middle) > 40, middle, level).astype(np.float32)
    return np.asarray(
        cv2.resize(level, (plane.shape[1], plane.shape[0]), interpolation=cv2.INTER_LINEAR), dtype=np.float32
    )


def _is_streak(across: float, down: float, page_across: float, page_down: float) -> bool:
    """Dirt on the feeder's glass draws a hair line over the whole page."""
    return (across < 0.8 and down > 0.8 * page_down) or (down < 0.8 and across > 0.8 * page_across)


def _is_punched_hole(
    x: float, y: float, across: float, down: float, area: float, page_across: float, page_down: float
) -> bool:
    """A solid disc of 4-8 mm near a long edge, through which the dark bed is seen."""
    if not (4.0 <= across <= 8.0 and 4.0 <= down <= 8.0 and abs(across - down) <= 1.0):
        return False
    if area < 0.68 * across * down:
        return False
    middle_x, middle_y = x + across / 2, y + down / 2
    return min(middle_x, middle_y, page_across - middle_x, page_down - middle_y) <= 16.0
