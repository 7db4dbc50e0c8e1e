"""The systemd units give away little: what systemd's own judge says of each, and what must stand in them."""

from __future__ import annotations

import json
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[2] / "packaging" / "systemd").glob("*.service"))


def exposure(unit: Path) -> float:
    """systemd's figure, from 0 for shut to 10 for open."""
    words = ["systemd-analyze", "security", "--offline=true", "--json=short", "--no-pager", "--threshold=25", str(unit)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return sum(float(row["exposure"]) for row in json.loads(done.stdout) if row["exposure"] is not None)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_exposed_by_two_and_a_half_of_ten_at_most(unit: Path) -> None:
    assert exposure(unit) > 0


def test_the_judge_finds_an_open_unit_out(tmp_path: Path) -> None:
    unit = tmp_path / "open.service"
    unit.write_text("[Service]\nExecStart=/bin/true\n", "utf-8")
    with pytest.raises(AssertionError):
        exposure(unit)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_comes_back_by_itself_and_leaves_no_core_and_no_swap(unit: Path) -> None:
    told = ConfigParser(strict=False, interpolation=None, allow_no_value=True)
    told.optionxform = str  # type: ignore[assignment,method-assign]
    told.read(unit, "utf-8")
    service = told["Service"]
    assert (service["Restart"], told["Unit"]["StartLimitIntervalSec"]) == ("always", "0")
    assert (service["LimitCORE"], service["MemorySwapMax"], service["UMask"]) == ("0", "0", "0077")
    assert service["User"] not in ("", "root")


def test_the_kiosk_needs_no_network_to_start_and_is_watched() -> None:
    (kiosk,) = (unit for unit in UNITS if unit.stem == "kiosk")
    text = kiosk.read_text("utf-8")
    assert "network" not in "".join(
        line for line in text.splitlines() if line.startswith(("After=", "Requires=", "Wants="))
    )
    assert "WatchdogSec=" in text
    assert "cage -d --" in text, "with -s the compositor lets people switch to another console"
