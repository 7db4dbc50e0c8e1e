"""The line to the ministry with the delay of a real one: what is said arrives whole and in order, only later.

`python -m drivers.simulators.line --to HOST:PORT --delay-ms N` listens on a loopback port until SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from typing import Final

_BLOCK: Final = 64 * 1024
_AHEAD: Final = 64


class SlowLine:
    """Forwards connections to `target`; `round_trip_s` is what a question and its answer take at least."""

    def __init__(self, target: tuple[str, int], round_trip_s: float) -> None:
        self._target = target
        self._round_trip_s = round_trip_s
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """host:port, once started."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    async def start(self) -> None:
        """Listens on loopback only."""
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)

    async def stop(self) -> None:
        """Closes the port and every connection."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # Calling somebody up is a question and an answer, too.
            await asyncio.sleep(self._round_trip_s)
            there, back = await asyncio.open_connection(*self._target)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._carry(reader, back))
                    both.create_task(self._carry(there, writer))
            finally:
                back.transport.abort()
        except (OSError, asyncio.CancelledError, ExceptionGroup):
            pass  # nobody there, hung up in the middle, or the end of the line: asyncio's server would call it our error
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """One direction: what is read goes on half a round trip later, while more is read."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_AHEAD)
        loop = asyncio.get_running_loop()

        async def deliver() -> None:
            while True:
                due, data = await under_way.get()
                await asyncio.sleep(due - loop.time())
                if not data:
                    break
                sink.write(data)
                await sink.drain()
            with contextlib.suppress(OSError):
                sink.write_eof()

        delivery = asyncio.ensure_future(deliver())
        try:
            data = b"-"
            while data:
                data = await source.read(_BLOCK)
                await under_way.put((loop.time() + self._round_trip_s / 2, data))
            await delivery
        finally:
            delivery.cancel()
            await asyncio.gather(delivery, return_exceptions=True)


async def _serve(line: SlowLine) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await line.start()
    try:
        print(json.dumps({"address": line.address}), flush=True)
        await ended.wait()
    finally:
        await line.stop()


def main() -> int:
    """Starts the line, prints its address as one line of JSON, and waits."""
    parser = argparse.ArgumentParser(prog="python -m drivers.simulators.line", description=__doc__)
    parser.add_argument("--to", required=True, help="host:port of the service")
    parser.add_argument("--delay-ms", type=float, required=True, help="of a question and its answer together")
    options = parser.parse_args()
    host, _, port = options.to.rpartition(":")
    asyncio.run(_serve(SlowLine((host, int(port)), options.delay_ms / 1000)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
