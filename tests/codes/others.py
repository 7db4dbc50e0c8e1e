"""Photographs of codes that are no QR codes, and pictures that hold no code at all."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import zxingcpp
from numpy.random import Generator

from tests.codes.fictional import person
from tests.codes.photographs import HIGH, WIDE, Grey, Photograph, circumstances, taken

SYMBOLOGIES: Final = ("Code128", "PDF417", "DataMatrix", "Aztec", "MicroQRCode")
WITHOUT: Final = ("desk", "noise", "stripes", "fence", "chequers", "print", "halftone", "bricks", "card", "squares")
# Modules of quiet zone that each standard asks for, where it is more than two.
_MARGINS: Final = {"Code128": 10.0}
_TROUBLES: Final = ("blur", "perspective", "low light", "noise", "motion")


def other_code(symbology: str, seed: int) -> Photograph:
    """A photograph of one symbol, with one trouble that is easy or medium."""
    random = np.random.default_rng([zlib.crc32(symbology.encode()), seed])
    text = _text(symbology, random)
    symbol = np.asarray(zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbology)).to_image(scale=1))
    if symbology == "Code128":
        symbol = np.repeat(symbol[symbol.shape[0] // 2][None, :], 40, axis=0)
    symbol = _without_margin(symbol)
    trouble = _TROUBLES[int(random.integers(len(_TROUBLES)))]
    seen = circumstances(trouble, float(random.uniform(0, 0.55)), random)
    # A wide symbol is held further away, so that all of it is in the picture.
    away = min(1.0, 0.85 * HIGH / max(symbol.shape) / seen.module)
    seen = replace(seen, module=seen.module * away, defocus=seen.defocus * away, shake=seen.shake * away)
    return Photograph(symbology, trouble, seed, text, taken(symbol, seen, random, _MARGINS.get(symbology, 2.0)))


def _without_margin(symbol: Grey) -> Grey:
    rows, columns = np.nonzero(symbol < 128)
    return symbol[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _text(symbology: str, random: Generator) -> str:
    code = f"G{random.integers(1, 20):02d}.{random.integers(10, 99)}-2026{random.integers(101, 999):04d}"
    if symbology == "MicroQRCode":
        return code[:9]
    if symbology == "PDF417":
        # Plain letters: the symbol's own letters are those of Western Europe, which are no UTF-8.
        return person(random)[:70].encode("ascii", "ignore").decode().strip()
    return f"{code}-{random.integers(10**7):07d}"


def without_code(kind: str, seed: int) -> Photograph:
    """A picture in which there is nothing to read."""
    random = np.random.default_rng([zlib.crc32(kind.encode()), seed])
    return Photograph(kind, "", seed, "", _PICTURES[kind](random))


def _desk(random: Generator) -> Grey:
    return _camera(np.full((40, 40), 255, np.uint8), random)


def _camera(symbol: Grey, random: Generator) -> Grey:
    trouble = _TROUBLES[int(random.integers(len(_TROUBLES)))]
    return taken(symbol, circumstances(trouble, float(random.random()), random), random)


def _noise(random: Generator) -> Grey:
    grain = int(random.integers(1, 8))
    small = random.integers(0, 256, (HIGH // grain, WIDE // grain)).astype(np.uint8)
    return np.asarray(cv2.resize(small, (WIDE, HIGH), interpolation=int(random.integers(0, 2))), np.uint8)


def _stripes(random: Generator) -> Grey:
    wide = random.integers(1, 9, 300)
    row = np.repeat(np.arange(300) % 2 * 200 + 25, wide)[:WIDE].astype(np.uint8)
    picture = np.tile(np.resize(row, WIDE), (HIGH, 1))
    return np.ascontiguousarray(picture if random.random() < 0.6 else np.resize(picture.T, (HIGH, WIDE)))


def _fence(random: Generator) -> Grey:
    """A row of like bars under a sky, from aslant."""
    step = int(random.integers(4, 30))
    picture = np.full((HIGH, WIDE), 190, np.float32)
    picture[:, np.arange(WIDE) % step < step // 2] = 40
    picture[: HIGH // 4] = 220
    away = np.array([[0, 0], [WIDE, HIGH * 0.2], [WIDE, HIGH * 0.8], [0, HIGH]], np.float32)
    whole = np.array([[0, 0], [WIDE, 0], [WIDE, HIGH], [0, HIGH]], np.float32)
    turned = cv2.warpPerspective(picture, cv2.getPerspectiveTransform(whole, away), (WIDE, HIGH))
    return np.clip(turned + random.normal(0, 4, turned.shape), 0, 255).astype(np.uint8)


def _chequers(random: Generator) -> Grey:
    """Squares of a random pattern, as in cloth or in a crossword: much like modules."""
    side = int(random.integers(3, 16))
    pattern = (random.random((HIGH // side + 1, WIDE // side + 1)) < random.uniform(0.2, 0.8)).astype(np.uint8)
    return np.ascontiguousarray(np.kron(pattern * 200 + 30, np.ones((side, side), np.uint8))[:HIGH, :WIDE])


def _print(random: Generator) -> Grey:
    page = np.full((HIGH, WIDE), int(random.integers(200, 250)), np.uint8)
    for line in range(20, HIGH, int(random.integers(14, 40))):
        letters = " ".join(person(random) for _ in range(4)).encode("ascii", "ignore").decode()
        cv2.putText(
            page, letters, (int(random.integers(0, 40)), line), cv2.FONT_HERSHEY_PLAIN, random.uniform(0.7, 2), 30, 1
        )
    return page


def _halftone(random: Generator) -> Grey:
    rows, columns = np.mgrid[0:HIGH, 0:WIDE] * float(random.uniform(0.3, 1.4))
    soft = cv2.resize(random.random((6, 10)).astype(np.float32), (WIDE, HIGH), interpolation=cv2.INTER_CUBIC)
    return np.where(np.sin(rows) * np.sin(columns) > 2 * soft - 1, 230, 30).astype(np.uint8)


def _bricks(random: Generator) -> Grey:
    picture = np.full((HIGH, WIDE), 200, np.uint8)
    high, wide = int(random.integers(8, 40)), int(random.integers(16, 100))
    for row, top in enumerate(range(0, HIGH, high)):
        for left in range(-wide * (row % 2) // 2, WIDE, wide):
            shade = int(random.integers(50, 150))
            cv2.rectangle(picture, (left, top), (left + wide - 3, top + high - 3), shade, -1)
    return picture


def _squares(random: Generator) -> Grey:
    """Squares in squares: what looks like the corner of a QR code and is none."""
    picture = np.full((HIGH, WIDE), 220, np.uint8)
    for _ in range(int(random.integers(3, 30))):
        side, x, y = int(random.integers(2, 9)), int(random.integers(WIDE)), int(random.integers(HIGH))
        for half, shade in ((7, 30), (5, 220), (3, 30)):
            cv2.rectangle(picture, (x - half * side, y - half * side), (x + half * side, y + half * side), shade, -1)
    return picture


_PICTURES: Final = {
    "desk": _desk,
    "noise": _noise,
    "stripes": _stripes,
    "fence": _fence,
    "chequers": _chequers,
    "print": _print,
    "halftone": _halftone,
    "bricks": _bricks,
    "card": lambda random: _camera(np.full((57, 57), int(random.integers(60, 200)), np.uint8), random),
    "squares": _squares,
}
