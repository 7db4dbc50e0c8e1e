"""The private servers of `make test-postgres` go when somebody ends it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ministry_harness import POSTGRES
from on_servers import ROOT

INSTALLED = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
# What the servers are made for: it says where PostgreSQL is, and then takes longer than anybody waits.
ENDLESS = """
import os, threading
from pathlib import Path

def test_takes_long():
    base = Path(os.environ["MINISTRY_POSTGRES"].rpartition("host=")[2])
    postmaster = (base / "data" / "postmaster.pid").read_text().splitlines()[0]
    Path({told!r}).with_suffix(".part").write_text(f"{{base}} {{postmaster}}")
    Path({told!r}).with_suffix(".part").rename({told!r})
    threading.Event().wait()
"""


def alive(process: str) -> bool:
    """One that has ended and that nobody has asked about yet is not."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not INSTALLED, reason="PostgreSQL is not among the packages of the project")
@pytest.mark.skipif(bool(POSTGRES), reason="these are the servers")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ended_by_a_signal_it_leaves_no_cluster_behind(tmp_path: Path, number: signal.Signals) -> None:
    told, tests = tmp_path / "told", tmp_path / "test_endless.py"
    tests.write_text(ENDLESS.format(told=str(told)), "utf-8")
    command = [sys.executable, "tests/backend/on_servers.py", "-p", "no:cacheprovider", "-p", "no:randomly", str(tests)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 180
        while not told.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        base, postmaster = told.read_text("utf-8").split()
        assert alive(postmaster)
        process.send_signal(number)
        assert process.wait(120) == 128 + number
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert not Path(base).exists()
    assert not alive(postmaster)
