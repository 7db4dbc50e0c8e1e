"""Pictures in: any accepted file becomes 8-bit RGB pixels and the resolution it claims."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from kiosk_app.imaging.files import claimed_dpi, opened, readable

Picture = npt.NDArray[np.uint8]


def decode(data: bytes, name: str = "page") -> tuple[Picture, int]:
    """The first picture of a file as (height, width, 3) RGB, upright as its EXIF says, and its claimed dpi or 0.

    A picture cut short is refused, not filled up. Raises ImagingError IMG-UNREADABLE.
    """
    with readable(name), opened(data) as image:
        dpi = claimed_dpi(image)
        image.load()
        return np.asarray(_to_rgb(ImageOps.exif_transpose(image)), dtype=np.uint8), dpi


def _to_rgb(image: Image.Image) -> Image.Image:
    """Any mode as RGB; 16-bit grey keeps its upper byte (Pillow would clip it), transparency lies on white paper."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        levels = np.asarray(image).astype(np.float64)
        return Image.fromarray(np.clip(levels / 257.0, 0, 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, layered).convert("RGB")
    return image.convert("RGB")
