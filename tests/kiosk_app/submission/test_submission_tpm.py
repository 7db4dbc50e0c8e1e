"""The device key in a TPM: what opens it, what does not, and what is to be heard on the way; with a real swtpm."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from submission_bench import ROOT, seal_one

from kiosk_app.submission import (
    DossierState,
    Role,
    StoreKeyWrong,
    SubmissionService,
    SubmissionSettings,
    settings_from_json,
    settings_to_json,
    tpm_seal,
)
from kiosk_app.submission.device_key import open_device_key
from kiosk_app.submission.key_keepers import FileKeeper, TpmKeeper
from kiosk_app.submission.settings import TpmSettings
from kiosk_app.submission.store import Store
from kiosk_app.submission.tpm_seal import TpmBlobDamaged, TpmForeign, TpmGone, TpmStateChanged
from tests.software_tpm import INSTALLED, SoftwareTpm, extend, lock_out

pytestmark = pytest.mark.skipif(not INSTALLED, reason="swtpm is not installed: packaging/setup.sh installs it")

SECRET = bytes(range(100, 132))
NOWHERE = TpmSettings("device:/nonexistent/tpmrm0")


@pytest.fixture
def chip() -> Iterator[SoftwareTpm]:
    with contextlib.closing(SoftwareTpm()) as running:
        yield running


@pytest.mark.parametrize("registers", [(7,), (), (0, 2, 7, 14)], ids=str)
def test_what_the_chip_sealed_it_opens_after_the_machine_was_off(chip: SoftwareTpm, registers: tuple[int, ...]) -> None:
    sealed = tpm_seal.seal(SECRET, chip.settings(*registers))
    chip.stop()
    chip.start()
    assert tpm_seal.unseal(sealed, chip.settings()) == SECRET


def test_another_chip_does_not_open_it(chip: SoftwareTpm) -> None:
    sealed = tpm_seal.seal(SECRET, chip.settings(7))
    with contextlib.closing(SoftwareTpm()) as other, pytest.raises(TpmForeign) as caught:
        tpm_seal.unseal(sealed, other.settings(7))
    assert caught.value.code == "STO-TPM-FOREIGN"
    assert tpm_seal.unseal(sealed, chip.settings(7)) == SECRET


def test_a_machine_that_started_otherwise_is_refused_until_it_starts_as_before(chip: SoftwareTpm) -> None:
    settings = chip.settings(7)
    bound, free = tpm_seal.seal(SECRET, settings), tpm_seal.seal(SECRET, chip.settings())
    extend(settings, 4)
    assert tpm_seal.unseal(bound, settings) == SECRET  # a register that the policy does not name
    extend(settings, 7)
    with pytest.raises(TpmStateChanged) as caught:
        tpm_seal.unseal(bound, settings)
    assert caught.value.code == "STO-TPM-STATE"
    assert tpm_seal.unseal(free, settings) == SECRET
    chip.stop()
    chip.start()
    assert tpm_seal.unseal(bound, settings) == SECRET


def test_registers_struck_out_of_the_file_do_not_open_it(chip: SoftwareTpm) -> None:
    settings = chip.settings(7)
    said = json.loads(tpm_seal.seal(SECRET, settings))
    extend(settings, 7)
    for registers in ([], [8], [7, 8]):
        with pytest.raises(StoreKeyWrong):
            tpm_seal.unseal(json.dumps({**said, "registers": registers}).encode(), settings)


def test_a_chip_that_is_locked_after_others_wrong_passwords_still_opens_it(chip: SoftwareTpm) -> None:
    settings = chip.settings(7)
    sealed = tpm_seal.seal(SECRET, settings)
    assert lock_out(settings)
    assert tpm_seal.unseal(sealed, settings) == SECRET


def test_a_changed_file_is_told_as_damaged(chip: SoftwareTpm) -> None:
    settings = chip.settings(7)
    sealed = tpm_seal.seal(SECRET, settings)
    said = json.loads(sealed)
    letters = said["private"]
    flipped = letters[:60] + ("A" if letters[60] != "A" else "B") + letters[61:]
    for damaged in (
        b"",
        sealed[:-40],
        b"\xff" * 400,
        json.dumps({**said, "private": flipped}).encode(),
        json.dumps({**said, "public": said["public"][:8]}).encode(),
        json.dumps({**said, "version": 2}).encode(),
        json.dumps({**said, "registers": ["7"]}).encode(),
    ):
        with pytest.raises(TpmBlobDamaged) as caught:
            tpm_seal.unseal(damaged, settings)
        assert caught.value.code == "STO-TPM-BLOB"


def test_hundreds_of_damaged_files_leave_the_chip_as_it_was(chip: SoftwareTpm) -> None:
    """Three objects fit into a chip: one that is not let go after a refusal would be missed at once."""
    settings = chip.settings(7)
    sealed, dice = tpm_seal.seal(SECRET, settings), random.Random("damage")
    for _ in range(100):
        damaged = bytearray(sealed)
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        with contextlib.suppress(StoreKeyWrong):
            assert tpm_seal.unseal(bytes(damaged), settings) == SECRET
    assert tpm_seal.unseal(sealed, settings) == SECRET


def test_nobody_on_the_line_hears_the_secret(chip: SoftwareTpm) -> None:
    sealed = tpm_seal.seal(SECRET, chip.settings(7))
    assert tpm_seal.unseal(sealed, chip.settings(7)) == SECRET
    assert len(chip.heard) > 1000
    for part in (SECRET, SECRET[:8], SECRET[-8:]):
        assert part not in chip.heard
        assert part not in sealed
        assert part.hex().encode() not in sealed


def test_a_line_without_encrypted_parameters_would_be_heard(chip: SoftwareTpm) -> None:
    """The control of the promise above: the same relay, the same object, and no session that hides."""
    from tpm2_pytss import ESAPI, ESYS_TR, TPM2B_PUBLIC, TPM2B_SENSITIVE_CREATE, TPMA_OBJECT, TPMS_SENSITIVE_CREATE

    with ESAPI(chip.settings().tcti) as tpm:
        root, *_ = tpm.create_primary(TPM2B_SENSITIVE_CREATE(), "ecc256", ESYS_TR.OWNER)
        plain = TPM2B_PUBLIC.parse("keyedhash", objectAttributes=TPMA_OBJECT.USERWITHAUTH | TPMA_OBJECT.NODA)
        sensitive = TPM2B_SENSITIVE_CREATE(TPMS_SENSITIVE_CREATE(data=SECRET))
        private, public, *_ = tpm.create(root, sensitive, plain)
        assert bytes(tpm.unseal(tpm.load(root, private, public))) == SECRET
    assert chip.heard.count(SECRET) >= 2  # on the way in and on the way out


def with_tpm(settings: SubmissionSettings, chip: TpmSettings) -> SubmissionSettings:
    return dataclasses.replace(settings, key_source="auto", tpm=chip.tcti, tpm_registers=chip.registers)


def test_the_agent_is_told_of_the_same_chip(offline: SubmissionSettings) -> None:
    settings = with_tpm(offline, TpmSettings("device:/dev/tpm9", (0, 7)))
    assert settings_from_json(settings_to_json(settings)) == settings


def test_a_store_opens_with_its_chip_and_not_without(offline: SubmissionSettings, chip: SoftwareTpm) -> None:
    settings = with_tpm(offline, chip.settings(7))
    with contextlib.closing(SubmissionService(settings)) as kiosk:
        draft = seal_one(kiosk)
    assert (settings.data_folder / "device.tpm").stat().st_mode & 0o777 == 0o600
    assert not (settings.data_folder / "device.key").exists()
    chip.stop()
    with pytest.raises(TpmGone) as caught:
        SubmissionService(settings)
    assert caught.value.code == "STO-TPM"
    chip.start()
    extend(chip.settings(), 7)
    with pytest.raises(TpmStateChanged):
        SubmissionService(settings)
    chip.stop()
    chip.start()
    with contextlib.closing(Store(settings, Role.KIOSK)) as store:
        assert store.state(draft.uuid) is DossierState.SEALED
    assert not (settings.data_folder / "device.key").exists()
    assert not (settings.data_folder / "quarantine").exists()


def test_without_a_tpm_the_next_place_is_taken_and_told_loudly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    open_device_key(tmp_path, "auto", NOWHERE)
    assert FileKeeper(tmp_path / "device.key").available()
    assert "no TPM can be used" in caplog.text
    assert "plain file" in caplog.text


def test_a_chip_that_comes_later_does_not_take_the_key_by_itself(tmp_path: Path, chip: SoftwareTpm) -> None:
    first = open_device_key(tmp_path, "auto", NOWHERE)
    assert open_device_key(tmp_path, "auto", chip.settings(7)).identifier == first.identifier
    assert not (tmp_path / "device.tpm").exists()
    with pytest.raises(StoreKeyWrong, match="lies in file, not in tpm"):
        open_device_key(tmp_path, "tpm", chip.settings(7))


def test_a_chip_that_is_asked_for_and_missing_makes_no_other_key(tmp_path: Path) -> None:
    with pytest.raises(TpmGone):
        open_device_key(tmp_path, "tpm", NOWHERE)
    assert not list(tmp_path.iterdir())


WITHOUT_LIBRARY = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
sys.modules["tpm2_pytss"] = None  # as where it is not installed
from kiosk_app.submission import StoreKeyWrong
from kiosk_app.submission.device_key import open_device_key
open_device_key(Path({data!r}), "auto")
assert (Path({data!r}) / "device.key").exists()
try:
    open_device_key(Path({data!r}) / "other", "tpm")
except StoreKeyWrong as error:
    print(error.code, error.detail)
"""


