"""The mail room: receipts that citizens asked for, each sent once, by SMTP or as files in the data folder."""

from __future__ import annotations

import asyncio
import json
import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import segno
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select, update

from backend.desk import awaited
from backend.log import Event, emit, emit_error
from backend.service import Service
from backend.settings import VIETNAM
from backend.storage.files import sync_folder, write_private
from backend.storage.models import Dossier, Mail

WAITING, SENT, GIVEN_UP = "waiting", "sent", "given_up"
_FIRST_WAIT_S = 60.0
_LONGEST_WAIT_S = 3600.0
_GIVE_UP_AFTER = timedelta(hours=72)
_CLAIMED = timedelta(minutes=5)
_TIMEOUT_S = 20.0
_LOOK_S = 30.0


class Carrier(Protocol):
    """What takes a finished message to where it goes. Blocking."""

    def carry(self, message: EmailMessage, name: str) -> None:
        """Hand the message over. Raises OSError or smtplib.SMTPException."""


class FolderCarrier:
    """Writes messages as `NAME.eml` into a folder: for demonstrations, and for sites whose mailer picks them up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, message: EmailMessage, name: str) -> None:
        """As Carrier."""
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(self._folder.parent)
        write_private(self._folder / f"{name}.eml", message.as_bytes(policy=SMTP))


class SmtpCarrier:
    """Hands messages to the server of a URL: smtp://, smtp+tls:// (STARTTLS) or smtps://, with user and password if any."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def carry(self, message: EmailMessage, name: str) -> None:
        """As Carrier; the certificate of a server that is spoken to with TLS is checked."""
        host, port = self._url.hostname or "", self._url.port or 0
        with self._connect(host, port) as server:
            if self._url.scheme == "smtp+tls":
                server.starttls(context=ssl.create_default_context())
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)

    def _connect(self, host: str, port: int) -> smtplib.SMTP:
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT_S, context=ssl.create_default_context())
        return smtplib.SMTP(host, port or (587 if self._url.scheme == "smtp+tls" else 25), timeout=_TIMEOUT_S)


class MailRoom:
    """Sends what waits in the table `mails`. `run` for ever on the server's loop; `wake` when something was put in."""

    def __init__(self, service: Service) -> None:
        self._service = service
        url = service.settings.mail_url
        self._carrier: Carrier = SmtpCarrier(url) if url else FolderCarrier(service.data / "mail")
        self._more = asyncio.Event()

    def wake(self) -> None:
        """Look at once; on the loop's thread."""
        self._more.set()

    async def run(self) -> None:
        """Send what is due, now and whenever something comes due."""
        while True:
            self._more.clear()
            try:
                await run_in_threadpool(self.send_due)
            except Exception as error:  # a database that is away for a moment must not end the sending
                emit_error(Event.MAIL_FAILED, error)
            try:
                # Not wait_for, which takes a cancellation for its own when both come at once.
                async with asyncio.timeout(_LOOK_S):
                    await self._more.wait()
            except TimeoutError:
                continue

    def send_due(self) -> int:
        """Send every mail that is due and return how many went out. Blocking."""
        with self._service.database.read() as session:
            due = select(Mail.dossier_id).where(Mail.state == WAITING, Mail.due_at <= self._service.now())
            waiting: Sequence[str] = list(session.scalars(due.order_by(Mail.due_at)))
        return sum(self._send(dossier) for dossier in waiting)

    def _send(self, dossier: str) -> bool:
        if not self._claim(dossier):
            return False
        with self._service.database.read() as session:
            row = session.get(Dossier, dossier)
            mail = session.get(Mail, dossier)
            if row is None or mail is None:
                return False
            message = receipt_message(row, self._service, mail.address)
            received, name = row.received_at, row.dossier_code
        try:
            self._carrier.carry(message, name)
        except (OSError, smtplib.SMTPException) as error:
            self._note_failure(dossier, error, received)
            return False
        with self._service.database.write() as session:
            mail = session.get(Mail, dossier)
            if mail is not None:
                mail.state, mail.sent_at, mail.error = SENT, self._service.now(), None
                mail.attempts += 1
        emit(Event.MAIL_SENT, dossier=dossier)
        return True

    def _claim(self, dossier: str) -> bool:
        """Take a mail that is due; no other process sends it meanwhile, but one takes it up if this one dies."""
        now = self._service.now()
        due = update(Mail).where(Mail.dossier_id == dossier, Mail.state == WAITING, Mail.due_at <= now)
        with self._service.database.write() as session:
            claimed = due.values(due_at=now + _CLAIMED).returning(Mail.dossier_id)
            return session.scalar(claimed) is not None

    def _note_failure(self, dossier: str, error: Exception, received: datetime) -> None:
        now = self._service.now()
        # An address that the server refuses for good is not tried for three days.
        hopeless = isinstance(error, smtplib.SMTPRecipientsRefused) and all(
            code >= 500 for code, _ in error.recipients.values()
        )
        with self._service.database.write() as session:
            mail = session.get(Mail, dossier)
            if mail is None:
                return
            mail.attempts += 1
            mail.error = type(error).__name__  # never its words: a server quotes the address
            mail.due_at = now + timedelta(seconds=min(_FIRST_WAIT_S * 2 ** (mail.attempts - 1), _LONGEST_WAIT_S))
            if hopeless or now - received > _GIVE_UP_AFTER:
                mail.state = GIVEN_UP
            state, attempts = mail.state, mail.attempts
        event = Event.MAIL_GIVEN_UP if state == GIVEN_UP else Event.MAIL_FAILED
        emit(event, dossier=dossier, attempts=attempts, error=type(error).__name__)


