"""The sheet on a dark bed: its four edges fitted to a fraction of a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture

Grey = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]

# Frame pixels that touch the picture's own border tell nothing of the paper's edge.
BORDER_PX: Final = 3
# A dark border counts as the scanner's bed only when it is even: a photograph is not.
MAX_BED_SPREAD: Final = 18.0
MIN_BED_SHARE: Final = 0.03
# An identity card fills 7 % of an A4 bed; a business card half of that.
MIN_SHEET_SHARE: Final = 0.015
MIN_FILL: Final = 0.8
# A corner is missing when so little of its triangle is paper. A sheet that only reaches 3 mm beyond the frame, as a
# feeder's do, keeps more.
CORNER_MM: Final = 8.0
CORNER_LEFT: Final = 0.2


@dataclass(frozen=True)
class Sheet:
    """A rectangle in coordinates turned by `phi` radians about the picture's origin.

    u = x cos + y sin, v = y cos - x sin; `phi` is positive when the sheet lies clockwise. `cut` says that a corner of
    the paper is missing or out of the frame.
    """

    phi: float
    left: float
    top: float
    right: float
    bottom: float
    cut: bool


def find_sheet(small: Picture, pixels_per_mm: float) -> Sheet | None:
    """The sheet (or the box round several) on a dark even bed; None where there is no such bed or no straight edge.

    Meant for an RGB picture of about 1000 pixels: the fit averages over hundreds of edge points.
    """
    mask = _paper_mask(small)
    if mask is None:
        return None
    height, width = mask.shape
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    sizes = [(cv2.contourArea(contour), contour) for contour in contours]
    sheets = [contour for area, contour in sizes if area >= MIN_SHEET_SHARE * width * height]
    if not sheets:
        return None
    largest = max(sheets, key=cv2.contourArea)
    outline = largest[:, 0, :].astype(np.float64)
    phi = _direction(outline, width, height)
    if phi is None:
        return None
    sides, phi = _fit_sides(outline, phi, width, height)
    if sides is None:
        return None
    left, top, right, bottom = sides
    own = Sheet(phi, left, top, right, bottom, cut=False)
    if cv2.contourArea(largest) < MIN_FILL * _visible_area(own, width, height):
        return None
    others = [contour[:, 0, :].astype(np.float64) for contour in sheets if contour is not largest]
    cut = _corner_missing(mask, own, pixels_per_mm)
    for other in others:
        u, v = _turn(other, phi)
        left, right = min(left, u.min()), max(right, u.max())
        top, bottom = min(top, v.min()), max(bottom, v.max())
    return Sheet(phi, left, top, right, bottom, cut)


def _paper_mask(small: Picture) -> Grey | None:
    """255 where something unlike the bed lies; None without a dark even bed along the frame."""
    smooth = np.asarray(cv2.medianBlur(small, 5), dtype=np.uint8)
    edges = (smooth[:BORDER_PX], smooth[-BORDER_PX:], smooth[:, :BORDER_PX], smooth[:, -BORDER_PX:])
    ring = np.concatenate([edge.reshape(-1, 3) for edge in edges]).astype(np.float64)
    light = ring.mean(axis=1)
    paper = float(np.percentile(smooth[::2, ::2].mean(axis=2), 98))
    dark = light < 0.55 * paper
    if dark.mean() < MIN_BED_SHARE:
        return None
    bed = np.median(ring[dark], axis=0)
    spread = 1.4826 * float(np.median(np.abs(ring[dark] - bed)))
    if spread > MAX_BED_SPREAD or paper - bed.mean() < 50:
        return None
    # By colour, not by brightness: a dark blue band along an edge is part of the sheet, lighter or darker than the bed.
    red, green, blue = cv2.split(cv2.absdiff(smooth, np.array([*np.round(bed), 0.0])))
    unlike = cv2.max(cv2.max(red, green), blue)
    threshold = max(22.0, 5 * spread, 0.12 * (paper - float(bed.mean())))
    mask = cv2.threshold(unlike, threshold, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), dtype=np.uint8)


def _inside(points: Points, width: int, height: int) -> npt.NDArray[np.bool_]:
    x, y = points[:, 0], points[:, 1]
    return np.asarray(
        (x >= BORDER_PX) & (y >= BORDER_PX) & (x < width - BORDER_PX) & (y < height - BORDER_PX), dtype=np.bool_
    )


def _directions(
    outline: Points, step: int, width: int, height: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The outline's direction at each point, degrees modulo 180, and where both ends of the chord are in the frame."""
    ahead, behind = np.roll(outline, -step, axis=0), np.roll(outline, step, axis=0)
    inside = _inside(outline, width, height) & _inside(ahead, width, height) & _inside(behind, width, height)
    chord = ahead - behind
    return np.degrees(np.arctan2(chord[:, 1], chord[:, 0])) % 180.0, inside


