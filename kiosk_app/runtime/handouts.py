"""Prints what is taken home, a list of papers or a draft's slip: jobs of their own, that stand for nobody's receipt."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from drivers.errors import DeviceError
from drivers.ports import DeviceKind, PrintJob, PrintOutcome
from drivers.supervisor import Supervisor
from kiosk_app.config import Config
from kiosk_app.flow.effects import ConfirmHandout, Effect, PrintHandout
from kiosk_app.flow.events import ChecklistNotPrinted, ChecklistPrinted, ChecklistUnknown, Event
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.log import log
from kiosk_app.model.procedure import Procedure
from kiosk_app.model.session import Session
from kiosk_app.runtime.printing import UNKNOWN, OpenJobs, drawn_for, put_on_paper
from kiosk_app.runtime.runtime import Runtime, must_be_real
from kiosk_app.submission import SubmissionError, SubmissionService

if TYPE_CHECKING:
    from kiosk_app.receipts import Document


class HandoutHands:
    """Printing and settling lists of papers and slips of drafts as effects."""

    def __init__(
        self,
        runtime: Runtime,
        supervisor: Supervisor,
        pool: ImagingPool,
        submission: SubmissionService,
        config: Config,
    ) -> None:
        self._runtime = runtime
        self._supervisor = supervisor
        self._pool = pool
        self._submission = submission
        self._config = config
        # Sessions are numbered anew by each process: without this, a visit would be taken for one before the restart.
        self._run = secrets.token_hex(4)
        self._open = OpenJobs(submission)

    def handles(self) -> tuple[type[Effect], ...]:
        """Print, settle."""
        return (PrintHandout, ConfirmHandout)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Does it and tells how it went. Raises OnlyPractised."""
        must_be_real(session)
        procedure = session.procedure
        if procedure is None:
            return
        if isinstance(effect, PrintHandout):
            self._runtime.dispatch(await self._print(session, procedure))
        elif await self._open.came_out(self.subject(session, procedure)):
            log("checklist.seen", procedure=_name(session, procedure))

    def subject(self, session: Session, procedure: Procedure) -> str:
        """What the journal knows the paper by: this run's visit and the procedure, nothing of a person."""
        return f"{self._run}.{session.number}:{_name(session, procedure)}"

    async def _print(self, session: Session, procedure: Procedure) -> Event:
        number, id, subject = session.number, _name(session, procedure), self.subject(session, procedure)
        client = self._supervisor.by_kind(DeviceKind.PRINTER)
        if client is None:
            return ChecklistNotPrinted(number, id, "PRN-ABSENT")
        document = await asyncio.to_thread(self._document, session, procedure)
        try:
            picture = await drawn_for(client, self._pool, document)
            job = await self._open.begin(subject, self._submission.handout_intended)
        except (DeviceError, SubmissionError) as error:
            return ChecklistNotPrinted(number, id, error.code)
        report = await put_on_paper(client, self._submission, PrintJob(job, picture))
        code = report.code or UNKNOWN
        if report.outcome is PrintOutcome.PRINTED:
            log("checklist.printed", procedure=id, seconds=round(report.seconds, 3))
            return ChecklistPrinted(number, id)
        if report.outcome is PrintOutcome.NOT_PRINTED:
            log("checklist.voided" if report.begun else "checklist.not_printed", procedure=id, code=code)
            return ChecklistNotPrinted(number, id, code, report.begun)
        log("checklist.unknown", procedure=id, code=code)
        self._open.doubt(subject, job)
        return ChecklistUnknown(number, id, UNKNOWN)

    def _document(self, session: Session, procedure: Procedure) -> Document:
        # Nobody needs it before the first paper is printed; this is a thread of its own.
        from kiosk_app.runtime.slip import checklist_of, draft_slip_of

        draft, now = session.drafts.saved, self._config.now()
        if session.handout.draft and draft is not None:
            return draft_slip_of(session, procedure, draft, self._config, now).document()
        return checklist_of(session, procedure, self._config, now).document()


def _name(session: Session, procedure: Procedure) -> str:
    """What the paper is of, as the flow waits for it and the log has it."""
    return f"draft:{procedure.local_id}" if session.handout.draft else procedure.local_id
