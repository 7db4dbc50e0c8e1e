"""Photographs of the backs of fictional ID cards and of passport pages: the machine-readable zone among other print."""

from __future__ import annotations

import math
import unicodedata
import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from tests.codes.fictional import GIVENS, MIDDLES, SURNAMES
from tests.codes.photographs import GRADES, HIGH, KINDS, WIDE, Circumstances, Grey, Photograph, circumstances, seen_by

FORMS: Final = ("VNM", "TD1", "TD3")
_UNIT: Final = 24.0  # pixels a millimetre of the drawing; half a millimetre is what the camera's modules are counted in
_FONT: Final = Path(__file__).parents[2] / "assets" / "fonts" / "ocr-b" / "OCRB.otf"
_PITCH_MM: Final = 2.54  # 9303-3 4.3: ten characters an inch
_LINE_MM: Final = 25.4 / 6
_ADVANCE: Final = 0.723  # of an em, in that font
_STATES: Final = ("UTO", "D<<", "XXA", "XXB", "EUE", "UNO")  # no citizen of any country
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digit(text: str) -> str:
    """A check digit, written apart from the reader's."""
    values = [0 if letter == "<" else _ALPHABET.index(letter) for letter in text]
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def _name(random: Generator, length: int) -> str:
    words = [str(random.choice(SURNAMES)), *(str(random.choice(MIDDLES)) for _ in range(int(random.integers(1, 3))))]
    words += str(random.choice(GIVENS)).split()
    plain = [
        "".join(
            letter
            for letter in unicodedata.normalize("NFD", word.replace("Đ", "D"))
            if not unicodedata.combining(letter)
        )
        for word in words
    ]
    return f"{plain[0]}<<{'<'.join(plain[1:])}"[:length].rstrip("<").ljust(length, "<")


def _day(random: Generator, first: int, last: int) -> str:
    return f"{random.integers(first, last) % 100:02d}{int(random.integers(1, 13)):02d}{int(random.integers(1, 29)):02d}"


def zone_text(form: str, random: Generator) -> str:
    """The lines of one zone, joined: a Vietnamese card's, another TD1 or a TD3."""
    birth, expiry = _day(random, 1940, 2010), _day(random, 2024, 2045)
    birth, expiry = birth + digit(birth), expiry + digit(expiry)
    sex = str(random.choice(["M", "F"]))
    if form == "VNM":
        number = f"001099{int(random.integers(10**6)):06d}"
        one = f"IDVNM{number[3:]}{digit(number[3:])}{number}<<"
        one += digit(number + "<<")
        two, state = f"{birth}{sex}{expiry}VNM" + "<" * 11, "VNM"
    else:
        state = str(random.choice(_STATES))
        number = "".join(str(random.choice(list(_ALPHABET))) for _ in range(9))
        more = "".join(str(random.choice(list(_ALPHABET))) for _ in range(int(random.integers(0, 12))))
        one = f"I<{state}{number}{digit(number)}{more}".ljust(30, "<")
        two = f"{birth}{sex}{expiry}{state}" + "<" * 11
    if form == "TD3":
        two = f"{number}{digit(number)}{state}{birth}{sex}{expiry}{more.ljust(14, '<')}"
        two += digit(more.ljust(14, "<")) if more else "<"
        two += digit(two[0:10] + two[13:20] + two[21:43])
        return f"P<{state}{_name(random, 39)}{two}"
    two += digit(one[5:30] + two[0:7] + two[8:15] + two[18:29])
    return one + two + _name(random, 30)


@cache
def _font(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size)


