"""One SQLCipher connection: keyed, synchronous, its errors turned into ours, shared by the threads of a process."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kiosk_app.sqlite import sqlite

from .errors import StoreBusy, StoreCorrupt, StoreFailed, StoreFull, SubmissionError
from .schema import MIGRATIONS

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html); the extended ones carry them in the low byte.
_BUSY: Final = frozenset({5, 6})
_FULL: Final = 13
_CORRUPT: Final = frozenset({11, 26})
_READ_ONLY: Final = 8

Row = sqlite.Row
Parameters = Sequence[str | int | float | bytes | None]


def _translate(error: Exception) -> SubmissionError:
    """The typed failure behind a driver's exception; texts of SQL never leave, they could quote values."""
    extended = getattr(error, "sqlite_errorcode", None)
    name = str(getattr(error, "sqlite_errorname", type(error).__name__))
    code = extended & 0xFF if isinstance(extended, int) else 0
    if code in _BUSY:
        return StoreBusy(name)
    if code == _FULL:
        return StoreFull(name)
    if code in _CORRUPT:
        return StoreCorrupt(name)
    return StoreFailed(name + (" (read-only)" if code == _READ_ONLY else ""))


class Database:
    """A connection to the store. Every method may be called from any thread; one runs at a time."""

    def __init__(self, path: Path, key: bytes, busy_timeout_s: float) -> None:
        """Opens or creates the file and keys it. Raises StoreCorrupt when it is no database under this key."""
        self._lock = threading.RLock()
        self._path, self._key, self._busy_timeout_s = path, key, busy_timeout_s
        self._connection = self._open()

    def _open(self) -> sqlite.Connection:
        try:
            connection = sqlite.connect(
                str(self._path),
                timeout=self._busy_timeout_s,
                isolation_level=None,
                check_same_thread=False,
                # One that is kept for the next time holds the values that were bound to it.
                cached_statements=0,
            )
        except sqlite.Error as error:
            raise _translate(error) from None
        try:
            connection.row_factory = sqlite.Row
            run = connection.execute
            run(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            run("PRAGMA cipher_log_level = NONE")
            run("PRAGMA temp_store = MEMORY")  # no spill of plain rows to a temporary file
            run("PRAGMA foreign_keys = ON")
            run("PRAGMA secure_delete = ON")
            run("PRAGMA journal_mode = WAL")
            run("PRAGMA synchronous = FULL")  # in WAL mode NORMAL may lose the last commits in a power cut
            run("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite.Error as error:
            connection.close()
            raise _translate(error) from None
        return connection

    def forget(self) -> None:
        """Takes another connection, so that what the old one holds of the rows it has seen is freed and overwritten.

        A connection keeps a page for the cipher, one for cells that it puts together, and small values of statements, all in
        plain, for as long as it lives. Raises as opening does, and then the old one stays.
        """
        with self._lock:
            if self._connection.in_transaction:
                return
            old, self._connection = self._connection, self._open()
            old.close()

    def close(self) -> None:
        """Ends the connection; the last one also folds the write-ahead log back."""
        with self._lock:
            self._connection.close()

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Runs one statement and returns its rows. Raises StoreBusy, StoreFull, StoreCorrupt, StoreFailed."""
        with self._lock:
            try:
                found = self._connection.execute(sql, parameters).fetchall()
                self._let_go()
            except sqlite.Error as error:
                raise _translate(error) from None
            return found

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def change(self, sql: str, parameters: Parameters = ()) -> int:
        """Runs one changing statement; returns how many rows it touched."""
        with self._lock:
            try:
                touched = self._connection.execute(sql, parameters).rowcount
                self._let_go()
            except sqlite.Error as error:
                raise _translate(error) from None
            return touched

    def _let_go(self) -> None:
        """Frees the pages that SQLite keeps deciphered for the next statement: rows are plain only while they are used.

        What is freed is overwritten by the C library, see `drivers.memory.overwrite_freed`.
        """
        if not self._connection.in_transaction:
            self._connection.execute("PRAGMA shrink_memory")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when the block has ended. The write lock is taken at once, so that it cannot deadlock."""
        with self._lock:
            self.rows("BEGIN IMMEDIATE")
            try:
                yield
                self.rows("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self.rows("ROLLBACK")
                raise

    @property
    def version(self) -> int:
        """The version of the tables."""
        return int(self.rows("PRAGMA user_version")[0][0])

    def needs_migration(self) -> bool:
        """Whether the tables are older than this software. Raises StoreFailed when they are newer."""
        version = self.version
        if version > len(MIGRATIONS):
            raise StoreFailed(f"the store has version {version}, this software knows {len(MIGRATIONS)}", "STO-NEWER")
        return version < len(MIGRATIONS)

    def migrate(self) -> None:
        """Brings the tables to this software's version, one transaction a step."""
        for version in range(self.version, len(MIGRATIONS)):
            with self.transaction():
                for statement in MIGRATIONS[version].split(";"):
                    if statement.strip():
                        self.rows(statement)
                self.rows(f"PRAGMA user_version = {version + 1}")

    def verify(self) -> None:
        """Checks every page's authentication code and the trees. Raises StoreCorrupt."""
        damaged = len(self.rows("PRAGMA cipher_integrity_check"))
        if damaged:
            raise StoreCorrupt(f"{damaged} damaged page(s)")
        verdict: Any = self.rows("PRAGMA quick_check")[0][0]
        if verdict != "ok":
            raise StoreCorrupt("the trees do not hold together")

    def forget_log(self) -> None:
        """Empties the write-ahead log, where erased rows would linger (encrypted). Best effort: readers may hold it."""
        try:
            self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        except StoreBusy:
            return
