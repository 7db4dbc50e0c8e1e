"""The kiosk's half of the printing soak, a process that may be killed: the print journal and the printer's real driver.

Reads requests as JSON lines: `{"op": "print", "dossier": N}`, `{"op": "answer", "job": ID, "out": true}`,
`{"op": "questions"}`. Settles at its start what the one before it left, as the kiosk does.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from pathlib import Path
from typing import Any

from drivers.errors import DeviceError
from drivers.ports import Emit, PrintJob, PrintOutcome, PrintReport
from drivers.printer.escpos import EscposPrinter
from drivers.printer.settings import Settings
from kiosk_app.submission.database import Database
from kiosk_app.submission.print_journal import PrintJournal
from tests.bench.prints_paper import Name, png_of


class Believer(EscposPrinter):
    """A control that must be found out: takes silence for good news."""

    def print(self, job: PrintJob, emit: Emit) -> PrintReport:
        report = super().print(job, emit)
        if report.outcome is PrintOutcome.UNKNOWN:
            return PrintReport(job.job, PrintOutcome.PRINTED)
        return report


class Repeater(EscposPrinter):
    """A control that must be found out: sends a job again to be on the safe side."""

    def print(self, job: PrintJob, emit: Emit) -> PrintReport:
        super().print(job, emit)
        return super().print(job, emit)


DRIVERS = {"escpos": EscposPrinter, "believer": Believer, "repeater": Repeater}


class Kiosk:
    """Journal and driver, used as kiosk_app.runtime.dossiers uses them."""

    def __init__(self, folder: Path, driver: EscposPrinter, dots: int) -> None:
        self._database = Database(folder / "store.sqlite", bytes(32), 5.0)
        if self._database.needs_migration():
            self._database.migrate()
        self._journal = PrintJournal(self._database)
        self._journal.settle_after_crash()
        self._driver = driver
        self._dots = dots

    def do(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request."""
        match request["op"]:
            case "print":
                return self._print(request["dossier"])
            case "answer":
                settle = self._journal.confirmed if request["out"] else self._journal.not_printed
                settle(request["job"])
                return {}
            case _:
                rows = self._journal.open_questions()
                return {"open": [{"job": row.job, "dossier": int(row.dossier), "copy": row.copy} for row in rows]}

    def _print(self, number: int) -> dict[str, Any]:
        dossier = str(number)
        self._make(dossier)
        copy = self._journal.next_copy(dossier)
        job = self._journal.intend(dossier)
        self._journal.sent(job)
        try:
            with contextlib.suppress(DeviceError):
                self._driver.poll(_nobody)
            report = self._driver.print(PrintJob(job, png_of(Name(number, copy), self._dots)), _nobody)
        except DeviceError as error:
            report = PrintReport(job, PrintOutcome.NOT_PRINTED, error.code)
        if report.outcome is PrintOutcome.PRINTED:
            self._journal.confirmed(job)
        elif report.outcome is PrintOutcome.UNKNOWN:
            self._journal.unknown(job, report.code)
        elif report.begun:
            self._journal.voided(job, report.code)
        else:
            self._journal.not_printed(job, report.code)
        return {"job": job, "copy": copy, "outcome": report.outcome.value, "code": report.code, "begun": report.begun}

    def _make(self, dossier: str) -> None:
        """The row of a dossier that a receipt belongs to; nothing of it is used."""
        self._database.change(
            "INSERT OR IGNORE INTO dossier (uuid, reference, state, fingerprint, bytes_total, sealed_at, state_at)"
            " VALUES (?, ?, 'sealed', '', 0, 0, 0)",
            (dossier, dossier),
        )


def _nobody(event: str, /, **data: Any) -> None:
    """Nobody listens."""


def main() -> None:
    """Serves until its standard input ends."""
    logging.disable(logging.CRITICAL)
    folder, kind, table = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    settings = Settings.of(table)
    kiosk = Kiosk(folder, DRIVERS[kind](settings), settings.dots)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(kiosk.do(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
