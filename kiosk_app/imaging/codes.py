"""The kiosk's own codes on a scanned page: sheets that part a stack, and the component a form names in its corner."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from drivers.barcode.reading import BARS, MATRIX, zxing
from kiosk_app.imaging.decode import Picture

OWN: Final = "KIOSK:"
"""What codes of the kiosk begin with. All others on a citizen's papers are none of its concern, and are not kept."""


def own_codes(page: Picture) -> tuple[str, ...]:
    """Texts of the kiosk's own codes on a finished RGB page of 200 dpi or more, each once, in the order they were seen."""
    # The kiosk prints its codes an inch large: half of the dots show each of their modules, in a third of the time.
    grey = cv2.resize(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    texts = (found.data.decode("ascii", "replace") for found in zxing(np.asarray(grey, np.uint8), (*MATRIX, *BARS)))
    return tuple(dict.fromkeys(text for text in texts if text.startswith(OWN)))
