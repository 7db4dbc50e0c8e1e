"""Photographs as telephones take them over real desks: wood, patterns, white, dim, sloping, a hand, other papers below."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.pages.troubles import SKINS
from tests.pages.wear import Picture

GROUNDS: Final = ("wood", "planks", "checks", "stripes", "dark", "white")
TROUBLES: Final = ("plain", "shadow", "hand", "papers", "dim", "slope", "things")
TWELVE_MP: Final = (4000, 3000)
LENS: Final = 0.85  # focal length over the picture's longer side
Points = npt.NDArray[np.float64]
Scene = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shot:
    """A photograph and the page's corners in it, clockwise from the page's own top left."""

    picture: Picture
    corners: Points
    ground: str
    trouble: str


def kind_of(seed: int) -> tuple[str, str]:
    """What lies below and what is difficult, so that every pair comes equally often."""
    return GROUNDS[seed % len(GROUNDS)], TROUBLES[seed % len(TROUBLES)]


def shot(page: Image.Image, seed: int, size: tuple[int, int] = TWELVE_MP) -> Shot:
    """The page photographed from a hand over a desk; it is wholly in the picture, and fills 20 to 85 % of it."""
    chance, (ground, trouble) = random.Random(f"desk-{seed}"), kind_of(seed)
    corners = placed(page.width / page.height, size, chance, sloping=trouble == "slope")
    out = _ground(ground, size, chance)
    unit = size[0] / 1280
    if trouble == "papers":
        for _ in range(chance.randint(1, 3)):
            lay(out, _paper(chance), _another(corners, chance), chance, unit)
    if trouble == "things":
        for _ in range(chance.randint(2, 4)):
            lay(out, _thing(chance), _beside(corners, size, chance), chance, unit)
    lay(out, np.asarray(page), corners, chance, unit)
    if trouble == "hand":
        _hold(out, corners, chance)
    out *= light(size, chance, hard=trouble == "shadow")[:, :, None]
    return Shot(exposed(out, chance, unit, dim=trouble == "dim", seed=seed), corners, ground, trouble)


def printed(page: Image.Image, corners: Points) -> Points:
    """The hull (n, 2) of what is printed on the page, where it lies in a photograph that shows the page's corners so."""
    levels = np.asarray(page).min(axis=2)
    ink = np.argwhere(levels < 0.6 * np.median(levels))[:, ::-1] + 0.5
    own = np.array([(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)], np.float32)
    matrix = cv2.getPerspectiveTransform(own, corners.astype(np.float32))
    hull = cv2.convexHull(ink.astype(np.float32))
    return np.asarray(cv2.perspectiveTransform(hull, matrix)[:, 0], np.float64)


def lost(corners: Points, hull: Points) -> float:
    """By how many pixels the farthest of what is printed lies beyond a quadrilateral, negative where all is within."""
    figure = corners.astype(np.float32)
    return -min(cv2.pointPolygonTest(figure, (float(x), float(y)), measureDist=True) for x, y in hull)


def placed(ratio: float, size: tuple[int, int], chance: random.Random, *, sloping: bool = False) -> Points:
    """Where the corners of a page of height 1 come to lie."""
    width, height = size
    half = np.array([(-ratio, -1, 0), (ratio, -1, 0), (ratio, 1, 0), (-ratio, 1, 0)]) * 0.5
    for _ in range(4000):
        turn = np.radians(chance.uniform(-25, 25) + chance.choice((0, 90, 180, 270)))
        flat = half @ cv2.Rodrigues(np.array([0, 0, turn]))[0].T
        slope, way = (
            np.radians(chance.uniform(24, 33) if sloping else chance.uniform(0, 15)),
            chance.uniform(0, 2 * np.pi),
        )
        tilt = np.array([np.cos(way), np.sin(way), 0]) * slope
        depth = chance.uniform(0.9, 2.2)
        place = np.array([chance.uniform(-0.1, 0.1) * depth, chance.uniform(-0.08, 0.08) * depth, depth])
        seen = flat @ cv2.Rodrigues(tilt)[0].T + place
        corners = np.asarray(seen[:, :2] / seen[:, 2:] * LENS * width + (width / 2, height / 2), np.float64)
        share = cv2.contourArea(corners.astype(np.float32)) / (width * height)
        rim = 0.015 * width
        inside = corners.min() > rim and corners[:, 0].max() < width - rim and corners[:, 1].max() < height - rim
        if inside and 0.2 <= share <= 0.85:
            return corners
    raise ValueError("no place found for the page")


