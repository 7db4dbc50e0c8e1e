"""How a paper is scanned and kept: its colour, its resolution, its sides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Colour(StrEnum):
    """What of a paper's colours is kept."""

    COLOUR = "colour"
    GREY = "grey"
    BLACK_WHITE = "black-white"


class Sides(StrEnum):
    """Which sides of a sheet are scanned; a scanner that cannot turn sheets refuses BOTH and takes one for IF_POSSIBLE."""

    ONE = "one"
    IF_POSSIBLE = "if-possible"
    BOTH = "both"


RESOLUTIONS: Final = (200, 300, 400, 600)
"""Dots per inch that a paper may ask for. Less than 200 is no archive's copy (Decree 30/2020/ND-CP, appendix)."""
_COLOURS: Final = (Colour.BLACK_WHITE, Colour.GREY, Colour.COLOUR)
_SIDES: Final = tuple(Sides)


@dataclass(frozen=True)
class PaperScan:
    """How a paper is scanned and kept: `dpi` is asked of the scanner, `kept_dpi` is the most that its file has."""

    colour: Colour = Colour.COLOUR
    dpi: int = 300
    kept_dpi: int = 200
    sides: Sides = Sides.ONE

    @property
    def in_colour(self) -> bool:
        """Whether the scanner is asked for colour: black and white is made of grey, once the page is straight."""
        return self.colour is Colour.COLOUR

    def duplex(self, capabilities: Collection[str]) -> bool:
        """Whether both sides are asked of a scanner of these capabilities (drivers.ports.Description)."""
        return self.sides is Sides.BOTH or (self.sides is Sides.IF_POSSIBLE and "duplex" in capabilities)


USUAL: Final = PaperScan()
"""What a paper gets of which neither catalogue nor site says anything."""


def wants_more(wanted: PaperScan, taken: PaperScan) -> bool:
    """Whether a page that was scanned in the way `taken` lacks colour or dots that a paper is to be kept with."""
    return (wanted.in_colour and not taken.in_colour) or wanted.kept_dpi > taken.kept_dpi


def together(papers: Collection[PaperScan]) -> PaperScan:
    """What serves all of these papers, for a stack that is told apart only afterwards; the usual way for none."""
    if not papers:
        return USUAL
    return PaperScan(
        max((paper.colour for paper in papers), key=_COLOURS.index),
        max(paper.dpi for paper in papers),
        max(paper.kept_dpi for paper in papers),
        max((paper.sides for paper in papers), key=_SIDES.index),
    )
