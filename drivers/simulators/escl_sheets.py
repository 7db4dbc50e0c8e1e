"""Sheets of the simulated scanner: what lies on the dark bed, a little askew, and how it looks at an asked resolution."""

from __future__ import annotations

import hashlib
import io
import math
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from drivers.simulators import papers
from drivers.simulators.escl_xml import UNITS_PER_INCH, JobSettings

BED_COLOUR: Final = (52, 54, 57)
JPEG_QUALITY: Final = 88
CACHED_PAGES: Final = 64


@dataclass(frozen=True)
class Side:
    """One side of a sheet: a picture file, or a generated paper's name and page."""

    name: str
    page: int = 1

    def picture(self) -> Image.Image:
        """The side at 300 dpi, RGB. Raises OSError for a file that cannot be read."""
        if self.name in papers.NAMES:
            return papers.paper(self.name, self.page)
        with Image.open(self.name) as image:
            return image.convert("RGB")


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper; `number` counts the sheets ever loaded, so that two like sheets are two."""

    number: int
    front: Side
    back: Side = Side("blank")

    @property
    def label(self) -> str:
        """What a person calls the sheet."""
        return f"{Path(self.front.name).name}:{self.front.page}"

    def angle(self, greatest: float) -> float:
        """How far the rollers turn this sheet, degrees within +-greatest; the same each time it is scanned."""
        digest = hashlib.sha256(self.label.encode()).digest()
        return (int.from_bytes(digest[:4], "big") / 0xFFFFFFFF * 2.0 - 1.0) * greatest


def parse_sheets(argument: str, first_number: int) -> list[Sheet]:
    """Sheets of a comma-separated list: `name`, `name:page`, `front+back`, or paths. Raises ValueError for unknown ones.

    A name without a page stands for all pages of that paper, a sheet each.
    """
    sheets: list[Sheet] = []
    for item in filter(None, (part.strip() for part in argument.split(","))):
        front, plus, back = item.partition("+")
        backs = parse_side(back)[0] if plus else Side("blank")
        sheets += [
            Sheet(first_number + len(sheets) + offset, side, backs) for offset, side in enumerate(parse_side(front))
        ]
    return sheets


def parse_side(text: str) -> list[Side]:
    """The sides that a name, `name:page` or path stands for. Raises ValueError."""
    name, colon, page = text.rpartition(":")
    if colon and name in papers.NAMES and page.isdigit() and 1 <= int(page) <= papers.NAMES[name]:
        return [Side(name, int(page))]
    if text in papers.NAMES:
        return [Side(text, page) for page in range(1, papers.NAMES[text] + 1)]
    if Path(text).is_file():
        return [Side(text)]
    raise ValueError(f"neither a paper nor a picture file: {text}")


def blank_bed(settings: JobSettings) -> Image.Image:
    """The bed with nothing on it."""
    return Image.new("RGB", region_pixels(settings), BED_COLOUR)


def region_pixels(settings: JobSettings) -> tuple[int, int]:
    """Width and height of the asked region in pixels of the asked resolution."""
    _, _, width, height = settings.region
    return round(width * settings.dpi / UNITS_PER_INCH), round(height * settings.dpi / UNITS_PER_INCH)


def lay(picture: Image.Image, bed: tuple[int, int], settings: JobSettings, angle: float) -> Image.Image:
    """The sheet in the middle of the bed, turned by `angle` degrees, as the sensor sees the asked region.

    A straight sheet at 300 dpi comes out pixel for pixel.
    """
    x, y, _, _ = settings.region
    left, top = (bed[0] - picture.width) // 2, (bed[1] - picture.height) // 2
    if angle == 0.0 and settings.dpi == UNITS_PER_INCH:
        canvas = blank_bed(settings)
        canvas.paste(picture, (left - x, top - y))
        return canvas
    # PIL wants the way back: from a pixel of the region to a pixel of the picture.
    scale = UNITS_PER_INCH / settings.dpi
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    middle_x, middle_y = left + picture.width / 2, top + picture.height / 2
    shift_x, shift_y = x - middle_x, y - middle_y
    matrix = (
        cos * scale,
        sin * scale,
        cos * shift_x + sin * shift_y + picture.width / 2,
        -sin * scale,
        cos * scale,
        -sin * shift_x + cos * shift_y + picture.height / 2,
    )
    source = picture
    if scale > 1.0:
        source = picture.reduce(max(1, int(scale)))
        shrink = picture.width / source.width
        matrix = tuple(value / shrink for value in matrix)  # type: ignore[assignment]
    return source.transform(
        region_pixels(settings), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=BED_COLOUR
    )


def encode(image: Image.Image, settings: JobSettings) -> bytes:
    """The picture as the client asked for it: JPEG or PNG, colour or grey, with its resolution."""
    if not settings.colour:
        image = image.convert("L")
    stream = io.BytesIO()
    if settings.media_type == "image/png":
        image.save(stream, "PNG", compress_level=1, dpi=(settings.dpi, settings.dpi))
    else:
        image.save(stream, "JPEG", quality=JPEG_QUALITY, dpi=(settings.dpi, settings.dpi))
    return stream.getvalue()


class PageCache:
    """Pages already rendered; a stack that is scanned again costs nothing."""

    def __init__(self, bed: tuple[int, int], skew: float) -> None:
        self._bed = bed
        self._skew = skew
        self._pages: OrderedDict[tuple[Side, float, JobSettings], bytes] = OrderedDict()

    def page(self, sheet: Sheet, back: bool, settings: JobSettings) -> bytes:
        """One side of a sheet as the scanner delivers it. Raises OSError for an unreadable picture file."""
        side = sheet.back if back else sheet.front
        # Seen from below, the same turn of the sheet goes the other way round.
        angle = sheet.angle(self._skew) * (-1.0 if back else 1.0)
        key = (side, angle, settings)
        if key in self._pages:
            self._pages.move_to_end(key)
            return self._pages[key]
        data = encode(lay(side.picture(), self._bed, settings, angle), settings)
        self._pages[key] = data
        while len(self._pages) > CACHED_PAGES:
            self._pages.popitem(last=False)
        return data

    def bare(self, settings: JobSettings) -> bytes:
        """The empty bed, as a flatbed without paper gives it."""
        return encode(blank_bed(settings), settings)