def card_back(text: str, random: Generator) -> Grey:
    """The card as it is printed, _UNIT pixels a millimetre."""
    passport = len(text) == 88
    wide_mm, high_mm = (
        (125.0, 58.0) if passport else (85.6, 54.0)
    )  # of the passport's page what the picture has room for
    wide, high = round(wide_mm * _UNIT), round(high_mm * _UNIT)
    paper, ink = float(random.uniform(195, 245)), int(random.integers(10, 60))
    rows = np.arange(high, dtype=np.float32)[:, None]
    columns = np.arange(wide, dtype=np.float32)[None, :]
    page = np.full((high, wide), paper, np.float32)
    for _ in range(int(random.integers(1, 4))):  # guilloches: fine lines that wind
        bow = random.uniform(20, 90) * np.sin(columns / random.uniform(90, 300) + random.uniform(0, 6))
        wave = np.sin(
            (rows * math.cos(a := random.uniform(-1, 1)) + columns * math.sin(a) + bow) / random.uniform(3, 12)
        )
        page -= float(random.uniform(2, 16)) * (wave > 0.3)
    drawing = Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(drawing)
    size = _PITCH_MM / _ADVANCE * _UNIT
    left = (wide - len(text) // (2 if passport else 3) * _PITCH_MM * _UNIT) / 2
    lines = [text[:44], text[44:]] if passport else [text[:30], text[30:60], text[60:]]
    # 9303-5: the first base line of three lies 19 mm, 9303-4: the first of two 15 mm over the lower edge.
    base = high - (15.0 if passport else 16.0) * _UNIT
    for place, line in enumerate(lines):
        for column, letter in enumerate(line):
            at = left + column * _PITCH_MM * _UNIT, base + place * _LINE_MM * _UNIT
            pen.text(at, letter, font=_font(size), fill=ink, anchor="ls")
    # Finger prints, a chip's outline and small print above.
    for _ in range(int(random.integers(4, 14))):
        at = float(random.uniform(0.03, 0.6)) * wide, float(random.uniform(0.04, 0.52)) * high
        words = str(
            random.choice(("Đặc điểm nhân dạng", "SPECIMEN / MẪU", "Ngày, tháng, năm", "CỤC TRƯỞNG", "01/01/2021"))
        )
        pen.text(at, words, font=_words(float(random.uniform(1.6, 3.4)) * _UNIT), fill=ink + 20)
    for _ in range(2):
        middle = float(random.uniform(0.6, 0.9)) * wide, float(random.uniform(0.15, 0.45)) * high
        for ring in range(2, 14):
            box = (*(side - ring * 14 for side in middle), *(side + ring * 14 for side in middle))
            pen.ellipse(box, outline=ink + 60, width=6)
    return np.asarray(drawing)


@cache
def _words(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT.parents[1] / "BeVietnamPro_500Medium.ttf"), size)


def zone_circumstances(kind: str, grade: float, random: Generator, passport: bool) -> Circumstances:
    """As for codes, for a card that somebody holds to fill the picture; modules are half millimetres."""
    seen = circumstances(kind, grade, random)
    before, largest = seen.module, WIDE * 0.92 / (250 if passport else 171.2)
    module = float(random.uniform(0.62, 1.0)) * largest
    if kind == "small modules":
        module = (0.62 - 0.26 * grade) * largest
    tilt = seen.tilt * 0.75
    turn = float(random.uniform(-12, 12)) + (180.0 if random.random() < 0.15 else 0.0)
    # Blur and shake are told in pixels for a module of that size.
    share = module / before if kind in ("blur", "motion") else 1.0
    return replace(seen, module=module, tilt=tilt, turn=turn, defocus=seen.defocus * share, shake=seen.shake * share)


def zone_photograph(form: str, kind: str, grade: str, seed: int) -> Photograph:
    """The picture of one seed."""
    random = np.random.default_rng([zlib.crc32(f"{form}/{kind}/{grade}".encode()), seed])
    text = zone_text(form, random)
    card = card_back(text, random)
    step = (GRADES.index(grade) + float(random.random())) / len(GRADES)
    seen = zone_circumstances(kind, step, random, form == "TD3")
    aside = max(0.0, WIDE - card.shape[1] / 12 * seen.module) / 2
    return Photograph(kind, grade, seed, text, seen_by(card, (aside, 0.06 * HIGH), seen, random, (WIDE, HIGH)))


def held(text: str, seed: int) -> Grey:
    """Any text as a zone, held level and in good light."""
    random = np.random.default_rng(seed)
    seen = replace(zone_circumstances("blur", 0.0, random, len(text) == 88), tilt=4.0, turn=3.0, defocus=0.6)
    return seen_by(card_back(text, random), (0.0, 0.0), seen, random, (WIDE, HIGH))


__all__ = ["FORMS", "GRADES", "KINDS", "card_back", "digit", "held", "zone_photograph", "zone_text"]
