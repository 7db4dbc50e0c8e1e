"""A page in a photograph: found by its four edges, given back flat and in its true proportions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kiosk_app.imaging.decode import Picture

# Four corners in pixels, (4, 2): clockwise, the first is the one nearest to the picture's top left.
Quad = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]

LOOK_LONG_PX: Final = 480
# Lines that may be a page's sides: of each direction the longest.
MOST_LINES: Final = 9
MOST_FIGURES: Final = 160
SAMPLES: Final = 160
# How far beside an edge the colours are compared: beyond a printed frame's line, within a page's margin.
BESIDE_PX: Final = 5.0
# Distance in CIELAB between page and table that counts as seen.
SEEN: Final = 6.0
LEAST_SUPPORT: Final = 0.72
LEAST_SIDE: Final = 0.5
GOES_ON: Final = 0.35
LEAST_SHARE: Final = 0.15
MOST_SHARE: Final = 0.985
CORNER_DEG: Final = (50.0, 130.0)
# A page is not darker than its table by more than this (CIELAB lightness): that would be a picture on a page.
DARKER: Final = 6.0
# More such marks beside it, and what was found is a box on a page.
MOST_MARKS_OUTSIDE: Final = 12
PAGE_LIGHT: Final = 0.7
# What is mostly of one colour is a page; what is not may be a picture on one.
LEAST_PLAIN: Final = 0.5
PLAIN: Final = 30.0
REFINE_PX: Final = 7
# Under this two opposite sides hardly converge.
LEAST_CONVERGING: Final = 0.05
# Focal length over a picture's longer side: telephones have 0.7, document cameras 1.
USUAL_LENS: Final = 0.9
KNOWN_RATIOS: Final = (297 / 210, 85.6 / 53.98)
RATIO_ERROR: Final = 0.045


def find_page(image: Picture) -> Quad | None:
    """The page's corners in an RGB picture, None where no page is seen with confidence. For live frames, too.

    All four edges must stand out against what lies round them; a frame or table printed on a page has paper on both
    sides and is none.
    """
    scale = min(1.0, LOOK_LONG_PX / max(image.shape[:2]))
    small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    # writing goes, paper and table stay
    plain = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 5)
    lab = np.asarray(cv2.cvtColor(plain, cv2.COLOR_RGB2LAB), dtype=np.uint8)
    quad = _best(_outlined(lab), lab)
    if quad is None:
        # where the outline is broken, by a finger or a shadow, what is left of its sides is drawn out
        quad = _best(_from_lines(_lines(lab)), lab)
    if quad is None or _is_box_on_a_page(quad, small, lab):
        return None
    return _refined(image, quad / scale, 1 / scale)


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


def _outlined(lab: Picture) -> list[Quad]:
    """Outlines of what is unlike the picture's border, by lightness and by colour, as four corners each."""
    light = lab[:, :, 0]
    border = np.concatenate(
        [lab[:4].reshape(-1, 3), lab[-4:].reshape(-1, 3), lab[:, :4].reshape(-1, 3), lab[:, -4:].reshape(-1, 3)]
    )
    unlike = np.abs(lab.astype(np.int16) - np.median(border, axis=0).astype(np.int16)).max(axis=2).astype(np.uint8)
    found: list[Quad] = []
    for plane in (light, unlike, 255 - lab[:, :, 2]):
        _, mask = cv2.threshold(np.ascontiguousarray(plane), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:2]:
            hull = cv2.convexHull(contour)
            around = cv2.arcLength(hull, True)
            for share in (0.01, 0.02, 0.035, 0.05):
                corners = cv2.approxPolyDP(hull, share * around, True)
                if len(corners) == 4:
                    found.append(_ordered(corners[:, 0, :].astype(np.float64) + 0.5))
                    break
    return found


