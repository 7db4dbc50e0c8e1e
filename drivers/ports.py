"""The six ports: card reader, scanner, document camera, barcode reader, receipt and office printer, and their values.

A driver is a plain synchronous class run by drivers.host in a process of its own, on one thread: the host calls `poll`
between requests and one verb at a time. Verbs report progress through `emit` and end with a value or a DeviceError. What
they take and give are the frozen values below, which drivers.wire turns into JSON and back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol, runtime_checkable


class DeviceKind(StrEnum):
    """The kinds of device a kiosk has."""

    CARD = "card"
    SCANNER = "scanner"
    BARCODE = "barcode"
    PRINTER = "printer"
    OFFICE = "office"
    CAMERA = "camera"


class DeviceState(StrEnum):
    """Where a device stands; every state but READY (and BUSY, STARTING) carries a code of errors.toml."""

    ABSENT = "absent"
    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    ATTENTION = "attention"
    FAULT = "fault"
    DISABLED = "disabled"


class Emit(Protocol):
    """How a driver tells what happens: an event's name and its JSON-able data."""

    def __call__(self, event: str, /, **data: Any) -> None:
        """Sends the event to the supervisor at once."""


@dataclass(frozen=True)
class Description:
    """What the device is; empty strings where the device does not say."""

    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    driver: str = ""
    port: str = ""
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Health:
    """A device's state now; `code` is of errors.toml, `detail` is for technicians and never personal."""

    state: DeviceState
    code: str | None = None
    detail: str = ""


@dataclass(frozen=True)
class TestResult:
    """One step of a self-test."""

    name: str
    passed: bool
    seconds: float = 0.0
    code: str | None = None
    detail: str = ""


@runtime_checkable
class Device(Protocol):
    """What every driver has."""

    kind: ClassVar[DeviceKind]
    poll_interval_s: ClassVar[float]

    def describe(self) -> Description:
        """Vendor, model and capabilities of the open device."""

    def open(self) -> None:
        """Takes the device. Raises DeviceError (absent, refused)."""

    def close(self) -> None:
        """Lets the device go; never raises."""

    def health(self) -> Health:
        """Asks the device itself, quickly; raises DeviceError when it cannot be asked."""

    def self_test(self) -> tuple[TestResult, ...]:
        """Runs what can be tested without a person."""

    def poll(self, emit: Emit) -> None:
        """Called between requests every `poll_interval_s`: reports insertions, codes, state changes."""

    def cancel(self) -> None:
        """Asks the running verb to stop soon; called from another thread, only sets a flag."""


# --- chip card -------------------------------------------------------------------------------------------------------


class AccessKind(StrEnum):
    """How the chip was opened."""

    PACE_CAN = "pace-can"
    PACE_MRZ = "pace-mrz"
    BAC = "bac"


@dataclass(frozen=True)
class CardAccess:
    """What the chip is opened with: the 6-digit CAN, or the MRZ (whole, or document number + dates for BAC).

    `qr` is the text of the card's QR code: it gives the CAN, opens BAC with the expiry dates that the law allows, and is
    compared with what the chip says.
    """

    can: str | None = field(default=None, repr=False)
    mrz: str | None = field(default=None, repr=False)
    qr: str | None = field(default=None, repr=False)


class Verdict(StrEnum):
    """Outcome of one authenticity check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    ISSUER_NOT_TRUSTED = "issuer_not_trusted"


class Cause(StrEnum):
    """Why a check ended as it did, for words in any language; NONE where the verdict says it all."""

    NONE = ""
    NO_SIGNATURE = "no_signature"
    NOT_AS_SIGNED = "not_as_signed"
    WITHHELD = "withheld"
    NOT_ORIGINAL = "not_original"
    ISSUER_UNKNOWN = "issuer_unknown"
    UNSUPPORTED = "unsupported"
    NO_KEY = "no_key"
    KEY_NOT_VOUCHED = "key_not_vouched"
    NO_CERTIFICATE = "no_certificate"


@dataclass(frozen=True)
class Check:
    """A verdict, its reason in technician's English, never personal, and its cause as a word for everybody else."""

    verdict: Verdict
    reason: str = ""
    cause: Cause = Cause.NONE


@dataclass(frozen=True)
class Holder:
    """The person as the chip says (DG1 and DG13); empty string where the chip does not say. Dates are ISO."""

    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)
    nationality: str = field(default="", repr=False)
    residence: str = field(default="", repr=False)
    home_town: str = field(default="", repr=False)
    issued: str = field(default="", repr=False)
    expires: str = field(default="", repr=False)
    old_number: str = field(default="", repr=False)