def test_the_kiosk_runs_where_the_library_is_not_installed(tmp_path: Path) -> None:
    script = WITHOUT_LIBRARY.format(root=str(ROOT), data=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "STO-TPM the library of the TPM cannot be loaded", done.stderr


def test_a_sealed_file_that_others_may_read_is_closed(tmp_path: Path, chip: SoftwareTpm) -> None:
    keeper = TpmKeeper(tmp_path / "device.tpm", chip.settings(7))
    secret = keeper.create()
    (tmp_path / "device.tpm").chmod(0o644)
    assert keeper.load() == secret
    assert (tmp_path / "device.tpm").stat().st_mode & 0o777 == 0o600


def test_the_sealed_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, chip: SoftwareTpm, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, link = os.fsync, os.link

    def synced(descriptor: int) -> None:
        done.append("fsync folder" if Path(f"/proc/self/fd/{descriptor}").resolve().is_dir() else "fsync file")
        fsync(descriptor)

    def linked(source: Path, target: Path) -> None:
        done.append(f"named {Path(target).name}")
        link(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    TpmKeeper(tmp_path / "device.tpm", chip.settings(7)).create()
    assert done == ["fsync file", "named device.tpm", "fsync folder"]
    assert [path.name for path in tmp_path.iterdir()] == ["device.tpm"]
