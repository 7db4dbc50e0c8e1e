"""Reads printed documents back as people and machines would: recognised text, damaged QR codes, ink at the edges."""

from __future__ import annotations

import io
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import tesserocr
from PIL import Image, ImageDraw

from drivers.barcode.decode import decode
from kiosk_app.imaging.text import language_data
from kiosk_app.receipts.document import Document
from kiosk_app.receipts.drawing import lay, picture
from kiosk_app.receipts.marks import Border, Fill, Letters, Line, Piece

# Letters of 25 dots are enlarged to what the recognition was made for; those of large print nearly have that size. As a
# page has letters of several sizes, it is looked at twice, and the better look counts.
ENLARGED = {False: (2.0, 1.5), True: (1.1, 1.5)}
MARGIN = 40
RULE = 3
GOOD = 0.002


@dataclass(frozen=True)
class Reading:
    """What should be read of a document, what was read, and how many letters it takes to correct that."""

    wanted: tuple[str, ...]
    got: tuple[str, ...]
    errors: int
    letters: int

    @property
    def rate(self) -> float:
        """Errors a letter, white space apart."""
        return self.errors / max(1, self.letters)


def lines_of(piece: Piece) -> tuple[str, ...]:
    """The lines as they stand on the paper, from the top, words on one baseline from left to right."""
    rows: list[tuple[float, list[tuple[float, str]]]] = []
    for mark in piece.marks:
        if not isinstance(mark, (Line, Letters)):
            continue
        base = mark.y + mark.face.rise
        row = next((row for row in rows if abs(row[0] - base) < mark.face.size * 0.3), None)
        if row is None:
            rows.append((base, [(mark.x, mark.text)]))
        else:
            row[1].append((mark.x, mark.text))
    return tuple(" ".join(text for _, text in sorted(parts)) for _, parts in sorted(rows, key=lambda row: row[0]))


def only_text(png: bytes, piece: Piece) -> Image.Image:
    """The picture without what is no text: codes, boxes to tick, the bars of the test page. Rules stay."""
    image = Image.open(io.BytesIO(png)).convert("L")
    pen = ImageDraw.Draw(image)
    for mark in piece.marks:
        if isinstance(mark, Border) or (isinstance(mark, Fill) and mark.height > RULE):
            left = round(mark.x)
            pen.rectangle((left, mark.y, left + mark.width - 1, mark.y + mark.height - 1), fill=255)  # type: ignore[union-attr]
    return image


class Eye:
    """Text recognition of a whole slip at once; use as a context manager."""

    def __enter__(self) -> Eye:
        folder = language_data()
        assert folder is not None, "no Vietnamese language data"
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._engine = tesserocr.PyTessBaseAPI(
            path=str(folder), lang="vie", psm=tesserocr.PSM.SINGLE_COLUMN, oem=tesserocr.OEM.LSTM_ONLY
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.End()

    def read(self, image: Image.Image, enlarged: float) -> tuple[str, ...]:
        """The lines of a picture of 203 dots an inch."""
        sheet = Image.new("L", (image.width + 2 * MARGIN, image.height + 2 * MARGIN), 255)
        sheet.paste(image, (MARGIN, MARGIN))
        size = (round(sheet.width * enlarged), round(sheet.height * enlarged))
        self._engine.SetImage(sheet.resize(size, Image.Resampling.LANCZOS))
        self._engine.SetSourceResolution(round(203 * enlarged))
        text = unicodedata.normalize("NFC", self._engine.GetUTF8Text())
        return tuple(line.strip() for line in text.splitlines() if line.strip())

    def reading(self, document: Document, dots: int) -> Reading:
        """A document printed and read."""
        piece = lay(document, dots)
        wanted = lines_of(piece)
        image, plain = only_text(picture(document, dots), piece), _letters(wanted)
        looks = []
        for enlarged in ENLARGED[document.large]:
            got = self.read(image, enlarged)
            looks.append(Reading(wanted, got, distance(plain, _letters(got)), len(plain)))
            if looks[-1].rate <= GOOD:
                break
        return min(looks, key=lambda look: look.errors)


def _letters(lines: Iterable[str]) -> str:
    """Without white space, which stands in codes as well; the recognition knows one dash."""
    return "".join("".join(lines).split()).replace("–", "-")


def distance(wanted: str, got: str) -> int:
    """Letters to put in, take out or change."""
    before = list(range(len(got) + 1))
    for row, letter in enumerate(wanted, 1):
        line = [row]
        for column, other in enumerate(got, 1):
            line.append(min(before[column] + 1, line[-1] + 1, before[column - 1] + (letter != other)))
        before = line
    return before[-1]


def worn(png: bytes, seed: int = 7) -> Image.Image:
    """As a tired printer prints it: a tenth of the black dots white, one dot of the head dead, one row not printed."""
    dots = np.array(Image.open(io.BytesIO(png)).convert("L"))
    chance = np.random.default_rng(seed)
    dots[(dots == 0) & (chance.random(dots.shape) < 0.10)] = 255
    image = Image.fromarray(dots)
    pen = ImageDraw.Draw(image)
    column, row = int(chance.integers(image.width // 3, 2 * image.width // 3)), int(chance.integers(image.height))
    pen.line((column, 0, column, image.height), fill=255)
    pen.line((0, row, image.width, row), fill=255)
    return image


def codes_in(image: Image.Image) -> list[str]:
    """The texts of all codes, as the kiosk itself reads them; time is no matter here."""
    return [found.text for found in decode(np.asarray(image), budget_s=60.0)]


def missing_rows(png: bytes, piece: Piece, times: int = 6) -> list[Image.Image]:
    """The faded print again and again, each time another row of the QR code is not printed."""
    faded = worn(png)
    rows = sorted({mark.y for mark in piece.marks if isinstance(mark, Fill) and mark.height == mark.width})
    pictures = []
    for row in rows[:: max(1, len(rows) // times)]:
        image = faded.copy()
        ImageDraw.Draw(image).line((0, row, image.width, row), fill=255)
        pictures.append(image)
    return pictures
