"""What matching takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TextLine:
    """A line of a page as it was read; its box in millimetres from the page's top left corner."""

    text: str = field(repr=False)
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class StackPage:
    """A page of the stack. `number` is the caller's own, unique in the stack; `codes` are texts of codes found on it.

    `read` False: nobody has looked for words on it, since text is not read here or the reading of this page failed.
    """

    number: int
    lines: tuple[TextLine, ...] = field(repr=False)
    width_mm: float
    height_mm: float
    blank: bool = False
    codes: tuple[str, ...] = field(default=(), repr=False)
    read: bool = True


@dataclass(frozen=True)
class WantedPaper:
    """A paper the procedure asks for; `names` begin with the Vietnamese one, then English and other names."""

    id: str
    names: tuple[str, ...]
    required: bool


@dataclass(frozen=True)
class Placement:
    """Where a page belongs.

    `component` None: to none of the wanted papers, or not known. `confidence` 0-1 is how likely that is right. `begins`:
    the first page of its paper. `sure` False: ask the citizen. `alternatives`: other wanted papers, the likeliest first.
    `divider`: a separator or header sheet, which is part of no paper and may be left out without a question.
    """

    page: int
    component: str | None
    confidence: float
    begins: bool
    sure: bool
    alternatives: tuple[str, ...] = ()
    divider: bool = False
