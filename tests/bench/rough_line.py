"""A line that is never well for long: it cuts at a random byte, stalls, throttles, and says requests twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

T = TypeVar("T")
Kind = Literal["cut", "stall", "throttle", "duplicate"]
_BLOCK: Final = 64 * 1024
_THROTTLED: Final = 2048
_TICK_S: Final = 0.02
_STALL_S: Final = 60.0
_PATIENCE_S: Final = 10.0


@dataclass(frozen=True)
class Fate:
    """What becomes of a connection: ended after so many bytes towards the service (`down`: from it), or requests."""

    kind: Kind
    after: int
    down: bool = False


Weather = Callable[[random.Random], Fate]


class RoughLine:
    """Listens on 127.0.0.1 and forwards to `target`, which may change; each connection meets the fate the weather gives.

    To say a request twice it has to be understood: such a connection is a middle box with the service's own certificate on
    one side and the kiosk's on the other, as a load balancer that repeats what it thinks was lost. All others are bytes.
    """

    def __init__(self, target: tuple[str, int], pki: Path, certificate: Path, weather: Weather, seed: str) -> None:
        self.target = target
        self.happened: Counter[str] = Counter()
        self.bytes_up = 0
        self._weather = weather
        self._dice = random.Random(seed)
        self._as_service = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._as_service.load_cert_chain(pki / "server.pem", pki / "server.key")
        self._as_service.num_tickets = 0
        self._as_kiosk = ssl.create_default_context(cafile=str(pki / "ca.pem"))
        self._as_kiosk.load_cert_chain(certificate, certificate.with_suffix(".key"))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = self._run(asyncio.start_server(self._meet, "127.0.0.1", 0))

    @property
    def url(self) -> str:
        """Where kiosks connect."""
        return f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Ends every connection and the thread."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _end(self) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        fate = self._weather(self._dice)
        self.happened[f"connections: {fate.kind}"] += 1
        try:
            # What a killed service or agent leaves behind is no news here.
            with contextlib.suppress(OSError, EOFError, TimeoutError, ValueError):
                if fate.kind == "duplicate":
                    await writer.start_tls(self._as_service)
                    await self._say_twice(reader, writer, fate.after)
                else:
                    await self._forward(reader, writer, fate)
        except asyncio.CancelledError:
            pass  # the end of the line; asyncio's server would report it as an error of ours
        finally:
            writer.transport.abort()
            self._tasks.discard(task)

    # --- bytes -----------------------------------------------------------------------------------------------------

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fate: Fate) -> None:
        there, back = await asyncio.open_connection(*self.target)
        up = asyncio.create_task(self._pump(reader, back, fate, upwards=True))
        down = asyncio.create_task(self._pump(there, writer, fate, upwards=False))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in (up, down):
                pump.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            back.transport.abort()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, fate: Fate, *, upwards: bool
    ) -> None:
        left = fate.after if fate.down != upwards else None
        while left is None or left > 0:
            block = _THROTTLED if fate.kind == "throttle" else _BLOCK
            data = await source.read(block if left is None else min(block, left))
            if not data:
                return
            if fate.kind == "throttle":
                await asyncio.sleep(_TICK_S)
            sink.write(data)
            await sink.drain()
            if upwards:
                self.bytes_up += len(data)
            if left is not None:
                left -= len(data)
        self.happened["stalls" if fate.kind == "stall" else "cuts"] += 1
        if fate.kind == "stall":
            await asyncio.sleep(_STALL_S)

    # --- requests --------------------------------------------------------------------------------------------------

    async def _say_twice(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, requests: int) -> None:
        for _ in range(requests):
            request = await _message(reader, await reader.readuntil(b"\r\n\r\n"))
            if self._dice.random() < 0.5:  # both at once: the second overtakes or cuts in
                answers = await asyncio.gather(self._ask(request), self._ask(request))
            else:
                answers = [await self._ask(request), await self._ask(request)]
            self.happened["requests said twice"] += 1
            writer.write(self._dice.choice(answers))
            await writer.drain()
        self.happened["cuts"] += 1

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self.target, ssl=self._as_kiosk)
        try:
            writer.write(request)
            async with asyncio.timeout(_PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
                return head if request.startswith(b"HEAD ") else await _message(reader, head)
        finally:
            writer.transport.abort()


async def _message(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """Head and body; both sides name the body's length."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return head + await reader.readexactly(int(value))
    return head
