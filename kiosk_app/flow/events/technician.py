"""What a technician does behind the gate, and what the gate and the machine answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.flow.events.base import Answered, CitizenEvent
from kiosk_app.model.measures import Span
from kiosk_app.model.servicing import GateView, LogFilter, Machine, Part, Tab
from kiosk_app.model.staff import StaffMember


@dataclass(frozen=True)
class OpenTechnician(CitizenEvent):
    """The quiet link to the technician's login."""


@dataclass(frozen=True)
class EnterPin(CitizenEvent):
    """The PIN of whose badge was shown, or of the machine's own technician, whole; or a new one that is being chosen."""

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
class SearchLog(CitizenEvent):
    """Only lines of the log with these words; empty for all of the filter's."""

    text: str = field(repr=False)


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


@dataclass(frozen=True)
class ChoosePart(CitizenEvent):
    """Another part of the device's page."""

    part: Part


@dataclass(frozen=True)
class NewRoll(CitizenEvent):
    """A whole roll of paper has been put in."""

    device: str


@dataclass(frozen=True)
class MakeBundle(CitizenEvent):
    """Write a support bundle."""


@dataclass(frozen=True)
class ChooseSpan(CitizenEvent):
    """The measures of another span."""

    span: Span


@dataclass(frozen=True)
class WriteSheet(CitizenEvent):
    """Write the measured sessions for a spreadsheet."""


@dataclass(frozen=True)
class GateAnswered(Answered):
    """How the gate stands; `let_in` is who is let in now, when the PIN was right."""

    gate: GateView
    let_in: StaffMember | None = None


@dataclass(frozen=True)
class MachineSeen(Answered):
    """What the diagnostics show now."""

    machine: Machine
