"""The keyed token of an ID number: people are found by it, and the number itself is in no question and no index.

HMAC-SHA256 under a key of this service. Every enrolled kiosk may ask for the key (over mutual TLS, kept in memory only),
since it is the kiosk that proves the card's chip; it could as well ask with any number, so that what bounds a kiosk in
wrong hands is the count of its questions, its certificate's end, and the log. Numbers are few enough to be tried one by
one by whoever holds the key: the token keeps them out of logs and questions, it is no encryption.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
from pathlib import Path

from sqlalchemy import select

from backend.storage.database import Database
from backend.storage.models import Dossier

_KEY_BYTES = 32
_BATCH = 200


def load_key(data: Path) -> bytes:
    """The key under the tokens, made at the first start. Several processes on one database need the same file.

    Raises OSError.
    """
    path = data / "person.key"
    if not path.exists():
        made = data / f".person.key.{secrets.token_hex(8)}"
        handle = os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            os.write(handle, secrets.token_bytes(_KEY_BYTES))
            os.fsync(handle)
        finally:
            os.close(handle)
        # A link is made whole or not at all: two that start at once end with one key.
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_bytes()


def token(key: bytes, identity_number: str) -> str:
    """The token of a person (64 hex digits)."""
    return hmac.digest(key, identity_number.encode("ascii"), "sha256").hex()


def catch_up(database: Database, key: bytes) -> None:
    """Give a token to dossiers that were received before there were any."""
    # Whose content was removed after its time is named no more.
    nameless = Dossier.person.is_(None), Dossier.content_removed_at.is_(None)
    missing = select(Dossier.id).where(*nameless).limit(1)
    while True:
        with database.read() as session:
            if session.scalar(missing) is None:
                return
        with database.write() as session:
            rows = session.scalars(select(Dossier).where(*nameless).limit(_BATCH)).all()
            for row in rows:
                row.person = token(key, json.loads(row.manifest)["applicant"]["identity_number"])