@dataclass(frozen=True)
class CardReading:
    """Everything one reading gave. `photo_b64` is the DG2 picture as base64 of `photo_type` (image/jpeg or image/jp2)."""

    access: AccessKind
    holder: Holder = field(repr=False)
    photo_b64: str = field(default="", repr=False)
    photo_type: str = ""
    groups: tuple[str, ...] = ()
    apdus: int = 0
    seconds: float = 0.0
    passive: Check = Check(Verdict.NOT_CHECKED)
    active: Check = Check(Verdict.NOT_CHECKED)
    chip: Check = Check(Verdict.NOT_CHECKED)
    mismatches: tuple[str, ...] = ()


class CardReader(Device, Protocol):
    """Reads ICAO 9303 chips. Poll events: `card_inserted`(atr), `card_removed`, `state`(state, code).

    `open`, `health` and `poll` raise DeviceError CRD-NO-SERVICE and CRD-ABSENT.
    """

    def read(self, access: CardAccess, emit: Emit) -> CardReading:
        """Reads DG1, DG2, DG13 and what proves them.

        Emits `progress`(step: connect|access|identity|photo|authenticity, percent 0-100) and `identity`(number, name) as
        soon as DG1 is in, again with the full name of DG13. `mismatches` of the reading names what the card says twice
        and differently; it is for people to judge. Raises DeviceError

        - CRD-NO-SERVICE, CRD-ABSENT: the reader's service or the reader is not there;
        - CRD-BUSY: another program holds the card;
        - CRD-NO-CARD: no card lay there when reading began; CRD-REMOVED: it was taken away while read;
        - CRD-NEEDS-ACCESS: nothing given opens the chip, or a QR code alone does not;
        - CRD-WRONG-CAN, CRD-WRONG-MRZ: the chip, or on the same insertion this driver, refused what was given;
        - CRD-BLOCKED: the chip takes no password any more;
        - CRD-UNSUPPORTED: no chip of this kind; CRD-GARBLED: answers that are no answers, or that fail their check;
        - CRD-CANCELLED: `cancel` was called.
        """


# --- scanner ---------------------------------------------------------------------------------------------------------


class ScanSource(StrEnum):
    """Where the paper is; AUTO takes the feeder when it holds paper, else the flatbed."""

    AUTO = "auto"
    FEEDER = "feeder"
    FLATBED = "flatbed"


@dataclass(frozen=True)
class ScanOptions:
    """What to scan with. `max_pages` 0 means until the feeder is empty."""

    source: ScanSource = ScanSource.AUTO
    dpi: int = 300
    colour: bool = True
    duplex: bool = False
    max_pages: int = 0


@dataclass(frozen=True)
class Spool:
    """Where the host puts pages, sealed: folder, key (base64 of 32 bytes) and the name of the session."""

    folder: str
    key_b64: str = field(repr=False)
    session: str = ""


@dataclass(frozen=True)
class ScannedPage:
    """One page in the spool: sealed file of a PNG or JPEG picture, with `associated` data as drivers.sealed takes it."""

    index: int
    path: str
    associated: str
    width: int
    height: int
    dpi: int
    media_type: str = "image/png"


@dataclass(frozen=True)
class ScanReport:
    """What one scan gave; options as the device really took them."""

    pages: int
    source: ScanSource
    dpi: int
    seconds: float


class DocumentScanner(Device, Protocol):
    """Scans sheets. Poll events: `paper`(loaded: bool) on change, `state`(state, code)."""

    def paper_loaded(self) -> bool:
        """Whether the feeder holds paper, asked of the device itself."""

    def scan(self, options: ScanOptions, spool: Spool, emit: Emit) -> ScanReport:
        """Scans until the feeder is empty or cancelled; each page is emitted as `page`(**ScannedPage) when it is whole.

        Pages already emitted stay good when a later one fails. Raises DeviceError SCN-FEEDER-EMPTY, SCN-JAM,
        SCN-COVER-OPEN, SCN-DOUBLE-FEED, SCN-CUT-SHORT, SCN-CANCELLED, SCN-BUSY, SCN-ABSENT, SCN-IO, STO-FULL.
        """


# --- document camera -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaptureOptions:
    """How to photograph. `max_pages` 0 means until cancelled; `at_once`: the next frame, whatever is on it."""

    max_pages: int = 0
    at_once: bool = False


@dataclass(frozen=True)
class CaptureReport:
    """What one capture gave; `dpi` as the pages were told."""

    pages: int
    dpi: int
    seconds: float


