"""The rows: uploads, dossiers with their files and history, day sequences, kiosks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; SQLite keeps no offset, so UTC is stored and put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Names of constraints are fixed so that migrations can name them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Upload(Base):
    """An upload under way or complete; how much has arrived is the length of its bytes in the file store."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    length: Mapped[int] = mapped_column(BigInteger)
    #: The Upload-Metadata header as sent, given back on HEAD.
    tus_metadata: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: The dossier that the kiosk says it is for; one of its uploads in use keeps all of them.
    dossier: Mapped[str | None] = mapped_column(String(36), index=True)
    #: Goes up with every connection that begins to append; only the latest may.
    turn: Mapped[int] = mapped_column(Integer, server_default="0")


class StoredFile(Base):
    """Permanent bytes that dossiers refer to by their SHA-256, however many do; whoever deletes the bytes holds the row."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Misses(Base):
    """When wrong codes were given lately, by one kiosk, for one code or for enrolling; the key is a digest of it."""

    __tablename__ = "misses"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: Milliseconds since 1970, oldest first, with commas between.
    times: Mapped[str] = mapped_column(Text)
    forget_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Dossier(Base):
    """A dossier; `receipt` is the body answered to the first PUT, the same for ever."""

    __tablename__ = "dossiers"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    dossier_code: Mapped[str] = mapped_column(String(64), unique=True)
    lookup_code: Mapped[str] = mapped_column(String(16))
    kiosk_id: Mapped[str] = mapped_column(String(64), index=True)
    kiosk_reference: Mapped[str] = mapped_column(String(64), unique=True)
    procedure_local_id: Mapped[str] = mapped_column(String(32))
    procedure_code: Mapped[str | None] = mapped_column(String(16))
    procedure_name_vi: Mapped[str] = mapped_column(Text)
    procedure_name_en: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[int] = mapped_column(Integer)
    assisted: Mapped[bool] = mapped_column()
    manifest: Mapped[str] = mapped_column(Text)
    receipt: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The workflow's state; every change of it is also a row of the history.
    status: Mapped[int] = mapped_column(Integer, index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    legal_value: Mapped[int | None] = mapped_column(Integer)
    legal_unit: Mapped[str | None] = mapped_column(String(16))
    due_date: Mapped[date | None] = mapped_column(Date)
    paused_since: Mapped[date | None] = mapped_column(Date)
    paused_left: Mapped[int | None] = mapped_column(Integer)
    paused_due: Mapped[date | None] = mapped_column(Date)
    finished_on: Mapped[date | None] = mapped_column(Date)
    #: When its content was taken away, a while after it was finished; codes and history stay.
    content_removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How surely the kiosk knew the citizen; null from kiosks that do not say.
    assurance: Mapped[str | None] = mapped_column(String(16))
    #: The keyed token of the applicant's ID number (backend/person_token.py), by which one's own dossiers are found.
    person: Mapped[str | None] = mapped_column(String(64), index=True)

    files: Mapped[list[DossierFile]] = relationship(order_by="DossierFile.position")
    history: Mapped[list[HistoryStep]] = relationship(order_by="HistoryStep.position")
    desk_papers: Mapped[list[DeskPaper]] = relationship(order_by="DeskPaper.position", lazy="selectin")
    asked_papers: Mapped[list[AskedPaper]] = relationship(
        order_by="(AskedPaper.step, AskedPaper.position)", lazy="selectin"
    )


class DossierFile(Base):
    """One PDF of a dossier, kept under its SHA-256."""

    __tablename__ = "dossier_files"
    __table_args__ = (UniqueConstraint("dossier_id", "position"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossiers.id"))
    position: Mapped[int] = mapped_column(Integer)
    component: Mapped[str] = mapped_column(String(64))
    component_name_vi: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    pages: Mapped[int] = mapped_column(Integer)
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    #: The supplement that brought it; null for what came with the dossier itself.
    supplement_id: Mapped[str | None] = mapped_column(String(36))


class DeskPaper(Base):
    """A paper that the citizen brings to the desk; without `received_at` it is still awaited."""

    __tablename__ = "desk_papers"
    __table_args__ = (UniqueConstraint("dossier_id", "position"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossiers.id"))
    position: Mapped[int] = mapped_column(Integer)
    component: Mapped[str] = mapped_column(String(64))
    component_name_vi: Mapped[str] = mapped_column(Text)
    originals: Mapped[int] = mapped_column(Integer)
    copies: Mapped[int] = mapped_column(Integer)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    officer: Mapped[str | None] = mapped_column(Text)


class AskedPaper(Base):
    """A paper of a supplement request (form 02): `step` is the position of the request in the dossier's history."""

    __tablename__ = "asked_papers"
    __table_args__ = (UniqueConstraint("dossier_id", "step", "position"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossiers.id"))
    step: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
    component: Mapped[str] = mapped_column(String(64))
    component_name_vi: Mapped[str] = mapped_column(Text)
    originals: Mapped[int] = mapped_column(Integer)
    copies: Mapped[int] = mapped_column(Integer)


class Supplement(Base):
    """Papers that were handed in later; `receipt` is the body answered to the first PUT, the same for ever."""

    __tablename__ = "supplements"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossiers.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    kiosk_id: Mapped[str] = mapped_column(String(64))
    kiosk_reference: Mapped[str] = mapped_column(String(64), unique=True)
    manifest: Mapped[str] = mapped_column(Text)
    receipt: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Draft(Base):
    """A dossier that a citizen left unfinished, sealed by a kiosk under a key that this service does not have.

    `header` holds, sealed, what it is a draft of and the key of its files; without the row, nobody can open their bytes.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person", "slot"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    kiosk_id: Mapped[str] = mapped_column(String(64))
    #: The keyed token of the person (backend/person_token.py).
    person: Mapped[str] = mapped_column(String(64))
    #: The same for drafts of one person and procedure; which procedure, it does not say.
    slot: Mapped[str] = mapped_column(String(64))
    #: The first of the drafts that were saved, opened and saved again: of all of them, one becomes a dossier.
    lineage: Mapped[str] = mapped_column(String(36), index=True)
    header: Mapped[str] = mapped_column(Text)
    receipt: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The last day on which it can be opened.
    until: Mapped[date] = mapped_column(Date, index=True)

    files: Mapped[list[DraftFile]] = relationship(order_by="DraftFile.position", cascade="all, delete-orphan")


class DraftFile(Base):
    """A sealed piece of a draft, kept under the SHA-256 of its sealed bytes."""

    __tablename__ = "draft_files"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)


class DraftEnd(Base):
    """A draft that became a dossier: no other dossier is made of it, wherever else it was opened."""

    __tablename__ = "draft_ends"

    lineage: Mapped[str] = mapped_column(String(36), primary_key=True)
    dossier_id: Mapped[str] = mapped_column(String(36))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Mail(Base):
    """A receipt that a citizen asked for by e-mail; one that was asked for with the dossier has its address there."""

    __tablename__ = "mails"

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    #: waiting, sent or given_up
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(64))
    #: Where it goes when it was asked for later; null where the manifest says it.
    address: Mapped[str | None] = mapped_column(String(400))


class HistoryStep(Base):
    """One status a dossier has had; rows are only ever added (triggers refuse the rest)."""

    __tablename__ = "history"
    __table_args__ = (UniqueConstraint("dossier_id", "position"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossiers.id"))
    position: Mapped[int] = mapped_column(Integer)
    status: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    unit_vi: Mapped[str] = mapped_column(Text)
    unit_en: Mapped[str] = mapped_column(Text)
    officer: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    due_date: Mapped[date | None] = mapped_column(Date)
    #: Of a request for more papers: the last day on which they may be handed in.
    until: Mapped[date | None] = mapped_column(Date)


class Payment(Base):
    """The fee of a dossier; paid only by the platform's word."""

    __tablename__ = "payments"

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    #: What the transfer says, by which the platform knows it again.
    purpose: Mapped[str] = mapped_column(String(32), unique=True)
    #: due, unknown or paid
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    platform_reference: Mapped[str | None] = mapped_column(String(64))


class HelpCall(Base):
    """A call for an officer to a kiosk."""

    __tablename__ = "help_calls"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kiosk_id: Mapped[str] = mapped_column(String(64), index=True)
    step: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    #: calling, coming, cancelled or done
    state: Mapped[str] = mapped_column(String(16), index=True)
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DaySequence(Base):
    """The last number given to a dossier on a day (Viet Nam date, yyyymmdd)."""

    __tablename__ = "day_sequences"

    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class Kiosk(Base):
    """The last heartbeat of a kiosk."""

    __tablename__ = "kiosks"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(64))
    heartbeat: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Enrolment(Base):
    """A one-time code by which a kiosk gets its first certificate; the secret itself is nowhere."""

    __tablename__ = "enrolments"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kiosk_id: Mapped[str] = mapped_column(String(64), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: SHA-256 of the key that used it: the only one that may ask again.
    key_digest: Mapped[str | None] = mapped_column(String(64))


class Certificate(Base):
    """A certificate that was issued to a kiosk."""

    __tablename__ = "certificates"

    serial: Mapped[str] = mapped_column(String(40), primary_key=True)
    kiosk_id: Mapped[str] = mapped_column(String(64), index=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)


class Revocation(Base):
    """A kiosk whose certificates of before `revoked_at` are refused."""

    __tablename__ = "revocations"

    kiosk_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    revoked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffAccount(Base):
    """A member of the staff; of PIN and badge only hashes."""

    __tablename__ = "staff_accounts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    pin_hash: Mapped[str] = mapped_column(String(256))
    #: Counts the PINs that were given out or chosen.
    pin_version: Mapped[int] = mapped_column(Integer)
    must_change: Mapped[bool] = mapped_column(Boolean)
    badge_sha256: Mapped[str] = mapped_column(String(64))
    disabled: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEnd(Base):
    """The furthest end of a kiosk's audit log, and the first thing it said that cannot follow from it."""

    __tablename__ = "audit_ends"

    kiosk_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    entries: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: back or forked; null while all is well
    warning: Mapped[str | None] = mapped_column(String(8))
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_entries: Mapped[int | None] = mapped_column(BigInteger)
    told_head: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """An end that a kiosk's audit log has had: its log has to go through each."""

    __tablename__ = "audit_heads"

    kiosk_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    entries: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    head: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Rating(Base):
    """How often each mark was given at a kiosk on a day, as the kiosk said last; nothing of who gave it."""

    __tablename__ = "ratings"

    kiosk_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, index=True)
    mark_1: Mapped[int] = mapped_column(Integer)
    mark_2: Mapped[int] = mapped_column(Integer)
    mark_3: Mapped[int] = mapped_column(Integer)
    mark_4: Mapped[int] = mapped_column(Integer)
    mark_5: Mapped[int] = mapped_column(Integer)
