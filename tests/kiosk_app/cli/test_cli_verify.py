"""Promises of `kiosk check --verify`: exit code 0 for a report as it was signed, 1 with a code for any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kiosk_app.cli.root import command_line
from kiosk_app.diagnostics.signing import ReportKey
from kiosk_app.submission.device_key import open_device_key

DOCUMENT: dict[str, Any] = {"kiosk_id": "kiosk-0001", "passed": True, "at": "2026-11-21T07:10:00+07:00"}


@pytest.fixture
def own(tmp_path: Path) -> ReportKey:
    (tmp_path / "data" / "store").mkdir(parents=True)
    return ReportKey(open_device_key(tmp_path / "data" / "store", "file").report_seed)


def check(folder: Path, *words: str) -> Result:
    head = ["--profile", "test", "--data", str(folder / "data"), "check"]
    return CliRunner().invoke(command_line(("devices",)), [*head, *words, "--json"])


def written(folder: Path, key: ReportKey) -> Path:
    file = folder / "report.json"
    file.write_bytes(key.sign(DOCUMENT))
    return file


def test_a_report_of_this_machine_holds(tmp_path: Path, own: ReportKey) -> None:
    done = check(tmp_path, "--verify", str(written(tmp_path, own)))
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert (answer["valid"], answer["expected"], answer["key"]) == (True, True, own.public)
    assert (answer["kiosk_id"], answer["passed"]) == ("kiosk-0001", True)


def test_a_changed_report_fails_with_its_code(tmp_path: Path, own: ReportKey) -> None:
    file = written(tmp_path, own)
    file.write_bytes(file.read_bytes().replace(b"true", b"false"))
    done = check(tmp_path, "--verify", str(file))
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"] == "SYS-REPORT-FORGED"


def test_another_machines_report_needs_that_machines_key(tmp_path: Path, own: ReportKey) -> None:
    other = ReportKey(bytes(32))
    file = written(tmp_path, other)
    assert check(tmp_path, "--verify", str(file)).exit_code == 1
    assert check(tmp_path, "--verify", str(file), "--key", other.public).exit_code == 0


def test_a_computer_without_a_key_says_whose_signature_it_is_and_makes_no_key(tmp_path: Path) -> None:
    other = ReportKey(bytes(32))
    done = check(tmp_path, "--verify", str(written(tmp_path, other)))
    assert done.exit_code == 0
    assert json.loads(done.stdout)["expected"] is False
    assert not (tmp_path / "data" / "store").exists()


@pytest.mark.parametrize("words", [("card0", "--verify", "x"), ("--key", "00"), ("card0", "--report", "x")])
def test_words_that_do_not_go_together_are_wrong_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert check(tmp_path, *words).exit_code == 2
