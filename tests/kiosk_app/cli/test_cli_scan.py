"""Promises of `kiosk scan`: the stack becomes one file as asked, whole or not at all, and nothing else is left."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest

from kiosk_app.imaging.structure import check_structure
from tests.bench.stack_station import Station, numbers_in


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path)


def test_a_stack_becomes_one_file_in_order(station: Station) -> None:
    with station.scanner() as simulated:
        station.load(simulated)
        done = station.scan()
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        assert set(report) == {"pages", "blank", "warnings", "seconds", "out"}
        assert (report["pages"], report["blank"]) == (10, [])
        assert numbers_in(station.out) == list(range(10))
    assert station.left() == []


@pytest.mark.parametrize(
    ("words", "space", "bits", "dpi"),
    [
        (("--colour", "grey", "--dpi", "200"), "/DeviceGray", 8, 200),
        (("--colour", "black-white", "--dpi", "300"), "/DeviceGray", 1, 300),
        (("--dpi", "300"), "/DeviceRGB", 8, 300),
    ],
)
def test_colour_and_resolution_are_as_asked(
    station: Station, words: tuple[str, ...], space: str, bits: int, dpi: int
) -> None:
    with station.scanner() as simulated:
        station.load(simulated, 2)
        done = station.scan(*words)
    assert done.returncode == 0, done.stderr
    assert check_structure(station.out.read_bytes()) == []
    with pikepdf.open(station.out) as pdf:
        for page in pdf.pages:
            picture = page.Resources.XObject.Im
            assert (picture.ColorSpace, picture.BitsPerComponent) == (space, bits)
            assert float(picture.Width) / (float(page.MediaBox[2]) / 72) == pytest.approx(dpi, abs=0.5)


def test_both_sides_are_scanned_when_asked(station: Station) -> None:
    with station.scanner() as simulated:
        station.connect(simulated)
        simulated.act("load", f"{station.sheets[0]}+{station.sheets[1]},{station.sheets[2]}+{station.sheets[3]}")
        done = station.scan("--sides", "both")
    assert json.loads(done.stdout)["pages"] == 4
    assert numbers_in(station.out) == [0, 1, 2, 3]


def test_a_scanner_that_cannot_turn_sheets_takes_one_side_or_says_so(station: Station) -> None:
    with station.scanner(duplex=False) as simulated:
        station.load(simulated, 2)
        done = station.scan("--sides", "both")
        assert (done.returncode, json.loads(done.stdout)["error"]) == (1, "SCN-UNSUPPORTED")
        assert len(simulated.sheets("feeder")) == 2
        done = station.scan("--sides", "if-possible")
        assert json.loads(done.stdout)["pages"] == 2


@pytest.mark.parametrize("words", [("--dpi", "250"), ("--colour", "sepia"), ("--sides", "three")])
def test_what_no_scanner_does_is_wrong_usage(station: Station, words: tuple[str, ...]) -> None:
    done = station.run("scan", "--out", str(station.out), *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert words[1] in done.stderr
