"""Promises of `kiosk fault`: it breaks, mends, lists, records and replays, and helps whoever mistypes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
KIOSK = str(Path(sys.executable).parent / "kiosk")
PATIENCE_S = 120


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a running bench with a code reader and a printer."""
    folder = tmp_path_factory.mktemp("data")
    command = [KIOSK, "--data", str(folder), "simulate", "barcode", "printer", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as bench:
        try:
            assert bench.stdout is not None
            lines = []
            while not lines or lines[-1] != b"}\n":
                lines.append(bench.stdout.readline())
                assert lines[-1], "the bench did not start"
            yield folder
        finally:
            bench.send_signal(signal.SIGTERM)
            assert bench.wait(PATIENCE_S) == 0


@pytest.fixture(autouse=True)
def no_children_left() -> None:
    """The bench lives as long as the file's tests; its fixture waits for its end."""


def kiosk(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [KIOSK, "--data", str(data), "fault", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_S)


def active(data: Path, device: str) -> list[dict[str, Any]]:
    (row,) = json.loads(kiosk(data, device, "--list", "--json").stdout)
    found: list[dict[str, Any]] = row["active"]
    return found


def test_a_fault_is_set_listed_and_ended_alone_or_with_all(data: Path) -> None:
    assert json.loads(kiosk(data, "printer0", "slow", "250", "--json").stdout)["fault"] == "slow"
    assert kiosk(data, "printer0", "garble").returncode == 0
    assert active(data, "printer0") == [{"name": "slow", "argument": "250"}, {"name": "garble", "argument": None}]
    shown = kiosk(data, "--list").stdout
    assert "printer0" in shown
    assert "on 250" in shown
    assert kiosk(data, "printer0", "clear", "slow").returncode == 0
    assert [fault["name"] for fault in active(data, "printer0")] == ["garble"]
    assert kiosk(data, "printer0", "clear").returncode == 0
    assert active(data, "printer0") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("printer0", "paperout"),
            "printer0 has no fault paperout; did you mean paper_out? there are absent, drop_after",
        ),
        (("printer9", "slow"), "no device printer9; did you mean printer0? there are barcode0, printer0"),
        (("printer0",), "kiosk fault --list shows them"),
        ((), "kiosk fault --list shows them"),
        (("printer9", "--list"), "no device printer9"),
        (("replay", "no-such.toml"), "no-such.toml"),
        (("record", "no-such-folder/x.toml"), "no such folder"),
        (("printer0", "slow", "soon"), "soon"),
    ],
    ids=range(8),
)
def test_a_mistake_ends_with_2_and_says_what_there_is(data: Path, words: tuple[str, ...], said: str) -> None:
    done = kiosk(data, *words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_without_a_bench_it_says_how_to_start_one(tmp_path: Path) -> None:
    done = kiosk(tmp_path, "printer0", "slow")
    assert done.returncode == 2
    assert "kiosk simulate" in done.stderr


def test_what_is_done_while_it_records_is_replayed(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "trouble.toml"
    command = [KIOSK, "--data", str(data), "fault", "record", str(file), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as recording:
        assert recording.stderr is not None
        assert recording.stderr.readline().startswith("Recording")
        assert kiosk(data, "printer0", "paper_low").returncode == 0
        assert kiosk(data, "printer0", "slow", "300").returncode == 0
        recording.send_signal(signal.SIGINT)
        assert recording.stdout is not None
        assert json.loads(recording.stdout.read())["steps"] == 2
        assert recording.wait(PATIENCE_S) == 0
    kiosk(data, "printer0", "clear")
    done = kiosk(data, "replay", str(file), "--speed", "100")
    assert done.returncode == 0, done.stderr
    assert "printer0 slow 300" in done.stderr
    assert [fault["name"] for fault in active(data, "printer0")] == ["paper_low", "slow"]
    kiosk(data, "printer0", "clear")


def test_a_recording_of_nothing_writes_no_file(data: Path, tmp_path: Path) -> None:
    done = kiosk(data, "record", str(tmp_path / "x.toml"), "--seconds", "0.2")
    assert done.returncode == 2
    assert "nothing was done" in done.stderr
    assert not (tmp_path / "x.toml").exists()


def test_a_scenario_that_a_device_refuses_fails_with_its_code(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('[[step]]\ndevice = "printer0"\nact = "dance"\n', "utf-8")
    done = kiosk(data, "replay", str(file), "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["error"] == "SYS-SCENARIO"
    assert "printer0 has no action dance; " in told["detail"]
