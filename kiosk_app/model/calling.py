"""The call for an officer: how it stands at the ministry's help board, and when somebody means to be there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CallStage(StrEnum):
    """How a call stands. Only CALLED and COMING are the board's own word; until it has spoken, nobody was told."""

    NONE = "none"
    CALLING = "calling"
    CALLED = "called"
    COMING = "coming"
    NOT_SENT = "not_sent"


@dataclass(frozen=True)
class Call:
    """A call of this session. `number` counts the calls of this machine, so that a late answer is of no other call.

    `expected_at` (RFC 3339) is when the officer means to be there, empty where the board does not say.
    """

    number: int = 0
    stage: CallStage = CallStage.NONE
    expected_at: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody may be on the way, or is being asked."""
        return self.stage in (CallStage.CALLING, CallStage.CALLED, CallStage.COMING)
