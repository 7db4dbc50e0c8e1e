"""The journal of prints: what was meant to be printed and what is known of it; an unknown one is never repeated."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .database import Database
from .errors import PrintUndecided

log = logging.getLogger(__name__)


class PrintKind(StrEnum):
    """What is printed. Only a SLIP is a dossier's receipt.

    A CHECKLIST is of a procedure and of nobody; the slip of a saved draft counts as one.
    """

    SLIP = "slip"
    CHECKLIST = "checklist"


class PrintState(StrEnum):
    """What is known of one receipt.

    INTENDED is committed before the printer hears of the job and SENT once it may have begun; CONFIRMED is the printer's
    (or a person's) word that it is on paper, NOT_PRINTED that it is not; VOIDED is one that broke off, so that a piece of it
    is on paper and never the whole; UNKNOWN is none of these, and only a person ends it.
    """

    INTENDED = "intended"
    SENT = "sent"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    NOT_PRINTED = "not_printed"
    VOIDED = "voided"


_UNDECIDED: Final = "('intended', 'sent', 'unknown')"
_INKED: Final = (PrintState.CONFIRMED, PrintState.VOIDED, PrintState.UNKNOWN)


@dataclass(frozen=True)
class PrintRow:
    """One print's line of the journal; `copy` is the number that is printed on a slip from the second one on.

    `subject` is what it is about: of a slip its dossier, of a list of papers a name of its visit and procedure.
    """

    job: str
    subject: str
    state: PrintState
    code: str | None
    copy: int = 1
    kind: PrintKind = PrintKind.SLIP

    @property
    def dossier(self) -> str:
        """The slip's dossier; empty where it is of none."""
        return self.subject if self.kind is PrintKind.SLIP else ""


class PrintJournal:
    """The rows of receipts, in the store's database so that they share its fate."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def intend(self, subject: str, kind: PrintKind = PrintKind.SLIP) -> str:
        """Writes that a print is about to begin and returns the job's id.

        Raises PrintUndecided while an earlier one of the same kind and subject may be on paper.
        """
        job, now = secrets.token_hex(8), time.time()
        with self._database.transaction():
            if self._database.row(
                f"SELECT 1 FROM print_job WHERE kind = ? AND subject = ? AND state IN {_UNDECIDED}", (kind, subject)
            ):
                raise PrintUndecided("an earlier print of the same may be on paper")
            self._database.change(
                "INSERT INTO print_job (job, kind, subject, dossier, state, copy, intended_at, state_at)"
                " VALUES (?, ?, ?, ?, 'intended', ?, ?, ?)",
                (
                    job,
                    kind,
                    subject,
                    subject if kind is PrintKind.SLIP else None,
                    self.next_copy(subject, kind),
                    now,
                    now,
                ),
            )
        return job

    def next_copy(self, subject: str, kind: PrintKind = PrintKind.SLIP) -> int:
        """The number of the copy that would be printed now: every earlier one that may have put ink on paper counts."""
        row = self._database.row(
            "SELECT count(*) AS n FROM print_job WHERE kind = ? AND subject = ? AND inked", (kind, subject)
        )
        return 1 + int(row["n"] if row is not None else 0)

    def sent(self, job: str) -> None:
        """The job went to the printer."""
        self._move(job, PrintState.SENT, None)

    def confirmed(self, job: str) -> None:
        """The receipt is on paper: the printer said so afterwards, or a person did."""
        self._move(job, PrintState.CONFIRMED, None)

    def not_printed(self, job: str, code: str | None = None) -> None:
        """The receipt is surely not on paper: another may be printed."""
        self._move(job, PrintState.NOT_PRINTED, code)

    def voided(self, job: str, code: str | None = None) -> None:
        """The receipt broke off: what is on paper is surely not the whole, and the rest of it will not come."""
        self._move(job, PrintState.VOIDED, code)

    def unknown(self, job: str, code: str | None = None) -> None:
        """Nobody knows; a person is asked."""
        self._move(job, PrintState.UNKNOWN, code)

    def _move(self, job: str, state: PrintState, code: str | None) -> None:
        # A settled receipt stays settled: a late word of the printer must not reopen it.
        self._database.change(
            "UPDATE print_job SET state = ?, code = ?, state_at = ?, inked = max(inked, ?)"
            f" WHERE job = ? AND state IN {_UNDECIDED}",
            (state, code, time.time(), int(state in _INKED), job),
        )

    def settle_after_crash(self) -> int:
        """At start: whatever was under way is unknown now, intended too, as its last word may not have been written."""
        count = self._database.change(
            "UPDATE print_job SET state = 'unknown', code = 'PRN-UNKNOWN-OUTCOME', inked = 1, state_at = ?"
            " WHERE state IN ('intended', 'sent')",
            (time.time(),),
        )
        if count:
            log.warning(
                "%d receipt(s) were being printed when the machine stopped; nobody knows whether they came", count
            )
        return count

    def of(self, subject: str, kind: PrintKind = PrintKind.SLIP) -> tuple[PrintRow, ...]:
        """A dossier's receipts, or the lists of a visit, oldest first."""
        return self._rows("WHERE kind = ? AND subject = ?", (kind, subject))

    def open_questions(self) -> tuple[PrintRow, ...]:
        """Receipts that a person has to settle. Whoever left without a list of papers has it asked of nobody else."""
        return self._rows("WHERE state = 'unknown' AND kind = 'slip'", ())

    def forget(self, before: float) -> None:
        """Drops the lists of papers that were last heard of before then; slips go with their dossiers."""
        self._database.change("DELETE FROM print_job WHERE kind = 'checklist' AND state_at <= ?", (before,))

    def _rows(self, where: str, parameters: tuple[str, ...]) -> tuple[PrintRow, ...]:
        rows = self._database.rows(f"SELECT * FROM print_job {where} ORDER BY intended_at, rowid", parameters)
        return tuple(
            PrintRow(r["job"], r["subject"], PrintState(r["state"]), r["code"], r["copy"], PrintKind(r["kind"]))
            for r in rows
        )
