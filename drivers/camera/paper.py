"""The sheet of paper in a picture: its four corners, for live frames and photographs alike, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.exact import Exact, crossing, laid_on
from drivers.camera.figures import figures
from drivers.camera.margin import of_one_paper, paper_within
from drivers.camera.printed import is_printed
from drivers.camera.sides import Floats, Lab, Light, find_lines

Picture = NDArray[np.uint8]
Corners = Floats
"""Four points (x, y) in pixels, clockwise from the one nearest the top left."""

LOOK_PX: Final = 480
LEAST_REST: Final = 1.3
LEAST_SHARE: Final = 0.04
WIDENED_PX: Final = 2.0
"""By how much paper is widened over its writing, and the table's edge with it."""
TRIED: Final = 6
CLEARLY: Final = 0.5
"""How well a sheet is seen whose corners were right in each of the photographs that this was set on."""
ALONE: Final = 0.85
"""How well it is seen when its edges in the large picture need not be straight all along: behind fingers, in noise."""
STRAIGHT: Final = 0.75
NEARLY_STRAIGHT: Final = 0.65
"""Of a side along which other papers peep out less may be straight, if paper lies within it from end to end."""
ONE_PAPER: Final = 0.86
MOSTLY: Final = 0.8
WHOLLY: Final = 0.95
BESIDE_PX: Final = 1.5
"""How far within a side it must be paper, in pixels of the small picture."""
SOMEHOW: Final = 0.1
NEAR_PAPER: Final = 18.0
"""How far in CIELAB a page's rim may be from its lightest parts: light falls off, and edges are thumbed."""
REACH_PX: Final = 2.5
"""How far from its sides in the small picture those in the large one are looked for, in pixels of the small one."""


@dataclass(frozen=True)
class Sheet:
    """Where a sheet lies, and whether that is sure enough to cut everything else away."""

    corners: Corners
    sure: bool


@dataclass(frozen=True)
class _Rough:
    """A sheet in the small picture; `worth` 0 to 1 prefers the large and the well seen, `clarity` only the latter."""

    corners: Corners
    worth: float
    clarity: float


def find_sheet(picture: Picture, *, rgb: bool = False, least: float = LEAST_SHARE) -> Sheet | None:
    """The largest sheet that is seen well in a picture: grey, or of three planes, blue first unless `rgb`.

    A sheet is a figure of four straight sides with plain paper within them and something else beyond, `least` of the
    picture in area. One that is not sure may be part of one, or lie otherwise. None where the picture is all paper, as a
    scan is; of one that is not, but shows no sheet either, the whole is given, and that is not sure.
    """
    small, scale = _small(picture)
    lab, light = _plain(small, rgb)
    outlines = _outlines(lab)
    found = _seen_best(lab, light, outlines, least, shadows=False)
    clear = found is not None and found.clarity >= CLEARLY
    if not clear:
        if not _is_paper(lab):
            # something lies on a table, and nobody is sure where: no second look makes that certain
            return Sheet(_frame(picture) if found is None else _ordered(found.corners / scale), False)
        # what only a thin shadow tells may be a printed frame as well
        found = _seen_best(lab, light, outlines, least, shadows=True) or found
    if found is None or found.clarity < SOMEHOW or is_printed(found.corners, lab, light):
        return None if _is_paper(lab) else Sheet(_frame(picture), False)
    (exact,) = laid_on(picture, found.corners[None] / scale, max(4.0, REACH_PX / scale), max(0.5, 0.12 / scale))
    sure = clear and of_one_paper(lab, exact.corners * scale) > ONE_PAPER
    sure = sure and _is_sure(picture, exact, found.clarity, max(2.0, BESIDE_PX / scale))
    return Sheet(_ordered(exact.corners), sure)


def _is_sure(picture: Picture, exact: Exact, clarity: float, beside: float) -> bool:
    straight = float(exact.straight.min())
    if clarity <= ALONE and straight <= NEARLY_STRAIGHT:
        return False
    within = paper_within(picture, exact.corners, beside)
    return within > (MOSTLY if clarity > ALONE or straight > STRAIGHT else WHOLLY)


def find_page(picture: Picture) -> Corners | None:
    """The corners of the sheet in a live frame, None without a sure one."""
    sheet = find_sheet(picture)
    return sheet.corners if sheet is not None and sheet.sure else None


def runs_out(picture: Picture) -> bool:
    """Whether something bright and large, as a sheet is, goes on beyond the picture's border."""
    scale = LOOK_PX / 2 / max(picture.shape[:2])
    small = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    closed = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    mask = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2 or float(mask.mean()) > 255 * 0.95:
        return False
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return bool(stats[largest, cv2.CC_STAT_AREA] > 2 * LEAST_SHARE * mask.size and (rim == largest).any())


