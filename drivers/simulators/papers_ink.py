"""Ink for the generated papers: type, filled-in lines, boxes, stamps and signatures on an A4 sheet at 300 dpi."""

from __future__ import annotations

import math
import random
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

DPI: Final = 300
A4: Final = (2480, 3508)
LEFT, RIGHT, TOP, BOTTOM = 330, 2480 - 230, 220, 3508 - 240
PAPER: Final = (253, 252, 249)
INK: Final = (28, 28, 32)
PALE: Final = (110, 112, 118)
PEN: Final = (24, 52, 148)
STAMP: Final = (206, 28, 44)
FONT_FOLDER: Final = Path(__file__).parents[2] / "assets" / "fonts"
WEIGHTS: Final = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold"}
NOTICE: Final = "TÀI LIỆU MẪU - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"

Colour = tuple[int, int, int]


@cache
def font(points: float, weight: int = 400) -> ImageFont.FreeTypeFont:
    """A face that has all Vietnamese letters, `points` high on paper; the project's own, else the system's."""
    path = FONT_FOLDER / f"BeVietnamPro_{weight}{WEIGHTS[weight]}.ttf"
    name = str(path)
    if not path.is_file():
        style = "bold" if weight >= 600 else "regular"
        answer = subprocess.run(
            ["fc-match", "-f", "%{file}", f"sans:lang=vi:style={style}"], capture_output=True, text=True, check=True
        )
        name = answer.stdout
    return ImageFont.truetype(name, round(points * DPI / 72))


