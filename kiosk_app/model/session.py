"""One citizen's session: everything the screens show and the flow decides from, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from drivers.ports import Check, DeviceKind, DeviceState, Verdict
from kiosk_app.model.assisting import Assist
from kiosk_app.model.basics import EndReason, Goal, Language, Overlay, Screen
from kiosk_app.model.calling import Call
from kiosk_app.model.drafts import Drafts
from kiosk_app.model.form import Answer, Field, FieldError, PaperOffer
from kiosk_app.model.papers import PageLook, PageStage, PageView, ScanView
from kiosk_app.model.person import Assurance, TypedPerson
from kiosk_app.model.practice import Practice
from kiosk_app.model.procedure import Procedure, ProcedureSummary
from kiosk_app.model.servicing import Servicing
from kiosk_app.model.tracking import OwnDossier, TrackingReport

__all__ = [
    "CardStage",
    "CardView",
    "Comfort",
    "Consent",
    "DeviceStatus",
    "Handout",
    "Identity",
    "MailStage",
    "PageLook",
    "PageStage",
    "PageView",
    "ReceiptStage",
    "ScanView",
    "SendStage",
    "Session",
    "Submission",
    "TrackView",
]


@dataclass(frozen=True)
class Comfort:
    """The citizen's choices of looks: text 1.0, 1.35 or 1.6; contrast; controls low."""

    text_scale: float = 1.0
    high_contrast: bool = False
    reach: bool = False

    @property
    def large_print(self) -> bool:
        """Whether what is printed for this citizen is in large print: large letters on glass, large on paper."""
        return self.text_scale > 1.0


@dataclass(frozen=True)
class DeviceStatus:
    """A device as the supervisor last reported it.

    `preview`: it looks, and can show what it sees. `glass`: a sheet can be laid on it. `senses`: it tells by itself when
    paper is put in.
    """

    id: str
    kind: DeviceKind
    state: DeviceState
    code: str | None = None
    preview: bool = False
    glass: bool = False
    senses: bool = False

    @property
    def usable(self) -> bool:
        """Whether a citizen can count on it now."""
        return self.state in (DeviceState.READY, DeviceState.BUSY) or (
            self.state is DeviceState.ATTENTION and self.code == "PRN-PAPER-LOW"
        )


@dataclass(frozen=True)
class Consent:
    """The citizen's consent to data processing (Law 91/2025/QH15): which text, when, and the optional notices."""

    version: str
    at: str
    notices: bool


class CardStage(StrEnum):
    """Where reading the chip stands."""

    WAITING = "waiting"
    NEEDS_NUMBER = "needs_number"
    READING = "reading"
    FAILED = "failed"
    READ = "read"


@dataclass(frozen=True)
class CardView:
    """The identify screen: card on the reader or not, what is being read, what went wrong."""

    stage: CardStage = CardStage.WAITING
    present: bool = False
    step: str = ""
    percent: int = 0
    access_number: str = field(default="", repr=False)
    qr: str = field(default="", repr=False)
    mrz: str = field(default="", repr=False)
    failures: int = 0
    """Readings of a card that lay there to the end and that gave nothing."""

    @property
    def key_known(self) -> bool:
        """Whether there is something to open the chip with."""
        return len(self.access_number) == 6 or bool(self.mrz)


_UNCHECKED: Final = Check(Verdict.NOT_CHECKED)


