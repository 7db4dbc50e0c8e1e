"""Promises of how papers are scanned: a stack serves all of its papers, and sides follow what the scanner can."""

from __future__ import annotations

import pytest

from kiosk_app.model.scanning import USUAL, Colour, PaperScan, Sides, together


def test_a_stack_is_scanned_so_that_every_paper_in_it_is_served() -> None:
    fax = PaperScan(Colour.BLACK_WHITE, 400, 400, Sides.ONE)
    grey = PaperScan(Colour.GREY, 200, 200, Sides.IF_POSSIBLE)
    assert together([fax, grey]) == PaperScan(Colour.GREY, 400, 400, Sides.IF_POSSIBLE)
    assert together([fax, grey, USUAL]) == PaperScan(Colour.COLOUR, 400, 400, Sides.IF_POSSIBLE)
    assert together([PaperScan(sides=Sides.BOTH), grey]).sides is Sides.BOTH
    assert together([fax]) == fax
    assert together([]) == USUAL


@pytest.mark.parametrize(
    ("sides", "can", "both"),
    [
        (Sides.ONE, ("duplex",), False),
        (Sides.BOTH, (), True),
        (Sides.IF_POSSIBLE, ("feeder", "duplex"), True),
        (Sides.IF_POSSIBLE, ("feeder",), False),
    ],
)
def test_both_sides_are_asked_for_where_they_are_a_must_or_where_the_scanner_can(
    sides: Sides, can: tuple[str, ...], both: bool
) -> None:
    assert PaperScan(sides=sides).duplex(can) is both


def test_black_and_white_is_made_of_grey_after_the_page_is_straight() -> None:
    assert PaperScan(Colour.COLOUR).in_colour
    assert not PaperScan(Colour.GREY).in_colour
    assert not PaperScan(Colour.BLACK_WHITE).in_colour
