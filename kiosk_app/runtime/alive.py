"""Tells the system's manager that the kiosk is ready and that its loop turns, by the protocol of sd_notify(3)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import Final

READY: Final = "READY=1"
ALIVE: Final = "WATCHDOG=1"
STOPPING: Final = "STOPPING=1"
_A_SECOND_US: Final = 1_000_000
_USUAL_S: Final = 10.0


def notify(state: str) -> bool:
    """Says it to whoever listens at NOTIFY_SOCKET; False when nobody does. Never waits and never fails."""
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place:
        return False
    if place.startswith("@"):
        place = "\0" + place[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
        line.sendto(state.encode("ascii"), place)
        return True
    return False


async def keep_telling() -> None:
    """«Ready», then a sign of life in half of the time that the manager allows, for as long as the screen's loop turns.

    WATCHDOG_PID is not looked at: the unit's main process is the compositor, and it is the kiosk that must not hang.
    """
    if not notify(READY):
        return
    try:
        allowed_s = int(os.environ.get("WATCHDOG_USEC", "0")) / _A_SECOND_US
    except ValueError:
        allowed_s = 0.0
    while True:
        notify(ALIVE)
        await asyncio.sleep(allowed_s / 2 if allowed_s > 0 else _USUAL_S)
