"""Ending a session in memory: who knew the citizen is replaced, what was freed is overwritten, off the screen's path."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from typing import Final

from drivers import memory
from drivers.supervisor import Supervisor
from kiosk_app.flow.effects import Effect, WipeSession
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.model.session import Session
from kiosk_app.runtime.custody import Custody

SWEEPS_S: Final = (1.5, 4.5)
"""By the first sweep the goodbye is painted and the screens of the session are taken apart; what is let go later than that,
on a busy machine, is for the second one, this long after."""


class Wiper:
    """Wipes a session: its files at once, its traces in memory as soon as nobody waits for a frame."""

    def __init__(self, custody: Custody, supervisor: Supervisor, pool: ImagingPool) -> None:
        self._custody = custody
        self._supervisor = supervisor
        self._pool = pool
        self._asked = 0

    def handles(self) -> tuple[type[Effect], ...]:
        """Ending sessions."""
        return (WipeSession,)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Destroys the session that has ended, wherever it is."""
        # First of all, so that a reading of the next person cannot have begun in the old host.
        self._supervisor.forget()
        self._pool.forget()
        self._asked += 1
        mine = self._asked
        await self._custody.carry_out(effect, session)
        self._pool.forget()  # of what came to it until the keys were gone
        for pause in SWEEPS_S:
            await asyncio.sleep(pause)
            if mine != self._asked:
                return  # the next session has ended already, and its sweeps are for both
            await self._custody.forget()
            with contextlib.suppress(ImagingError):  # told at the first page, where somebody sees it
                await self._pool.warm_up()
            gc.collect()
            for _ in memory.scrub():
                await asyncio.sleep(0)
            memory.give_back()
