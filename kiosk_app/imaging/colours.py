"""Pictures in other colours than the screen's, as their profile tells: telephones' Display P3, Adobe RGB, printers' inks."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageCms

# What a profile may be of, and the modes of pictures that are so.
SPACES: Final = {"RGB ": ("RGB",), "CMYK": ("CMYK",)}
# The largest profiles of printers have 3 MB.
MOST_BYTES: Final = 4_000_000


def profile_of(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """The profile by which the picture's colours must be changed to be those of sRGB; None when they are to stay.

    They stay without a profile, with one of sRGB itself, and with one that is damaged or of other colours than the picture.
    """
    data = image.info.get("icc_profile")
    if not isinstance(data, bytes) or not 128 < len(data) <= MOST_BYTES:
        return None
    try:
        profile = ImageCms.getOpenProfile(io.BytesIO(data))
        named = ImageCms.getProfileDescription(profile)
    except (ImageCms.PyCMSError, OSError):
        return None
    if image.mode not in SPACES.get(profile.profile.xcolor_space, ()) or named.startswith("sRGB"):
        return None
    return profile


def as_srgb(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    """The picture in sRGB; as it is where the profile cannot be applied. An RGB picture is changed in its place."""
    try:
        change = ImageCms.buildTransform(
            profile,
            ImageCms.createProfile("sRGB"),
            image.mode,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if image.mode == "RGB":
            ImageCms.applyTransform(image, change, inPlace=True)
            return image
        changed = ImageCms.applyTransform(image, change)
    except ImageCms.PyCMSError:
        return image
    return changed if changed is not None else image
