"""The hands of an officer's help over a session: each act stands in the audit log before it is done."""

from __future__ import annotations

import re
from typing import Final

from kiosk_app.flow import effects as fx
from kiosk_app.flow.events import ActNoted, ActNotNoted
from kiosk_app.flow.practising import BEGAN
from kiosk_app.log import log
from kiosk_app.model.session import Session
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.runtime.staffing import StaffRoom

_WORD: Final = re.compile(r"[A-Za-z0-9._:+-]{0,160}")


class AssistHands:
    """Writing down what an officer does, is refused, and when the help ends. Never what somebody typed."""

    def __init__(self, runtime: Runtime, room: StaffRoom) -> None:
        self._runtime = runtime
        self._room = room

    def handles(self) -> tuple[type[fx.Effect], ...]:
        """Acts, refusals, the end; practice."""
        return (fx.NoteAct, fx.NoteRefusal, fx.EndAssist, fx.NotePractice)

    async def carry_out(self, effect: fx.Effect, session: Session) -> None:
        """Writes it; an act is done, or the help is over, by the answer."""
        match effect:
            case fx.NoteAct():
                act = effect.act
                written = await self._room.note(
                    effect.member,
                    "assist.acted",
                    session=session.number,
                    screen=session.screen.value,
                    tool=act.tool.value,
                    target=_word(act.target),
                    reason=_word(act.reason),
                    page=act.page,
                )
                number = session.number
                self._runtime.dispatch(ActNoted(number, act) if written else ActNotNoted(number))
            case fx.NoteRefusal():
                log("assist.refused", tool=effect.tool, screen=session.screen.value)
                await self._room.note(
                    effect.member,
                    "assist.refused",
                    session=session.number,
                    screen=session.screen.value,
                    tool=effect.tool,
                    target=_word(effect.target),
                )
            case fx.EndAssist():
                log("assist.ended", outcome=effect.why)
                await self._room.note(effect.member, "assist.ended", outcome=effect.why)
            case fx.NotePractice() if effect.outcome == BEGAN:
                log("practice.began")
                await self._room.note(effect.member, "practice.began")
            case fx.NotePractice():
                log("practice.ended", outcome=effect.outcome)
                await self._room.note(effect.member, "practice.ended", outcome=effect.outcome)


def _word(text: str) -> str:
    """An id as it is; what is none is only `other`: it has no place in the audit log."""
    return text if _WORD.fullmatch(text) else "other"
