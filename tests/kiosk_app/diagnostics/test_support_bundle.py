"""Promises of the support bundle: no person and no secret in it, whole or not at all, and never on a stick that is gone."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk_app import config
from kiosk_app.config import Config
from kiosk_app.diagnostics import bundle

CANARIES = ("079098000042", "Nguyễn Thị Chim Yến", "yen@example.invalid", "5eeded-secret")


def machine(folder: Path, **diagnostics: str) -> Config:
    """A machine in whose every other file there is a canary, and a log as the kiosk writes it."""
    words = "\n".join(CANARIES)
    for name in (
        "store/store.db",
        "store/device.key",
        "store/sessions/s/page-1.sealed",
        "store/dossiers/d/1.sealed",
        "staff/technician.json",
        "diagnostics/ledger.db",
        "logs/notes.txt",
    ):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words, "utf-8")
    (folder / "logs" / "kiosk.log").write_text(json.dumps({"event": "device.state", "device": "card0"}) + "\n", "utf-8")
    made = config.load("test", data_dir=folder)
    service = replace(made.service, key=f"/etc/kiosk/{CANARIES[3]}.pem")
    asked = replace(made.diagnostics, **{"test_cards": CANARIES[0], **diagnostics})
    return replace(made, service=service, diagnostics=asked)


def test_no_canary_and_no_secret_is_in_the_bundle(tmp_path: Path) -> None:
    told: list[int] = []
    file = bundle.write_for_screen("support-1.zip", machine(tmp_path), told.append)

    with zipfile.ZipFile(file) as found:
        assert found.namelist() == ["config.json", "versions.json", "machine.json", "logs/kiosk.log"]
        everything = "\n".join(found.read(name).decode("utf-8") for name in found.namelist())
    assert "device.state" in everything
    assert not [canary for canary in CANARIES if canary in everything]
    assert told == sorted(told)
    assert told[-1] == 100


def test_of_the_machines_own_bundles_the_last_few_stay(tmp_path: Path) -> None:
    made = machine(tmp_path)
    for number in range(bundle.KEPT + 2):
        bundle.write_for_screen(f"support-{number:02d}.zip", made, lambda percent: None)
    assert [file.name for file in sorted((tmp_path / "support").iterdir())] == [
        f"support-{number:02d}.zip" for number in range(2, bundle.KEPT + 2)
    ]


def test_a_stick_that_is_not_there_is_told_and_no_folder_takes_its_place(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    made = machine(tmp_path, bundle_dir=str(stick))
    with pytest.raises(OSError, match="stick"):
        bundle.write_for_screen("support-1.zip", made, lambda percent: None)
    assert not stick.exists()
    stick.mkdir()
    assert bundle.write_for_screen("support-1.zip", made, lambda percent: None).parent == stick
    assert [file.name for file in stick.iterdir()] == ["support-1.zip"]
