"""The machine's own memory of its devices: counts by day, last troubles, and what was taken out of service."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk_app.diagnostics.book import opened
from kiosk_app.model.guided import Guide, GuidedResult
from kiosk_app.model.servicing import Counter, Roll, Trouble
from kiosk_app.sqlite import sqlite

KEEP_DAYS: Final = 400
SHOWN_DAYS: Final = 14
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS counted (
  day TEXT NOT NULL, device TEXT NOT NULL, name TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (day, device, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trouble (device TEXT PRIMARY KEY, code TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taken_out (device TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS guided (
  guide TEXT PRIMARY KEY, at TEXT NOT NULL, passed INTEGER NOT NULL, code TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS roll (
  device TEXT PRIMARY KEY, since TEXT NOT NULL, used_mm INTEGER NOT NULL, empty INTEGER NOT NULL
) WITHOUT ROWID;
"""
# What happens to a roll of paper, in the order in which it happened.
_USED: Final = (
    "INSERT INTO roll VALUES (:device, :at, :mm, 0) ON CONFLICT DO UPDATE SET used_mm = used_mm + excluded.used_mm"
)
_EMPTY: Final = "INSERT INTO roll VALUES (:device, :at, 0, 1) ON CONFLICT DO UPDATE SET empty = 1"
_FILLED: Final = "UPDATE roll SET since = :at, used_mm = 0, empty = 0 WHERE device = :device AND empty = 1"
_CHANGED: Final = (
    "INSERT INTO roll VALUES (:device, :at, 0, 0)"
    " ON CONFLICT DO UPDATE SET since = excluded.since, used_mm = 0, empty = 0"
)


class Ledger:
    """One SQLite file. `count` and `note` only remember; `flush` writes, off the screen's thread. Nothing personal.

    A file that cannot be used is left alone: counters then begin at nothing and the machine serves on.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._counted: Tally[tuple[str, str, str]] = Tally()
        self._troubles: dict[str, Trouble] = {}
        self._paper: list[tuple[str, dict[str, str | int]]] = []

    def count(self, at: datetime, device: str, name: str, amount: int = 1) -> None:
        """So many more of `name` on that day."""
        with self._lock:
            self._counted[at.date().isoformat(), device, name] += amount

    def use_paper(self, at: datetime, device: str, mm: int) -> None:
        """The printer has used paper."""
        self._note_paper(_USED, at, device, mm)

    def paper_out(self, at: datetime, device: str) -> None:
        """The roll is at its end: paper that is there afterwards is a new one."""
        self._note_paper(_EMPTY, at, device)

    def paper_there(self, at: datetime, device: str) -> None:
        """The printer is well: a roll that was at its end has been changed."""
        self._note_paper(_FILLED, at, device)

    def new_roll(self, at: datetime, device: str) -> None:
        """Somebody says that a whole roll is in."""
        self._note_paper(_CHANGED, at, device)

    def _note_paper(self, statement: str, at: datetime, device: str, mm: int = 0) -> None:
        with self._lock:
            self._paper.append((statement, {"device": device, "at": at.isoformat(timespec="seconds"), "mm": mm}))

    def note(self, at: datetime, device: str, code: str) -> None:
        """The device was not well."""
        with self._lock:
            self._troubles[device] = Trouble(code, at.isoformat(timespec="seconds"))

    def flush(self) -> bool:
        """Writes what was remembered; False when the file refuses, and then it stays remembered."""
        with self._lock:
            counted, troubles, paper = self._counted, self._troubles, self._paper
            if not counted and not troubles and not paper:
                return True
            self._counted, self._troubles, self._paper = Tally(), {}, []
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
                for statement, values in paper:
                    base.execute(statement, values)
                newest = max((day for day, _, _ in counted), default="")
                if newest:
                    oldest = datetime.fromisoformat(newest).date() - timedelta(days=KEEP_DAYS)
                    base.execute("DELETE FROM counted WHERE day < ?", (oldest.isoformat(),))
        except (sqlite.Error, OSError):
            with self._lock:
                self._counted.update(counted)
                self._troubles = troubles | self._troubles
                self._paper = paper + self._paper
            return False
        return True

    def counters(self, today: datetime, device: str, names: tuple[str, ...]) -> tuple[Counter, ...]:
        """What was counted of a device, with the last two weeks by day."""
        self.flush()
        days = [(today.date() - timedelta(days=back)).isoformat() for back in range(SHOWN_DAYS - 1, -1, -1)]
        found: dict[str, dict[str, int]] = {}
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
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
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            row = base.execute("SELECT code, at FROM trouble WHERE device = ?", (device,)).fetchone()
            return Trouble(*row) if row else None
        return None

    def roll(self, device: str) -> Roll | None:
        """The paper in a printer, or None where nothing was ever printed."""
        self.flush()
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            row = base.execute("SELECT since, used_mm FROM roll WHERE device = ?", (device,)).fetchone()
            return Roll(*row) if row else None
        return None

    def record(self, result: GuidedResult) -> bool:
        """How a guided test ended; on the disk before it returns, False when the file refuses."""
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            values = (result.guide.value, result.at, int(result.passed), result.code)
            base.execute("INSERT OR REPLACE INTO guided VALUES (?, ?, ?, ?)", values)
            return True
        return False

    def guided(self) -> tuple[GuidedResult, ...]:
        """How each guided test ended the last time; a test that this version does not know is left out."""
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            rows = base.execute("SELECT guide, at, passed, code FROM guided").fetchall()
            known = {guide.value: guide for guide in Guide}
            found = (GuidedResult(known[row[0]], row[1], bool(row[2]), row[3]) for row in rows if row[0] in known)
            return tuple(sorted(found, key=lambda one: list(Guide).index(one.guide)))
        return ()

    def taken_out(self) -> frozenset[str]:
        """The devices that a technician took out of service."""
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            return frozenset(row[0] for row in base.execute("SELECT device FROM taken_out"))
        return frozenset()

    def set_taken_out(self, at: datetime, device: str, out: bool) -> bool:
        """On the disk before it returns; False when the file refuses, and then it holds until the next start only."""
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            if out:
                base.execute("INSERT OR REPLACE INTO taken_out VALUES (?, ?)", (device, at.isoformat()))
            else:
                base.execute("DELETE FROM taken_out WHERE device = ?", (device,))
            return True
        return False

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite.Connection]:
        with opened(self._file, _SCHEMA) as base:
            yield base
