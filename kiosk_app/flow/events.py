"""Everything that can happen to a session: what a citizen does and what the machine reports.

Citizen events come from the screens by name (see `INTENTS`); `at` is filled by the runtime, since the flow has no clock.
Machine events that answer an effect carry the session's number, so that a late answer never reaches the next citizen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from drivers.ports import CardReading
from kiosk_app.model.basics import Goal, Language
from kiosk_app.model.form import Field
from kiosk_app.model.procedure import Procedure, ProcedureSummary
from kiosk_app.model.servicing import GateView, LogFilter, Machine, Tab
from kiosk_app.model.session import DeviceStatus
from kiosk_app.model.tracking import TrackingReport


@dataclass(frozen=True)
class Event:
    """Anything that happens."""


@dataclass(frozen=True)
class CitizenEvent(Event):
    """A touch or key of the citizen; each one restarts the idle timer."""


@dataclass(frozen=True)
class MachineEvent(Event):
    """A report of a device, a service or a timer."""


@dataclass(frozen=True)
class Answered(MachineEvent):
    """The answer to an effect of session `session`."""

    session: int


# --- what a citizen does -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChooseGoal(CitizenEvent):
    """A tile of the home screen."""

    goal: Goal


@dataclass(frozen=True)
class ChangeLanguage(CitizenEvent):
    """The language button."""

    language: Language


@dataclass(frozen=True)
class SetComfort(CitizenEvent):
    """The comfort bar."""

    text_scale: float
    high_contrast: bool
    reach: bool


@dataclass(frozen=True)
class Touched(CitizenEvent):
    """A touch that means nothing but that somebody is there."""


@dataclass(frozen=True)
class TypeQuery(CitizenEvent):
    """The search field changed."""

    text: str


@dataclass(frozen=True)
class ChooseProcedure(CitizenEvent):
    """A search result was touched."""

    local_id: str


@dataclass(frozen=True)
class Continue(CitizenEvent):
    """The one primary action of the screen."""


@dataclass(frozen=True)
class Back(CitizenEvent):
    """The back button."""


@dataclass(frozen=True)
class AskEnd(CitizenEvent):
    """Home was touched in the middle of a session."""


@dataclass(frozen=True)
class ConfirmEnd(CitizenEvent):
    """The citizen really wants to end and erase."""


@dataclass(frozen=True)
class CloseOverlay(CitizenEvent):
    """The overlay's way back: more time, go on, help understood."""


@dataclass(frozen=True)
class ToggleComponent(CitizenEvent):
    """A paper of the checklist: have it or not."""

    component: str


@dataclass(frozen=True)
class GiveConsent(CitizenEvent):
    """Agree on the consent page."""

    notices: bool
    at: str = ""


@dataclass(frozen=True)
class EnterAccessNumber(CitizenEvent):
    """The six digits that open the chip."""

    number: str = field(repr=False)


@dataclass(frozen=True)
class RetryCard(CitizenEvent):
    """Read the card that lies there again."""


@dataclass(frozen=True)
class RejectIdentity(CitizenEvent):
    """That is not me."""


@dataclass(frozen=True)
class ChooseComponent(CitizenEvent):
    """The paper that will be scanned next."""

    component: str


@dataclass(frozen=True)
class StartScan(CitizenEvent):
    """Scan what lies in the feeder."""


@dataclass(frozen=True)
class StopScan(CitizenEvent):
    """Stop after the current page."""


@dataclass(frozen=True)
class DropPage(CitizenEvent):
    """Leave this page out; it can be kept again."""

    page: int


@dataclass(frozen=True)
class KeepPage(CitizenEvent):
    """Take the page in again."""

    page: int


@dataclass(frozen=True)
class MovePage(CitizenEvent):
    """The page belongs to another paper."""

    page: int
    component: str


@dataclass(frozen=True)
class SetAnswer(CitizenEvent):
    """A field of the form changed."""

    field_id: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class ChangeAnswer(CitizenEvent):
    """A change link of check-your-answers: `section` is form or scan."""

    section: str


@dataclass(frozen=True)
class Declare(CitizenEvent):
    """The declaration was ticked and the dossier is to be submitted."""

    at: str = ""


@dataclass(frozen=True)
class PrintAgain(CitizenEvent):
    """Print the slip again; only a person asks for this."""


@dataclass(frozen=True)
class Rate(CitizenEvent):
    """Satisfaction from 1 (very dissatisfied) to 5."""

    value: int


@dataclass(frozen=True)
class EnterTracking(CitizenEvent):
    """The code and look-up code as typed so far."""

    code: str
    lookup_code: str = field(default="", repr=False)


@dataclass(frozen=True)
class AskTracking(CitizenEvent):
    """Look the entered code up."""


@dataclass(frozen=True)
class CallHelp(CitizenEvent):
    """Call an officer."""


