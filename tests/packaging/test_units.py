"""The systemd units give away little: what systemd's own judge says of each, and what must stand in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.residue.unit import allocators

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


FREED = """
import ctypes, json
from drivers import memory
memory.overwrite_freed()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
left = []
for size in range(40, 2000, 56):
    piece = libc.malloc(size)
    ctypes.memset(piece, 0x41, size)
    libc.free(piece)
    left.append(ctypes.string_at(piece + 16, size - 16).count(b"A" * 9))  # eight at its end are the next piece's
print(json.dumps(sum(left)))
"""


def left_in_freed_pieces(**environment: str) -> int:
    """Of what was written into pieces of many sizes: how much stands there after they were freed."""
    done = subprocess.run(
        [sys.executable, "-c", FREED],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return int(done.stdout)


def test_what_the_kiosk_frees_is_overwritten_at_once_as_its_unit_has_memory_allocated() -> None:
    assert left_in_freed_pieces(**allocators()) == 0
    assert left_in_freed_pieces(PYTHONMALLOC="malloc") > 0, "the C library's cache keeps content: the control"
