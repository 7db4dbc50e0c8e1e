"""The hands of the call for an officer: put up at the help board, watched there, and taken back when it is over here."""

from __future__ import annotations

import asyncio
import uuid
from enum import Enum
from typing import Final

from kiosk_app.flow.effects import CallStaff, Effect
from kiosk_app.flow.events import CallAnswered
from kiosk_app.log import log
from kiosk_app.model.calling import CallStage
from kiosk_app.model.session import Session
from kiosk_app.runtime.runtime import Runtime, must_be_real
from kiosk_app.submission import ServiceRefusal, SubmissionError, SubmissionSettings
from kiosk_app.submission.help_calls import CANCELLED, OPEN, BoardCall, HelpBoard

LOOK_S: Final = 2.0
"""How often the board is looked at while somebody waits."""
TAKE_BACK_TRIES: Final = 60
"""With pauses of up to ten seconds: a call that could not be taken back for so long is left to whoever minds the board."""
_LONGEST_PAUSE_S: Final = 10.0


class _End(Enum):
    """How a call came to its end: HERE, so that the board has to be told; at the BOARD, where an officer was there or it
    is not known; CLOSED there because the board heard nothing of this kiosk for minutes, and the citizen still waits.
    """

    HERE = "here"
    BOARD = "board"
    CLOSED = "closed"


class CallHands:
    """Calls for an officer, as effects. Each has an id of its own that says nothing of who called."""

    def __init__(self, runtime: Runtime, settings: SubmissionSettings) -> None:
        self._runtime = runtime
        self._board = HelpBoard(settings)

    def handles(self) -> tuple[type[Effect], ...]:
        """Calling."""
        return (CallStaff,)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Puts the call up and watches it until it is over at the board or here. Raises OnlyPractised."""
        must_be_real(session)
        if not isinstance(effect, CallStaff):
            return
        end = _End.CLOSED
        while end is _End.CLOSED:
            call_id = str(uuid.uuid4())
            if await self._put_up(call_id, effect.call, session):
                end = await self._watch(call_id, effect.call)
            else:
                end = _End.HERE  # it may have come through although no answer did
        if end is _End.HERE:
            await self._take_back(call_id)

    async def _put_up(self, call_id: str, number: int, session: Session) -> bool:
        try:
            found = await asyncio.to_thread(self._board.call, call_id, session.screen.value, session.language.value)
        except SubmissionError as error:
            log("staff.not_called", screen=session.screen.value, code=error.code)
            self._runtime.dispatch(CallAnswered(number, CallStage.NOT_SENT))
            return False
        log("staff.called", screen=session.screen.value)
        self._tell(number, found)
        return True

    async def _watch(self, call_id: str, number: int) -> _End:
        while self._open(number):
            await asyncio.sleep(LOOK_S)
            if not self._open(number):
                break
            try:
                found = await asyncio.to_thread(self._board.look, call_id)
            except ServiceRefusal as error:
                # The board has lost it: nobody will come.
                log("staff.not_called", screen=self._runtime.session.screen.value, code=error.code)
                self._runtime.dispatch(CallAnswered(number, CallStage.NOT_SENT))
                return _End.BOARD
            except SubmissionError:
                continue  # the line is gone; the call stands at the board all the same
            if found.state not in OPEN:
                log("staff.call_over", state=found.state)
                if found.state == CANCELLED and self._open(number):
                    return _End.CLOSED
                self._runtime.dispatch(CallAnswered(number, CallStage.NONE))
                return _End.BOARD
            self._tell(number, found)
        return _End.HERE

    def _tell(self, number: int, found: BoardCall) -> None:
        stage = CallStage.COMING if found.state == "coming" else CallStage.CALLED
        self._runtime.dispatch(CallAnswered(number, stage, found.expected_at))

    def _open(self, number: int) -> bool:
        call = self._runtime.session.call
        return call.open and call.number == number

    async def _take_back(self, call_id: str) -> None:
        for tried in range(TAKE_BACK_TRIES):
            try:
                await asyncio.to_thread(self._board.take_back, call_id)
            except ServiceRefusal:
                return  # it was never there
            except SubmissionError:
                await asyncio.sleep(min(_LONGEST_PAUSE_S, LOOK_S * (tried + 1)))
                continue
            log("staff.call_taken_back")
            return
