"""The disk that forgets: it shows the newest, keeps what was flushed, and answers nobody once the power is off."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.powercut.disk import FATES, SECTOR, Disk, Mains, Server

READ, WRITE, FLUSH = 0, 1, 3
OLD, NEW, NEWER = b"o" * SECTOR, b"n" * SECTOR, b"N" * SECTOR


@pytest.fixture
def path(tmp_path: Path) -> Path:
    image = tmp_path / "image"
    image.write_bytes(OLD * 16)
    return image


@pytest.fixture
def disk(path: Path) -> Iterator[Disk]:
    with contextlib.closing(Disk(path)) as made:
        yield made


class Client:
    """The other side of the protocol, as its document has it."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=60)
        assert self._take(16) == b"NBDMAGICIHAVEOPT"
        self._take(2)
        self.line.sendall(struct.pack(">I", 3))
        self.line.sendall(struct.pack(">8sII", b"IHAVEOPT", 8, 0))  # structured replies, which it need not know
        assert struct.unpack(">QIII", self._take(20))[2:] == (0x80000001, 0)
        self.line.sendall(struct.pack(">8sIIIH", b"IHAVEOPT", 7, 6, 0, 0))
        assert struct.unpack(">QIII", self._take(20))[2:] == (3, 12)
        self.size = struct.unpack(">HQH", self._take(12))[1]
        assert struct.unpack(">QIII", self._take(20))[2:] == (1, 0)

    def _take(self, length: int) -> bytes:
        content = b""
        while len(content) < length:
            piece = self.line.recv(length - len(content))
            if not piece:
                raise EOFError
            content += piece
        return content

    def send(self, command: int, offset: int, length: int, content: bytes = b"") -> None:
        self.line.sendall(struct.pack(">IHHQQI", 0x25609513, 0, command, 7, offset, length) + content)

    def ask(self, command: int, offset: int, length: int, content: bytes = b"") -> bytes:
        self.send(command, offset, length, content)
        assert struct.unpack(">IIQ", self._take(16)) == (0x67446698, 0, 7)
        return self._take(length) if command == READ else b""


@pytest.mark.parametrize("fate", FATES)
def test_what_was_flushed_stays_whatever_the_disk_does_with_the_rest(disk: Disk, path: Path, fate: str) -> None:
    disk.write(0, NEW * 4)
    disk.flush()
    disk.write(8 * SECTOR, NEWER * 4)
    disk.lose(fate, random.Random(1))
    content = path.read_bytes()
    assert content[: 4 * SECTOR] == NEW * 4
    assert content[4 * SECTOR : 8 * SECTOR] == OLD * 4
    assert {content[place : place + SECTOR] for place in range(8 * SECTOR, 12 * SECTOR, SECTOR)} <= {OLD, NEWER}


def test_what_was_not_flushed_is_gone_or_there_a_sector_at_a_time(disk: Disk, path: Path) -> None:
    disk.write(0, NEW * 16)
    assert disk.lose("nothing", random.Random(1)) == (16, 0)
    assert path.read_bytes() == OLD * 16
    disk.write(0, NEW * 16)
    waiting, kept = disk.lose("a part", random.Random(1))
    assert (waiting, path.read_bytes().count(NEW)) == (16, kept)
    assert 0 < kept < 16


def test_the_first_so_many_are_those_that_were_written_first(disk: Disk, path: Path) -> None:
    for sector in range(16):
        disk.write((15 - sector) * SECTOR, NEW)
    _, kept = disk.lose("the first", random.Random(3))
    assert path.read_bytes() == OLD * (16 - kept) + NEW * kept


def test_a_machine_sees_what_it_wrote_before_it_is_sure(disk: Disk) -> None:
    server = Server(disk, Mains(None))
    try:
        client = Client(server.port)
        assert client.size == 16 * SECTOR
        client.ask(WRITE, SECTOR, 2 * SECTOR, NEW + NEWER)
        assert client.ask(READ, 0, 4 * SECTOR) == OLD + NEW + NEWER + OLD
        client.ask(FLUSH, 0, 0)
        assert disk.lose("nothing", random.Random(1)) == (0, 0)
        assert client.ask(READ, 0, 4 * SECTOR) == OLD + NEW + NEWER + OLD
        client.line.close()
    finally:
        server.close()


@pytest.mark.parametrize(("last", "waiting"), [(WRITE, 2), (FLUSH, 1)])
def test_the_power_goes_in_the_middle_of_a_request_which_is_never_answered(disk: Disk, last: int, waiting: int) -> None:
    mains = Mains(2)
    server = Server(disk, mains)
    client = Client(server.port)
    try:
        client.ask(WRITE, 0, SECTOR, NEW)
        length = SECTOR if last == WRITE else 0
        client.send(last, SECTOR, length, NEWER[:length])
        assert mains.off.wait(60)
    finally:
        server.close()
    with pytest.raises((EOFError, ConnectionError)):
        client.ask(READ, 0, SECTOR)
    client.line.close()
    assert disk.lose("nothing", random.Random(1)) == (waiting, 0)
