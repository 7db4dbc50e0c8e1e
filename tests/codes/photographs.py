"""Photographs of codes: paper, pose, lens, light, sensor, JPEG, in the order in which a camera has them."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import cv2
import numpy as np
import segno
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from tests.codes.fictional import person

Grey = NDArray[np.uint8]
Light = NDArray[np.float32]

KINDS: Final = ("blur", "perspective", "low light", "noise", "glare", "small modules", "motion")
GRADES: Final = ("easy", "medium", "hard")
WIDE, HIGH = 1280, 720
_DRAWN: Final = 12  # pixels a module in the drawing that is photographed
_OVERSAMPLED: Final = 2


@dataclass(frozen=True)
class Photograph:
    """A picture and the text that is in it; `text` empty when there is no code."""

    kind: str
    grade: str
    seed: int
    text: str
    picture: Grey


@dataclass(frozen=True)
class Circumstances:
    """How a picture is taken. Lengths are in pixels of the sensor, angles in degrees."""

    module: float  # pixels a module of the code, straight on
    tilt: float  # of the card against the sensor
    turn: float  # in the picture's plane
    defocus: float  # radius of the circle of confusion
    shake: float  # length of the hand's path while the shutter is open
    exposure: float  # 1 lets paper come out nearly white
    electrons: float  # that white paper gives a pixel: fewer are noisier
    read_noise: float  # electrons
    uneven: float  # how much darker the far end of the card is
    glare: float  # light of the lamp's reflection, 1 as bright as white paper
    quality: int  # of the JPEG


def circumstances(kind: str, grade: float, random: Generator) -> Circumstances:
    """An ordinary picture in which one thing is bad. `grade` goes from 0, easy, to 1, hardly possible.

    The ranges were set by how many pictures zxing-cpp reads by itself, three of four, and by nothing of our own reader.
    """

    def between(low: float, high: float) -> float:
        return float(random.uniform(low, high))

    module = between(3.2, 5.0)
    seen = {
        "module": module,
        "tilt": between(0, 18),
        "turn": between(0, 360) if random.random() < 0.4 else between(-12, 12),
        "defocus": between(0.4, 0.9),
        "shake": between(0.0, 1.2),
        "exposure": between(0.55, 1.0),
        "electrons": between(2500, 9000),
        "read_noise": between(3, 8),
        "uneven": between(0.0, 0.35),
        "glare": 0.0,
        "quality": int(random.integers(70, 96)),
    }
    match kind:
        case "blur":
            seen["defocus"] = module * (0.40 + 0.43 * grade)
        case "perspective":
            seen["tilt"] = 32 + 30 * grade
        case "low light":
            seen |= {"exposure": 0.10 - 0.07 * grade, "electrons": 2600 - 1500 * grade, "read_noise": 4 + 9 * grade}
        case "noise":
            seen |= {
                "electrons": 240 - 180 * grade,
                "read_noise": 6 + 5 * grade,
                "quality": int(random.integers(75, 96)),
            }
        case "glare":
            seen["glare"] = 0.4 + 1.6 * grade
        case "small modules":
            seen |= {"module": 2.0 - 0.7 * grade, "defocus": between(0.3, 0.6), "shake": between(0, 0.6)}
        case "motion":
            seen["shake"] = module * (0.65 + 1.05 * grade)
        case _:
            raise ValueError(kind)
    return Circumstances(**seen)  # type: ignore[arg-type]


def photograph(kind: str, grade: str, seed: int, size: tuple[int, int] = (WIDE, HIGH)) -> Photograph:
    """The picture of one seed: a fictional person's ID card on a desk."""
    random = np.random.default_rng([zlib.crc32(f"{kind}/{grade}".encode()), seed])
    text = person(random)
    step = (GRADES.index(grade) + float(random.random())) / len(GRADES)
    symbol = drawn(text, random)
    return Photograph(kind, grade, seed, text, taken(symbol, circumstances(kind, step, random), random, size=size))


def drawn(text: str, random: Generator) -> Grey:
    """The code as it is printed, a pixel a module, without a margin."""
    error = "l" if random.random() < 0.5 else "m"
    buffer = BytesIO()
    segno.make(text, error=error, micro=False, encoding="utf-8", boost_error=False).save(
        buffer, kind="png", scale=1, border=0
    )
    return np.asarray(Image.open(buffer).convert("L"))


