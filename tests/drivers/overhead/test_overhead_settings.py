"""The document camera's table of settings: what is wrong is named, what is left out is usual."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.overhead.settings import Settings


def test_what_is_left_out_is_usual() -> None:
    assert Settings.of({"source": "/dev/video0"}) == Settings("/dev/video0")


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({}, "source"),
        ({"source": "a", "width": 10}, "width"),
        ({"source": "a", "fps": 0}, "fps"),
        ({"source": "a", "dpi": "high"}, "dpi"),
        ({"source": "a", "hold_s": True}, "hold_s"),
        ({"source": "a", "stream": 1}, "stream"),
        ({"source": "a", "colour": True}, "colour"),
    ],
)
def test_what_is_wrong_is_named(table: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Settings.of(table)


def test_without_a_measured_resolution_a_frame_is_taken_to_be_as_long_as_a4() -> None:
    assert Settings("a").dpi_of(2339) == 200
    assert Settings("a", dpi=185).dpi_of(2339) == 185
