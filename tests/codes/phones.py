"""Pictures of codes as telephones take them: any size and angle, labels on bottles, shadows, blots, faded print."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import zxingcpp
from numpy.random import Generator

from tests.codes.fictional import person
from tests.codes.photographs import Circumstances, Grey, Light, Photograph, developed, drawn, through_the_lens

SYMBOLOGIES: Final = ("QRCode", "Code128", "PDF417", "DataMatrix", "Aztec")
TROUBLES: Final = ("none", "focus", "turned", "curved", "light", "faded", "damage", "small", "noise")
_DRAWN: Final = 8  # pixels a module in the drawing that is photographed
_TO_LIGHT: Final = (((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4).astype(np.float32)
_BARS: Final = ("Code128", "PDF417")


@dataclass(frozen=True)
class Scene:
    """One picture's circumstances; lengths in pixels, angles in degrees, the rest shares of one."""

    wide: int
    high: int
    module: float
    turn: float
    tilt: float
    bend: float  # of the label round a bottle: the angle that half of it covers
    defocus: float
    shade: float  # how dark the shadow is that lies over a part
    contrast: float  # what is left between ink and paper
    blots: int
    electrons: float
    quality: int


def phone_picture(symbology: str, trouble: str, seed: int) -> Photograph:
    """The picture of one seed: `trouble` is what is worse than usual in it."""
    random = np.random.default_rng([zlib.crc32(f"phone/{symbology}/{trouble}".encode()), seed])
    symbol, text = _symbol(symbology, random)
    scene = _scene(symbol, symbology, trouble, random)
    return Photograph(symbology, trouble, seed, text, _taken(symbol, symbology, scene, random))


def phone_picture_without(seed: int) -> Photograph:
    """A telephone's picture of labels and print that hold no code."""
    random = np.random.default_rng([zlib.crc32(b"phone/nothing"), seed])
    blank = np.full((60, 60), 255, np.uint8)
    scene = _scene(blank, "QRCode", TROUBLES[int(random.integers(len(TROUBLES)))], random)
    return Photograph("nothing", "", seed, "", _taken(blank, "", scene, random))


