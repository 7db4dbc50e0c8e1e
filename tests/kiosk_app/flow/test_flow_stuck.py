"""Whoever is stuck goes on after a few touches of an officer, and submits by their own."""

from __future__ import annotations

from statistics import median

import pytest
from stuck import CASES


@pytest.mark.parametrize("name", CASES)
def test_a_stuck_citizen_goes_on_with_an_officers_help(name: str) -> None:
    rescued = CASES[name]()
    assert rescued.stuck, "nobody was stuck"
    assert rescued.went_on


def test_an_officer_needs_no_more_than_four_touches_in_the_middle() -> None:
    assert len(CASES) == 12
    assert median(CASES[name]().touches for name in CASES) <= 4
