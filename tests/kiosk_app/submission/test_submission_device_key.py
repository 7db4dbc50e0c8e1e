"""The device key: made once, kept safe, asked for by name."""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from own_mounts import told_beside
from submission_bench import ROOT

from kiosk_app.submission import StoreKeyWrong
from kiosk_app.submission.device_key import DeviceKey, open_device_key
from kiosk_app.submission.key_keepers import CREDENTIAL, FileKeeper


def test_the_key_file_is_made_once_private_and_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        first = open_device_key(tmp_path, "auto")
    assert "plain file" in caplog.text
    assert (tmp_path / "device.key").stat().st_mode & 0o777 == 0o600
    assert open_device_key(tmp_path, "auto").identifier == first.identifier
    assert sorted(path.name for path in tmp_path.iterdir()) == ["device.key", "key.id"]


def test_two_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keepers = [FileKeeper(tmp_path / "device.key") for _ in range(8)]
        assert len(set(pool.map(lambda keeper: keeper.load() or keeper.create(), keepers))) == 1


def test_a_key_file_that_others_may_read_is_closed(tmp_path: Path) -> None:
    open_device_key(tmp_path, "file")
    (tmp_path / "device.key").chmod(0o644)
    open_device_key(tmp_path, "file")
    assert (tmp_path / "device.key").stat().st_mode & 0o777 == 0o600


def test_a_credential_given_by_the_service_manager_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, data = tmp_path / "given", tmp_path / "data"
    given.mkdir()
    data.mkdir()
    (given / CREDENTIAL).write_bytes(bytes(range(32)))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    assert open_device_key(data, "auto").identifier == DeviceKey(bytes(range(32))).identifier
    assert not (data / "device.key").exists()
    (given / CREDENTIAL).write_bytes(b"short")
    with pytest.raises(StoreKeyWrong):
        open_device_key(data, "auto")


def test_losing_the_credential_does_not_fall_back_to_a_new_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, data = tmp_path / "given", tmp_path / "data"
    given.mkdir()
    data.mkdir()
    (given / CREDENTIAL).write_bytes(os.urandom(32))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    open_device_key(data, "auto")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(StoreKeyWrong):
        open_device_key(data, "auto")
    assert not (data / "device.key").exists()


def test_what_is_wrapped_opens_only_for_its_purpose_and_under_its_key() -> None:
    key, other = DeviceKey(os.urandom(32)), DeviceKey(os.urandom(32))
    wrapped = key.wrap(b"secret", "dossier:a")
    assert key.unwrap(wrapped, "dossier:a") == b"secret"
    for opener, purpose in ((key, "dossier:b"), (other, "dossier:a")):
        with pytest.raises(StoreKeyWrong):
            opener.unwrap(wrapped, purpose)


SYSTEMD = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from kiosk_app.submission.device_key import open_device_key
first = open_device_key(Path({data!r}), "systemd")
again = open_device_key(Path({data!r}), "auto")
assert first.identifier == again.identifier
assert not (Path({data!r}) / "device.key").exists()
print("held")
"""


def test_the_real_systemd_creds_keeps_the_key(tmp_path: Path) -> None:
    # In a mount namespace of its own, so that the host's credential secret is neither used nor made.
    host, data = tmp_path / "host", tmp_path / "data"
    host.mkdir()
    data.mkdir()
    script = SYSTEMD.format(root=str(ROOT), data=str(data))
    assert told_beside(f'mount --bind "{host}" /var/lib/systemd', script) == "held"