def rough(size: tuple[int, int], chance: random.Random, across: float, down: float) -> Scene:
    """Smooth noise of deviation 1, its grains so large in parts of the picture's width."""
    width, height = size
    cells = max(2, round(1 / across)), max(2, round(height / width / down))
    rng = np.random.default_rng(chance.randrange(1 << 30))
    small = rng.normal(0, 1, (cells[1], cells[0])).astype(np.float32)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _ground(kind: str, size: tuple[int, int], chance: random.Random) -> Scene:
    width, height = size
    if kind in ("wood", "planks"):
        colour = np.array(chance.choice(((150, 104, 66), (186, 142, 98), (96, 62, 40), (206, 176, 138))), np.float32)
        shade = rough(size, chance, 1 / 12, 1 / 500) * 9 + rough(size, chance, 1 / 5, 1 / 90) * 8
        if kind == "planks":
            high = height / chance.randint(4, 8)
            plank = (np.arange(height) / high).astype(int)
            rng = np.random.default_rng(chance.randrange(1 << 30))
            shade += rng.normal(0, 10, plank.max() + 1).astype(np.float32)[plank][:, None]
            shade[(np.arange(height) % high) < max(2.0, height / 400)] -= 40
    elif kind in ("checks", "stripes"):
        u, v = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        turn, period = chance.uniform(0, np.pi), width / chance.uniform(12, 40)
        wide = chance.uniform(0.3, 0.6)
        along = ((u * np.cos(turn) + v * np.sin(turn)) / period) % 1 < wide
        across = ((v * np.cos(turn) - u * np.sin(turn)) / period) % 1 < wide
        part = along.astype(np.float32) * 0.5 + across * 0.5 if kind == "checks" else along.astype(np.float32)
        one = np.array(chance.choice(((60, 90, 150), (160, 50, 50), (60, 110, 70), (90, 70, 60))), np.float32)
        two = np.array(chance.choice(((226, 222, 212), (200, 190, 170), (170, 180, 196))), np.float32)
        part = cv2.GaussianBlur(part, (0, 0), width / 1600)[:, :, None]
        return np.asarray(one * part + two * (1 - part) + (rough(size, chance, 1 / 600, 1 / 600) * 6)[:, :, None])
    elif kind == "white":
        level = chance.uniform(205, 238)
        colour = np.array((level, level + chance.uniform(-6, 2), level + chance.uniform(-16, 4)), np.float32)
        shade = rough(size, chance, 1 / 200, 1 / 200) * 1.2
    else:
        colour = np.array(chance.choice(((42, 44, 50), (58, 50, 46), (70, 92, 128), (52, 70, 58))), np.float32)
        shade = rough(size, chance, 1 / 400, 1 / 400) * chance.uniform(2, 7)
    return colour + shade[:, :, None]


