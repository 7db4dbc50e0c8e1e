"""Files: uploads in progress and the permanent store addressed by SHA-256, in a folder or behind a URL.

Order of every lasting write: temporary file or growing upload, fsync, rename or link, fsync of the
folder, and only then the database row. A crash in between leaves a file without a row (it is swept
later, or taken up again when the kiosk repeats its dossier), and never a row without its file.

Any number of processes share one store. Who may append to an upload is settled by the database (its
turn, `backend/tus.py`); a store asks for it at the one moment from which nobody else can write.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

_CHUNK = 1024 * 1024
#: As many first bytes of an upload are shown to whoever judges what it is.
_HEAD = 1024


class TurnLostError(Exception):
    """Another connection appends to this upload now; nothing was written."""


@dataclass(frozen=True)
class Content:
    """What was uploaded: its bytes, their SHA-256 (hex) and the first of them."""

    length: int
    sha256: str
    head: bytes


class FileStore(Protocol):
    """Where bytes are kept. Every method blocks; one that names an upload raises FileNotFoundError when it has gone."""

    #: As many bytes of an upload are worth one write.
    piece_bytes: int

    def new_upload(self) -> str:
        """Create an empty durable upload and return its id (32 hex digits)."""

    def upload_length(self, upload: str) -> int:
        """Bytes of an upload that are durable now (this call makes them so)."""

    def append(self, upload: str, turn: int, offset: int, piece: bytes, held: Callable[[], bool]) -> None:
        """Append a piece at the present length, which is `offset`; durable at the next `upload_length`.

        `held` says whether `turn` is still the latest. Raises TurnLostError.
        """

    def examine(self, upload: str) -> Content:
        """Read an upload through as it is stored."""

    def remove_upload(self, upload: str) -> None:
        """Delete an upload's bytes; nothing happens when they are gone."""

    def uploads(self) -> Iterator[tuple[str, float]]:
        """Ids and times of change (Unix seconds) of the uploads there are bytes of."""

    def keep(self, upload: str, digest: str) -> None:
        """Put an upload into permanent storage under its verified SHA-256.

        The upload itself stays until the caller has committed, so that a failed transaction can be repeated.
        """

    def holds(self, digest: str) -> bool:
        """Whether a permanent file of this SHA-256 is there."""

    def read(self, digest: str) -> Iterator[bytes]:
        """The bytes of a permanent file. Raises FileNotFoundError."""

    def remove(self, digest: str) -> None:
        """Delete a permanent file; nothing happens when it is gone."""

    def kept(self) -> Iterator[tuple[str, float]]:
        """SHA-256s and times of change (Unix seconds) of the permanent files."""

    def place(self, digest: str) -> str:
        """Where an officer's tool finds the file with this SHA-256: a path or a URL without secrets."""


class FolderStore:
    """The folders `uploads/` and `files/` below one folder, readable by the owner only."""

    #: An ordinary paper is one write: each costs a look at the turn and a change of threads.
    piece_bytes = 1024 * 1024

    def __init__(self, root: Path) -> None:
        self._uploads = root / "uploads"
        self._files = root / "files"
        for folder in (self._uploads, self._files):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(root)

    # Uploads ------------------------------------------------------------------------------

    def new_upload(self) -> str:
        """As FileStore."""
        upload = secrets.token_hex(16)
        os.close(os.open(self._upload(upload), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        sync_folder(self._uploads)
        return upload

    def upload_length(self, upload: str) -> int:
        """As FileStore."""
        handle = os.open(self._upload(upload), os.O_RDWR)
        try:
            # Waits for a writer in the middle of its piece: after the turn has gone on, nothing is added to this length.
            fcntl.flock(handle, fcntl.LOCK_SH)
            os.fsync(handle)
            return os.fstat(handle).st_size
        finally:
            os.close(handle)

    def append(self, upload: str, turn: int, offset: int, piece: bytes, held: Callable[[], bool]) -> None:
        """As FileStore."""
        handle = os.open(self._upload(upload), os.O_WRONLY | os.O_APPEND)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.fstat(handle).st_size != offset or not held():
                raise TurnLostError
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)

    def examine(self, upload: str) -> Content:
        """As FileStore."""
        return examine(_chunks(self._upload(upload)))

    def remove_upload(self, upload: str) -> None:
        """As FileStore."""
        self._upload(upload).unlink(missing_ok=True)

    def uploads(self) -> Iterator[tuple[str, float]]:
        """As FileStore."""
        for entry in os.scandir(self._uploads):
            try:
                yield entry.name, entry.stat().st_mtime
            except FileNotFoundError:  # received or removed by another process meanwhile
                continue

    # Permanent files ------------------------------------------------------------------------

    def keep(self, upload: str, digest: str) -> None:
        """As FileStore."""
        target = self._file(digest)
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(target.parent.parent)
            sync_folder(self._files)
        source = self._upload(upload)
        if target.exists() and examine(_chunks(target)).sha256 == digest:
            return
        temporary = target.with_name(f".{digest}.{secrets.token_hex(4)}")
        try:
            os.link(source, temporary)
            _sync_file(temporary)
            temporary.replace(target)
        finally:
            # rename(2) between two names of one file does nothing and leaves both.
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)

    def holds(self, digest: str) -> bool:
        """As FileStore."""
        return self._file(digest).exists()

    def read(self, digest: str) -> Iterator[bytes]:
        """As FileStore."""
        return _chunks(self._file(digest))

    def remove(self, digest: str) -> None:
        """As FileStore."""
        path = self._file(digest)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)

    def kept(self) -> Iterator[tuple[str, float]]:
        """As FileStore."""
        for folder in sorted(self._files.iterdir()):
            for path in sorted(folder.iterdir()):
                # A temporary name is that of a link which a crash left: its bytes have another name, or none needs them.
                yield path.name, path.stat().st_mtime

    def place(self, digest: str) -> str:
        """As FileStore."""
        return str(self._file(digest).absolute())

    def _file(self, digest: str) -> Path:
        return self._files / digest.lstrip(".")[:2] / digest

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


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def examine(chunks: Iterator[bytes]) -> Content:
    """What a stream of bytes holds."""
    digest, length, head = sha256(), 0, b""
    for chunk in chunks:
        digest.update(chunk)
        length += len(chunk)
        head = head or bytes(chunk[:_HEAD])
    return Content(length, digest.hexdigest(), head)