def _symbol(symbology: str, random: Generator) -> tuple[Grey, str]:
    """A pixel a module, no margin; and the text."""
    code = f"G{random.integers(1, 20):02d}.{random.integers(10, 99)}-2026{random.integers(101, 999):04d}"
    if symbology == "QRCode":
        kind = random.random()
        text = person(random) if kind < 0.4 else code if kind < 0.7 else f"https://example.org/tra-cuu/{code}?v=1"
        return drawn(text, random), text
    if symbology == "PDF417":
        text = person(random)[: int(random.integers(20, 90))].encode("ascii", "ignore").decode().strip()
    elif symbology == "Code128":
        text = (code, code.replace(".", "").replace("-", "")[3:], f"{random.integers(10**11):012d}")[
            int(random.integers(3))
        ]
    else:
        text = f"{code}-{random.integers(10**7):07d}" if random.random() < 0.6 else code[:10]
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbology))
    symbol = np.asarray(made.to_image(scale=1))
    rows, columns = np.nonzero(symbol < 128)
    symbol = symbol[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    if symbology == "Code128":
        high = int(symbol.shape[1] * random.uniform(0.15, 0.45))
        symbol = np.repeat(symbol[symbol.shape[0] // 2][None, :], high, axis=0)
    return np.ascontiguousarray(symbol), text


def _scene(symbol: Grey, symbology: str, trouble: str, random: Generator) -> Scene:
    def between(low: float, high: float) -> float:
        return float(random.uniform(low, high))

    long = int(random.choice([640, 800, 1024, 1280, 1600, 2048, 3000], p=[0.25, 0.2, 0.15, 0.15, 0.1, 0.1, 0.05]))
    wide, high = (long, long * 3 // 4) if random.random() < 0.6 else (long * 3 // 4, long)
    covers = between(0.3, 0.75 if symbology in _BARS else 0.55)
    module = covers * wide / symbol.shape[1]
    module = min(max(module, 2.0), 0.8 * high / symbol.shape[0])
    if trouble == "small":
        module = min(module, between(1.5, 2.2))
    seen = Scene(
        wide=wide,
        high=high,
        module=module,
        turn=float(random.normal(0, 5)) + 90 * float(random.choice([0, 1, 2, 3], p=[0.7, 0.1, 0.1, 0.1])),
        tilt=between(0, 20),
        bend=0.0,
        defocus=between(0.15, 0.4) * module,
        shade=between(0, 0.3),
        contrast=between(0.7, 1.0),
        blots=0,
        electrons=between(1500, 8000),
        quality=int(random.integers(60, 95)),
    )
    changed = dict(seen.__dict__)
    match trouble:
        case "focus":
            changed["defocus"] = min(between(0.5, 0.95) * module, 12.0)
        case "turned":
            changed |= {"turn": between(0, 360), "tilt": between(10, 40)}
        case "curved":
            changed |= {"bend": between(15, 50), "turn": float(random.normal(0, 3))}
        case "light":
            changed |= {"shade": between(0.45, 0.85)}
        case "faded":
            changed |= {"contrast": between(0.15, 0.4)}
        case "damage":
            changed["blots"] = int(random.integers(1, 5))
        case "noise":
            changed |= {"electrons": between(60, 250), "quality": int(random.integers(40, 80))}
    return Scene(**changed)


def _taken(symbol: Grey, symbology: str, scene: Scene, random: Generator) -> Grey:
    label = _label(symbol, symbology, scene, random)
    if scene.bend:
        label = _bent(label, scene.bend)
    light = _posed(label, scene, random)
    light = _shaded(light, scene, random)
    seen = Circumstances(
        module=scene.module,
        tilt=scene.tilt,
        turn=scene.turn,
        defocus=scene.defocus,
        shake=float(random.uniform(0, 0.3)) * scene.module,
        exposure=float(random.uniform(0.5, 1.0)),
        electrons=scene.electrons,
        read_noise=5.0,
        uneven=0.0,
        glare=0.0,
        quality=scene.quality,
    )
    return developed(through_the_lens(light, seen, random), seen, random)


def _label(symbol: Grey, symbology: str, scene: Scene, random: Generator) -> Grey:
    """Paper with the symbol, words around it, and what has happened to it since."""
    code = cv2.resize(symbol, None, fx=_DRAWN, fy=_DRAWN, interpolation=cv2.INTER_NEAREST)
    if symbology == "DataMatrix" and random.random() < 0.2:
        code = dotted(symbol)
    high, wide = code.shape
    paper = float(random.uniform(200, 245))
    ink = paper - scene.contrast * (paper - float(random.uniform(15, 45)))
    quiet = int(_DRAWN * (random.uniform(8, 14) if symbology == "Code128" else random.uniform(2, 5)))
    around = max(quiet + 2 * _DRAWN, int(0.2 * max(code.shape)))
    label = np.full((high + 2 * around, wide + 2 * around), int(paper), np.uint8)
    size = max(0.8, around / 60)
    for line in range(int(random.integers(2, 7))):
        words = person(random)[13:60].encode("ascii", "ignore").decode()
        top = line % 2 * (around + high + quiet) + int(random.uniform(0.3, 0.9) * (around - quiet))
        cv2.putText(label, words, (int(random.integers(0, around)), top), cv2.FONT_HERSHEY_SIMPLEX, size, ink, 3)
    label[around - quiet : around + high + quiet, around - quiet : around + wide + quiet] = int(paper)
    label[around : around + high, around : around + wide] = np.where(code > 127, int(paper), int(ink))
    for _ in range(scene.blots):
        x, y = around + int(random.integers(wide)), around + int(random.integers(high))
        shade = float(random.choice([ink, paper, (ink + paper) / 2]))
        if random.random() < 0.5:
            far = x + int(random.normal(0, 0.4 * wide)), y + int(random.normal(0, 0.4 * high))
            cv2.line(label, (x, y), far, shade, int(random.integers(_DRAWN // 2, 2 * _DRAWN)))
        else:
            axes = int(random.uniform(1, 3) * _DRAWN), int(random.uniform(1, 3) * _DRAWN)
            cv2.ellipse(label, (x, y), axes, float(random.uniform(0, 180)), 0, 360, shade, -1)
    return np.clip(label + random.normal(0, 2, label.shape), 0, 255).astype(np.uint8)


def dotted(symbol: Grey) -> Grey:
    """Modules as dots, as an ink jet or a needle makes them."""
    code = np.full((symbol.shape[0] * _DRAWN, symbol.shape[1] * _DRAWN), 255, np.uint8)
    for row, column in np.argwhere(symbol < 128):
        middle = int((column + 0.5) * _DRAWN), int((row + 0.5) * _DRAWN)
        cv2.circle(code, middle, int(0.46 * _DRAWN), 0, -1)
    return code


def _bent(label: Grey, degrees: float) -> Grey:
    """Round a bottle that stands upright, seen from the front."""
    wide = label.shape[1]
    half = math.radians(degrees)
    shown = 2 * math.sin(half) / (2 * half)
    across = np.linspace(-1, 1, max(2, round(wide * shown)))
    columns = (np.arcsin(across * math.sin(half)) / half + 1) / 2 * (wide - 1)
    rows = np.arange(label.shape[0], dtype=np.float32)[:, None] * np.ones((1, across.size), np.float32)
    columns = np.tile(columns.astype(np.float32), (label.shape[0], 1))
    return np.asarray(cv2.remap(label, columns, rows, cv2.INTER_LINEAR), np.uint8)


def _posed(label: Grey, scene: Scene, random: Generator) -> Light:
    high, wide = label.shape
    fine = 2 if scene.wide < 1600 else 1
    axis, tilt, turn = float(random.uniform(0, 2 * math.pi)), math.radians(scene.tilt), math.radians(scene.turn)
    lean, _ = cv2.Rodrigues(np.array([math.cos(axis) * tilt, math.sin(axis) * tilt, 0.0]))
    plane, _ = cv2.Rodrigues(np.array([0.0, 0.0, turn]))
    corners = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]]) * scene.module / _DRAWN / 2
    focal = 1.1 * max(scene.wide, scene.high)
    shown = []
    for x, y in corners:
        point = lean @ plane @ np.array([x, y, 0.0])
        shown.append(point[:2] * focal / max(focal + point[2], 0.2 * focal))
    target = np.array(shown)
    # All of the label's middle, in which the symbol is, stays in the picture.
    reach = 0.8 * np.abs(target).max(axis=0)
    smaller = min(1.0, 0.5 * scene.wide / reach[0], 0.5 * scene.high / reach[1])
    room = np.maximum(0.0, np.array([scene.wide, scene.high]) / 2 - reach * smaller)
    middle = np.array([scene.wide, scene.high]) / 2 + random.uniform(-0.6, 0.6, 2) * room
    target = ((target * smaller + middle) * fine).astype(np.float32)
    shrink = max(1, int(_DRAWN / (scene.module * smaller * fine)))
    if shrink > 1:
        label = cv2.resize(label, (wide // shrink, high // shrink), interpolation=cv2.INTER_AREA)
    source = np.array([[0, 0], [label.shape[1], 0], label.shape[::-1], [0, label.shape[0]]], np.float32)
    big = scene.wide * fine, scene.high * fine
    place = _background(big, random)
    cv2.warpPerspective(
        label, cv2.getPerspectiveTransform(source, target), big, place, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT
    )
    if fine > 1:
        place = cv2.resize(place, (scene.wide, scene.high), interpolation=cv2.INTER_AREA)
    return np.asarray(_TO_LIGHT[place], np.float32)


def _background(size: tuple[int, int], random: Generator) -> Grey:
    """Wood, cloth, a page of print, or a table with things on it."""
    wide, high = size
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
    base = float(random.uniform(50, 200))
    match int(random.integers(4)):
        case 0:  # wood
            place = base + 25 * np.sin(columns / wide * random.uniform(40, 160) + 3 * np.sin(rows / high * 5))
        case 1:  # cloth
            step = random.uniform(2.5, 8)
            place = base + 15 * np.sin(columns / step) * np.sin(rows / step)
        case 2:  # print
            place = np.full((high, wide), int(random.integers(180, 240)), np.uint8)
            for line in range(20, high, max(16, high // 24)):
                words = (person(random) + person(random)).encode("ascii", "ignore").decode()
                cv2.putText(place, words, (0, line), cv2.FONT_HERSHEY_SIMPLEX, high / 1200, 50, max(1, high // 500))
        case _:
            place = np.full((high, wide), base, np.float32)
            for _ in range(int(random.integers(3, 9))):
                box = (tuple(random.uniform(0, 1, 2) * size), tuple(random.uniform(0.1, 0.8, 2) * wide), 45.0)
                cv2.fillPoly(place, [cv2.boxPoints(box).astype(np.int32)], float(random.uniform(10, 240)))
    grain = cv2.resize(random.normal(0, 6, (high // 4, wide // 4)).astype(np.float32), size)
    return np.clip(place + grain, 0, 255).astype(np.uint8)


def _shaded(light: Light, scene: Scene, random: Generator) -> Light:
    """The telephone's own shadow, with a soft edge, and light from one side."""
    high, wide = light.shape
    direction = float(random.uniform(0, 2 * math.pi))
    across = np.linspace(-1, 1, wide, dtype=np.float32)[None, :] * math.cos(direction)
    down = np.linspace(-1, 1, high, dtype=np.float32)[:, None] * math.sin(direction)
    edge = float(random.uniform(-0.3, 0.3))
    soft = float(random.uniform(0.03, 0.5))
    covered = 1 / (1 + np.exp(-np.clip((across + down - edge) / soft, -30, 30)))
    return np.asarray(light * (1 - scene.shade * covered), np.float32)
