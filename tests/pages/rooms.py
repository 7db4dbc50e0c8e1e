"""Photographs in rooms that no limit was set on: grain, tiles, a tablecloth, a white desk; what lies about there."""

from __future__ import annotations

import random
from typing import Final

import cv2
import numpy as np
from PIL import Image

from tests.pages import desks
from tests.pages.desks import Points, Scene, Shot
from tests.pages.troubles import SKINS
from tests.pages.wear import Picture

TABLES: Final = ("strong grain", "tiled table", "tablecloth", "white desk")
ABOUT: Final = ("nothing", "keyboard and mug", "hand over a corner", "sheet half below", "window light")


def kind_of(seed: int) -> tuple[str, str]:
    """What lies below and what is about, so that every pair comes equally often."""
    return TABLES[seed % len(TABLES)], ABOUT[seed % len(ABOUT)]


def taken(page: Image.Image, seed: int, size: tuple[int, int] = desks.TWELVE_MP) -> Shot:
    """The page photographed on such a table, wholly in the picture."""
    chance, (ground, about) = random.Random(f"room-{seed}"), kind_of(seed)
    corners, unit = desks.placed(page.width / page.height, size, chance), size[0] / 1280
    out = _table(ground, size, chance)
    if about == "keyboard and mug":
        _keyboard(out, corners, chance, unit)
        _mug(out, corners, chance)
    if about == "sheet half below":
        other = np.full((1170, 827, 3), (246, 245, 241), np.uint8)
        for y in range(110, 1060, 34):
            cv2.line(other, (90, y), (90 + chance.randint(300, 640), y), (96, 96, 100), 7)
        side, way = corners.mean(axis=0), corners[chance.randrange(4)] - corners.mean(axis=0)
        turn = np.radians(chance.uniform(-12, 12))
        matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        desks.lay(out, other, (corners - side) @ matrix + side + way * chance.uniform(0.35, 0.7), chance, unit)
    desks.lay(out, np.asarray(page), corners, chance, unit)
    if about == "hand over a corner":
        _hand(out, corners, chance)
    out *= desks.light(size, chance)[:, :, None]
    if about == "window light":
        out *= _window(size, chance)[:, :, None]
    return Shot(desks.exposed(out, chance, unit, seed=seed), corners, ground, about)


def _table(kind: str, size: tuple[int, int], chance: random.Random) -> Scene:
    width, height = size
    u, v = np.meshgrid(np.arange(width, dtype=np.float32) / width, np.arange(height, dtype=np.float32) / width)
    out = np.empty((height, width, 3), np.float32)
    if kind == "strong grain":
        out[:] = chance.choice(((168, 118, 74), (120, 78, 46), (202, 164, 116)))
        bent = v + 0.02 * np.sin(7 * u + chance.uniform(0, 6)) + desks.rough(size, chance, 1 / 5, 1 / 9) * 0.006
        rings = np.sin(2 * np.pi * bent * chance.uniform(18, 34)) + 0.6 * np.sin(2 * np.pi * bent * 61)
        out += (rings * chance.uniform(14, 24))[:, :, None]
        out += (desks.rough(size, chance, 1 / 40, 1 / 900) * 9)[:, :, None]
    elif kind == "tiled table":
        side, turn = chance.uniform(0.05, 0.12), chance.uniform(0, np.pi / 2)
        a, b = u * np.cos(turn) + v * np.sin(turn), v * np.cos(turn) - u * np.sin(turn) + 4
        shade = np.random.default_rng(chance.randrange(1 << 30)).normal(0, 16, (97, 97)).astype(np.float32)
        out[:] = chance.choice(((70, 104, 132), (150, 96, 70), (96, 116, 92)))
        out += shade[(a / side).astype(int) % 97, (b / side).astype(int) % 97][:, :, None]
        out[np.minimum(a % side, b % side) < side * 0.07] = (206, 202, 194)
    elif kind == "tablecloth":
        one, two = np.array(chance.choice(((178, 40, 46), (44, 78, 140), (60, 120, 84))), np.float32), (236, 232, 224)
        period = chance.uniform(0.035, 0.09)
        checks = ((u / period % 1) < 0.5).astype(np.float32) * 0.5 + ((v / period % 1) < 0.5) * 0.5
        out[:] = one * checks[:, :, None] + np.array(two, np.float32) * (1 - checks[:, :, None])
        dots = np.hypot((u / period * 2) % 1 - 0.5, (v / period * 2) % 1 - 0.5) < 0.16
        out[dots] = one * 0.7
        out += (desks.rough(size, chance, 1 / 8, 1 / 8) * 9 + desks.rough(size, chance, 1 / 700, 1 / 700) * 6)[
            :, :, None
        ]
    else:
        level = chance.uniform(196, 232)
        out[:] = (level, level - 1, level - chance.uniform(0, 9))
        out += (desks.rough(size, chance, 1 / 300, 1 / 300) * 1.5)[:, :, None]
    return out


