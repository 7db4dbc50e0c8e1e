"""Learns the letters of OCR-B from the font's outlines: python packaging/ocr_b.py; writes drivers/barcode/ocr_b.npz.

Lines of random letters are drawn, printed thicker or thinner, blurred, moved, lit unevenly, made noisy and small as a
camera would have them, and cut into cells as drivers.barcode.letters has them. A net of two small layers is fitted to the
cells; its last answer stands for what is no letter: gaps, halves of two letters, ornament.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from drivers.barcode.letters import ALPHABET, CELL, cells_of, prepared

Array = NDArray[np.float32]

ROOT: Final = Path(__file__).parent.parent
FONT: Final = ROOT / "assets" / "fonts" / "ocr-b" / "OCRB.otf"
OUT: Final = ROOT / "drivers" / "barcode" / "ocr_b.npz"
EM: Final = 60
PITCH: Final = 0.723 * EM  # the font's advance
MIDDLE: Final = 0.38 * EM  # of digits and fillers over the base line
LINE: Final = 24  # letters
HIDDEN: Final = (160, 64)
NO_LETTER: Final = len(ALPHABET)


def strip(letters: str, random: Generator, font: ImageFont.FreeTypeFont) -> Array:
    """A line as a camera has it: ink 1 on paper 0 at first, then grey of any lightness; the cells' pitch is CELL[1]."""
    wide, high = round(PITCH * (LINE + 2)), round(3.4 * EM)
    drawing = Image.new("L", (wide, high), 0)
    base = high / 2 + MIDDLE
    pen = ImageDraw.Draw(drawing)
    for place, letter in enumerate(letters):
        pen.text((PITCH * (place + 1), base), letter, font=font, fill=255, anchor="ls")
    for row in (-1, 1):  # the lines above and below
        for place in range(LINE):
            other = ALPHABET[int(random.integers(len(ALPHABET)))]
            pen.text((PITCH * (place + 1), base + row * PITCH * 1.665), other, font=font, fill=255, anchor="ls")
    ink = np.asarray(drawing)
    thicker = int(random.integers(-2, 4))
    if thicker:
        brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(thicker) + 1,) * 2)
        ink = np.asarray(cv2.dilate(ink, brush) if thicker > 0 else cv2.erode(ink, brush), np.uint8)
    pitch = float(random.uniform(8.5, 28))
    shrink = pitch / PITCH
    picture = cv2.resize(ink, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    sigma = float(random.uniform(0.0, 0.15)) * pitch
    if sigma > 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    if random.random() < 0.4:
        picture = cv2.filter2D(picture, -1, moved(float(random.uniform(0.05, 0.4)) * pitch, random))
    rows, columns = picture.shape
    contrast = float(random.uniform(0.15, 1.0))
    paper = np.full_like(picture, 1.0)
    across = np.linspace(0, 1, columns, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    paper += float(random.normal(0, 0.2)) * across + float(random.normal(0, 0.1)) * down
    for _ in range(int(random.integers(0, 3))):  # guilloches
        wave = float(random.uniform(0.1, 1.5)) / pitch
        angle = float(random.uniform(0, 3.1416))
        phase = 6.28 * wave * (
            np.cos(angle) * np.arange(columns)[None, :] + np.sin(angle) * np.arange(rows)[:, None]
        ) + 3 * np.sin(across * random.uniform(2, 20))
        paper += float(random.uniform(0, 0.12)) * np.sin(phase).astype(np.float32)
    if random.random() < 0.1:  # light that hides a part
        middle = float(random.uniform(0, 1))
        paper += float(random.uniform(0.2, 1.0)) * np.exp(-(((across - middle) * 12) ** 2))
    picture = paper - contrast * picture
    picture = np.minimum(picture, float(random.uniform(1.1, 2.0)))
    picture += float(random.uniform(0.0, 0.16)) * contrast * random.standard_normal(picture.shape).astype(np.float32)
    # Laid level as the reader lays it, a little wrong.
    scale = CELL[1] / pitch
    stretch = scale * float(random.uniform(0.93, 1.07)), scale * float(random.uniform(0.9, 1.12))
    lean, turn = float(random.normal(0, 0.03)), float(random.normal(0, 0.006))
    shift = random.normal(0, (0.7, 0.8))
    width, height = CELL[1] * LINE, CELL[0]
    left = float(pitch)
    matrix = np.array(
        [
            [scale, lean * scale, -scale * left - lean * scale * rows / 2 + shift[0]],
            [
                turn * stretch[1],
                stretch[1],
                height / 2 - stretch[1] * rows / 2 + shift[1] - turn * stretch[1] * columns / 2,
            ],
        ],
        np.float32,
    )
    return np.asarray(
        cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


def moved(length: float, random: Generator) -> Array:
    """A hand's path."""
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    angle = float(random.uniform(0, 3.1416))
    for step in np.linspace(-0.5, 0.5, 17):
        kernel[round(half + length * step * np.sin(angle)), round(half + length * step * np.cos(angle))] += 1
    return kernel / kernel.sum()


def sample(lines: int, random: Generator) -> tuple[Array, NDArray[np.int64]]:
    """Cells and what they are."""
    font = ImageFont.truetype(str(FONT), EM)
    taken: list[Array] = []
    answers: list[NDArray[np.int64]] = []
    for _ in range(lines):
        which = random.integers(len(ALPHABET), size=LINE)
        which[random.random(LINE) < 0.08] = ALPHABET.index("<")
        letters = "".join(ALPHABET[one] for one in which)
        kind = random.random()
        if kind < 0.05:  # halves of two letters
            line = np.roll(strip(letters, random, font), round(CELL[1] * float(random.uniform(0.38, 0.62))), axis=1)
            which = np.full(LINE, NO_LETTER)
        elif kind < 0.08:  # between two lines
            line = np.roll(strip(letters, random, font), round(CELL[0] * float(random.uniform(0.35, 0.65))), axis=0)
            which = np.full(LINE, NO_LETTER)
        elif kind < 0.11:  # paper
            line = strip(" " * LINE, random, font)
            which = np.full(LINE, NO_LETTER)
        else:
            line = strip(letters, random, font)
        taken.append(prepared(cells_of(line, LINE)))
        answers.append(which)
    return np.concatenate(taken), np.concatenate(answers)


def fitted(rounds: int, random: Generator) -> list[Array]:
    """The net's weights and biases, each round on new cells."""
    sizes = (CELL[0] * CELL[1], *HIDDEN, NO_LETTER + 1)
    pairs = list(pairwise(sizes))
    layers = [
        part.astype(np.float32)
        for many, few in pairs
        for part in (random.normal(0, np.sqrt(2 / many), (many, few)), np.zeros(few))
    ]
    first = [np.zeros_like(part) for part in layers]
    second = [np.zeros_like(part) for part in layers]
    step = 0
    for number in range(rounds):
        cells, answers = sample(400, random)
        order = random.permutation(len(answers))
        rate = 2e-3 * 0.5 * (1 + np.cos(np.pi * number / rounds)) + 2e-5
        right = 0
        for some in np.array_split(order, len(order) // 128):
            outputs = [cells[some]]
            for place in range(0, len(layers), 2):
                product = outputs[-1] @ layers[place] + layers[place + 1]
                outputs.append(np.maximum(product, 0) if place < len(layers) - 2 else product)
            scores = outputs[-1] - outputs[-1].max(axis=1, keepdims=True)
            likely = np.exp(scores)
            likely /= likely.sum(axis=1, keepdims=True)
            right += int((likely.argmax(axis=1) == answers[some]).sum())
            error = likely
            error[np.arange(len(some)), answers[some]] -= 1
            error /= len(some)
            slopes: list[Array] = []
            for place in range(len(layers) - 2, -1, -2):
                slopes[:0] = [outputs[place // 2].T @ error + 1e-5 * layers[place], error.sum(axis=0)]
                if place:
                    error = (error @ layers[place].T) * (outputs[place // 2] > 0)
            step += 1
            for index, slope in enumerate(slopes):
                first[index] += 0.1 * (slope - first[index])
                second[index] += 0.001 * (slope**2 - second[index])
                pace = rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
                layers[index] -= (pace * first[index] / (np.sqrt(second[index]) + 1e-8)).astype(np.float32)
        sys.stderr.write(f"round {number + 1} of {rounds}: {100 * right / len(order):.2f} % right on unseen cells\n")
    return layers


def main() -> None:
    """Fits the net and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    layers = fitted(asked.rounds, np.random.default_rng(asked.seed))
    named = {f"layer{place}": part.astype(np.float16) for place, part in enumerate(layers)}
    np.savez_compressed(asked.out, **named)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
