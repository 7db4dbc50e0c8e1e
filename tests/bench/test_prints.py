"""The printing soak in short, and two drivers that it must find out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bench.prints import USUAL, Part, Tally, Weather
from tests.bench.prints_paper import Name, png_of, rows_of


def played(folder: Path, jobs: int, driver: str = "escpos", weather: Weather = USUAL, seed: str = "1") -> Tally:
    part = Part(folder, seed, driver, weather)
    asyncio.run(part.play(jobs))
    return part.tally


@pytest.mark.parametrize("seed", ["1", "2"])
def test_whatever_fails_the_journal_says_what_is_on_paper(tmp_path: Path, seed: str) -> None:
    tally = played(tmp_path, 12, seed=seed)
    assert (tally.printed_not_out, tally.out_not_said, tally.unasked, tally.mixed) == ([], [], [], [])
    assert tally.jobs >= 12
    assert tally.happened["whole slips"] > 0


def test_a_driver_that_believes_silence_is_found_out(tmp_path: Path) -> None:
    swallowed = Weather((("swallow", None),), 1.0, 0.0, 0.0, (20, 60), 60.0, 60.0)
    assert played(tmp_path, 2, "believer", swallowed).printed_not_out


def test_a_driver_that_sends_a_job_again_is_found_out(tmp_path: Path) -> None:
    assert played(tmp_path, 1, "repeater", Weather(broken=0.0, killed=0.0)).unasked


def test_no_two_slips_look_alike() -> None:
    assert rows_of(Name(1, 1), 384) != rows_of(Name(1, 2), 384)
    assert png_of(Name(1, 1), 384) == png_of(Name(1, 1), 384)