def _lines(lab: Picture) -> Points:
    """Straight edges (a point, a direction of length 1), the longest of each direction."""
    edges = np.zeros(lab.shape[:2], np.uint8)
    soft = np.asarray(cv2.GaussianBlur(lab, (3, 3), 0), dtype=np.uint8)
    for plane, bounds in zip(cv2.split(soft), ((18, 50), (12, 30), (12, 30)), strict=True):
        edges = np.maximum(edges, np.asarray(cv2.Canny(plane, *bounds), dtype=np.uint8))
    found = cv2.HoughLinesP(edges, 1, np.pi / 360, 36, minLineLength=min(lab.shape[:2]) // 9, maxLineGap=8)
    if found is None:
        return np.zeros((0, 4))
    ends = found.reshape(-1, 4).astype(np.float64)
    vectors = ends[:, 2:] - ends[:, :2]
    lengths = np.hypot(vectors[:, 0], vectors[:, 1])
    order = np.argsort(-lengths, kind="stable")[:220]
    ends, vectors, lengths = ends[order], vectors[order] / lengths[order, None], lengths[order]
    groups: list[list[float]] = []
    weights: list[float] = []
    for (x0, y0, x1, y1), (dx, dy), length in zip(ends, vectors, lengths, strict=True):
        middle = (x0 + x1) / 2, (y0 + y1) / 2
        for place, (gx, gy, gdx, gdy) in enumerate(groups):
            off = abs((middle[0] - gx) * gdy - (middle[1] - gy) * gdx)
            if abs(dx * gdy - dy * gdx) < 0.06 and off < 4:
                weights[place] += float(length)
                break
        else:
            groups.append([middle[0], middle[1], float(dx), float(dy)])
            weights.append(float(length))
    level = [place for place in np.argsort(-np.array(weights), kind="stable") if abs(groups[place][2]) >= 0.7071]
    steep = [place for place in np.argsort(-np.array(weights), kind="stable") if abs(groups[place][2]) < 0.7071]
    chosen = level[:MOST_LINES] + steep[:MOST_LINES]
    return np.array([groups[place] for place in chosen], dtype=np.float64).reshape(-1, 4)


def _from_lines(lines: Points) -> list[Quad]:
    """All figures of two level and two steep lines."""
    level = [line for line in lines if abs(line[2]) >= 0.7071]
    steep = [line for line in lines if abs(line[2]) < 0.7071]
    made = (_figure(*one, *other) for one in combinations(level, 2) for other in combinations(steep, 2))
    return [quad for quad in made if quad is not None]


def _best(quads: Sequence[Quad], lab: Picture) -> Quad | None:
    """The one whose sides stand out best, the larger the better."""
    height, width = lab.shape[:2]
    shaped = [quad for quad in quads if _is_page_shaped(quad, width, height)]
    shaped.sort(key=lambda quad: -cv2.contourArea(quad.astype(np.float32)))
    best, most = None, 0.0
    for quad in shaped[:MOST_FIGURES]:
        area = float(cv2.contourArea(quad.astype(np.float32)))
        if area <= most:
            break
        worth = _support(quad, lab) * area
        if worth > most:
            best, most = quad, worth
    return best


def _figure(first: Points, second: Points, third: Points, fourth: Points) -> Quad | None:
    """The corners of two and two lines, clockwise from the top left."""
    corners = [_cross(one, other) for one in (first, second) for other in (third, fourth)]
    if any(corner is None for corner in corners):
        return None
    points = np.array(corners, dtype=np.float64)
    return _ordered(points)


def _cross(one: Points, other: Points) -> tuple[float, float] | None:
    turn = one[2] * other[3] - one[3] * other[2]
    if abs(turn) < 0.3:
        return None
    along = ((other[0] - one[0]) * other[3] - (other[1] - one[1]) * other[2]) / turn
    return float(one[0] + along * one[2]), float(one[1] + along * one[3])


def _ordered(points: Points) -> Quad:
    middle = points.mean(axis=0)
    round_ = points[np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))]
    first = int(np.argmin(round_.sum(axis=1)))
    return np.asarray(np.roll(round_, -first, axis=0), dtype=np.float64)


def _is_page_shaped(quad: Quad, width: int, height: int) -> bool:
    slack = 0.01 * max(width, height)
    if quad.min() < -slack or quad[:, 0].max() > width + slack or quad[:, 1].max() > height + slack:
        return False
    share = cv2.contourArea(quad.astype(np.float32)) / (width * height)
    if not LEAST_SHARE <= share <= MOST_SHARE:
        return False
    sides = np.roll(quad, -1, axis=0) - quad
    directions = np.degrees(np.arctan2(sides[:, 1], sides[:, 0]))
    corners = 180 - (np.roll(directions, -1) - directions) % 360
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    if corners.min() < CORNER_DEG[0] or corners.max() > CORNER_DEG[1]:
        return False
    return bool(
        min(lengths[0] / lengths[2], lengths[2] / lengths[0], lengths[1] / lengths[3], lengths[3] / lengths[1]) > 0.45
    )


