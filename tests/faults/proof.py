"""What must hold after every journey: one dossier with each page once, one slip at most, nothing left in the spool."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path
from types import TracebackType

import zxingcpp
from arrived import sheets_of
from machine import Machine
from PIL import Image
from sensible_citizen import PAPERS

from backend import desk
from backend.service import open_service

STUCK_UI_S = 3.0
_TICK_S = 0.05


class Proof:
    """Compares what the ministry and the printer's tray hold with what they held before the last look."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._service = machine.folder / "service"
        self._tray = machine.folder / "bench" / "receipts"
        self._held = set(_codes(self._service))
        self._slips = set(self._tray.glob("receipt-*.png"))
        self._printed: Counter[str] = Counter()

    def after(self, dossier_code: str | None, *, printed: bool = False) -> list[str]:
        """What is wrong after a journey that ended with that code, or was to end without a dossier.

        `printed` says that the screen told of a slip that came out. Call it once everything is mended.
        """
        return self._machine.run(asyncio.to_thread(self._look, dossier_code, printed))

    def _look(self, dossier_code: str | None, printed: bool) -> list[str]:
        problems = arrived(self._service, dossier_code) if dossier_code else []
        if dossier_code == "":
            problems.append("no dossier was submitted")
        held = _codes(self._service)
        wanted = {dossier_code} if dossier_code else set()
        if (more := set(held) - self._held) != wanted or len(held) != len(set(held)):
            problems.append(f"the ministry has {len(more)} dossiers more")
        self._held = set(held)
        problems += self._twice()
        if printed and dossier_code and not self._printed[dossier_code]:
            problems.append("the slip that was told is not in the tray")
        left = [path.name for path in (self._machine.folder / "store" / "sessions").rglob("*") if path.is_file()]
        if left:
            problems.append(f"left in the spool: {', '.join(left)}")
        return problems

    def _twice(self) -> list[str]:
        """Slips of one dossier that came out more than once, also long after its journey."""
        fresh = set(self._tray.glob("receipt-*.png")) - self._slips
        self._slips |= fresh
        for slip in fresh:
            self._printed.update({code.text for code in zxingcpp.read_barcodes(Image.open(slip).convert("L"))})
            # A run of a thousand journeys does not keep a thousand slips.
            slip.unlink()
        twice = [f"{times} slips of {code}" for code, times in self._printed.items() if times > 1]
        self._printed = +Counter({code: times for code, times in self._printed.items() if times == 1})
        return twice


def arrived(service: Path, dossier_code: str) -> list[str]:
    """What is wrong with the pages that the ministry has; nothing may be lost and nothing twice."""
    wanted = {component: list(sheets) for component, sheets in PAPERS.items()}
    known = tuple(label for sheets in PAPERS.values() for label in sheets)
    found = sheets_of(service, dossier_code, known)
    return [] if found == wanted else [f"the ministry has {found}"]


def _codes(service: Path) -> list[str]:
    ministry = open_service(service, None)
    try:
        return [row.dossier_code for row in desk.dossiers(ministry)]
    finally:
        ministry.close()


class Pulse:
    """While entered, measures how long the screen's loop ever stands still: `slowest_s`.

    The time for which a busy computer let other processes run is none of it.
    """

    def __init__(self) -> None:
        self.slowest_s = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Pulse:
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()

    @property
    def problems(self) -> list[str]:
        """A word when it stood still for too long."""
        slow = self.slowest_s > STUCK_UI_S
        return [f"the screen stood still for {self.slowest_s:.1f} s"] if slow else []

    async def _beat(self) -> None:
        while True:
            began, before = time.monotonic(), _kept_waiting_s()
            await asyncio.sleep(_TICK_S)
            stood = time.monotonic() - began - _TICK_S - (_kept_waiting_s() - before)
            self.slowest_s = max(self.slowest_s, stood)


def _kept_waiting_s() -> float:
    """How long this thread was ready to run while the computer ran others (Linux, Documentation/scheduler/sched-stats)."""
    file = Path("/proc/thread-self/schedstat")
    return int(file.read_text("ascii").split()[1]) / 1e9 if file.exists() else 0.0