# --- what a technician does ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenTechnician(CitizenEvent):
    """The quiet link to the technician's login."""


@dataclass(frozen=True)
class EnterPin(CitizenEvent):
    """The technician's PIN, whole."""

    pin: str = field(repr=False)


@dataclass(frozen=True)
class ChooseTab(CitizenEvent):
    """Another part of the diagnostics."""

    tab: Tab


@dataclass(frozen=True)
class FilterLog(CitizenEvent):
    """Other lines of the log."""

    filter: LogFilter


@dataclass(frozen=True)
class OpenDevice(CitizenEvent):
    """A device's tile."""

    device: str


@dataclass(frozen=True)
class RunTests(CitizenEvent):
    """Test one device, or everything when `device` is empty."""

    device: str = ""


@dataclass(frozen=True)
class CheckNetwork(CitizenEvent):
    """Check network, service, certificates and disk now."""


@dataclass(frozen=True)
class PrintReport(CitizenEvent):
    """Print the readiness report."""


@dataclass(frozen=True)
class RestartDevice(CitizenEvent):
    """Start the device's process anew."""

    device: str


@dataclass(frozen=True)
class PutInService(CitizenEvent):
    """Take the device out of service, or put it back."""

    device: str
    on: bool


# --- what the machine reports ------------------------------------------------------------------------------------------


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
    """The QR of an ID card was presented to the barcode reader."""

    access_number: str = field(repr=False)


@dataclass(frozen=True)
class TrackingCodeScanned(MachineEvent):
    """The QR of a receipt was presented."""

    code: str


@dataclass(frozen=True)
class TimerFired(MachineEvent):
    """A timer that the flow started has run out."""

    name: str


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
    """A page left the scanner for `component`."""

    page: int
    component: str


@dataclass(frozen=True)
class PageReady(Answered):
    """A page was straightened and judged."""

    page: int
    thumbnail: bytes = field(repr=False)
    blank: bool
    warnings: tuple[str, ...]
    width: int
    height: int


@dataclass(frozen=True)
class PageFailed(Answered):
    """A page could not be processed."""

    page: int
    code: str


@dataclass(frozen=True)
class ScanEnded(Answered):
    """The feeder is empty; `code` says why when it ended otherwise."""

    code: str | None = None


@dataclass(frozen=True)
class Sealed(Answered):
    """The dossier is committed on this machine: from here nothing is lost."""

    uuid: str
    kiosk_reference: str
    bytes_total: int
    sha256: tuple[str, ...] = ()


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
    """Nothing was printed."""

    code: str


@dataclass(frozen=True)
class SlipUnknown(Answered):
    """Nobody knows whether it was printed."""

    code: str


@dataclass(frozen=True)
class Tracked(Answered):
    """The service knows the dossier."""

    report: TrackingReport


@dataclass(frozen=True)
class TrackFailed(Answered):
    """The service does not know it, or cannot be asked."""

    code: str


@dataclass(frozen=True)
class GateAnswered(Answered):
    """How the technician's gate stands; `opened` when the PIN was right."""

    gate: GateView
    opened: bool = False


@dataclass(frozen=True)
class MachineSeen(Answered):
    """What the diagnostics show now."""

    machine: Machine


INTENTS: Final[dict[str, type[CitizenEvent]]] = {
    "choose_goal": ChooseGoal,
    "change_language": ChangeLanguage,
    "set_comfort": SetComfort,
    "touched": Touched,
    "type_query": TypeQuery,
    "choose_procedure": ChooseProcedure,
    "continue": Continue,
    "back": Back,
    "ask_end": AskEnd,
    "confirm_end": ConfirmEnd,
    "close_overlay": CloseOverlay,
    "toggle_component": ToggleComponent,
    "give_consent": GiveConsent,
    "enter_access_number": EnterAccessNumber,
    "retry_card": RetryCard,
    "reject_identity": RejectIdentity,
    "choose_component": ChooseComponent,
    "start_scan": StartScan,
    "stop_scan": StopScan,
    "drop_page": DropPage,
    "keep_page": KeepPage,
    "move_page": MovePage,
    "set_answer": SetAnswer,
    "change_answer": ChangeAnswer,
    "declare": Declare,
    "print_again": PrintAgain,
    "rate": Rate,
    "enter_tracking": EnterTracking,
    "ask_tracking": AskTracking,
    "call_help": CallHelp,
    "open_technician": OpenTechnician,
    "enter_pin": EnterPin,
    "choose_tab": ChooseTab,
    "filter_log": FilterLog,
    "open_device": OpenDevice,
    "run_tests": RunTests,
    "check_network": CheckNetwork,
    "print_report": PrintReport,
    "restart_device": RestartDevice,
    "put_in_service": PutInService,
}
"""The names under which the screens send what a citizen does, with the event each becomes."""
