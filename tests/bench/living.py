"""The whole kiosk as `kiosk run` begins it, in the demo profile: its idle time, and its memory after every screen."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk_app.cli import main as kiosk
from kiosk_app.cli import window
from kiosk_app.cli.sparing import import_asyncio
from tests.bench.figures import Plan
from tests.bench.sampled import from_another_process
from tests.bench.surroundings import pss_mb

if TYPE_CHECKING:
    from kiosk_app.runtime.kiosk import Kiosk
    from kiosk_app.speech import Speaker
    from ui.app import KioskApp

START_S = 60.0
LOOK_S = 0.15
AFTER_S = 6.5


def cpu_s() -> float:
    """Processor time of this process, without its children."""
    used = os.times()
    return used.user + used.system


class Life:
    """Rests, walks through all screens, and ends the kiosk."""

    def __init__(self, plan: Plan, app: KioskApp, kiosk: Kiosk) -> None:
        self.plan = plan
        self.app = app
        self.kiosk = kiosk

    async def play(self) -> None:
        """Prints what was measured as JSON."""
        try:
            told = await self._measured()
        finally:
            self.app.quit()
        sys.stdout.write(json.dumps(told) + "\n")

    async def _measured(self) -> dict[str, Any]:
        import asyncio

        from drivers import memory

        await self._all_ready()
        await asyncio.sleep(self.plan.settle_s)
        used, began = cpu_s(), time.monotonic()
        await asyncio.sleep(self.plan.idle_s)
        idle = (cpu_s() - used) / (time.monotonic() - began) * 100
        for _ in range(self.plan.rounds):
            for session in from_another_process():
                self.app.kiosk.take(session)
                await asyncio.sleep(LOOK_S)
        # The next citizen's home screen, after the pauses in which the window lets go of pictures and the kiosk of memory.
        self.app.kiosk.take(replace(self.kiosk.session, number=self.kiosk.session.number + 1_000))
        await asyncio.sleep(AFTER_S)
        gc.collect()
        memory.give_back()
        return {
            "pss_tour": pss_mb(),
            "idle_percent": idle,
            "devices": {item.id: item.state.value for item in self.kiosk.session.devices.values()},
        }

    async def _all_ready(self) -> None:
        import asyncio

        from drivers.ports import DeviceState

        until = time.monotonic() + START_S
        while time.monotonic() < until:
            devices = self.kiosk.session.devices
            settled = all(item.state not in (DeviceState.STARTING, DeviceState.BUSY) for item in devices.values())
            if len(devices) == len(self.kiosk.config.devices) and settled:
                return
            await asyncio.sleep(0.1)


def main() -> None:
    """Measures by the plan and in the folder given, and prints JSON."""
    plan = Plan(**json.loads(sys.argv[1]))
    begun = window.stage

    def stage(kiosk: Kiosk, **asked: Any) -> tuple[KioskApp, Speaker]:
        app, speaker = begun(kiosk, **asked)
        life.append(app.loop.create_task(Life(plan, app, kiosk).play()))
        return app, speaker

    life: list[object] = []
    import_asyncio()
    window.stage = stage
    sys.argv = ["kiosk", "--profile", "demo", "--data", sys.argv[2], "run"]
    kiosk()


if __name__ == "__main__":
    main()
