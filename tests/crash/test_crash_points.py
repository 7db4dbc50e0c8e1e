"""A few calls of each program failed in each way, as `make crash` does with hundreds, and the controls of its judgement."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.campaign import FAULTS, control, spread
from tests.crash.rig import PROGRAMS, Fault, Rig, recorded
from tests.crash.trace import Call, calls_in, role_of
from tests.crash.witness import ministry_side

CALLS = int(os.environ.get("KIOSK_CRASH_CALLS", "2"))


def can_trace() -> bool:
    """Whether this computer lets strace look at a process; some containers do not."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-o", os.devnull, "true"], capture_output=True, timeout=30, check=False
    )
    return tried.returncode == 0


pytestmark = [
    pytest.mark.skipif(not can_trace(), reason="strace is not installed or may not trace here"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("crash") / "rig") as bench:
        yield bench


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_hit_at_a_system_call_loses_nothing_and_does_nothing_twice(rig: Rig, program: str) -> None:
    calls = spread(list(recorded(rig, program)), CALLS * len(FAULTS))
    felt = 0
    for place, call in enumerate(calls):
        outcome = rig.play(Fault(program, call.name, call.nth, FAULTS[place % len(FAULTS)]))
        assert outcome.bad == [], f"{outcome.fault}"
        felt += bool(outcome.hit)
    assert felt > 0, "no fault was felt: the test tests nothing"


@pytest.mark.parametrize("build", ["row-first", "autocommit", "no-journal"])
def test_a_kiosk_that_is_built_wrong_is_found_out(rig: Rig, build: str) -> None:
    outcome = control(rig, build)
    assert outcome is not None


def test_the_witness_sees_a_torn_file_on_either_side(rig: Rig) -> None:
    assert rig.play(None).bad == []
    there = ministry_side(rig.service.data)
    assert there.troubles == []
    kept = next(path for path in (rig.service.data / "files").glob("*/*") if path.stat().st_size > 20_000)
    whole = kept.read_bytes()
    try:
        kept.write_bytes(whole[:-1])
        assert any("torn" in trouble for trouble in ministry_side(rig.service.data).troubles)
    finally:
        kept.write_bytes(whole)


def test_names_drawn_by_lot_play_one_part(tmp_path: Path) -> None:
    folder = str(tmp_path / "data")
    uuid = "0f8b1c1e-1111-4222-8333-944455566677"
    assert role_of(f'AT_FDCWD</root>, "{folder}/dossiers/{uuid}/record.sealed", O_RDONLY', Path(folder)) == (
        "dossiers/*/record.sealed"
    )
    assert role_of(f'7<{folder}/sessions/0123456789abcdef>, "session.lock", 0', Path(folder)) == (
        "sessions/*/session.lock"
    )
    assert role_of("9<TCP:[127.0.0.1:5->127.0.0.1:6]>", Path(folder)) == "line"
    assert role_of('AT_FDCWD</root>, "/usr/lib/x.so", O_RDONLY', Path(folder)) is None


def test_calls_are_counted_for_each_thread_and_each_part(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    log.write_text(
        f'7 access("/kiosk-stage/seal", F_OK) = -1\n7 fsync(3<{tmp_path}/a>) = 0\n8 fsync(3</elsewhere>) = 0\n'
        f"8 fsync(3<{tmp_path}/a>) = 0\n7 +++ exited with 0 +++\n"
    )
    assert list(calls_in(log, tmp_path)) == [
        Call("7", "fsync", 1, "a", "seal", 1),
        Call("8", "fsync", 2, "a", "seal", 2),
    ]