class DocumentCamera(Device, Protocol):
    """Looks down on a table and photographs the papers laid there. Poll events: `state`(state, code).

    Pages are whole frames: where the paper is on them, and how it lies, is for who processes them.
    """

    def preview(self, shown: bool) -> Preview:
        """Begins to show, in a file made anew, or ends it and wipes the file; the outline is the sheet's.

        A host that is closed or dies shows nothing any more. Raises DeviceError CAM-ABSENT.
        """

    def capture(self, options: CaptureOptions, spool: Spool, emit: Emit) -> CaptureReport:
        """Photographs each page once it lies still and sharp; each is emitted as `page`(**ScannedPage) when it is whole.

        Emits `hint`(hint) of drivers.preview when what keeps the page from being taken changes. Nothing is taken twice: the
        next page is one that looks otherwise. Ends by itself when nothing new was laid there for long. Pages already
        emitted stay good. Raises DeviceError CAM-CANCELLED, CAM-NO-PAGE (long enough, and never a page), CAM-ABSENT,
        CAM-IO, STO-FULL.
        """


# --- barcode reader --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Code:
    """A decoded code: its text (UTF-8 where it can be), the bytes in hex, and the symbology's AIM or common name."""

    text: str = field(repr=False)
    symbology: str = ""
    bytes_hex: str = field(default="", repr=False)


class BarcodeReader(Device, Protocol):
    """Gives codes as they are presented: poll event `code`(text, symbology, bytes_hex); no verbs that it must have.

    A reader that got something which is no whole code may say `unreadable`, so that the citizen is asked to try again.
    One that looks may be a PreviewingReader.
    """


@dataclass(frozen=True)
class Preview:
    """Where the kiosk finds what a camera sees: a file in the format of drivers.preview; empty when nothing is shown."""

    path: str = ""


class PreviewingReader(BarcodeReader, Protocol):
    """A barcode reader with `preview` among its capabilities: the citizen may see what it sees."""

    def preview(self, shown: bool) -> Preview:
        """Begins to show, in a file made anew for its owner alone, or ends it and wipes the file.

        A host that is closed or dies shows nothing any more. Raises DeviceError BAR-ABSENT.
        """


# --- receipt printer -------------------------------------------------------------------------------------------------


class PrintOutcome(StrEnum):
    """What is known of a print job; UNKNOWN is asked of a person, never repeated by itself."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PrintJob:
    """A receipt as a 1-bit picture: PNG bytes as base64, as wide in dots as the printer's profile."""

    job: str
    png_b64: str = field(repr=False)
    cut: bool = True


@dataclass(frozen=True)
class PrintReport:
    """How a job ended; `code` says why when it is not PRINTED.

    `begun`: something of it may be on paper; with NOT_PRINTED certainly not the whole, and the rest will not come.
    """

    job: str
    outcome: PrintOutcome
    code: str | None = None
    seconds: float = 0.0
    begun: bool = False


class ReceiptPrinter(Device, Protocol):
    """Prints receipts as raster. Poll event: `state`(state, code). describe() capabilities include `dots=576`."""

    def print(self, job: PrintJob, emit: Emit) -> PrintReport:
        """Asks status (DLE EOT 1-4) before, sends, and says PRINTED only on a fresh good status after the job.

        Paper or cover known bad before the first byte gives NOT_PRINTED with the code; a loss of the line while or after
        sending gives UNKNOWN. Raises DeviceError PRN-ABSENT only when nothing at all was sent.
        """


# --- office printer ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfficeJob:
    """A document on A4: a PDF as base64, of at most 1.4 MB. `pages` are its sides, 0 where that is not known.

    `job` is a name of the journal's, never of a person: spoolers show it.
    """

    job: str
    pdf_b64: str = field(repr=False)
    pages: int = 0
    duplex: bool = False


class OfficePrinter(Device, Protocol):
    """Prints official forms on A4. Poll event: `state`(state, code). describe() capabilities include `pdf` if it takes it.

    `open`, `health` and `poll` raise DeviceError OFP-ABSENT and OFP-OFFLINE.
    """

    def print(self, job: OfficeJob, emit: Emit) -> PrintReport:
        """Asks before, sends once, and says PRINTED only when the device itself says that the job is on paper.

        What is known to be wrong before the first byte gives NOT_PRINTED with the code, as does a job that was refused,
        or called back before the printer began with it. A spooler that has only handed a job on, a line lost while or
        after sending, and a job that ended without anybody's knowing how far it came give UNKNOWN. A job that does not
        end in time is called back. Raises DeviceError OFP-ABSENT, OFP-OFFLINE only when nothing at all was sent.
        """


# --- registration ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DriverInfo:
    """What an entry point of the group `kiosk.drivers` gives: how to make a driver.

    `create(settings)` gets the device's table of the configuration (strings, numbers, booleans) and does no I/O; it raises
    ValueError naming the key for bad settings. `settings` maps each known key to its meaning. `deadlines_s` gives each
    verb's longest time in seconds before the host is killed; for scan it is the longest silence between two events.
    """

    name: str
    kind: DeviceKind
    create: Callable[[dict[str, Any]], Device]
    settings: dict[str, str]
    deadlines_s: dict[str, float]
