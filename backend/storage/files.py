"""Files on disk: uploads in progress, and the permanent store addressed by SHA-256.

Order of every lasting write: temporary file or growing upload, fsync, rename or link, fsync of the
folder, and only then the database row. A crash in between leaves a file without a row (an upload is
swept later; a permanent file is taken up again when the kiosk repeats its dossier), and never a row
without its file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

_CHUNK = 1024 * 1024


class FileStore:
    """The folders `uploads/` and `files/` below one data folder, readable by the owner only."""

    def __init__(self, root: Path) -> None:
        self._uploads = root / "uploads"
        self._files = root / "files"
        for folder in (self._uploads, self._files):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(root)

    # Uploads ------------------------------------------------------------------------------

    def new_upload(self) -> str:
        """Create an empty durable upload and return its id (32 hex digits)."""
        upload = secrets.token_hex(16)
        os.close(os.open(self._upload(upload), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        sync_folder(self._uploads)
        return upload

    def upload_length(self, upload: str) -> int:
        """Bytes of an upload that are durable now (this call makes them so).

        Raises FileNotFoundError.
        """
        handle = os.open(self._upload(upload), os.O_RDWR)
        try:
            os.fsync(handle)
            return os.fstat(handle).st_size
        finally:
            os.close(handle)

    def open_upload(self, upload: str) -> int:
        """A descriptor that appends to an upload; the caller closes it.

        Raises FileNotFoundError.
        """
        return os.open(self._upload(upload), os.O_WRONLY | os.O_APPEND)

    def upload_digest(self, upload: str) -> tuple[int, str]:
        """Length and SHA-256 (hex) of an upload as it lies on disk.

        Raises FileNotFoundError.
        """
        return _digest(self._upload(upload))

    def remove_upload(self, upload: str) -> None:
        """Delete an upload's file; nothing happens when it is gone."""
        self._upload(upload).unlink(missing_ok=True)

    def uploads(self) -> Iterator[tuple[str, float]]:
        """Ids and modification times (Unix seconds) of the upload files there are."""
        for entry in os.scandir(self._uploads):
            yield entry.name, entry.stat().st_mtime

    # Permanent files ------------------------------------------------------------------------

    def keep(self, upload: str, digest: str) -> Path:
        """Put an upload into permanent storage under its verified SHA-256 and return its path.

        The upload's own name stays until the caller has committed, so that a failed transaction
        can be repeated. Raises FileNotFoundError when the upload has gone meanwhile.
        """
        target = self.path(digest)
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(target.parent.parent)
            sync_folder(self._files)
        source = self._upload(upload)
        if target.exists() and _digest(target)[1] == digest:
            return target
        temporary = target.with_name(f".{digest}.{secrets.token_hex(4)}")
        try:
            os.link(source, temporary)
            _sync_file(temporary)
            temporary.replace(target)
        finally:
            # rename(2) between two names of one file does nothing and leaves both.
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)
        return target

    def path(self, digest: str) -> Path:
        """Where a file with this SHA-256 is kept."""
        return self._files / digest[:2] / digest

    def _upload(self, upload: str) -> Path:
        return self._uploads / upload


def write_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 durably and whole: temporary name, fsync, rename, fsync folder."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(path: Path) -> tuple[int, str]:
    digest, length = sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            length += len(chunk)
    return length, digest.hexdigest()
