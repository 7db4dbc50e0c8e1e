"""Submits a session's dossier, prints its slip and tracks dossiers: the effects that end at the ministry or on paper."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast

from drivers.errors import DeviceError
from drivers.ports import DeviceKind, PrintJob, PrintOutcome
from drivers.supervisor import DeviceClient, Supervisor
from kiosk_app.config import Config
from kiosk_app.flow.effects import AskForMail, ConfirmSlip, Effect, FindOwn, PrintSlip, Submit, Track
from kiosk_app.flow.events import (
    Acknowledged,
    Event,
    OwnFound,
    ReceiptMailed,
    ReceiptNotMailed,
    Sealed,
    SealFailed,
    SendDeferred,
    SendProgressed,
    SendRefused,
    SlipNotPrinted,
    SlipPrinted,
    SlipUnknown,
    Tracked,
    TrackFailed,
)
from kiosk_app.identity.codes import is_reference
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.values import PageSource, PdfFacts
from kiosk_app.log import log
from kiosk_app.model.basics import Goal
from kiosk_app.model.form import FieldKind
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.session import Identity, Session
from kiosk_app.runtime.custody import Custody
from kiosk_app.runtime.printing import UNKNOWN, OpenJobs, drawn_for, put_on_paper
from kiosk_app.runtime.runtime import Runtime, must_be_real
from kiosk_app.submission import (
    AcceptedDoubt,
    Acknowledgement,
    Applicant,
    Assistance,
    ChipCheck,
    Consent,
    DeskPaper,
    DossierDraft,
    NotSentYet,
    ProcedureRef,
    Refusal,
    SealedFile,
    ServiceTrouble,
    SessionSpool,
    SubmissionError,
    SubmissionService,
    SupplementDraft,
)

if TYPE_CHECKING:
    from kiosk_app.receipts import Document

WAIT_SLICE_S = 0.2


class DossierHands:
    """Submitting, printing and tracking as effects."""

    def __init__(
        self,
        runtime: Runtime,
        supervisor: Supervisor,
        pool: ImagingPool,
        custody: Custody,
        submission: SubmissionService,
        config: Config,
    ) -> None:
        self._runtime = runtime
        self._supervisor = supervisor
        self._pool = pool
        self._custody = custody
        self._submission = submission
        self._config = config
        self._open = OpenJobs(submission)

    def handles(self) -> tuple[type[Effect], ...]:
        """Submit, print, settle, mail, track."""
        return (Submit, PrintSlip, ConfirmSlip, AskForMail, Track, FindOwn)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Does it and tells how it went. Raises OnlyPractised."""
        must_be_real(session)
        if isinstance(effect, Submit):
            await self._submit(session)
        elif isinstance(effect, PrintSlip):
            self._runtime.dispatch(await self._print(session))
        elif isinstance(effect, AskForMail):
            self._runtime.dispatch(await self._ask_for_mail(effect, session))
        elif isinstance(effect, ConfirmSlip):
            await self._came_out(session.submission.uuid)
        elif isinstance(effect, Track):
            self._runtime.dispatch(await self._track(effect, session.number))
        elif isinstance(effect, FindOwn):
            self._runtime.dispatch(await self._own(session))

    # --- submit ----------------------------------------------------------------------------------------------------

    async def _submit(self, session: Session) -> None:
        try:
            spool = await self._custody.spool(session.number)
            supplement = session.goal is Goal.SUPPLEMENT
            draft = await (self._supplement(session, spool) if supplement else self._draft(session, spool))
            await asyncio.to_thread(self._submission.seal_and_queue, spool, draft)
        except (SubmissionError, ImagingError) as error:
            self._runtime.dispatch(SealFailed(session.number, error.code))
            return
        log("dossier.sealed", dossier=draft.uuid, files=len(draft.files))
        total = sum(file.bytes for file in draft.files)
        hashes = tuple(file.sha256 for file in draft.files)
        picture = await self._code_picture(draft.kiosk_reference)
        self._runtime.dispatch(Sealed(session.number, draft.uuid, draft.kiosk_reference, total, hashes, picture))
        await self._follow(session.number, draft.uuid)

    async def _draft(self, session: Session, spool: SessionSpool) -> DossierDraft:
        procedure, identity, consent = session.procedure, session.identity, session.consent
        if procedure is None or identity is None or consent is None:
            raise SubmissionError("the session is not complete", "SYS-UNEXPECTED")
        now = self._config.now()
        kept = [component for component in procedure.components if session.kept_pages(component.id)]
        files = await self._components(session, procedure, kept, spool, now)
        values = {item.id: session.answers[item.id].value for item in session.fields if item.id in session.answers}
        delivery = values.get("result_delivery", "counter")
        known = {item.id for item in session.fields if item.kind is FieldKind.CHOICE}
        return DossierDraft(
            uuid=spool.dossier_uuid,
            kiosk_reference=await asyncio.to_thread(self._submission.new_kiosk_reference),
            procedure=ProcedureRef(procedure.local_id, procedure.code, procedure.name_vi, procedure.name_en),
            applicant=Applicant(
                kind=0,
                identity_number=identity.number,
                full_name=identity.name,
                birth_date=identity.birth_date,
                verified_by=cast(Literal["chip", "qr", "typed"], identity.verified_by),
                assurance=identity.assurance.value,
                phone=values.get("phone") or None,
                email=values.get("email") or None,
                chip_check=_chip_check(identity),
            ),
            answers={key: value for key, value in values.items() if key not in ("phone", "email", "result_delivery")},
            consent=Consent(consent.version, datetime.fromisoformat(consent.at), consent.notices),
            declared_at=datetime.fromisoformat(session.declared_at),
            submitted_at=now,
            result_delivery=cast(
                Literal["counter", "post", "electronic"], delivery if "result_delivery" in known else "counter"
            ),
            language=session.language.value,
            files=files,
            at_desk=tuple(
                DeskPaper(item.id, item.name_vi, item.originals, item.copies)
                for item in procedure.components
                if item.id in session.at_desk
            ),
            receipt_mail=session.receipt_mail or None,
            lineage=session.drafts.lineage or None,
            assistance=_assistance(session),
        )

    async def _supplement(self, session: Session, spool: SessionSpool) -> SupplementDraft:
        procedure, report = session.procedure, session.track.report
        if procedure is None or report is None:
            raise SubmissionError("the session is not complete", "SYS-UNEXPECTED")
        now = self._config.now()
        return SupplementDraft(
            uuid=spool.dossier_uuid,
            kiosk_reference=await asyncio.to_thread(self._submission.new_kiosk_reference),
            dossier_code=report.dossier_code,
            # Asked by a kiosk's reference, the service has told it; otherwise the citizen has.
            lookup_code=report.lookup_code or session.track.lookup_code,
            declared_at=datetime.fromisoformat(session.declared_at),
            submitted_at=now,
            files=await self._components(session, procedure, procedure.components, spool, now),
        )

    async def _components(
        self, session: Session, procedure: Procedure, kept: Sequence[Component], spool: SessionSpool, now: datetime
    ) -> tuple[SealedFile, ...]:
        """The papers as files, made side by side by the imaging workers; all have ended before a failure is told."""
        work = (self._component(session, procedure, component, spool, now) for component in kept)
        files = []
        for ended in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended
            files.append(ended)
        return tuple(files)

    async def _component(
        self, session: Session, procedure: Procedure, component: Component, spool: SessionSpool, now: datetime
    ) -> SealedFile:
        pages = [await self._custody.page(page.number) for page in session.kept_pages(component.id)]
        facts = PdfFacts(
            title=component.name_vi,
            created=now,
            procedure=procedure.name_vi,
            component=component.name_vi,
            kiosk_id=self._config.kiosk.id,
        )
        place = spool.component_place()
        target = PageSource(place.path, place.key, place.associated)
        pdf = await self._pool.seal_pdf(pages, facts, target, component.scan)
        name = f"{procedure.local_id}-{component.id}.pdf"
        return SealedFile(place.file_id, component.id, component.name_vi, name, pdf.pages, pdf.size, pdf.sha256)

    async def _follow(self, number: int, uuid: str) -> None:
        """Tells how sending goes for as long as the citizen is there; the agent needs nobody to watch."""
        deferred = False
        while self._custody.holds(number):
            answer = await asyncio.to_thread(self._submission.wait_ack, uuid, WAIT_SLICE_S)
            if isinstance(answer, Acknowledgement):
                log("dossier.acknowledged", dossier=uuid)
                picture = await self._code_picture(answer.dossier_code)
                self._runtime.dispatch(Acknowledged(number, answer.dossier_code, answer.lookup_code, picture))
                return
            if isinstance(answer, Refusal):
                log("dossier.refused", dossier=uuid, code=answer.code)
                self._runtime.dispatch(SendRefused(number, "NET-REFUSED", answer.detail_vi, answer.detail_en))
                return
            progress = await asyncio.to_thread(self._submission.progress, uuid)
            if progress is None:
                return
            self._runtime.dispatch(SendProgressed(number, progress.bytes_sent, progress.bytes_total))
            if progress.attempts and progress.last_code is not None and not deferred:
                deferred = True
                log("dossier.deferred", dossier=uuid, code=progress.last_code)
                self._runtime.dispatch(SendDeferred(number, progress.last_code))

    async def _code_picture(self, code: str) -> bytes:
        """The code for a telephone's camera; without it the code itself is on the screen all the same."""
        try:
            return await self._pool.draw_code(code)
        except ImagingError:
            return b""

    # --- print -----------------------------------------------------------------------------------------------------

    async def _print(self, session: Session) -> Event:
        number, uuid = session.number, session.submission.uuid
        client = self._supervisor.by_kind(DeviceKind.PRINTER)
        if client is None:
            return SlipNotPrinted(number, "PRN-ABSENT")
        copy = await asyncio.to_thread(self._submission.receipt_copy, uuid)
        document = await asyncio.to_thread(self._slip, session, copy)
        try:
            picture = await drawn_for(client, self._pool, document)
            job = await self._open.begin(uuid, self._submission.receipt_intended)
        except (DeviceError, SubmissionError) as error:
            return SlipNotPrinted(number, error.code)
        return await self._print_job(client, number, uuid, PrintJob(job, picture))

    def _slip(self, session: Session, copy: int) -> Document:
        # Nobody needs it before the first paper is printed; this is a thread of its own.
        from kiosk_app.runtime.slip import slip_of

        return slip_of(session, self._config, self._config.now(), copy).document()

    async def _print_job(self, client: DeviceClient, number: int, uuid: str, job: PrintJob) -> Event:
        report = await put_on_paper(client, self._submission, job)
        code = report.code or UNKNOWN
        if report.outcome is PrintOutcome.PRINTED:
            log("slip.printed", dossier=uuid, seconds=round(report.seconds, 3))
            return SlipPrinted(number)
        if report.outcome is PrintOutcome.NOT_PRINTED:
            log("slip.voided" if report.begun else "slip.not_printed", dossier=uuid, code=code)
            return SlipNotPrinted(number, code, report.begun)
        log("slip.unknown", dossier=uuid, code=code)
        self._open.doubt(uuid, job.job)
        return SlipUnknown(number, UNKNOWN)

    async def _came_out(self, uuid: str) -> None:
        """A person has looked: the doubtful slip is on paper."""
        if await self._open.came_out(uuid):
            log("slip.seen", dossier=uuid)

    # --- mail ------------------------------------------------------------------------------------------------------

    async def _ask_for_mail(self, effect: AskForMail, session: Session) -> Event:
        uuid = session.submission.uuid
        try:
            await asyncio.to_thread(self._submission.mail_receipt, uuid, effect.address)
        except SubmissionError as error:
            return ReceiptNotMailed(session.number, error.code)
        log("slip.mail_asked", dossier=uuid)
        return ReceiptMailed(session.number)

    # --- track -----------------------------------------------------------------------------------------------------

    async def _track(self, effect: Track, number: int) -> Event:
        try:
            if is_reference(effect.code):
                report = await asyncio.to_thread(self._submission.track_reference, effect.code)
            else:
                report = await asyncio.to_thread(self._submission.track, effect.code, effect.lookup_code)
        except SubmissionError as error:
            return TrackFailed(number, _unasked(error))
        if isinstance(report, NotSentYet):
            return TrackFailed(number, "NET-WAITING")
        return Tracked(number, report)

    async def _own(self, session: Session) -> Event:
        identity = session.identity
        if identity is None or not identity.proven:
            return TrackFailed(session.number, "CRD-NOT-PROVEN")
        try:
            found = await asyncio.to_thread(self._submission.own_dossiers, identity.number)
        except SubmissionError as error:
            return TrackFailed(session.number, _unasked(error))
        log("dossier.own_asked", found=len(found))
        return OwnFound(session.number, found)


def _unasked(error: SubmissionError) -> str:
    """The code of a question that got no answer: of what is sent, the codes of the line say that it is safe here."""
    return "NET-NOT-ASKED" if isinstance(error, ServiceTrouble) and error.code != "NET-LIMITED" else error.code


def _assistance(session: Session) -> Assistance | None:
    """What the dossier says of an officer's help; of a session without one, nothing."""
    record = session.assist.record
    if record is None or not record.since:
        return None
    return Assistance(
        role=record.role.value,
        since=datetime.fromisoformat(record.since),
        until=datetime.fromisoformat(record.until),
        accepted=tuple(AcceptedDoubt(item.what.value, item.reason, item.page) for item in record.accepted),
        phrases=record.phrases,
        note=record.note,
    )


def _chip_check(identity: Identity) -> ChipCheck | None:
    """What the reading leaves to the officer; a person who was not read from a chip brings nothing of it."""
    if identity.verified_by != "chip":
        return None
    passive, chip, active = (check.verdict.value for check in (identity.passive, identity.chip, identity.active))
    return ChipCheck(passive, chip, active, identity.mismatches)
