"""Promises of `kiosk scan` on bad days: a code, no file, nothing left behind, and the same stack whole when put in again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.stack_broken import MISHAPS, Mishap, break_off, scan_again, told, wrong_with
from tests.bench.stack_station import SHEETS, Station


@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda mishap: mishap.name)
def test_a_stack_broken_off_is_asked_for_again_whole(mishap: Mishap, tmp_path: Path) -> None:
    station = Station(tmp_path)
    with station.scanner() as simulated:
        done = break_off(station, simulated, mishap, at=4)
        assert wrong_with(station, mishap, told(done)) == [], done.stderr
        report = scan_again(station, simulated)
    assert report.pages == list(range(SHEETS))
    assert station.left() == []


def test_a_person_is_told_that_nothing_was_written_and_what_to_do(tmp_path: Path) -> None:
    station = Station(tmp_path)
    with station.scanner() as simulated:
        station.load(simulated, 3)
        simulated.fault("jam", 2)
        done = station.run("scan", "--out", str(station.out), "--language", "en")
    assert done.returncode == 1
    assert "Put the whole stack back" in done.stdout
    assert "SCN-JAM" in done.stderr
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.stdout)
