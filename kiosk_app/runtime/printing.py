"""One picture on paper: sent to the printer once, and what is known of it written into the journal."""

from __future__ import annotations

import asyncio
from typing import Final

from drivers.errors import DeviceError
from drivers.ports import PrintJob, PrintOutcome, PrintReport
from drivers.supervisor import DeviceClient
from kiosk_app.submission import SubmissionService

UNKNOWN: Final = "PRN-UNKNOWN-OUTCOME"
DEFAULT_DOTS: Final = 576


def dots_of(client: DeviceClient) -> int:
    """The width of the printer's paper in dots, as its driver says."""
    for item in client.description.capabilities:
        name, _, value = item.partition("=")
        if name == "dots" and value.isdigit():
            return int(value)
    return DEFAULT_DOTS


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
