"""The kiosk agent: a process of its own that brings sealed dossiers to the ministry, exactly once, whatever happens.

It may be killed at any instruction. Everything it knows is a row: where each upload is, how many attempts were made, when
the next is due. Repeating any of its acts is harmless: an upload is resumed where the service says, a dossier handed over
twice is recognised by its id and content, and gets the same codes.
"""

from __future__ import annotations

import contextlib
import json
import logging
import select
import signal
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import Any, Final

from drivers import memory
from drivers.priority import step_back
from drivers.sealed import SealBroken

from .clock import TimeOfDay
from .errors import (
    LINE_CODES,
    TRUST_CODES,
    ServiceRefusal,
    ServiceTrouble,
    StoreBusy,
    StoreFull,
    SubmissionError,
    disk_errors,
)
from .identity import Identity
from .letters import Letter, Letters
from .notes import Notes
from .opening import Role
from .outbox import Outbox, backoff_s
from .payload import with_uploads
from .service import MinistryService, UploadsLost
from .settings import SubmissionSettings, settings_from_json
from .staff_sync import StaffSync
from .store import Store, StoredFile
from .transport import Transport
from .tus import TusClient
from .values import Acknowledgement, DossierState, Refusal
from .wake import WakeSocket, wake

log = logging.getLogger(__name__)

_TIDY_S: Final = 60.0
_PAUSE_AFTER_TROUBLE_S: Final = 10.0
_RENEWAL_S: Final = 600.0
_CONFIRMED_S: Final = 600.0