class Paper:
    """A sheet and the height `y` at which the next line goes."""

    def __init__(self, seed: str) -> None:
        self.image = Image.new("RGB", A4, PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.y = TOP
        self.chance = random.Random(seed)

    # --- type -------------------------------------------------------------------------------------------------------

    def line(
        self,
        text: str,
        points: float = 12,
        weight: int = 400,
        *,
        align: str = "left",
        colour: Colour = INK,
        box: tuple[int, int] = (LEFT, RIGHT),
        gap: float = 1.45,
    ) -> None:
        """One line, aligned in the columns of `box`; the cursor goes down."""
        face = font(points, weight)
        width = face.getlength(text)
        x = {"left": box[0], "right": box[1] - width, "centre": (box[0] + box[1] - width) / 2}[align]
        self.pen.text((x, self.y), text, fill=colour, font=face)
        self.y += round(points * DPI / 72 * gap)

    def paragraph(
        self,
        text: str,
        points: float = 12,
        weight: int = 400,
        *,
        indent: int = 0,
        box: tuple[int, int] = (LEFT, RIGHT),
        colour: Colour = INK,
        gap: float = 1.5,
    ) -> None:
        """Words broken into lines and set flush on both sides, as a typist's document is."""
        face = font(points, weight)
        lines = list(_broken(text, face, box[1] - box[0], indent))
        for number, words in enumerate(lines):
            x = float(box[0] + (indent if number == 0 else 0))
            spare = box[1] - x - sum(face.getlength(word) for word in words)
            natural = face.getlength(" ")
            last = number == len(lines) - 1
            space = natural if last or len(words) == 1 else min(spare / (len(words) - 1), natural * 2.2)
            for word in words:
                self.pen.text((x, self.y), word, fill=colour, font=face)
                x += face.getlength(word) + space
            self.y += round(points * DPI / 72 * gap)

    def field(self, label: str, value: str, points: float = 12, *, box: tuple[int, int] = (LEFT, RIGHT)) -> None:
        """A printed label, dots up to the edge, and what a person filled in over them."""
        face, filled = font(points), font(points, 500)
        self.pen.text((box[0], self.y), label, fill=INK, font=face)
        start = box[0] + face.getlength(label) + 16
        base = self.y + face.getmetrics()[0] + 6
        for x in range(round(start), box[1], 14):
            self.pen.rectangle((x, base, x + 3, base + 3), fill=PALE)
        rise = self.chance.randint(2, 6)
        self.pen.text((start + 14, self.y - rise), value, fill=PEN, font=filled)
        self.y += round(points * DPI / 72 * 1.62)

    def check(self, text: str, ticked: bool, points: float = 11.5, *, x: int = LEFT) -> None:
        """A little square, ticked by pen or not, and its text."""
        size = round(points * DPI / 72 * 0.78)
        top = self.y + round(points * DPI / 72 * 0.28)
        self.pen.rectangle((x, top, x + size, top + size), outline=INK, width=3)
        if ticked:
            mark = [(x + 5, top + size // 2), (x + size // 2, top + size - 3), (x + size + 14, top - 14)]
            self.pen.line(mark, fill=PEN, width=7, joint="curve")
        self.pen.text((x + size + 24, self.y), text, fill=INK, font=font(points))
        self.y += round(points * DPI / 72 * 1.6)

    def skip(self, millimetres: float) -> None:
        """Empty height."""
        self.y += round(millimetres * DPI / 25.4)

    # --- furniture --------------------------------------------------------------------------------------------------

    def motto(self, agency: Sequence[str] = ()) -> None:
        """The head of an official paper: the agency at the left if there is one, the national motto at the right."""
        top = self.y
        if agency:
            for text in agency:
                self.line(text, 11, 600, align="centre", box=(LEFT - 60, 1130), gap=1.4)
            self.pen.line((600, self.y + 6, 820, self.y + 6), fill=INK, width=3)
        box = (1120, RIGHT + 60) if agency else (LEFT, RIGHT)
        self.y = top
        self.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, 700, align="centre", box=box)
        self.line("Độc lập - Tự do - Hạnh phúc", 12.5, 600, align="centre", box=box)
        middle = (box[0] + box[1]) // 2
        self.pen.line((middle - 290, self.y + 8, middle + 290, self.y + 8), fill=INK, width=4)
        self.skip(7)

    def title(self, text: str, under: str = "", points: float = 16.5) -> None:
        """The paper's name in the middle."""
        for part in text.split("\n"):
            self.line(part, points, 700, align="centre", gap=1.5)
        if under:
            self.line(under, 12, 400, align="centre")
        self.skip(4)

    def heading(self, text: str) -> None:
        """A numbered part with a grey band, as on the offices' forms."""
        height = 84
        self.pen.rectangle((LEFT - 24, self.y, RIGHT + 24, self.y + height), fill=(231, 233, 237), outline=INK, width=3)
        self.pen.text((LEFT, self.y + height // 2), text, fill=INK, font=font(11.5, 700), anchor="lm")
        self.y += height + 22

    def frame(self, top: int, bottom: int | None = None) -> None:
        """The rule around a part that began at `top`."""
        low = self.y if bottom is None else bottom
        self.pen.rectangle((LEFT - 24, top, RIGHT + 24, low), outline=INK, width=3)

    def table(self, widths: Sequence[int], rows: Sequence[Sequence[str]], points: float = 11) -> None:
        """A ruled table; the first row is its head. Cells of one line."""
        height = round(points * DPI / 72 * 1.9)
        for number, row in enumerate(rows):
            x = LEFT
            for width, text in zip(widths, row, strict=True):
                shade = (238, 239, 242) if number == 0 else None
                self.pen.rectangle((x, self.y, x + width, self.y + height), fill=shade, outline=INK, width=2)
                face = font(points, 600 if number == 0 else 400)
                self.pen.text((x + 18, self.y + height // 2), text, fill=INK, font=face, anchor="lm")
                x += width
            self.y += height
        self.skip(3)

    def signature(self, name: str, role: str, place: str, *, stamp: str | None = None) -> None:
        """Place and date, role, a signature in pen and the name; with `stamp` the organisation's seal over its left."""
        box = (1180, RIGHT)
        self.line(place, 11.5, align="centre", box=box)
        self.line(role, 12, 700, align="centre", box=box)
        self.line("(Ký, ghi rõ họ tên" + (", đóng dấu)" if stamp else ")"), 10.5, align="centre", box=box, colour=PALE)
        top = self.y
        self.scribble(1560, top + 150)
        self.y = top + 330
        self.line(name, 12, 700, align="centre", box=box)
        if stamp:
            self.stamp(stamp, 1340, top + 175)

    def scribble(self, x: int, y: int) -> None:
        """A signature that nobody has."""
        points = []
        phase, lean = self.chance.uniform(0, 6), self.chance.uniform(0.6, 1.1)
        for step in range(150):
            t = step / 149
            swing = 95 * math.exp(-1.6 * t)
            points.append((x + 430 * t + 34 * math.sin(21 * t), y - swing * math.sin(19 * t * lean + phase) + 24 * t))
        self.pen.line(points, fill=PEN, width=6, joint="curve")
        self.pen.line((x + 20, y + 70, x + 470, y + 34), fill=PEN, width=5)

    def stamp(self, words: str, x: int, y: int, radius: int = 215) -> None:
        """A round red seal with `words` along its rim and MẪU in its middle, so that nobody takes it for a real one."""
        side = radius * 2 + 40
        seal = Image.new("L", (side, side), 0)
        pen, middle = ImageDraw.Draw(seal), side // 2
        for reach, width in ((radius, 9), (radius - 18, 3), (radius - 86, 4)):
            pen.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), outline=255, width=width)
        _along_circle(seal, words, middle, radius - 52)
        pen.text((middle, middle + 4), "MẪU", fill=255, font=font(20, 700), anchor="mm")
        for side_x in (-1, 1) if len(words) <= 24 else ():
            _star(pen, middle + side_x * (radius - 52) * 0.94, middle + (radius - 52) * 0.34, 17)
        seal = seal.rotate(self.chance.uniform(-14, 14), Image.Resampling.BICUBIC)
        # Uneven ink: a coarse field of darkness, softly enlarged.
        field = Image.new("L", (9, 9))
        field.putdata([self.chance.randint(150, 245) for _ in range(81)])
        ink = Image.composite(field.resize(seal.size, Image.Resampling.BICUBIC), Image.new("L", seal.size), seal)
        self.image.paste(STAMP, (x - middle, y - middle), ink)

    def notice(self, footer: str = "") -> None:
        """Says across the sheet and at its foot that it is a sample; to be called last."""
        face = font(35, 700)
        width = round(face.getlength(NOTICE)) + 40
        veil = Image.new("L", (width, 260), 0)
        ImageDraw.Draw(veil).text((width // 2, 130), NOTICE, fill=26, font=face, anchor="mm")
        veil = veil.rotate(52, Image.Resampling.BICUBIC, expand=True)
        self.image.paste((120, 130, 150), ((A4[0] - veil.width) // 2, (A4[1] - veil.height) // 2), veil)
        foot = A4[1] - 150
        self.pen.text((A4[0] // 2, foot), NOTICE, fill=(150, 60, 66), font=font(9.5, 600), anchor="mm")
        if footer:
            self.pen.text((RIGHT, foot - 60), footer, fill=PALE, font=font(9.5), anchor="rm")


def _broken(text: str, face: ImageFont.FreeTypeFont, width: int, indent: int) -> Iterator[list[str]]:
    room, words = width - indent, list[str]()
    for word in text.split():
        if words and face.getlength(" ".join([*words, word])) > room:
            yield words
            room, words = width, []
        words.append(word)
    if words:
        yield words


def _along_circle(seal: Image.Image, words: str, middle: int, radius: int) -> None:
    """Letters standing on the upper five sixths of a circle, evenly by their widths."""
    face = font(8.6, 700)
    widths = [face.getlength(letter) + 3 for letter in words]
    span = min(math.radians(290), sum(widths) / radius)
    angle = -span / 2
    for letter, width in zip(words, widths, strict=True):
        step = span * width / sum(widths)
        turn = angle + step / 2
        glyph = Image.new("L", (90, 90), 0)
        ImageDraw.Draw(glyph).text((45, 45), letter, fill=255, font=face, anchor="mm")
        glyph = glyph.rotate(-math.degrees(turn), Image.Resampling.BICUBIC)
        place = (round(middle + radius * math.sin(turn)) - 45, round(middle - radius * math.cos(turn)) - 45)
        seal.paste(255, place, glyph)
        angle += step


def _star(pen: ImageDraw.ImageDraw, x: float, y: float, reach: float) -> None:
    corners = [
        (
            x + (reach if number % 2 == 0 else reach * 0.4) * math.sin(number * math.pi / 5),
            y - (reach if number % 2 == 0 else reach * 0.4) * math.cos(number * math.pi / 5),
        )
        for number in range(10)
    ]
    pen.polygon(corners, fill=255)
