"""The values of a submission: what the citizen hands in, where it stands, and what the ministry answered."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

Answer = str | int | float | bool | None
ResultDelivery = Literal["counter", "post", "electronic"]
VerifiedBy = Literal["chip", "qr", "typed"]
AssuranceName = Literal["chip_verified", "chip_read", "qr", "typed"]
Language = Literal["vi", "en"]

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_BITS: Final = 50


def new_kiosk_reference(kiosk_short: str) -> str:
    """A reference that a person can copy by hand: `{kiosk short}-XXXX-XXXXXX`, 50 random bits in Crockford's base 32.

    No I, L, O, U, so that nothing is misread. It is random, not counted: nobody can guess a neighbour's.
    """
    number = secrets.randbits(REFERENCE_BITS)
    text = "".join(CROCKFORD[number >> shift & 31] for shift in range(REFERENCE_BITS - 5, -1, -5))
    return f"{kiosk_short}-{text[:4]}-{text[4:]}"


class DossierState(StrEnum):
    """Where a dossier stands. DRAFT is only memory and a sealed spool; the others are rows of the store.

    COMMITTED: every file is at the service and the dossier itself is on its way, its outcome not yet known.
    """

    DRAFT = "draft"
    SEALED = "sealed"
    UPLOADING = "uploading"
    COMMITTED = "committed"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"


UNSENT: Final = (DossierState.SEALED, DossierState.UPLOADING, DossierState.COMMITTED)


@dataclass(frozen=True)
class ProcedureRef:
    """The procedure applied for; `code` is None where the catalogue holds no official code."""

    local_id: str
    code: str | None
    name_vi: str
    name_en: str


@dataclass(frozen=True)
class ChipCheck:
    """What the reading of the ID card leaves to the officer: verdicts, and names of what the card says differently twice."""

    passive: str
    chip: str
    active: str
    mismatches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Applicant:
    """Who hands in: kind 0 citizen, 1 business, 2 household business (national list); birth date ISO or year."""

    kind: Literal[0, 1, 2]
    identity_number: str = field(repr=False)
    full_name: str = field(repr=False)
    birth_date: str = field(repr=False)
    verified_by: VerifiedBy = "typed"
    assurance: AssuranceName | None = None
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    organisation: str | None = field(default=None, repr=False)
    chip_check: ChipCheck | None = None


@dataclass(frozen=True)
class Consent:
    """What was agreed to and when; `notices` is the optional consent to messages (Law 91/2025/QH15)."""

    version: str
    at: datetime
    notices: bool = False


@dataclass(frozen=True)
class SealedFile:
    """One component as a sealed PDF of a session; `bytes` and `sha256` are of the PDF itself."""

    file_id: str
    component: str
    component_name_vi: str = field(repr=False)
    name: str = field(repr=False)
    pages: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class DeskPaper:
    """A component that is not in the dossier's files: the citizen hands it in at the desk."""

    component: str
    component_name_vi: str = field(repr=False)
    originals: int
    copies: int


@dataclass(frozen=True)
class AcceptedDoubt:
    """A soft failure that an officer accepted: a page, a name or the want of a card, the reason, and which page."""

    what: str
    reason: str
    page: int = 0


@dataclass(frozen=True)
class Assistance:
    """The help of an officer at the kiosk: in which role, from when to the last act, what was accepted and noted.

    `note` are free words for the officer who decides. Times are aware.
    """

    role: str
    since: datetime
    until: datetime
    accepted: tuple[AcceptedDoubt, ...] = ()
    phrases: tuple[str, ...] = ()
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class DossierDraft:
    """Everything the citizen declared, ready to be sealed. `uuid` is the session's `dossier_uuid`; times are aware."""

    uuid: str
    kiosk_reference: str
    procedure: ProcedureRef
    applicant: Applicant = field(repr=False)
    answers: Mapping[str, Answer] = field(repr=False)
    consent: Consent
    declared_at: datetime
    submitted_at: datetime
    result_delivery: ResultDelivery
    language: Language
    files: tuple[SealedFile, ...]
    assistance: Assistance | None = None
    channel: int = 2
    at_desk: tuple[DeskPaper, ...] = ()
    receipt_mail: str | None = field(default=None, repr=False)
    lineage: str | None = None
    """Of the saved draft that it was made from: the service deletes that one as it receives this, and takes no second."""


@dataclass(frozen=True)
class SupplementDraft:
    """Papers for a dossier that the ministry has and that asks for them, ready to be sealed; its codes say which one."""

    uuid: str
    kiosk_reference: str
    dossier_code: str
    lookup_code: str = field(repr=False)
    declared_at: datetime
    submitted_at: datetime
    files: tuple[SealedFile, ...]


Draft = DossierDraft | SupplementDraft


class Kind(StrEnum):
    """What lies sealed in the store and goes out: a dossier of its own, or papers for one that is there."""

    DOSSIER = "dossier"
    SUPPLEMENT = "supplement"


@dataclass(frozen=True)
class SealedDossier:
    """A dossier that is safe on this machine."""

    uuid: str
    kiosk_reference: str
    state: DossierState
    sealed_at: datetime


@dataclass(frozen=True)
class Acknowledgement:
    """The ministry's answer, the same for ever."""

    dossier_code: str
    lookup_code: str = field(repr=False)
    received_at: str
    status_code: int = 1
    status_vi: str = ""
    status_en: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why the service did not take a dossier, in words; it stays on the machine for staff."""

    code: str
    detail_vi: str
    detail_en: str


@dataclass(frozen=True)
class Progress:
    """How far a dossier has got on its way to the service."""

    uuid: str
    state: DossierState
    bytes_sent: int
    bytes_total: int
    attempts: int
    last_code: str | None = None


@dataclass(frozen=True)
class OutboxRow:
    """One dossier that is not yet acknowledged, as `kiosk outbox` shows it; nothing personal. `oldest_s` is its age."""

    id: str
    kiosk_reference: str
    state: DossierState
    bytes_sent: int
    bytes_total: int
    attempts: int
    oldest_s: float
    last_code: str | None = None
    refusal: Refusal | None = None
    kind: Kind = Kind.DOSSIER


@dataclass(frozen=True)
class NotSentYet:
    """A kiosk reference whose dossier is still safe on this very machine."""

    kiosk_reference: str
    state: DossierState
    sealed_at: datetime


@dataclass(frozen=True)
class Incident:
    """Something a technician must know about the store: a code, when, and what was done about it."""

    code: str
    at: datetime
    detail: str
