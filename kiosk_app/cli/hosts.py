"""Device hosts for the length of a command: started, settled, stopped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from drivers.ports import DeviceKind, DeviceState
from drivers.supervisor import DeviceClient, Supervisor
from kiosk_app.config import Config
from kiosk_app.log import log

SETTLE_S = 12.0
GRACE_S = 2.0


@asynccontextmanager
async def running(config: Config, *kinds: DeviceKind) -> AsyncIterator[Supervisor]:
    """The configured devices (of `kinds`, or all) with their hosts, each ready or with the code that keeps it from it."""
    chosen = tuple(item for item in config.device_configs() if not kinds or item.kind in kinds)
    supervisor = Supervisor(chosen, _ignore, log)
    await supervisor.start()
    try:
        await asyncio.gather(*(_settle(client) for client in supervisor.clients.values()))
        yield supervisor
    finally:
        await supervisor.stop()
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        # Ctrl-C came while the hosts were being ended, which waits for their tasks and takes the cancel for theirs.
        raise asyncio.CancelledError


def _ignore(device: str, event: str, data: dict[str, Any]) -> None:
    """A command asks for states itself."""


async def _settle(client: DeviceClient) -> None:
    """Waits until the device is ready; one that is absent gets a moment, since a bus may still be starting."""
    end = time.monotonic() + SETTLE_S
    grace = 0.0
    while time.monotonic() < end:
        if client.health.state is DeviceState.STARTING:
            grace = 0.0
        elif client.health.state in (DeviceState.READY, DeviceState.ATTENTION, DeviceState.DISABLED):
            return
        else:
            grace = grace or time.monotonic() + GRACE_S
            if time.monotonic() > grace:
                return
        await asyncio.sleep(0.02)