@dataclass(frozen=True)
class Identity:
    """Who the citizen is and how it is known: `verified_by` is chip, qr or typed. Dates are ISO; empty where unknown.

    `mismatches` names what the card says twice and differently, never the values; `noted` is that the citizen goes on all
    the same, with a note to the officer who gets the dossier.
    """

    number: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)
    residence: str = field(default="", repr=False)
    expires: str = field(default="", repr=False)
    photo: bytes = field(default=b"", repr=False)
    photo_type: str = ""
    verified_by: str = "chip"
    passive: Check = _UNCHECKED
    chip: Check = _UNCHECKED
    active: Check = _UNCHECKED
    mismatches: tuple[str, ...] = ()
    noted: bool = False

    @property
    def doubt(self) -> str | None:
        """The code of what an officer has to look at before the card is relied on, None when there is nothing."""
        if Verdict.FAILED in (self.passive.verdict, self.chip.verdict, self.active.verdict):
            return "CRD-NOT-GENUINE"
        return "CRD-MISMATCH" if self.mismatches else None

    @property
    def proven(self) -> bool:
        """Whether the chip proved its data to be signed and itself to be no copy (ICAO 9303-11 5.1, 6), beyond doubt."""
        original = Verdict.PASSED in (self.chip.verdict, self.active.verdict)
        return self.assurance is Assurance.CHIP_VERIFIED and original

    @property
    def masked_number(self) -> str:
        """The number as it may stand on a screen: first three and last three digits; too short a one shows none."""
        if len(self.number) < 9:
            return "•" * len(self.number)
        return f"{self.number[:3]}{'•' * max(len(self.number) - 6, 0)}{self.number[-3:]}"

    @property
    def assurance(self) -> Assurance:
        """How surely it is known: only a chip whose data are signed and agree, and which is no copy, is verified."""
        if self.verified_by != "chip":
            return Assurance.QR if self.verified_by == "qr" else Assurance.TYPED
        genuine = self.passive.verdict is Verdict.PASSED and self.doubt is None
        return Assurance.CHIP_VERIFIED if genuine else Assurance.CHIP_READ


class SendStage(StrEnum):
    """From declaration to the service's answer."""

    NONE = "none"
    SEALING = "sealing"
    UPLOADING = "uploading"
    ACKNOWLEDGED = "acknowledged"
    DEFERRED = "deferred"
    REFUSED = "refused"
    FAILED = "failed"
    PRACTISED = "practised"
    """A practice session has come to its end: nothing was sealed and nothing sent."""


@dataclass(frozen=True)
class Submission:
    """The dossier on its way: local reference from the seal on, the service's codes once it answered.

    `code_picture` is the QR code of the code that is shown, a PNG of a pixel a module; empty where it could not be drawn.
    """

    stage: SendStage = SendStage.NONE
    uuid: str = ""
    kiosk_reference: str = ""
    dossier_code: str = ""
    lookup_code: str = field(default="", repr=False)
    bytes_sent: int = 0
    bytes_total: int = 0
    sha256: tuple[str, ...] = ()
    code_picture: bytes = field(default=b"", repr=False)
    reason_vi: str = ""
    reason_en: str = ""


class ReceiptStage(StrEnum):
    """What is known of the printed slip."""

    NONE = "none"
    PRINTING = "printing"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    VOIDED = "voided"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Handout:
    """What is printed to take home: what is known of its print, and the printer's code.

    It is the list of papers of the procedure in hand, or, `draft`, the slip that says until when and how a saved draft can
    be opened.
    """

    stage: ReceiptStage = ReceiptStage.NONE
    code: str | None = None
    draft: bool = False


class MailStage(StrEnum):
    """The receipt by e-mail: not asked for, being written down, on its way, or not written down."""

    NONE = "none"
    ASKING = "asking"
    ASKED = "asked"
    FAILED = "failed"


@dataclass(frozen=True)
class TrackView:
    """The track screens: what was entered, whether it is being asked, and the answer.

    `mine` are the person's own dossiers, newest first, once a proven card has asked for them; None before that.
    """

    code: str = ""
    lookup_code: str = field(default="", repr=False)
    asking: bool = False
    report: TrackingReport | None = None
    """What the service said last; while papers are handed in for it, the dossier they are for."""
    mine: tuple[OwnDossier, ...] | None = None


