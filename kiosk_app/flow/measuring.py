"""Folds events and snapshots of a running session into its measure: pure, and keeps nothing of the citizen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from drivers.ports import DeviceState
from kiosk_app.flow.events import (
    CitizenEvent,
    DeviceChanged,
    Event,
    OpenTechnician,
    ScanEnded,
    SlipNotPrinted,
    SlipUnknown,
)
from kiosk_app.model.basics import SERVICING, EndReason, Goal, Language, Screen
from kiosk_app.model.calling import CallStage
from kiosk_app.model.measures import Ending, SessionMeasure
from kiosk_app.model.session import Comfort, SendStage, Session

OUTSIDE: Final = (Screen.HOME, Screen.GOODBYE, Screen.OUT_OF_SERVICE, *SERVICING)
"""Where nobody is being served: a session is measured from leaving these until coming back."""
_UNWELL: Final = (DeviceState.ABSENT, DeviceState.ATTENTION, DeviceState.FAULT)
_SENT: Final = (SendStage.ACKNOWLEDGED, SendStage.DEFERRED, SendStage.UPLOADING)
# No fault of the machine: there was nothing to scan, somebody stopped it, or the printer only says that paper runs low.
_NO_FAULT: Final = ("SCN-FEEDER-EMPTY", "SCN-CANCELLED", "PRN-PAPER-LOW")


@dataclass(frozen=True)
class Visit:
    """A session under way, as far as it is measured. `since` and `times` are seconds of a steady clock."""

    hour: str
    screen: Screen
    since: float
    times: tuple[tuple[Screen, float], ...] = ()
    goal: Goal = Goal.NONE
    procedure: str = ""
    language: Language = Language.VI
    comfort: Comfort = field(default_factory=Comfort)
    touches: int = 0
    calls: frozenset[int] = frozenset()
    assisted: bool = False
    faults: frozenset[str] = frozenset()
    rating: int = 0
    submitted: bool = False
    saved: bool = False


@dataclass(frozen=True)
class Measuring:
    """What is known between two snapshots: the visit, if there is one, and the touches that began it."""

    visit: Visit | None = None
    touches: int = 0


def heard(state: Measuring, event: Event, before: Session) -> Measuring:
    """After an event, with the session before it: a touch, or a device that fell ill."""
    if before.practice is not None:
        return state  # nobody is served
    code = _fault(event, before)
    touch = isinstance(event, CitizenEvent) and not isinstance(event, OpenTechnician)
    visit = state.visit
    if visit is None:
        return replace(state, touches=1) if touch else state  # the touch that leaves the home screen begins the visit
    faults = visit.faults | {code} if code else visit.faults
    return replace(state, visit=replace(visit, touches=visit.touches + touch, faults=faults))


def _fault(event: Event, before: Session) -> str | None:
    if isinstance(event, DeviceChanged):
        known, status = before.devices.get(event.status.id), event.status
        new = status.state in _UNWELL and (known is None or known.code != status.code)
        code = status.code if new else None
    else:
        code = event.code if isinstance(event, ScanEnded | SlipNotPrinted | SlipUnknown) else None
    return None if code in _NO_FAULT else code


def seen(state: Measuring, after: Session, hour: str, at_s: float) -> tuple[Measuring, SessionMeasure | None]:
    """After a transition, at `at_s` of a steady clock in the local hour `hour`: what goes on, and a session that ended."""
    visit = state.visit
    if after.screen in OUTSIDE or after.practice is not None:
        return (Measuring(), _ended(visit, after, at_s)) if visit is not None else (state, None)
    if visit is None:
        visit = Visit(hour, after.screen, at_s, touches=state.touches)
    elif visit.screen is not after.screen:
        visit = replace(visit, screen=after.screen, since=at_s, times=_times(visit, at_s))
    return Measuring(_with(visit, after)), None


def _with(visit: Visit, session: Session) -> Visit:
    """What the snapshot says now; what was said once, such as the procedure, outlives going back."""
    called = session.call.stage is not CallStage.NONE  # one that nobody got was wanted as much
    sending = session.submission.stage
    return replace(
        visit,
        goal=session.goal if session.goal is not Goal.NONE else visit.goal,
        procedure=session.procedure.local_id if session.procedure else visit.procedure,
        language=session.language,
        comfort=session.comfort,
        calls=visit.calls | {session.call.number} if called else visit.calls,
        assisted=visit.assisted or session.assist.record is not None,
        rating=session.rating or visit.rating,
        submitted=visit.submitted if sending is SendStage.NONE else sending in _SENT,
        saved=visit.saved or session.drafts.saved is not None,
    )


def _times(visit: Visit, at_s: float) -> tuple[tuple[Screen, float], ...]:
    times = dict(visit.times)
    times[visit.screen] = times.get(visit.screen, 0.0) + max(0.0, at_s - visit.since)
    return tuple(times.items())


def _ended(visit: Visit, after: Session, at_s: float) -> SessionMeasure:
    if visit.submitted:
        ending = Ending.SUBMITTED
    elif visit.saved:
        ending = Ending.SAVED
    elif after.screen in SERVICING:
        ending = Ending.STAFF
    else:
        timed_out = after.screen is Screen.GOODBYE and after.end_reason is EndReason.TIMED_OUT
        ending = Ending.TIMED_OUT if timed_out else Ending.LEFT
    return measure(replace(visit, times=_times(visit, at_s)), ending)


def measure(visit: Visit, ending: Ending) -> SessionMeasure:
    """The measure of a visit that ends so, with the times that it already has."""
    return SessionMeasure(
        hour=visit.hour,
        ending=ending,
        step=visit.screen,
        goal=visit.goal,
        procedure=visit.procedure,
        language=visit.language,
        text_scale=visit.comfort.text_scale,
        high_contrast=visit.comfort.high_contrast,
        reach=visit.comfort.reach,
        steps=tuple((screen, round(seconds)) for screen, seconds in visit.times),
        touches=visit.touches,
        help_calls=len(visit.calls),
        assisted=visit.assisted,
        faults=tuple(sorted(visit.faults)),
        rating=visit.rating,
    )
