"""Command and response APDUs of ISO 7816-4: short and extended, with 61xx and 6Cxx followed to their end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from drivers.card.emrtd.transport import Transport
from drivers.errors import DeviceError

MAX_RESPONSE: Final = 0x1_0000 + 1024
# A hostile chip may promise more data for ever; 256 rounds of 256 bytes is the longest honest answer.
MAX_CONTINUATIONS: Final = 256

SW_OK: Final = 0x9000
SW_END_OF_FILE: Final = 0x6282
SW_SECURITY_NOT_SATISFIED: Final = 0x6982
SW_BLOCKED: Final = 0x6983
SW_FILE_NOT_FOUND: Final = 0x6A82
SW_SM_MISSING: Final = 0x6987
SW_SM_INCORRECT: Final = 0x6988


@dataclass(frozen=True)
class Command:
    """One command. `le` is the number of bytes expected, None for none; 256 (or 65536) means as many as fit."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int | None = None

    @property
    def header(self) -> bytes:
        """CLA INS P1 P2."""
        return bytes([self.cla, self.ins, self.p1, self.p2])

    @property
    def extended(self) -> bool:
        """Whether lengths need the extended form."""
        return len(self.data) > 255 or (self.le is not None and self.le > 256)

    def encode(self) -> bytes:
        """The APDU's bytes (ISO 7816-4 5.1). Raises ValueError for lengths no APDU can carry."""
        if len(self.data) > 0xFFFF or (self.le is not None and not 1 <= self.le <= 0x10000):
            raise ValueError("length out of range")
        body = b""
        if self.extended:
            if self.data:
                body += b"\x00" + len(self.data).to_bytes(2, "big") + self.data
            if self.le is not None:
                body += (b"" if self.data else b"\x00") + (self.le & 0xFFFF).to_bytes(2, "big")
        else:
            if self.data:
                body += bytes([len(self.data)]) + self.data
            if self.le is not None:
                body += bytes([self.le & 0xFF])
        return self.header + body


@dataclass(frozen=True)
class Response:
    """Data and status word of one answer."""

    data: bytes = field(repr=False)
    sw: int = SW_OK

    @property
    def ok(self) -> bool:
        """Whether the status is 9000."""
        return self.sw == SW_OK

    @property
    def status(self) -> str:
        """The status as four hex digits, for details."""
        return f"{self.sw:04X}"


class Channel(Protocol):
    """Something that carries commands: the plain chip, or secure messaging around it."""

    @property
    def extended(self) -> bool | None:
        """Whether the chip takes extended lengths, None while that is not known."""

    @property
    def short_data(self) -> int:
        """Most bytes of data that fit into a command of short length."""

    def send(self, command: Command) -> Response:
        """One command and its complete answer. Raises DeviceError."""


def send_long(channel: Channel, command: Command) -> Response:
    """Sends a command whose data may be long: in one extended command, or chained where the chip has none.

    ISO 7816-4 5.3.3: all commands of a chain but the last have bit 5 of CLA set. Raises DeviceError.
    """
    limit = channel.short_data
    if len(command.data) <= limit or channel.extended is not False:
        return channel.send(command)
    rest = command.data
    while len(rest) > limit:
        part = Command(command.cla | 0x10, command.ins, command.p1, command.p2, rest[:limit])
        response = channel.send(part)
        if not response.ok:
            return response
        rest = rest[limit:]
    return channel.send(Command(command.cla, command.ins, command.p1, command.p2, rest, command.le))


class PlainChannel:
    """Unprotected commands over a transport. Whoever finds out about extended lengths sets `extended`."""

    short_data = 255

    def __init__(self, transport: Transport, extended: bool | None = None) -> None:
        self._transport = transport
        self.extended = extended

    def send(self, command: Command) -> Response:
        """Sends, follows 61xx with GET RESPONSE and repeats once after 6Cxx (ISO 7816-3 12.2.1)."""
        response = self._exchange(command)
        # With data it is the end of a protected answer, whose command must not be sent twice.
        if response.sw >> 8 == 0x6C and command.le is not None and not response.data:
            exact = response.sw & 0xFF or 256
            response = self._exchange(Command(command.cla, command.ins, command.p1, command.p2, command.data, exact))
        data = response.data
        for _ in range(MAX_CONTINUATIONS):
            if response.sw >> 8 != 0x61:
                return Response(data, response.sw)
            response = self._exchange(Command(command.cla & 0x03, 0xC0, 0, 0, b"", response.sw & 0xFF or 256))
            data += response.data
            if len(data) > MAX_RESPONSE:
                break
        raise DeviceError("CRD-GARBLED", "the chip promises data without end (61xx)")

    def _exchange(self, command: Command) -> Response:
        raw = self._transport.transmit(command.encode())
        if not 2 <= len(raw) <= MAX_RESPONSE:
            raise DeviceError("CRD-GARBLED", f"an answer of {len(raw)} bytes")
        return Response(raw[:-2], int.from_bytes(raw[-2:], "big"))
