"""What of the machine's events is counted for the technician: pages, prints, paper, readings, restarts, troubles."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from drivers.ports import DeviceKind, DeviceState, OfficeJob, PrintJob, PrintOutcome
from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.diagnostics.paper import length_mm
from kiosk_app.flow import events as ev
from kiosk_app.flow.identifying import identity_of
from kiosk_app.model.session import Session

COUNTERS: Final[dict[DeviceKind, tuple[str, ...]]] = {
    DeviceKind.CARD: ("card_reads", "failures", "restarts"),
    DeviceKind.SCANNER: ("pages", "failures", "restarts"),
    DeviceKind.BARCODE: ("codes", "restarts"),
    DeviceKind.PRINTER: ("prints", "paper_mm", "cuts", "failures", "restarts"),
    DeviceKind.OFFICE: ("prints", "restarts"),
    DeviceKind.CAMERA: ("pages", "restarts"),
}
"""The counters of each kind of device, the one that is plotted first."""

_COUNTED: Final[dict[type[ev.Event], tuple[DeviceKind, str]]] = {
    ev.CardRead: (DeviceKind.CARD, "card_reads"),
    ev.CardFailed: (DeviceKind.CARD, "failures"),
    ev.PageScanned: (DeviceKind.SCANNER, "pages"),
    ev.CardCodeScanned: (DeviceKind.BARCODE, "codes"),
    ev.ZoneScanned: (DeviceKind.BARCODE, "codes"),
    ev.TrackingCodeScanned: (DeviceKind.BARCODE, "codes"),
    ev.ProcedureCodeScanned: (DeviceKind.BARCODE, "codes"),
    ev.SlipPrinted: (DeviceKind.PRINTER, "prints"),
    ev.SlipNotPrinted: (DeviceKind.PRINTER, "failures"),
    ev.SlipUnknown: (DeviceKind.PRINTER, "failures"),
    ev.ChecklistPrinted: (DeviceKind.PRINTER, "prints"),
    ev.ChecklistNotPrinted: (DeviceKind.PRINTER, "failures"),
    ev.ChecklistUnknown: (DeviceKind.PRINTER, "failures"),
}
_DEATHS: Final = ("SYS-HOST-DIED", "SYS-DEADLINE")
_UNWELL: Final = (DeviceState.ABSENT, DeviceState.ATTENTION, DeviceState.FAULT, DeviceState.DISABLED)
# No fault of a scanner: there was nothing to scan, or somebody stopped it.
_NO_FAILURE: Final = ("SCN-FEEDER-EMPTY", "SCN-CANCELLED")


class Tallier:
    """Watches the runtime's events and writes into the ledger; nothing of who was served."""

    def __init__(self, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now

    def observe(self, event: ev.Event, session: Session) -> None:
        """Takes an event with the session before it."""
        if isinstance(event, ev.DeviceChanged):
            self._state(event, session)
        elif session.practice is not None:
            return  # specimens wear nothing out
        elif isinstance(event, ev.ScanEnded):
            if event.code is not None and event.code not in _NO_FAILURE:
                self._count(session, DeviceKind.SCANNER, "failures")
        elif (counted := _COUNTED.get(type(event))) is not None:
            self._count(session, *counted)
        if isinstance(event, ev.CardRead):
            self._doubt(event, session)

    def _doubt(self, event: ev.CardRead, session: Session) -> None:
        """A card that officers are told of is noted beside the reader's troubles: many of one kind may be the machine's."""
        status, code = session.device(DeviceKind.CARD), identity_of(event.reading).doubt
        if status is not None and code is not None:
            self._ledger.note(self._now(), status.id, code)

    def witness(self, device: str, verb: str, arguments: dict[str, object], answer: Any) -> None:
        """Takes a verb that ended: every slip uses paper, whoever printed it. One that may have come out counts as one."""
        job = arguments.get("job")
        if isinstance(job, OfficeJob) and answer["outcome"] == PrintOutcome.PRINTED:
            self._ledger.count(self._now(), device, "prints")
        if verb != "print" or not isinstance(job, PrintJob) or answer["outcome"] == PrintOutcome.NOT_PRINTED:
            return
        now = self._now()
        used = length_mm(base64.b64decode(job.png_b64[:32]), job.cut)
        self._ledger.use_paper(now, device, used)
        self._ledger.count(now, device, "paper_mm", used)
        if job.cut:
            self._ledger.count(now, device, "cuts")

    def _count(self, session: Session, kind: DeviceKind, name: str) -> None:
        status = session.device(kind)
        if status is not None:
            self._ledger.count(self._now(), status.id, name)

    def _state(self, event: ev.DeviceChanged, session: Session) -> None:
        status = event.status
        if status.kind is DeviceKind.PRINTER and session.devices.get(status.id) != status:
            if status.code == "PRN-PAPER-OUT":
                self._ledger.paper_out(self._now(), status.id)
            elif status.state is DeviceState.READY:
                self._ledger.paper_there(self._now(), status.id)
        if status.state not in _UNWELL or status.code is None or session.devices.get(status.id) == status:
            return
        self._ledger.note(self._now(), status.id, status.code)
        if status.state is DeviceState.FAULT and status.code in _DEATHS:
            self._ledger.count(self._now(), status.id, "restarts")
