"""The printer's line: TCP, serial port or USB, never blocking longer than told, loss told at once."""

from __future__ import annotations

import contextlib
import glob
import math
import os
import re
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
_BITS_A_BYTE: Final = 10  # start, eight, stop
_AHEAD_S: Final = 0.02  # a serial line is kept busy for so long, and no more lies in buffers on the way
_EMPTY_READ_S: Final = 0.01


class LineLost(Exception):
    """The line is down: closed by the peer, unplugged, or never there."""


@dataclass(frozen=True)
class UsbName:
    """A USB printer: vendor and product, and its serial number where two of the same kind hang on one machine."""

    vendor: int
    product: int
    serial: str = ""

    @classmethod
    def of(cls, text: str) -> UsbName:
        """Reads `04b8:0e28` or `04b8:0e28:SERIAL`. Raises ValueError naming the key."""
        found = re.fullmatch(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?", text)
        if found is None:
            raise ValueError(f"usb: {text!r} is not vendor:product or vendor:product:serial in hexadecimal")
        return cls(int(found[1], 16), int(found[2], 16), found[3] or "")


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
        self._hung_up = False

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
            if data:
                return data
            self._read_nothing()
            if time.monotonic() >= until:
                break
        return b""

    def _read_nothing(self) -> None:
        """Readable and nothing there: on a connection that is the far end's farewell. Raises LineLost."""
        raise LineLost("closed by the printer")

    def _wait(self, until: float, want: int) -> bool:
        if self._fd < 0:
            raise LineLost("not open")
        poller = select.poll()
        poller.register(self._fd, want)
        left_ms = max(0, round((until - time.monotonic()) * 1000))
        for _, happened in poller.poll(left_ms):
            # Hang-up with data still to read: the data first, the loss on the next call.
            self._hung_up = bool(happened & (select.POLLHUP | select.POLLERR))
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
    """A device file, opened raw: /dev/usb/lp* (may hold `*`, the first that opens is taken), or a terminal's line.

    A USB printer keeps sending empty packets, which the kernel hands on as readings of no bytes: no farewell, but silence.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def open(self, until: float) -> None:
        """See Transport."""
        self.close()
        # After a power cycle the printer may have come back under the next number.
        paths = sorted(glob.glob(self._path)) if glob.has_magic(self._path) else [self._path]  # noqa: PTH207
        reasons: list[str] = []
        for path in paths:
            try:
                self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
                self._set_up()
            except (OSError, termios.error) as error:
                self.close()
                reasons.append(f"open {path}: {error}")
            else:
                return
        raise LineLost("; ".join(reasons) or f"no {self._path}")

    def _set_up(self) -> None:
        if os.isatty(self._fd):
            tty.setraw(self._fd, termios.TCSANOW)

    def _read_nothing(self) -> None:
        if self._hung_up:
            raise LineLost("unplugged")
        time.sleep(_EMPTY_READ_S)

    def close(self) -> None:
        """See Transport."""
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                os.close(self._fd)
        self._fd = -1


class SerialLine(DeviceLine):
    """A serial port. It is given bytes no faster than it carries them: what waits in a port's or an adapter's buffer
    would keep a question from being asked in time.
    """

    def __init__(self, path: str, baud: int) -> None:
        super().__init__(path)
        self._baud = baud
        self._busy_until = 0.0

    def _set_up(self) -> None:
        super()._set_up()
        mode = termios.tcgetattr(self._fd)
        mode[2] |= termios.CLOCAL | termios.CREAD
        mode[4] = mode[5] = _SPEEDS[self._baud]
        termios.tcsetattr(self._fd, termios.TCSANOW, mode)

    def _read_nothing(self) -> None:
        raise LineLost("the port is gone")

    def write(self, data: bytes, until: float) -> int:
        """See Transport."""
        rate = self._baud / _BITS_A_BYTE
        piece = max(1, int(rate * _AHEAD_S))
        taken = 0
        while taken < len(data):
            now = time.monotonic()
            if (wait := self._busy_until - now - _AHEAD_S) > 0:
                if now + wait > until:
                    break
                time.sleep(wait)
                continue
            count = super().write(data[taken : taken + piece], max(until, now))
            if not count:
                break
            taken += count
            self._busy_until = max(now, self._busy_until) + count / rate
        return taken


@dataclass(frozen=True)
class LineSettings:
    """Which line: `address` (host:port), `serial` (a path, with its `baud`), `device` (a path) or `usb` (vendor:product)."""

    address: str = ""
    serial: str = ""
    device: str = ""
    usb: str = ""
    baud: int = 115200

    def __post_init__(self) -> None:
        if sum(map(bool, (self.address, self.serial, self.device, self.usb))) != 1:
            raise ValueError(
                "address: give one of address (host:port), serial, device (paths) and usb (vendor:product)"
            )
        if self.address:
            host, _, port = self.address.rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise ValueError(f"address: {self.address!r} is not host:port")
        if self.usb:
            UsbName.of(self.usb)
        if self.baud not in _SPEEDS:
            raise ValueError(f"baud: {self.baud} is none of {', '.join(map(str, _SPEEDS))}")

    @property
    def port(self) -> str:
        """The address, path or name as a person writes it."""
        return self.address or self.serial or self.device or f"usb:{self.usb}"

    @property
    def bytes_per_s(self) -> float:
        """What a serial line carries; infinite for the others, which are faster than paper."""
        return self.baud / _BITS_A_BYTE if self.serial else math.inf

    def line(self) -> Transport:
        """The line, not yet open."""
        if self.serial:
            return SerialLine(self.serial, self.baud)
        if self.device:
            return DeviceLine(self.device)
        if self.usb:
            from drivers.printer.usb import UsbLine

            return UsbLine(UsbName.of(self.usb))
        host, _, port = self.address.rpartition(":")
        return TcpLine(host.strip("[]"), int(port))
