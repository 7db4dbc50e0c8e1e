"""What befalls a page before it is a scan: wear, turning, a bed, grain; every step seeded."""

from __future__ import annotations

import random
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Picture = npt.NDArray[np.uint8]
DARK_BED: Final = (28, 29, 31)
WHITE_BED: Final = (250, 250, 248)


def grain(picture: Picture, sigma: float, seed: int) -> Picture:
    """A sensor's noise."""
    if sigma <= 0:
        return picture
    cv2.setRNGSeed(seed)
    noise = cv2.randn(np.empty(picture.shape, np.int16), 0, sigma)
    return np.asarray(np.clip(picture.astype(np.int16) + noise, 0, 255), dtype=np.uint8)


def worn(page: Image.Image, seed: int) -> Picture:
    """Faded ink, a soft lens, specks, the back shining through, creases: some of each."""
    chance = random.Random(seed)
    picture = np.asarray(page).astype(np.float32)
    height, width = picture.shape[:2]
    paper = np.median(picture.reshape(-1, 3)[::101], axis=0)
    # faded print
    picture = paper + (picture - paper) * chance.uniform(0.45, 0.95)
    # the back of the sheet
    if chance.random() < 0.5:
        back = cv2.GaussianBlur(picture[:, ::-1], (0, 0), 3)
        picture = picture - (paper - back).clip(0) * chance.uniform(0.05, 0.18)
    # a crease
    if chance.random() < 0.5:
        y = chance.randrange(height // 4, height * 3 // 4)
        picture[y : y + 2] -= 25
    # uneven light
    ramp = np.linspace(chance.uniform(0.8, 1), chance.uniform(0.8, 1), width, dtype=np.float32)
    picture *= ramp[None, :, None]
    picture = cv2.GaussianBlur(picture, (0, 0), chance.uniform(0.3, 1.0) * width / 1240)
    out = np.clip(picture, 0, 255).astype(np.uint8)
    for _ in range(chance.randrange(0, 120)):
        x, y, r = chance.randrange(width), chance.randrange(height), chance.randrange(1, 3)
        cv2.circle(out, (x, y), r, (90, 90, 90), -1)
    return grain(out, chance.uniform(2, 7), seed)


def turned(picture: Picture, quarters: int) -> Picture:
    """Turned counter-clockwise by quarters: a pipeline must turn it as many clockwise."""
    return np.ascontiguousarray(np.rot90(picture, quarters))


def lying(
    picture: Picture, degrees: float, bed: tuple[int, int, int] = DARK_BED, margin: float = 0.05, noise: float = 3.0
) -> Picture:
    """The page turned counter-clockwise by degrees on a bed larger than itself."""
    height, width = picture.shape[:2]
    radians = np.radians(degrees)
    cosine, sine = abs(np.cos(radians)), abs(np.sin(radians))
    border = margin * max(height, width)
    across, down = (
        round(width * cosine + height * sine + 2 * border),
        round(height * cosine + width * sine + 2 * border),
    )
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    matrix[:, 2] += ((across - width) / 2, (down - height) / 2)
    out = cv2.warpAffine(
        picture, matrix, (across, down), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=bed
    )
    return grain(np.asarray(out, dtype=np.uint8), noise, round(abs(degrees) * 1000) + width)
