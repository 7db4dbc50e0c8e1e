"""The line to the ministry with a real one's delay: later, but whole, in order, and not one after another."""

from __future__ import annotations

import asyncio
import os
import time

from drivers.simulators.line import SlowLine

ROUND_TRIP_S = 0.2


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def _through(said: list[bytes]) -> tuple[bytes, float]:
    """What came back of all that was said at once, and after how many seconds."""
    far = await asyncio.start_server(_echo, "127.0.0.1", 0)
    line = SlowLine(far.sockets[0].getsockname()[:2], ROUND_TRIP_S)
    await line.start()
    host, _, port = line.address.rpartition(":")
    try:
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(host, int(port))
        for data in said:
            writer.write(data)
        writer.write_eof()
        answer = await reader.read()
        took = time.monotonic() - began
        writer.close()
        return answer, took
    finally:
        await line.stop()
        far.close()


def test_what_is_said_comes_back_whole_and_in_order_after_the_delay() -> None:
    said = [os.urandom(300_000), b"the end"]
    answer, took = asyncio.run(_through(said))
    assert answer == b"".join(said)
    assert took >= 2 * ROUND_TRIP_S  # one to call up, one for the question and its answer


def test_a_line_to_nobody_hangs_up() -> None:
    async def call() -> bytes:
        line = SlowLine(("127.0.0.1", 9), 0.0)
        await line.start()
        host, _, port = line.address.rpartition(":")
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
            async with asyncio.timeout(30):
                try:
                    return await reader.read()
                except ConnectionResetError:
                    return b""
                finally:
                    writer.close()
        finally:
            await line.stop()

    assert asyncio.run(call()) == b""
