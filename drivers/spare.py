"""Starts host processes of one driver and keeps a spare one that has imported everything and waits for its settings."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from typing import Final

from drivers import wire

LONGEST_PAUSE_S: Final = 60.0


class HostStarter:
    """Gives running hosts that wait for their settings as the first line on stdin.

    Starting Python and importing a driver takes 0.1 to 0.5 s of processor time, and on a busy machine several times that;
    a host that dies in the middle of a citizen's session is replaced by the spare in the time that opening the device takes.
    """

    def __init__(self, driver: str) -> None:
        self._driver = driver
        self._spare: asyncio.subprocess.Process | None = None

    async def take(self) -> asyncio.subprocess.Process:
        """The spare host if it lives, else one started now. Raises OSError."""
        spare, self._spare = self._spare, None
        if spare is not None:
            if spare.returncode is None:
                return spare
            _let_go(spare)
        return await self._start()

    async def prepare(self) -> None:
        """Starts the spare unless it is there. Raises OSError."""
        if self._spare is None or self._spare.returncode is not None:
            await self.end()
            self._spare = await self._start()

    async def keep(self, pause_s: float) -> None:
        """Has a spare ready until cancelled, another after a pause when it dies, longer while they die. Raises OSError."""
        pause = pause_s
        while True:
            await self.prepare()
            spare, began = self._spare, time.monotonic()
            if spare is None:
                return  # ended meanwhile
            await spare.wait()
            pause = pause_s if time.monotonic() - began > LONGEST_PAUSE_S else min(pause * 2, LONGEST_PAUSE_S)
            await asyncio.sleep(pause)

    async def end(self) -> None:
        """Ends the spare; no process is left."""
        spare, self._spare = self._spare, None
        if spare is None:
            return
        end_process(spare)
        _let_go(spare)
        await spare.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "drivers.host",
            self._driver,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=wire.MAX_LINE_BYTES,
        )


def end_process(process: asyncio.subprocess.Process) -> None:
    """Kills a process that may have died already.

    Not by Process.kill, which reaps one that has just died, so that asyncio then reports 255 instead of its exit code.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


def _let_go(process: asyncio.subprocess.Process) -> None:
    """Closes the pipes, which a process that the driver left behind could hold open for ever."""
    process._transport.close()  # type: ignore[attr-defined]
