"""A sheet of paper in a camera's picture: its four corners, found fast enough for live frames."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Corners = NDArray[np.float64]
"""Four points (x, y) in pixels, clockwise from the one nearest the top left."""

SEARCH_PX: Final = 480
LEAST_SHARE: Final = 0.04
_FLAT: Final = 0.35  # cosine of the angle at a corner: nearer to a right angle than 70 degrees
_SUPPORT: Final = 0.6  # of each side so much must be seen as an edge


def find_page(picture: NDArray[np.uint8]) -> Corners | None:
    """The corners of the largest sheet in a picture (grey, or rows by columns by three), None without a sure one."""
    scale = min(1.0, SEARCH_PX / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    planes = [np.asarray(cv2.medianBlur(plane, 5), np.uint8) for plane in _planes(np.asarray(small, np.uint8))]
    edges = np.zeros(planes[0].shape, np.uint8)
    for plane in planes:
        middle = float(np.median(plane))
        edges |= np.asarray(cv2.Canny(plane, max(20.0, 0.4 * middle), max(50.0, 0.9 * middle)), np.uint8)
    near = np.asarray(cv2.dilate(edges, np.ones((5, 5), np.uint8)), np.uint8)
    best: Corners | None = None
    largest = LEAST_SHARE * edges.size
    for mask in (np.asarray(cv2.dilate(edges, np.ones((3, 3), np.uint8)), np.uint8), *_bright(planes[0])):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            if len(contour) < 4 or cv2.contourArea(cv2.convexHull(contour)) <= largest:
                continue
            corners = _corners(contour)
            if corners is None or not _is_sheet(corners, near):
                continue
            area = float(cv2.contourArea(corners.astype(np.float32)))
            if area > largest:
                best, largest = corners, area
    return None if best is None else best / scale


def runs_out(picture: NDArray[np.uint8]) -> bool:
    """Whether something bright and large, as a sheet is, goes on beyond the picture's border."""
    scale = SEARCH_PX / 2 / max(picture.shape[:2])
    small = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    mask = _bright(_planes(small)[0])[0]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2 or float(mask.mean()) > 255 * 0.95:
        return False
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return bool(stats[largest, cv2.CC_STAT_AREA] > 2 * LEAST_SHARE * mask.size and (rim == largest).any())


def _planes(picture: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Brightness and, of a picture in colour, saturation: white paper on a table as bright as itself."""
    if picture.ndim == 2:
        return [picture]
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    saturation = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV)[:, :, 1]
    return [np.asarray(grey, np.uint8), np.asarray(saturation, np.uint8)]


def _bright(grey: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    _, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    return [np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)), np.uint8)]


def _corners(contour: Any) -> Corners | None:
    hull = cv2.convexHull(contour)
    around = cv2.arcLength(hull, closed=True)
    for looseness in (0.01, 0.02, 0.03, 0.05):
        polygon = cv2.approxPolyDP(hull, looseness * around, closed=True)
        if len(polygon) == 4:
            return _ordered(np.asarray(polygon[:, 0, :], np.float64))
    return None


def _ordered(points: Corners) -> Corners:
    """Clockwise (as a picture is seen) from the corner nearest the top left."""
    middle = points.mean(axis=0)
    turned = points[np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))]
    return np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0)


def _is_sheet(corners: Corners, edges: NDArray[np.uint8]) -> bool:
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    if lengths.min() < 20 or lengths.max() / lengths.min() > 4:
        return False
    for side, following, length, next_length in zip(
        sides, np.roll(sides, -1, axis=0), lengths, np.roll(lengths, -1), strict=True
    ):
        if abs(float(side @ following)) / (length * next_length) > _FLAT:
            return False
    height, width = edges.shape
    steps = np.linspace(0.08, 0.92, 40)[:, None]
    for corner, side in zip(corners, sides, strict=True):
        x, y = np.round(corner + steps * side).astype(np.int64).T
        inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        if not inside.all() or (edges[y, x] > 0).mean() < _SUPPORT:
            return False
    return True
