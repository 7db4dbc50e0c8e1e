"""One slip on paper: drawn, sent to the printer once, and what is known of it written into the journal."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from drivers.errors import DeviceError
from drivers.ports import PrintJob, PrintOutcome, PrintReport
from drivers.supervisor import DeviceClient
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.log import log
from kiosk_app.submission import SubmissionService

if TYPE_CHECKING:
    from kiosk_app.receipts import Document

UNKNOWN: Final = "PRN-UNKNOWN-OUTCOME"
DEFAULT_DOTS: Final = 576


def dots_of(client: DeviceClient) -> int:
    """The width of the printer's paper in dots, as its driver says."""
    for item in client.description.capabilities:
        name, _, value = item.partition("=")
        if name == "dots" and value.isdigit():
            return int(value)
    return DEFAULT_DOTS


async def drawn_for(client: DeviceClient, pool: ImagingPool, document: Document) -> str:
    """The document as this printer's job takes it: a 1-bit PNG in Base64. Raises DeviceError PRN-NOT-DRAWN."""
    try:
        picture = await pool.draw(document, dots_of(client))
    except ImagingError as error:
        log("slip.not_drawn", document=document.name, code=error.code)
        raise DeviceError("PRN-NOT-DRAWN", f"{error.code}: {error.detail}") from error
    return base64.b64encode(picture).decode()


class OpenJobs:
    """Jobs of the journal of which something is still to be said before the same may be printed again, by their subject."""

    def __init__(self, submission: SubmissionService) -> None:
        self._submission = submission
        self._doubtful: dict[str, str] = {}
        self._unsent: dict[str, str] = {}

    async def begin(self, subject: str, intend: Callable[[str], str]) -> str:
        """Notes by `intend` a job that the printer may hear of from now on, and returns its id.

        What the printer has surely never heard of, because it could be intended and not be noted as sent, is settled first;
        so is a doubtful one, for asking for paper again is the person's word that it did not come out.
        Raises SubmissionError, and then nothing may be printed.
        """
        for jobs, code in ((self._unsent, None), (self._doubtful, UNKNOWN)):
            if (earlier := jobs.get(subject)) is not None:
                await asyncio.to_thread(self._submission.receipt_not_printed, earlier, code)
                del jobs[subject]
        job = await asyncio.to_thread(intend, subject)
        self._unsent[subject] = job
        await asyncio.to_thread(self._submission.receipt_sent, job)
        del self._unsent[subject]
        return job

    def doubt(self, subject: str, job: str) -> None:
        """Nobody knows whether it is on paper; a person will say."""
        self._doubtful[subject] = job

    async def came_out(self, subject: str) -> bool:
        """A person has looked: the doubtful one is on paper. False when there is none. Raises SubmissionError."""
        if (job := self._doubtful.get(subject)) is None:
            return False
        await asyncio.to_thread(self._submission.receipt_confirmed, job)
        del self._doubtful[subject]
        return True


async def put_on_paper(client: DeviceClient, submission: SubmissionService, job: PrintJob) -> PrintReport:
    """Prints a job of the journal, and settles it there by the printer's word; never raises DeviceError.

    A host that died or hung may have printed; only the driver's own word says that nothing went out.
    """
    try:
        report = await client.call("print", PrintReport, job=job)
    except DeviceError as error:
        unknown = error.code in ("SYS-HOST-DIED", "SYS-DEADLINE")
        outcome = PrintOutcome.UNKNOWN if unknown else PrintOutcome.NOT_PRINTED
        report = PrintReport(job.job, outcome, error.code)
    if report.outcome is PrintOutcome.PRINTED:
        await asyncio.to_thread(submission.receipt_confirmed, job.job)
    elif report.outcome is PrintOutcome.NOT_PRINTED:
        settle = submission.receipt_voided if report.begun else submission.receipt_not_printed
        await asyncio.to_thread(settle, job.job, report.code or UNKNOWN)
    else:
        await asyncio.to_thread(submission.receipt_unknown, job.job, report.code or UNKNOWN)
    return report