def receipt_message(row: Dossier, service: Service, address: str | None = None) -> EmailMessage:
    """The receipt of a dossier as a mail in both languages, with its QR code, to `address` or else to the manifest's.

    The message id comes from the dossier, so that one that was sent twice (a power cut between sending and noting) is
    recognisable as the same.
    """
    settings = service.settings
    manifest: dict[str, Any] = json.loads(row.manifest)
    message = EmailMessage()
    message["Subject"] = f"{row.dossier_code}: phiếu xác nhận nộp hồ sơ / submission slip"
    message["From"] = settings.mail_from
    message["To"] = address or manifest["receipt_mail"]
    message["Date"] = format_datetime(service.now().astimezone(VIETNAM))
    message["Message-ID"] = f"<{row.id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_lines(row, manifest, settings.unit_vi, settings.unit_en)) + "\n")
    picture = BytesIO()
    segno.make(row.dossier_code, error="m", micro=False).save(picture, kind="png", scale=8, border=4)
    message.add_attachment(picture.getvalue(), "image", "png", filename=f"{row.dossier_code}.png")
    return message


def _lines(row: Dossier, manifest: dict[str, Any], unit_vi: str, unit_en: str) -> list[str]:
    received = row.received_at.astimezone(VIETNAM)
    files, papers = manifest["files"], awaited(row)
    compared = row.assurance is not None and row.assurance != "chip_verified"
    lines = [
        f"{unit_vi} đã nhận hồ sơ nộp trực tuyến của Quý khách.",
        "",
        f"Mã hồ sơ: {row.dossier_code}",
        f"Mã tra cứu: {row.lookup_code}",
        f"Thủ tục: {row.procedure_name_vi}",
        f"Nhận lúc: {received:%H:%M}, ngày {received:%d/%m/%Y}",
        f"Giấy tờ đã quét: {len(files)}",
        *(f"  - {file['component_name_vi']} ({file['pages']} trang)" for file in files),
    ]
    if papers:
        lines += ["", f"Giấy tờ cần nộp tại {unit_vi}:"]
        lines += [f"  - {paper.component_name_vi}{_counts(paper.originals, paper.copies)}" for paper in papers]
        lines.append("Hồ sơ chỉ được tiếp nhận khi đã nộp đủ các giấy tờ này.")
    else:
        lines += ["", "Hồ sơ chờ cán bộ kiểm tra. Ngày hẹn trả chỉ có sau khi hồ sơ được tiếp nhận."]
    if compared:
        lines.append("Danh tính chưa được kiểm tra bằng chip: cán bộ sẽ đối chiếu thẻ căn cước của Quý khách.")
    lines += [
        "",
        "--",
        "",
        f"{unit_en} has received your online submission.",
        "",
        f"Dossier code: {row.dossier_code}",
        f"Look-up code: {row.lookup_code}",
        f"Procedure: {row.procedure_name_en or row.procedure_name_vi}",
        f"Received: {received:%d/%m/%Y, %H:%M}",
    ]
    if papers:
        lines.append(f"{len(papers)} papers are to be handed in at the desk (listed above); then it can be accepted.")
    else:
        lines.append("An officer will check it. The due date is set after acceptance.")
    if compared:
        lines.append("Your identity was not checked by the chip: an officer will compare your ID card.")
    return lines


def _counts(originals: int, copies: int) -> str:
    parts = [f"bản chính: {originals}"] * bool(originals) + [f"bản sao: {copies}"] * bool(copies)
    return f" ({', '.join(parts)})" if parts else ""
