"""Where the device key's secret can lie: sealed by a TPM, as a systemd credential, or as a plain file."""

from __future__ import annotations

import logging
import os
import subprocess
from pathlib import Path
from typing import Final, Protocol

from drivers.durable import fsync_folder, write_durably, write_once
from drivers.sealed import KEY_BYTES, new_key

from .errors import StoreKeyWrong, disk_errors
from .settings import KeySource, TpmSettings

log = logging.getLogger(__name__)

CREDENTIAL: Final = "kiosk-device-key"
_TOOL_TIMEOUT_S: Final = 30


class SecretKeeper(Protocol):
    """Keeps the 32-byte secret."""

    name: str
    """As `KeySource` has it."""

    def available(self) -> bool:
        """Whether a secret lies here; says nothing of whether it opens."""

    def load(self) -> bytes | None:
        """The secret, or None when none was ever made. Raises StoreKeyWrong when there is one that cannot be read."""

    def create(self) -> bytes:
        """Makes and keeps a new secret, surviving a power cut; another process's earlier one wins."""

    def keep(self, secret: bytes) -> None:
        """Keeps a secret that another keeper had, in the place of an earlier one. Raises StoreKeyWrong, StoreFailed."""

    def forget(self) -> bool:
        """Removes what lies here; False when somebody else gave it and has to take it away."""


class _Kept:
    """What the keepers in a file share; the file holds the secret as `_shut` makes it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def available(self) -> bool:
        return self._path.exists()

    def load(self) -> bytes | None:
        try:
            mode = self._path.stat().st_mode & 0o777
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreKeyWrong(f"{self._path.name} cannot be read") from error
        secret = self._open(data)
        if len(secret) != KEY_BYTES:
            raise StoreKeyWrong(f"{self._path.name} has a wrong length")
        if mode & 0o077:
            log.warning("%s had mode %o, now 600", self._path.name, mode)
            self._path.chmod(0o600)
        return secret

    def create(self) -> bytes:
        once(self._path, self._shut(new_key()))
        secret = self.load()
        if secret is None:
            raise StoreKeyWrong(f"{self._path.name} vanished")
        return secret

    def keep(self, secret: bytes) -> None:
        data = self._shut(secret)
        with disk_errors("device key"):
            write_durably(self._path, data)

    def forget(self) -> bool:
        erase(self._path)
        return True

    def _open(self, data: bytes) -> bytes:
        raise NotImplementedError

    def _shut(self, secret: bytes) -> bytes:
        raise NotImplementedError


class FileKeeper(_Kept):
    """A file of mode 0600: whoever reads the whole disk reads it too, hence the warning."""

    name = "file"

    def _open(self, data: bytes) -> bytes:
        log.warning("the device key is a plain file; protect it with a TPM or systemd-creds in production")
        return data

    def _shut(self, secret: bytes) -> bytes:
        return secret


class TpmKeeper(_Kept):
    """A file that only this machine's TPM opens."""

    name = "tpm"

    def __init__(self, path: Path, settings: TpmSettings) -> None:
        super().__init__(path)
        self._settings = settings

    def _open(self, data: bytes) -> bytes:
        from . import tpm_seal

        return tpm_seal.unseal(data, self._settings)

    def _shut(self, secret: bytes) -> bytes:
        from . import tpm_seal

        return tpm_seal.seal(secret, self._settings)


class SystemdKeeper(_Kept):
    """A systemd credential: given by the unit (LoadCredentialEncrypted=), else opened with the systemd-creds tool."""

    name = "systemd"

    def available(self) -> bool:
        return self._given() is not None or super().available()

    def _given(self) -> Path | None:
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        path = Path(folder) / CREDENTIAL if folder else None
        return path if path is not None and path.is_file() else None

    def load(self) -> bytes | None:
        given = self._given()
        if given is None:
            return super().load()
        secret = given.read_bytes()
        if len(secret) != KEY_BYTES:
            raise StoreKeyWrong("the credential has a wrong length")
        return secret

    def forget(self) -> bool:
        super().forget()
        return self._given() is None

    def _open(self, data: bytes) -> bytes:
        return self._tool("decrypt", data)

    def _shut(self, secret: bytes) -> bytes:
        return self._tool("encrypt", secret)

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


def keepers(folder: Path, tpm: TpmSettings) -> tuple[SecretKeeper, ...]:
    """All places of a data folder, the safest first."""
    return (
        TpmKeeper(folder / "device.tpm", tpm),
        SystemdKeeper(folder / "device.cred"),
        FileKeeper(folder / "device.key"),
    )


def chosen(folder: Path, source: KeySource, tpm: TpmSettings, fresh: bool) -> SecretKeeper:
    """The keeper that is configured. `auto` is the one that has the secret; for a fresh folder the TPM, else the file.

    A secret never changes its keeper by itself: a TPM that is plugged in later is used after `kiosk device-key move`.
    """
    places = keepers(folder, tpm)
    by_name = {place.name: place for place in places}
    if source != "auto":
        return by_name[source]
    for place in places:
        if place.available():
            return place
    if fresh:
        from . import tpm_seal

        if tpm_seal.usable(tpm):
            return by_name["tpm"]
        log.warning("no TPM can be used and no credential was given: the device key becomes a plain file")
    return by_name["file"]


def once(path: Path, data: bytes) -> None:
    """Writes a file that stays, unless there is one: then that one stays. Raises StoreFull, StoreFailed."""
    with disk_errors("device key"):
        try:
            write_once(path, data)
        except FileExistsError:
            log.info("another process made %s first", path.name)


def erase(path: Path) -> None:
    """Overwrites and removes a small file, if it is there; a disk that moves its blocks (flash) may keep the old ones."""
    with disk_errors("device key"):
        try:
            descriptor = os.open(path, os.O_WRONLY)
        except FileNotFoundError:
            return
        try:
            os.pwrite(descriptor, bytes(os.fstat(descriptor).st_size), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        path.unlink()
        fsync_folder(path.parent)
