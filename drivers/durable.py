"""Files that are whole or absent after a power cut: written beside their place, on the disk, and only then put there."""

from __future__ import annotations

import os
from pathlib import Path


def write_durably(path: Path, data: bytes) -> None:
    """Writes a file of mode 0600 in the place of an earlier one. Raises OSError."""
    fresh = _beside(path, data)
    try:
        fresh.rename(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def write_once(path: Path, data: bytes) -> None:
    """As `write_durably`, but never over an earlier one: of two writers the first one's stays. Raises FileExistsError."""
    fresh = _beside(path, data)
    try:
        os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
        fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Makes a rename in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: Path, data: bytes) -> Path:
    # A name of its own for every writer: two that write at once must not write into one file.
    fresh = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh
