"""The plain SQLite file in which the machine remembers itself; nothing of a citizen is in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from kiosk_app.sqlite import sqlite


@contextlib.contextmanager
def opened(file: Path, schema: str) -> Iterator[sqlite.Connection]:
    """One transaction on the file, which is made, with the tables of `schema`, where it is not there. Blocks on the disk.

    Raises kiosk_app.sqlite's Error and OSError; what was begun is taken back then.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    base = sqlite.connect(file, timeout=5.0)
    try:
        base.execute("PRAGMA synchronous=FULL")
        base.executescript(schema)
        with base:
            yield base
    finally:
        base.close()
