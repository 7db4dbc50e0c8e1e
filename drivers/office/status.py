"""What an IPP printer says of itself, as states and codes (RFC 8011 5.4.11 and 5.4.12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from drivers.office.ipp import BadAnswer, Value
from drivers.ports import DeviceState, Health

ABSENT: Final = "OFP-ABSENT"
OFFLINE: Final = "OFP-OFFLINE"
STOPPED: Final = "OFP-STOPPED"
LOW: Final = ("OFP-PAPER-LOW", "OFP-TONER-LOW")
"""Warnings: the printer prints all the same."""

ASKED: Final = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "printer-make-and-model",
    "printer-firmware-string-version",
    "printer-uuid",
    "sides-supported",
    "color-supported",
    "device-uri",
)
IDLE, PROCESSING, HALTED = 3, 4, 5

# The first that is found is told: what hands can put right before what they cannot.
_REASONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("OFP-JAM", ("media-jam",)),
    ("OFP-COVER-OPEN", ("door-open", "cover-open", "interlock-open", "input-tray-missing")),
    ("OFP-PAPER-OUT", ("media-empty", "media-needed")),
    ("OFP-TONER-OUT", ("toner-empty", "marker-supply-empty", "developer-empty")),
    ("OFP-TRAY-FULL", ("output-area-full", "marker-waste-full")),
    (OFFLINE, ("offline", "shutdown", "connecting-to-device", "timed-out")),
    (STOPPED, ("paused", "moving-to-paused", "stopped", "stopping")),
)
_WARNINGS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("OFP-PAPER-LOW", ("media-low", "media-empty", "media-needed")),
    ("OFP-TONER-LOW", ("toner-low", "marker-supply-low", "toner-empty", "marker-supply-empty", "developer-low")),
)
# Said by CUPS of a driverless queue whose printer it has not asked yet; nothing is wrong with it.
_NOTHING: Final = ("none", "cups-waiting-for-job-completed", "cups-ipp-missing-cert")


@dataclass(frozen=True)
class PrinterStatus:
    """One answer of the printer: what keeps it from printing, what is running low, and what it is."""

    state: int
    reasons: tuple[str, ...]
    accepting: bool
    formats: tuple[str, ...]
    model: str = ""
    firmware: str = ""
    serial: str = ""
    duplex: bool = False
    colour: bool = False
    hands_on: bool = False
    """A spooler that sends to a device which tells nothing back: there a completed job was only handed on."""

    @property
    def problem(self) -> str | None:
        """The code of what keeps it from printing."""
        errors = {reason.removesuffix("-error") for reason in self.reasons if not reason.endswith(_LIGHT)}
        found = next((code for code, names in _REASONS if errors & set(names)), None)
        if found is not None:
            return found
        if self.state == HALTED:  # over what it calls a warning, perhaps
            return self.suspicion or STOPPED
        return None if self.accepting else STOPPED

    @property
    def suspicion(self) -> str | None:
        """The code of what may keep a job from its end, however lightly the printer speaks of it.

        Some grade every reason by their own state: a jam is a report while they rest and a warning while they are at it.
        """
        said = {_bare(reason).removesuffix("-report") for reason in self.reasons}
        return next((code for code, names in _REASONS if said & set(names)), None)

    @property
    def warning(self) -> str | None:
        """The code of what will keep it from printing soon."""
        told = {_bare(reason) for reason in self.reasons if not reason.endswith("-report")}
        return next((code for code, names in _WARNINGS if told & set(names)), None)

    @property
    def health(self) -> Health:
        """The state for the kiosk; reasons that nobody here knows are told to technicians."""
        code = self.problem or self.warning
        detail = ", ".join(reason for reason in self.reasons if reason not in _NOTHING)[:200]
        if code is None:
            return Health(DeviceState.READY, None, detail)
        if code in LOW:
            return Health(DeviceState.READY, code, detail)
        return Health(DeviceState.ATTENTION, code, detail)


_LIGHT: Final = ("-warning", "-report")


def _bare(reason: str) -> str:
    return reason.removesuffix("-error").removesuffix("-warning")


def read(values: Mapping[str, tuple[Value, ...]]) -> PrinterStatus:
    """The status out of an answer's printer attributes. Raises BadAnswer when state or reasons are missing."""
    state = values.get("printer-state", (None,))[0]
    reasons = texts(values, "printer-state-reasons")
    if type(state) is not int or state not in (IDLE, PROCESSING, HALTED) or not reasons:
        raise BadAnswer("a printer that does not say how it is")
    device = (texts(values, "device-uri") or ("",))[0]
    return PrinterStatus(
        state=state,
        reasons=reasons,
        accepting=values.get("printer-is-accepting-jobs", (True,))[0] is not False,
        formats=texts(values, "document-format-supported"),
        model=(texts(values, "printer-make-and-model") or ("",))[0],
        firmware=(texts(values, "printer-firmware-string-version") or ("",))[0],
        serial=(texts(values, "printer-uuid") or ("",))[0],
        duplex="two-sided-long-edge" in texts(values, "sides-supported"),
        colour=values.get("color-supported", (False,))[0] is True,
        hands_on=bool(device) and device.partition(":")[0] not in ("ipp", "ipps", "dnssd", "http", "https"),
    )


def texts(values: Mapping[str, tuple[Value, ...]], name: str) -> tuple[str, ...]:
    """The attribute's texts."""
    return tuple(value for value in values.get(name, ()) if isinstance(value, str))
