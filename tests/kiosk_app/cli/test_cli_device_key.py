"""Promises of `kiosk device-key`: the key moves whole or not at all, and a written recovery key brings it back."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk_app.cli.root import command_line
from kiosk_app.runtime.kiosk import submission_settings
from kiosk_app.runtime.surroundings import device_key as key_line
from kiosk_app.submission import SubmissionSettings
from kiosk_app.submission.device_key import open_device_key
from tests.software_tpm import INSTALLED, SoftwareTpm, extend

pytestmark = pytest.mark.skipif(not INSTALLED, reason="swtpm is not installed: packaging/setup.sh installs it")


class Machine:
    """A data folder with a chip, and its commands."""

    def __init__(self, folder: Path, chip: SoftwareTpm) -> None:
        self.chip = chip
        self.folder = folder
        self.store = folder / "data" / "store"
        self.store.mkdir(parents=True)
        self.configure("auto", chip)

    def configure(self, source: str, chip: SoftwareTpm) -> None:
        """The site's file; `chip` is the one on the board."""
        tcti = chip.settings().tcti
        (self.folder / "site.toml").write_text(f'[security]\ndevice_key = "{source}"\ntpm = "{tcti}"\n', "utf-8")

    def run(self, *words: str, typed: str = "") -> Result:
        """`kiosk device-key`."""
        head = ["--profile", "test", "--config", str(self.folder / "site.toml"), "--data", str(self.folder / "data")]
        app = command_line(("key_custody",))
        return CliRunner().invoke(app, [*head, "device-key", *words, "--json"], input=typed)

    def said(self, *words: str, typed: str = "") -> dict[str, object]:
        """What it printed when all went well."""
        done = self.run(*words, typed=typed)
        assert done.exit_code == 0, done.output
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    def refused(self, *words: str, typed: str = "") -> str:
        """The code with which it said no."""
        done = self.run(*words, typed=typed)
        assert done.exit_code == 1, done.output
        return str(json.loads(done.stdout)["error"])

    @property
    def settings(self) -> SubmissionSettings:
        """As the kiosk takes them."""
        from kiosk_app import config

        return submission_settings(config.load("test", self.folder / "site.toml", self.folder / "data"))

    def opened(self) -> str:
        """The identifier of the key that the kiosk has now."""
        settings = self.settings
        return open_device_key(settings.data_folder, settings.key_source, settings.tpm_settings).identifier

    def files(self) -> set[str]:
        """What lies in the store's folder."""
        return {path.name for path in self.store.iterdir() if path.is_file()}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with contextlib.closing(SoftwareTpm()) as chip:
        yield Machine(tmp_path, chip)


def test_a_key_in_a_file_moves_into_the_chip_and_back(machine: Machine) -> None:
    first = open_device_key(machine.store, "file").identifier
    assert machine.said("status")["source"] == "file"
    assert machine.said("move", "tpm")["source"] == "tpm"
    assert machine.files() == {"device.tpm", "key.id"}
    assert machine.opened() == first
    assert machine.said("move", "file")["source"] == "file"
    assert machine.files() == {"device.key", "key.id"}
    assert machine.opened() == first


def test_a_move_to_where_the_kiosk_does_not_look_is_refused(machine: Machine) -> None:
    machine.configure("file", machine.chip)
    first = machine.opened()
    done = machine.run("move", "tpm")
    assert done.exit_code == 2
    assert (machine.files(), machine.opened()) == ({"device.key", "key.id"}, first)


def test_a_move_without_a_chip_changes_nothing(machine: Machine) -> None:
    first = open_device_key(machine.store, "file").identifier
    machine.chip.stop()
    assert machine.refused("move", "tpm") == "STO-TPM"
    assert machine.files() == {"device.key", "key.id"}
    machine.chip.start()
    assert machine.opened() == first


def test_sealing_anew_takes_the_registers_as_they_are(machine: Machine) -> None:
    """Before a firmware update the key moves out, after it in again; here the update is one more measurement."""
    first = machine.opened()
    machine.said("move", "file")
    extend(machine.chip.settings(), 7)
    machine.said("move", "tpm")
    assert machine.opened() == first


def test_a_recovery_key_brings_back_what_the_chip_keeps(machine: Machine) -> None:
    first = machine.opened()
    void = str(machine.said("recovery-key")["recovery_key"])
    word = str(machine.said("recovery-key")["recovery_key"])
    assert machine.said("status")["recovery"] is True
    extend(machine.chip.settings(), 7)
    assert machine.refused("status") == "STO-TPM-STATE"
    for wrong in (void, word[:-1], word[:-1] + ("A" if word[-1] != "A" else "B"), "", "ÂM-THỬ"):
        assert machine.refused("recover", "tpm", typed=f"{wrong}\n") == "STO-RECOVERY"
    assert machine.refused("status") == "STO-TPM-STATE"
    as_written = word.replace("-", " ").lower().replace("o", "0").replace("i", "1")
    assert machine.said("recover", "tpm", typed=f"{as_written}\n")["source"] == "tpm"
    assert machine.opened() == first


def test_a_recovery_key_opens_the_disk_on_another_board(machine: Machine) -> None:
    first = machine.opened()
    word = str(machine.said("recovery-key")["recovery_key"])
    with contextlib.closing(SoftwareTpm()) as other:
        machine.configure("auto", other)
        assert machine.refused("status") == "STO-TPM-FOREIGN"
        machine.said("recover", "tpm", typed=word)
        assert machine.opened() == first


def test_neither_disk_nor_log_has_the_recovery_key_or_the_secret(machine: Machine) -> None:
    secret = (open_device_key(machine.store, "file"), (machine.store / "device.key").read_bytes())[1]
    machine.said("move", "tpm")
    word = str(machine.said("recovery-key")["recovery_key"])
    written = b"".join(path.read_bytes() for path in machine.folder.rglob("*") if path.is_file())
    for one in (secret, secret.hex().encode(), word.encode(), word.replace("-", "").encode()):
        assert one not in written
    assert b"key.moved" in written
    assert b"key.recovery_made" in written


def test_without_a_recovery_copy_that_is_what_is_said(machine: Machine) -> None:
    machine.opened()
    assert machine.refused("recover", "file", typed="A" * 32) == "STO-RECOVERY"


def test_a_plain_file_beside_the_chip_is_told_until_the_move_is_done_again(machine: Machine) -> None:
    """As a power cut leaves it: sealed already, and the former file not yet removed."""
    open_device_key(machine.store, "file")
    plain = (machine.store / "device.key").read_bytes()
    assert key_line(machine.settings, None).code == "STO-KEY-PLAIN"
    machine.said("move", "tpm")
    line = key_line(machine.settings, None)
    assert (line.passed, line.detail) == (True, "tpm")
    (machine.store / "device.key").write_bytes(plain)
    line = key_line(machine.settings, None)
    assert (line.passed, line.code, line.detail) == (False, "STO-KEY-PLAIN", "tpm")
    assert machine.said("status")["beside"] == ["file"]
    machine.said("move", "tpm")
    assert key_line(machine.settings, None).passed


def test_a_file_that_the_site_chose_passes_and_a_key_that_does_not_open_is_named(machine: Machine) -> None:
    machine.configure("file", machine.chip)
    machine.opened()
    assert key_line(machine.settings, None).passed
    from kiosk_app.submission.tpm_seal import TpmStateChanged

    line = key_line(machine.settings, TpmStateChanged("another value"))
    assert (line.passed, line.code) == (False, "STO-TPM-STATE")
