"""Disks that forget: what a machine has not flushed is lost at a power cut, all of it or any part, in pieces of a sector.

Served to QEMU by the NBD protocol (its fixed newstyle handshake, simple replies; the protocol's document is the one of the
NetworkBlockDevice project). Every disk of a machine hangs on one `Mains`: when that is cut, all of them stop in the same
moment, whatever was being asked of them.
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
from pathlib import Path
from typing import Final

SECTOR: Final = 4096
"""What a disk writes whole or not at all, as today's do. ext4 counts on that for its journal's blocks: on a disk that tears
them it does not always mount again, whatever the programs above it did."""
FATES: Final = ("nothing", "a part", "most", "the first")
"""What a disk may keep of that which was not flushed: nothing, each sector by lot, most sectors, all up to a moment."""

_GREETING: Final = struct.pack(">QQH", 0x4E42444D41474943, 0x49484156454F5054, 1 | 2)
_OPTION: Final = struct.Struct(">QII")
_OPTION_REPLY: Final = struct.Struct(">QIII")
_REPLY_MAGIC: Final = 0x3E889045565A9
_REQUEST: Final = struct.Struct(">IHHQQI")
_ANSWER: Final = struct.Struct(">IIQ")
_ANSWER_MAGIC: Final = 0x67446698
_EXPORT_NAME, _ABORT, _INFO, _GO = 1, 2, 6, 7
_ACK, _INFORMATION, _UNSUPPORTED = 1, 3, 0x80000001
_READ, _WRITE, _DISCONNECT, _FLUSH = 0, 1, 2, 3
_FLAGS: Final = 1 | 4  # has flags, takes FLUSH; no FUA, so that the machine asks for a flush instead
_EINVAL: Final = 22


class Mains:
    """The power of one machine. Cut at the `at`-th write or flush of its disks, or when somebody says so."""

    def __init__(self, at: int | None) -> None:
        self.lock = threading.Lock()
        self.off = threading.Event()
        self.asked = 0
        self._at = at

    def count(self) -> None:
        """One write or flush more is asked for; the lock is held. May be the last."""
        self.asked += 1
        if self._at is not None and self.asked >= self._at:
            self.off.set()

    def cut(self) -> None:
        """Off, now."""
        with self.lock:
            self.off.set()


class Disk:
    """One disk in a file, with a cache that a power cut empties."""

    def __init__(self, path: Path) -> None:
        self.size = path.stat().st_size
        self._file = path.open("r+b", buffering=0)
        self._newest: dict[int, bytes] = {}
        self._later: list[tuple[int, bytes]] = []

    def read(self, offset: int, length: int) -> bytes:
        """What the machine sees: the newest."""
        self._file.seek(offset)
        found = bytearray(self._file.read(length))
        if self._newest:
            for place in range(0, length, SECTOR):
                content = self._newest.get((offset + place) // SECTOR)
                if content is not None:
                    found[place : place + SECTOR] = content
        return bytes(found)

    def write(self, offset: int, content: bytes) -> None:
        """Into the cache only."""
        for place in range(0, len(content), SECTOR):
            sector = (offset + place) // SECTOR
            piece = content[place : place + SECTOR]
            self._newest[sector] = piece
            self._later.append((sector, piece))

    def flush(self) -> None:
        """Everything that was written is sure."""
        self._put(sorted(self._newest.items()))
        self._newest.clear()
        self._later.clear()

    def _put(self, sectors: list[tuple[int, bytes]]) -> None:
        start, run = -1, bytearray()
        for sector, piece in sectors:
            if sector != start + len(run) // SECTOR:
                self._put_run(start, run)
                start, run = sector, bytearray()
            run += piece
        self._put_run(start, run)

    def _put_run(self, start: int, run: bytearray) -> None:
        if run:
            self._file.seek(start * SECTOR)
            self._file.write(run)

    def lose(self, fate: str, dice: random.Random) -> tuple[int, int]:
        """The power is gone: how many sectors had not been flushed, and how many of these came through all the same."""
        kept: list[tuple[int, bytes]] = []
        if fate == "the first":
            kept = self._later[: dice.randrange(len(self._later) + 1)]
        elif fate != "nothing":
            likely = 0.5 if fate == "a part" else 0.95
            kept = [written for written in self._later if dice.random() < likely]
        waiting = len(self._later)
        self._put(sorted(dict(kept).items()))
        self._newest.clear()
        self._later.clear()
        return waiting, len(kept)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class Server:
    """One disk on a port of the loopback, for one machine."""

    def __init__(self, disk: Disk, mains: Mains) -> None:
        self._disk = disk
        self._mains = mains
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._line: socket.socket | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"disk {self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends it; the disk stays open."""
        self._closing.set()
        for line in (self._listener, self._line):
            if line is not None:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                line.close()
        self._thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            line, _ = self._listener.accept()
            self._line = line
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with line, line.makefile("rb", 1 << 20) as stream:
                if self._agree(line, stream):
                    while self._request(line, stream):
                        pass
                    # Without power there is no answer, not even an error, before the machine is gone.
                    self._closing.wait()

    def _agree(self, line: socket.socket, stream: object) -> bool:
        line.sendall(_GREETING)
        _exactly(stream, 4)
        while True:
            _, option, length = _OPTION.unpack(_exactly(stream, _OPTION.size))
            _exactly(stream, length)
            if option == _EXPORT_NAME:
                line.sendall(struct.pack(">QH", self._disk.size, _FLAGS))
                return True
            if option in (_GO, _INFO):
                information = struct.pack(">HQH", 0, self._disk.size, _FLAGS)
                head = _OPTION_REPLY.pack(_REPLY_MAGIC, option, _INFORMATION, len(information))
                line.sendall(head + information + _OPTION_REPLY.pack(_REPLY_MAGIC, option, _ACK, 0))
                if option == _GO:
                    return True
            else:
                line.sendall(_OPTION_REPLY.pack(_REPLY_MAGIC, option, _ACK if option == _ABORT else _UNSUPPORTED, 0))
                if option == _ABORT:
                    return False

    def _request(self, line: socket.socket, stream: object) -> bool:
        _, _, command, handle, offset, length = _REQUEST.unpack(_exactly(stream, _REQUEST.size))
        content = _exactly(stream, length) if command == _WRITE else b""
        error, answer = 0, b""
        with self._mains.lock:
            if command == _DISCONNECT or self._mains.off.is_set():
                return False
            if command == _WRITE:
                self._disk.write(offset, content)
            if command in (_WRITE, _FLUSH):
                self._mains.count()
                if self._mains.off.is_set():
                    return False  # in the middle of it: a part of what is written may be there, a flush has not been
            if command == _READ:
                answer = self._disk.read(offset, length)
            elif command == _FLUSH:
                self._disk.flush()
            elif command != _WRITE:
                error = _EINVAL
        line.sendall(_ANSWER.pack(_ANSWER_MAGIC, error, handle) + answer)
        return True


def _exactly(stream: object, length: int) -> bytes:
    """So many bytes. Raises EOFError when the other side is gone."""
    content: bytes = stream.read(length)  # type: ignore[attr-defined]
    if len(content) < length:
        raise EOFError
    return content
