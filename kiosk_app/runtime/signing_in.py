"""The hands of the gate: looks whose badge it is, tries PINs, has new ones chosen, and writes down who came and left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kiosk_app.flow import effects as fx
from kiosk_app.flow.events import GateAnswered
from kiosk_app.log import log
from kiosk_app.model.servicing import GateStage, GateView
from kiosk_app.model.session import Session
from kiosk_app.model.staff import LOCAL_TECHNICIAN, Right, StaffMember
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.runtime.staffing import StaffRoom
from kiosk_app.staff import GateBroken, Opening, Outcome, WeakPin
from kiosk_app.submission import SubmissionError

_STAGES = {
    Outcome.READY: GateStage.READY,
    Outcome.OPEN: GateStage.READY,
    Outcome.CHANGE: GateStage.CHOOSE,
    Outcome.WRONG: GateStage.WRONG,
    Outcome.LOCKED: GateStage.LOCKED,
    Outcome.NOT_SET: GateStage.NOT_SET,
    Outcome.UNKNOWN: GateStage.UNKNOWN,
    Outcome.STALE: GateStage.STALE,
}


class GateHands:
    """Everything at the login, as effects. A PIN is here for as long as it is compared, a new one until it is repeated."""

    def __init__(self, runtime: Runtime, room: StaffRoom) -> None:
        self._runtime = runtime
        self._room = room
        self._first = ""
        self._inside: StaffMember | None = None

    def handles(self) -> tuple[type[fx.Effect], ...]:
        """Looking, trying, choosing, leaving."""
        return (fx.LookAtGate, fx.VerifyPin, fx.ChoosePin, fx.LogLeave)

    async def carry_out(self, effect: fx.Effect, session: Session) -> None:
        """Asks the gate in a thread: comparing takes a fifth of a second of work on purpose."""
        gate = self._room.gate
        match effect:
            case fx.LookAtGate():
                badge = effect.badge
                await self._answer(session.number, (lambda: gate.badge(badge)) if badge else gate.look)
            case fx.VerifyPin():
                await self._verify(effect, session.number)
            case fx.ChoosePin():
                await self._choose(effect, session.number)
            case fx.LogLeave():
                await self._left(effect.idle)

    async def _answer(self, number: int, ask: Callable[[], Opening]) -> None:
        self._first = ""
        try:
            opening = await asyncio.to_thread(ask)
        except GateBroken:
            self._runtime.dispatch(GateAnswered(number, GateView(GateStage.BROKEN)))
            return
        self._runtime.dispatch(GateAnswered(number, _view(opening)))

    async def _verify(self, effect: fx.VerifyPin, number: int) -> None:
        self._first = ""
        try:
            answer = await asyncio.to_thread(self._room.gate.try_pin, effect.pin, effect.staff_id)
        except GateBroken:
            self._runtime.dispatch(GateAnswered(number, GateView(GateStage.BROKEN)))
            return
        if answer.outcome is Outcome.OPEN and answer.member is not None:
            await self._let_in(answer.member, number, effect.right)
            return
        log("staff.refused", outcome=answer.outcome.value, tries_left=answer.tries_left)
        if answer.outcome is not Outcome.CHANGE:
            await self._room.note(answer.member, "staff.refused", outcome=answer.outcome.value)
        self._runtime.dispatch(GateAnswered(number, _view(answer)))

    async def _choose(self, effect: fx.ChoosePin, number: int) -> None:
        """Asked twice, so that nobody is locked out by a slip of the finger."""
        pin, member = effect.pin, effect.member
        if not self._first:
            self._first = pin
            self._runtime.dispatch(GateAnswered(number, GateView(GateStage.AGAIN, member=member)))
            return
        first, self._first = self._first, ""
        if first != pin:
            self._runtime.dispatch(GateAnswered(number, GateView(GateStage.DIFFERENT, member=member)))
            return
        try:
            answer = await asyncio.to_thread(self._room.gate.choose_pin, pin)
        except WeakPin:
            self._runtime.dispatch(GateAnswered(number, GateView(GateStage.WEAK, member=member)))
            return
        except GateBroken:
            self._runtime.dispatch(GateAnswered(number, GateView(GateStage.BROKEN)))
            return
        if answer.outcome is not Outcome.OPEN or answer.member is None:
            self._runtime.dispatch(GateAnswered(number, _view(answer)))
            return
        await self._room.note(answer.member, "staff.pin_chosen")
        await self._tell_chosen()
        await self._let_in(answer.member, number, effect.right)

    async def _tell_chosen(self) -> None:
        try:
            await asyncio.to_thread(self._room.tell_chosen_pins)
        except (GateBroken, SubmissionError) as error:
            log("staff.pins_not_told", code=error.code)  # told at the next start

    async def _let_in(self, member: StaffMember, number: int, right: Right) -> None:
        if not member.may(right):
            log("staff.refused", outcome="not_allowed")
            await self._room.note(member, "staff.refused", outcome="not_allowed")
            self._runtime.dispatch(GateAnswered(number, GateView(GateStage.NOT_ALLOWED)))
            return
        if right is Right.GUIDE:
            await self._let_help(member, number)
            return
        log("staff.let_in", role=member.role.value)
        await self._room.note(member, "staff.signed_in", session=number)
        if self._runtime.session.number == number:
            self._inside = member
        self._runtime.dispatch(GateAnswered(number, GateView(), member))

    async def _let_help(self, member: StaffMember, number: int) -> None:
        """Over a citizen's session nobody is let in unseen: without the audit log there is no help."""
        if not await self._room.note(member, "assist.began", session=number):
            self._runtime.dispatch(GateAnswered(number, GateView(GateStage.NOT_WRITTEN)))
            return
        if self._runtime.session.number != number:
            await self._room.note(member, "assist.ended", outcome="session_ended")
            return
        log("assist.began", role=member.role.value)
        self._runtime.dispatch(GateAnswered(number, GateView(), member))

    async def _left(self, idle: bool) -> None:
        member, self._inside, self._first = self._inside, None, ""
        if member is None:
            return  # the login was left, not the diagnostics
        log("staff.left", idle=idle)
        await self._room.note(member, "staff.signed_out", idle=idle)


def _view(opening: Opening) -> GateView:
    # The machine's own technician is shown as nobody: there is no badge.
    member = opening.member if opening.member != LOCAL_TECHNICIAN else None
    if opening.outcome in (Outcome.UNKNOWN, Outcome.STALE):
        member = None
    return GateView(_STAGES[opening.outcome], opening.tries_left, int(opening.locked_s + 0.999), member)
