"""Power cuts worked out from a trace: nothing promised is lost, and a kiosk that never fsyncs is found out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crash.cuts import cut_everywhere, cut_the_service
from tests.crash.power import Disk, calls_of
from tests.crash.rig import Rig
from tests.crash.test_crash_points import can_trace

needs_strace = pytest.mark.skipif(not can_trace(), reason="strace is not installed or may not trace here")
pytestmark = pytest.mark.timeout(900)


@needs_strace
def test_a_power_cut_at_any_moment_of_sealing_loses_nothing_that_was_called_sealed(tmp_path: Path) -> None:
    tally = cut_everywhere(tmp_path / "cut", "ours", lots=1, every=4)
    assert tally.bad == []
    assert tally.promised > 0


@needs_strace
def test_a_kiosk_that_never_fsyncs_is_found_out(tmp_path: Path) -> None:
    tally = cut_everywhere(tmp_path / "cut", "no-fsync", lots=0, every=50)
    assert tally.lost > 0


@needs_strace
def test_a_service_that_answered_has_the_dossier_whatever_the_power_does(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig") as rig:
        tally = cut_the_service(rig, tmp_path / "cut", lots=1, every=8, last=4)
    assert tally.bad == []
    assert tally.promised == 5


def played(tmp_path: Path, *lines: str) -> Disk:
    log = tmp_path / "trace"
    log.write_text("\n".join(lines).replace("TOP", "/disk") + "\n")
    disk = Disk(Path("/disk"))
    for name, arguments, result in calls_of(log):
        disk.apply(name, arguments, result)
    return disk


def left(disk: Disk, target: Path, dice: random.Random | None = None) -> dict[str, bytes]:
    disk.after_a_cut(target, dice)
    return {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}


OPENED = '7 openat(AT_FDCWD</x>, "TOP/a", O_WRONLY|O_CREAT, 0600) = 3<TOP/a>'
FOLDER = "7 fsync(4<TOP>) = 0"


def test_a_disk_keeps_only_what_was_fsynced_and_named(tmp_path: Path) -> None:
    first, second = '7 write(3<TOP/a>, "one\\n", 4) = 4', '7 write(3<TOP/a>, "two", 3) = 3'
    sync = "7 fsync(3<TOP/a>) = 0"
    assert left(played(tmp_path, OPENED, first, sync), tmp_path / "1") == {}
    assert left(played(tmp_path, OPENED, first, FOLDER), tmp_path / "2") == {"a": b""}
    assert left(played(tmp_path, OPENED, first, sync, FOLDER, second), tmp_path / "3") == {"a": b"one\n"}
    appended = '7 openat(AT_FDCWD</x>, "TOP/a", O_WRONLY|O_APPEND) = 3<TOP/a>'
    whole = played(tmp_path, OPENED, first, appended, second, sync, FOLDER)
    assert left(whole, tmp_path / "4") == {"a": b"one\ntwo"}


def test_a_name_is_old_or_new_and_calls_of_two_threads_are_put_together(tmp_path: Path) -> None:
    disk = played(
        tmp_path,
        OPENED,
        '7 write(3<TOP/a>, "one", 3 <unfinished ...>',
        "8 fsync(9</elsewhere>) = 0",
        "7 <... write resumed>) = 3",
        "7 fsync(3<TOP/a>) = 0",
        FOLDER,
        '7 rename("TOP/a", "TOP/b") = 0',
    )
    assert left(disk, tmp_path / "sure") == {"a": b"one"}
    found = {tuple(sorted(left(disk, tmp_path / str(n), random.Random(n)))) for n in range(30)}
    assert ("b",) in found
    assert ("a",) in found