def _direction(outline: Points, width: int, height: int) -> float | None:
    """The rectangle's turn in radians within +-45 degrees, to about 0.2 degrees; None when edges are not straight."""
    step = max(6, len(outline) // 80)
    angles, inside = _directions(outline, step, width, height)
    if inside.sum() < max(60, len(outline) // 25):
        return None
    quarter = angles[inside] % 90.0
    histogram = np.bincount((quarter * 2).astype(np.int64) % 180, minlength=180).astype(np.float64)
    smoothed = histogram + np.roll(histogram, 1) + np.roll(histogram, -1)
    peak = float(np.argmax(smoothed)) / 2 + 0.25
    off = (quarter - peak + 45.0) % 90.0 - 45.0
    near = np.abs(off) < 2.5
    if near.mean() < 0.5:
        return None
    turn = peak + float(off[near].mean())
    return float(np.radians((turn + 45.0) % 90.0 - 45.0))


def _turn(points: Points, phi: float) -> tuple[Points, Points]:
    cosine, sine = np.cos(phi), np.sin(phi)
    x, y = points[:, 0], points[:, 1]
    return x * cosine + y * sine, y * cosine - x * sine


def _fit_sides(
    outline: Points, phi: float, width: int, height: int
) -> tuple[tuple[float, float, float, float] | None, float]:
    """Left, top, right, bottom and the refined turn; a side that leaves the frame ends where the paper is last seen."""
    step = max(6, len(outline) // 80)
    angles, inside = _directions(outline, step, width, height)
    off = (angles - np.degrees(phi) + 45.0) % 180.0 - 45.0
    level = inside & (np.abs(off) < 5.0)
    upright = inside & (np.abs(off - 90.0) < 5.0)
    for _ in range(2):
        u, v = _turn(outline, phi)
        slopes: list[tuple[float, float]] = []
        for along, across, chosen, sign in ((u, v, level, 1.0), (v, u, upright, -1.0)):
            middle = (across.min() + across.max()) / 2
            for first in (True, False):
                picked = chosen & ((across < middle) if first else (across >= middle))
                fitted = _fit_line(along[picked], across[picked], outermost_low=first)
                if fitted is not None:
                    slope, weight = fitted
                    slopes.append((sign * slope, weight))
        if not slopes:
            return None, phi
        total = sum(weight for _, weight in slopes)
        phi += float(np.arctan(sum(slope * weight for slope, weight in slopes) / total))
    u, v = _turn(outline, phi)
    limits: list[float] = []
    for across, chosen in ((u, upright), (v, level)):
        middle = (across.min() + across.max()) / 2
        for first in (True, False):
            picked = chosen & ((across < middle) if first else (across >= middle))
            limits.append(_limit(across[picked], across, outermost_low=first))
    left, right, top, bottom = limits
    if right - left < 20 or bottom - top < 20:
        return None, phi
    return (left, top, right, bottom), phi


def _outer_cluster(across: Points, *, outermost_low: bool, reach: float) -> npt.NDArray[np.bool_] | None:
    """Points of the outermost line that carries at least a fifth of them: content that notches the edge lies inside."""
    if across.size < 25:
        return None
    values = across if outermost_low else -across
    bins = ((values - values.min()) / reach).astype(np.int64)
    counts = np.bincount(bins)
    pairs = counts[:-1] + counts[1:] if counts.size > 1 else counts
    strong = np.flatnonzero(pairs >= 0.2 * values.size)
    if strong.size == 0:
        return None
    centre = float(np.median(values[(bins == strong[0]) | (bins == strong[0] + 1)]))
    return np.asarray(np.abs(values - centre) <= reach, dtype=np.bool_)


def _fit_line(along: Points, across: Points, *, outermost_low: bool) -> tuple[float, float] | None:
    """Slope of a side against the present turn and its weight (points times squared length)."""
    near = _outer_cluster(across, outermost_low=outermost_low, reach=6.0)
    if near is None or near.sum() < 25:
        return None
    x, y = along[near], across[near]
    for _ in range(3):
        slope, offset = np.polyfit(x, y, 1)
        error = np.abs(y - (slope * x + offset))
        keep = error <= max(0.7, 2.0 * float(np.median(error)))
        if keep.sum() < 20 or keep.all():
            break
        x, y = x[keep], y[keep]
    length = float(x.max() - x.min())
    return float(slope), x.size * length * length


def _limit(side: Points, everything: Points, *, outermost_low: bool) -> float:
    near = _outer_cluster(side, outermost_low=outermost_low, reach=4.0)
    if near is not None:
        return float(np.median(side[near]))
    return float(everything.min() if outermost_low else everything.max())


def corners(sheet: Sheet) -> Points:
    """The four corners in the picture's coordinates, clockwise from the top left."""
    cosine, sine = np.cos(sheet.phi), np.sin(sheet.phi)
    box = [
        (sheet.left, sheet.top),
        (sheet.right, sheet.top),
        (sheet.right, sheet.bottom),
        (sheet.left, sheet.bottom),
    ]
    return np.array([(u * cosine - v * sine, u * sine + v * cosine) for u, v in box], dtype=np.float64)


def _visible_area(sheet: Sheet, width: int, height: int) -> float:
    frame = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    area, _ = cv2.intersectConvexConvex(corners(sheet).astype(np.float32), frame)
    return float(area)


def _corner_missing(mask: Grey, sheet: Sheet, pixels_per_mm: float) -> bool:
    """Whether a triangle of CORNER_MM at any corner is mostly not paper: folded, torn, or beyond the frame."""
    side = max(4, round(CORNER_MM * pixels_per_mm))
    width, height = round(sheet.right - sheet.left), round(sheet.bottom - sheet.top)
    if min(width, height) < 3 * side:
        return False
    cosine, sine = np.cos(sheet.phi), np.sin(sheet.phi)
    u, v = np.array([cosine, sine]), np.array([-sine, cosine])
    grid = np.arange(side) + 0.5
    down, across = np.meshgrid(grid, grid, indexing="ij")
    inside = (across + down) < side
    for corner, du, dv in zip(corners(sheet), (1, -1, -1, 1), (1, 1, -1, -1), strict=True):
        spots = corner + across[inside, None] * u * du + down[inside, None] * v * dv
        x, y = np.floor(spots[:, 0]).astype(np.int64), np.floor(spots[:, 1]).astype(np.int64)
        seen = (x >= 0) & (y >= 0) & (x < mask.shape[1]) & (y < mask.shape[0])
        paper = mask[y[seen], x[seen]] > 0
        if paper.sum() < CORNER_LEFT * inside.sum():
            return True
    return False
