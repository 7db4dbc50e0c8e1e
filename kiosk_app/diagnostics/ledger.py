"""The machine's own memory of its devices: counts by day, last troubles, and what was taken out of service."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk_app.model.servicing import Counter, Trouble

KEEP_DAYS: Final = 400
SHOWN_DAYS: Final = 14
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS counted (
  day TEXT NOT NULL, device TEXT NOT NULL, name TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (day, device, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trouble (device TEXT PRIMARY KEY, code TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taken_out (device TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
"""


class Ledger:
    """One SQLite file. `count` and `note` only remember; `flush` writes, off the screen's thread. Nothing personal.

    A file that cannot be used is left alone: counters then begin at nothing and the machine serves on.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._counted: Tally[tuple[str, str, str]] = Tally()
        self._troubles: dict[str, Trouble] = {}

    def count(self, at: datetime, device: str, name: str) -> None:
        """One more of `name` on that day."""
        with self._lock:
            self._counted[at.date().isoformat(), device, name] += 1

    def note(self, at: datetime, device: str, code: str) -> None:
        """The device was not well."""
        with self._lock:
            self._troubles[device] = Trouble(code, at.isoformat(timespec="seconds"))

    def flush(self) -> bool:
        """Writes what was remembered; False when the file refuses, and then it stays remembered."""
        with self._lock:
            counted, troubles = self._counted, self._troubles
            if not counted and not troubles:
                return True
            self._counted, self._troubles = Tally(), {}
        try:
            with self._open() as base:
                base.executemany(
                    "INSERT INTO counted VALUES (?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
                    [(*key, amount) for key, amount in counted.items()],
                )
                base.executemany(
                    "INSERT OR REPLACE INTO trouble VALUES (?, ?, ?)",
                    [(device, trouble.code, trouble.at) for device, trouble in troubles.items()],
                )
                newest = max((day for day, _, _ in counted), default="")
                if newest:
                    oldest = datetime.fromisoformat(newest).date() - timedelta(days=KEEP_DAYS)
                    base.execute("DELETE FROM counted WHERE day < ?", (oldest.isoformat(),))
        except (sqlite3.Error, OSError):
            with self._lock:
                self._counted.update(counted)
                self._troubles = troubles | self._troubles
            return False
        return True

    def counters(self, today: datetime, device: str, names: tuple[str, ...]) -> tuple[Counter, ...]:
        """What was counted of a device, with the last two weeks by day."""
        self.flush()
        days = [(today.date() - timedelta(days=back)).isoformat() for back in range(SHOWN_DAYS - 1, -1, -1)]
        found: dict[str, dict[str, int]] = {}
        with contextlib.suppress(sqlite3.Error, OSError), self._open() as base:
            for name, day, amount in base.execute("SELECT name, day, amount FROM counted WHERE device = ?", (device,)):
                found.setdefault(name, {})[day] = amount
        return tuple(
            Counter(
                name,
                found.get(name, {}).get(days[-1], 0),
                sum(found.get(name, {}).values()),
                tuple(found.get(name, {}).get(day, 0) for day in days),
            )
            for name in names
        )

    def trouble(self, device: str) -> Trouble | None:
        """The last time the device was not well, or None."""
        self.flush()
        with contextlib.suppress(sqlite3.Error, OSError), self._open() as base:
            row = base.execute("SELECT code, at FROM trouble WHERE device = ?", (device,)).fetchone()
            return Trouble(*row) if row else None
        return None

    def taken_out(self) -> frozenset[str]:
        """The devices that a technician took out of service."""
        with contextlib.suppress(sqlite3.Error, OSError), self._open() as base:
            return frozenset(row[0] for row in base.execute("SELECT device FROM taken_out"))
        return frozenset()

    def set_taken_out(self, at: datetime, device: str, out: bool) -> bool:
        """On the disk before it returns; False when the file refuses, and then it holds until the next start only."""
        with contextlib.suppress(sqlite3.Error, OSError), self._open() as base:
            if out:
                base.execute("INSERT OR REPLACE INTO taken_out VALUES (?, ?)", (device, at.isoformat()))
            else:
                base.execute("DELETE FROM taken_out WHERE device = ?", (device,))
            return True
        return False

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        base = sqlite3.connect(self._file, timeout=5.0)
        try:
            base.execute("PRAGMA synchronous=FULL")
            base.executescript(_SCHEMA)
            with base:
                yield base
        finally:
            base.close()
