"""Reads the machine-readable zone of a card or passport from a picture: ICAO 9303-5 (TD1), 9303-4 (TD3), 9303-3 4.9.

Nothing is guessed: each letter is the likeliest of those that its field may have, and has to be sure; all check digits have
to agree, and what they do not cover has to be surer still. What does not is not read, for the next frame may be better.
"""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.barcode import zone
from drivers.barcode.letters import ALPHABET, Likely, likely
from drivers.mrz import Mrz, check_digit, parse
from drivers.ports import Code

Grey = NDArray[np.uint8]

SYMBOLOGY: Final = "MRZ"
_DIGITS: Final = "0123456789"
_LETTERS: Final = ALPHABET[10:]  # with the filler
_KINDS: Final = {
    "D": _DIGITS,
    "d": _DIGITS + "<",
    "L": _LETTERS,
    "A": ALPHABET,
    "S": "MFX<",
    "I": "IAC",
    "P": "P",
}
# What each place may hold: 9303-5 4.2.2, 9303-4 4.2.2. On the Vietnamese card document and personal number are digits.
_TD1: Final = "ILLLL" + "A" * 9 + "d" + "A" * 15 + "D" * 7 + "S" + "D" * 7 + "LLL" + "A" * 11 + "D" + "L" * 30
_TD1_VNM: Final = _TD1[:5] + "D" * 22 + _TD1[27:]
_TD3: Final = "P" + "L" * 43 + "A" * 9 + "D" + "LLL" + "D" * 7 + "S" + "D" * 7 + "A" * 14 + "d" + "D"
_SURE: Final = 0.6
"""How likely a letter has to be among those of its place, where a check digit covers it and its place has digits alone."""
_SURER: Final = 0.93
"""Where letters may be, too: no check digit tells 6 from G, 8 from S or 0 from a filler."""
_SUREST: Final = 0.98
"""Where no check digit covers it, as in names: among all letters, but for the digit that its place rules out."""
_TWINS: Final = {"O": "0", "D": "0", "Q": "0", "I": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
_POSSIBLE: Final = 0.02  # of all letters, for those of its place together
_COVERED_TD1: Final = frozenset((*range(5, 37), *range(38, 45), *range(48, 60)))
_COVERED_TD3: Final = frozenset((*range(44, 54), *range(57, 64), *range(65, 88)))
_NAMES: Final = re.compile(r"[A-Z]+(?:<[A-Z]+)*(?:<<[A-Z]+(?:<[A-Z]+)*)?<*")
_STATE: Final = re.compile(r"[A-Z]{3}|[A-Z]<<|<<<")
_MOST_GRIDS: Final = 12
_COMFORTABLE: Final = 1920  # pixels of the longer side: letters are large enough at that


@dataclass(frozen=True)
class Seen:
    """A zone's text, its lines joined, and its corners in the picture's pixels from the upper left on."""

    text: str = field(repr=False)
    corners: tuple[tuple[float, float], ...] = ()

    def outline(self, grey: Grey) -> tuple[tuple[float, float], ...]:
        """The corners in parts of the picture's sides."""
        high, wide = grey.shape
        return tuple((x / wide, y / high) for x, y in self.corners)

    @property
    def code(self) -> Code:
        """As a reader of codes tells it."""
        return Code(self.text, SYMBOLOGY, self.text.encode().hex())


def look(grey: Grey, until: float = math.inf) -> Seen | None:
    """The zone in a grey picture, or None; upside down, too. After `until` (time.monotonic) only the likeliest grid."""
    for count, grid in enumerate(zone.grids(grey)):
        if count >= _MOST_GRIDS or (count and time.monotonic() > until):
            return None
        for turned in (False, True):
            text = _text(likely(grid.cells[::-1, ::-1, ::-1] if turned else grid.cells), grid.lines)
            if text is not None:
                corners = np.roll(grid.corners, 2, axis=0) if turned else grid.corners
                return Seen(text, tuple((float(x), float(y)) for x, y in corners))
    return None


def seen_again(grey: Grey, seen: Seen) -> bool:
    """Whether a picture that is a little different says the same: for one that no other follows."""
    calm = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.8), np.uint8)
    again = look(np.asarray(cv2.resize(calm, None, fx=0.93, fy=0.93, interpolation=cv2.INTER_AREA), np.uint8))
    return again is not None and again.text == seen.text


def still(grey: Grey) -> Seen | None:
    """The zone of a still picture, whichever way up, seen twice or not at all."""
    if max(grey.shape) > _COMFORTABLE:
        factor = _COMFORTABLE / max(grey.shape)
        grey = np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    for picture in (grey, np.ascontiguousarray(np.rot90(grey))):
        seen = look(picture)
        if seen is not None and seen_again(picture, seen):
            return seen
    return None


def _text(cells: Likely, lines: int) -> str | None:
    if lines == 2:
        text = _told(cells, _TD3, _COVERED_TD3)
        return text if text is not None and _valid(text) else None
    text = _told(cells, _TD1, _COVERED_TD1, 5)
    if text is None:
        return None
    text = _told(cells, _TD1_VNM if text == "IDVNM" else _TD1, _COVERED_TD1)
    return text if text is not None and _valid(text) else None


def _told(cells: Likely, kinds: str, covered: frozenset[int], count: int | None = None) -> str | None:
    """The likeliest letters of the first `count` places; None as soon as one is not sure."""
    text = ""
    for place, kind in enumerate(kinds[:count]):
        may = _CHOICES[kind]
        chances = cells[place][may]
        whole = float(chances.sum())
        best = int(chances.argmax())
        letter = ALPHABET[may[best]]
        least = _SURE if kind in "Dd" else _SURER
        if whole < _POSSIBLE or chances[best] < least * whole:
            return None
        if place not in covered:
            twin = _TWINS.get(letter)
            if chances[best] + (cells[place][ALPHABET.index(twin)] if twin else 0.0) < _SUREST:
                return None
        text += letter
    return text


_CHOICES: Final = {kind: np.array([ALPHABET.index(letter) for letter in may]) for kind, may in _KINDS.items()}


def _valid(text: str) -> bool:
    zone_said = parse(text)
    if len(text) == 90:
        return zone_said.checked and _plausible(text[2:5], text[45:48], text[60:], zone_said)
    own, digit = text[72:86], text[86]
    good = digit == check_digit(own) or (digit == "<" and not own.strip("<"))
    return zone_said.checked and good and _plausible(text[2:5], text[54:57], text[5:44], zone_said)


def _plausible(issuer: str, nationality: str, names: str, said: Mrz) -> bool:
    days = all("01" <= day[2:4] <= "12" and "01" <= day[4:] <= "31" for day in (said.birth, said.expiry))
    states = all(_STATE.fullmatch(state) for state in (issuer, nationality))
    return days and states and _NAMES.fullmatch(names) is not None
