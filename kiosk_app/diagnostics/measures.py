"""The machine's own memory of its sessions: one row a session that has ended, and a mark of the one under way."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from drivers import wire
from kiosk_app.diagnostics.book import opened
from kiosk_app.diagnostics.ledger import KEEP_DAYS
from kiosk_app.model.basics import Screen
from kiosk_app.model.measures import RATINGS, SessionMeasure
from kiosk_app.sqlite import sqlite

# The key is random and the table is ordered by it, so that not even the order of an hour's sessions is kept.
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS measured (
  key BLOB PRIMARY KEY, hour TEXT NOT NULL, rating INTEGER NOT NULL, measure TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS under_way (one INTEGER PRIMARY KEY CHECK (one = 1), hour TEXT NOT NULL, measure TEXT NOT NULL);
"""
_KEEP: Final = "INSERT INTO measured VALUES (randomblob(16), ?, ?, ?)"


class MeasureBook:
    """Rows in the ledger's file. Every call blocks on the disk and is made off the screen's thread.

    A file that cannot be used is left alone: `keep` then says False, and the machine serves on.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writing = threading.Lock()
        self.changes = 0
        """Grows with every session that is kept, so that sums need not be made anew without cause."""

    def mark(self, measure: SessionMeasure) -> bool:
        """The session under way, as it would be counted if the machine stopped now."""
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            base.execute("INSERT OR REPLACE INTO under_way VALUES (1, ?, ?)", (measure.hour, _text(measure)))
            return True
        return False

    def keep(self, measures: Iterable[SessionMeasure]) -> bool:
        """Sessions that have ended; the mark is gone with them, and so is what is too old. All of it or nothing."""
        listed = list(measures)
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            base.executemany(_KEEP, [(one.hour, one.rating, _text(one)) for one in listed])
            base.execute("DELETE FROM under_way")
            newest = max((one.hour for one in listed), default="")
            if newest:
                oldest = date.fromisoformat(newest[:10]) - timedelta(days=KEEP_DAYS)
                base.execute("DELETE FROM measured WHERE hour < ?", (oldest.isoformat(),))
            self.changes += 1
            return True
        return False

    def recover(self) -> bool:
        """Counts the session that the machine stopped under, if there was one; True when it did."""
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            moved = base.execute("INSERT INTO measured SELECT randomblob(16), hour, 0, measure FROM under_way").rowcount
            base.execute("DELETE FROM under_way")
            self.changes += 1
            return moved > 0
        return False

    def since(self, day: date) -> tuple[SessionMeasure, ...]:
        """All sessions since the beginning of that day, oldest hour first; of another version's rows what is readable."""
        found: list[SessionMeasure] = []
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            for (text,) in base.execute(
                "SELECT measure FROM measured WHERE hour >= ? ORDER BY hour", (day.isoformat(),)
            ):
                with contextlib.suppress(wire.BadFrame, ValueError):
                    found.append(_read(text))
        return tuple(found)

    def ratings(self, now: datetime, days: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """How often each mark was given, by day, of so many days before today; days without a rating are left out.

        Today is not among them: told while it lasts, a rating could be laid beside the dossier of the same minute.
        """
        first, today = (now.date() - timedelta(days=days)).isoformat(), now.date().isoformat()
        found: dict[str, list[int]] = {}
        with contextlib.suppress(sqlite.Error, OSError), self._open() as base:
            rows = base.execute(
                "SELECT substr(hour, 1, 10), rating, count(*) FROM measured"
                " WHERE hour >= ? AND hour < ? AND rating BETWEEN 1 AND ? GROUP BY 1, 2 ORDER BY 1, 2",
                (first, today, RATINGS),
            )
            for day, rating, count in rows:
                found.setdefault(day, [0] * RATINGS)[rating - 1] = count
        return tuple((day, tuple(counts)) for day, counts in found.items())

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite.Connection]:
        with self._writing, opened(self._file, _SCHEMA) as base:
            yield base


def _text(measure: SessionMeasure) -> str:
    return json.dumps(wire.to_json(measure), separators=(",", ":"))


def _read(text: str) -> SessionMeasure:
    """Raises BadFrame or ValueError for what another version wrote."""
    data = json.loads(text)
    steps = tuple((Screen(screen), int(seconds)) for screen, seconds in data.pop("steps", ()))
    return replace(wire.from_json(SessionMeasure, data), steps=steps)
