"""The device key: the one secret of this machine, from which all of its other keys are derived."""

from __future__ import annotations

import logging
import os
import subprocess
from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from drivers.durable import write_once
from drivers.sealed import KEY_BYTES, SealBroken, new_key, seal, unseal

from .errors import StoreKeyWrong, disk_errors
from .settings import KeySource

log = logging.getLogger(__name__)

CREDENTIAL: Final = "kiosk-device-key"
_TOOL_TIMEOUT_S: Final = 30


class SecretKeeper(Protocol):
    """Keeps the 32-byte secret. A TPM keeper has the same shape: it unseals, or makes and seals one."""

    name: str

    def load(self) -> bytes | None:
        """The secret, or None when none was ever made. Raises StoreKeyWrong when there is one that cannot be read."""

    def create(self) -> bytes:
        """Makes and keeps a new secret, surviving a power cut; another process's earlier one wins."""


class FileKeeper:
    """A file of mode 0600: whoever reads the whole disk reads it too, hence the warning."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> bytes | None:
        try:
            mode = self._path.stat().st_mode & 0o777
            secret = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreKeyWrong("the device key file cannot be read") from error
        if len(secret) != KEY_BYTES:
            raise StoreKeyWrong("the device key file has a wrong length")
        if mode & 0o077:
            log.warning("device key file had mode %o, now 600", mode)
            self._path.chmod(0o600)
        log.warning("the device key is a plain file; protect it with systemd-creds or a TPM in production")
        return secret

    def create(self) -> bytes:
        _write_once(self._path, new_key())
        secret = self.load()
        if secret is None:
            raise StoreKeyWrong("the device key file vanished")
        return secret


class SystemdKeeper:
    """A systemd credential: given by the unit (LoadCredentialEncrypted=), else opened with the systemd-creds tool."""

    name = "systemd"

    def __init__(self, path: Path) -> None:
        self._path = path

    def available(self) -> bool:
        """Whether a credential was given or made before."""
        return self._given() is not None or self._path.exists()

    def _given(self) -> Path | None:
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        path = Path(folder) / CREDENTIAL if folder else None
        return path if path is not None and path.is_file() else None

    def load(self) -> bytes | None:
        given = self._given()
        if given is not None:
            secret = given.read_bytes()
        elif self._path.exists():
            secret = self._tool("decrypt", self._path.read_bytes())
        else:
            return None
        if len(secret) != KEY_BYTES:
            raise StoreKeyWrong("the credential has a wrong length")
        return secret

    def create(self) -> bytes:
        _write_once(self._path, self._tool("encrypt", new_key()))
        secret = self.load()
        if secret is None:
            raise StoreKeyWrong("the credential vanished")
        return secret

    @staticmethod
    def _tool(verb: str, data: bytes) -> bytes:
        try:
            done = subprocess.run(
                ["systemd-creds", verb, f"--name={CREDENTIAL}", "-", "-"],
                input=data,
                capture_output=True,
                timeout=_TOOL_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise StoreKeyWrong(f"systemd-creds {verb} could not be run") from error
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise StoreKeyWrong(f"systemd-creds {verb}: {said[-1] if said else done.returncode}")
        return done.stdout


def _write_once(path: Path, data: bytes) -> None:
    with disk_errors("device key"):
        try:
            write_once(path, data)
        except FileExistsError:
            log.info("another process made the device key first")


class DeviceKey:
    """The keys derived from the secret (HKDF-SHA-256, one label each) and what they wrap."""

    def __init__(self, secret: bytes) -> None:
        self.database_key: Final = _derive(secret, b"kiosk store rows")
        self.identifier: Final = _derive(secret, b"kiosk key identifier")[:16].hex()
        self.report_seed: Final = _derive(secret, b"kiosk readiness reports")
        self.staff_key: Final = _derive(secret, b"kiosk staff gate")
        self.audit_seed: Final = _derive(secret, b"kiosk audit log")
        self._wrapping = _derive(secret, b"kiosk dossier keys")

    def wrap(self, plain: bytes, purpose: str) -> bytes:
        """Seals a small secret for one purpose, such as `dossier:{uuid}`."""
        return seal(self._wrapping, plain, purpose.encode())

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        """Opens what `wrap` sealed for the same purpose. Raises StoreKeyWrong."""
        try:
            return unseal(self._wrapping, wrapped, purpose.encode())
        except SealBroken as error:
            raise StoreKeyWrong("a wrapped key does not open under this device key") from error


def _derive(secret: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=label).derive(secret)


def open_device_key(folder: Path, source: KeySource) -> DeviceKey:
    """Loads the device key of a data folder, making one for a folder that holds no data yet.

    `auto` takes a systemd credential when there is one, else the file. Raises StoreKeyWrong when the folder was made with
    another key or its key is gone: then a technician decides, because a new key would orphan every dossier in it.
    """
    systemd = SystemdKeeper(folder / "device.cred")
    file = FileKeeper(folder / "device.key")
    keeper: SecretKeeper = systemd if source == "systemd" or (source == "auto" and systemd.available()) else file
    mark = folder / "key.id"
    known = mark.read_text("ascii").strip() if mark.exists() else None
    secret = keeper.load()
    if secret is None:
        if known is not None:
            raise StoreKeyWrong("the device key of this data folder is gone")
        secret = keeper.create()
    key = DeviceKey(secret)
    if known is None:
        _write_once(mark, key.identifier.encode("ascii"))
        known = mark.read_text("ascii").strip()
    if known != key.identifier:
        raise StoreKeyWrong("this data folder was made with another device key")
    return key
