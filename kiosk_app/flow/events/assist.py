"""What an officer does over a citizen's session, what the citizen answers, and what the audit log says to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.flow.events.base import Answered, CitizenEvent
from kiosk_app.model.assisting import Act, Pane, Tool


@dataclass(frozen=True)
class OpenOfficerDoor(CitizenEvent):
    """The small door on the overlay of the call: an officer is here and is asked for the badge."""


@dataclass(frozen=True)
class EnterOfficerPin(CitizenEvent):
    """The PIN of whose badge was shown over the session, whole; or a new one that is being chosen."""

    pin: str = field(repr=False)
    at: str = ""


@dataclass(frozen=True)
class UseTool(CitizenEvent):
    """A touch of the officer's panel; see `Act`. No tool of it consents, declares or submits."""

    tool: Tool
    target: str = ""
    reason: str = ""
    page: int = 0
    text: str = field(default="", repr=False)
    at: str = ""

    @property
    def act(self) -> Act:
        """As the value that is written down and then done."""
        return Act(self.tool, self.target, self.reason, self.page, self.text, self.at)


@dataclass(frozen=True)
class OpenPane(CitizenEvent):
    """Another part of the officer's panel."""

    pane: Pane


@dataclass(frozen=True)
class AnswerField(CitizenEvent):
    """The citizen shows the masked field that the officer asked for, or does not."""

    agreed: bool


@dataclass(frozen=True)
class ActNoted(Answered):
    """The act stands in the audit log: now it is done."""

    act: Act


@dataclass(frozen=True)
class ActNotNoted(Answered):
    """The audit log cannot be written: nobody helps unseen."""