def _beside(corners: Points, chance: random.Random, far: float) -> Points:
    middle, way = corners.mean(axis=0), chance.uniform(0, 2 * np.pi)
    return np.asarray(middle + np.array([np.cos(way), np.sin(way)]) * far * np.ptp(corners, axis=0).max(), np.float64)


def _keyboard(out: Scene, corners: Points, chance: random.Random, unit: float) -> None:
    keys = np.full((300, 900, 3), chance.choice(((38, 38, 42), (222, 222, 220))), np.uint8)
    colour = (16, 16, 18) if keys[0, 0, 0] < 100 else (250, 250, 250)
    for y in range(20, 270, 56):
        for x in range(20, 870, 58):
            cv2.rectangle(keys, (x, y), (x + 46, y + 44), colour, -1)
    at, turn = _beside(corners, chance, 0.72), chance.uniform(0, np.pi)
    half = np.array([(-1.5, -0.5), (1.5, -0.5), (1.5, 0.5), (-1.5, 0.5)]) * 130 * unit
    turned = half @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    desks.lay(out, keys, turned + at, chance, unit)


def _mug(out: Scene, corners: Points, chance: random.Random) -> None:
    at, round_ = _beside(corners, chance, 0.62), out.shape[1] * chance.uniform(0.04, 0.07)
    middle = int(at[0]), int(at[1])
    for part, colour in ((1.0, (232, 230, 226)), (0.86, (96, 60, 40))):
        cv2.circle(out, middle, round(round_ * part), colour, -1, cv2.LINE_AA)


def _hand(out: Scene, corners: Points, chance: random.Random) -> None:
    """A hand that lies over one of the page's corners, fingers inwards."""
    place = chance.randrange(4)
    inward = corners.mean(axis=0) - corners[place]
    inward, reach = inward / np.hypot(*inward), float(np.hypot(*inward))
    aside, skin = np.array([-inward[1], inward[0]]), np.array(chance.choice(SKINS), np.float32)
    mask, thick = np.zeros(out.shape[:2], np.uint8), reach * 0.14
    for finger in range(-2, 2):
        tip = corners[place] + inward * reach * chance.uniform(0.02, 0.2) + aside * finger * thick * 1.05
        root = tip - inward * reach * 1.4
        cv2.line(mask, *(tuple(int(value) for value in point) for point in (root, tip)), 255, round(thick), cv2.LINE_AA)
    soft = cv2.GaussianBlur(cv2.resize(mask, None, fx=0.125, fy=0.125), (0, 0), max(0.6, thick / 36))
    body = cv2.resize(soft, mask.shape[::-1]).astype(np.float32)[:, :, None] / 255
    cover = (mask.astype(np.float32) / 255)[:, :, None]
    out *= 1 - 0.35 * body * (1 - cover)
    out += (skin * (0.62 + 0.38 * body) - out) * cover


def _window(size: tuple[int, int], chance: random.Random) -> Scene:
    """Sunlight through a window: bright panes with hard edges, the rest in the frame's shadow."""
    width, height = size
    pane = chance.uniform(0.3, 0.55) * width
    u, v = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    turn, at = chance.uniform(0, np.pi), chance.uniform(0, pane)
    a, b = u * np.cos(turn) + v * np.sin(turn) + at + 9 * width, v * np.cos(turn) - u * np.sin(turn) + 9 * width
    lit = ((a % pane > 0.14 * pane) & (b % (1.3 * pane) > 0.12 * pane)).astype(np.float32)
    return np.asarray(0.5 + 0.5 * cv2.GaussianBlur(lit, (0, 0), width / 1500), np.float32)


def whole(page: Picture) -> Picture:
    """The page as it fills the whole picture, lit from one side."""
    ramp = np.linspace(1.0, 0.86, page.shape[1], dtype=np.float32)
    return np.asarray(np.clip(page * ramp[None, :, None], 0, 255), np.uint8)
