"""The façade of the submission for the runtime: sessions, sealing, the answer, tracking, receipts. Call it in a thread."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator, Sequence

from kiosk_app.model.tracking import OwnDossier, TrackingReport
from kiosk_app.passing import instant

from .clock import Doubt
from .draft_seal import DraftOwner
from .drafts import DraftBox, DraftToSave, KeptDraft
from .letters import LetterRow, Letters
from .line import line_to_ministry
from .notes import ChosenPin, DayMarks, DeviceReport, Line, Notes, StaffNote
from .opening import Role
from .outbox import Outbox
from .print_journal import PrintJournal, PrintKind, PrintRow
from .service import MinistryService
from .settings import SubmissionSettings
from .spool import SessionSpool
from .store import Store
from .values import (
    UNSENT,
    Acknowledgement,
    Draft,
    Incident,
    NotSentYet,
    OutboxRow,
    Progress,
    Refusal,
    SealedDossier,
    SealedFile,
    new_kiosk_reference,
)
from .wake import wake

log = logging.getLogger(__name__)

_POLL_S = 0.05


class SubmissionService:
    """What the kiosk does with dossiers. Every method blocks for milliseconds unless it says otherwise, so it belongs on a
    worker thread; all are safe from several threads. Expected failures are `errors.SubmissionError` with a `.code`."""

    def __init__(self, settings: SubmissionSettings, role: Role = Role.KIOSK) -> None:
        """Opens the data folder. As KIOSK, which exists once, it also settles what a crash left; READER only looks.

        Raises StoreBusy, StoreKeyWrong, StoreFull, StoreFailed.
        """
        self.settings = settings
        self._store = Store(settings, role)
        self._outbox = Outbox(self._store)
        self._journal = PrintJournal(self._store.database)
        self._letters = Letters(self._store.database, settings)
        self._notes = Notes(self._store.database)
        if role is Role.KIOSK:
            self._journal.settle_after_crash()

    def close(self) -> None:
        """Lets the data folder go; running sessions should have ended before."""
        self._store.close()

    @property
    def report_seed(self) -> bytes:
        """The 32 bytes from which this machine's key under readiness reports is made."""
        return self._store.key.report_seed

    @property
    def staff_key(self) -> bytes:
        """The 32 bytes that seal what the gate keeps of PINs and wrong tries."""
        return self._store.key.staff_key

    @property
    def audit_seed(self) -> bytes:
        """The 32 bytes from which this machine's key under the audit log is made."""
        return self._store.key.audit_seed

    # --- a session -------------------------------------------------------------------------------------------------

    def check_accepting(self) -> None:
        """Before a citizen starts to submit. Raises OutboxFull (OUT-FULL, OUT-OLD), StoreFull, StoreFailed (read-only)."""
        self._outbox.check_accepting()

    def begin_session(self) -> SessionSpool:
        """A fresh spool with keys of its own. Raises StoreFull, StoreFailed."""
        return self._store.open_session()

    def new_kiosk_reference(self) -> str:
        """A reference for a draft."""
        return new_kiosk_reference(self.settings.kiosk_short)

    def add_component_pdf(
        self, session: SessionSpool, component: str, component_name_vi: str, name: str, pages: int, pdf: bytes
    ) -> SealedFile:
        """Keeps a component's finished PDF, sealed and durable. Raises StoreFull, SessionEnded."""
        return session.add_component(component, component_name_vi, name, pages, pdf)

    def forget(self) -> None:
        """Lets go of everything in memory that the store has seen of a dossier. Raises StoreBusy, StoreFull, StoreFailed."""
        self._store.database.forget()

    def end_session(self, session: SessionSpool) -> None:
        """Destroys the session's keys and files; a dossier sealed from it stays. Twice does no harm."""
        session.end()

    # --- sealing and sending ---------------------------------------------------------------------------------------

    def seal_and_queue(self, session: SessionSpool, draft: Draft) -> SealedDossier:
        """Commits the dossier on this machine and wakes the agent. From its return on nothing is lost.

        Again with the same draft gives the same. Raises SealConflict, StoreFull, StoreBusy, StoreFailed, SessionEnded.
        """
        sealed = self._store.seal(session, draft)
        wake(self.settings.data_folder)
        return sealed

    def wait_ack(self, uuid: str, timeout_s: float) -> Acknowledgement | Refusal | None:
        """Blocks until the ministry has answered, at most `timeout_s`; None when it has not by then."""
        deadline = time.monotonic() + timeout_s
        while (answer := self._store.answer(uuid)) is None and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return answer

    def progress(self, uuid: str) -> Progress | None:
        """How far a dossier has got; None when it is unknown here."""
        return self._store.progress(uuid)

    def line(self) -> Line | None:
        """Whether the agent last reached the service; None when it has not tried yet."""
        return self._notes.line()

    def clock_doubt(self) -> Doubt | None:
        """Why the agent does not believe this machine's clock; None when it does."""
        return self._notes.clock().doubt

    def report_kiosk(
        self,
        state: str,
        devices: Sequence[DeviceReport],
        audit: tuple[int, str] | None = None,
        ratings: Sequence[DayMarks] = (),
        started: float | None = None,
    ) -> None:
        """What the next heartbeat tells the ministry of this kiosk; nothing of a citizen.

        `audit` is the end of the audit log: how many entries, and the last one's hash; `ratings` are those of finished days;
        `started` is when the kiosk started, in seconds of CLOCK_BOOTTIME.
        """
        self._notes.set_kiosk(state, devices, audit, ratings, started)

    def reported_audit(self) -> tuple[int, str] | None:
        """The end of the audit log as it was last told to the ministry, or is about to be."""
        return self._notes.audit()

    # --- tracking (blocks on the network) --------------------------------------------------------------------------

    def track(self, dossier_code: str, lookup_code: str) -> TrackingReport:
        """Where a dossier stands. Blocks up to the request's limit.

        Raises ServiceRefusal NET-NOT-FOUND, ServiceTrouble (NET-LIMITED, NET-UNREACHABLE, NET-SILENT, NET-TLS ...).
        """
        with line_to_ministry(self.settings) as transport:
            return MinistryService(transport).track(dossier_code.strip().upper(), lookup_code.strip().upper())

    def track_reference(self, kiosk_reference: str) -> TrackingReport | NotSentYet:
        """The same by a kiosk reference; one that has not left this machine yet is said to be so. Raises as `track`."""
        reference = kiosk_reference.strip().upper()
        here = self._store.by_reference(reference)
        if here is not None and here.state in UNSENT:
            return NotSentYet(reference, here.state, here.sealed_at)
        with line_to_ministry(self.settings) as transport:
            return MinistryService(transport).track_reference(reference)

    def own_dossiers(self, identity_number: str) -> tuple[OwnDossier, ...]:
        """The dossiers of the person whose proven chip holds that number, newest first. Blocks; raises ServiceTrouble."""
        with line_to_ministry(self.settings) as transport:
            return MinistryService(transport).own_dossiers(identity_number)

    # --- drafts of a person whose chip is proven (blocks on the network) --------------------------------------------

    def drafts_of(self, owner: DraftOwner) -> tuple[int, tuple[KeptDraft, ...]]:
        """For how many days a draft is kept, and the person's, newest first. Raises ServiceTrouble."""
        with self._box(owner) as box:
            return box.find()

    def save_draft(self, owner: DraftOwner, draft: DraftToSave, name: str) -> KeptDraft:
        """Keeps a draft at the service under `name`, a new UUID. Raises as `DraftBox.save`."""
        with self._box(owner) as box:
            return box.save(draft, name)

    def fetch_draft(self, owner: DraftOwner, draft: KeptDraft) -> bytes:
        """A draft's content, opened. Raises as `DraftBox.fetch`."""
        with self._box(owner) as box:
            return box.fetch(draft)

    def delete_draft(self, owner: DraftOwner, draft: str) -> None:
        """Deletes a draft at the service. Raises ServiceTrouble."""
        with self._box(owner) as box:
            box.delete(draft)

    @contextlib.contextmanager
    def _box(self, owner: DraftOwner) -> Iterator[DraftBox]:
        with line_to_ministry(self.settings) as transport:
            yield DraftBox(transport, self.settings, owner)

    # --- receipts --------------------------------------------------------------------------------------------------

    def receipt_intended(self, uuid: str) -> str:
        """Before the printer hears of it; returns the job's id. Raises PrintUndecided while an earlier one is open."""
        return self._journal.intend(uuid)

    def receipt_sent(self, job: str) -> None:
        """The job went to the printer."""
        self._journal.sent(job)

    def receipt_confirmed(self, job: str) -> None:
        """The receipt is on paper; an acknowledged dossier's content is then destroyed."""
        self._journal.confirmed(job)
        wake(self.settings.data_folder)

    def receipt_not_printed(self, job: str, code: str | None = None) -> None:
        """The receipt is surely not on paper; another may be printed."""
        self._journal.not_printed(job, code)

    def receipt_voided(self, job: str, code: str | None = None) -> None:
        """A piece of the receipt is on paper and the rest will not come; another may be printed, whole and marked."""
        self._journal.voided(job, code)

    def receipt_copy(self, uuid: str) -> int:
        """The number of the copy that would be printed next: 1 until something of a receipt may be on paper."""
        return self._journal.next_copy(uuid)

    def receipt_unknown(self, job: str, code: str | None = None) -> None:
        """Nobody knows; a person answers with receipt_confirmed or receipt_not_printed."""
        self._journal.unknown(job, code)

    def handout_intended(self, subject: str) -> str:
        """Before a list of papers is printed; returns the job's id, which the receipt_... methods settle like a slip's.

        Raises PrintUndecided while an earlier list of the same subject is open. It stands for no dossier's receipt.
        """
        return self._journal.intend(subject, PrintKind.CHECKLIST)

    def handouts(self, subject: str) -> tuple[PrintRow, ...]:
        """The lists of papers of a visit and procedure, oldest first."""
        return self._journal.of(subject, PrintKind.CHECKLIST)

    def mail_receipt(self, uuid: str, address: str) -> bool:
        """The receipt of a sealed dossier is to go to `address` too; the agent asks the ministry once it has the dossier.

        From its return on it survives whatever happens to the line or to this machine's power. False when a receipt was
        asked for before: there is one mail a dossier. Raises StoreFull, StoreBusy, StoreFailed.
        """
        asked = self._letters.ask(uuid, address)
        if asked:
            self._store.keep_letter(uuid)
        wake(self.settings.data_folder)
        return asked

    def receipts(self, uuid: str) -> tuple[PrintRow, ...]:
        """A dossier's receipts, oldest first."""
        return self._journal.of(uuid)

    def open_receipt_questions(self) -> tuple[PrintRow, ...]:
        """Receipts of which nobody knows whether they are on paper; a person has to say."""
        return self._journal.open_questions()

    # --- staff and technicians -------------------------------------------------------------------------------------

    def outbox_report(self) -> tuple[OutboxRow, ...]:
        """Every dossier that is not acknowledged; nothing personal."""
        return self._outbox.report()

    def receipts_to_mail(self) -> tuple[LetterRow, ...]:
        """Every receipt by e-mail that the ministry was not asked for yet; nothing personal."""
        return self._letters.report()

    def requeue_refused(self, uuid: str) -> bool:
        """Staff settled the reason: a refused dossier is tried again."""
        changed = self._outbox.requeue(uuid)
        wake(self.settings.data_folder)
        return changed

    def discard_refused(self, uuid: str) -> bool:
        """Staff took care of a refused dossier in another way: its content is destroyed."""
        return any(row.id == uuid and row.refusal for row in self._outbox.report()) and self._store.erase(uuid)

    def staff(self) -> StaffNote | None:
        """The accounts of the staff as the ministry last sent them; None before the first time."""
        return self._notes.staff()

    def staff_age(self) -> float | None:
        """How many seconds ago at most the ministry last said that these accounts are so; None before the first time."""
        return self._notes.staff_age(instant())

    def tell_chosen_pins(self, chosen: Sequence[ChosenPin]) -> None:
        """PINs that members of the staff chose on this machine: the agent tells them to the ministry until it answers."""
        if self._notes.set_chosen_pins(chosen):
            wake(self.settings.data_folder)

    def incidents(self) -> tuple[Incident, ...]:
        """What happened to the store, oldest first."""
        return self._store.incidents()