def lay(out: Scene, sheet: Picture, corners: Points, chance: random.Random, unit: float) -> None:
    """Lays something flat on the scene, with the shadow of its edges."""
    height, width = out.shape[:2]
    own = np.array([(0, 0), (sheet.shape[1], 0), (sheet.shape[1], sheet.shape[0]), (0, sheet.shape[0])], np.float32)
    matrix = cv2.getPerspectiveTransform(own - 0.5, corners.astype(np.float32) - 0.5)
    shrink = float(np.sqrt(sheet.shape[0] * sheet.shape[1] / max(1.0, cv2.contourArea(corners.astype(np.float32)))))
    if shrink > 1.2:
        sheet = np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.45 * shrink), np.uint8)
    seen = cv2.warpPerspective(sheet, matrix, (width, height), flags=cv2.INTER_LINEAR)
    # a margin about it, or the mask would fade inwards at its rim
    mask = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(mask, np.round((corners - 0.5) * 256).astype(np.int32), 255, cv2.LINE_AA, 8)
    edge = cv2.warpPerspective(np.full(sheet.shape[:2], 255, np.uint8), matrix, (width, height))
    seen[(mask > 0) & (edge < 250)] = np.median(sheet.reshape(-1, 3)[::997], axis=0).astype(np.uint8)
    cover = (mask.astype(np.float32) / 255)[:, :, None]
    away = chance.uniform(0, 2 * np.pi)
    far = chance.uniform(0.5, 3.0) * unit
    shift = np.array([[1, 0, far * np.cos(away)], [0, 1, far * np.sin(away)]])
    small = cv2.resize(cv2.warpAffine(mask, shift, (width, height)), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), chance.uniform(0.5, 2.0) * unit / 2)
    shadow = cv2.resize(soft, (width, height)).astype(np.float32)[:, :, None] / 255
    out *= 1 - chance.uniform(0.1, 0.4) * shadow
    out += (seen - out) * cover


def _paper(chance: random.Random) -> Picture:
    """Another sheet of printed paper, a plain one or a coloured one."""
    sheet = np.empty((1170, 827, 3), np.uint8)
    sheet[:] = chance.choice(((250, 250, 248), (240, 240, 236), (228, 222, 208), (212, 226, 240), (244, 230, 180)))
    for y in range(100, 1080, chance.randint(22, 40)):
        x = 80
        while chance.random() < 0.93 and x < 720:
            word = chance.randint(12, 60)
            cv2.rectangle(sheet, (x, y), (min(750, x + word), y + 9), (70, 70, 74), -1)
            x += word + 9
    return sheet


def _thing(chance: random.Random) -> Picture:
    """A telephone, a card, a folder: something with straight sides of one colour."""
    sheet = np.empty((400, chance.choice((200, 250, 560)), 3), np.uint8)
    sheet[:] = chance.choice(((24, 24, 28), (230, 228, 224), (190, 40, 44), (30, 70, 140), (216, 196, 140)))
    cv2.rectangle(sheet, (14, 14), (sheet.shape[1] - 15, 385), [max(0, int(level) - 14) for level in sheet[0, 0]], -1)
    return sheet


def _another(corners: Points, chance: random.Random) -> Points:
    """Where a sheet below lies: as large, shoved and turned."""
    middle, turn = corners.mean(axis=0), np.radians(chance.uniform(-40, 40))
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    reach = float(np.ptp(corners, axis=0).max())
    way = chance.uniform(0, 2 * np.pi)
    shove = np.array([np.cos(way), np.sin(way)]) * chance.uniform(0.12, 0.6) * reach
    return (corners - middle) @ matrix * chance.uniform(0.8, 1.1) + middle + shove


def _beside(corners: Points, size: tuple[int, int], chance: random.Random) -> Points:
    """Where a smaller thing lies: about the page's border or farther out, partly below it."""
    middle, way = corners.mean(axis=0), chance.uniform(0, 2 * np.pi)
    reach = float(np.ptp(corners, axis=0).max())
    place = middle + np.array([np.cos(way), np.sin(way)]) * chance.uniform(0.55, 0.8) * reach
    turn, long = chance.uniform(0, np.pi), chance.uniform(0.1, 0.25) * size[0]
    half = np.array([(-0.5, -1), (0.5, -1), (0.5, 1), (-0.5, 1)]) * long / 2
    return half @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + place


