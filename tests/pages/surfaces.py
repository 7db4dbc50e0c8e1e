"""Photographs over surfaces that no limit was set on: marble, tiles, newspaper, flowers, cork, gloss; folds and halos."""

from __future__ import annotations

import random
from typing import Final

import cv2
import numpy as np
from PIL import Image

from tests.pages import desks
from tests.pages.desks import Scene, Shot
from tests.pages.wear import Picture

SURFACES: Final = ("marble", "tiles", "newspaper", "flowers", "cork", "herringbone", "gloss")
FLAWS: Final = ("plain", "folded", "halo", "moire", "compressed")


def kind_of(seed: int) -> tuple[str, str]:
    """What lies below and what is difficult, so that every pair comes equally often."""
    return SURFACES[seed % len(SURFACES)], FLAWS[seed % len(FLAWS)]


def laid(page: Image.Image, seed: int, size: tuple[int, int] = desks.TWELVE_MP) -> Shot:
    """The page photographed over such a surface; the corners of a folded page are where they would be."""
    chance, (ground, flaw) = random.Random(f"surface-{seed}"), kind_of(seed)
    sheet = np.asarray(page)
    corners = desks.placed(page.width / page.height, size, chance)
    out = _surface(ground, size, chance)
    bare = out.copy() if flaw == "folded" else out
    desks.lay(out, sheet, corners, chance, size[0] / 1280)
    if flaw == "folded":
        _fold(out, bare, corners, chance)
    out *= desks.light(size, chance)[:, :, None]
    if ground == "gloss":
        _shine(out, chance)
    if flaw == "moire":
        _moire(out, chance)
    picture = desks.exposed(out, chance, size[0] / 1280, seed=seed)
    if flaw == "halo":
        picture = _halo(picture, chance)
    if flaw == "compressed":
        _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, chance.randint(25, 45)])
        picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return Shot(picture, corners, ground, flaw)


def _surface(kind: str, size: tuple[int, int], chance: random.Random) -> Scene:
    width, height = size
    rng = np.random.default_rng(chance.randrange(1 << 30))
    u, v = np.meshgrid(np.arange(width, dtype=np.float32) / width, np.arange(height, dtype=np.float32) / width)
    out = np.empty((height, width, 3), np.float32)
    if kind == "marble":
        out[:] = chance.choice(((214, 210, 204), (92, 98, 94), (168, 150, 136)))
        bent = desks.rough(size, chance, 1 / 6, 1 / 6) * 0.6 + desks.rough(size, chance, 1 / 20, 1 / 20) * 0.2
        veins = np.exp(-np.abs(np.sin(3 * np.pi * (u + 0.7 * v) + bent)) * 18)
        out -= (veins * chance.uniform(25, 60))[:, :, None]
    elif kind == "tiles":
        side = chance.uniform(0.08, 0.3)
        shade = rng.normal(0, 6, (64, 64)).astype(np.float32)
        out[:] = chance.choice(((196, 186, 170), (120, 90, 74), (90, 110, 120)))
        out += shade[(v / side).astype(int) % 64, (u / side).astype(int) % 64][:, :, None]
        grout = np.minimum(u % side, v % side) < side * 0.03
        out[grout] = chance.choice(((230, 228, 220), (80, 78, 74)))
    elif kind == "newspaper":
        out[:] = (206, 200, 188)
        for left in range(0, width, width // 6):
            for top in range(0, height, height // 90):
                if rng.random() < 0.9:
                    right = left + int(width / 6 * rng.uniform(0.6, 0.92))
                    cv2.rectangle(out, (left, top), (right, top + height // 200), (96, 94, 92), -1)
            y = int(rng.integers(0, height * 3 // 4))
            out[y : y + height // 6, left : left + width // 7] = rng.uniform(60, 190)
    elif kind == "flowers":
        out[:] = chance.choice(((226, 214, 206), (120, 40, 60), (60, 90, 110)))
        for _ in range(260):
            at = int(rng.integers(0, width)), int(rng.integers(0, height))
            colour = tuple(float(level) for level in rng.uniform(40, 250, 3))
            cv2.ellipse(
                out, at, (int(width * rng.uniform(0.01, 0.03)),) * 2, 0, 0, 360, (colour[0], colour[1], colour[2]), -1
            )
    elif kind == "cork":
        out[:] = (182, 140, 96)
        out += (desks.rough(size, chance, 1 / 300, 1 / 300) * 16 + desks.rough(size, chance, 1 / 90, 1 / 90) * 9)[
            :, :, None
        ]
    elif kind == "herringbone":
        side = chance.uniform(0.03, 0.08)
        row = ((u + v) / side).astype(int), ((u - v) / side + 100).astype(int)
        shade = rng.normal(0, 16, (257, 263)).astype(np.float32)
        out[:] = chance.choice(((170, 120, 76), (120, 84, 56)))
        out += shade[row[0] % 257, np.where(row[0] % 2 == 0, row[1] // 3, row[1]) % 263][:, :, None]
    else:
        out[:] = chance.choice(((60, 40, 34), (30, 30, 34), (222, 220, 216)))
    return out + (desks.rough(size, chance, 1 / 500, 1 / 500) * 2)[:, :, None]


def _fold(out: Scene, bare: Scene, corners: desks.Points, chance: random.Random) -> None:
    """A corner bent over: the ground shows, and the paper's back lies on the page."""
    place = chance.randrange(4)
    corner, far = corners[place], chance.uniform(0.02, 0.05)
    one, two = (corner + (corners[(place + step) % 4] - corner) * far for step in (1, 3))
    mask = np.zeros(out.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.round([corner, one, two]).astype(np.int32), 1)
    out[mask > 0] = bare[mask > 0]
    over = one + two - corner
    mask[:] = 0
    cv2.fillConvexPoly(mask, np.round([over, one, two]).astype(np.int32), 1)
    out[mask > 0] = (214, 212, 208)


def _shine(out: Scene, chance: random.Random) -> None:
    """A lamp that is mirrored: a bright band with soft borders over a part of desk and page."""
    height, width = out.shape[:2]
    v, u = np.mgrid[0:height:8, 0:width:8].astype(np.float32)
    middle = chance.uniform(0.2, 0.8) * width, chance.uniform(0.2, 0.8) * height
    spot = np.exp(-(((u - middle[0]) / (0.16 * width)) ** 2) - ((v - middle[1]) / (0.05 * width)) ** 2)
    large = cv2.resize(spot, (width, height), interpolation=cv2.INTER_LINEAR)
    out += (large * chance.uniform(20, 70))[:, :, None]


def _moire(out: Scene, chance: random.Random) -> None:
    """Coloured waves, as of a screen or of a print's raster."""
    height, width = out.shape[:2]
    v, u = np.mgrid[0:height, 0:width].astype(np.float32) / width
    way = chance.uniform(0, np.pi)
    wave = np.sin(2 * np.pi * chance.uniform(60, 160) * (u * np.cos(way) + v * np.sin(way)) + 3 * u * v)
    out += wave[:, :, None] * np.array([chance.uniform(-5, 5) for _ in range(3)], np.float32)


def _halo(picture: Picture, chance: random.Random) -> Picture:
    """What a telephone's local contrast leaves: edges with a bright and a dark seam about them."""
    seam = cv2.GaussianBlur(picture, (0, 0), picture.shape[1] / 160)
    strength = chance.uniform(0.3, 0.6)
    return np.asarray(cv2.addWeighted(picture, 1 + strength, seam, -strength, 0), np.uint8)
