"""The outbox: which sealed dossier goes next, when one is tried again, and when no more are taken."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass
from typing import Final

from .errors import LINE_CODES, OutboxFull, StoreFailed, StoreFull, disk_errors
from .notes import Notes
from .store import Store
from .values import UNSENT, DossierState, Kind, OutboxRow, Refusal

# An old dossier gains on a small one at this pace: half a minute of waiting counts as much as being half as large.
_PATIENCE_S: Final = 30.0


@dataclass(frozen=True)
class Due:
    """A dossier whose time to be sent has come."""

    uuid: str
    attempts: int


def backoff_s(attempts: int, base_s: float, ceiling_s: float, jitter: float | None = None) -> float:
    """Seconds until try `attempts` + 1: doubled each time up to the ceiling, then between half and all of that.

    The jitter keeps a fleet of kiosks from coming back in the same second.
    """
    whole: float = min(ceiling_s, base_s * 2.0 ** min(max(attempts - 1, 0), 30))
    return whole * (0.5 + 0.5 * (random.random() if jitter is None else jitter))


class Outbox:
    """The queue of unsent dossiers, all of it rows, so that a restart forgets neither attempts nor waiting times."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._settings = store.settings

    def check_accepting(self) -> None:
        """Before a citizen starts: is there room for one more dossier?

        Raises OutboxFull (OUT-FULL, OUT-OLD), StoreFull or StoreFailed (read-only). As with offline payment terminals, the
        caps bound what one broken machine can hold back.
        """
        row = self._store.database.rows(
            "SELECT count(*) AS unsent, min(sealed_at) AS oldest FROM dossier"
            " WHERE state IN ('sealed', 'uploading', 'committed')"
        )[0]
        if row["unsent"] >= self._settings.max_unsent:
            raise OutboxFull(f"{row['unsent']} dossiers are unsent")
        old = row["oldest"] is not None and time.time() - row["oldest"] > self._settings.max_unsent_age_s
        if old and Notes(self._store.database).clock().doubt is None:
            raise OutboxFull("a dossier is unsent for too long", "OUT-OLD")
        # The session's pages may lie on another file system than the rows; either may have been made read-only by an error.
        for folder in (self._store.folder, self._settings.sessions_folder):
            if not folder.exists():
                continue  # made with the first session, below the data folder
            with disk_errors("data folder"):
                found = os.statvfs(folder)
            if found.f_flag & os.ST_RDONLY:
                raise StoreFailed("the file system is read-only")
            free = found.f_bavail * found.f_frsize
            if free < self._settings.min_free_bytes:
                raise StoreFull(f"{free} bytes free")

    def next_due(self, now: float) -> Due | None:
        """The dossier to send now: among those due, small and long waiting first."""
        horizon = now + self._settings.backoff_ceiling_s
        # A time beyond the ceiling was written under a clock that has since been put back: it is due.
        rows = self._store.database.rows(
            "SELECT o.dossier, o.attempts FROM outbox o JOIN dossier d ON d.uuid = o.dossier"
            " WHERE o.next_at <= ? OR o.next_at > ?"
            " ORDER BY d.bytes_total / (max(?, ? - d.sealed_at) / ?), d.sealed_at LIMIT 1",
            (now, horizon, _PATIENCE_S, now, _PATIENCE_S),
        )
        return Due(rows[0]["dossier"], rows[0]["attempts"]) if rows else None

    def seconds_to_next(self, now: float) -> float | None:
        """How long until a dossier is due; None for an empty outbox."""
        row = self._store.database.rows("SELECT min(next_at) AS at FROM outbox")[0]
        return None if row["at"] is None else min(max(0.0, row["at"] - now), self._settings.backoff_ceiling_s)

    def begin(self, uuid: str, now: float) -> int:
        """Counts an attempt before it is made, so that one which kills the process is counted too. Returns its number."""
        due = now + self._delay(self._attempts(uuid) + 1)
        self._store.database.change(
            "UPDATE outbox SET attempts = attempts + 1, next_at = ?, last_at = ? WHERE dossier = ?", (due, now, uuid)
        )
        return self._attempts(uuid)

    def failed(self, uuid: str, code: str, now: float, retry_after_s: float | None = None) -> None:
        """Writes why an attempt failed and when the next is due; the service's own wish counts up to the ceiling."""
        delay = self._delay(self._attempts(uuid))
        if retry_after_s is not None:
            delay = min(max(delay, retry_after_s), self._settings.backoff_ceiling_s)
        self._store.database.change(
            "UPDATE outbox SET next_at = ?, last_code = ? WHERE dossier = ?", (now + delay, code, uuid)
        )

    def hurry(self, now: float) -> None:
        """The line is back: everything that waited only for it is due."""
        codes = ", ".join(f"'{code}'" for code in sorted(LINE_CODES))
        self._store.database.change(f"UPDATE outbox SET next_at = ? WHERE last_code IN ({codes})", (now,))

    def requeue(self, uuid: str) -> bool:
        """Staff settled why a dossier was refused: it is tried again. False when it is not a refused one."""
        now = time.time()
        with self._store.database.transaction():
            changed = self._store.database.change(
                "UPDATE dossier SET state = 'sealed', state_at = ?, refusal_code = NULL, refusal_vi = NULL,"
                " refusal_en = NULL WHERE uuid = ? AND state = 'refused' AND wrapped_key IS NOT NULL",
                (now, uuid),
            )
            if changed:
                self._store.database.change("INSERT INTO outbox (dossier, next_at) VALUES (?, ?)", (uuid, now))
        return bool(changed)

    def report(self) -> tuple[OutboxRow, ...]:
        """Every dossier that is not acknowledged, oldest first; nothing personal."""
        states = ", ".join(f"'{state}'" for state in (*UNSENT, DossierState.REFUSED))
        rows = self._store.database.rows(
            "SELECT d.*, coalesce(o.attempts, 0) AS attempts, o.last_code AS last_code,"
            " coalesce((SELECT sum(bytes_sent) FROM file WHERE dossier = d.uuid), 0) AS sent"
            f" FROM dossier d LEFT JOIN outbox o ON o.dossier = d.uuid WHERE d.state IN ({states})"
            " AND d.erased_at IS NULL ORDER BY d.sealed_at"
        )
        now = time.time()
        return tuple(
            OutboxRow(
                r["uuid"],
                r["reference"],
                DossierState(r["state"]),
                r["sent"],
                r["bytes_total"],
                r["attempts"],
                max(0.0, now - r["sealed_at"]),
                r["last_code"],
                Refusal(r["refusal_code"], r["refusal_vi"] or "", r["refusal_en"] or "")
                if r["state"] == DossierState.REFUSED
                else None,
                Kind(r["kind"]),
            )
            for r in rows
        )

    def _attempts(self, uuid: str) -> int:
        row = self._store.database.row("SELECT attempts FROM outbox WHERE dossier = ?", (uuid,))
        return int(row["attempts"]) if row is not None else 0

    def _delay(self, attempts: int) -> float:
        return backoff_s(attempts, self._settings.backoff_base_s, self._settings.backoff_ceiling_s)
