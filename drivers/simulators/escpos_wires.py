"""The simulated receipt printer's sockets: network, serial cable and USB device file, lost and found as real ones are."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import tty
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar, Protocol

_BITS_A_BYTE = 10


class Line(Protocol):
    """One who talks to the printer."""

    def write(self, data: bytes) -> None:
        """Sends an answer; what nobody reads is lost."""

    @property
    def closed(self) -> bool:
        """Whether nobody is there any more."""


Take = Callable[[Line, bytes], Awaitable[bool]]
"""Takes bytes of a line, returns when there is room for more; False hangs up."""


class Wire(Protocol):
    """How a printer hangs on the machine."""

    survives_power: ClassVar[bool]
    """Whether the machine's end of it stays when the printer is switched off."""

    @property
    def address(self) -> str:
        """Where the printer is found; the same for ever."""

    async def plug(self) -> None:
        """Puts it on the machine."""

    async def unplug(self) -> None:
        """Takes it off: whoever talks is cut off."""

    def hang_up(self) -> None:
        """Cuts off who talks now; another may come."""


class _Connection:
    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer

    def write(self, data: bytes) -> None:
        if not self.closed:
            with contextlib.suppress(ConnectionError):
                self.writer.write(data)

    @property
    def closed(self) -> bool:
        return self.writer.transport.is_closing()


class NetworkWire:
    """A port on loopback; the number stays the same over power cycles."""

    survives_power: ClassVar[bool] = False

    def __init__(self, take: Take, admits: Callable[[], bool], port: int = 0) -> None:
        self._take = take
        self._admits = admits
        self._port = port
        self._server: asyncio.Server | None = None
        self._lines: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._port}"

    async def plug(self) -> None:
        """See Wire."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=4096)
            self._port = int(self._server.sockets[0].getsockname()[1])

    async def unplug(self) -> None:
        """See Wire."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.hang_up()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hang_up(self) -> None:
        """See Wire."""
        for line in list(self._lines):
            line.writer.transport.abort()
        for task in self._tasks:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._admits():
            writer.transport.abort()
            return
        line = _Connection(writer)
        self._lines.add(line)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while data := await reader.read(1024):
                if not await self._take(line, data):
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self._lines.discard(line)
            writer.transport.abort()


class TerminalWire:
    """A pseudo terminal behind a path that is a link to it. `baud` is how fast its bytes travel, 0 at once.

    The nearest that a machine without such a port has to a serial port or to usblp's device file: reading, writing and
    waiting are the kernel's. A serial cable knows nothing of the printer's power; USB is gone with it, and back with a
    new device behind the same name, as udev's link would be.
    """

    survives_power: ClassVar[bool] = True

    def __init__(self, take: Take, path: Path, baud: int = 0) -> None:
        self._take = take
        self._path = path
        self._rate = baud / _BITS_A_BYTE
        self._master = self._slave = -1
        self._carrying: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """The path."""
        return str(self._path)

    @property
    def closed(self) -> bool:
        """Whether the cable is out; whether anybody reads is not to be seen from here."""
        return self._master < 0

    def write(self, data: bytes) -> None:
        """See Line."""
        if not self.closed:
            with contextlib.suppress(BlockingIOError):
                os.write(self._master, data)

    async def plug(self) -> None:
        """See Wire."""
        if self._master >= 0:
            return
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self._path)
        self._carrying = asyncio.ensure_future(self._carry())

    async def unplug(self) -> None:
        """See Wire."""
        self._path.unlink(missing_ok=True)
        if self._carrying is not None:
            self._carrying.cancel()
            await asyncio.gather(self._carrying, return_exceptions=True)
            self._carrying = None
        self._close()

    def hang_up(self) -> None:
        """See Wire: a cable cannot be hung up, it is pulled and put back."""

    def _close(self) -> None:
        # The machine's end last: it is held open here so that nobody's leaving looks like the end of the line.
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1

    async def _carry(self) -> None:
        loop = asyncio.get_running_loop()
        # A tenth of a second's bytes at most, so that a slow line is slow evenly.
        piece = max(1, min(1024, int(self._rate / 10))) if self._rate else 1024
        due = loop.time()
        while True:
            readable = asyncio.Event()
            loop.add_reader(self._master, readable.set)
            try:
                await readable.wait()
            finally:
                loop.remove_reader(self._master)
            try:
                data = os.read(self._master, piece)
            except BlockingIOError:
                continue
            if self._rate:
                due = max(due, loop.time() - 0.1) + len(data) / self._rate
                await asyncio.sleep(max(0.0, due - loop.time()))
            await self._take(self, data)  # a cable cannot be hung up: what nobody hears is lost, and it carries on


class UsbWire(TerminalWire):
    """A USB printer's device file: there while the printer has power."""

    survives_power: ClassVar[bool] = False
