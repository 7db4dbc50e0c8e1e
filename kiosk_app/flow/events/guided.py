"""What a technician does in a guided test, and what the machine answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.flow.events.base import Answered, CitizenEvent
from kiosk_app.model.guided import Found, Guide


@dataclass(frozen=True)
class OpenGuide(CitizenEvent):
    """A guided test from the list or from a device's page."""

    guide: Guide


@dataclass(frozen=True)
class StartGuide(CitizenEvent):
    """Everything is laid ready: begin. `number` is the test card's access number where a card is read."""

    number: str = field(default="", repr=False)


@dataclass(frozen=True)
class AnswerGuide(CitizenEvent):
    """The technician's word on what came out."""

    yes: bool


@dataclass(frozen=True)
class TouchCell(CitizenEvent):
    """A cell of the touch grid was touched."""

    cell: int


@dataclass(frozen=True)
class GuideProgressed(Answered):
    """How far the guided test is."""

    step: str
    percent: int


@dataclass(frozen=True)
class GuideEnded(Answered):
    """What the machine found."""

    found: Found
