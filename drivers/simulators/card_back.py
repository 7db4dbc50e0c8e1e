"""The back of a fictional person's ID card as a picture: small print, a chip's outline, rings for prints, the zone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from drivers.simulators.chip.people import Person

_FONTS: Final = Path(__file__).parents[2] / "assets" / "fonts"
_MM: Final = 12.6  # pixels
_SIZE: Final = round(85.6 * _MM), round(54 * _MM)  # ID-1, ISO/IEC 7810
_PITCH: Final = 2.54 * _MM  # ten characters an inch, six lines an inch: ICAO 9303-3 4.3
_LINE: Final = 25.4 / 6 * _MM
_ADVANCE: Final = 0.723  # of an em, in the face of OCR-B
_LAST_LINE: Final = 6.6 * _MM  # its base, over the lower edge: ICAO 9303-5 4.1
_PAPER, _INK, _PALE = 226, 26, 178


def card_back(person: Person) -> Image.Image:
    """Grey, 1079 x 680 pixels."""
    card = Image.new("L", _SIZE, _PAPER)
    pen = ImageDraw.Draw(card)
    for wave in range(26):  # guilloches
        points = [(x, 30 * wave - 40 + 26 * math.sin(x / 90 + wave / 3)) for x in range(0, _SIZE[0] + 12, 12)]
        pen.line(points, fill=_PALE + 24, width=2)
    words = ImageFont.truetype(str(_FONTS / "BeVietnamPro_500Medium.ttf"), round(2.2 * _MM))
    for place, line in enumerate(
        (
            "THẺ MẪU – KHÔNG CÓ GIÁ TRỊ / SPECIMEN",
            f"Đặc điểm nhân dạng: {person.sex_word}",
            f"Ngày cấp: {person.issued:%d/%m/%Y}",
            "Cơ quan cấp: THỬ NGHIỆM",
        )
    ):
        pen.text((4 * _MM, (3 + 4 * place) * _MM), line, font=words, fill=_INK + 40)
    pen.rounded_rectangle((5 * _MM, 21 * _MM, 17 * _MM, 31 * _MM), 1.5 * _MM, outline=_INK + 60, width=3)
    for middle in (58 * _MM, 74 * _MM):
        for ring in range(1, 12):
            box = middle - ring * 6, (17 * _MM) - ring * 8, middle + ring * 6, (17 * _MM) + ring * 8
            pen.ellipse(box, outline=_PALE - 40, width=2)
    _zone(pen, person.mrz)
    return card


def _zone(pen: ImageDraw.ImageDraw, text: str) -> None:
    face = ImageFont.truetype(str(_FONTS / "ocr-b" / "OCRB.otf"), _PITCH / _ADVANCE)
    left = (_SIZE[0] - 30 * _PITCH) / 2
    for row in range(3):
        base = _SIZE[1] - _LAST_LINE - (2 - row) * _LINE
        for column, letter in enumerate(text[30 * row : 30 * row + 30]):
            pen.text((left + column * _PITCH, base), letter, font=face, fill=_INK, anchor="ls")
