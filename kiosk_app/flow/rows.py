"""What a row of the flow's table is, and the small moves that its acts are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from kiosk_app.flow.effects import (
    CancelScan,
    Effect,
    LogLeave,
    LookAtGate,
    StartTimer,
    StopGuide,
    StopTimer,
    WipeSession,
)
from kiosk_app.flow.events import Event
from kiosk_app.model.assisting import Assist
from kiosk_app.model.basics import EndReason, Overlay, Screen
from kiosk_app.model.calling import Call
from kiosk_app.model.drafts import Drafts
from kiosk_app.model.form import Answer, Field, Source
from kiosk_app.model.person import TypedPerson
from kiosk_app.model.session import CardView, Handout, Identity, ReceiptStage, ScanView, Session

Step = tuple[Session, tuple[Effect, ...]]
E = TypeVar("E", bound=Event)
Act = Callable[[Session, Any], Step]

IDLE_S = 60.0
IDLE_DONE_S = 120.0
IDLE_HELP_S = 180.0
"""An officer needs time to walk over; the citizen who called one is waiting, not gone."""
GOODBYE_S = 8.0
WAIT_FOR_PAPER_S = 45.0
"""How long a scan that was started over an empty feeder waits for paper."""
PAPER_SETTLES_S = 1.5
"""From the first sheet under the sensor until the hand is away."""
ACKNOWLEDGE_S = 20.0
"""How long a citizen is kept waiting for the service's codes before leaving with the kiosk's reference."""


_SOURCES = {"chip": Source.CHIP, "qr": Source.QR, "typed": Source.STATED}


@dataclass(frozen=True)
class Row:
    """On one of `screens`, `event` is answered by `act`, which stays or goes to one of `to`."""

    screens: frozenset[Screen]
    event: type[Event]
    act: Act
    to: frozenset[Screen]
    label: str = ""


def row(
    screens: Screen | tuple[Screen, ...],
    event: type[E],
    act: Callable[[Session, E], Step],
    *to: Screen,
) -> Row:
    """A row for one or more screens; `to` names where `act` may go besides staying."""
    several = screens if isinstance(screens, tuple) else (screens,)
    return Row(frozenset(several), event, act, frozenset(to))


def stay(session: Session, *effects: Effect, **changes: Any) -> Step:
    """The same screen with `changes`."""
    return replace(session, **changes), effects


def go(session: Session, screen: Screen, *effects: Effect, **changes: Any) -> Step:
    """Another screen; what the last one had to say is gone unless `changes` says otherwise."""
    return replace(session, **({"screen": screen, "notice": None} | changes)), effects


def goodbye(session: Session, reason: EndReason) -> Step:
    """Ends the session: everything of the citizen is replaced now and wiped by the runtime.

    Language and looks stay until the last words are read.
    """
    return (
        replace(
            fresh(session),
            screen=Screen.GOODBYE,
            language=session.language,
            comfort=session.comfort,
            end_reason=reason,
        ),
        (
            *wipe(session),
            StopTimer("idle"),
            StopTimer("idle_end"),
            StopTimer("acknowledge"),
            StartTimer("goodbye", GOODBYE_S),
        ),
    )


def home(session: Session) -> Step:
    """Back to the start by the citizen's own steps: nothing of what was done lies there for the next one."""
    return (
        replace(
            fresh(session),
            language=session.language,
            comfort=session.comfort,
            end_reason=EndReason.CANCELLED,
            practice=session.practice,  # who practises goes back as far as the home screen
        ),
        wipe(session),
    )


def login(session: Session) -> Step:
    """To the technician's login: whatever a citizen has left is wiped before anybody is let in."""
    return (
        replace(
            fresh(session),
            screen=Screen.TECHNICIAN_LOGIN,
            language=session.language,
            comfort=session.comfort,
            end_reason=EndReason.CANCELLED,
        ),
        (
            *wipe(session),
            StopTimer("idle_end"),
            StopTimer("acknowledge"),
            StopTimer("goodbye"),
            LookAtGate(),
        ),
    )


def leave_servicing(session: Session, *, idle: bool = False) -> Step:
    """From the technician's screens back to the start, or to out of service where that still holds."""
    guided = (StopGuide(), StopTimer("grid")) if session.servicing.guided is not None else ()
    return fresh(session), (*guided, LogLeave(idle), StopTimer("idle"))


def without_papers(session: Session) -> Step:
    """Another person or another procedure: identity, papers and answers of the one before are wiped."""
    # The answer of a list that is being printed belongs to the number before: here it would be waited for in vain.
    printing = session.handout.stage is ReceiptStage.PRINTING
    return (
        replace(
            session,
            number=session.number + 1,
            handout=Handout(ReceiptStage.UNKNOWN, "PRN-UNKNOWN-OUTCOME") if printing else session.handout,
            identity=None,
            typed=TypedPerson(),
            pages=(),
            look=None,
            to_desk=frozenset(),
            chosen_for_desk=frozenset(),
            scan=ScanView(paper_loaded=session.scan.paper_loaded),
            answers=defaults(session.fields),
            field_errors={},
            returning=False,
            drafts=Drafts(wanted=session.drafts.wanted),
            assist=_for_another(session.assist),
        ),
        wipe(session),
    )


def _for_another(assist: Assist) -> Assist:
    """An officer who helps goes on helping; what was accepted, noted or shown of somebody else is gone."""
    record = assist.record and replace(assist.record, accepted=(), phrases=(), note="")
    now = assist.now and replace(assist.now, shown=frozenset(), filled=frozenset(), asked="")
    return replace(assist, record=record, now=now)


def defaults(fields: tuple[Field, ...]) -> dict[str, Answer]:
    """The answers that the form begins with."""
    return {item.id: Answer(item.default, Source.DEFAULT) for item in fields if item.default}


def prefilled(fields: tuple[Field, ...], answers: Mapping[str, Answer], identity: Identity) -> dict[str, Answer]:
    """Answers with what is known of the person; what the citizen typed or took is never overwritten."""
    merged = dict(answers)
    for item in fields:
        value = str(getattr(identity, item.prefill, "")) if item.prefill else ""
        chosen = item.id in merged and merged[item.id].source in (Source.TYPED, Source.PAPER)
        if value and not chosen:
            merged[item.id] = Answer(value, _SOURCES[identity.verified_by])
    return merged


def wipe(session: Session) -> tuple[Effect, ...]:
    """Destroys what the session holds outside the flow."""
    # A scanner still at work would go on feeding the papers of somebody who has left.
    stop: tuple[Effect, ...] = (CancelScan(),) if session.scan.running else ()
    return (*stop, WipeSession(session.number))


def fresh(session: Session) -> Session:
    """The next citizen's session on the same machine: only what is known of the machine is carried over."""
    return Session(
        number=session.number + 1,
        screen=Screen.OUT_OF_SERVICE if session.out_of_service else Screen.HOME,
        language=session.site_language,
        site_language=session.site_language,
        staff_idle_s=session.staff_idle_s,
        devices=session.devices,
        service_online=session.service_online,
        out_of_service=session.out_of_service,
        card=CardView(present=session.card.present),
        scan=ScanView(paper_loaded=session.scan.paper_loaded),
        overlay=Overlay.NONE,
        call=Call(session.call.number),
        assist=Assist(idle_s=session.assist.idle_s),
    )
