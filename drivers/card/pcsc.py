"""The driver of the chip card reader: insertions told, one reading at a time, no password tried twice on one insertion."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from drivers.card.chunks import ChunkMemory
from drivers.card.direct import DirectSlot
from drivers.card.emrtd.access import Passwords
from drivers.card.emrtd.certificates import TrustStore
from drivers.card.emrtd.reader import ChipReading, ChipSettings
from drivers.card.emrtd.transport import Transport
from drivers.card.pcsc_slot import PcscSlot
from drivers.card.slot import Presence, Slot
from drivers.errors import DeviceError
from drivers.ports import (
    CardAccess,
    CardReading,
    Description,
    DeviceKind,
    DeviceState,
    DriverInfo,
    Emit,
    Health,
    TestResult,
)

SETTINGS: Final = {
    "reader": "part of the PC/SC reader's name; empty takes the first real reader",
    "transport": "pcsc (default), or direct: development only, a virtual chip connects to the driver itself",
    "direct_port": "loopback port for transport = direct; 0 takes a free one",
    "cache_file": "file that keeps what each kind of chip can do over a restart; empty keeps it in memory",
    "csca_dir": "folder with the trusted CSCA certificates (.pem, .crt, .cer, .der); empty trusts no issuer",
}
# Chips slow down or block on wrong passwords; after these the card has to be taken off and put back.
_MAX_REFUSALS: Final = 3


class CardDriver:
    """Reads ICAO 9303 chips through one slot; see drivers.ports.CardReader."""

    kind: ClassVar[DeviceKind] = DeviceKind.CARD
    poll_interval_s: ClassVar[float] = 0.2

    def __init__(self, slot: Slot, csca_dir: Path | None, *, development: bool, cache_file: Path | None = None) -> None:
        self._slot = slot
        self._csca_dir = csca_dir
        self._development = development
        self._settings = ChipSettings(TrustStore(), ChunkMemory(cache_file))
        self._told: Presence | None = None
        self._refused: set[str] = set()
        self._refused_on = -1
        self._cancelled = threading.Event()

    def describe(self) -> Description:
        """The reader's name and what can be done with it."""
        capabilities = ["pace-can", "pace-mrz", "bac", "dg1", "dg2", "dg13"]
        capabilities += ["passive-authentication", "active-authentication", "chip-authentication"]
        capabilities.append(f"trusted-issuers={len(self._settings.trust.anchors)}")
        if self._development:
            capabilities.append("development-only-transport")
        return Description(model=self._slot.name, driver="pcsc", port=self._slot.port, capabilities=tuple(capabilities))

    def open(self) -> None:
        """Loads the trusted issuers and takes the reader. Raises DeviceError CRD-NO-SERVICE, CRD-ABSENT."""
        trust = TrustStore.load(self._csca_dir) if self._csca_dir is not None else TrustStore()
        self._settings = ChipSettings(trust, self._settings.chunks, self._settings.suspects)
        self._slot.open()
        self._told = None

    def close(self) -> None:
        """Lets the reader go and forgets what was tried."""
        self._slot.close()
        self._refused.clear()

    def health(self) -> Health:
        """Asks the reader. Raises DeviceError CRD-NO-SERVICE, CRD-ABSENT."""
        present = self._slot.presence().atr is not None
        return Health(DeviceState.READY, detail="card present" if present else "no card")

    def self_test(self) -> tuple[TestResult, ...]:
        """The reader answers; every trusted certificate is readable."""
        started = time.monotonic()
        try:
            self._slot.presence()
            reader = TestResult("reader", True, time.monotonic() - started, detail=self._slot.name)
        except DeviceError as error:
            reader = TestResult("reader", False, time.monotonic() - started, error.code, error.detail)
        trust = self._settings.trust
        detail = "; ".join(trust.problems) or f"{len(trust.anchors)} certificates"
        return reader, TestResult("trusted-issuers", not trust.problems, detail=detail)

    def poll(self, emit: Emit) -> None:
        """Tells cards put in and taken away. Raises DeviceError CRD-NO-SERVICE, CRD-ABSENT."""
        try:
            now = self._slot.presence()
        except DeviceError:
            self._tell(emit, None)
            raise
        self._tell(emit, now)

    def _tell(self, emit: Emit, now: Presence | None) -> None:
        before, self._told = self._told, now
        was, is_now = before is not None and before.atr is not None, now is not None and now.atr is not None
        same = before is not None and now is not None and before.insertion == now.insertion
        if was and not (is_now and same):
            emit("card_removed")
        if now is not None and now.atr is not None and not (was and same):
            emit("card_inserted", atr=now.atr.hex().upper())

    def cancel(self) -> None:
        """Stops a reading before its next APDU."""
        self._cancelled.set()

    def read(self, access: CardAccess, emit: Emit) -> CardReading:
        """Reads the card that is on the reader; see drivers.ports.CardReader.read for events.

        `identity` comes twice: from the MRZ as soon as DG1 is in, then with the full name of DG13. Raises the port's codes.
        """
        self._cancelled.clear()
        passwords = Passwords.of(access)
        here = self._slot.presence()
        if here.atr is None:
            raise DeviceError("CRD-NO-CARD", "no card on the reader")
        self._guard(here.insertion, passwords)
        try:
            with self._slot.connect() as card:
                reading = ChipReading(_Cancellable(card, self._cancelled), here.atr, passwords, self._settings, emit)
                return reading.run(datetime.now(UTC).date())
        except DeviceError as error:
            if error.code in ("CRD-WRONG-CAN", "CRD-WRONG-MRZ"):
                self._refused.add(passwords.tried)
            raise

    def _guard(self, insertion: int, passwords: Passwords) -> None:
        """Refuses without touching the chip what the chip has refused already."""
        if insertion != self._refused_on:
            self._refused.clear()
            self._refused_on = insertion
        if passwords.tried in self._refused or len(self._refused) >= _MAX_REFUSALS:
            code = "CRD-WRONG-CAN" if passwords.can else "CRD-WRONG-MRZ"
            raise DeviceError(code, "already refused on this insertion; the chip was not asked again")


