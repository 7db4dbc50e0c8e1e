"""A few sessions of `make residue`: nothing of a citizen is left behind, and who leaves something is found out."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from tests.residue import hunt
from tests.residue.campaign import Campaign, campaign
from tests.residue.canaries import canary
from tests.residue.needles import Needles
from tests.residue.shapes import of_canary, of_text
from tests.residue.visit import WAYS

pytestmark = pytest.mark.timeout(600)
NAMES = {way.name: way for way in WAYS}
SHAPES = {
    "portrait, bytes",
    "name, utf-8",
    "name, utf-16",
    "number, utf-16",
    "phone, utf-16",
    "typed word, utf-16",
    "page, bytes",
}
"""What the hunt has to find while the citizen is there, else it would find nothing afterwards either."""


@pytest.fixture(autouse=True)
def _may_look() -> None:
    if os.geteuid() != 0 and resource.getrlimit(resource.RLIMIT_CORE) is not None:
        status = Path("/proc/self/status").read_text("utf-8")
        rights = int(next(line for line in status.splitlines() if line.startswith("CapEff")).split()[1], 16)
        if not rights >> 19 & 1:
            pytest.skip("the memory of other processes cannot be read here: CAP_SYS_PTRACE is missing")


def leaves_nothing(kiosk: Campaign, number: int, way: str, *, look: bool = False) -> None:
    result = kiosk.session(number, NAMES[way], look=look)
    assert (result.memory, result.disk) == ({}, {})
    assert result.swapped_kb == 0
    assert not look or set(result.seen) >= SHAPES


def test_nothing_is_left_after_the_main_ways_out(tmp_path: Path) -> None:
    before = hunt.dumps()
    with campaign(tmp_path / "stand", "short") as kiosk:
        leaves_nothing(kiosk, 0, "submitted, goodbye", look=True)
        leaves_nothing(kiosk, 1, "left by the house")
        leaves_nothing(kiosk, 2, "kill -9 of the kiosk")
    assert hunt.dumps() == before


def test_a_kiosk_that_keeps_somebody_in_memory_and_on_the_disk_is_found_out(tmp_path: Path) -> None:
    with campaign(tmp_path / "stand", "control", "memory and disk") as kiosk:
        result = kiosk.session(0, NAMES["left by the house"])
    assert "session 0: number, utf-8" in set().union(*result.memory.values())
    assert [Path(where).name for where in result.disk] == ["last-visitor"]


def test_every_shape_of_a_citizen_is_found_wherever_it_stands() -> None:
    wanted = of_canary(canary("shapes", 1))
    needles = Needles(wanted)
    for name, some in wanted.items():
        for needle in some:
            for before in (b"", os.urandom(1000)):
                assert name in needles.found_in(before + needle + bytes(20)), (name, needle)


def test_a_citizen_is_not_found_in_another_ones_words() -> None:
    other = b"".join(needle for some in of_canary(canary("shapes", 2)).values() for needle in some)
    assert Needles(of_canary(canary("shapes", 1))).found_in(other) == set()


def test_base64_is_found_at_any_place_of_a_longer_text() -> None:
    import base64

    needles = Needles(of_text("muhukavuvu"))
    for before in range(4):
        assert "base64" in needles.found_in(base64.b64encode(b"x" * before + b"muhukavuvu and more"))
