"""Rows that hold on every screen: devices, language, comfort, help, idleness, ending and being out of service."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.flow.applying import acknowledge_timed_out, print_what_is_owed
from kiosk_app.flow.assisting import TIMER, walked_away
from kiosk_app.flow.digitising import WAITING, paper_awaited, paper_changed
from kiosk_app.flow.effects import StartTimer
from kiosk_app.flow.events import (
    AskEnd,
    BackInService,
    CardInserted,
    CardRemoved,
    ChangeLanguage,
    CloseOverlay,
    ConfirmEnd,
    DeviceChanged,
    OutOfService,
    PaperChanged,
    ServiceChanged,
    SetComfort,
    TimerFired,
    Touched,
)
from kiosk_app.flow.guiding import grid_timed_out
from kiosk_app.flow.practising import EVERYWHERE as PRACTICE
from kiosk_app.flow.rows import (
    IDLE_S,
    Row,
    Step,
    fresh,
    go,
    goodbye,
    leave_servicing,
    login,
    row,
    stay,
)
from kiosk_app.flow.servicing import TURNING, turned
from kiosk_app.model.basics import IDLE_WARNING_S, SERVICING, EndReason, Overlay, Screen
from kiosk_app.model.drafts import DraftWork
from kiosk_app.model.session import CardStage, Comfort, DeviceStatus, SendStage, Session
from kiosk_app.model.stack import settled

ALL = tuple(Screen)
RESTING = (Screen.HOME, Screen.GOODBYE, Screen.OUT_OF_SERVICE, *SERVICING)
LOST = (DeviceState.ABSENT, DeviceState.FAULT, DeviceState.DISABLED, DeviceState.STARTING)
NEEDED_ON = {
    Screen.IDENTIFY: DeviceKind.CARD,
    Screen.IDENTIFY_OTHERWISE: DeviceKind.BARCODE,
    Screen.SCAN: DeviceKind.SCANNER,
}
PREFIXES = {
    DeviceKind.CARD: "CRD",
    DeviceKind.SCANNER: "SCN",
    DeviceKind.BARCODE: "BAR",
    DeviceKind.PRINTER: "PRN",
    DeviceKind.OFFICE: "OFP",
    DeviceKind.CAMERA: "CAM",
}
TEXT_SCALES = (1.0, 1.35, 1.6)


def busy(session: Session) -> bool:
    """Whether the machine works for the citizen, so that a quiet citizen is only waiting."""
    return (
        session.scan.running
        or (session.screen in (Screen.SCAN, Screen.PAGE_REVIEW) and not settled(session))
        or (session.screen is Screen.IDENTIFY and session.card.stage is CardStage.READING)
        or session.screen is Screen.SENDING
        or session.drafts.work is not DraftWork.NONE
    )


def _device(session: Session, event: DeviceChanged) -> Step:
    status, known = event.status, session.devices.get(event.status.id)
    if status.state is DeviceState.STARTING and status.code is None and known is not None:
        status = replace(status, code=known.code)  # what it recovers from
    devices = MappingProxyType({**session.devices, status.id: status})
    notice = _device_notice(session, status, known)
    after = replace(_without_what_it_saw(session, status), devices=devices, notice=notice)
    if status.kind is DeviceKind.PRINTER and status.usable and known is not None and not known.usable:
        return print_what_is_owed(after)
    return stay(after)


def _device_notice(session: Session, status: DeviceStatus, known: DeviceStatus | None) -> str | None:
    """Words about a device change with it and are gone as soon as it is well again."""
    notice = session.notice
    spoken = known is not None and not known.usable and _about(notice, known)
    if status.usable:
        return None if spoken else notice
    if status.code is None or status.state is DeviceState.STARTING:
        return notice
    # Told at once where the device is needed, not only when the citizen tries.
    return status.code if spoken or _needed(session) is status.kind else notice


def _needed(session: Session) -> DeviceKind | None:
    """The device that the screen is about."""
    if session.screen is Screen.SCAN and session.scan.camera:
        return DeviceKind.CAMERA
    return NEEDED_ON.get(session.screen)


def _about(notice: str | None, status: DeviceStatus) -> bool:
    """Whether a notice tells the device's state. A page cut short stays told: the scanner's recovery does not mend it."""
    if notice is None or notice == "SCN-CUT-SHORT":
        return False
    return notice == status.code or notice.startswith(f"{PREFIXES[status.kind]}-")


def _without_what_it_saw(session: Session, status: DeviceStatus) -> Session:
    """A device that is lost sees neither card nor paper; it tells them anew when it is back."""
    if status.state not in LOST:
        return session
    if status.kind is DeviceKind.CARD and session.card.present:
        waiting = session.card.stage in (CardStage.NEEDS_NUMBER, CardStage.FAILED)
        stage = CardStage.WAITING if waiting else session.card.stage
        return replace(session, card=replace(session.card, present=False, stage=stage))
    if status.kind is DeviceKind.SCANNER:
        return replace(session, scan=replace(session.scan, paper_loaded=False))
    return session


def _language(session: Session, event: ChangeLanguage) -> Step:
    return stay(session, language=event.language)


def _comfort(session: Session, event: SetComfort) -> Step:
    scale = min(TEXT_SCALES, key=lambda known: abs(known - event.text_scale))
    return stay(session, comfort=Comfort(scale, event.high_contrast, event.reach))


def _ask_end(session: Session, _: AskEnd) -> Step:
    if session.screen in RESTING or _committing(session):
        return stay(session)
    return stay(session, overlay=Overlay.CONFIRM_END)


def _confirm_end(session: Session, _: ConfirmEnd) -> Step:
    if session.overlay is Overlay.CONFIRM_SERVICING and not _committing(session):
        return stay(session, overlay=Overlay.NONE) if session.screen in SERVICING else login(session)
    if session.overlay not in (Overlay.CONFIRM_END, Overlay.CONFIRM_SERVICING, Overlay.IDLE_WARNING):
        return stay(session)
    if _committing(session):
        return stay(session, overlay=Overlay.NONE)  # nobody can say yet whether the dossier is in
    finished = session.submission.stage in (
        SendStage.ACKNOWLEDGED,
        SendStage.DEFERRED,
        SendStage.UPLOADING,
    )
    return goodbye(session, EndReason.FINISHED if finished else _unfinished(session, EndReason.CANCELLED))


def _committing(session: Session) -> bool:
    """Whether a dossier is being sealed, or a draft is being saved: it is in or not, and a moment later that is known."""
    return session.submission.stage is SendStage.SEALING or session.drafts.work is DraftWork.SAVING


def _unfinished(session: Session, reason: EndReason) -> EndReason:
    """Why a session without a dossier ends: what was saved can be opened again, and that is what is said then."""
    return EndReason.SAVED if session.drafts.saved is not None else reason


def _timer(session: Session, event: TimerFired) -> Step:
    if event.name == "idle" and session.screen not in (
        Screen.GOODBYE,
        Screen.OUT_OF_SERVICE,
    ):
        if busy(session):
            return stay(session, StartTimer("idle", IDLE_S))
        if session.screen in SERVICING:
            return leave_servicing(session, idle=True)
        if session.screen is Screen.HOME and not session.call.open:
            # Nothing of anybody is on the home screen: only looks and language go back to their start.
            return fresh(session), ()
        return stay(
            session,
            StartTimer("idle_end", IDLE_WARNING_S),
            overlay=Overlay.IDLE_WARNING,
        )
    if event.name == "idle_end" and session.overlay is Overlay.IDLE_WARNING:
        return goodbye(session, _unfinished(session, EndReason.TIMED_OUT))
    if event.name == TIMER:
        return walked_away(session)
    if event.name == "acknowledge":
        return acknowledge_timed_out(session)
    if event.name == WAITING:
        return paper_awaited(session)
    if event.name == "grid":
        return grid_timed_out(session)
    if event.name == TURNING:
        return turned(session)
    if event.name == "goodbye" and session.screen is Screen.GOODBYE:
        return fresh(session), ()
    return stay(session)


def _out_of_service(session: Session, event: OutOfService) -> Step:
    # A citizen in the middle is not thrown out: the seal itself refuses with the same code and offers help.
    session = replace(session, out_of_service=event.code)
    return (
        go(session, Screen.OUT_OF_SERVICE) if session.screen in (Screen.HOME, Screen.OUT_OF_SERVICE) else stay(session)
    )


def _back_in_service(session: Session, _: BackInService) -> Step:
    session = replace(session, out_of_service=None)
    return go(session, Screen.HOME) if session.screen is Screen.OUT_OF_SERVICE else stay(session)


ROWS: tuple[Row, ...] = (
    row(ALL, DeviceChanged, _device),
    row(ALL, ServiceChanged, lambda s, e: stay(s, service_online=e.online)),
    row(ALL, CardInserted, lambda s, _: stay(s, card=replace(s.card, present=True))),
    row(ALL, CardRemoved, lambda s, _: stay(s, card=replace(s.card, present=False))),
    row(ALL, PaperChanged, paper_changed),
    row(ALL, ChangeLanguage, _language),
    row(ALL, SetComfort, _comfort),
    row(ALL, Touched, lambda s, _: stay(s)),
    row(ALL, AskEnd, _ask_end),
    row(ALL, ConfirmEnd, _confirm_end, Screen.GOODBYE, Screen.TECHNICIAN_LOGIN),
    *PRACTICE,
    row(ALL, CloseOverlay, lambda s, _: stay(s, overlay=Overlay.NONE)),
    row(
        ALL,
        TimerFired,
        _timer,
        Screen.GOODBYE,
        Screen.HOME,
        Screen.DONE,
        Screen.OUT_OF_SERVICE,
    ),
    row(ALL, OutOfService, _out_of_service, Screen.OUT_OF_SERVICE),
    row(ALL, BackInService, _back_in_service, Screen.HOME),
)
