"""The two codes of a dossier: made so that nothing is read wrongly from paper, compared so that guessing learns nothing."""

from __future__ import annotations

import hmac
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.storage.models import Dossier

#: Nothing that is read wrongly from paper: no 0 O, no 1 I L.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LOOKUP_LENGTH = 4


def random_code(length: int) -> str:
    """Letters and digits from the operating system's randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def tidy(code: str) -> str:
    """A code as it is stored, from what people type."""
    return code.strip().upper()


def opened_by(session: Session, dossier_code: str, lookup_code: str, *, locked: bool = False) -> Dossier | None:
    """The dossier that has both codes, its row locked if that is asked for; None when they do not fit together."""
    found = select(Dossier).where(Dossier.dossier_code == tidy(dossier_code))
    row = session.scalar(found.with_for_update() if locked else found)
    # Compared in any case, so that time does not tell a known code from an unknown.
    expected = row.lookup_code if row is not None else "----"
    return row if hmac.compare_digest(expected.encode(), tidy(lookup_code).encode()) else None