def _hold(out: Scene, corners: Points, chance: random.Random) -> None:
    """Two or three fingers that hold the page at one of its sides, now and then over a corner."""
    side = chance.randrange(4)
    start, end = corners[side], corners[(side + 1) % 4]
    along = (end - start) / np.hypot(*(end - start))
    inward = np.array([-along[1], along[0]])
    thick = float(np.hypot(*(end - start))) / 297 * chance.uniform(13, 19)
    at, skin = chance.uniform(0.02, 0.8), chance.choice(SKINS)
    for finger in range(chance.randint(1, 3)):
        tip = start + (end - start) * at + along * finger * thick * 1.15 + inward * thick * chance.uniform(0.2, 1.6)
        root = tip - inward * thick * 20 + along * thick * chance.uniform(-4, 4)
        mask = np.zeros(out.shape[:2], np.uint8)
        ends = [tuple(int(value) for value in np.round(point)) for point in (root, tip)]
        cv2.line(mask, ends[0], ends[1], 255, round(thick))
        shade = cv2.resize(mask, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
        dark = cv2.resize(cv2.GaussianBlur(shade, (0, 0), max(0.5, thick / 40)), mask.shape[::-1]).astype(np.float32)
        out *= 1 - 0.4 * (dark / 255)[:, :, None]
        body = cv2.resize(cv2.GaussianBlur(shade, (0, 0), max(0.5, thick / 30)), mask.shape[::-1]).astype(np.float32)
        colour = np.array(skin, np.float32) * (0.6 + 0.4 * body / 255)[:, :, None]
        out += (colour - out) * (mask.astype(np.float32) / 255)[:, :, None]


def light(size: tuple[int, int], chance: random.Random, *, hard: bool = False) -> Scene:
    """How bright each dot is lit: it falls off to one side, and, `hard`, somebody's shadow lies over a part."""
    few = 500, round(500 * size[1] / size[0])
    v, u = np.mgrid[0 : few[1], 0 : few[0]].astype(np.float32)
    u, v = u / few[0] - 0.5, v / few[0] - 0.5 * few[1] / few[0]
    way = chance.uniform(0, 2 * np.pi)
    light = 0.92 - (u * np.cos(way) + v * np.sin(way)) * chance.uniform(0.05, 0.4)
    if hard:
        way, soft = chance.uniform(0, 2 * np.pi), chance.uniform(0.002, 0.02)
        for _ in range(chance.randint(1, 2)):
            edge = (u - chance.uniform(-0.2, 0.2)) * np.cos(way) + (v - chance.uniform(-0.15, 0.15)) * np.sin(way)
            light *= 1 - chance.uniform(0.25, 0.55) / (1 + np.exp(np.clip(-edge / soft, -40, 40)))
            way += chance.uniform(0.8, 2.4)
    return np.asarray(cv2.resize(light.astype(np.float32), size, interpolation=cv2.INTER_LINEAR))


def exposed(out: Scene, chance: random.Random, unit: float, *, seed: int, dim: bool = False) -> Picture:
    """What a telephone makes of the light: a lens, its own white balance, noise that it has smoothed."""
    tint = np.array((chance.uniform(0.95, 1.05), 1.0, chance.uniform(0.9, 1.06)), np.float32)
    if dim:
        out *= chance.uniform(0.18, 0.4) * tint
    else:
        out *= tint
    picture = np.asarray(
        cv2.GaussianBlur(np.clip(out, 0, 255).astype(np.uint8), (0, 0), chance.uniform(0.3, 0.6) * unit)
    )
    cv2.setRNGSeed(seed)
    sigma = chance.uniform(5, 9) if dim else chance.uniform(2, 5)
    noise = cv2.randn(np.empty(picture.shape, np.int16), 0, sigma)
    return np.asarray(np.clip(picture.astype(np.int16) + noise, 0, 255), np.uint8)
