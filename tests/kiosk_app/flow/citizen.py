"""A citizen for the flow's tests: a procedure, a machine in order, a card, and steps through the table."""

from __future__ import annotations

import base64
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from drivers.ports import AccessKind, CardReading, Check, DeviceKind, DeviceState, Holder, Verdict
from kiosk_app.flow import events as ev
from kiosk_app.flow.effects import Effect, StartTimer
from kiosk_app.flow.table import transition
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.form import Choice, Field, FieldKind
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.session import DeviceStatus, Session

E = TypeVar("E", bound=Effect)
CARD, SCANNER, PRINTER = "card0", "scanner0", "printer0"
KINDS = {CARD: DeviceKind.CARD, SCANNER: DeviceKind.SCANNER, PRINTER: DeviceKind.PRINTER}
CAN = "123456"
AT = "2026-03-02T09:00:00+07:00"

FORM = Component("c1", "Tờ khai", "Application form", 2, 0, True)
POWER = Component("c2", "Giấy ủy quyền", "Power of attorney", 1, 0, False)
SAMPLE = Component("c3", "Mẫu nhãn hiệu", "Specimen of the mark", 5, 0, True)
PROCEDURE = Procedure(
    "IP-03", None, "Thủ tục đăng ký nhãn hiệu", "Trademark", "Sở hữu trí tuệ", components=(FORM, POWER, SAMPLE)
)
OTHER = replace(PROCEDURE, local_id="IP-01", name_vi="Thủ tục đăng ký sáng chế", components=(FORM,))
FIELDS = (
    Field("address", FieldKind.TEXT, "Địa chỉ", "Address", required=True, max_length=40, prefill="residence"),
    Field("phone", FieldKind.PHONE, "Số điện thoại", "Phone", required=True),
    Field(
        "result_delivery",
        FieldKind.CHOICE,
        "Nhận kết quả",
        "Delivery",
        required=True,
        choices=(Choice("counter", "Tại quầy", "At the desk"), Choice("post", "Bưu chính", "By post")),
        default="counter",
    ),
)
RESIDENCE = "Số 1 đường Thử Nghiệm"


def reading(number: str = "001099000001", residence: str = RESIDENCE) -> CardReading:
    """What a chip gives: a plainly fictional person."""
    holder = Holder(number=number, name="NGUYỄN VĂN THỬ NGHIỆM", birth_date="1999-05-17", residence=residence)
    return CardReading(
        AccessKind.PACE_CAN,
        holder,
        photo_b64=base64.b64encode(b"jpeg").decode(),
        photo_type="image/jpeg",
        passive=Check(Verdict.PASSED),
    )


def status(device: str, state: DeviceState = DeviceState.READY, code: str | None = None) -> ev.DeviceChanged:
    """A device's state as an event."""
    return ev.DeviceChanged(DeviceStatus(device, KINDS[device], state, code))


def machine() -> Session:
    """The home screen of a machine in order."""
    devices = {name: DeviceStatus(name, kind, DeviceState.READY) for name, kind in KINDS.items()}
    return Session(devices=MappingProxyType(devices))


class Citizen:
    """Steps through the table; an event class that answers gets the session's number by itself."""

    def __init__(self, session: Session | None = None) -> None:
        self.session = session or machine()
        self.effects: tuple[Effect, ...] = ()

    def do(self, *events: ev.Event) -> Citizen:
        """Plays the events; `effects` are those of the last one."""
        for event in events:
            self.session, self.effects = transition(self.session, event)
        return self

    def answer(self, kind: type[ev.Answered], *arguments: object) -> Citizen:
        """The answer to an effect of this session."""
        return self.do(kind(self.session.number, *arguments))

    def effect(self, kind: type[E]) -> E | None:
        """The one effect of that kind among the last ones."""
        return next((item for item in self.effects if isinstance(item, kind)), None)

    def timer(self, name: str) -> float | None:
        """The seconds for which the last step started that timer."""
        return next((e.seconds for e in self.effects if isinstance(e, StartTimer) and e.name == name), None)

    @property
    def screen(self) -> Screen:
        return self.session.screen

    # --- the way, in pieces ---

    def to_checklist(self) -> Citizen:
        self.do(ev.ChooseGoal(Goal.SUBMIT), ev.ChooseProcedure(PROCEDURE.local_id))
        return self.answer(ev.ProcedureLoaded, PROCEDURE, FIELDS).do(ev.Continue())

    def to_identify(self) -> Citizen:
        return self.to_checklist().do(ev.Continue(), ev.GiveConsent(False, AT))

    def to_confirm(self) -> Citizen:
        self.to_identify().do(ev.CardInserted(), ev.EnterAccessNumber(CAN))
        return self.answer(ev.CardRead, reading())

    def to_scan(self) -> Citizen:
        """To the scanner, with one paper after another: the first is chosen."""
        return self.to_confirm().do(ev.Continue(), ev.ChooseComponent(FORM.id))

    def scan(self, *numbers: int, component: str | None = None, blank: tuple[int, ...] = ()) -> Citizen:
        """Scans pages for the component in hand until they are ready."""
        if component is not None:
            self.do(ev.ChooseComponent(component))
        self.do(ev.StartScan())
        here = self.session.scan.component
        for number in numbers:
            self.answer(ev.PageScanned, number, here)
        self.answer(ev.ScanEnded)
        for number in numbers:
            self.answer(ev.PageReady, number, b"png", number in blank, (), 2480, 3508)
        return self

    def to_review(self) -> Citizen:
        return self.to_scan().scan(1, 2).scan(3).do(ev.Continue())

    def to_form(self) -> Citizen:
        return self.to_review().do(ev.Continue())

    def to_check(self) -> Citizen:
        return self.to_form().do(ev.SetAnswer("phone", "0912 345 678"), ev.Continue())

    def to_declare(self) -> Citizen:
        return self.to_check().do(ev.Continue())

    def to_sending(self) -> Citizen:
        return self.to_declare().do(ev.Declare(AT))

    def sealed(self) -> Citizen:
        return self.answer(ev.Sealed, "uuid-1", "K01-ABCD-EFGHJK", 1000, ("00" * 32,))

    def to_done(self) -> Citizen:
        return self.to_sending().sealed().answer(ev.Acknowledged, "G09.20-20260302-0000001", "A1B2")
