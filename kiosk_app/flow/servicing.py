"""Rows of the technician's screens: the login over a wiped session, then devices, tests, line, outbox and log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from kiosk_app.flow.effects import (
    ChoosePin,
    LookAtGate,
    NoteNewRoll,
    PrintReadiness,
    RestartHost,
    SetInService,
    StartTimer,
    TestDevices,
    TestLine,
    VerifyPin,
    WatchMachine,
    WriteBundle,
    WriteMeasures,
)
from kiosk_app.flow.events import (
    Back,
    BadgeScanned,
    CheckNetwork,
    ChoosePart,
    ChooseSpan,
    ChooseTab,
    EnterPin,
    FilterLog,
    GateAnswered,
    MachineSeen,
    MakeBundle,
    NewRoll,
    OpenDevice,
    OpenTechnician,
    PrintReport,
    PutInService,
    RestartDevice,
    RunTests,
    SearchLog,
    WriteSheet,
)
from kiosk_app.flow.rows import Row, Step, go, leave_servicing, login, row, stay
from kiosk_app.model.basics import SERVICING, Overlay, Screen
from kiosk_app.model.servicing import BundleView, GateStage, GateView, Part, SlipStage, Tab
from kiosk_app.model.session import SendStage, Session
from kiosk_app.model.staff import LOCAL_TECHNICIAN, Right

SEARCH_LETTERS: Final = 100
"""Of what is searched for in the log."""
TURNING: Final = "turning"
"""The timer after which a touch on «out of service» or «back in service» is a new wish."""
TURNING_S: Final = 1.5
# Where nobody is in the middle of anything, so that nobody is asked.
_FREE = (Screen.HOME, Screen.GOODBYE, Screen.OUT_OF_SERVICE)


def _with(session: Session, **changes: Any) -> Session:
    return replace(session, servicing=replace(session.servicing, **changes))


def _open(session: Session, _: OpenTechnician) -> Step:
    if session.submission.stage is SendStage.SEALING:
        return stay(session)  # nobody can say yet whether the dossier is in
    if session.screen in _FREE:
        return login(session)
    return stay(session, overlay=Overlay.CONFIRM_SERVICING)


def _badge(session: Session, event: BadgeScanned) -> Step:
    gate = session.servicing.gate
    if gate.stage is GateStage.CHECKING or gate.stage.choosing:
        return stay(session)
    return stay(_with(session, gate=GateView(GateStage.CHECKING)), LookAtGate(event.number))


def _enter(session: Session, event: EnterPin) -> Step:
    gate = session.servicing.gate
    if gate.stage in (GateStage.CHECKING, GateStage.LOCKED, GateStage.NOT_SET):
        return stay(session)
    checking = _with(session, gate=GateView(GateStage.CHECKING, member=gate.member))
    if gate.stage.choosing:
        return stay(checking, ChoosePin(event.pin, member=gate.member))
    return stay(checking, VerifyPin(event.pin, (gate.member or LOCAL_TECHNICIAN).staff_id))


def _answered(session: Session, event: GateAnswered) -> Step:
    if event.let_in is not None and event.let_in.may(Right.SERVICE):
        inside = _with(session, gate=GateView(), member=event.let_in)
        return go(inside, Screen.DIAGNOSTICS, WatchMachine(), TestLine())
    return stay(_with(session, gate=event.gate))


def _seen(session: Session, event: MachineSeen) -> Step:
    return stay(_with(session, machine=event.machine))


def _search(session: Session, event: SearchLog) -> Step:
    return stay(_with(session, search=event.text[:SEARCH_LETTERS]), WatchMachine())


def _device(session: Session, event: OpenDevice) -> Step:
    if session.servicing.machine.device(event.device) is None:
        return stay(session)
    # Whoever opens the page anew and sees a device as it was may ask again: what was asked before has failed.
    opened = _with(session, device=event.device, part=Part.STATE, turned=None, turning=False)
    return go(opened, Screen.DIAGNOSTICS_DEVICE)


def _test(session: Session, event: RunTests) -> Step:
    machine = session.servicing.machine
    if machine.testing_all or (event.device and not _may_be_handled(session, event.device)):
        return stay(session)
    if not event.device:
        machine = replace(machine, testing_all=True, slip=SlipStage.NONE, slip_code=None)
    return stay(_with(session, machine=machine), TestDevices(event.device))


def _restart(session: Session, event: RestartDevice) -> Step:
    return stay(session, RestartHost(event.device)) if _may_be_handled(session, event.device) else stay(session)


def _may_be_handled(session: Session, device: str) -> bool:
    card = session.servicing.machine.device(device)
    return card is not None and card.in_service and not card.testing


def _put(session: Session, event: PutInService) -> Step:
    card = session.servicing.machine.device(event.device)
    if card is None or card.in_service is event.on:
        return stay(session)
    # A second quick touch comes while the machine still shows the device as it was, or has just changed under the finger.
    if session.servicing.turning or session.servicing.turned == (event.device, event.on):
        return stay(session)
    asked = _with(session, turned=(event.device, event.on), turning=True)
    return stay(asked, SetInService(event.device, event.on), StartTimer(TURNING, TURNING_S))


def turned(session: Session) -> Step:
    """A moment has passed since a device was put out of service or back."""
    return stay(_with(session, turning=False))


def _roll(session: Session, event: NewRoll) -> Step:
    card = session.servicing.machine.device(event.device)
    return stay(session, NoteNewRoll(event.device)) if card is not None and card.paper is not None else stay(session)


def _bundle(session: Session, _: MakeBundle) -> Step:
    machine = session.servicing.machine
    if machine.bundle.running:
        return stay(session)
    return stay(_with(session, machine=replace(machine, bundle=BundleView(running=True))), WriteBundle())


def _tab(session: Session, event: ChooseTab) -> Step:
    # Measures are read only while they are looked at, so they are read now.
    effects = (WatchMachine(),) if event.tab is Tab.MEASURES else ()
    return stay(_with(session, tab=event.tab), *effects)


def _sheet(session: Session, _: WriteSheet) -> Step:
    machine = session.servicing.machine
    if machine.sheet.running:
        return stay(session)
    return stay(_with(session, machine=replace(machine, sheet=BundleView(running=True))), WriteMeasures())


def _print(session: Session, _: PrintReport) -> Step:
    machine = session.servicing.machine
    if machine.readiness is None or machine.testing_all or machine.slip is SlipStage.PRINTING:
        return stay(session)
    printing = replace(machine, slip=SlipStage.PRINTING, slip_code=None)
    return stay(_with(session, machine=printing), PrintReadiness())


_CITIZENS = tuple(screen for screen in Screen if screen not in SERVICING)
_LEAVING = (Screen.TECHNICIAN_LOGIN, Screen.DIAGNOSTICS)
_INSIDE = (Screen.DIAGNOSTICS, Screen.DIAGNOSTICS_DEVICE)
_SEEING = (*_INSIDE, Screen.DIAGNOSTICS_GUIDED)
ROWS: tuple[Row, ...] = (
    row(_CITIZENS, OpenTechnician, _open, Screen.TECHNICIAN_LOGIN),
    row(Screen.TECHNICIAN_LOGIN, BadgeScanned, _badge),
    row(Screen.TECHNICIAN_LOGIN, EnterPin, _enter),
    row(Screen.TECHNICIAN_LOGIN, GateAnswered, _answered, Screen.DIAGNOSTICS),
    row(_LEAVING, Back, lambda s, _: leave_servicing(s), Screen.HOME, Screen.OUT_OF_SERVICE),
    row(_SEEING, MachineSeen, _seen),
    row(Screen.DIAGNOSTICS, ChooseTab, _tab),
    row(Screen.DIAGNOSTICS, ChooseSpan, lambda s, e: stay(_with(s, span=e.span), WatchMachine())),
    row(Screen.DIAGNOSTICS, WriteSheet, _sheet),
    row(Screen.DIAGNOSTICS, FilterLog, lambda s, e: stay(_with(s, filter=e.filter), WatchMachine())),
    row(Screen.DIAGNOSTICS, SearchLog, _search),
    row(Screen.DIAGNOSTICS, OpenDevice, _device, Screen.DIAGNOSTICS_DEVICE),
    row(_INSIDE, RunTests, _test),
    row(Screen.DIAGNOSTICS, CheckNetwork, lambda s, _: stay(s, TestLine())),
    row(Screen.DIAGNOSTICS, PrintReport, _print),
    row(Screen.DIAGNOSTICS, MakeBundle, _bundle),
    row(Screen.DIAGNOSTICS_DEVICE, RestartDevice, _restart),
    row(Screen.DIAGNOSTICS_DEVICE, PutInService, _put),
    row(Screen.DIAGNOSTICS_DEVICE, ChoosePart, lambda s, e: stay(_with(s, part=e.part), WatchMachine())),
    row(Screen.DIAGNOSTICS_DEVICE, NewRoll, _roll),
    row(Screen.DIAGNOSTICS_DEVICE, Back, lambda s, _: go(s, Screen.DIAGNOSTICS), Screen.DIAGNOSTICS),
)
