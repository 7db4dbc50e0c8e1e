"""What spoils a picture of a page: a lamp's reflection, a finger."""

from __future__ import annotations

import random

import cv2
import numpy as np

from tests.pages.wear import Picture, grain

SKINS = ((224, 176, 148), (198, 140, 108), (150, 98, 70), (235, 195, 175), (110, 72, 54))


def glare(picture: Picture, seed: int, dpi: int, place: tuple[float, float] | None = None) -> Picture:
    """A reflection of 15 to 40 mm that fades over some millimetres, at a part of width and height."""
    chance = random.Random(seed)
    height, width = picture.shape[:2]
    mm = dpi / 25.4
    x, y = place or (chance.uniform(0.3, 0.7), chance.uniform(0.25, 0.5))
    across, down, turn = chance.uniform(8, 20) * mm, chance.uniform(8, 20) * mm, chance.uniform(0, 3)
    v, u = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = u - x * width, v - y * height
    a, b = u * np.cos(turn) + v * np.sin(turn), v * np.cos(turn) - u * np.sin(turn)
    far = np.sqrt((a / across) ** 2 + (b / down) ** 2)
    light = np.clip((1.35 - far) / 0.5, 0, 1)[:, :, None]
    return np.asarray(np.clip(picture * (1 - light) + light * 262, 0, 255), dtype=np.uint8)


def finger(picture: Picture, seed: int, dpi: int) -> Picture:
    """A finger's end over one edge, shaded as a round thing is, with its shadow."""
    chance = random.Random(seed)
    mm = dpi / 25.4
    side = chance.randrange(4)
    out = np.ascontiguousarray(np.rot90(picture, side)).astype(np.float32)
    height, width = out.shape[:2]
    thick, deep = chance.uniform(13, 22) * mm, chance.uniform(14, 45) * mm
    middle, slant = chance.uniform(0.2, 0.8) * width, chance.uniform(-0.4, 0.4)
    v, u = np.mgrid[0:height, 0:width].astype(np.float32)
    off = (u - middle - slant * v) / (thick / 2)
    cap = deep - thick / 2
    beyond = np.clip(v - cap, 0, None) / (thick / 2)
    far = np.sqrt(off**2 + beyond**2)
    # in the page's own light
    skin = np.array(chance.choice(SKINS), np.float32) * float(np.percentile(out[::9, ::9], 80)) / 252
    inside = np.clip((1.0 - far) * 12, 0, 1)[:, :, None]
    shadow = np.clip(1.5 - far, 0, 0.5)[:, :, None] * 0.5
    body = skin * (1.08 - 0.42 * np.clip(far, 0, 1) ** 2)[:, :, None]
    out = out * (1 - shadow) * (1 - inside) + body * inside
    out = np.asarray(np.clip(cv2.GaussianBlur(out, (0, 0), 0.6 * mm / 4), 0, 255), dtype=np.uint8)
    return grain(np.ascontiguousarray(np.rot90(out, -side)), 3, seed)
