"""The printer's line: a TCP connection or a device file, never blocking longer than told, loss told at once."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import termios
import time
import tty
from dataclasses import dataclass
from typing import Final, Protocol

_SPEEDS: Final = {
    9600: termios.B9600,
    19200: termios.B19200,
    38400: termios.B38400,
    57600: termios.B57600,
    115200: termios.B115200,
}
SPEEDS: Final = tuple(_SPEEDS)
_GONE: Final = frozenset({errno.EIO, errno.ENXIO, errno.ENODEV, errno.EPIPE, errno.ECONNRESET, errno.EBADF})


class LineLost(Exception):
    """The line is down: closed by the peer, unplugged, or never there."""


class Transport(Protocol):
    """A byte line to a printer. Times are seconds of time.monotonic()."""

    def open(self, until: float) -> None:
        """Connects. Raises LineLost."""

    def close(self) -> None:
        """Lets go; never raises."""

    def write(self, data: bytes, until: float) -> int:
        """Gives bytes to the line until all are taken or the time is up; returns how many. Raises LineLost."""

    def read(self, until: float) -> bytes:
        """The next bytes that come, b"" when none came in time. Raises LineLost."""


class FileLine:
    """A line over an open file descriptor; what TCP and device files share."""

    def __init__(self) -> None:
        self._fd = -1

    def write(self, data: bytes, until: float) -> int:
        """See Transport."""
        view, taken = memoryview(data), 0
        while taken < len(data):
            if not self._wait(until, select.POLLOUT):
                break
            try:
                taken += os.write(self._fd, view[taken : taken + 4096])
            except BlockingIOError:
                continue
            except OSError as error:
                raise LineLost(f"write: {error.strerror}") from error
        return taken

    def read(self, until: float) -> bytes:
        """See Transport."""
        while self._wait(until, select.POLLIN):
            try:
                data = os.read(self._fd, 4096)
            except BlockingIOError:
                continue
            except OSError as error:
                raise LineLost(f"read: {error.strerror}") from error
            if not data:
                raise LineLost("closed by the printer")
            return data
        return b""

    def _wait(self, until: float, want: int) -> bool:
        if self._fd < 0:
            raise LineLost("not open")
        poller = select.poll()
        poller.register(self._fd, want)
        left_ms = max(0, round((until - time.monotonic()) * 1000))
        for _, happened in poller.poll(left_ms):
            # Hang-up with data still to read: the data first, the loss on the next call.
            if happened & want:
                return True
            raise LineLost("hung up")
        return False


class TcpLine(FileLine):
    """A network printer, usually on port 9100."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self._host, self._port = host, port
        self._socket: socket.socket | None = None

    def open(self, until: float) -> None:
        """See Transport."""
        self.close()
        try:
            line = socket.create_connection((self._host, self._port), timeout=max(0.05, until - time.monotonic()))
        except OSError as error:
            raise LineLost(f"connect: {error.strerror or error}") from error
        line.setblocking(False)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A small send buffer keeps "taken by the line" near to "taken by the printer".
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
        self._socket, self._fd = line, line.fileno()

    def close(self) -> None:
        """See Transport."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()
        self._socket, self._fd = None, -1


class DeviceLine(FileLine):
    """A serial port, pseudo terminal or /dev/usb/lp*, opened raw."""

    def __init__(self, path: str, baud: int) -> None:
        super().__init__()
        self._path, self._baud = path, baud

    def open(self, until: float) -> None:
        """See Transport."""
        self.close()
        try:
            self._fd = os.open(self._path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
            if os.isatty(self._fd):
                self._set_raw()
        except (OSError, termios.error) as error:
            self.close()
            raise LineLost(f"open {self._path}: {error}") from error

    def _set_raw(self) -> None:
        tty.setraw(self._fd, termios.TCSANOW)
        mode = termios.tcgetattr(self._fd)
        mode[2] |= termios.CLOCAL | termios.CREAD
        mode[4] = mode[5] = _SPEEDS[self._baud]
        termios.tcsetattr(self._fd, termios.TCSANOW, mode)

    def close(self) -> None:
        """See Transport."""
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                os.close(self._fd)
        self._fd = -1


@dataclass(frozen=True)
class LineSettings:
    """Which line: `address` as host:port, or `device` as a path with its `baud`."""

    address: str = ""
    device: str = ""
    baud: int = 115200

    def __post_init__(self) -> None:
        if bool(self.address) == bool(self.device):
            raise ValueError("address: give either address (host:port) or serial (device path)")
        if self.address:
            host, _, port = self.address.rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise ValueError(f"address: {self.address!r} is not host:port")
        if self.baud not in _SPEEDS:
            raise ValueError(f"baud: {self.baud} is none of {', '.join(map(str, _SPEEDS))}")

    @property
    def port(self) -> str:
        """The address or path as a person writes it."""
        return self.address or self.device

    def line(self) -> Transport:
        """The line, not yet open."""
        if self.device:
            return DeviceLine(self.device, self.baud)
        host, _, port = self.address.rpartition(":")
        return TcpLine(host.strip("[]"), int(port))
