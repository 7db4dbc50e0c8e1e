"""The inside of the simulated receipt printer: receive buffer, command interpreter, paper, cutter and sensors."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from PIL import Image

from drivers.simulators.escpos_text import QrSettings, Type, text_rows

DOTS_PER_MM: Final = 8
HEAD_TO_CUTTER_ROWS: Final = 96  # 12 mm: what was printed last has not reached the knife yet
_REAL_TIME: Final = re.compile(rb"\x10\x04[\x01-\x04]|\x10\x05[\x01\x02]|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08")
_LONGEST_REAL_TIME: Final = 10
_ESC_LENGTHS: Final = {b"@": 0, b"2": 0, b"i": 0, b"m": 0, b"p": 3, b"c": 2, b"$": 2, b"\\": 2}
_ESC_ONE: Final = (b"d", b"J", b"3", b"E", b"G", b"!", b"a")
_GS_LENGTHS: Final = {b"L": 2, b"W": 2, b"P": 2, b"$": 2, b"\\": 2}


@dataclass
class Paper:
    """The roll and the strip that hangs out of it; rows run from the torn edge down to the print head."""

    dots: int
    left_rows: int
    strip: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.thread_in()

    @property
    def blank(self) -> bytes:
        """A row without ink."""
        return bytes(self.dots // 8)

    def thread_in(self) -> None:
        """A fresh strip: from the cutter to the head, nothing printed."""
        self.strip = [self.blank] * HEAD_TO_CUTTER_ROWS

    def put(self, row: bytes) -> bool:
        """Burns one row and moves on; False when there is no paper under the head."""
        if self.left_rows <= 0:
            return False
        width = self.dots // 8
        self.strip.append(row[:width].ljust(width, b"\0"))
        self.left_rows -= 1
        return True

    @property
    def out_rows(self) -> int:
        """How much paper is beyond the knife."""
        return len(self.strip) - HEAD_TO_CUTTER_ROWS

    def out(self) -> Image.Image | None:
        """What is beyond the knife, as a picture; None while that is blank."""
        return self._picture(self.strip[: self.out_rows]) if self.out_rows > 0 else None

    def cut(self, at_head: bool = False) -> Image.Image | None:
        """Takes off what is beyond the knife (or all, `at_head`) as a picture; None when there is no ink on it."""
        knife = len(self.strip) if at_head else len(self.strip) - HEAD_TO_CUTTER_ROWS
        piece, self.strip = self.strip[:knife], self.strip[knife:]
        return self._picture(piece)

    def _picture(self, piece: list[bytes]) -> Image.Image | None:
        if not any(any(row) for row in piece):
            return None
        ink = Image.frombytes("1", (self.dots, len(piece)), b"".join(piece))
        return ink.point(lambda level: 255 - level)


@dataclass
class Engine:
    """Interprets ESC/POS as a real printer does: bytes wait in a buffer, real-time commands do not.

    `receive` takes bytes and returns what is answered at once; `step` carries out a little of the buffer and returns what
    is answered then. Offline (cover, paper end, cutter) nothing of the buffer is carried out, and nothing of it is lost.
    """

    dots: int = 576
    paper_mm: int = 50_000
    near_end_mm: int = 2_000
    buffer: bytearray = field(default_factory=bytearray)
    cover_open: bool = False
    cutter_error: bool = False
    jam_next_cut: bool = False
    low_forced: bool = False
    hot: bool = False
    stalled: bool = False
    swallowing: bool = False
    automatic_status: int = 0
    deaf: frozenset[int] = frozenset()
    pieces: list[Image.Image] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.paper = Paper(self.dots, self.paper_mm * DOTS_PER_MM)
        self._seen = b""
        self._raster: tuple[int, int] | None = None
        self._line = ""
        self._type = Type()
        self._qr = QrSettings()
        self.moved_rows = 0

    # --- sensors ---

    @property
    def paper_end(self) -> bool:
        """Whether the head has no paper."""
        return self.paper.left_rows <= 0

    @property
    def near_end(self) -> bool:
        """Whether the roll is nearly used up."""
        return self.low_forced or self.paper.left_rows < self.near_end_mm * DOTS_PER_MM

    @property
    def offline(self) -> bool:
        """Whether the buffer rests."""
        return self.cover_open or self.paper_end or self.cutter_error or self.hot

    def real_time_status(self, number: int) -> int:
        """The reply byte to DLE EOT `number`."""
        fixed = 0x12
        if number == 1:
            return fixed | (0x08 if self.offline else 0)
        if number == 2:
            cover = 0x04 if self.cover_open else 0
            return fixed | cover | (0x20 if self.paper_end else 0) | (0x40 if self.cutter_error or self.hot else 0)
        if number == 3:
            return fixed | (0x08 if self.cutter_error else 0) | (0x40 if self.hot else 0)
        return fixed | (0x0C if self.near_end else 0) | (0x60 if self.paper_end else 0)

    def automatic_reply(self) -> bytes:
        """The four bytes of automatic status (GS a)."""
        first = 0x10 | (0x08 if self.offline else 0) | (0x20 if self.cover_open else 0)
        second = (0x08 if self.cutter_error else 0) | (0x40 if self.hot else 0)
        third = (0x03 if self.near_end else 0) | (0x0C if self.paper_end else 0)
        return bytes((first, second, third, 0))

    # --- the wire's side ---

    def power_off(self) -> None:
        """Forgets all that is not paper."""
        self._clear()
        self._type, self._qr = Type(), QrSettings()
        self._seen = b""
        self.automatic_status = 0

    def free_cutter(self) -> None:
        """A hand frees the knife through the open cover; one that is only going to jam is still going to."""
        if self.cutter_error:
            self.cutter_error = self.jam_next_cut = False

    def receive(self, data: bytes) -> bytes:
        """Takes bytes as they arrive; obeys real-time commands wherever they stand, even inside picture data."""
        replies = b""
        known = len(self._seen)
        stream = self._seen + data
        start = known
        for match in _REAL_TIME.finditer(stream):
            if match.end() <= known:
                continue
            self._keep(stream[start : match.end()])
            start = match.end()
            replies += self._real_time(match.group())
        self._keep(stream[start:])
        self._seen = stream[-(_LONGEST_REAL_TIME - 1) :]
        return replies

    def _keep(self, data: bytes) -> None:
        if not self.swallowing:
            self.buffer += data

    def _real_time(self, command: bytes) -> bytes:
        if command[1] == 0x04:
            return b"" if command[2] in self.deaf else bytes((self.real_time_status(command[2]),))
        if command[1] == 0x05:
            self.cutter_error = False
            if command[2] == 2:
                self._clear()
            return b""
        self._clear()
        return b"\x37\x25\x00"

    def _clear(self) -> None:
        self.buffer.clear()
        self._raster = None
        self._line = ""

    # --- carrying out ---

    def step(self, rows: int) -> bytes | None:
        """Carries out one command, or at most `rows` rows of a picture; the replies, or None when nothing can be done."""
        if self.offline or self.stalled or not self.buffer:
            return None
        if self._raster:
            return b"" if self._print_raster(rows) else None
        return self._command()

    def _print_raster(self, rows: int) -> bool:
        assert self._raster is not None
        width, left = self._raster
        done = 0
        while done < rows and left and len(self.buffer) >= width:
            if not self._put(bytes(self.buffer[:width])):
                break
            del self.buffer[:width]
            left -= 1
            done += 1
        self._raster = (width, left) if left else None
        return done > 0

    def _put(self, row: bytes) -> bool:
        if self.paper.put(row):
            self.moved_rows += 1
            return True
        return False

    def _feed(self, rows: int) -> None:
        for _ in range(rows):
            if not self._put(self.paper.blank):
                return

    def _command(self) -> bytes | None:
        buffer = self.buffer
        first = buffer[0]
        if first == 0x10:
            return self._skip(10 if bytes(buffer[1:2]) == b"\x14" else 3)
        if first == 0x1B:
            return self._escape()
        if first == 0x1D:
            return self._group()
        del buffer[0]
        if first == 0x0A:
            self._print_line()
        elif first >= 0x20:
            self._line += chr(first)
        return b""

    def _skip(self, length: int) -> bytes | None:
        if len(self.buffer) < length:
            return None
        del self.buffer[:length]
        return b""

    def _escape(self) -> bytes | None:
        buffer = self.buffer
        if len(buffer) < 2:
            return None
        name = bytes(buffer[1:2])
        if name == b"@":
            self._line, self._type = "", Type()
        elif name in (b"i", b"m"):
            return self._cut(2)
        elif name in _ESC_ONE:
            if len(buffer) < 3:
                return None
            self._escape_one(name, buffer[2])
        elif name == b"D":
            end = buffer.find(0, 2)  # tab stops, up to a NUL
            return self._skip(end + 1) if end >= 0 else None
        return self._skip(2 + _ESC_LENGTHS.get(name, 1))

    def _escape_one(self, name: bytes, value: int) -> None:
        match name:
            case b"3":
                self._type.line_rows = value
            case b"E" | b"G":
                self._type.bold = bool(value & 1)
            case b"!":
                self._type.bold = bool(value & 0x08)
                self._type.wide, self._type.tall = 1 + (value >> 5 & 1), 1 + (value >> 4 & 1)
            case b"a":
                self._type.align = value % 48 if value % 48 < 3 else 0
            case _:
                self._print_line(feed=False)
                self._feed(value * (self._type.line_rows if name == b"d" else 1))

    def _group(self) -> bytes | None:
        buffer = self.buffer
        if len(buffer) < 3:
            return None
        name = bytes(buffer[1:2])
        match name:
            case b"v":
                if len(buffer) < 8:
                    return None
                width, height = buffer[4] | buffer[5] << 8, buffer[6] | buffer[7] << 8
                self._raster = (width, height) if width and height else None
                return self._skip(8)
            case b"V":
                function_b = buffer[2] in (65, 66)
                if function_b and len(buffer) < 4:
                    return None
                if function_b:
                    self._feed(HEAD_TO_CUTTER_ROWS + buffer[3])
                    if self.paper_end:
                        return b""  # the cut waits in the buffer for new paper
                return self._cut(4 if function_b else 3)
            case b"r":
                self._skip(3)
                return bytes(((0x03 if self.near_end else 0) | (0x0C if self.paper_end else 0),))
            case b"a":
                self.automatic_status = buffer[2]
                self._skip(3)
                return self.automatic_reply() if self.automatic_status else b""
            case b"!":
                self._type.size(buffer[2])
                return self._skip(3)
            case b"(":
                if len(buffer) < 5:
                    return None
                return self._function(5 + (buffer[3] | buffer[4] << 8))
            case _:
                return self._skip(2 + _GS_LENGTHS.get(name, 1))

    def _function(self, length: int) -> bytes | None:
        if len(self.buffer) < length:
            return None
        command = bytes(self.buffer[:length])
        del self.buffer[:length]
        if command[2:3] == b"H" and command[5:7] == b"\x30\x30":  # process id: echoed when all before it is done
            return b"\x37\x22" + command[7:11] + b"\0"
        if command[2:3] == b"k" and command[5:6] == b"1" and self._qr.take(command[6], command[7:]):
            for row in self._qr.rows(self.dots, self._type.align):
                self._put(row)
        return b""

    def _cut(self, length: int = 0) -> bytes | None:
        if self.jam_next_cut:
            self.cutter_error = True
            return b""
        piece = self.paper.cut()
        if piece is not None:
            self.pieces.append(piece)
        return self._skip(length)

    def _print_line(self, feed: bool = True) -> None:
        if self._line:
            rows = text_rows(self._line, self.dots, self._type)
            for row in rows:
                self._put(row)
            self._line = ""
            self._feed(max(0, self._type.line_rows - len(rows)))
        elif feed:
            self._feed(self._type.line_rows)
