"""The whole kiosk of the demo profile: its idle time, and its memory after every screen."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from drivers import memory
from drivers.ports import DeviceState
from kiosk_app import config as configuration
from kiosk_app.log import set_up
from kiosk_app.runtime.kiosk import Kiosk
from tests.bench.figures import Plan
from tests.bench.sampled import from_another_process
from tests.bench.surroundings import pss_mb
from ui.app import build

START_S = 60.0
LOOK_S = 0.15
AFTER_S = 6.5


def cpu_s() -> float:
    """Processor time of this process, without its children."""
    used = os.times()
    return used.user + used.system


class Life:
    """Starts, rests, walks through all screens."""

    def __init__(self, plan: Plan, data: Path) -> None:
        self.plan = plan
        config = configuration.load("demo", data_dir=data)
        set_up(config.data_dir / "logs" / "kiosk.log")
        self.kiosk = Kiosk(config)
        self.app = build(self.kiosk)

    async def play(self) -> dict[str, Any]:
        """What was measured."""
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
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            devices = self.kiosk.session.devices
            settled = all(item.state not in (DeviceState.STARTING, DeviceState.BUSY) for item in devices.values())
            if len(devices) == len(self.kiosk.config.devices) and settled:
                return
            await asyncio.sleep(0.1)


def main() -> None:
    """Measures by the plan and in the folder given, and prints JSON."""
    life = Life(Plan(**json.loads(sys.argv[1])), Path(sys.argv[2]))
    sys.stdout.write(json.dumps(life.app.run(life.play())) + "\n")


if __name__ == "__main__":
    main()
