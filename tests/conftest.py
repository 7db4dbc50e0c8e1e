"""For every test: no display, no child process left behind, and no memory kept without end."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

GRACE_S = 3.0
# A worker with all its pictures and libraries holds about half of that.
MOST_MB = 2000
# Helpers of the standard library's multiprocessing, started once and ended with the process that needs them.
SHARED = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


def children() -> dict[int, str]:
    """The living children of this process with their command lines."""
    found: dict[int, str] = {}
    for task in Path("/proc/self/task").iterdir():
        try:
            pids = (task / "children").read_text().split()
        except OSError:
            continue
        for pid in pids:
            try:
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if state not in "ZX" and not any(name in command for name in SHARED):
                found[int(pid)] = command.strip()
    return found


def resident_mb() -> int:
    """What this process holds in memory now, in MB."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) // 1024


@pytest.fixture(autouse=True)
def memory_is_given_back() -> Iterator[None]:
    """Fails the test that brings its process over the limit: several of them fill a computer, which then stands still."""
    before = resident_mb()
    yield
    after = resident_mb()
    if before <= MOST_MB < after:
        pytest.fail(f"this process held {before} MB before the test and {after} MB after it")


@pytest.fixture(autouse=True)
def no_children_left() -> Iterator[None]:
    """Fails the test that leaves a process behind; those of wider fixtures are there before it begins.

    One of those that the test killed and started again, with the same command line, is no more left than before.
    """
    before = children()
    yield
    end = time.monotonic() + GRACE_S
    while left := {
        pid: command for pid, command in children().items() if pid not in before and command not in before.values()
    }:
        if time.monotonic() > end:
            pytest.fail(f"left behind: {left}")
        time.sleep(0.02)
