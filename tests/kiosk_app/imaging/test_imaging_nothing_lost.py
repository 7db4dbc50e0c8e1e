"""The promise that nothing is lost: no side with a trace of a person is called blank; a short form of `make soak-pages`."""

from __future__ import annotations

import pytest

from kiosk_app.imaging.blank import is_blank
from tests.pages.traces import EMPTY, WRITTEN, empty, written

DPI = 150


@pytest.mark.parametrize("kind", WRITTEN)
def test_no_trace_of_a_person_is_called_blank(kind: str) -> None:
    assert [seed for seed in range(9000, 9009) if is_blank(written(kind, seed, DPI), DPI)] == []


@pytest.mark.parametrize("kind", EMPTY)
def test_an_empty_side_is_flagged(kind: str) -> None:
    assert all(is_blank(empty(kind, seed, DPI), DPI) for seed in range(9000, 9003))