def taken(
    symbol: Grey, seen: Circumstances, random: Generator, margin: float = 2.5, size: tuple[int, int] = (WIDE, HIGH)
) -> Grey:
    """What the camera makes of a card that has the symbol on it, with a quiet zone of `margin` modules or more."""
    # How far the symbol's own half reaches, so that it stays in the picture wherever the card lies.
    reach = min(0.75 * max(symbol.shape) * seen.module, min(size) * 0.48)
    wander = max(0.0, size[0] / 2 - reach), max(0.0, size[1] / 2 - reach)
    return seen_by(_card(symbol, random, margin), wander, seen, random, size)


def seen_by(
    card: Grey,
    wander: tuple[float, float],
    seen: Circumstances,
    random: Generator,
    size: tuple[int, int] = (WIDE, HIGH),
) -> Grey:
    """What the camera makes of a card, drawn with 12 pixels a module, its middle up to `wander` pixels off the picture's."""
    light = _posed(card, wander, seen, random, size)
    light = _lit(light, seen, random)
    light = through_the_lens(light, seen, random)
    return developed(light, seen, random)


def _card(symbol: Grey, random: Generator, margin: float) -> Grey:
    """The symbol with its quiet zone on a card that has print of its own."""
    code = cv2.resize(symbol, None, fx=_DRAWN, fy=_DRAWN, interpolation=cv2.INTER_NEAREST)
    ink, paper = float(random.uniform(15, 60)), float(random.uniform(205, 245))
    high, wide = code.shape
    least = 2 * _DRAWN * margin
    around = int(max(least, high * random.uniform(0.5, 0.9))), int(max(least, wide * random.uniform(0.5, 0.9)))
    card = np.full((high + 2 * around[0], wide + 2 * around[1]), paper, np.float32)
    # Guilloches: a card is not plain paper.
    rows = np.arange(card.shape[0], dtype=np.float32)[:, None]
    columns = np.arange(card.shape[1], dtype=np.float32)[None, :]
    wave = np.sin(columns / random.uniform(11, 30) + 6 * np.sin(rows / random.uniform(60, 160)))
    card = np.clip(card + random.uniform(0, 9) * wave, 0, 255).astype(np.uint8)
    for _ in range(14):
        place = int(random.integers(0, card.shape[1])), int(random.integers(0, card.shape[0]))
        letters = person(random)[13:40].encode("ascii", "ignore").decode()
        cv2.putText(
            card, letters, place, cv2.FONT_HERSHEY_SIMPLEX, random.uniform(1, 3), ink, int(random.integers(2, 6))
        )
    quiet = int(_DRAWN * random.uniform(margin, 2 * margin))
    top, left = around
    card[top - quiet : top + high + quiet, left - quiet : left + wide + quiet] = paper
    card[top : top + high, left : left + wide] = np.where(code > 127, paper, ink)
    return card