@dataclass(frozen=True)
class Session:
    """Everything of one citizen, plus what is known of the machine. `number` tells late answers of an older session."""

    number: int = 1
    screen: Screen = Screen.HOME
    overlay: Overlay = Overlay.NONE
    language: Language = Language.VI
    site_language: Language = Language.VI
    staff_idle_s: float = 300.0
    """After so many seconds without a touch somebody of the staff is logged off: both hands may be in the printer, but
    longer than this the machine would stand open to anybody."""
    comfort: Comfort = Comfort()
    goal: Goal = Goal.NONE
    # what the machine can do now
    devices: Mapping[str, DeviceStatus] = field(default_factory=lambda: MappingProxyType({}))
    service_online: bool = True
    out_of_service: str | None = None
    # looking up
    query: str = ""
    results: tuple[ProcedureSummary, ...] = ()
    procedure: Procedure | None = None
    have: frozenset[str] = frozenset()
    handout: Handout = Handout()
    # identity
    consent: Consent | None = None
    card: CardView = CardView()
    typed: TypedPerson = field(default_factory=TypedPerson)
    identity: Identity | None = None
    # papers
    scan: ScanView = field(default_factory=ScanView)
    pages: tuple[PageView, ...] = ()
    look: PageLook | None = None
    to_desk: frozenset[str] = frozenset()
    chosen_for_desk: frozenset[str] = frozenset()
    """Those of `to_desk` that the citizen named one by one; scanning another paper does not take them back."""
    # form
    fields: tuple[Field, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}))
    paper_offers: tuple[PaperOffer, ...] = ()
    field_errors: Mapping[str, FieldError] = field(default_factory=lambda: MappingProxyType({}))
    returning: bool = False
    # submission
    receipt_mail: str = field(default="", repr=False)
    receipt_mail_error: FieldError | None = None
    mail: MailStage = MailStage.NONE
    mail_code: str | None = None
    declared_at: str = ""
    submission: Submission = Submission()
    receipt: ReceiptStage = ReceiptStage.NONE
    receipt_code: str | None = None
    receipt_owed: bool = False
    rating: int = 0
    # tracking
    track: TrackView = TrackView()
    # drafts that the person saved before, and the one of this session
    drafts: Drafts = field(default_factory=Drafts)
    # what a technician sees, once let in
    servicing: Servicing = field(default_factory=Servicing)
    call: Call = field(default_factory=Call)
    # an officer who helps over the session, and what of it goes with the dossier
    assist: Assist = field(default_factory=Assist)
    # somebody practises with specimens: nothing of it is ever sent
    practice: Practice | None = None
    # what the current screen has to say: a code of errors.toml
    notice: str | None = None
    end_reason: EndReason = EndReason.FINISHED

    def device(self, kind: DeviceKind) -> DeviceStatus | None:
        """The device of that kind, or None where the kiosk has none."""
        return next((status for status in self.devices.values() if status.kind is kind), None)

    def usable(self, kind: DeviceKind) -> bool:
        """Whether a device of that kind can be counted on now."""
        status = self.device(kind)
        return status is not None and status.usable

    def kept_pages(self, component: str) -> tuple[PageView, ...]:
        """The pages that go into that component's file."""
        return tuple(page for page in self.pages if page.component == component and page.kept)

    @property
    def processing(self) -> bool:
        """Whether a page is still on its way from the scanner to a verdict, or being made anew."""
        return any(page.stage is PageStage.PROCESSING or page.renewing for page in self.pages)

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of required components that have no page yet and are not going to be handed in at the desk."""
        if self.procedure is None:
            return ()
        return tuple(
            item.id
            for item in self.procedure.components
            if item.required and item.id not in self.to_desk and not self.kept_pages(item.id)
        )

    @property
    def at_desk(self) -> tuple[str, ...]:
        """Ids of components that the citizen will hand in at the desk; one that was scanned after all is none of them."""
        components = self.procedure.components if self.procedure else ()
        return tuple(item.id for item in components if item.id in self.to_desk and not self.kept_pages(item.id))
