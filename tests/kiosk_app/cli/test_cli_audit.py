"""`kiosk audit` and `kiosk discard`: exit codes and plain words for a whole log, a changed one and one that went back."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kiosk_app import config
from kiosk_app.cli import app
from kiosk_app.runtime.kiosk import submission_settings
from kiosk_app.submission import SubmissionService


def kiosk(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--profile", "test", "--data", str(data), *arguments])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A machine on which the PIN was set three times."""
    pin = tmp_path / "pin"
    pin.write_text("739155\n", "utf-8")
    for _ in range(3):
        assert kiosk(tmp_path / "data", "technician", "set-pin", "--pin-file", str(pin)).exit_code == 0
    return tmp_path / "data"


def test_a_whole_log_is_said_to_be_whole_with_its_end(data: Path) -> None:
    found = json.loads(kiosk(data, "audit", "verify", "--json").stdout)
    assert (found["whole"], found["first"], found["entries"], found["faults"]) == (True, 1, 3, [])
    end = f"{found['entries']}:{found['hash']}"
    said = kiosk(data, "audit", "verify", "--through", end)
    assert said.exit_code == 0
    assert end in said.stdout
    shown = json.loads(kiosk(data, "audit", "show", "--last", "2", "--json").stdout)
    assert [(one["n"], one["what"], one["role"]) for one in shown] == [
        (n, "technician.pin_set", "shell") for n in (2, 3)
    ]


def test_a_changed_log_is_told_by_place_and_code(data: Path) -> None:
    log = data / "audit" / "00000001.jsonl"
    log.write_bytes(log.read_bytes().replace(b"shell:", b"shelf:", 1))
    said = kiosk(data, "audit", "verify")
    assert said.exit_code == 1
    assert "00000001.jsonl, line 1" in said.stdout
    assert "SYS-AUDIT-BROKEN" in said.stderr
    found = kiosk(data, "audit", "verify", "--json")
    assert (found.exit_code, json.loads(found.stdout)["whole"]) == (1, False)


def test_a_log_that_was_put_back_is_found_by_what_the_store_remembers(data: Path, tmp_path: Path) -> None:
    found = json.loads(kiosk(data, "audit", "verify", "--json").stdout)
    shutil.copytree(data / "audit", tmp_path / "earlier")
    assert kiosk(data, "technician", "set-pin", "--pin-file", str(tmp_path / "pin")).exit_code == 0
    later = json.loads(kiosk(data, "audit", "verify", "--json").stdout)
    with contextlib.closing(SubmissionService(submission_settings(config.load("test", data_dir=data)))) as store:
        store.report_kiosk("home", [], (later["entries"], later["hash"]))
    shutil.rmtree(data / "audit")
    shutil.copytree(tmp_path / "earlier", data / "audit")
    said = kiosk(data, "audit", "verify")
    assert (said.exit_code, "remembered elsewhere" in said.stdout) == (1, True)
    assert found["entries"] == 3


@pytest.mark.parametrize("through", ["3", "x:" + "0" * 64, "3:abc"])
def test_an_end_that_is_none_is_a_mistake_of_usage(data: Path, through: str) -> None:
    assert kiosk(data, "audit", "verify", "--through", through).exit_code == 2


def test_nothing_is_discarded_without_people_at_a_terminal(data: Path) -> None:
    assert kiosk(data, "discard", "4e0c6a52-0000-4000-8000-000000000042").exit_code == 2
