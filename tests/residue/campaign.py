"""Sessions one after another at one kiosk, each ended in its way, and the hunt after each."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.faults.traces import set_mark
from tests.residue import hunt
from tests.residue.canaries import canary
from tests.residue.learning import Learned
from tests.residue.needles import Needles
from tests.residue.shapes import of_canary
from tests.residue.stand import Stand
from tests.residue.visit import Way, fill_in, identify, scan

SETTLED_S: Final = 7.0
"""Both sweeps of kiosk_app/runtime/wiping.py are over by then."""
PATIENCE_S: Final = 15.0
"""What is still there so long after a session is found."""
REMEMBERED: Final = 6
"""Sessions whose canaries are looked for again after each later one; all of them once more at the end."""


@dataclass
class Result:
    """One session: where it ended, what was seen while it ran, what was found afterwards and when nothing was any more."""

    way: str
    number: int
    seen: list[str] = field(default_factory=list)
    memory: dict[str, list[str]] = field(default_factory=dict)
    disk: dict[str, list[str]] = field(default_factory=dict)
    late: dict[str, list[str]] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)
    clean_s: float = 0.0
    swapped_kb: int = 0
    seconds: float = 0.0
    needles: int = 0


class Campaign:
    """A stand and the citizens who come to it; `seed` names them."""

    def __init__(self, stand: Stand, seed: str, patience_s: float) -> None:
        self._stand, self._seed, self._patience_s = stand, seed, patience_s
        self._before: deque[dict[str, frozenset[bytes]]] = deque(maxlen=REMEMBERED)
        self._all: dict[str, frozenset[bytes]] = {}
        self._innocent: set[int] = set()
        stand.ready()
        self._learned = Learned(stand)

    def session(self, number: int, way: Way, *, look: bool = False) -> Result:
        """One citizen from the home screen to nothing; with `look` it is told what could be found while they were there."""
        began = time.monotonic()
        stand, citizen = self._stand, canary(self._seed, number)
        result = Result(way.name, number)
        stand.ready()
        identify(stand, citizen)
        scan(stand, citizen)
        own = {**of_canary(citizen), **self._learned.pages(stand)}
        seen: list[set[str]] = list(hunt.in_memory(stand, Needles(own)).values()) if look else []
        fill_in(stand, citizen)
        if look:
            seen += hunt.in_memory(stand, Needles(own)).values()
            result.seen = sorted(set().union(*seen))
        stand.printed = lambda: own.update(self._learned.slips(stand))
        way.go(stand, citizen)
        ended = time.monotonic()
        # Without pictures that can be learned anew, what stays of the earlier ones is looked for all the same.
        self._before.append({f"session {number}: {name}": some for name, some in own.items()})
        self._all |= {name: some for name, some in self._before[-1].items() if not name.startswith(("page", "slip"))}
        named = {name: some for each in self._before for name, some in each.items()}
        needles = Needles(named)
        result.needles = needles.count
        if way.kills:
            stand.kiosk.wait(30)
            result.memory = _told(hunt.in_memory(stand, needles, self._innocent))
            result.disk = _told(hunt.on_disk(stand, needles))
            stand.restart()
            stand.ready()
        self._hunt(result, needles, ended)
        if result.memory:
            result.beside = hunt.beside(stand, named, {where: set(names) for where, names in result.memory.items()})
        result.swapped_kb = hunt.swapped_kb(stand)
        result.seconds = time.monotonic() - began
        return result

    def everybody(self) -> Result:
        """Looks for all who were ever here, once."""
        result = Result("all sessions, at the end", -1)
        needles = Needles(self._all)
        result.needles = needles.count
        self._innocent.clear()
        self._hunt(result, needles, time.monotonic() - SETTLED_S)
        return result

    def _hunt(self, result: Result, needles: Needles, ended: float) -> None:
        time.sleep(max(0.0, ended + SETTLED_S - time.monotonic()))
        first = True
        while True:
            found = _told(hunt.in_memory(self._stand, needles, self._innocent))
            result.clean_s = time.monotonic() - ended
            if first:
                result.late = found
                first = False
            if not found or result.clean_s > self._patience_s:
                break
            time.sleep(1.0)
        result.memory = {**result.memory, **found}
        result.disk = {**result.disk, **_told(hunt.on_disk(self._stand, needles))}


@contextmanager
def campaign(folder: Path, seed: str, keeps: str = "") -> Iterator[Campaign]:
    """A stand in `folder`, whose processes are all gone afterwards."""
    with set_mark() as mark:
        stand = Stand(folder, mark, keeps)
        try:
            yield Campaign(stand, seed, 0.0 if keeps else PATIENCE_S)
            stand.close()
        finally:
            stand.kill()


def _told(found: hunt.Finds) -> dict[str, list[str]]:
    return {where: sorted(names) for where, names in found.items()}
