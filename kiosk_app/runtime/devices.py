"""Brings what the devices report into the flow and reads cards for it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from drivers import wire
from drivers.errors import DeviceError
from drivers.ports import CardAccess, CardReading, DeviceKind, Health
from drivers.supervisor import DeviceConfig, Supervisor
from kiosk_app.flow.effects import Effect, ReadCard
from kiosk_app.flow.events import (
    BadgeScanned,
    CardCodeScanned,
    CardFailed,
    CardInserted,
    CardProgressed,
    CardRead,
    CardRemoved,
    DeviceChanged,
    PaperChanged,
    ProcedureCodeScanned,
    TrackingCodeScanned,
    UnfitCodeScanned,
    ZoneScanned,
)
from kiosk_app.flow.identifying import identity_of
from kiosk_app.identity.codes import (
    BadgeCode,
    CardCode,
    ComponentCode,
    DossierCode,
    Mrz,
    PaymentCode,
    ProcedureCode,
    SeparatorCode,
    WebCode,
    recognise,
)
from kiosk_app.log import log
from kiosk_app.model.session import DeviceStatus, Session
from kiosk_app.runtime.runtime import Runtime

Listener = Callable[[str, str, dict[str, Any]], None]


class DeviceHands:
    """The supervisor's events as events of the flow; card readings as effects."""

    def __init__(self, runtime: Runtime, devices: tuple[DeviceConfig, ...]) -> None:
        self._runtime = runtime
        self.supervisor = Supervisor(devices, self._take, log)
        self._listeners: list[Listener] = []

    @contextlib.contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """For the length of the block `listener` gets what the devices report by themselves: id, event, data."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def handles(self) -> tuple[type[Effect], ...]:
        """Reading cards."""
        return (ReadCard,)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Reads the card."""
        if isinstance(effect, ReadCard):
            await self._read_card(effect, session.number)

    async def _read_card(self, effect: ReadCard, number: int) -> None:
        client = self.supervisor.by_kind(DeviceKind.CARD)

        def progress(event: str, data: dict[str, Any]) -> None:
            if event == "progress":
                step, percent = str(data.get("step", "")), int(data.get("percent", 0))
                self._runtime.dispatch(CardProgressed(number, step, percent))

        try:
            if client is None:
                raise DeviceError("SYS-NO-DRIVER", "no card reader is configured")
            access = CardAccess(can=effect.access_number or None, mrz=effect.mrz or None, qr=effect.qr or None)
            reading = await client.call("read", CardReading, progress, access=access)
        except DeviceError as error:
            log("card.failed", code=error.code)
            self._runtime.dispatch(CardFailed(number, error.code))
            return
        log("card.read", access=reading.access.value, apdus=reading.apdus, passive=reading.passive.verdict.value)
        doubt = identity_of(reading).doubt
        if doubt is not None:
            # Names of fields only: what differs, never how.
            log("card.doubted", code=doubt, mismatches=list(reading.mismatches))
        self._runtime.dispatch(CardRead(number, reading))

    def _take(self, device: str, event: str, data: dict[str, Any]) -> None:
        for listener in tuple(self._listeners):
            listener(device, event, data)
        client = self.supervisor.clients[device]
        if event == "state":
            health = wire.from_json(Health, data)
            log("device.state", device=device, state=health.state.value, code=health.code)
            can = client.description.capabilities
            status = DeviceStatus(
                device,
                client.config.kind,
                health.state,
                health.code,
                preview="preview" in can,
                glass="flatbed" in can,
                # A feeder whose scanner has a status of its own is looked at all the time.
                senses="feeder" in can and "status" in can,
            )
            self._runtime.dispatch(DeviceChanged(status))
            return
        handler = _EVENTS.get(event)
        if handler is not None:
            handler(self._runtime, data)


def _code(runtime: Runtime, data: dict[str, Any]) -> None:
    text = str(data.get("text", ""))
    found = recognise(text)
    # What it is and how long, never what it says: anybody may present anything.
    log("code.presented", meaning=type(found).__name__, symbology=_symbology(data), characters=len(text))
    match found:
        case CardCode():
            runtime.dispatch(CardCodeScanned(found.access_number, found.text, found.printed))
        case Mrz():
            runtime.dispatch(ZoneScanned(found.text))
        case DossierCode():
            runtime.dispatch(TrackingCodeScanned(found.code, found.lookup_code))
        case ProcedureCode():
            runtime.dispatch(ProcedureCodeScanned(found.local_id))
        case BadgeCode():
            runtime.dispatch(BadgeScanned(found.number))
        case _:
            runtime.dispatch(UnfitCodeScanned(_UNFIT.get(type(found), "BAR-UNKNOWN")))


_UNFIT: dict[type, str] = {
    PaymentCode: "BAR-PAYMENT",
    WebCode: "BAR-WEB",
    ComponentCode: "BAR-SHEET",
    SeparatorCode: "BAR-SHEET",
}
_SYMBOLOGY = re.compile(r"\]?[A-Za-z0-9-]{0,16}")


def _symbology(data: dict[str, Any]) -> str:
    """As the driver named it, if that is a name."""
    named = str(data.get("symbology", ""))
    return named if _SYMBOLOGY.fullmatch(named) else "?"


_EVENTS: dict[str, Callable[[Runtime, dict[str, Any]], None]] = {
    "card_inserted": lambda runtime, _: runtime.dispatch(CardInserted()),
    "card_removed": lambda runtime, _: runtime.dispatch(CardRemoved()),
    "paper": lambda runtime, data: runtime.dispatch(PaperChanged(bool(data.get("loaded")))),
    "code": _code,
    "unreadable": lambda runtime, _: runtime.dispatch(UnfitCodeScanned("BAR-GARBLED")),
}
