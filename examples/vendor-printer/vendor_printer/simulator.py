"""The ZPL printer on its wire, for tests: slips come out as pictures, and it fails as such printers do."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from pathlib import Path
from typing import ClassVar

from PIL import Image

from drivers.ports import DeviceKind
from drivers.simulators.base import COMMON_FAULTS

ROWS_A_MM = 8
SLICE_ROWS = 8
PLENTY_MM = 50_000
_COMMAND = re.compile(rb"~(?P<now>[A-Z]{2})|(?P<format>\^XA.*?\^XZ)", re.DOTALL)
_GRAPHIC = re.compile(rb"\^GFA,(\d+),\d+,(\d+),([0-9A-F]+)\^FS")


class ZplSimulator:
    """Prints a row of 8 dots a millimetre, `rows_per_s` of them; the slips are `receipts` in `folder`."""

    kind = DeviceKind.PRINTER
    actions: ClassVar[dict[str, str]] = {
        "refill": "puts in a new roll; what was printed of a broken-off slip comes out with the old one",
        "open_cover": "lifts the head",
        "close_cover": "closes the head",
    }
    faults: ClassVar[dict[str, str]] = {
        **COMMON_FAULTS,
        "paper_out": "the roll is used up",
        "paper_out_after": "the roll ends after N more millimetres",
        "stall": "takes slips, calls itself well, prints nothing",
        "stale": "every status is followed by an old good one",
    }

    def __init__(self, id: str, folder: Path, rows_per_s: float = 8000.0) -> None:
        self.id = id
        self._folder = folder
        self._rows_per_s = rows_per_s
        self._port = 0
        self._server: asyncio.Server | None = None
        self._mechanism: asyncio.Task[None] | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._receipts: list[str] = []
        self._formats: list[list[bytes]] = []
        self._strip: list[bytes] = []
        self._left_rows = PLENTY_MM * ROWS_A_MM
        self._reprint = True
        self._head_open = False
        self._mend_wire()

    def _mend_wire(self) -> None:
        self._broken: set[str] = set()
        self._drop_after: int | None = None
        self._hung_until = self._slow_s = 0.0

    @property
    def address(self) -> str:
        """host:port, the same after an absence."""
        return f"127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listens and starts the mechanism."""
        self._folder.mkdir(parents=True, exist_ok=True)
        await self._listen()
        self._mechanism = asyncio.create_task(self._print())

    async def stop(self) -> None:
        """Hangs up and stops."""
        self._unlisten()
        if self._mechanism is not None:
            self._mechanism.cancel()
            await asyncio.gather(self._mechanism, return_exceptions=True)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = int(self._server.sockets[0].getsockname()[1])

    def _unlisten(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for line in list(self._lines):
            line.transport.abort()

    # --- hands --------------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, object]:
        """Slips so far, and what is wrong."""
        return {
            "receipts": list(self._receipts),
            "paper_out": self._paper_out,
            "head_open": self._head_open,
            "faults": [{"name": name, "argument": None} for name in sorted(self._broken)],
        }

    async def act(self, action: str, argument: str | None = None) -> None:
        """See `actions`."""
        if action == "refill":
            self._come_out()
            self._left_rows = PLENTY_MM * ROWS_A_MM
        elif action in ("open_cover", "close_cover"):
            self._head_open = action == "open_cover"
        else:
            raise ValueError(f"{action}: unknown")

    async def fault(self, fault: str, argument: str | None = None) -> None:
        """See `faults`."""
        if fault == "clear":
            absent = "absent" in self._broken
            self._mend_wire()
            if self._paper_out:
                await self.act("refill")
            self._head_open = False
            if absent:
                await self._listen()
        elif fault in ("paper_out", "paper_out_after"):
            self._left_rows = int(argument or 0) * ROWS_A_MM if fault == "paper_out_after" else 0
        elif fault == "drop_after":
            self._drop_after = int(argument or 0)
        elif fault == "hang":
            self._hung_until = time.monotonic() + float(argument or 5)
        elif fault == "slow":
            self._slow_s = float(argument or 200) / 1000
        elif fault in self.faults:
            self._broken.add(fault)
            if fault == "absent":
                self._formats.clear()  # switched off: what was not printed is forgotten
                self._strip.clear()
                self._unlisten()
            elif fault == "refuse":
                for line in list(self._lines):
                    line.transport.abort()
        else:
            raise ValueError(f"{fault}: unknown")

    # --- the wire -----------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "refuse" in self._broken:
            writer.transport.abort()
            return
        self._lines.add(writer)
        received = b""
        try:
            while data := await reader.read(65_536):
                while time.monotonic() < self._hung_until:
                    await asyncio.sleep(0.02)
                await asyncio.sleep(self._slow_s)
                if self._drop_after is not None:
                    data = data[: self._drop_after]
                    self._drop_after -= len(data)
                received = self._take(received + data, writer)
                if self._drop_after == 0:
                    self._drop_after = None
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._lines.discard(writer)
            writer.transport.abort()

    def _take(self, received: bytes, writer: asyncio.StreamWriter) -> bytes:
        """Carries out every command that is whole; what is left of them."""
        while match := _COMMAND.search(received):
            if match["now"] == b"HS":
                self._answer(writer, self._status())
            elif match["now"] == b"JA":
                self._formats.clear()
            elif match["format"]:
                self._format(match["format"])
            received = received[match.end() :]
        return received

    def _answer(self, writer: asyncio.StreamWriter, status: bytes) -> None:
        if "stale" in self._broken:
            status += self._status(well=True)
        if "garble" in self._broken:
            status = bytes(byte ^ 0x15 for byte in status)
        with contextlib.suppress(ConnectionError):
            writer.write(status)

    def _status(self, well: bool = False) -> bytes:
        out, up, waiting = (0, 0, 0) if well else (int(self._paper_out), int(self._head_open), len(self._formats))
        return (
            f"\x02030,{out},0,1245,{waiting:03},0,0,0,000,0,0,0\x03\r\n"
            f"\x02000,0,{up},0,0,2,4,0,{waiting:08},1,000\x03\r\n\x021234,0\x03\r\n"
        ).encode("ascii")

    def _format(self, data: bytes) -> None:
        if b"^JZ" in data:
            self._reprint = b"^JZY" in data
        if graphic := _GRAPHIC.search(data):
            total, width, ink = int(graphic[1]), int(graphic[2]), bytes.fromhex(graphic[3].decode())
            self._formats.append([ink[start : start + width] for start in range(0, total, width)])

    # --- the mechanism ------------------------------------------------------------------------------------------------

    @property
    def _paper_out(self) -> bool:
        return self._left_rows <= 0

    async def _print(self) -> None:
        """Row by row; an error stops it, and afterwards the slip begins again unless ^JZN was set."""
        while True:
            await asyncio.sleep(SLICE_ROWS / self._rows_per_s)
            if not self._formats or "stall" in self._broken or self._head_open or self._paper_out:
                continue
            rows = self._formats[0]
            begun = len(self._strip)
            for row in rows[begun : begun + SLICE_ROWS]:
                if self._paper_out:
                    break
                self._strip.append(row)
                self._left_rows -= 1
            if len(self._strip) >= len(rows):
                self._come_out()
                self._formats.pop(0)

    def _come_out(self) -> None:
        """Everything behind the head is cut off; a broken-off slip is thus either begun again or given up."""
        strip, self._strip = self._strip, []
        if not any(any(row) for row in strip):
            return
        if self._paper_out and self._formats and not self._reprint:
            self._formats.pop(0)
        ink = Image.frombytes("1", (len(strip[0]) * 8, len(strip)), b"".join(strip))
        path = self._folder / f"slip-{len(self._receipts) + 1:04}.png"
        ink.point(lambda level: 255 - level).save(path)
        self._receipts.append(str(path))
