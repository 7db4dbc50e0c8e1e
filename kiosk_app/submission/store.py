"""The sealed store: a dossier is committed here in one transaction, and destroyed here when it is no longer needed."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from drivers.durable import fsync_folder
from drivers.sealed import SealBroken, SealedReader

from . import letter_records
from .database import Database, Row
from .device_key import DeviceKey, open_device_key
from .errors import SealConflict, StoreFailed, disk_errors
from .opening import Opened, Role, open_store
from .payload import body_of, fingerprint, kind_of, to_text
from .print_journal import PrintJournal
from .rescue import Rescue, quarantine_folder, rescue, write_rescue_record
from .settings import SubmissionSettings
from .spool import SessionSpool, component_purpose, wipe_orphans
from .values import (
    UNSENT,
    Acknowledgement,
    DossierState,
    Draft,
    Incident,
    Kind,
    Progress,
    Refusal,
    SealedDossier,
)

log = logging.getLogger(__name__)

_UNSENT_SQL = "(" + ", ".join(f"'{state}'" for state in UNSENT) + ")"


@dataclass(frozen=True)
class StoredFile:
    """A file of a sealed dossier and how much of it the service holds; `upload` is its place there."""

    position: int
    file_id: str
    bytes: int
    sha256: str
    upload: str | None
    bytes_sent: int


class Store:
    """The rows and the sealed files of one data folder. Methods may be called from any thread and take milliseconds."""

    def __init__(self, settings: SubmissionSettings, role: Role) -> None:
        """Opens (and makes) the data folder. As KIOSK it also tidies what a crash left.

        Raises StoreBusy, StoreKeyWrong, StoreFull, StoreFailed.
        """
        self.settings = settings
        self.folder = settings.data_folder
        self._sealing = threading.Lock()
        with disk_errors("data folder"):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.dossiers_folder.mkdir(exist_ok=True, mode=0o700)
        self.key: DeviceKey = open_device_key(self.folder, settings.key_source, settings.tpm_settings)
        self._opened: Opened = open_store(self.folder, self.key.database_key, role, settings.busy_timeout_s)
        self.database: Database = self._opened.database
        try:
            if self._opened.quarantined is not None:
                self.note_incident("STO-CORRUPT", f"moved to quarantine/{self._opened.quarantined.name}")
            if role is Role.KIOSK:
                wipe_orphans(settings.sessions_folder)
                self._tidy_folders()
                self._tidy_letters()
        except BaseException:
            self._opened.close()
            raise

    def close(self) -> None:
        """Lets the data folder go."""
        self._opened.close()

    @property
    def dossiers_folder(self) -> Path:
        """Where the sealed files of dossiers lie, a folder each."""
        return self.folder / "dossiers"

    # --- sealing ---------------------------------------------------------------------------------------------------

    def open_session(self) -> SessionSpool:
        """Begins a session: fresh keys and an empty folder. Raises StoreFull, StoreFailed."""
        return SessionSpool(self.settings.sessions_folder)

    def seal(self, session: SessionSpool, draft: Draft) -> SealedDossier:
        """Commits the dossier: files first, durable, then one transaction; afterwards it will reach the ministry.

        Sealing the same draft again gives the same answer. Raises SealConflict for another content under the same id,
        StoreFull, StoreBusy, StoreFailed, SessionEnded; then nothing is committed and the session is as before.
        """
        text = to_text(body_of(draft, self.settings.kiosk_id))
        with self._sealing:  # a double tap must not have one thread clear the files that the other commits
            return self._seal(session, draft, text, fingerprint(text))

    def _seal(self, session: SessionSpool, draft: Draft, text: str, print_: str) -> SealedDossier:
        before = self._sealed(draft.uuid, print_)
        if before is not None:
            return before
        key = session.dossier_key
        folder = self.dossiers_folder / draft.uuid
        try:
            self._place_files(session, draft, folder)
            self._insert(draft, text, print_, self.key.wrap(key, f"dossier:{draft.uuid}"), time.time())
        except Exception:
            # A COMMIT that reported a failure may have been written all the same: the row alone says what is so.
            if self._sealed(draft.uuid, print_) is None:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        self._write_rescue(draft.uuid)
        sealed = self._sealed(draft.uuid, print_)
        if sealed is None:
            raise StoreFailed("a committed dossier cannot be read back")
        log.info("dossier %s sealed: %d file(s)", draft.uuid, len(draft.files))
        return sealed

    def _sealed(self, uuid: str, print_: str) -> SealedDossier | None:
        row = self.database.row("SELECT * FROM dossier WHERE uuid = ?", (uuid,))
        if row is None:
            return None
        if row["fingerprint"] != print_:
            raise SealConflict("this dossier is already sealed with another content")
        return SealedDossier(uuid, row["reference"], DossierState(row["state"]), _moment(row["sealed_at"]))

    def _place_files(self, session: SessionSpool, draft: Draft, folder: Path) -> None:
        """Links the session's sealed files, already durable, into the dossier's folder."""
        with disk_errors("sealing"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            for file in draft.files:
                source = session.component_path(file.file_id)
                target = folder / f"{file.file_id}.sealed"
                try:
                    os.link(source, target)
                except OSError as error:
                    if isinstance(error, FileNotFoundError):
                        raise
                    _copy_durably(source, target)  # the spool is on another file system
            fsync_folder(folder)
            fsync_folder(self.dossiers_folder)

    def _insert(self, draft: Draft, text: str, print_: str, wrapped: bytes, now: float) -> None:
        total, kind = sum(file.bytes for file in draft.files), kind_of(draft)
        with self.database.transaction():
            self.database.change(
                "INSERT INTO dossier (uuid, reference, state, payload, fingerprint, wrapped_key, bytes_total, sealed_at,"
                " state_at, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (draft.uuid, draft.kiosk_reference, DossierState.SEALED, text, print_, wrapped, total, now, now, kind),
            )
            for position, file in enumerate(draft.files):
                self.database.change(
                    "INSERT INTO file (dossier, position, file_id, bytes, sha256) VALUES (?, ?, ?, ?, ?)",
                    (draft.uuid, position, file.file_id, file.bytes, file.sha256),
                )
            self.database.change("INSERT INTO outbox (dossier, next_at) VALUES (?, ?)", (draft.uuid, now))

    # --- reading ---------------------------------------------------------------------------------------------------

    def payload(self, uuid: str) -> str:
        """The stored body of a dossier. Raises StoreFailed when it is unknown or erased."""
        row = self.database.row("SELECT payload FROM dossier WHERE uuid = ?", (uuid,))
        if row is None or row["payload"] is None:
            raise StoreFailed("no such dossier, or its content is erased")
        return str(row["payload"])

    def files(self, uuid: str) -> tuple[StoredFile, ...]:
        """The files of a dossier in their order."""
        return tuple(
            StoredFile(r["position"], r["file_id"], r["bytes"], r["sha256"], r["upload"], r["bytes_sent"])
            for r in self.database.rows("SELECT * FROM file WHERE dossier = ? ORDER BY position", (uuid,))
        )

    def open_file(self, uuid: str, file: StoredFile) -> SealedReader:
        """The PDF itself, to be read piece by piece and closed. Raises SealBroken, StoreKeyWrong, StoreFailed."""
        row = self.database.row("SELECT wrapped_key FROM dossier WHERE uuid = ?", (uuid,))
        if row is None or row["wrapped_key"] is None:
            raise StoreFailed("no such dossier, or its key is destroyed")
        key = self.key.unwrap(row["wrapped_key"], f"dossier:{uuid}")
        path = self.dossiers_folder / uuid / f"{file.file_id}.sealed"
        with disk_errors("sealed file"):
            try:
                return SealedReader(path, key, component_purpose(file.file_id))
            except FileNotFoundError:
                raise SealBroken("the sealed file is gone") from None

    def state(self, uuid: str) -> DossierState | None:
        """Where a dossier stands, or None when it is unknown here."""
        row = self.database.row("SELECT state FROM dossier WHERE uuid = ?", (uuid,))
        return DossierState(row["state"]) if row is not None else None

    def kind(self, uuid: str) -> Kind:
        """Whether it is a dossier or a supplement. Raises StoreFailed when it is unknown here."""
        row = self.database.row("SELECT kind FROM dossier WHERE uuid = ?", (uuid,))
        if row is None:
            raise StoreFailed("no such dossier")
        return Kind(row["kind"])

    def by_reference(self, reference: str) -> SealedDossier | None:
        """The dossier of a kiosk reference, when it was sealed on this machine."""
        row = self.database.row("SELECT * FROM dossier WHERE reference = ?", (reference,))
        if row is None:
            return None
        return SealedDossier(row["uuid"], reference, DossierState(row["state"]), _moment(row["sealed_at"]))

    def progress(self, uuid: str) -> Progress | None:
        """How far a dossier has got."""
        row = self.database.row(
            "SELECT d.state, d.bytes_total, coalesce(o.attempts, 0) AS attempts, o.last_code,"
            " coalesce((SELECT sum(bytes_sent) FROM file WHERE dossier = d.uuid), 0) AS sent"
            " FROM dossier d LEFT JOIN outbox o ON o.dossier = d.uuid WHERE d.uuid = ?",
            (uuid,),
        )
        if row is None:
            return None
        state = DossierState(row["state"])
        sent = row["bytes_total"] if state is DossierState.ACKNOWLEDGED else row["sent"]
        return Progress(uuid, state, sent, row["bytes_total"], row["attempts"], row["last_code"])

    def answer(self, uuid: str) -> Acknowledgement | Refusal | None:
        """What the ministry said, or None as long as it said nothing."""
        row = self.database.row("SELECT * FROM dossier WHERE uuid = ?", (uuid,))
        return None if row is None else answer_of(row)

    # --- progress, written by the agent ----------------------------------------------------------------------------

    def set_state(self, uuid: str, state: DossierState) -> None:
        """Moves an unsent dossier on; an answered one stays answered."""
        self.database.change(
            f"UPDATE dossier SET state = ?, state_at = ? WHERE uuid = ? AND state IN {_UNSENT_SQL}",
            (state, time.time(), uuid),
        )

    def set_upload(self, uuid: str, position: int, upload: str | None, bytes_sent: int) -> None:
        """Remembers where a file is at the service and how much of it arrived."""
        self.database.change(
            "UPDATE file SET upload = ?, bytes_sent = ? WHERE dossier = ? AND position = ?",
            (upload, bytes_sent, uuid, position),
        )

    def forget_uploads(self, uuid: str) -> None:
        """Begins the files anew, after the service said that it does not hold them."""
        with self.database.transaction():
            self.database.change("UPDATE file SET upload = NULL, bytes_sent = 0 WHERE dossier = ?", (uuid,))
            self.set_state(uuid, DossierState.UPLOADING)

    def acknowledge(self, uuid: str, answer: Acknowledgement) -> None:
        """Keeps the ministry's answer and takes the dossier out of the outbox, in one transaction."""
        with self.database.transaction():
            self.database.change(
                "UPDATE dossier SET state = ?, state_at = ?, dossier_code = ?, lookup_code = ?, received_at = ?,"
                " status_code = ?, status_vi = ?, status_en = ? WHERE uuid = ?",
                (
                    DossierState.ACKNOWLEDGED,
                    time.time(),
                    answer.dossier_code,
                    answer.lookup_code,
                    answer.received_at,
                    answer.status_code,
                    answer.status_vi,
                    answer.status_en,
                    uuid,
                ),
            )
            self.database.change("DELETE FROM outbox WHERE dossier = ?", (uuid,))

    def refuse(self, uuid: str, refusal: Refusal) -> None:
        """Parks a dossier that the ministry will not take, with the reason, for staff; its content stays."""
        with self.database.transaction():
            self.database.change(
                "UPDATE dossier SET state = ?, state_at = ?, refusal_code = ?, refusal_vi = ?, refusal_en = ?"
                " WHERE uuid = ?",
                (DossierState.REFUSED, time.time(), refusal.code, refusal.detail_vi, refusal.detail_en, uuid),
            )
            self.database.change("DELETE FROM outbox WHERE dossier = ?", (uuid,))

    # --- erasing ---------------------------------------------------------------------------------------------------

    def erase(self, uuid: str) -> bool:
        """Destroys the content of an answered dossier: key and rows in one transaction, then the files.

        What stays is its codes and states. False when it is unsent or already erased.
        """
        with self.database.transaction():
            changed = self.database.change(
                "UPDATE dossier SET payload = NULL, wrapped_key = NULL, refusal_vi = NULL, refusal_en = NULL,"
                " erased_at = ? WHERE uuid = ? AND state IN ('acknowledged', 'refused') AND erased_at IS NULL",
                (time.time(), uuid),
            )
            if changed:
                self.database.change("DELETE FROM file WHERE dossier = ?", (uuid,))
                # The receipt of a dossier that never came to be; one that was received may still be on its way.
                self.database.change(
                    "UPDATE letter SET address = NULL WHERE dossier = ?"
                    " AND (SELECT state FROM dossier WHERE uuid = letter.dossier) = 'refused'",
                    (uuid,),
                )
        if changed:
            self.database.forget_log()
            _remove_tree(self.dossiers_folder / uuid)
            log.info("dossier %s erased", uuid)
        return bool(changed)

    def erase_due(self, now: float | None) -> int:
        """Erases acknowledged dossiers whose receipt is on paper, or whose time is over; drops rows of old ones.

        None for a clock that is not believed: then only what is on paper goes, which needs no clock.
        """
        due = self.database.rows(
            "SELECT uuid FROM dossier d WHERE state = 'acknowledged' AND erased_at IS NULL AND (state_at <= ? OR ("
            " EXISTS (SELECT 1 FROM print_job p WHERE p.dossier = d.uuid AND p.state = 'confirmed') AND"
            " NOT EXISTS (SELECT 1 FROM print_job p WHERE p.dossier = d.uuid"
            " AND p.state IN ('intended', 'sent', 'unknown'))))",
            (None if now is None else now - self.settings.retention_s,),
        )
        for row in due:
            self.erase(row["uuid"])
        if now is not None:
            old = now - self.settings.row_retention_s
            self.database.change("DELETE FROM dossier WHERE erased_at IS NOT NULL AND erased_at <= ?", (old,))
            PrintJournal(self.database).forget(old)
        return len(due)

    # --- incidents -------------------------------------------------------------------------------------------------

    def note_incident(self, code: str, detail: str) -> None:
        """Keeps something that a technician must know; never personal."""
        log.error("%s: %s", code, detail)
        self.database.change("INSERT INTO incident (code, at, detail) VALUES (?, ?, ?)", (code, time.time(), detail))

    def incidents(self) -> tuple[Incident, ...]:
        """All of them, oldest first."""
        rows = self.database.rows("SELECT * FROM incident ORDER BY id")
        return tuple(Incident(r["code"], _moment(r["at"]), r["detail"]) for r in rows)

    # --- tidying at start ------------------------------------------------------------------------------------------

    def _tidy_folders(self) -> None:
        """Makes folders and rows agree again after a crash.

        No row and no rescue record: sealing did not get to its commit, so the citizen was told nothing; the files go.
        A rescue record without a row was committed once: the database lost it, and it is put back.
        """
        with disk_errors("tidying"):
            folders = sorted(entry for entry in self.dossiers_folder.iterdir() if entry.is_dir())
        rescued = 0
        for folder in folders:
            row = self.database.row("SELECT erased_at FROM dossier WHERE uuid = ?", (folder.name,))
            if row is not None and row["erased_at"] is None:
                self._write_rescue(folder.name)
                continue
            outcome = Rescue.NOTHING if row is not None else rescue(self.database, self.key, folder)
            if outcome is Rescue.NOTHING:
                _remove_tree(folder)
            elif outcome is Rescue.DONE:
                rescued += 1
            else:
                quarantine_folder(self.folder, folder)
                self.note_incident("STO-SEAL", f"dossier {folder.name} is damaged and moved to quarantine")
        if rescued:
            self.note_incident("STO-CORRUPT", f"{rescued} dossier(s) put back from their rescue records")

    def _tidy_letters(self) -> None:
        """Puts back the receipts by e-mail that a lost database had noted, and drops what waits no longer."""
        restored, damaged = letter_records.restore(self.database, self.key, self.folder)
        if restored:
            self.note_incident("STO-CORRUPT", f"{restored} receipt(s) by e-mail put back from their records")
        if damaged:
            self.note_incident("STO-SEAL", f"{damaged} record(s) of receipts by e-mail were damaged")
        letter_records.sweep(self.database, self.folder)

    def keep_letter(self, uuid: str) -> None:
        """Writes the copy of a request for a receipt by e-mail; the request is safe in its row without it."""
        try:
            letter_records.keep(self.database, self.key, self.folder, uuid)
        except OSError as error:
            log.warning("no record of the receipt by e-mail of dossier %s: %s", uuid, error.strerror)

    def sweep_letters(self) -> None:
        """Removes the copies of requests that wait no longer. Raises StoreFailed."""
        letter_records.sweep(self.database, self.folder)

    def _write_rescue(self, uuid: str) -> None:
        """Writes the copy of the row that a lost database is rebuilt from; the dossier is safe without it already."""
        try:
            write_rescue_record(self.database, self.key, self.dossiers_folder / uuid)
        except OSError as error:
            log.warning("no rescue record for dossier %s: %s", uuid, error.strerror)


def answer_of(row: Row) -> Acknowledgement | Refusal | None:
    """The ministry's answer in a row of `dossier`."""
    if row["state"] == DossierState.ACKNOWLEDGED:
        return Acknowledgement(
            row["dossier_code"],
            row["lookup_code"],
            row["received_at"],
            row["status_code"],
            row["status_vi"],
            row["status_en"],
        )
    if row["state"] == DossierState.REFUSED:
        return Refusal(row["refusal_code"], row["refusal_vi"] or "", row["refusal_en"] or "")
    return None


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def _copy_durably(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(0o600)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())


def _remove_tree(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        log.warning("a folder of an erased dossier could not be removed now; its key is destroyed")
