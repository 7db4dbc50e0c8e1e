"""The loop between citizen, flow and machine: one event at a time in, a session and effects out."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Protocol

from drivers import wire
from kiosk_app.flow.effects import (
    PRACTISED,
    CallStaff,
    ChoosePin,
    Effect,
    FetchDraft,
    FindDrafts,
    LookAtGate,
    NoteAct,
    PlaceStack,
    PrintHandout,
    PrintSlip,
    ReadCard,
    ReadSpecimen,
    RemoveDraft,
    RunGuide,
    SaveDraft,
    ScanPages,
    ScanSpecimens,
    StartTimer,
    StopTimer,
    Submit,
    Track,
    VerifyPin,
)
from kiosk_app.flow.events import (
    INTENTS,
    ActNotNoted,
    CallAnswered,
    CardFailed,
    ChecklistUnknown,
    DraftNotDeleted,
    DraftNotKept,
    DraftNotOpened,
    DraftsNotFound,
    Event,
    GateAnswered,
    GuideEnded,
    PagesPlaced,
    ScanEnded,
    SealFailed,
    SlipUnknown,
    TimerFired,
    TrackFailed,
)
from kiosk_app.flow.table import transition
from kiosk_app.log import log
from kiosk_app.model.calling import CallStage
from kiosk_app.model.guided import Found
from kiosk_app.model.servicing import GateStage, GateView
from kiosk_app.model.session import Session

Listener = Callable[[Session], None]
Observer = Callable[[Event, Session], None]
UNEXPECTED = "SYS-UNEXPECTED"
_TICK_S = 0.002
FAILED: dict[type[Effect], Callable[[int], Event]] = {
    CallStaff: lambda _: CallAnswered(0, CallStage.NOT_SENT),
    ReadCard: lambda number: CardFailed(number, UNEXPECTED),
    ScanPages: lambda number: ScanEnded(number, UNEXPECTED),
    ReadSpecimen: lambda number: CardFailed(number, UNEXPECTED),
    ScanSpecimens: lambda number: ScanEnded(number, UNEXPECTED),
    PlaceStack: lambda number: PagesPlaced(number, 0),
    Submit: lambda number: SealFailed(number, UNEXPECTED),
    PrintHandout: lambda number: ChecklistUnknown(number, "", UNEXPECTED),
    PrintSlip: lambda number: SlipUnknown(number, UNEXPECTED),
    LookAtGate: lambda number: GateAnswered(number, GateView(GateStage.BROKEN)),
    ChoosePin: lambda number: GateAnswered(number, GateView(GateStage.BROKEN)),
    VerifyPin: lambda number: GateAnswered(number, GateView(GateStage.BROKEN)),
    Track: lambda number: TrackFailed(number, UNEXPECTED),
    FindDrafts: lambda number: DraftsNotFound(number, UNEXPECTED),
    SaveDraft: lambda number: DraftNotKept(number, UNEXPECTED),
    FetchDraft: lambda number: DraftNotOpened(number, UNEXPECTED),
    RemoveDraft: lambda number: DraftNotDeleted(number, UNEXPECTED),
    NoteAct: lambda number: ActNotNoted(number),
    RunGuide: lambda number: GuideEnded(number, Found(False, UNEXPECTED)),
}
"""What the citizen is told when an effect fails in a way nobody foresaw."""


class OnlyPractised(Exception):
    """Somebody practises: nothing is sealed, sent, saved or printed."""


def must_be_real(session: Session) -> None:
    """Raises OnlyPractised in a practice session: asked by every hand that does what cannot be taken back."""
    if session.practice is not None:
        raise OnlyPractised


class Hands(Protocol):
    """What carries out effects of some kinds."""

    def handles(self) -> tuple[type[Effect], ...]:
        """The kinds of effect it takes."""

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Does it and dispatches the events that answer; `session` is the one right after the transition."""


@dataclass
class _Timer:
    """A timer: its clock, when that rings, and when its time has come, both by the loop's clock; None once stopped."""

    clock: asyncio.Handle
    rings: float
    due: float | None


