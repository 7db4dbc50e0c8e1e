"""The printer's test page: accents, a ruler, greys, fine lines and a QR code, to be compared with its picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw

from kiosk_app.receipts.layout import Block, QrCode, Rule, Space, Text, paint
from kiosk_app.receipts.render import WIDTHS
from kiosk_app.receipts.typesetting import Face
from kiosk_app.receipts.words import words

_ACCENTS = "ĂÂĐÊÔƠƯ ắằẳẵặ ếềểễệ ốồổỗộ ứừửữự"


@dataclass(frozen=True)
class _Ruler:
    """Centimetres across the paper at 8 dots a millimetre: a worn platen shortens them."""

    def height(self, width: int) -> int:
        """See Block."""
        return 44

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""
        for millimetre in range(width // 8 + 1):
            length = 40 if millimetre % 10 == 0 else 26 if millimetre % 5 == 0 else 14
            left = x + millimetre * 8
            pen.rectangle((left, y, left + 1, y + length), fill=0)


@dataclass(frozen=True)
class _Heads:
    """A stair of thin bars that crosses every dot of the head: a dead one leaves a white gap; then stripes and black."""

    def height(self, width: int) -> int:
        """See Block."""
        return 150

    def draw(self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, width: int) -> None:
        """See Block."""
        for left in range(width):
            top = y + left * 48 // width
            pen.rectangle((x + left, top, x + left, top + 10), fill=0)
        for left in range(0, width, 4):
            pen.rectangle((x + left, y + 72, x + left + 1, y + 100), fill=0)
        pen.rectangle((x, y + 112, x + width - 1, y + 144), fill=0)


def render_test_page(number: str, at: datetime, language: str, dots: int = 576) -> bytes:
    """The page as a PNG exactly `dots` wide (576, 512 or 384); `number` is the machine's. Raises ValueError."""
    if dots not in WIDTHS:
        raise ValueError(f"dots: {dots} is none of {', '.join(map(str, WIDTHS))}")
    say = words(language)
    title, body, small = Face(36, 700), Face(26, 500), Face(20, 500)
    blocks: list[Block] = [
        Space(4),
        Text(say("test_title"), title, centred=True),
        Text(say.time(at), small, centred=True),
        Space(10),
        Rule(3),
        Space(14),
        Text(_ACCENTS, body, centred=True),
        Space(14),
        _Ruler(),
        Space(14),
        _Heads(),
        Space(14),
        QrCode(f"KIOSK-TEST-{number}", 200),
        Space(10),
        Text(say("test_end"), small, centred=True),
        Rule(3),
        Space(40),
    ]
    picture = paint(blocks, dots, 12 if dots < 500 else 16)
    file = BytesIO()
    picture.save(file, "PNG", optimize=False, compress_level=6)
    return file.getvalue()
