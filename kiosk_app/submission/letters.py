"""Receipts that were asked for by e-mail after sending: rows until the ministry has taken each, once for a dossier."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from .database import Database
from .errors import LINE_CODES
from .outbox import backoff_s
from .settings import SubmissionSettings

GIVE_UP_S: Final = 72 * 3600.0
"""After that nobody waits for a slip any more, and the address goes."""
# Asked for once the ministry has the dossier; before that it would not know what the receipt is of.
_DUE: Final = (
    "SELECT l.dossier, l.address, l.next_at FROM letter l JOIN dossier d ON d.uuid = l.dossier"
    " WHERE l.address IS NOT NULL AND d.state = 'acknowledged'"
)


@dataclass(frozen=True)
class LetterRow:
    """A receipt by e-mail that is still to be asked for, as `kiosk outbox --receipts` shows it; without its address."""

    dossier: str
    attempts: int
    oldest_s: float
    last_code: str | None = None


@dataclass(frozen=True)
class Letter:
    """A receipt that the ministry is to be asked for."""

    dossier: str
    address: str = field(repr=False)


class Letters:
    """The rows. An address stays in its row only until the ministry has taken it, or never will."""

    def __init__(self, database: Database, settings: SubmissionSettings) -> None:
        self._database = database
        self._settings = settings

    def ask(self, dossier: str, address: str) -> bool:
        """Notes that the receipt is to go to `address`; on the disk before it returns. False when one was asked for before.

        Raises StoreFull, StoreBusy, StoreFailed.
        """
        now = time.time()
        return bool(
            self._database.change(
                "INSERT INTO letter (dossier, address, asked_at, next_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (dossier) DO NOTHING",
                (dossier, address, now, now),
            )
        )

    def next_due(self, now: float) -> Letter | None:
        """The one to ask for now: of an acknowledged dossier, its time come."""
        # A time beyond the ceiling was written under a clock that has since been put back: it is due.
        horizon = now + self._settings.backoff_ceiling_s
        row = self._database.row(
            f"{_DUE} AND (l.next_at <= ? OR l.next_at > ?) ORDER BY l.next_at LIMIT 1", (now, horizon)
        )
        return None if row is None else Letter(row["dossier"], row["address"])

    def seconds_to_next(self, now: float) -> float | None:
        """How long until one is due; None when none waits for its time."""
        row = self._database.row(f"{_DUE} ORDER BY l.next_at LIMIT 1")
        return None if row is None else min(max(0.0, row["next_at"] - now), self._settings.backoff_ceiling_s)

    def report(self) -> tuple[LetterRow, ...]:
        """Every one whose address is still kept, oldest first; nothing personal."""
        now = time.time()
        rows = self._database.rows(
            "SELECT dossier, attempts, asked_at, last_code FROM letter WHERE address IS NOT NULL ORDER BY asked_at"
        )
        return tuple(
            LetterRow(row["dossier"], row["attempts"], max(0.0, now - row["asked_at"]), row["last_code"])
            for row in rows
        )

    def begin(self, dossier: str, now: float) -> None:
        """Counts an attempt before it is made, so that one which kills the process is counted too."""
        row = self._database.row("SELECT attempts FROM letter WHERE dossier = ?", (dossier,))
        attempts = (row["attempts"] if row is not None else 0) + 1
        wait = backoff_s(attempts, self._settings.backoff_base_s, self._settings.backoff_ceiling_s)
        self._database.change(
            "UPDATE letter SET attempts = ?, next_at = ? WHERE dossier = ?", (attempts, now + wait, dossier)
        )

    def failed(self, dossier: str, code: str) -> None:
        """Writes why an attempt failed; when the next is due was written before it."""
        self._database.change("UPDATE letter SET last_code = ? WHERE dossier = ?", (code, dossier))

    def ended(self, dossier: str, code: str | None = None) -> None:
        """The ministry has taken it, or said no with a code: either way the address is of no more use here."""
        self._database.change("UPDATE letter SET address = NULL, last_code = ? WHERE dossier = ?", (code, dossier))

    def hurry(self, now: float) -> None:
        """The line is back: everything that waited only for it is due."""
        codes = ", ".join(f"'{code}'" for code in sorted(LINE_CODES))
        self._database.change(f"UPDATE letter SET next_at = ? WHERE last_code IN ({codes})", (now,))

    def give_up(self, now: float) -> int:
        """Forgets the addresses that were not taken in days; how many."""
        return self._database.change(
            "UPDATE letter SET address = NULL WHERE address IS NOT NULL AND asked_at <= ?", (now - GIVE_UP_S,)
        )
