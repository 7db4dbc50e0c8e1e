"""What a session's slip says."""

from __future__ import annotations

from datetime import datetime

from kiosk_app.config import Config
from kiosk_app.model.session import Session
from kiosk_app.receipts import SlipComponent, SubmissionSlip


def slip_of(session: Session, config: Config, at: datetime) -> SubmissionSlip:
    """The slip of the dossier that this session has just sealed."""
    raise NotImplementedError