class Runtime:
    """Holds the one session there is; the language of the first one is the site's."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self.session = replace(session, site_language=session.language)
        self._now = now
        self._listeners: list[Listener] = []
        self._observers: list[Observer] = []
        self._hands: dict[type[Effect], Hands] = {}
        self._queue: deque[Event] = deque()
        self._dispatching = False
        self._timers: dict[str, _Timer] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._effects: dict[asyncio.Task[None], tuple[Effect, int]] = {}

    def add(self, hands: Hands) -> None:
        """Gives the runtime hands for more kinds of effect."""
        for kind in hands.handles():
            self._hands[kind] = hands

    def subscribe(self, listener: Listener) -> None:
        """`listener` gets the session after each transition that changed it, on the loop's thread."""
        self._listeners.append(listener)

    def observe(self, observer: Observer) -> None:
        """`observer` gets each event with the session before it, on the loop's thread; for counting, never for acting."""
        self._observers.append(observer)

    def intent(self, name: str, payload: Mapping[str, object] | None = None) -> None:
        """What a screen says a citizen did. A payload that does not fit is logged and changes nothing."""
        kind = INTENTS.get(name)
        try:
            if kind is None:
                raise wire.BadFrame("no such intent")
            data = dict(payload or {})
            if any(item.name == "at" for item in fields(kind)):
                data["at"] = self._now().isoformat(timespec="seconds")
            event = wire.from_json(kind, data)
        except wire.BadFrame as error:
            log("kiosk.intent_refused", intent=name, reason=type(error).__name__)
            return
        self.dispatch(event)

    def dispatch(self, event: Event) -> None:
        """Takes an event; called on the loop's thread only. Events raised meanwhile follow in order."""
        self._queue.append(event)
        if self._dispatching:
            return
        self._dispatching = True
        try:
            while self._queue:
                self._step(self._queue.popleft())
        finally:
            self._dispatching = False

    def expire(self, name: str) -> bool:
        """Ends a timer: its time has come, or somebody cannot wait for it. False when it does not run."""
        timer = self._timers.get(name)
        if timer is None or timer.due is None:
            return False
        self._stop_timer(name)
        self.dispatch(TimerFired(name))
        return True

    async def stop(self) -> None:
        """Stops timers and running effects."""
        for timer in self._timers.values():
            timer.clock.cancel()
        self._timers.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _step(self, event: Event) -> None:
        before = self.session
        for observer in self._observers:
            observer(event, before)
        self.session, effects = transition(before, event)
        if self.session.screen is not before.screen:
            log("flow.transition", event_type=type(event).__name__, screen=self.session.screen.value)
        for effect in effects:
            if before.practice is not None and type(effect) not in PRACTISED:
                # The flow lets none of these out; should it ever, nothing real is done all the same.
                log("practice.refused", effect=type(effect).__name__)
                continue
            self._carry_out(effect)
        if self.session is not before:
            self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            try:
                listener(self.session)
            except Exception as error:
                # A screen that cannot paint must not stop a dossier on its way, nor what else listens.
                log("kiosk.listener_failed", error=type(error).__name__, where=_place(error))

    def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, StartTimer):
            self._start_timer(effect.name, effect.seconds)
        elif isinstance(effect, StopTimer):
            self._stop_timer(effect.name)
        elif type(effect) not in self._hands:
            # The machine is still starting: the citizen is told as of any other effect that failed.
            self._tell_failed(effect, self.session.number)
        else:
            task = self.spawn(self._hands[type(effect)].carry_out(effect, self.session), type(effect).__name__)
            self._effects[task] = (effect, self.session.number)

    def _start_timer(self, name: str, seconds: float) -> None:
        """Starts it, or puts it off while it runs.

        Each touch puts the idle timer off, and each session stops it: the loop would keep every cancelled clock, and wake
        up for it, until its time came. One clock a name stays and is used again.
        """
        due = asyncio.get_running_loop().time() + seconds
        timer = self._timers.get(name)
        if timer is not None and timer.rings <= due:
            timer.due = due
            return
        if timer is not None:
            timer.clock.cancel()
        self._timers[name] = self._clock(name, due)

    def _clock(self, name: str, due: float) -> _Timer:
        loop = asyncio.get_running_loop()
        # The time that it rings is kept here: not every loop's handle can tell it.
        return _Timer(loop.call_later(due - loop.time(), self._ring, name), due, due)

    def _ring(self, name: str) -> None:
        """A timer's clock has run out: its time has come, unless it was put off or stopped meanwhile."""
        due = self._timers.pop(name).due
        if due is None:
            return
        # What is left of a clock that ticks in milliseconds is no time to wait for.
        if due - asyncio.get_running_loop().time() > _TICK_S:
            self._timers[name] = self._clock(name, due)
        else:
            self.dispatch(TimerFired(name))

    def _stop_timer(self, name: str) -> None:
        timer = self._timers.get(name)
        if timer is not None:
            timer.due = None

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Runs `work` beside the loop; an unexpected failure is logged by its type and place, never its words."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        effect, number = self._effects.pop(task, (None, 0))
        if task.cancelled() or (error := task.exception()) is None:
            return
        log("kiosk.effect_failed", effect=task.get_name(), error=type(error).__name__, where=_place(error))
        if effect is not None:
            self._tell_failed(effect, number)

    def _tell_failed(self, effect: Effect, number: int) -> None:
        """Nobody is left waiting for an answer that never comes."""
        if type(effect) in FAILED:
            self.dispatch(FAILED[type(effect)](number))


def _place(error: BaseException) -> str:
    """File and line where it was raised; its words may be personal."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place is not None else ""
