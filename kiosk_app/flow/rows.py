"""What a row of the flow's table is, and the small moves that its acts are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from kiosk_app.flow.effects import Effect, StartTimer, StopTimer, WipeSession
from kiosk_app.flow.events import Event
from kiosk_app.model.basics import EndReason, Overlay, Screen
from kiosk_app.model.session import CardView, ScanView, Session

Step = tuple[Session, tuple[Effect, ...]]
E = TypeVar("E", bound=Event)
Act = Callable[[Session, Any], Step]

IDLE_S = 60.0
IDLE_DONE_S = 120.0
IDLE_WARNING_S = 20.0
GOODBYE_S = 8.0
ACKNOWLEDGE_S = 20.0
"""How long a citizen is kept waiting for the service's codes before leaving with the kiosk's reference."""


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
    """Ends the session: everything of the citizen is replaced now and wiped by the runtime."""
    return (
        replace(
            fresh(session),
            screen=Screen.GOODBYE,
            language=session.language,
            end_reason=reason,
        ),
        (
            WipeSession(session.number),
            StopTimer("idle"),
            StopTimer("acknowledge"),
            StartTimer("goodbye", GOODBYE_S),
        ),
    )


def fresh(session: Session) -> Session:
    """The next citizen's session on the same machine: only what is known of the machine is carried over."""
    return Session(
        number=session.number + 1,
        screen=Screen.OUT_OF_SERVICE if session.out_of_service else Screen.HOME,
        devices=session.devices,
        service_online=session.service_online,
        out_of_service=session.out_of_service,
        card=CardView(present=session.card.present),
        scan=ScanView(paper_loaded=session.scan.paper_loaded),
        overlay=Overlay.NONE,
    )
