"""What is still to be said of a print before the same may be printed again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.runtime.printing import OpenJobs
from kiosk_app.submission import PrintState, Role, StoreBusy, SubmissionService, SubmissionSettings
from kiosk_app.submission.store import Store

SUBJECT = "visit:IP-01"


@pytest.fixture
def settings(tmp_path: Path) -> SubmissionSettings:
    nowhere = tmp_path / "none"
    return SubmissionSettings(
        tmp_path / "data",
        "https://127.0.0.1:9",
        nowhere,
        nowhere,
        nowhere,
        "demo-kiosk",
        "K01",
        "file",
        min_free_bytes=0,
        busy_timeout_s=0.2,
    )


@pytest.fixture
def submission(settings: SubmissionSettings) -> Iterator[SubmissionService]:
    with contextlib.closing(SubmissionService(settings)) as service:
        yield service


def states(submission: SubmissionService) -> list[PrintState]:
    return [row.state for row in submission.handouts(SUBJECT)]


def test_a_print_that_could_be_intended_and_not_be_noted_as_sent_stands_in_nobodys_way(
    submission: SubmissionService, settings: SubmissionSettings
) -> None:
    jobs = OpenJobs(submission)
    with contextlib.closing(Store(settings, Role.READER)) as other:

        def intend(subject: str) -> str:
            job = submission.handout_intended(subject)
            other.database.rows("BEGIN IMMEDIATE")
            return job

        with pytest.raises(StoreBusy):
            asyncio.run(jobs.begin(SUBJECT, intend))
        with pytest.raises(StoreBusy):
            asyncio.run(jobs.begin(SUBJECT, submission.handout_intended))
        assert states(submission) == [PrintState.INTENDED]
        other.database.rows("ROLLBACK")
    asyncio.run(jobs.begin(SUBJECT, submission.handout_intended))
    assert states(submission) == [PrintState.NOT_PRINTED, PrintState.SENT]


def test_asking_again_says_that_a_doubtful_print_did_not_come_out(submission: SubmissionService) -> None:
    jobs = OpenJobs(submission)
    first = asyncio.run(jobs.begin(SUBJECT, submission.handout_intended))
    submission.receipt_unknown(first)
    jobs.doubt(SUBJECT, first)
    asyncio.run(jobs.begin(SUBJECT, submission.handout_intended))
    assert states(submission) == [PrintState.NOT_PRINTED, PrintState.SENT]
    assert not asyncio.run(jobs.came_out(SUBJECT))


def test_a_doubtful_print_that_a_person_saw_is_confirmed(submission: SubmissionService) -> None:
    jobs = OpenJobs(submission)
    job = asyncio.run(jobs.begin(SUBJECT, submission.handout_intended))
    submission.receipt_unknown(job)
    jobs.doubt(SUBJECT, job)
    assert asyncio.run(jobs.came_out(SUBJECT))
    assert states(submission) == [PrintState.CONFIRMED]