class _Cancellable:
    """A transport that stops between two APDUs when it is told to."""

    def __init__(self, inner: Transport, cancelled: threading.Event) -> None:
        self._inner = inner
        self._cancelled = cancelled

    def transmit(self, apdu: bytes) -> bytes:
        """Passes on. Raises DeviceError CRD-CANCELLED."""
        if self._cancelled.is_set():
            raise DeviceError("CRD-CANCELLED", "the reading was cancelled")
        return self._inner.transmit(apdu)

    def reset(self) -> None:
        """Passes on."""
        self._inner.reset()


def create(settings: dict[str, Any]) -> CardDriver:
    """Makes the driver; no I/O. Raises ValueError naming the key."""
    for key in settings:
        if key not in SETTINGS:
            raise ValueError(f"{key}: unknown")
    reader, folder, cache = (settings.get(key, "") for key in ("reader", "csca_dir", "cache_file"))
    for key, value in (("reader", reader), ("csca_dir", folder), ("cache_file", cache)):
        if not isinstance(value, str):
            raise ValueError(f"{key}: not a text")
    port = settings.get("direct_port", 0)
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= 65535:
        raise ValueError("direct_port: not a port number")
    csca_dir, cache_file = Path(folder) if folder else None, Path(cache) if cache else None
    transport = settings.get("transport", "pcsc")
    if transport == "pcsc":
        return CardDriver(PcscSlot(reader), csca_dir, development=False, cache_file=cache_file)
    if transport == "direct":
        return CardDriver(DirectSlot(port), csca_dir, development=True, cache_file=cache_file)
    raise ValueError("transport: neither pcsc nor direct")


DRIVER: Final = DriverInfo(
    name="pcsc",
    kind=DeviceKind.CARD,
    create=create,
    settings=SETTINGS,
    deadlines_s={"read": 20.0, "describe": 3.0, "health": 3.0, "self_test": 10.0, "open": 10.0, "poll": 5.0},
)
