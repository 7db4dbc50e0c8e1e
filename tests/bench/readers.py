"""The readers of codes that are compared, and how what they find is counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import cv2
import zxingcpp
from pyzbar import pyzbar

from drivers.barcode.decode import decode
from tests.codes.photographs import Grey, Photograph

OURS, ZXING, PYZBAR, OPENCV = "kiosk", "zxing-cpp", "pyzbar", "OpenCV"


@dataclass
class Tally:
    """What one reader made of the pictures of one group."""

    exact: int = 0
    wrong: int = 0
    pictures: int = 0
    ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def add(self, texts: Iterable[str], wanted: str, ms: float, cpu_ms: float) -> None:
        """Counts one picture."""
        found = set(texts) - {""}
        self.pictures += 1
        self.exact += wanted in found
        self.wrong += bool(found - {wanted})
        self.ms.append(ms)
        self.cpu_ms.append(cpu_ms)


def _opencv(picture: Grey) -> list[str]:
    return [str(cv2.QRCodeDetector().detectAndDecode(picture)[0])]


READERS: Final[dict[str, Callable[[Grey], list[str]]]] = {
    OURS: lambda picture: [code.text or code.bytes_hex for code in decode(picture)],
    ZXING: lambda picture: [code.text for code in zxingcpp.read_barcodes(picture)],
    PYZBAR: lambda picture: [code.data.decode(errors="replace") for code in pyzbar.decode(picture)],
    OPENCV: _opencv,
}


def look(shot: Photograph, readers: Iterable[str], turn: int) -> Iterator[tuple[str, list[str], float, float]]:
    """Each reader's texts, milliseconds and own processor milliseconds, in an order that `turn` changes."""
    names = list(readers)
    turn %= len(names)
    for name in names[turn:] + names[:turn]:
        started, own = time.perf_counter(), time.process_time()
        texts = READERS[name](shot.picture)
        yield name, texts, 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - own)


def share(tally: Tally) -> str:
    """Of a hundred pictures, how many exactly."""
    return f"{100 * tally.exact / max(1, tally.pictures):.1f} %"
