"""What imaging takes and gives; free of any imaging library, so that the screen's process may import it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class PageWarning(StrEnum):
    """What a person should look at again; a page with warnings is kept."""

    BLURRED = "blurred"
    CUT_CORNER = "cut_corner"
    TOO_DARK = "too_dark"
    LOW_RESOLUTION = "low_resolution"
    GLARE = "glare"
    FINGER = "finger"
    UNSURE_EDGES = "unsure_edges"


@dataclass(frozen=True)
class PageInput:
    """A picture as it came: the bytes of a PNG, JPEG or TIFF, or its file; `dpi` 0 when only the picture may know."""

    png_or_jpeg: bytes | Path = field(repr=False)
    dpi: int = 0


@dataclass(frozen=True)
class PageVerdict:
    """What was seen of a page. `angle_deg` is how the sheet lay before it was turned, counter-clockwise positive.

    `turned_deg` is the clockwise turning by quarters (0, 90, 180, 270) that came after: what makes its writing upright.
    """

    blank: bool
    angle_deg: float
    warnings: tuple[PageWarning, ...] = ()
    turned_deg: int = 0


@dataclass(frozen=True)
class Word:
    """A recognised word (NFC) and its box in pixels of the page from its top left corner; confidence 0-100."""

    text: str = field(repr=False)
    x: int
    y: int
    w: int
    h: int
    confidence: float

    def scaled(self, across: float, down: float) -> Word:
        """The same word of a page so many times as wide and as high, its box a pixel wide and high at least."""
        left, top = round(self.x * across), round(self.y * down)
        right, bottom = round((self.x + self.w) * across), round((self.y + self.h) * down)
        return replace(self, x=left, y=top, w=max(1, right - left), h=max(1, bottom - top))


@dataclass(frozen=True)
class Page:
    """A finished page: straight, cropped, at true size. `thumbnail` is a JPEG at most 320 pixels wide.

    `jpeg` may be in grey; a page kept in black and white has `fax` in its place, its rows in ITU-T T.6.
    """

    index: int
    width: int
    height: int
    dpi: int
    verdict: PageVerdict
    jpeg: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    words: tuple[Word, ...] = field(default=(), repr=False)
    fax: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class PdfFacts:
    """What a component's file says of itself. `created` must carry its time zone."""

    title: str
    created: datetime
    procedure: str = ""
    component: str = ""
    kiosk_id: str = ""


@dataclass(frozen=True)
class ComponentPdf:
    """One component of a dossier as one file: number of pages, size in bytes, SHA-256 in hex, and the file itself."""

    pages: int
    size: int
    sha256: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class SealedPdf:
    """A component's file that lies sealed in the spool; size in bytes and SHA-256 are of the file in plain."""

    pages: int
    size: int
    sha256: str


@dataclass(frozen=True)
class PageSource:
    """A page in the spool as drivers.sealed wrote it: file, key, associated data, resolution (0 when unknown)."""

    path: Path
    key: bytes = field(repr=False)
    associated: bytes = b""
    dpi: int = 0


@dataclass(frozen=True)
class PagePreview:
    """A page that is straight and judged but not yet read: enough to show it."""

    width: int
    height: int
    dpi: int
    verdict: PageVerdict
    thumbnail: bytes = field(repr=False)


@dataclass(frozen=True)
class PageResult:
    """A finished page in the spool: `page` is the sealed JPEG beside its source; the rest is kept in memory only.

    `recognised` says that text was looked for; a blank page and a machine without language data have none. `likeness` is
    the page's fingerprint for `likeness.same_page`; `codes` are the kiosk's own ones that stand on it.
    """

    page: PageSource
    width: int
    height: int
    dpi: int
    verdict: PageVerdict
    thumbnail: bytes = field(repr=False)
    words: tuple[Word, ...] = field(default=(), repr=False)
    recognised: bool = False
    seconds: float = 0.0
    likeness: bytes = field(default=b"", repr=False)
    codes: tuple[str, ...] = ()
