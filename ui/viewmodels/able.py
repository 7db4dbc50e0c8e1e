"""What the machine can still do when something is missing, in words that home screen and checklist share."""

from __future__ import annotations

from typing import Final

from kiosk_app.model.offers import Need, usual, way
from kiosk_app.model.session import Session
from ui.translations import Texts
from ui.viewmodels.base import Row

ON_THE_WAY: Final = (Need.IDENTIFY, Need.PAPERS, Need.RECEIPT)
"""What a citizen who submits meets, in that order."""
ICONS: Final = {Need.IDENTIFY: "id-card", Need.PAPERS: "scan-line", Need.RECEIPT: "printer"}


def instead(texts: Texts, session: Session, need: Need) -> str:
    """How the need is met now, in one sentence; empty when it is met in the usual way."""
    if usual(session, need):
        return ""
    found = way(session, need)
    return texts.t(f"able.{need.value}.{found.value if found else 'none'}")


def limits(texts: Texts, session: Session) -> list[Row]:
    """What will be another way than usual on the way to a submitted dossier."""
    rows = ((need, instead(texts, session, need)) for need in ON_THE_WAY)
    return [{"id": need.value, "icon": ICONS[need], "text": text} for need, text in rows if text]
