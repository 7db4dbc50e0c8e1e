"""Opening the store: who may hold it, migration, and moving a damaged database aside without losing it."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from drivers.durable import fsync_folder

from .database import Database
from .errors import StoreBusy, StoreCorrupt, disk_errors
from .wake import ask_to_let_go

log = logging.getLogger(__name__)

DATABASE: Final = "store.db"
_POLL_S: Final = 0.02


class Role(StrEnum):
    """Who opens the store: the kiosk and the agent exist once each for a data folder, readers as often as wished."""

    KIOSK = "kiosk"
    AGENT = "agent"
    READER = "reader"


class FileLock:
    """An advisory lock on a file; the system drops it with the process, so kill -9 leaves none behind."""

    def __init__(self, path: Path) -> None:
        with disk_errors("lock file"):
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, exclusive: bool, timeout_s: float) -> bool:
        """Takes or converts the lock; False when another process kept it for the whole time."""
        deadline = time.monotonic() + timeout_s
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        while True:
            try:
                fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(_POLL_S)

    def drop(self) -> None:
        """Lets go, to take it again later."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def release(self) -> None:
        """Lets go and closes."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@dataclass(frozen=True)
class Opened:
    """An open store: its database, the locks that go with it, and where a damaged one was moved to, if it was."""

    database: Database
    locks: tuple[FileLock, ...]
    quarantined: Path | None = None

    def close(self) -> None:
        """Closes the database, then lets others in."""
        self.database.close()
        for lock in self.locks:
            lock.release()


def open_store(folder: Path, key: bytes, role: Role, busy_timeout_s: float) -> Opened:
    """Opens the folder's database for a role, creating, migrating or quarantining it when that is needed.

    Raises StoreBusy when the role is taken by another process or the database cannot be had alone in time to be repaired;
    StoreFull, StoreFailed. A damaged database is renamed into `quarantine/` with its log and a fresh one takes its place.
    """
    locks: list[FileLock] = []
    try:
        if role is not Role.READER:
            locks.append(FileLock(folder / f"{role}.lock"))
            if not locks[-1].take(exclusive=True, timeout_s=0):
                raise StoreBusy(f"another {role} process uses this data folder")
        shared = FileLock(folder / "store.lock")
        locks.append(shared)
        database, quarantined = _have(folder, key, role, shared, busy_timeout_s)
        return Opened(database, tuple(locks), quarantined)
    except BaseException:
        for lock in locks:
            lock.release()
        raise


def _have(
    folder: Path, key: bytes, role: Role, shared: FileLock, busy_timeout_s: float
) -> tuple[Database, Path | None]:
    """Shares a good database, or has the folder alone for as long as it takes to make it one, then shares it.

    Kiosk and agent start together: both may find it unfinished, and only one can have it alone. The other looks again and
    again, because soon there is nothing left to repair but somebody to share with.
    """
    until: float | None = None
    while True:
        if not shared.take(exclusive=False, timeout_s=busy_timeout_s):
            raise StoreBusy("the store is being repaired or migrated")
        began = time.monotonic()
        # A database that another process is just turning to write-ahead logging is busy without any waiting.
        with contextlib.suppress(StoreBusy):
            database = _open_good(folder / DATABASE, key, role, busy_timeout_s)
            if database is not None:
                return database, None
        if shared.take(exclusive=True, timeout_s=0):
            repaired = _repair(folder, key, role, busy_timeout_s)
            shared.take(exclusive=False, timeout_s=0)
            return repaired
        shared.drop()  # so that another's turn can come
        ask_to_let_go(folder)  # an agent that outlived an update, or works on from memory on a damaged file
        until = until or time.monotonic() + busy_timeout_s
        if time.monotonic() >= until:
            raise StoreBusy("the store must be repaired or migrated while another process holds it")
        # Longer than looking takes, and by lot: two that wait must not get in each other's way for ever.
        time.sleep(random.uniform(1, 3) * max(_POLL_S, time.monotonic() - began))


def _open_good(path: Path, key: bytes, role: Role, busy_timeout_s: float) -> Database | None:
    """The database when it is there, whole and of this version; None when it needs work done alone."""
    if not path.exists():
        return None
    try:
        database = Database(path, key, busy_timeout_s)
    except StoreCorrupt:
        return None
    try:
        if role is not Role.READER:
            database.verify()
        if not database.needs_migration():
            return database
    except StoreCorrupt:
        pass
    except BaseException:
        database.close()
        raise
    database.close()
    return None


def _repair(folder: Path, key: bytes, role: Role, busy_timeout_s: float) -> tuple[Database, Path | None]:
    """Holding the folder alone: another process may have repaired meanwhile, so looks again first."""
    path = folder / DATABASE
    again = _open_good(path, key, role, busy_timeout_s)
    if again is not None:
        return again, None
    quarantined: Path | None = None
    if path.exists() and _damaged(path, key, busy_timeout_s):
        quarantined = _move_aside(folder)
    with disk_errors("store"):
        path.touch(mode=0o600)
    database = Database(path, key, busy_timeout_s)
    try:
        database.migrate()
    except BaseException:
        database.close()
        raise
    with disk_errors("store"):
        fsync_folder(folder)
    return database, quarantined


def _damaged(path: Path, key: bytes, busy_timeout_s: float) -> bool:
    try:
        database = Database(path, key, busy_timeout_s)
    except StoreCorrupt:
        return True
    try:
        database.verify()
    except StoreCorrupt:
        return True
    finally:
        database.close()
    return False


def _move_aside(folder: Path) -> Path:
    """Renames the database and its companions into quarantine; nothing is deleted."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    place = folder / "quarantine" / stamp
    with disk_errors("quarantine"):
        place.mkdir(parents=True, mode=0o700)
        for suffix in ("-wal", "-shm", ""):
            source = folder / (DATABASE + suffix)
            if source.exists():
                source.rename(place / source.name)
        fsync_folder(place)
        fsync_folder(place.parent)
        fsync_folder(folder)
    log.error("STO-CORRUPT: the database was damaged and moved to quarantine/%s", stamp)
    return place
