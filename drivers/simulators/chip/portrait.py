"""A drawn portrait: a neutral figure, nobody's face, of the size that a card's picture has."""

from __future__ import annotations

import io
import random
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

WIDTH: Final = 480
HEIGHT: Final = 640
_WANTED: Final = range(15_000, 20_001)
_SCALE: Final = 2
# What a comment or a free box takes beside its content.
_FRAME: Final = {"jpeg": 4, "jp2": 8}


@cache
def portrait(key: str, least: int = 0, kind: str = "jpeg") -> bytes:
    """A picture of 15 to 20 kB, or of `least` bytes if that is more; JPEG or JPEG 2000.

    The same arguments always give the same bytes.
    """
    picture = _figure(random.Random(f"portrait {key}"))
    data = _jpeg(picture) if kind == "jpeg" else _jpeg_2000(picture)
    missing = least - len(data)
    if missing <= 0:
        return data
    filling = random.Random(key).randbytes(max(0, missing - _FRAME[kind]))
    if kind == "jpeg":
        # A comment right behind the start marker.
        return data[:2] + b"\xff\xfe" + (len(filling) + 2).to_bytes(2, "big") + filling + data[2:]
    return data + (len(filling) + 8).to_bytes(4, "big") + b"free" + filling


def _jpeg(picture: Image.Image) -> bytes:
    low, high = 20, 98
    data = b""
    while low <= high:
        quality = (low + high) // 2
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=quality, optimize=True)
        data = stream.getvalue()
        if len(data) in _WANTED:
            break
        if len(data) > _WANTED.stop:
            high = quality - 1
        else:
            low = quality + 1
    return data


def _jpeg_2000(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    ratio = WIDTH * HEIGHT * 3 / 18_000
    picture.save(stream, "JPEG2000", quality_mode="rates", quality_layers=[ratio], irreversible=True)
    return stream.getvalue()


def _figure(chance: random.Random) -> Image.Image:
    """Background, shoulders, neck, head and hair in shades drawn by `chance`."""
    width, height = WIDTH * _SCALE, HEIGHT * _SCALE
    picture = Image.new("RGB", (width, height), (214, 224, 232))
    draw = ImageDraw.Draw(picture)
    for row in range(height):
        shade = 232 - 26 * row // height
        draw.line([(0, row), (width, row)], fill=(shade - 14, shade - 5, shade))
    skin = tuple(part + chance.randint(-12, 12) for part in (205, 172, 148))
    coat = tuple(chance.randint(50, 120) for _ in range(3))
    hair = tuple(part + chance.randint(0, 24) for part in (44, 38, 36))
    middle = width // 2

    def oval(x: float, y: float, half_width: float, half_height: float, colour: tuple[int, ...]) -> None:
        box = [
            middle + (x - half_width) * _SCALE,
            (y - half_height) * _SCALE,
            middle + (x + half_width) * _SCALE,
            (y + half_height) * _SCALE,
        ]
        draw.ellipse(box, fill=colour)

    oval(0, 640, 190, 150, coat)
    draw.rectangle([middle - 46 * _SCALE, 400 * _SCALE, middle + 46 * _SCALE, 520 * _SCALE], fill=skin)
    oval(0, 262, 128, 158, hair)
    oval(0, 290, 112, 150, skin)
    oval(0, 175, 112, 62, hair)
    # Two dots and a line: enough to be a face, too little to be somebody's.
    oval(-42, 290, 9, 7, hair)
    oval(42, 290, 9, 7, hair)
    draw.line(
        [(middle - 30 * _SCALE, 385 * _SCALE), (middle + 30 * _SCALE, 385 * _SCALE)],
        fill=(150, 96, 90),
        width=5 * _SCALE,
    )
    grain = Image.frombytes("L", (WIDTH, HEIGHT), chance.randbytes(WIDTH * HEIGHT)).convert("RGB")
    smooth = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).filter(ImageFilter.SMOOTH)
    return Image.blend(smooth, grain, 0.03)
