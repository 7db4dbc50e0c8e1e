"""Who works in the background steps back behind the screen, whether the kernel weighs processes or sessions of them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from drivers.priority import BEHIND_THE_SCREEN
from kiosk_app.imaging.channel import Worker


def _niceness(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return int(fields[16])


def _of_its_session(pid: int) -> str:
    """As the kernel says it, `nice 5`; the same where sessions are not weighed."""
    group = Path(f"/proc/{pid}/autogroup")
    text = group.read_text("ascii") if group.exists() else ""
    return text.strip().partition(" ")[2] or f"nice {BEHIND_THE_SCREEN}"


def test_an_imaging_worker_and_its_session_step_back_behind_the_screen() -> None:
    worker = Worker(60.0)
    try:
        worker.start()
        assert worker.pid is not None
        assert _niceness(worker.pid) == BEHIND_THE_SCREEN
        assert _of_its_session(worker.pid) == f"nice {BEHIND_THE_SCREEN}"
    finally:
        worker.retire()
        worker.reap()


def test_the_agent_and_its_session_step_back_behind_the_screen() -> None:
    command = [sys.executable, "-m", "kiosk_app.submission.agent", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True) as agent:
        try:
            end = time.monotonic() + 30
            # It waits for its settings now.
            while _niceness(agent.pid) == 0 and time.monotonic() < end:
                time.sleep(0.02)
            time.sleep(0.05)
            assert _niceness(agent.pid) == BEHIND_THE_SCREEN
            assert _of_its_session(agent.pid) == f"nice {BEHIND_THE_SCREEN}"
        finally:
            agent.kill()
