"""The line to the dock's server: watches the devices, carries out what is asked, and comes back after a loss."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol

from drivers.simulators.dock import DockClient, DockError

RETRY_S: Final = 1.0

Device = dict[str, Any]
"""One device as the dock protocol tells it: id, kind, address, state, actions, faults."""
Frame = dict[str, Any]
"""All that the dock tells at once: `devices`, `recording`, `scenarios`."""


class Line(Protocol):
    """What the models need of the line."""

    def send(self, op: str, device: str, name: str, argument: str, done: Callable[[str], None]) -> None:
        """Asks for an `act` or a `fault`; `done` gets the trouble in words, empty when it was done."""

    def record(self, do: str, name: str, done: Callable[[dict[str, str], str], None]) -> None:
        """Starts, stops or saves a recording; `done` gets the answer and the trouble in words, one of them empty."""

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs other work of the window until the line is closed."""


class DockLink:
    """`told` gets all that the dock tells at each change, `lost` is called when the server does not answer."""

    def __init__(self, address: str, told: Callable[[Frame], None], lost: Callable[[], None]) -> None:
        self.address = address
        self._told = told
        self._lost = lost
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begins to watch; needs a running loop."""
        self.spawn(self._watch())

    async def stop(self) -> None:
        """Ends everything that is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """See Line."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def send(self, op: str, device: str, name: str, argument: str, done: Callable[[str], None]) -> None:
        """See Line."""
        self.spawn(self._send(op, device, name, argument, done))

    def record(self, do: str, name: str, done: Callable[[dict[str, str], str], None]) -> None:
        """See Line."""
        self.spawn(self._record(do, name, done))

    async def _record(self, do: str, name: str, done: Callable[[dict[str, str], str], None]) -> None:
        try:
            client = await DockClient.connect(self.address)
            try:
                answer = await client.record(do, name)
            finally:
                await client.close()
        except (DockError, OSError, ValueError) as error:
            done({}, str(error))
        else:
            done(answer, "")

    async def _send(self, op: str, device: str, name: str, argument: str, done: Callable[[str], None]) -> None:
        # A line for each request: a gun that hangs for a minute keeps nothing else waiting.
        try:
            client = await DockClient.connect(self.address)
            try:
                await (client.act if op == "act" else client.fault)(device, name, argument or None)
            finally:
                await client.close()
        except (DockError, OSError, ValueError) as error:
            done(str(error))
        else:
            done("")

    async def _watch(self) -> None:
        while True:
            try:
                client = await DockClient.connect(self.address)
                try:
                    async for frame in client.frames():
                        self._told(frame)
                finally:
                    await client.close()
            except (DockError, OSError, ValueError, KeyError):
                pass  # said below, as a server that closed the line is
            self._lost()
            await asyncio.sleep(RETRY_S)
