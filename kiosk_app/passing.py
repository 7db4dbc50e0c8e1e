"""How much time has passed, whatever was done to the clock: by the time that the machine has run, over restarts too."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Instant:
    """A moment: which start of the machine it was in, seconds since that start (sleep counts), and the clock's word.

    Nobody can set the first two; the clock anybody can who is let at the machine.
    """

    boot: str = ""
    running: float = 0.0
    clock: float = 0.0

    @staticmethod
    def of(document: dict[str, Any]) -> Instant:
        """Out of what `dataclasses.asdict` made. Raises KeyError, TypeError, ValueError."""
        return Instant(str(document["boot"]), float(document["running"]), float(document["clock"]))


BEGINNING: Final = Instant()
"""Before every start of the machine."""


def instant() -> Instant:
    """This moment."""
    return Instant(boot_id(), time.clock_gettime(time.CLOCK_BOOTTIME), time.time())


def boot_id() -> str:
    """What this start of the machine is called; another one at each start."""
    return _BOOT_ID.read_text("ascii").strip()


def at_least(since: Instant, now: Instant) -> float:
    """The seconds that have surely passed: what a wait may be shortened by.

    After a restart only the time since that restart is sure; how long the machine was off only the clock could say.
    """
    return max(0.0, now.running - since.running) if since.boot == now.boot else max(0.0, now.running)


def at_most(since: Instant, now: Instant) -> float:
    """The seconds that may have passed: what a permission is used up by.

    Running time counts whatever the clock says; for the time that the machine was off the clock is all there is.
    """
    if since.boot == now.boot:
        return max(0.0, now.running - since.running)
    return max(0.0, now.running, now.clock - since.clock)