def _support(quad: Quad, lab: Picture) -> float:
    """Which part of its sides stands out against the outside, 0 where one side does not or the page is the darker one."""
    height, width = lab.shape[:2]
    along = np.linspace(0.04, 0.96, SAMPLES // 4)
    shares: list[float] = []
    darker: list[float] = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        side = end - start
        inward = np.array([-side[1], side[0]]) / max(1e-6, float(np.hypot(*side)))
        points = start + along[:, None] * side
        inside, outside = points + BESIDE_PX * inward, points - BESIDE_PX * inward
        seen = (outside[:, 0] >= 0) & (outside[:, 0] < width) & (outside[:, 1] >= 0) & (outside[:, 1] < height)
        if seen.mean() < 0.6:
            return 0.0
        off = _colours(lab, inside[seen]) - _colours(lab, outside[seen])
        mean = np.median(off, axis=0)
        strength = float(np.hypot(np.hypot(mean[0], mean[1]), mean[2]))
        if strength < SEEN:
            return 0.0
        if _goes_on(lab, start, side, inward, mean / strength) > GOES_ON * strength:
            return 0.0
        shares.append(float(((off @ mean) / strength > 0.5 * SEEN).mean()))
        darker.append(-float(mean[0]))
    if min(shares) < LEAST_SIDE or np.mean(shares) < LEAST_SUPPORT or np.mean(darker) > DARKER:
        return 0.0
    return float(np.mean(shares))


def _goes_on(lab: Picture, start: Points, side: Points, inward: Points, direction: Points) -> float:
    """How strong the difference is beyond the side's ends: a shadow's edge runs on over the table, a page's ends."""
    height, width = lab.shape[:2]
    most = 0.0
    for along in (np.linspace(-0.25, -0.06, 10), np.linspace(1.06, 1.25, 10)):
        points = start + along[:, None] * side
        first, second = points + BESIDE_PX * inward, points - BESIDE_PX * inward
        both = np.stack([first, second])
        seen = ((both >= 0) & (both < (width, height))).all(axis=(0, 2))
        if seen.sum() >= 4:
            off = (_colours(lab, first[seen]) - _colours(lab, second[seen])) @ direction
            most = max(most, float(np.median(off)))
    return most


def _colours(lab: Picture, points: Points) -> Points:
    x = np.clip(np.round(points[:, 0] - 0.5).astype(np.int64), 0, lab.shape[1] - 1)
    y = np.clip(np.round(points[:, 1] - 0.5).astype(np.int64), 0, lab.shape[0] - 1)
    # OpenCV stretches lightness to 255
    return np.asarray(lab[y, x].astype(np.float64) * (100 / 255, 1.0, 1.0), dtype=np.float64)


def _is_box_on_a_page(quad: Quad, small: Picture, lab: Picture) -> bool:
    """Whether it is a picture, or writing goes on outside on ground as light as a page: a table's grain is not on such."""
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    marks = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 15, 14)
    inside = np.zeros(grey.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.round(quad).astype(np.int32), 1)
    own = lab[inside > 0].astype(np.float64)
    light = float(np.percentile(own[:, 0], 60))
    # a shadow over a page changes its lightness alone
    far = (np.abs(own - np.median(own, axis=0)) * (0.45, 1.0, 1.0)).max(axis=1)
    if (far < PLAIN).mean() < LEAST_PLAIN:
        return True
    marks[(cv2.dilate(inside, np.ones((9, 9), np.uint8)) > 0) | (lab[:, :, 0] < PAGE_LIGHT * light)] = 0
    rows = cv2.morphologyEx(marks, cv2.MORPH_CLOSE, np.ones((3, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(rows, connectivity=8)
    long, short = stats[1:, 2:4].max(axis=1), stats[1:, 2:4].min(axis=1)
    return int(((short >= 2) & (short <= 10) & (long >= 5) & (long <= 60)).sum()) > MOST_MARKS_OUTSIDE


def _refined(image: Picture, quad: Quad, pixel: float) -> Quad:
    """Each side moved to where the picture itself changes most, along its normals, and fitted by a line."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    reach = REFINE_PX if pixel > 1.2 else 4
    steps = np.arange(-reach, reach + 0.01, 0.5) * max(1.0, pixel / 2)
    along = np.linspace(0.05, 0.95, 48)
    sides: list[Points] = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        side = end - start
        length = max(1e-6, float(np.hypot(*side)))
        normal = np.array([-side[1], side[0]]) / length
        spots = start + along[:, None] * side
        grid = spots[:, None, :] + steps[None, :, None] * normal - 0.5
        profile = cv2.remap(
            grey,
            grid[:, :, 0].astype(np.float32),
            grid[:, :, 1].astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ).astype(np.float64)
        # the same direction of change along the whole side
        change = np.diff(cv2.GaussianBlur(profile, (5, 1), 0), axis=1)
        sign = np.sign(float(np.median(profile[:, -4:].mean(axis=1) - profile[:, :4].mean(axis=1)))) or 1.0
        best = np.argmax(sign * change, axis=1)
        off = (steps[best] + steps[best + 1]) / 2
        keep = np.abs(off - np.median(off)) <= max(1.0, 2 * float(np.median(np.abs(off - np.median(off)))))
        if keep.sum() >= 12:
            slope, shift = np.polyfit(along[keep], off[keep], 1)
        else:
            slope, shift = 0.0, 0.0
        a, b = start + shift * normal, end + (shift + slope) * normal
        direction = (b - a) / max(1e-6, float(np.hypot(*(b - a))))
        sides.append(np.array([a[0], a[1], direction[0], direction[1]]))
    corners = [_cross(sides[place - 1], sides[place]) for place in range(4)]
    if any(corner is None for corner in corners):
        return quad
    refined = np.array(corners, dtype=np.float64)
    # never further than what was looked at
    return refined if float(np.abs(refined - quad).max()) <= 3 * reach * max(1.0, pixel / 2) else quad


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
