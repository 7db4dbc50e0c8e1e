"""An officer's help at the real screens: badge, PIN, one field shown, a note, and the citizen's own submission."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import JOURNEYS, Machine
from traces import files_that_say, processes_of_mark, set_mark

from kiosk_app.model.session import ReceiptStage
from ui.journey.script import read

NEW = "602948"


@pytest.fixture
def officer(tmp_path: Path) -> dict[str, str]:
    """An account made by the administrator's command at the service that the machine will talk to."""
    command = [str(Path(sys.executable).parent / "kiosk-backend"), "staff", "add", "mau.officer", "officer"]
    more = ["--name", "Cán bộ Mẫu", "--data", str(tmp_path / "data" / "service"), "--json"]
    made: dict[str, str] = json.loads(subprocess.run([*command, *more], capture_output=True, check=True).stdout)
    return made


@pytest.fixture
def direct(officer: dict[str, str], _alone: None, _events_at_rest: None, tmp_path: Path) -> Iterator[Machine]:
    """A machine of its own that takes its chip without the computer's one virtual reader, and knows the officer."""
    with set_mark() as mark:
        machine = Machine(tmp_path / "data", direct=True)
        try:
            machine.reset()
            room = machine.kiosk._room
            assert room is not None
            assert machine.run(machine.until(lambda: room.view(None).accounts, 90.0)), "the account never came"
            machine.troubles()
            yield machine
            assert machine.troubles() == []
        finally:
            machine.close()
        assert processes_of_mark(mark) == []


def digits(pin: str) -> str:
    return (
        "".join(f'[[step]]\ntouch = "assist.pin.key.{digit}"\n' for digit in pin)
        + '[[step]]\ntouch = "assist.pin.ok"\n'
    )


def play(machine: Machine, folder: Path, steps: str) -> None:
    file = folder / f"{time.monotonic_ns()}.toml"
    file.write_text(steps.replace("@parts", str(JOURNEYS / "parts")), "utf-8")
    machine.run(machine.player.play(read(file)))


def test_an_officer_helps_at_the_form_and_the_dossier_says_so(
    direct: Machine, officer: dict[str, str], tmp_path: Path
) -> None:
    play(
        direct,
        tmp_path,
        f"""
[[step]]
include = "@parts/identified.toml"
[[step]]
touch = "scan.component.c1"
[[step]]
include = "@parts/scanned.toml"
[[step]]
touch = "page.primary"
[[step]]
screen = "page_review"
[[step]]
device = "barcode0"
act = "scan"
argument = "{officer["badge"]}"
[[step]]
until = "officer=ready"
{digits(officer["pin"])}
[[step]]
until = "officer=choose"
{digits(NEW)}
[[step]]
until = "officer=again"
{digits(NEW)}
[[step]]
until = "officer=helping"
[[step]]
see = "assist.panel"
text = "Cán bộ Mẫu"
[[step]]
touch = "assist.tool.note"
[[step]]
touch = "assist.choice.explained"
[[step]]
touch = "assist.note.save"
[[step]]
see = "assist.tool.point"
""",
    )
    missing = "".join(f'[[step]]\ntouch = "review.desk.{item}"\n' for item in direct.session.missing)
    play(direct, tmp_path, missing + '[[step]]\ntouch = "page.primary"\n[[step]]\nscreen = "form"\n')
    play(
        direct,
        tmp_path,
        """
[[step]]
touch = "assist.tool.field"
[[step]]
touch = "assist.choice.address"
[[step]]
until = "overlay=field_consent"
[[step]]
touch = "field.yes"
[[step]]
until = "covered="
[[step]]
include = "@parts/filled.toml"
[[step]]
see = "assist.hand_back.bar"
[[step]]
touch = "page.primary"
[[step]]
screen = "done"
seconds = 90
[[step]]
until = "receipt=printed"
seconds = 60
[[step]]
touch = "assist.hand_back"
[[step]]
until = "officer=none"
""",
    )
    assert direct.session.receipt is ReceiptStage.PRINTED
    bench = direct.kiosk.bench
    assert bench is not None
    file = bench.service_data / "ministry.sqlite"
    with sqlite3.connect(file) as store:
        ((manifest,),) = store.execute("select manifest from dossiers").fetchall()
    sent = json.loads(manifest)
    assert sent["assisted"] is True
    assert (sent["assistance"]["role"], sent["assistance"]["phrases"]) == ("officer", ["explained"])
    lines = [json.loads(line) for line in (direct.folder / "audit" / "00000001.jsonl").read_text("ascii").splitlines()]
    acts = [(one["what"], one["about"].get("tool", "")) for one in lines if one["what"].startswith("assist.")]
    assert acts[0][0] == "assist.began"
    assert acts[-1][0] == "assist.ended"
    assert {tool for _, tool in acts} >= {"note", "field", "hand_back"}
    assert files_that_say(direct.folder, (officer["pin"], NEW)) == []
