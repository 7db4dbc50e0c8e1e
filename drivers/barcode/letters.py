"""The letters of OCR-B told apart: cells of a line laid level, each given to a small net made from the font's outlines."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
CELL: Final = 24, 16
"""Rows and columns of a letter's cell; its columns are the pitch of the line, its rows the same measure."""
_AT_ONCE: Final = 4
_NET: Final = Path(__file__).with_name("ocr_b.npz")  # made by packaging/ocr_b.py

Likely = NDArray[np.float32]
"""For each cell how likely each letter of ALPHABET is, and last that it is none."""


def cells_of(line: NDArray[Any], count: int) -> NDArray[np.float32]:
    """A line of CELL[0] rows, `count` letters long, cut into its cells: (count, rows, columns)."""
    rows, columns = CELL
    return line.reshape(rows, count, columns).transpose(1, 0, 2).astype(np.float32)


def prepared(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cells as the net takes them: each on its own without lightness and contrast, as a row."""
    flat = cells.reshape(len(cells), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return np.asarray(flat / (flat.std(axis=1, keepdims=True) + 1e-3), np.float32)


def likely(cells: NDArray[np.float32]) -> Likely:
    """What each cell may be."""
    value = prepared(cells)
    layers = _net()
    for place in range(0, len(layers), 2):
        value = _product(value, layers[place]) + layers[place + 1]
        if place < len(layers) - 2:
            value = np.maximum(value, 0)
    value = np.exp(value - value.max(axis=1, keepdims=True))
    return np.asarray(value / value.sum(axis=1, keepdims=True), np.float32)


def _product(rows: NDArray[np.float32], layer: NDArray[np.float32]) -> NDArray[np.float32]:
    """A few rows at a time: larger products are shared among threads, which on a busy machine wait for each other."""
    return np.concatenate([rows[start : start + _AT_ONCE] @ layer for start in range(0, len(rows), _AT_ONCE)])


@cache
def _net() -> tuple[NDArray[np.float32], ...]:
    with np.load(_NET) as kept:
        return tuple(kept[f"layer{place}"].astype(np.float32) for place in range(len(kept.files)))
