"""The spool of one session: sealed pages and PDFs under keys that exist only in memory until the dossier is sealed."""

from __future__ import annotations

import hashlib
import logging
import secrets
import shutil
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drivers.sealed import new_key, read_sealed, write_sealed

from .errors import SessionEnded, disk_errors
from .opening import FileLock
from .values import SealedFile

log = logging.getLogger(__name__)

_LOCK = "session.lock"
_COMPONENTS = "components"
_PAUSES_S = (0.0, 0.05, 0.2, 1.0)


def component_purpose(file_id: str) -> bytes:
    """The associated data of a sealed component, so that no file can be put in another's place."""
    return b"component:" + file_id.encode("ascii")


@dataclass(frozen=True)
class ComponentPlace:
    """Where a component's PDF is to be sealed, by whoever makes it: file, key, associated data."""

    file_id: str
    path: Path
    key: bytes = field(repr=False)
    associated: bytes


class SessionSpool:
    """A running session's place on the disk. Pages go under `key`, finished components under the dossier's own key.

    Both keys are only memory: a killed process leaves ciphertext that nobody can open, and `wipe_orphans` removes it.
    """

    def __init__(self, sessions_folder: Path) -> None:
        """Makes the folder. Raises StoreFull, StoreFailed."""
        self.session_id = secrets.token_hex(8)
        self.dossier_uuid = str(uuid.uuid4())
        self.folder = sessions_folder / self.session_id
        with disk_errors("session"):
            sessions_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.mkdir(mode=0o700)
            (self.folder / _COMPONENTS).mkdir(mode=0o700)
        self._lock = FileLock(self.folder / _LOCK)
        self._lock.take(exclusive=True, timeout_s=0)
        self._guard = threading.Lock()
        self._key: bytearray | None = bytearray(new_key())
        self._dossier_key: bytearray | None = bytearray(new_key())

    @property
    def key(self) -> bytes:
        """The key of pages, to be handed to the scanner's host with `folder`. Raises SessionEnded."""
        if self._key is None:
            raise SessionEnded("the session is over")
        return bytes(self._key)

    @property
    def dossier_key(self) -> bytes:
        """The key of components; sealing wraps it by the device key. Raises SessionEnded."""
        if self._dossier_key is None:
            raise SessionEnded("the session is over")
        return bytes(self._dossier_key)

    def add_component(self, component: str, component_name_vi: str, name: str, pages: int, pdf: bytes) -> SealedFile:
        """Seals a finished PDF durably; `name` is the file name the ministry will see. Raises StoreFull, SessionEnded."""
        with self._guard:
            place = self.component_place()
            with disk_errors("component"):
                write_sealed(place.path, place.key, pdf, place.associated)
            digest = hashlib.sha256(pdf).hexdigest()
            return SealedFile(place.file_id, component, component_name_vi, name, pages, len(pdf), digest)

    def component_place(self) -> ComponentPlace:
        """A fresh place for a PDF that another process makes and seals. Raises SessionEnded."""
        file_id = secrets.token_hex(16)
        return ComponentPlace(file_id, self.component_path(file_id), self.dossier_key, component_purpose(file_id))

    def read_component(self, file: SealedFile) -> bytes:
        """The PDF again, for a preview. Raises SealBroken, SessionEnded."""
        with disk_errors("component"):
            return read_sealed(self.component_path(file.file_id), self.dossier_key, component_purpose(file.file_id))

    def remove_component(self, file: SealedFile) -> None:
        """Forgets a component that was scanned again or dropped."""
        with disk_errors("component"):
            self.component_path(file.file_id).unlink(missing_ok=True)

    def component_path(self, file_id: str) -> Path:
        """Where a component's sealed file lies."""
        return self.folder / _COMPONENTS / f"{file_id}.sealed"

    def end(self) -> None:
        """Destroys keys and files; calling it again does nothing. What was sealed as a dossier stays."""
        with self._guard:
            for key in (self._key, self._dossier_key):
                if key is not None:
                    key[:] = bytes(len(key))
            self._key = self._dossier_key = None
            _remove(self.folder)
            self._lock.release()


def _remove(folder: Path) -> None:
    # A process that was killed a moment ago may still have put a file there.
    for pause_s in _PAUSES_S:
        time.sleep(pause_s)
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    log.error("STO-IO: a session folder could not be removed; its key is gone all the same")


def wipe_orphans(sessions_folder: Path) -> int:
    """Removes the folders of sessions whose process is gone; a living session holds its lock. Returns how many."""
    wiped = 0
    for folder in _folders(sessions_folder):
        lock = FileLock(folder / _LOCK)
        try:
            if lock.take(exclusive=True, timeout_s=0):
                _remove(folder)
                wiped += 1
        finally:
            lock.release()
    return wiped


def _folders(parent: Path) -> Sequence[Path]:
    return sorted(entry for entry in parent.iterdir() if entry.is_dir()) if parent.is_dir() else ()
