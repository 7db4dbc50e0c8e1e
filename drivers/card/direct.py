"""Development only: a virtual chip connects straight to the driver where no pcscd can run (the vpcd protocol).

Loopback TCP; each message is two bytes of length, big-endian, and the data. One-byte messages to the chip are control:
0 off, 1 on, 2 reset, 4 asks for the ATR; all others are APDUs, answered by one message each.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from drivers.card.slot import Presence
from drivers.errors import DeviceError

_OFF, _ON, _RESET, _ATR = b"\x00", b"\x01", b"\x02", b"\x04"
_ATR_SECONDS: Final = 2.0
# A virtual chip may be told to be slow; the host's deadline for the whole reading ends before this.
_ANSWER_SECONDS: Final = 60.0
_MAX_ATR: Final = 33


class DirectSlot:
    """A listening loopback socket that stands for a reader. `port_number` 0 takes a free port, told by `port`."""

    name = "direct"

    def __init__(self, port_number: int) -> None:
        self._wanted = port_number
        self._listener: socket.socket | None = None
        self._chip: socket.socket | None = None
        self._atr = b""
        self._insertion = 0

    @property
    def port(self) -> str:
        """Address that chips connect to."""
        if self._listener is None:
            return f"127.0.0.1:{self._wanted}"
        host, port = self._listener.getsockname()
        return f"{host}:{port}"

    def open(self) -> None:
        """Listens. Raises DeviceError CRD-ABSENT when the port is taken."""
        self.close()
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self._wanted))
        except OSError as error:
            listener.close()
            raise DeviceError("CRD-ABSENT", f"port {self._wanted}: {error.strerror}") from error
        listener.listen(1)
        listener.setblocking(False)
        self._listener = listener

    def close(self) -> None:
        """Stops listening and lets the chip go."""
        self._drop()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def presence(self) -> Presence:
        """Accepts a chip that waits, notices one that left."""
        if self._listener is None:
            raise DeviceError("CRD-NO-SERVICE", "not open")
        if self._chip is not None and self._gone(self._chip):
            self._drop()
        if self._chip is None:
            with contextlib.suppress(BlockingIOError):
                chip, _ = self._listener.accept()
                self._greet(chip)
        return Presence(self._insertion, self._atr if self._chip is not None else None)

    @contextmanager
    def connect(self) -> Iterator[DirectCard]:
        """Powers the chip for one reading."""
        if self.presence().atr is None or self._chip is None:
            raise DeviceError("CRD-NO-CARD", "no chip is connected")
        card = DirectCard(self._chip)
        try:
            card.power(_ON)
            yield card
        finally:
            with contextlib.suppress(DeviceError):
                card.power(_OFF)

    def _greet(self, chip: socket.socket) -> None:
        chip.setblocking(True)
        chip.settimeout(_ATR_SECONDS)
        chip.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            _send(chip, _ATR)
            atr = _receive(chip)
        except OSError:
            chip.close()
            return
        if not 2 <= len(atr) <= _MAX_ATR:
            chip.close()
            return
        chip.settimeout(_ANSWER_SECONDS)
        self._chip, self._atr = chip, atr
        self._insertion += 1

    def _drop(self) -> None:
        if self._chip is not None:
            self._chip.close()
            self._chip = None
            self._insertion += 1

    @staticmethod
    def _gone(chip: socket.socket) -> bool:
        """A chip never speaks first: readable means closed (or out of step, which is as bad)."""
        readable, _, _ = select.select([chip], [], [], 0)
        return bool(readable)


class DirectCard:
    """The transport of one connected virtual chip."""

    def __init__(self, chip: socket.socket) -> None:
        self._chip = chip

    def power(self, control: bytes) -> None:
        """Sends a control message. Raises DeviceError CRD-REMOVED."""
        try:
            _send(self._chip, control)
        except OSError as error:
            raise DeviceError("CRD-REMOVED", "the chip left") from error

    def transmit(self, apdu: bytes) -> bytes:
        """Sends one APDU. Raises DeviceError CRD-REMOVED."""
        try:
            _send(self._chip, apdu)
            return _receive(self._chip)
        except OSError as error:
            raise DeviceError("CRD-REMOVED", "the chip left or does not answer") from error

    def reset(self) -> None:
        """Warm reset."""
        self.power(_RESET)


def _send(chip: socket.socket, message: bytes) -> None:
    chip.sendall(len(message).to_bytes(2, "big") + message)


def _receive(chip: socket.socket) -> bytes:
    return _exactly(chip, int.from_bytes(_exactly(chip, 2), "big"))


def _exactly(chip: socket.socket, count: int) -> bytes:
    deadline = time.monotonic() + _ANSWER_SECONDS
    data = b""
    while len(data) < count:
        if time.monotonic() > deadline:
            raise TimeoutError
        more = chip.recv(count - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data
