"""What devices, services and timers report, and how effects were answered."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.ports import CardReading
from kiosk_app.flow.events.base import Answered, MachineEvent
from kiosk_app.model.calling import CallStage
from kiosk_app.model.form import Field, PaperOffer
from kiosk_app.model.papers import Placed
from kiosk_app.model.person import PrintedCard
from kiosk_app.model.procedure import Procedure, ProcedureSummary
from kiosk_app.model.session import DeviceStatus
from kiosk_app.model.tracking import OwnDossier, TrackingReport


@dataclass(frozen=True)
class DeviceChanged(MachineEvent):
    """A device's state."""

    status: DeviceStatus


@dataclass(frozen=True)
class ServiceChanged(MachineEvent):
    """The ministry's service can be reached, or not."""

    online: bool


@dataclass(frozen=True)
class OutOfService(MachineEvent):
    """The machine cannot serve anybody (no store, disk full); `code` says why."""

    code: str


@dataclass(frozen=True)
class BackInService(MachineEvent):
    """What kept the machine out of service is over."""


@dataclass(frozen=True)
class CardInserted(MachineEvent):
    """A card lies on the reader."""


@dataclass(frozen=True)
class CardRemoved(MachineEvent):
    """The card is gone."""


@dataclass(frozen=True)
class PaperChanged(MachineEvent):
    """Paper lies in the feeder, or not."""

    loaded: bool


@dataclass(frozen=True)
class CardCodeScanned(MachineEvent):
    """The QR of an ID card was presented to the barcode reader.

    `qr` is its whole text, held against the chip; `printed` is what it says of the person.
    """

    access_number: str = field(repr=False)
    qr: str = field(default="", repr=False)
    printed: PrintedCard | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ZoneScanned(MachineEvent):
    """The machine-readable zone of a card or passport was held before the camera, or read by a reader of documents."""

    mrz: str = field(repr=False)


@dataclass(frozen=True)
class TrackingCodeScanned(MachineEvent):
    """The QR of a receipt was presented, with the look-up code where it holds one."""

    code: str
    lookup_code: str = field(default="", repr=False)


@dataclass(frozen=True)
class ProcedureCodeScanned(MachineEvent):
    """The code on a list of papers that a kiosk has printed: which procedure it is of."""

    local_id: str


@dataclass(frozen=True)
class BadgeScanned(MachineEvent):
    """A badge of the staff was presented. Alone it opens nothing."""

    number: str = field(repr=False)


@dataclass(frozen=True)
class UnfitCodeScanned(MachineEvent):
    """A code was presented that is of no use here; `code` of the error catalogue has the words for what it is."""

    code: str


@dataclass(frozen=True)
class TimerFired(MachineEvent):
    """A timer that the flow started has run out."""

    name: str


@dataclass(frozen=True)
class CallAnswered(MachineEvent):
    """How the call of that number stands; NONE says that it is over: the officer is there, or took it off the board.

    It carries no session's number: a call goes on when the citizen begins with another procedure. `call` 0 is the open one.
    """

    call: int
    stage: CallStage
    expected_at: str = ""


@dataclass(frozen=True)
class SearchAnswered(Answered):
    """Results for `query`; stale ones are dropped."""

    query: str
    results: tuple[ProcedureSummary, ...]


@dataclass(frozen=True)
class ProcedureLoaded(Answered):
    """The procedure and its form."""

    procedure: Procedure
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class CardProgressed(Answered):
    """Reading goes on: step connect, access, identity, photo or authenticity."""

    step: str
    percent: int


@dataclass(frozen=True)
class CardRead(Answered):
    """The chip was read."""

    reading: CardReading = field(repr=False)


@dataclass(frozen=True)
class CardFailed(Answered):
    """The chip was not read."""

    code: str


@dataclass(frozen=True)
class PageScanned(Answered):
    """A page left the scanner for `component`, "" when it came in a stack; `sheet` counts the sheets of this scan from 1.

    A page whose number is known already is a new picture of that one.
    """

    page: int
    component: str
    sheet: int = 0


@dataclass(frozen=True)
class PageReady(Answered):
    """A page was straightened and judged. `again`: the new picture of a page that was there before is finished."""

    page: int
    thumbnail: bytes = field(repr=False)
    blank: bool
    warnings: tuple[str, ...]
    width: int
    height: int
    again: bool = False


