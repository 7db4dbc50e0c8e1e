"""What somebody who practises touches on the band over every screen."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_app.flow.events.base import CitizenEvent, MachineEvent


@dataclass(frozen=True)
class BeginPractice(MachineEvent):
    """This kiosk was started for training: somebody practises as soon as nobody is there."""


@dataclass(frozen=True)
class EndPractice(CitizenEvent):
    """The practice is over, whatever the screen."""


@dataclass(frozen=True)
class PresentSpecimen(CitizenEvent):
    """Puts on what the screen waits for: the specimen card, then its code; or the specimen papers."""


@dataclass(frozen=True)
class ShowSteps(CitizenEvent):
    """Shows what to do on this screen, step by step."""