def _small(picture: Picture) -> tuple[Picture, float]:
    scale = min(1.0, LOOK_PX / max(picture.shape[:2]))
    if scale == 1:
        return picture, 1.0
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    # a quarter of the dots of what becomes one is enough
    stride = max(1, int(1 / scale / 4))
    part = np.ascontiguousarray(picture[::stride, ::stride]) if stride > 1 else picture
    # to a whole part is many times faster than to any other size; the rest must be enough to leave no grain of its own
    whole = int(part.shape[1] / size[0] / LEAST_REST)
    if whole > 1:
        even = part[: part.shape[0] // whole * whole, : part.shape[1] // whole * whole]
        part = np.asarray(
            cv2.resize(even, (even.shape[1] // whole, even.shape[0] // whole), interpolation=cv2.INTER_AREA), np.uint8
        )
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _plain(small: Picture, rgb: bool) -> tuple[Lab, Light]:
    """The picture without its writing, lit as brightly as paper should be, in CIELAB; and its lightness with the writing."""
    if small.ndim == 2:
        small = np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), np.uint8)
    way = cv2.COLOR_RGB2LAB if rgb else cv2.COLOR_BGR2LAB
    around = round(2 * WIDENED_PX) + 1
    plain = cv2.medianBlur(cv2.dilate(small, np.ones((around, around), np.uint8)), 5)
    some = plain[::4, ::4]
    bright = max(20.0, float(np.percentile(np.maximum(np.maximum(some[:, :, 0], some[:, :, 1]), some[:, :, 2]), 98)))
    gain = np.minimum(np.arange(256, dtype=np.float32) * np.float32(max(1.0, 235.0 / bright) / 255), 1)
    lab = cv2.cvtColor(cv2.LUT(plain, gain), way)
    # of the writing 256 steps of lightness tell enough, in a third of the time
    own = cv2.cvtColor(cv2.LUT(small, np.round(gain * 255).astype(np.uint8)), way)
    return np.asarray(lab, np.float32), np.asarray(own[:, :, 0] * np.float32(1 / 2.55), np.float32)


def _is_paper(lab: Lab) -> bool:
    """Whether the picture's border is as light and as colourless as what is lightest in it."""
    rim = np.concatenate([lab[2], lab[-3], lab[:, 2], lab[:, -3]])
    bright = float(np.percentile(lab[::4, ::4, 0], 80))
    paper = np.median(lab[::4, ::4][lab[::4, ::4, 0] >= bright], axis=0)
    far = np.abs(rim - paper).max(axis=1)
    return float((far < NEAR_PAPER).mean()) > 0.75


def _frame(picture: Picture) -> Corners:
    height, width = picture.shape[:2]
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)


def _seen_best(lab: Lab, light: Light, outlines: Floats, least: float, *, shadows: bool) -> _Rough | None:
    """What is seen best, of those figures that look likeliest."""
    lines = find_lines(lab, light, outlines, shadows=shadows)
    height, width = light.shape
    corners, worth = figures(lines, (width, height), least)
    best: _Rough | None = None
    places = _apart(corners, worth)
    for place, exact in zip(places, laid_on(light if shadows else lab, corners[places], 7.0, 0.5), strict=True):
        value = float(worth[place] * exact.straight.mean() * min(1.0, exact.straight.min() / 0.6))
        if best is None or value > best.worth:
            drawn = exact.corners if shadows else _drawn_in(exact.corners)
            share = float(cv2.contourArea(drawn.astype(np.float32))) / (width * height)
            best = _Rough(drawn, value, value / float(np.sqrt(max(share, least))))
    return best


def _apart(corners: Floats, worth: Floats) -> list[int]:
    """The few worthiest figures, one of those that lie within some pixels of each other."""
    order = np.argsort(-worth, kind="stable")[:400]
    kept: list[int] = []
    while order.size and len(kept) < TRIED and worth[order[0]] >= 0.5 * worth.max():
        kept.append(int(order[0]))
        order = order[np.abs(corners[order] - corners[order[0]]).max(axis=(1, 2)) >= 6]
    return kept


def _drawn_in(corners: Corners) -> Corners:
    """The corners of what was widened: each side back by as much."""
    sides = np.roll(corners, -1, axis=0) - corners
    inward = np.stack([-sides[:, 1], sides[:, 0]], axis=1) / np.hypot(sides[:, 0], sides[:, 1])[:, None]
    moved = np.abs(inward).sum(axis=1)[:, None] * WIDENED_PX * inward
    lines = np.concatenate([corners + moved, np.roll(corners, -1, axis=0) + moved], axis=1)
    crossed = [crossing(lines[place - 1], lines[place]) for place in range(4)]
    return corners if any(corner is None for corner in crossed) else np.array(crossed, np.float64)


def _outlines(lab: Lab) -> Floats:
    """The sides of bright and of colourless areas, as segments (x0, y0, x1, y1)."""
    found: list[Floats] = []
    half = lab[::2, ::2]  # where an outline is exactly is looked for later
    light = np.clip(half[:, :, 0] * 2.55, 0, 255).astype(np.uint8)
    pale = np.clip(200 - 3 * np.hypot(half[:, :, 1], half[:, :, 2]), 0, 255).astype(np.uint8)
    for plane in (light, pale):
        for size in (3, 9, 15):
            contours, _ = cv2.findContours(_bright(plane, size), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:2]:
                polygon = 2.0 * cv2.approxPolyDP(contour, 2.0, closed=True)[:, 0, :].astype(np.float64)
                found.append(np.concatenate([polygon, np.roll(polygon, -1, axis=0)], axis=1) + 0.5)
    ends = np.concatenate(found) if found else np.zeros((0, 4))
    return ends[np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]) >= 24]


def _bright(plane: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Where a plane is bright, without what is narrower than `size`: a stripe that touches the sheet, a finger."""
    _, mask = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel), np.uint8)


def _ordered(points: Corners) -> Corners:
    """Clockwise (as a picture is seen) from the corner nearest the top left."""
    return np.roll(points, -int(np.argmin(points.sum(axis=1))), axis=0)
