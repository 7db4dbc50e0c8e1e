"""What a busy kiosk did while something was measured beside it: its journal, and measuring only while it is at work."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")
LOOK_S: Final = 0.2
PATIENCE_S: Final = 240.0
ATTEMPTS: Final = 6
AT_LEAST_S: Final = 20.0
"""So long what is short is done again and again before its beginning is given up."""
LEAST_SENT: Final = 4_000
"""Bytes in half a second: what the agent writes down about itself is less."""


@dataclass(frozen=True)
class Entry:
    """Where the busy kiosk stood at a moment of the monotonic clock.

    `scanned` sheets lie in the scanner's tray, `read` pages have had their text read, `sent` bytes were written by the
    agent's process, nearly all of them to its line, and `stored` lie at the service, where they come in large pieces, in
    all; `left` sheets are still to be scanned; `submitted` dossiers are on their way or there.
    """

    at: float
    scanned: int
    read: int
    sent: int
    stored: int
    left: int
    submitted: int


@dataclass(frozen=True)
class Meanwhile:
    """How much was done between two moments."""

    scanned: int = 0
    read: int = 0
    sent: int = 0

    @property
    def all_at_work(self) -> bool:
        """Whether scanner, workers and agent all were."""
        return self.scanned > 0 and self.read > 0 and self.sent > LEAST_SENT

    def __str__(self) -> str:
        return f"meanwhile {self.scanned} sheets scanned, {self.read} pages read, {self.sent // 1000} kB sent"


def note(journal: Path, entry: Entry) -> None:
    """Writes one entry down."""
    with journal.open("a", encoding="ascii") as stream:
        stream.write(json.dumps(asdict(entry)) + "\n")


def entries(journal: Path) -> list[Entry]:
    """All that is written down by now."""
    text = journal.read_text("ascii") if journal.exists() else ""
    return [Entry(**json.loads(line)) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def between(journal: Path, begun: float, ended: float) -> Meanwhile:
    """What was done from the first entry after `begun` to the last one before `ended`."""
    inside = [entry for entry in entries(journal) if begun <= entry.at <= ended]
    if not inside:
        return Meanwhile()
    first, last = inside[0], inside[-1]
    return Meanwhile(last.scanned - first.scanned, last.read - first.read, last.sent - first.sent)


async def beside(journal: Path | None, work: Callable[[], Awaitable[list[T]]]) -> tuple[list[T], Meanwhile]:
    """The results of `work`, done again and again until scanner, workers and agent all worked during it.

    It is begun only while sheets are left to scan and a dossier is being uploaded. Without a journal it is done once.
    Raises RuntimeError when they never work at the same time.
    """
    found: list[T] = []
    if journal is None:
        return await work(), Meanwhile()
    for _ in range(ATTEMPTS):
        await _all_at_work(journal)
        begun = time.monotonic()
        found.clear()
        while time.monotonic() - begun < AT_LEAST_S:
            found += await work()
            if (done := between(journal, begun, time.monotonic())).all_at_work:
                return found, done
    raise RuntimeError(f"what was measured never met scanning, reading and uploading together: {entries(journal)[-5:]}")


async def _all_at_work(journal: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        last = entries(journal)[-3:]
        if len(last) == 3 and last[-1].left > 2 and last[-1].sent - last[0].sent > LEAST_SENT:
            return
        await asyncio.sleep(LOOK_S)
    raise RuntimeError(f"no stack while a dossier is uploaded within {PATIENCE_S:g} s: {entries(journal)[-5:]}")