@dataclass(frozen=True)
class PageFailed(Answered):
    """A page could not be processed. `again`: the picture of it that was there before stays."""

    page: int
    code: str
    again: bool = False


@dataclass(frozen=True)
class ScanEnded(Answered):
    """The feeder is empty; `code` says why when it ended otherwise. `half` is a page whose back did not come any more."""

    code: str | None = None
    half: int = 0


@dataclass(frozen=True)
class OffersFound(Answered):
    """What the papers offer for the form's questions."""

    offers: tuple[PaperOffer, ...]


@dataclass(frozen=True)
class PageRead(Answered):
    """The text of a page was read."""

    page: int


@dataclass(frozen=True)
class PagesAlike(Answered):
    """The page looks like the earlier one `same_as`: maybe a sheet went through twice."""

    page: int
    same_as: int


@dataclass(frozen=True)
class PagesPlaced(Answered):
    """The pages of the stacks were matched with the procedure's papers. `asked` 0: they cannot be."""

    asked: int
    placed: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class PageShown(Answered):
    """The large picture of a page; `code` when there is none."""

    page: int
    picture: bytes = field(default=b"", repr=False)
    code: str | None = None


@dataclass(frozen=True)
class PageTurned(Answered):
    """The page lies as it was asked; `code` when it could not be turned and stays as it was."""

    page: int
    thumbnail: bytes = field(default=b"", repr=False)
    width: int = 0
    height: int = 0
    code: str | None = None


@dataclass(frozen=True)
class Sealed(Answered):
    """The dossier is committed on this machine: from here nothing is lost."""

    uuid: str
    kiosk_reference: str
    bytes_total: int
    sha256: tuple[str, ...] = ()
    code_picture: bytes = field(default=b"", repr=False)
    """The QR code of the reference, see `Submission`."""


@dataclass(frozen=True)
class SealFailed(Answered):
    """The dossier could not be committed; nothing was sent."""

    code: str


@dataclass(frozen=True)
class SendProgressed(Answered):
    """Bytes that the service has taken."""

    bytes_sent: int
    bytes_total: int


@dataclass(frozen=True)
class Acknowledged(Answered):
    """The service answered with its codes."""

    dossier_code: str
    lookup_code: str = field(repr=False)
    code_picture: bytes = field(default=b"", repr=False)
    """The QR code of the dossier's code, see `Submission`."""


@dataclass(frozen=True)
class SendDeferred(Answered):
    """The service does not answer for now; the agent goes on by itself."""

    code: str


@dataclass(frozen=True)
class SendRefused(Answered):
    """The service refused the dossier, with its reason in words."""

    code: str
    reason_vi: str
    reason_en: str


@dataclass(frozen=True)
class SlipPrinted(Answered):
    """A fresh status after the job says it is printed."""


@dataclass(frozen=True)
class SlipNotPrinted(Answered):
    """Nothing was printed, or, `begun`, surely not the whole: a piece of it is on paper and the rest will not come."""

    code: str
    begun: bool = False


@dataclass(frozen=True)
class ReceiptMailed(Answered):
    """The request for a receipt by e-mail is safe on this machine and goes out by itself."""


@dataclass(frozen=True)
class ReceiptNotMailed(Answered):
    """It could not be written down."""

    code: str


@dataclass(frozen=True)
class SlipUnknown(Answered):
    """Nobody knows whether it was printed."""

    code: str


@dataclass(frozen=True)
class ChecklistPrinted(Answered):
    """A fresh status after the job says that the list of the procedure's papers is printed."""

    procedure: str


@dataclass(frozen=True)
class ChecklistNotPrinted(Answered):
    """No list was printed, or, `begun`, surely not the whole."""

    procedure: str
    code: str
    begun: bool = False


@dataclass(frozen=True)
class ChecklistUnknown(Answered):
    """Nobody knows whether the list was printed; an empty `procedure` is whichever is being printed."""

    procedure: str
    code: str


@dataclass(frozen=True)
class Tracked(Answered):
    """The service knows the dossier."""

    report: TrackingReport


@dataclass(frozen=True)
class OwnFound(Answered):
    """The dossiers of the person whose card was read, newest first."""

    dossiers: tuple[OwnDossier, ...]


@dataclass(frozen=True)
class TrackFailed(Answered):
    """The service does not know it, or cannot be asked."""

    code: str
