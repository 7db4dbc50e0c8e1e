"""Scanned pages and the scan itself as values: where each page stands, which paper it is taken for, and how surely."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kiosk_app.model.scanning import USUAL, PaperScan

POORER: Final = "poorer"
"""The warning on a page that was scanned with less colour or fewer dots than the paper wants under which it lies now."""


class PageStage(StrEnum):
    """Where a page stands between scanner and dossier."""

    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class Placing(StrEnum):
    """How it is known to which paper a page belongs.

    READING: it is not yet; SURE, DOUBTFUL, NOWHERE: from what is written on it; BY_HAND: the citizen has said so, or has
    agreed, or scanned it for that paper. What was placed by hand is moved by nobody else.
    """

    READING = "reading"
    SURE = "sure"
    DOUBTFUL = "doubtful"
    NOWHERE = "nowhere"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class PageView:
    """One scanned page: which component it belongs to ("" while that is not known), how it looks, what is doubtful.

    `number` names it from the scan to the end, whatever is moved, turned or scanned again. `sheet` counts the sheets of its
    stack. `stacked`: it came in a stack of several papers. `alternatives` are other components, the likeliest first.
    `begins`: it is the first page of its paper. `same_as` is an earlier page that it looks like, 0 for none. `renewing`: a
    new picture of it is being made. `taken`: how it was scanned; None for one that was photographed, as well as that goes.
    """

    number: int
    component: str
    stage: PageStage = PageStage.PROCESSING
    thumbnail: bytes = field(default=b"", repr=False)
    blank: bool = False
    kept: bool = True
    warnings: tuple[str, ...] = ()
    code: str | None = None
    width: int = 0
    height: int = 0
    sheet: int = 0
    stacked: bool = False
    placing: Placing = Placing.BY_HAND
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()
    begins: bool = True
    same_as: int = 0
    renewing: bool = False
    read: bool = False
    taken: PaperScan | None = None


@dataclass(frozen=True)
class Placed:
    """Where the matching of a whole stack puts one page: component, "" for none; how likely, 0 to 1; whether to ask.

    `divider`: a sheet that parts papers and belongs to none. `begins`: the first page of its paper.
    """

    page: int
    component: str
    confidence: float = 0.0
    sure: bool = False
    alternatives: tuple[str, ...] = ()
    divider: bool = False
    begins: bool = True


@dataclass(frozen=True)
class PageLook:
    """A page that is looked at large: its picture as JPEG, empty until it is there; `code` says why there is none."""

    page: int
    picture: bytes = field(default=b"", repr=False)
    code: str | None = None


@dataclass(frozen=True)
class ScanView:
    """The scan screen: the component in hand ("" for a whole stack), whether paper lies in the feeder and whether it runs.

    `waiting`: it begins by itself when paper is put in. `renewing`: the page that is scanned again, 0 for none.
    `camera`: pages are photographed on the table; `at_once`: the next one as it lies, once the camera has stopped waiting
    for a better look. `asked` and `matched` count how often the stack was to be matched, and was. Of originals: `out`
    sheets lie where they came out and nobody has said that they were taken, `passed` of them in this scan; `glass`: the
    last one lies on the glass. After a scan that was cut short `whole` sheets of the stack are kept, and the next one is
    `resume`, 0 when nothing was cut; `half` is the page whose back did not come. `how`: in which way the running scan, or
    the last one, takes its pages.
    """

    component: str = ""
    running: bool = False
    stopping: bool = False
    paper_loaded: bool = False
    waiting: bool = False
    camera: bool = False
    at_once: bool = False
    renewing: int = 0
    asked: int = 0
    matched: int = 0
    out: int = 0
    passed: int = 0
    glass: bool = False
    whole: int = 0
    resume: int = 0
    half: int = 0
    how: PaperScan = USUAL
