"""Compares the pages a scanner says it made with those that arrived, so that none is lost on the line in silence."""

from __future__ import annotations

from drivers.errors import DeviceError
from drivers.scanner.escl import EsclJob, EsclStatus


class JobLedger:
    """The scanner's jobs of one scan.

    After a page that broke off, sane-airscan begins a new job by itself, and after the last one it reports an empty
    feeder: both look like success with one page fewer.
    """

    def __init__(self, before: EsclStatus | None) -> None:
        self._others = frozenset(job.uri for job in before.jobs) if before else frozenset()
        self._ours: dict[str, EsclJob] = {}

    def started(self, status: EsclStatus | None, arrived: int) -> None:
        """Called when SANE began a page. Raises DeviceError SCN-CUT-SHORT when a job before the running one lost some."""
        self._note(status)
        self._compare(list(self._ours.values())[:-1], status, arrived)

    def ended(self, status: EsclStatus | None, arrived: int) -> None:
        """Called at the end of the stack. Raises DeviceError SCN-CUT-SHORT, or the scanner's trouble."""
        self._note(status)
        self._compare(list(self._ours.values()), status, arrived)

    def _note(self, status: EsclStatus | None) -> None:
        # A dictionary keeps the order in which the jobs appeared; makers sort their lists in different ways.
        for job in reversed(status.jobs if status else ()):
            if job.uri not in self._others:
                self._ours[job.uri] = job

    @staticmethod
    def _compare(jobs: list[EsclJob], status: EsclStatus | None, arrived: int) -> None:
        made = sum(job.completed for job in jobs)
        if made > arrived or any(job.ended_badly for job in jobs):
            trouble = status.trouble if status else None
            raise DeviceError(trouble or "SCN-CUT-SHORT", f"{made} pages made, {arrived} arrived")
