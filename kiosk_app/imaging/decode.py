"""Pictures in: any accepted file becomes 8-bit RGB pixels and the resolution it claims."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps

from kiosk_app.imaging.colours import as_srgb, profile_of
from kiosk_app.imaging.files import claimed_dpi, opened, readable

# A4 at 600 dpi; what has more is made smaller at once.
COMFORTABLE_PIXELS: Final = 40_000_000
STRIP_ROWS: Final = 256
# A JPEG's last marker, and how far from the file's end it may stand: some makers fill up to a whole block.
END_OF_IMAGE: Final = b"\xff\xd9"
PADDING: Final = 64

Picture = npt.NDArray[np.uint8]


def decode(data: bytes | Path, name: str = "page", index: int = 0, known_dpi: int = 0) -> tuple[Picture, int]:
    """Picture `index` of a file as (height, width, 3) sRGB, upright as its EXIF says, and its dpi: known, claimed, or 0.

    One with more dots than COMFORTABLE_PIXELS comes at a whole part of them, its dpi too. A picture cut short is refused,
    not filled up. Raises ImagingError IMG-UNREADABLE or IMG-TOO-LARGE.
    """
    with readable(name), opened(data, index) as image:
        dpi = known_dpi or claimed_dpi(image)
        profile = profile_of(image)
        if profile is None and (pixels := _plain_jpeg(image, data)) is not None:
            return pixels, dpi
        image.load()
        whole: Image.Image = image
        part = math.ceil(math.sqrt(image.width * image.height / COMFORTABLE_PIXELS))
        if part > 1 and image.mode not in ("P", "1") and not image.mode.startswith("I;16"):
            # by whole dots, before anything else needs room: four copies of it live at times
            whole = image.reduce(part)
            whole.info = image.info
            dpi = round(dpi / part)
        # in its place and without a copy in the same mode: a scan at 300 dpi is 30 MB each time
        ImageOps.exif_transpose(whole, in_place=True)
        if profile is not None:
            whole = as_srgb(whole, profile)
        return _pixels(_to_rgb(whole)), dpi


def _plain_jpeg(image: Image.Image, data: bytes | Path) -> Picture | None:
    """The pixels of what scanners send, a whole upright JPEG in colour: the same library's, without Pillow's two copies.

    None for all else, and for what may be cut short: Pillow judges those.
    """
    if image.format != "JPEG" or image.mode != "RGB" or image.width * image.height > COMFORTABLE_PIXELS:
        return None
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        return None
    coded = data if isinstance(data, bytes) else data.read_bytes()
    if END_OF_IMAGE not in coded[-PADDING:]:
        return None
    pixels = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None or pixels.shape != (image.height, image.width, 3):
        return None
    return np.asarray(pixels, dtype=np.uint8)


def _pixels(image: Image.Image) -> Picture:
    """The picture as an array, strip by strip: all at once would hold it three times over."""
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, STRIP_ROWS):
        bottom = min(top + STRIP_ROWS, image.height)
        pixels[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
    return pixels


def _to_rgb(image: Image.Image) -> Image.Image:
    """Any mode as RGB; 16-bit grey keeps its upper byte (Pillow would clip it), transparency lies on white paper."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        levels = np.asarray(image).astype(np.float64)
        return Image.fromarray(np.clip(levels / 257.0, 0, 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, layered).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")
