"""What the agent takes of machine and line: its memory does not grow with a file, its pace is what the site allows."""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from submission_bench import AgentProcess, Ministry, make_settings, seal_one, wait_for

from kiosk_app.submission import (
    Acknowledgement,
    Role,
    SubmissionService,
    SubmissionSettings,
    settings_from_json,
    settings_to_json,
)
from kiosk_app.submission.pace import BLOCK, Pace, PacedBody

MB = 1_000_000
StartAgent = Callable[..., AgentProcess]


def seal_elsewhere(settings: SubmissionSettings, size: int) -> str:
    """Seals a dossier with one file of that size in a process of its own, whose memory is nobody's concern here."""
    command = [sys.executable, __file__, settings_to_json(settings), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True, cwd=Path(__file__).parent)
    return done.stdout.strip()


def peak_kb(process: int) -> int:
    """The most memory that a process ever had."""
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError("no peak told")


def test_a_file_of_200_mb_passes_in_the_memory_of_a_small_one(
    tmp_path: Path, ministry: Ministry, start_agent: StartAgent
) -> None:
    patient = {"chunk_bytes": SubmissionSettings.chunk_bytes, "read_timeout_s": 120.0, "request_limit_s": 240.0}
    settings = make_settings(tmp_path / "kiosk", ministry.url, ministry.pki, **patient)
    small = seal_elsewhere(settings, 2 * MB)
    agent = start_agent(settings)
    with contextlib.closing(SubmissionService(settings, Role.READER)) as kiosk:
        assert isinstance(kiosk.wait_ack(small, 120), Acknowledgement)
        before = peak_kb(agent.process.pid)
        large = seal_elsewhere(settings, 200 * MB)
        assert isinstance(kiosk.wait_ack(large, 300), Acknowledgement)
    assert peak_kb(agent.process.pid) - before < 16_000


def test_a_dossier_on_a_bounded_line_takes_the_time_that_its_bytes_need(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent
) -> None:
    bounded = dataclasses.replace(settings, upload_bytes_per_s=100_000.0)
    agent = start_agent(bounded)
    wait_for(lambda: (line := kiosk.line()) is not None and line.online)
    began = time.monotonic()
    draft = seal_one(kiosk, (150_000, 100_000))
    assert isinstance(kiosk.wait_ack(draft.uuid, 60), Acknowledgement)
    # A quarter of a second may go at once, and what is smaller than a block is not held up.
    assert time.monotonic() - began > (250_000 - 4 * BLOCK) / 100_000 - 0.5
    assert agent.process.poll() is None


class Time:
    """A time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def sent(pace: Pace, size: int) -> None:
    body = pace.body(bytes(size))
    assert isinstance(body, PacedBody)
    assert len(body) == size
    while body.read(BLOCK):
        pass


def test_however_it_is_divided_no_more_leaves_than_the_pace_allows() -> None:
    clock = Time()
    pace = Pace(50_000, lambda: clock.now, clock.sleep)
    for _ in range(10):
        sent(pace, 100_000)
        clock.now += 0.1  # the service's answer
    assert 1_000_000 / 50_000 - 1 <= clock.now - 100.0 <= 1_000_000 / 50_000 + 1


def test_a_long_silence_is_no_credit_for_a_burst() -> None:
    clock = Time()
    pace = Pace(50_000, lambda: clock.now, clock.sleep)
    clock.now += 3600
    began = clock.now
    sent(pace, 500_000)
    assert clock.now - began >= 9


def test_short_bodies_and_an_unbounded_line_are_not_held_up() -> None:
    assert Pace(10).body(b"x" * BLOCK) == b"x" * BLOCK
    assert Pace(0).body(b"x" * MB) == b"x" * MB


@pytest.mark.parametrize("bytes_per_s", [500.0, 4096.0, 100_000.0, 1e9])
def test_a_chunk_is_through_before_its_request_has_lasted_too_long(
    offline: SubmissionSettings, bytes_per_s: float
) -> None:
    settings = dataclasses.replace(offline, upload_bytes_per_s=bytes_per_s, chunk_bytes=1_048_576, request_limit_s=120)
    assert 0 < settings.paced_chunk_bytes <= settings.chunk_bytes
    assert settings.paced_chunk_bytes / bytes_per_s <= 30


if __name__ == "__main__":
    with contextlib.closing(SubmissionService(settings_from_json(sys.argv[1]))) as one:
        print(seal_one(one, (int(sys.argv[2]),)).uuid)
