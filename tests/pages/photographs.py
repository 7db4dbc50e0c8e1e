"""Photographs of pages on tables: perspective, wood or cloth, shadows, a lens, grain; the corners are known."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.pages.wear import Picture, grain

TABLES: Final = ("dark", "wood", "grey", "cloth", "light")


@dataclass(frozen=True)
class Shot:
    """A photograph and the page's corners in it, clockwise from the page's own top left."""

    picture: Picture
    corners: npt.NDArray[np.float64]
    table: str


def table(kind: str, width: int, height: int, chance: random.Random) -> Picture:
    """What the page lies on."""
    rng = np.random.default_rng(chance.randrange(1 << 30))
    colour = {
        "dark": (42, 44, 50),
        "wood": (150, 104, 66),
        "grey": (128, 130, 132),
        "cloth": (70, 92, 128),
        "light": (196, 190, 180),
    }[kind]
    rough = rng.normal(0, 1, (height // 4 + 1, width // 4 + 1)).astype(np.float32)
    if kind == "wood":
        fibre = cv2.GaussianBlur(rough, (0, 0), sigmaX=60, sigmaY=0.8)
        rough = fibre / max(1e-6, float(fibre.std())) * 14
    else:
        rough = cv2.GaussianBlur(rough, (0, 0), 1.2) * (12 if kind == "cloth" else 5)
    shade = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.array(colour, np.float32) + shade[:, :, None], 0, 255).astype(np.uint8)


def photograph(page: Image.Image, seed: int, size: tuple[int, int] = (1280, 960), kind: str | None = None) -> Shot:
    """The page photographed by a hand over a table; it fills 22 to 90 % and is wholly in the picture."""
    chance = random.Random(seed)
    width, height = size
    kind = kind or TABLES[seed % len(TABLES)]
    ratio = page.width / page.height
    for _ in range(2000):
        turn = np.radians(chance.uniform(-25, 25) + chance.choice((0, 90)))
        half = np.array([(-ratio, -1, 0), (ratio, -1, 0), (ratio, 1, 0), (-ratio, 1, 0)]) * 0.5
        flat = half @ cv2.Rodrigues(np.array([0, 0, turn]))[0].T
        # a lens of 1.1 picture widths looks at the page, which is tilted away from it
        tilt = np.array([chance.uniform(-0.4, 0.4), chance.uniform(-0.4, 0.4), 0])
        depth = chance.uniform(1.25, 2.8)
        place = np.array([chance.uniform(-0.08, 0.08) * depth, chance.uniform(-0.06, 0.06) * depth, depth])
        seen = flat @ cv2.Rodrigues(tilt)[0].T + place
        corners = np.asarray(seen[:, :2] / seen[:, 2:] * 1.1 * width + (width / 2, height / 2))
        share = cv2.contourArea(corners.astype(np.float32)) / (width * height)
        rim = 0.012 * width
        inside = corners.min() > rim and corners[:, 0].max() < width - rim and corners[:, 1].max() < height - rim
        if inside and 0.22 <= share <= 0.9:
            break
    else:
        raise ValueError("no place found for the page")
    background = table(kind, width, height, chance).astype(np.float32)
    own = np.array([(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)], np.float32)
    matrix = cv2.getPerspectiveTransform(own - 0.5, corners.astype(np.float32) - 0.5)
    source = np.asarray(page)
    shrink = max(1.0, float(np.sqrt(page.width * page.height / max(1.0, share * width * height))))
    if shrink > 1.2:
        source = cv2.GaussianBlur(source, (0, 0), 0.45 * shrink)
    sheet = cv2.warpPerspective(source, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32)
    mask = cv2.warpPerspective(np.full(source.shape[:2], 255, np.uint8), matrix, size, flags=cv2.INTER_LINEAR)
    cover = (mask.astype(np.float32) / 255)[:, :, None]
    shift = np.array([[1, 0, chance.uniform(-4, 6)], [0, 1, chance.uniform(1, 6)]])
    shadow = cv2.GaussianBlur(cv2.warpAffine(mask, shift, size), (0, 0), 5).astype(np.float32)[:, :, None] / 255
    out = background * (1 - 0.35 * shadow) * (1 - cover) + sheet * cover
    # light falls off, and the photographer's shadow lies over a part
    v, u = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = chance.uniform(0, 2 * np.pi)
    far = ((u / width - 0.5) * np.cos(angle) + (v / height - 0.5) * np.sin(angle)) * chance.uniform(0.1, 0.4)
    out *= (0.88 - far)[:, :, None]
    if chance.random() < 0.4:
        edge = (u - chance.uniform(0.3, 0.7) * width) * np.cos(angle) + (v - height / 2) * np.sin(angle)
        out *= (1 - chance.uniform(0.15, 0.35) / (1 + np.exp(np.clip(-edge / 14, -40, 40))))[:, :, None]
    blurred = cv2.GaussianBlur(np.clip(out, 0, 255).astype(np.uint8), (0, 0), chance.uniform(0.4, 0.9))
    return Shot(grain(np.asarray(blurred, dtype=np.uint8), chance.uniform(2, 6), seed), corners, kind)
