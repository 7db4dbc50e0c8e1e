"""The kiosk's half of `make crash`: one dossier sealed, sent, receipted and wiped by the production code.

Takes its order as JSON and tells what it promised to the citizen, a line each, in a file that no fault
is put into. Started again it does what a kiosk does in the morning: it settles the journal, lets a person answer what is
doubtful, prints what is surely not on paper, and ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drivers.errors import DeviceError
from drivers.ports import PrintJob, PrintReport
from drivers.printer.escpos import EscposPrinter
from drivers.printer.settings import Settings
from kiosk_app.runtime.printing import put_on_paper
from kiosk_app.submission import (
    Acknowledgement,
    Applicant,
    Consent,
    DossierDraft,
    ProcedureRef,
    SessionSpool,
    SubmissionError,
    SubmissionService,
    settings_from_json,
)
from tests.bench.prints_paper import Name, png_of
from tests.crash import builds

DOTS = 576
STAGE = "/kiosk-stage/"


def pdf(size: int, seed: str) -> bytes:
    """Bytes that look like a PDF, do not compress, and are known to whoever knows the seed."""
    return b"%PDF-1.7\n" + random.Random(seed).randbytes(size) + b"\n%%EOF\n"


def draft_of(service: SubmissionService, session: SessionSpool, sizes: list[int], seed: str) -> DossierDraft:
    """A whole dossier of a person who does not exist, its components sealed into the session."""
    files = tuple(
        service.add_component_pdf(session, f"c{n}", f"Giấy tờ {n}", f"giay-to-{n}.pdf", 1, pdf(size, f"{seed}/{n}"))
        for n, size in enumerate(sizes)
    )
    now = datetime.now(UTC)
    return DossierDraft(
        uuid=session.dossier_uuid,
        kiosk_reference=service.new_kiosk_reference(),
        procedure=ProcedureRef("IP-01", None, "Thủ tục đăng ký sáng chế", "Registration of an invention"),
        applicant=Applicant(0, "001099000123", "NGUYỄN VĂN THỬ NGHIỆM", "1990-01-02", "chip"),
        answers={"title": "Máy thử nghiệm"},
        consent=Consent("2026-01", now, notices=False),
        declared_at=now,
        submitted_at=now,
        result_delivery="counter",
        language="vi",
        files=files,
    )


def stage(name: str) -> None:
    """A call that changes nothing and shows in the trace where the visit is."""
    os.access(STAGE + name, os.F_OK)


class Told:
    """What was said to the outside, in the order in which it was said."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __call__(self, *words: str) -> None:
        os.write(self._descriptor, (" ".join(words) + "\n").encode())


class Printer:
    """The production driver in this process, under the one verb that printing asks of a device's host."""

    def __init__(self, address: str) -> None:
        self._driver = EscposPrinter(Settings.of({"address": address, "silence_s": 2.0}))

    async def call(self, verb: str, kind: type[PrintReport], job: PrintJob) -> PrintReport:
        """Prints. Raises DeviceError."""
        assert (verb, kind) == ("print", PrintReport)
        with suppress(DeviceError):
            self._driver.poll(_nobody)
        return self._driver.print(job, _nobody)


def _nobody(event: str, /, **data: Any) -> None:
    """Nobody listens."""


class Visit:
    """One citizen, from the first paper to the wiped session."""

    def __init__(self, order: dict[str, Any], told: Told) -> None:
        self._order = order
        self._told = told
        self._service = SubmissionService(settings_from_json(order["settings"]))
        self._printer = Printer(order["printer"])

    def fresh(self) -> None:
        """Seals, waits for the ministry, prints, wipes."""
        stage("seal")
        session = self._service.begin_session()
        draft = draft_of(self._service, session, self._order["sizes"], self._order["seed"])
        self._told("draft", draft.uuid)
        try:
            self._service.seal_and_queue(session, draft)
        except SubmissionError as error:
            self._told("failed", draft.uuid, error.code)
            raise
        self._told("sealed", draft.uuid)
        self._after(draft.uuid)
        stage("wipe")
        self._service.end_session(session)
        self._service.close()

    def again(self) -> None:
        """The morning after: questions are answered by a person, what is surely not on paper is printed."""
        uuid = self._order["uuid"]
        for row in self._service.open_receipt_questions():
            if self._order["out"]:
                self._service.receipt_confirmed(row.job)
            else:
                self._service.receipt_not_printed(row.job, "PRN-UNKNOWN-OUTCOME")
        if uuid is not None and self._service.progress(uuid) is not None:
            self._after(uuid)
        self._service.close()

    def _after(self, uuid: str) -> None:
        stage("send")
        answer = self._service.wait_ack(uuid, self._order["patience_s"])
        if not isinstance(answer, Acknowledgement):
            self._told("no-answer", uuid, type(answer).__name__)
            return
        self._told("acknowledged", uuid, answer.dossier_code)
        if any(row.state.value == "confirmed" for row in self._service.receipts(uuid)):
            return
        stage("print")
        copy = self._service.receipt_copy(uuid)
        job = self._service.receipt_intended(uuid)
        self._service.receipt_sent(job)
        picture = png_of(Name(self._order["number"], copy), DOTS)
        report = asyncio.run(put_on_paper(self._printer, self._service, PrintJob(job, picture)))  # type: ignore[arg-type]
        self._told("printed", uuid, report.outcome.value)


def main(arguments: list[str]) -> int:
    """Runs one visit; 1 when an expected failure ended it."""
    logging.disable(logging.CRITICAL)
    order = json.loads(arguments[0])
    told = Told(Path(order["told"]))
    builds.use(order.get("build", "ours"))
    stage("open")
    try:
        visit = Visit(order, told)
        visit.again() if order["again"] else visit.fresh()
    except SubmissionError as error:
        told("ended", error.code)
        return 1
    told("done")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
