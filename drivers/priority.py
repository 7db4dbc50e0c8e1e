"""Work that nobody waits for with a finger on the glass steps back behind the screen, wherever the kernel groups it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

BEHIND_THE_SCREEN: Final = 5
"""Niceness of imaging workers and agent: of two that want a processor the screen's process gets three times as much."""
_GROUP: Final = Path("/proc/self/autogroup")


def step_back(niceness: int = BEHIND_THE_SCREEN) -> None:
    """Makes this process, and its session where it leads one, so nice, as sched(7) has it.

    Under autogroup a niceness counts within a session only, and a process that leads one of its own would otherwise have
    as much of the processor as the screen, however nice it is.
    """
    os.nice(niceness)
    if os.getsid(0) == os.getpid():
        # Without autogroup there is no such file; the kernel may also refuse a second change within a tenth of a second.
        with contextlib.suppress(OSError):
            _GROUP.write_text(str(niceness), "ascii")
