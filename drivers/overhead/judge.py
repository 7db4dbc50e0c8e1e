"""Whether a page can be taken now, frame by frame: found, whole, flat, sharp, still, and not the last one again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.paper import Corners, find_page, runs_out
from drivers.preview import Hint

Frame = NDArray[np.uint8]

LEAST_SHARE: Final = 0.22  # of the frame; A4 then has half the dots that it could have
EDGE_SHARE: Final = 0.004  # a corner so near the frame's border may lie beyond it
MOST_TILT: Final = 1.3  # opposite sides of a sheet that lies flat below the camera are about as long
STILL_SHARE: Final = (
    0.01  # of the frame's diagonal that a corner may wander, or be found otherwise, from frame to frame
)
DARK_PAPER: Final = 70.0
SHARP: Final = 18.0
SAME: Final = 0.7
"""Our papers laid there anew are alike by 0.82 and more, two different ones by 0.41 at most."""
SAME_AFTER_HAND: Final = 0.86
"""Once something has moved over it, only what lies there unmoved is the same page: two copies of a form are alike, too."""
MOVED: Final = 20.0
"""Grey levels by which the fiftieth part of a page changes when a hand moves over it; without one, by 15 at most."""
GONE: Final = 3
"""Frames without a sheet after which the next one may be like the last: a second copy of a form is a page, too."""
_SLACK: Final = 3
_FACE: Final = (72, 100)  # a page's face, small enough that noise is nothing and large enough that its lines differ


@dataclass(frozen=True)
class Look:
    """What one frame shows: the sheet's corners if there is one, why it cannot be taken, and its face."""

    hint: Hint
    corners: Corners | None = None
    sharpness: float = 0.0
    face: Frame | None = None


class Judge:
    """Looks at frames one after another and remembers the page that was taken last."""

    def __init__(self) -> None:
        self._before: Corners | None = None
        self._face: Frame | None = None
        self._taken: Frame | None = None
        self._gone = 0
        self._touched = False

    def look(self, frame: Frame) -> Look:
        """Judges a frame of three planes; its hint is NONE when the page may be taken as it lies."""
        corners = find_page(frame)
        before, self._before = self._before, corners
        earlier, self._face = self._face, None
        if float(np.percentile(frame[::8, ::8], 95)) < DARK_PAPER:
            return Look(Hint.TOO_DARK)
        if corners is None:
            if runs_out(frame):
                return Look(Hint.OUTSIDE)
            self._gone += 1
            if self._gone >= GONE:
                self._taken = None
            return Look(Hint.NO_PAGE)
        self._gone = 0
        face = self._face = _face(frame, corners)
        quiet = earlier is not None and not _changed(face, earlier)
        self._touched = self._touched or not quiet
        sharpness = _sharpness(frame, corners)
        return Look(self._hint(frame, corners, before if quiet else None, face, sharpness), corners, sharpness, face)

    def taken(self, look: Look) -> None:
        """This page is had; it is not taken again before another one has lain there."""
        self._taken = look.face
        self._touched = False

    def _hint(self, frame: Frame, corners: Corners, before: Corners | None, face: Frame, sharpness: float) -> Hint:
        height, width = frame.shape[:2]
        rim = EDGE_SHARE * max(width, height)
        if corners.min() < rim or corners[:, 0].max() > width - rim or corners[:, 1].max() > height - rim:
            return Hint.OUTSIDE
        if cv2.contourArea(corners.astype(np.float32)) < LEAST_SHARE * width * height:
            return Hint.TOO_FAR
        if _tilt(corners) > MOST_TILT:
            return Hint.TILTED
        if self._taken is not None and _alike(face, self._taken, SAME_AFTER_HAND if self._touched else SAME):
            return Hint.TURN_OVER
        wander = STILL_SHARE * float(np.hypot(width, height))
        if before is None or float(np.abs(corners - before).max()) > wander:
            return Hint.MOVING
        return Hint.NONE if sharpness >= SHARP else Hint.BLURRED


def _tilt(corners: Corners) -> float:
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    return float(max(max(sides[n], sides[n + 2]) / max(1.0, min(sides[n], sides[n + 2])) for n in (0, 1)))


def _face(frame: Frame, corners: Corners) -> Frame:
    """The page upright and small, grey."""
    width, height = _FACE
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    # first made smaller, or single dots of the large frame would be picked out instead of averaged
    factor = 4 * height / max(1.0, float(np.ptp(corners, axis=0).max()))
    small = cv2.resize(frame, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else frame
    matrix = cv2.getPerspectiveTransform((corners * min(factor, 1.0)).astype(np.float32), target)
    flat = cv2.warpPerspective(np.asarray(small, np.uint8), matrix, _FACE)
    return np.asarray(cv2.GaussianBlur(cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY), (3, 3), 0), np.uint8)


def _changed(face: Frame, earlier: Frame) -> bool:
    """Whether something moves over the page while the page itself lies still: a hand, its shadow, a sheet half laid."""
    light = float(np.median(face)) / max(1.0, float(np.median(earlier)))
    then = np.asarray(np.clip(earlier * light, 0, 255), np.uint8)
    # the corners are found a hair differently each time: only what no neighbouring spot explains has changed
    near = np.ones((5, 5), np.uint8)
    beyond = cv2.max(cv2.subtract(face, cv2.dilate(then, near)), cv2.subtract(cv2.erode(then, near), face))
    return float(np.percentile(beyond, 98)) > MOVED


def _alike(one: Frame, other: Frame, least: float) -> bool:
    """Whether two faces show the same page, lying this way or the other way round."""
    return max(_likeness(one, other), _likeness(np.asarray(one[::-1, ::-1], np.uint8), other)) > least


def _likeness(one: Frame, other: Frame) -> float:
    """Correlation of what is printed, without the light that falls on the page; 1.0 for two empty ones."""
    here, there = _print(one), _print(other)
    strengths = [float(part.std()) for part in (here, there)]
    if max(strengths) < 3.0:
        return 1.0
    if min(strengths) < 1.0:
        return 0.0
    # the corners are found a hair differently each time
    return float(cv2.matchTemplate(here, there[_SLACK:-_SLACK, _SLACK:-_SLACK], cv2.TM_CCOEFF_NORMED).max())


def _print(face: Frame) -> NDArray[np.float32]:
    inner = face[4:-4, 4:-4].astype(np.float32)
    return np.asarray(inner - cv2.GaussianBlur(inner, (0, 0), 8), np.float32)


def _sharpness(frame: Frame, corners: Corners) -> float:
    """Strength of the strongest edges on the page, as parts of 255 of its contrast."""
    left, top = np.maximum(corners.min(axis=0), 0).astype(int)
    right, bottom = corners.max(axis=0).astype(int)
    page = cv2.cvtColor(np.ascontiguousarray(frame[top:bottom:1, left:right:1]), cv2.COLOR_BGR2GRAY)
    middle = page[page.shape[0] // 8 : -page.shape[0] // 8, page.shape[1] // 8 : -page.shape[1] // 8]
    if middle.size == 0:
        return 0.0
    edges = np.abs(cv2.Laplacian(cv2.GaussianBlur(middle, (0, 0), 1.0), cv2.CV_32F))
    low, high = (float(np.percentile(middle[::4, ::4], part)) for part in (0.5, 95))
    if high - low < 25:
        return 255.0  # nothing is printed there: an empty side cannot be out of focus
    return 255 * float(np.percentile(edges, 99.5)) / (high - low)
