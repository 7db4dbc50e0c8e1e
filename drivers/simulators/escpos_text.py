"""Text, QR codes and their settings on the simulated receipt printer: what needs letters and modules before it is dots."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from PIL import Image, ImageDraw, ImageFont

_LETTER = (12, 24)  # font A
_LEVELS = {48: "l", 49: "m", 50: "q", 51: "h"}


@dataclass
class Type:
    """How text is set now: ESC @ sets all of it back."""

    bold: bool = False
    wide: int = 1
    tall: int = 1
    align: int = 0
    line_rows: int = 30

    def size(self, value: int) -> None:
        """GS !: width in the upper half of the byte, height in the lower."""
        self.wide, self.tall = 1 + (value >> 4 & 7), 1 + (value & 7)


@dataclass
class QrSettings:
    """GS ( k for QR: the symbol is stored by one command and printed by another."""

    module: int = 3
    level: str = "l"
    data: bytes = b""

    def take(self, function: int, parameters: bytes) -> bool:
        """One function of cn 49; True when the symbol is to be printed."""
        if function == 67 and parameters:
            self.module = min(16, max(1, parameters[0]))
        elif function == 69 and parameters:
            self.level = _LEVELS.get(parameters[0], "l")
        elif function == 80:
            self.data = parameters[1:]
        return function == 81

    def rows(self, dots: int, align: int) -> list[bytes]:
        """The symbol as rows of the paper; none when there is nothing stored or it does not fit, as a printer does."""
        if not self.data:
            return []
        try:
            symbol = segno.make(self.data, error=self.level, mode="byte", boost_error=False, micro=False)
        except ValueError:
            return []
        matrix = [bytes(row) for row in symbol.matrix]
        side = len(matrix) * self.module
        if side > dots:
            return []
        image = Image.new("1", (dots, side), 0)
        left = _left(side, dots, align)
        for y, row in enumerate(matrix):
            for x, dark in enumerate(row):
                if dark:
                    at = (left + x * self.module, y * self.module)
                    image.paste(1, (*at, at[0] + self.module, at[1] + self.module))
        return cut_rows(image)


def text_rows(line: str, dots: int, kind: Type) -> list[bytes]:
    """A line of text in a plain built-in face, each letter in its cell; what is too long for the paper is not printed."""
    width, height = _LETTER
    small = Image.new("1", (max(1, len(line)) * width, height), 0)
    pen = ImageDraw.Draw(small)
    face = ImageFont.load_default(20)
    for index, letter in enumerate(line):
        pen.text((index * width, 0), letter, fill=1, font=face)
        if kind.bold:
            pen.text((index * width + 1, 0), letter, fill=1, font=face)
    large = small.resize((small.width * kind.wide, small.height * kind.tall))
    image = Image.new("1", (dots, large.height), 0)
    image.paste(large, (_left(large.width, dots, kind.align), 0))
    return cut_rows(image)


def cut_rows(image: Image.Image) -> list[bytes]:
    """A picture's rows, a bit a dot."""
    data, width = image.tobytes(), (image.width + 7) // 8
    return [data[top : top + width] for top in range(0, len(data), width)]


def _left(width: int, dots: int, align: int) -> int:
    return max(0, (0, (dots - width) // 2, dots - width)[align])
