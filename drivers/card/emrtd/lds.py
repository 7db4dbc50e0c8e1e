"""Files of the logical data structure: short identifiers first, chunks as long as the chip allows, sizes capped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from drivers.card.emrtd import tlv
from drivers.card.emrtd.apdu import (
    SW_END_OF_FILE,
    SW_FILE_NOT_FOUND,
    SW_OK,
    SW_SECURITY_NOT_SATISFIED,
    Command,
    Response,
)
from drivers.card.emrtd.secure_messaging import SHORT_AES, SecureChannel
from drivers.errors import DeviceError

SHORT_CHUNK: Final = SHORT_AES
# Asked for once a kind of chip; most that know extended length answer it or cut it to their buffer.
LONG_CHUNK: Final = 4096
# For chips whose buffer ends below that and who take offence at being asked for more.
MIDDLE_CHUNK: Final = 1000
# From here on the offset does not fit into P1-P2 (ISO 7816-4 11.2.3).
_ODD_FROM: Final = 0x8000
_ODD_OVERHEAD: Final = 4
_WRONG_LE: Final = 0x6C

SMALL_FILE: Final = 64 * 1024
PHOTO_FILE: Final = 200 * 1024
_MAX_SHORT_LE: Final = 256


@dataclass(frozen=True)
class FileSpec:
    """A file: its name, identifiers, the tag it must begin with, and the most bytes it may have."""

    name: str
    fid: int
    sfi: int
    tag: int
    cap: int = SMALL_FILE


COM: Final = FileSpec("COM", 0x011E, 0x1E, 0x60)
SOD: Final = FileSpec("SOD", 0x011D, 0x1D, 0x77)
_DATA_GROUP_TAGS: Final = (
    0x61,
    0x75,
    0x63,
    0x76,
    0x65,
    0x66,
    0x67,
    0x68,
    0x69,
    0x6A,
    0x6B,
    0x6C,
    0x6D,
    0x6E,
    0x6F,
    0x70,
)
DATA_GROUPS: Final = {
    number: FileSpec(f"DG{number}", 0x0100 + number, number, tag, PHOTO_FILE if number == 2 else SMALL_FILE)
    for number, tag in enumerate(_DATA_GROUP_TAGS, start=1)
}


class FileRefusedError(Exception):
    """The chip does not give a file: it is not there, or is not for us."""

    def __init__(self, spec: FileSpec, sw: int) -> None:
        super().__init__(f"{spec.name} answered {sw:04X}")
        self.missing = sw == SW_FILE_NOT_FOUND


class ProbeFailedError(Exception):
    """Asking for a long answer broke the session; open the chip again and ask for `smaller` ones."""

    def __init__(self, code: str, asked: int) -> None:
        super().__init__(code)
        self.smaller = MIDDLE_CHUNK if asked > MIDDLE_CHUNK else SHORT_CHUNK


class FileReader:
    """Reads files over an open channel.

    `chunk` is the chip's known chunk size, None when it has to be found; after the first long file `chunk` holds it.
    """

    def __init__(self, channel: SecureChannel, chunk: int | None) -> None:
        self.channel = channel
        self._short = channel.short_data
        self.chunk = chunk if chunk is not None or channel.extended is not False else self._short

    def read(self, spec: FileSpec, progress: Callable[[float], None] = lambda share: None) -> bytes:
        """The file's bytes, header included; `progress` is told the share read, 0 to 1.

        Raises FileRefusedError, ProbeFailedError, DeviceError.
        """
        data = self._first(spec)
        try:
            header = tlv.read_header(data)
        except tlv.TlvError as error:
            raise DeviceError("CRD-GARBLED", f"{spec.name}: {error}") from error
        if header.tag != spec.tag:
            raise DeviceError("CRD-GARBLED", f"{spec.name} begins with tag {header.tag:X}")
        if header.total > spec.cap:
            raise DeviceError("CRD-GARBLED", f"{spec.name} claims {header.total} bytes, more than {spec.cap}")
        buffer = bytearray(data)
        while len(buffer) < header.total:
            progress(len(buffer) / header.total)
            more = self._next(spec, len(buffer), header.total - len(buffer))
            if not more:
                raise DeviceError("CRD-GARBLED", f"{spec.name} ended after {len(buffer)} of {header.total} bytes")
            buffer += more
        progress(1.0)
        return bytes(buffer[: header.total])

    def _first(self, spec: FileSpec) -> bytes:
        """The first chunk by short identifier, which also selects the file; by SELECT when the chip knows no SFI."""
        count = self._long_or_short()
        response = self._ask(Command(0x00, 0xB0, 0x80 | spec.sfi, 0x00, b"", count))
        if response.sw in (SW_FILE_NOT_FOUND, SW_SECURITY_NOT_SATISFIED):
            raise FileRefusedError(spec, response.sw)
        if not _usable(response):
            selected = self._ask(Command(0x00, 0xA4, 0x02, 0x0C, spec.fid.to_bytes(2, "big")))
            if not selected.ok:
                raise FileRefusedError(spec, selected.sw)
            response = self._ask(Command(0x00, 0xB0, 0x00, 0x00, b"", self._short))
        if not _usable(response):
            raise FileRefusedError(spec, response.sw)
        return response.data

    def _long_or_short(self) -> int:
        return self.chunk if self.chunk is not None and self.chunk > _MAX_SHORT_LE else self._short

    def _next(self, spec: FileSpec, offset: int, remaining: int) -> bytes:
        # Up to 256 bytes would go out in a short command and prove nothing about long ones.
        if self.chunk is None and remaining > _MAX_SHORT_LE:
            return self._probe(spec, offset, remaining)
        response = self._at(offset, min(self._long_or_short(), remaining))
        if not _usable(response):
            raise DeviceError("CRD-GARBLED", f"{spec.name} at {offset} answered {response.status}")
        return response.data

    def _probe(self, spec: FileSpec, offset: int, remaining: int) -> bytes:
        """Finds out what the chip takes; a refusal that keeps the session costs one command."""
        for chunk in (LONG_CHUNK, MIDDLE_CHUNK):
            response = self._at(offset, min(chunk, remaining))
            if _usable(response) and len(response.data) > self._short:
                self.chunk = chunk
                return response.data
        self.chunk = self._short
        return response.data if _usable(response) else self._next(spec, offset, remaining)

    def _at(self, offset: int, count: int) -> Response:
        if offset < _ODD_FROM:
            return self._ask(Command(0x00, 0xB0, offset >> 8, offset & 0xFF, b"", count))
        # The answer's own tag and length need room in the same chunk.
        count = min(count, (self.chunk or self._short) - _ODD_OVERHEAD)
        asked = tlv.encode(0x54, offset.to_bytes(3 if offset > 0xFFFF else 2, "big"))
        response = self._ask(Command(0x00, 0xB1, 0x00, 0x00, asked, count + _ODD_OVERHEAD))
        if not _usable(response):
            return response
        try:
            return Response(tlv.require(response.data, 0x53), response.sw)
        except tlv.TlvError as error:
            raise DeviceError("CRD-GARBLED", f"READ BINARY B1: {error}") from error

    def _ask(self, command: Command) -> Response:
        """One command, once more with the length that a protected 6Cxx names.

        A reader or chip that chokes on extended length looks like any other failure, even like a removal, and another
        chip may have the same ATR as one that took it; what it was shows when the chip is opened again.
        """
        try:
            response = self.channel.send(command)
        except DeviceError as error:
            if command.le is not None and command.le > _MAX_SHORT_LE:
                raise ProbeFailedError(error.code, command.le) from error
            raise
        if response.sw >> 8 != _WRONG_LE or command.le is None:
            return response
        exact = response.sw & 0xFF or _MAX_SHORT_LE
        return self.channel.send(Command(command.cla, command.ins, command.p1, command.p2, command.data, exact))


def _usable(response: Response) -> bool:
    return bool(response.data) and response.sw in (SW_OK, SW_END_OF_FILE)