class Agent:
    """Sends what is due, tells the ministry how the kiosk is, erases what is no longer needed, renews the certificate."""

    def __init__(self, store: Store) -> None:
        """Raises ServiceTrouble while there is no usable certificate."""
        self._store = store
        self._settings = store.settings
        self._identity = Identity(self._settings)
        self._outbox = Outbox(store)
        self._letters = Letters(store.database, store.settings)
        self._notes = Notes(store.database)
        self._staff = StaffSync(self._notes, self._settings.kiosk_id)
        self._time = TimeOfDay(self._notes.clock().confirmed_at)
        self._connect()
        self._heartbeat_at = 0.0
        self._told_ratings: list[dict[str, Any]] = []
        self._tidy_at = 0.0
        self._renewal_at = 0.0
        self._staff_at = 0.0
        self._online: bool | None = None
        self._line_failures = 0
        self._line_retry_at = 0.0
        self.knows = False
        """Whether it has had somebody's dossier or address in its hands since this was last set to False."""

    def forget(self) -> None:
        """Overwrites what this process knew of a dossier or an address. Raises StoreBusy, StoreFull, StoreFailed."""
        self._store.database.forget()
        memory.forget()

    def _connect(self) -> None:
        """A fresh line, with the certificate as it lies on the disk now."""
        self._transport = Transport(self._settings)
        self._service = MinistryService(self._transport)
        self._tus = TusClient(self._transport, self._settings.paced_chunk_bytes)

    def close(self) -> None:
        """Ends the line."""
        self._transport.close()

    def step(self) -> float:
        """Does everything that is due now; returns the seconds until there is more to do."""
        self._time.look()
        self._note_clock()
        self._beat_when_due()
        if time.monotonic() >= self._tidy_at:
            self._tidy()
        if self._identity.own and self._time.doubt is None and time.monotonic() >= self._renewal_at:
            self._renewal_at = time.monotonic() + _RENEWAL_S
            self._renew_when_due()
        if self._online and time.monotonic() >= self._staff_at:
            self._bring_staff()
        # While the line is down one dossier finds that out for all, so that a long queue does not wait for a time-out each.
        while time.monotonic() >= self._line_retry_at and (due := self._outbox.next_due(time.time())) is not None:
            self.send(due.uuid)
            self._beat_when_due()
        while time.monotonic() >= self._line_retry_at and (letter := self._letters.next_due(time.time())) is not None:
            self.mail(letter)
        now = time.monotonic()
        waits = [self._heartbeat_at - now, self._tidy_at - now]
        if self._online:
            waits.append(self._staff_at - now)
        queues = (self._outbox.seconds_to_next(time.time()), self._letters.seconds_to_next(time.time()))
        waits.extend(max(queue, self._line_retry_at - now) for queue in queues if queue is not None)
        return max(0.0, min(waits))

    def _tidy(self) -> None:
        believed = self._time.doubt is None
        # A clock that is wrong must neither destroy what is still needed nor give up what still has time.
        self._store.erase_due(time.time() if believed else None)
        if believed:
            self._letters.give_up(time.time())
        self._store.sweep_letters()
        self._staff.age()
        self._tidy_at = time.monotonic() + _TIDY_S

    def woken(self) -> None:
        """The kiosk said that something changed: a dossier is new, or a receipt is on paper and its dossier may go."""
        self._tidy_at = 0.0
        self._renewal_at = 0.0
        self._line_retry_at = 0.0
        if self._notes.chosen_pins():
            self._staff_at = 0.0

    def send(self, uuid: str) -> None:
        """One attempt to bring one dossier to the end; what comes of it is in the rows."""
        attempt = self._outbox.begin(uuid, time.time())
        self.knows = True
        try:
            self._bring(uuid)
        except ServiceTrouble as error:
            self._outbox.failed(uuid, error.code, time.time(), error.retry_after_s)
            log.warning("dossier %s, attempt %d: %s", uuid, attempt, error)
            self._note_trouble(error)
        except UploadsLost as error:
            self._store.forget_uploads(uuid)
            self._outbox.failed(uuid, "NET-GARBLED", time.time())
            log.warning("dossier %s, attempt %d: %s, files will be sent again", uuid, attempt, error)
        except SealBroken:
            self._store.note_incident("STO-SEAL", f"dossier {uuid}: a sealed file is damaged on the disk")
            self._park(uuid, Refusal("STO-SEAL", "", ""))
        except ServiceRefusal as error:
            self._park(uuid, Refusal(error.problem, error.detail_vi, error.detail_en))
        else:
            self._note_line(True)

    def mail(self, letter: Letter) -> None:
        """One attempt to ask the ministry for a receipt by e-mail."""
        self._letters.begin(letter.dossier, time.time())
        self.knows = True
        try:
            self._service.mail_receipt(letter.dossier, self._settings.kiosk_id, letter.address)
        except ServiceTrouble as error:
            self._letters.failed(letter.dossier, error.code)
            log.warning("receipt of dossier %s: %s", letter.dossier, error.code)
            self._note_trouble(error)
        except ServiceRefusal as error:
            self._letters.ended(letter.dossier, error.code)
            self._store.sweep_letters()
            log.error("receipt of dossier %s refused: %s", letter.dossier, error.problem)
        else:
            self._letters.ended(letter.dossier)
            self._store.sweep_letters()
            log.info("receipt of dossier %s asked for", letter.dossier)
            self._note_line(True)

    def _bring(self, uuid: str) -> None:
        files = self._store.files(uuid)
        if any(file.bytes_sent < file.bytes for file in files):
            self._store.set_state(uuid, DossierState.UPLOADING)
        uploads = [self._upload(uuid, file) for file in files]
        self._store.set_state(uuid, DossierState.COMMITTED)
        body = with_uploads(self._store.payload(uuid), uploads)
        answer = self._service.commit(uuid, body, self._store.kind(uuid))
        if isinstance(answer, Acknowledgement):
            self._store.acknowledge(uuid, answer)
            log.info("dossier %s acknowledged", uuid)
        else:
            self._park(uuid, answer)

    def _park(self, uuid: str, refusal: Refusal) -> None:
        self._store.refuse(uuid, refusal)
        log.error("dossier %s refused: %s", uuid, refusal.code)

    def _upload(self, uuid: str, file: StoredFile) -> str:
        if file.upload is not None and file.bytes_sent == file.bytes:
            return file.upload  # should the service have lost it, it will say so at the commit
        place = file.upload

        def created(path: str) -> None:
            nonlocal place
            place = path
            self._store.set_upload(uuid, file.position, path, 0)

        def progressed(sent: int) -> None:
            self._store.set_upload(uuid, file.position, place, sent)
            self._beat_when_due()  # a long upload must not make the kiosk look dead

        metadata = {
            "filename": f"{file.position + 1}.pdf",
            "sha256": file.sha256,
            "dossier": uuid,
            "component": self._component(uuid, file.position),
        }
        with self._store.open_file(uuid, file) as sealed:

            def read(offset: int, length: int) -> bytes:
                with disk_errors("sealed file"):
                    return sealed.read(offset, length)

            return self._tus.upload(sealed.size, read, metadata, place, created, progressed)

    def _component(self, uuid: str, position: int) -> str:
        body: Any = json.loads(self._store.payload(uuid))
        return str(body["files"][position]["component"])

    # --- heartbeat -------------------------------------------------------------------------------------------------

    def _beat_when_due(self) -> None:
        if time.monotonic() < self._heartbeat_at:
            return
        self._heartbeat_at = time.monotonic() + self._settings.heartbeat_s
        try:
            report = self._report()
            server_time = self._service.heartbeat(report)
        except (ServiceTrouble, ServiceRefusal) as error:
            log.info("heartbeat: %s", error)
            self._note_trouble(error)
        else:
            self._told_ratings = report.get("ratings", self._told_ratings)
            self._note_line(True)
            self._time.compare(server_time)
            self._note_clock()
            self._learn_uploads()

    def _learn_uploads(self) -> None:
        """Asked while nobody waits for it."""
        if not self._tus.learnt:
            try:
                self._tus.learn()
            except (ServiceTrouble, ServiceRefusal) as error:
                log.info("what the service can do with uploads: %s", error)

    def _note_clock(self) -> None:
        """Keeps what is thought of the clock; a new doubt is told to the ministry at once, whose answer may end it."""
        noted = self._notes.clock()
        age = abs((self._time.confirmed_at or 0.0) - (noted.confirmed_at or 0.0))
        if self._time.doubt != noted.doubt:
            log.warning(
                "the clock is %s", f"not believed: {self._time.doubt}" if self._time.doubt else "believed again"
            )
            self._heartbeat_at = self._tidy_at = 0.0
        elif age < _CONFIRMED_S:
            return
        self._notes.set_clock(self._time.doubt, self._time.confirmed_at)

    def _bring_staff(self) -> None:
        """Accounts here, chosen PINs there; a service that knows of none is no trouble of the line."""
        self._staff_at = time.monotonic() + self._settings.staff_s
        try:
            self._staff.run(self._service)
        except (ServiceTrouble, ServiceRefusal) as error:
            log.info("the accounts of the staff: %s", error)

    def _report(self) -> dict[str, Any]:
        told = self._notes.kiosk()
        audit = self._notes.audit()
        unsent = [row for row in self._outbox.report() if row.refusal is None]
        # Said again only when they change: the service writes each day of them down.
        ratings = told.get("ratings") or []
        running = self._notes.running_s()
        return {
            "kiosk_id": self._settings.kiosk_id,
            "version": _version(),
            "agent_version": _version(),
            "clock": self._time.doubt or "believed",
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "state": told["state"],
            "devices": told["devices"],
            "outbox": {"waiting": len(unsent), "oldest_s": max((row.oldest_s for row in unsent), default=None)},
            **({"running_s": round(running, 3)} if running is not None else {}),
            **({"audit_entries": audit[0], "audit_head": audit[1]} if audit else {}),
            **({"ratings": ratings} if ratings != self._told_ratings else {}),
        }

    # --- identity --------------------------------------------------------------------------------------------------

    def _renew_when_due(self) -> None:
        """The next certificate, for a new key: asked for, tried, and the current one once the service has answered it."""
        now = datetime.now(UTC)
        if not self._identity.due(now):
            return
        try:
            if not self._identity.next.exists():
                self._identity.keep_next(self._service.renew(self._identity.request()))
            with contextlib.closing(Transport(self._identity.with_next())) as line:
                MinistryService(line).heartbeat(self._report())
            self._identity.adopt()
        except (ServiceTrouble, ServiceRefusal) as error:
            log.warning("the certificate is not renewed: %s", error)
            if error.code in TRUST_CODES or error.code == "NET-FORBIDDEN":
                self._identity.drop_next()  # what was issued is of no use: a new one is asked for the next time
        else:
            log.info("the certificate is renewed")
            self._transport.close()
            self._connect()

    # --- the line --------------------------------------------------------------------------------------------------

    def _note_trouble(self, error: ServiceTrouble | ServiceRefusal) -> None:
        self._note_line(error.code not in LINE_CODES)
        if error.code in TRUST_CODES:
            self._transport.close()
            self._connect()  # the certificate may be another by now: somebody has enrolled this kiosk again

    def _note_line(self, online: bool) -> None:
        if online:
            if self._online is False:
                log.info("the line is back")
                self._outbox.hurry(time.time())
                self._letters.hurry(time.time())
            self._line_failures, self._line_retry_at = 0, 0.0
        else:
            self._line_failures += 1
            pause = backoff_s(self._line_failures, self._settings.backoff_base_s, self._settings.backoff_ceiling_s)
            self._line_retry_at = time.monotonic() + pause
        self._online = online
        self._notes.set_line(online)