def _posed(
    card: Grey, wander: tuple[float, float], seen: Circumstances, random: Generator, size: tuple[int, int]
) -> Light:
    """The card before the camera, on a desk; reflected light, 1 for perfect white."""
    high, wide = card.shape
    focal = 1.1 * size[0]
    scale = seen.module / _DRAWN
    axis = float(random.uniform(0, 2 * math.pi))
    tilt, turn = math.radians(seen.tilt), math.radians(seen.turn)
    lean, _ = cv2.Rodrigues(np.array([math.cos(axis) * tilt, math.sin(axis) * tilt, 0.0]))
    plane, _ = cv2.Rodrigues(np.array([0.0, 0.0, turn]))
    centre = (
        size[0] / 2 + float(random.uniform(-1, 1)) * wander[0],
        size[1] / 2 + float(random.uniform(-1, 1)) * wander[1],
    )
    corners = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]]) * scale / 2
    shown = []
    for x, y in corners:
        point = lean @ plane @ np.array([x, y, 0.0])
        depth = focal / max(focal + point[2], focal * 0.2)
        shown.append((centre[0] + point[0] * depth, centre[1] + point[1] * depth))
    source = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    target = np.array(shown, np.float32) * _OVERSAMPLED
    big = size[0] * _OVERSAMPLED, size[1] * _OVERSAMPLED
    shrink = max(1, int(_DRAWN / (seen.module * _OVERSAMPLED)))
    if shrink > 1:
        card = cv2.resize(card, (wide // shrink, high // shrink), interpolation=cv2.INTER_AREA)
        source = np.array([[0, 0], [card.shape[1], 0], card.shape[::-1], [0, card.shape[0]]], np.float32)
    scene = _desk(big, random)
    cv2.warpPerspective(
        card, cv2.getPerspectiveTransform(source, target), big, scene, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT
    )
    scene = cv2.resize(scene, size, interpolation=cv2.INTER_AREA)
    return _TO_LIGHT[scene]


_TO_LIGHT: Final = (((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _desk(size: tuple[int, int], random: Generator) -> Grey:
    """A surface with a grain and a few things on it."""
    coarse = random.normal(0, 1, (size[1] // 160, size[0] // 160)).astype(np.float32)
    scene = float(random.uniform(40, 170)) + 14 * cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    for _ in range(int(random.integers(2, 7))):
        x, y = int(random.integers(size[0])), int(random.integers(size[1]))
        box = ((x, y), tuple(random.uniform(60, 700, 2)), float(random.uniform(0, 180)))
        cv2.fillPoly(scene, [cv2.boxPoints(box).astype(np.int32)], float(random.uniform(10, 230)))
    return np.clip(scene, 0, 255).astype(np.uint8)


def _lit(light: Light, seen: Circumstances, random: Generator) -> Light:
    """A lamp that is brighter on one side, and its reflection in the card's laminate."""
    high, wide = light.shape
    direction = float(random.uniform(0, 2 * math.pi))
    across = np.linspace(-0.5, 0.5, wide, dtype=np.float32)[None, :] * math.cos(direction)
    down = np.linspace(-0.5, 0.5, high, dtype=np.float32)[:, None] * math.sin(direction)
    light = light * (1 - seen.uneven * (0.5 + across + down))
    if seen.glare:
        x, y = _brightest_paper(light, random)
        spot = np.zeros_like(light)
        axes = int(random.uniform(25, 75)), int(random.uniform(12, 45))
        cv2.ellipse(spot, (x, y), axes, float(random.uniform(0, 180)), 0, 360, seen.glare, -1)
        # A lamp has an edge, the laminate spreads it.
        light = light + cv2.GaussianBlur(spot, (0, 0), float(random.uniform(5, 14)))
    return np.asarray(light, np.float32)


def _brightest_paper(light: Light, random: Generator) -> tuple[int, int]:
    """A place on or beside the code: where paper and ink change most."""
    small = cv2.resize(light, (light.shape[1] // 8, light.shape[0] // 8), interpolation=cv2.INTER_AREA)
    busy = cv2.boxFilter(cv2.absdiff(small, cv2.blur(small, (3, 3))), -1, (17, 17))
    y, x = np.unravel_index(int(np.argmax(busy)), busy.shape)
    off = random.normal(0, 30, 2)
    return int(x * 8 + off[0]), int(y * 8 + off[1])


def through_the_lens(light: Light, seen: Circumstances, random: Generator) -> Light:
    """Out of focus: a disc. Moved: the hand's curved path."""
    if seen.defocus > 0.3:
        light = cv2.filter2D(light, -1, _disc(seen.defocus), borderType=cv2.BORDER_REPLICATE)
    if seen.shake > 0.5:
        light = cv2.filter2D(light, -1, _path(seen.shake, random), borderType=cv2.BORDER_REPLICATE)
    return light


def _disc(radius: float) -> Light:
    fine, half = 8, math.ceil(radius) + 1
    side = (2 * half + 1) * fine
    rows, columns = np.mgrid[0:side, 0:side] - (side - 1) / 2
    inside = (np.hypot(rows, columns) <= radius * fine).astype(np.float32)
    kernel = cv2.resize(inside, (2 * half + 1, 2 * half + 1), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _path(length: float, random: Generator) -> Light:
    half = math.ceil(length) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    direction, bend = float(random.uniform(0, 2 * math.pi)), float(random.normal(0, 0.35))
    steps = np.linspace(-0.5, 0.5, 24)
    for step in steps:
        angle = direction + bend * step
        x, y = half + length * step * math.cos(angle), half + length * step * math.sin(angle)
        left, top = math.floor(x), math.floor(y)
        for column, share_x in ((left, 1 - (x - left)), (left + 1, x - left)):
            for row, share_y in ((top, 1 - (y - top)), (top + 1, y - top)):
                kernel[row, column] += share_x * share_y
    return np.asarray(kernel / kernel.sum(), np.float32)


def developed(light: Light, seen: Circumstances, random: Generator) -> Grey:
    """Photons, electrons, clipping, the camera's curve, JPEG."""
    electrons = np.maximum(light, 0) * (seen.exposure * seen.electrons)
    # Poisson noise, by its normal limit: the counts are tens or more wherever it matters.
    noise = random.standard_normal(light.shape, dtype=np.float32)
    electrons = electrons + noise * np.sqrt(electrons + seen.read_noise**2)
    linear = np.clip(electrons / seen.electrons, 0, 1)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    picture = np.clip(curve * 255 + 0.5, 0, 255).astype(np.uint8)
    done, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, seen.quality])
    assert done
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
