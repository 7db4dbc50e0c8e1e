"""Reads a page's Vietnamese words and where they stand, with the recognition engine inside this process."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import tesserocr

from kiosk_app.imaging.errors import SETUP, ImagingError
from kiosk_app.imaging.values import Word

LANGUAGE: Final = "vie"
# tesserocr brings the engine but no languages; these are where distributions keep them.
DATA_FOLDERS: Final = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
)
# Under this the engine reads texture: stamps, emblems, photographs.
LEAST_CONFIDENCE: Final = 10.0


def language_data() -> Path | None:
    """The folder with the Vietnamese language data, TESSDATA_PREFIX first; None when it is not installed."""
    for folder in (os.environ.get("TESSDATA_PREFIX", ""), *DATA_FOLDERS):
        if folder and (Path(folder) / f"{LANGUAGE}.traineddata").is_file():
            return Path(folder)
    return None


class Reader:
    """The recognition engine, loaded once and used for page after page on one thread.

    Raises ImagingError IMG-SETUP when the language data is missing. Use as a context manager.
    """

    def __init__(self) -> None:
        folder = language_data()
        if folder is None:
            raise ImagingError(SETUP, f"{LANGUAGE}.traineddata not found")
        # several workers share the cores: more threads in each would only fight (facts: 3.4 s a page become 6)
        os.environ["OMP_THREAD_LIMIT"] = "1"
        try:
            self._engine = tesserocr.PyTessBaseAPI(
                path=str(folder), lang=LANGUAGE, psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
            )
        except RuntimeError as error:
            raise ImagingError(SETUP, "the recognition engine does not start") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Frees the engine's memory."""
        self._engine.End()

    def words(self, grey: npt.NDArray[np.uint8], dpi: int) -> tuple[Word, ...]:
        """The words of an upright grey page in reading order, boxes in its pixels."""
        engine = self._engine
        height, width = grey.shape
        engine.SetImageBytes(grey.tobytes(), width, height, 1, width)
        engine.SetSourceResolution(dpi)
        try:
            engine.Recognize()
            found: list[Word] = []
            results = engine.GetIterator()
            if results is None:
                return ()
            for item in tesserocr.iterate_level(results, tesserocr.RIL.WORD):
                box = item.BoundingBox(tesserocr.RIL.WORD)
                if box is None:
                    continue
                text = unicodedata.normalize("NFC", item.GetUTF8Text(tesserocr.RIL.WORD)).strip()
                confidence = float(item.Confidence(tesserocr.RIL.WORD))
                if not text or confidence < LEAST_CONFIDENCE:
                    continue
                left, top, right, bottom = (int(side) for side in box)
                found.append(Word(text, left, top, right - left, bottom - top, round(confidence, 1)))
            return tuple(found)
        finally:
            # the page's picture and text leave the engine's memory now, not with the next page
            engine.Clear()
            engine.ClearAdaptiveClassifier()
