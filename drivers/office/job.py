"""What became of a job, from the printer's own words (RFC 8011 5.3.7 and 5.3.8): printed, surely not, or nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from drivers.office.ipp import BadAnswer, Value
from drivers.office.status import texts
from drivers.ports import PrintOutcome

UNKNOWN_OUTCOME: Final = "OFP-UNKNOWN-OUTCOME"
REFUSED: Final = "OFP-REFUSED"
CANCELLED: Final = "OFP-CANCELLED"
HELD: Final = "OFP-HELD"
BUSY: Final = "OFP-BUSY"

ASKED: Final = ("job-state", "job-state-reasons", "job-impressions-completed", "time-at-processing")
# Said of a document that could not be opened at all; with a page out, the printer would have failed at that page.
_UNREADABLE: Final = ("document-format-error", "unsupported-document-format", "document-access-error")
_NOT_WHOLE: Final = ("job-completed-with-errors",)
_HANDED_ON: Final = ("queued-in-device",)


class JobState(IntEnum):
    """RFC 8011 5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


ENDED: Final = (JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED)


@dataclass(frozen=True)
class Job:
    """One answer about a job. `impressions` is how many sides are out, 0 also of printers that do not count.

    `begun`: the printer has once taken it in hand.
    """

    state: JobState
    reasons: tuple[str, ...] = ()
    impressions: int = 0
    begun: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


def read(values: Mapping[str, tuple[Value, ...]]) -> Job:
    """The job out of an answer's attributes. Raises BadAnswer when its state is missing or none."""
    state, count = values.get("job-state", (None,))[0], values.get("job-impressions-completed", (0,))[0]
    try:
        known = JobState(state) if type(state) is int else None
    except ValueError:
        known = None
    if known is None:
        raise BadAnswer("a job that does not say how it is")
    processing = values.get("time-at-processing", (None,))[0]
    begun = processing is not None or known in (JobState.PROCESSING, JobState.STOPPED, JobState.COMPLETED)
    impressions = count if type(count) is int and count > 0 else 0
    return Job(known, texts(values, "job-state-reasons"), impressions, begun or impressions > 0)


@dataclass(frozen=True)
class Verdict:
    """How a job ended; see PrintReport."""

    outcome: PrintOutcome
    code: str | None = None
    begun: bool = True


def judge(job: Job, pages: int, cause: str | None, hands_on: bool) -> Verdict:
    """What is known of a job that has ended. `pages` is 0 where the document's length is not known.

    `cause` is why it was broken off or what stopped the printer, if anything; `hands_on` is of PrinterStatus. Completed is
    believed only of who moves the paper: a spooler that has sent the data away knows no more than that.
    """
    short = 0 < job.impressions < pages
    if job.state is JobState.COMPLETED:
        doubtful = hands_on or short or bool({*_NOT_WHOLE, *_HANDED_ON} & set(job.reasons))
        return Verdict(PrintOutcome.UNKNOWN, cause or UNKNOWN_OUTCOME) if doubtful else Verdict(PrintOutcome.PRINTED)
    if job.state not in ENDED:
        return Verdict(PrintOutcome.UNKNOWN, cause or UNKNOWN_OUTCOME)
    unreadable = bool(set(_UNREADABLE) & set(job.reasons))
    why = cause or (CANCELLED if job.state is JobState.CANCELED else REFUSED)
    if not job.begun or (unreadable and not job.impressions):
        return Verdict(PrintOutcome.NOT_PRINTED, REFUSED if unreadable else why, begun=False)
    # Broken off with some of its sides out is surely not whole. With none counted it may be either: few printers count.
    if short:
        return Verdict(PrintOutcome.NOT_PRINTED, why)
    return Verdict(PrintOutcome.UNKNOWN, cause or UNKNOWN_OUTCOME)
