"""The wire of a virtual card: a client of the vpcd protocol that puts a chip on a reader and takes it off.

Two bytes of length, big-endian, and data; a single byte is control: 0 off, 1 on, 2 reset, 4 asks for the ATR.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Final

Answer = Callable[[bytes], Awaitable[bytes | None]]

_RESET_CONTROLS: Final = (b"\x00", b"\x01", b"\x02")
_ASK_ATR: Final = b"\x04"
_RETRY_SECONDS: Final = 0.25
# pcscd asks a virtual reader about its card every 0.4 s: a shorter absence would go unseen.
ABSENCE_SECONDS: Final = 1.0


class CardGoneError(Exception):
    """Raised by the chip's side in the middle of a command: somebody took the card away."""


class VpcdWire(asyncio.Protocol):
    """One connection to a virtual reader.

    vpcd writes length and data separately, and with Nagle's algorithm holds the data back until the length is
    acknowledged; without quick acknowledgements each command waits 40 ms for nothing.
    """

    def __init__(self, atr: bytes, answer: Answer, power: Callable[[], None]) -> None:
        self._atr = atr
        self._answer = answer
        self._power = power
        self._buffer = b""
        self._messages: asyncio.Queue[bytes] = asyncio.Queue()
        self._transport: asyncio.Transport | None = None
        self._worker: asyncio.Task[None] | None = None
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answers quickly from the first byte on."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._hurry(socket.TCP_NODELAY)
        self._hurry(socket.TCP_QUICKACK)
        self._worker = asyncio.get_running_loop().create_task(self._work())

    def data_received(self, data: bytes) -> None:
        """Takes messages apart. The kernel forgets quick acknowledgement, so it is asked for each time."""
        self._hurry(socket.TCP_QUICKACK)
        self._buffer += data
        while len(self._buffer) >= 2:
            size = int.from_bytes(self._buffer[:2], "big")
            if len(self._buffer) < 2 + size:
                break
            self._messages.put_nowait(self._buffer[2 : 2 + size])
            self._buffer = self._buffer[2 + size :]

    def connection_lost(self, error: Exception | None) -> None:
        """The reader let go, or we did."""
        if self._worker is not None:
            self._worker.cancel()
        self.closed.set()

    def leave(self) -> None:
        """Takes the card off the reader at once."""
        if self._transport is not None:
            self._transport.abort()

    def _hurry(self, option: int) -> None:
        if self._transport is None:
            return
        with contextlib.suppress(OSError):
            self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, option, 1)

    async def _work(self) -> None:
        while True:
            message = await self._messages.get()
            if message in _RESET_CONTROLS:
                self._power()
            elif message == _ASK_ATR:
                self._send(self._atr)
            elif len(message) > 1:
                try:
                    answer = await self._answer(message)
                except CardGoneError:
                    self.leave()
                    return
                if answer is not None:
                    self._send(answer)

    def _send(self, message: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(len(message).to_bytes(2, "big") + message)


async def keep_connected(
    host: str, port: int, make: Callable[[], VpcdWire], told: Callable[[VpcdWire | None], None]
) -> None:
    """Stays on the reader until cancelled: connects again when the reader's daemon is restarted."""
    while True:
        try:
            _, wire = await asyncio.get_running_loop().create_connection(make, host, port)
        except OSError:
            await asyncio.sleep(_RETRY_SECONDS)
            continue
        told(wire)
        try:
            await wire.closed.wait()
        finally:
            wire.leave()
            told(None)
        await asyncio.sleep(ABSENCE_SECONDS)
