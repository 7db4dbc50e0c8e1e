"""The band over every screen of a practice session: that nothing is sent, what to present here, and what to do."""

from __future__ import annotations

from typing import Final

from kiosk_app.model.offers import specimen_wanted
from kiosk_app.model.session import Session
from ui.viewmodels.base import SnapshotModel, shown

_SPECIMENS: Final = {
    "card": "practice.specimen.card",
    "code": "practice.specimen.code",
    "papers": "practice.specimen.papers",
}


class PracticeModel(SnapshotModel):
    """What QML reads of practice."""

    parts = ("practice", "screen", "overlay", "card", "scan", "devices")

    @shown(bool)
    def on(self, session: Session) -> bool:
        """Whether somebody practises."""
        return session.practice is not None

    @shown(str)
    def specimen(self, session: Session) -> str:
        """The words of the touch that presents what the screen waits for; empty when it waits for none."""
        wanted = specimen_wanted(session)
        return self.texts.t(_SPECIMENS[wanted]) if wanted else ""

    @shown(str)
    def title(self, session: Session) -> str:
        """Which screen the steps are of."""
        return "" if session.practice is None else self.texts.t(f"assist.screen.{session.screen.value}")

    @shown(str)
    def steps(self, session: Session) -> str:
        """What to do on this screen, numbered, a line each; empty while nobody practises."""
        if session.practice is None:
            return ""
        steps = self.texts.t(f"guide.{session.screen.value}").strip().splitlines()
        return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