def _version() -> str:
    try:
        return version("kiosk")
    except PackageNotFoundError:
        return "unknown"


def run(settings: SubmissionSettings) -> None:
    """Runs until the process is ended; SIGTERM and SIGINT end it at once, which is as safe as any other moment.

    Raises StoreBusy when another agent runs, StoreKeyWrong, StoreFull, StoreFailed.
    """

    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        # The exception alone is not enough: raised inside a destructor or a callback it would be swallowed.
        nonlocal stopping
        stopping = True
        wake(settings.data_folder)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    store = Store(settings, Role.AGENT)
    with contextlib.closing(store), contextlib.closing(WakeSocket(settings.data_folder)) as waker:
        agent: Agent | None = None
        while not stopping:
            pause = _PAUSE_AFTER_TROUBLE_S
            try:
                agent = agent or Agent(store)
                pause = agent.step()
                if agent.knows:
                    agent.knows = False
                    agent.forget()
            except (ServiceTrouble, StoreFull, StoreBusy) as error:
                log.error("%s", error)
            ready, _, _ = select.select([waker], [], [], pause)
            if ready:
                stopping = waker.drain() or stopping
                if agent is not None:
                    agent.woken()


def main(arguments: list[str] | None = None) -> int:
    """`python -m kiosk_app.submission.agent FILE|-`: settings as JSON from a file or one line of standard input."""
    memory.keep_inside()
    memory.overwrite_freed()
    # an upload has all night; the screen has 16 ms
    step_back()
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        print("usage: python -m kiosk_app.submission.agent SETTINGS.json|-", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        text = sys.stdin.readline() if given[0] == "-" else Path(given[0]).read_text("utf-8")
        settings = settings_from_json(text)
    except (OSError, ValueError) as error:
        print(f"settings cannot be read: {error}", file=sys.stderr)
        return 2
    try:
        run(settings)
    except SubmissionError as error:
        print(str(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
