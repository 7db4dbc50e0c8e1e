"""The simulated receipt printer on its wire: ESC/POS in, paper coming out as pictures, faults as real ones are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import ClassVar

from PIL import Image

from drivers.ports import DeviceKind
from drivers.simulators.active import ActiveFaults, to_clear
from drivers.simulators.base import COMMON_FAULTS
from drivers.simulators.escpos_engine import DOTS_PER_MM, Engine
from drivers.simulators.escpos_wires import Line, NetworkWire, TerminalWire, UsbWire, Wire

PORT_NAME = "printer-port"
_SLICE_ROWS = 16
_LOOKS_KEPT = 16


class EscposPrinterSimulator:
    """A receipt printer. `folder` gets receipt-0001.png and so on, torn and unfinished ones too.

    `wire` is network, serial (with `baud`, 0 without a limit) or usb, for which `folder` gets the path `printer-port`.
    `speed_mm_s` 0 prints as fast as it can. `buffer_bytes` is what the printer takes without printing; then the line
    backs up. Paper is counted in millimetres.
    """

    kind: DeviceKind = DeviceKind.PRINTER
    actions: ClassVar[dict[str, str]] = {
        "tear": "takes what hangs out of the printer, cut or not",
        "refill": "puts in a new roll, of N millimetres if told, and closes the cover",
        "open_cover": "opens the cover",
        "close_cover": "closes the cover; frees a jammed cutter",
    }
    faults: ClassVar[dict[str, str]] = {
        **COMMON_FAULTS,
        "paper_out": "the roll is used up",
        "paper_low": "the near-end sensor trips",
        "paper_out_after": "the roll ends after N more millimetres",
        "cover_open": "the cover is open until cleared or closed",
        "cutter_jam": "the cutter is jammed; with argument next, it jams at the next cut",
        "hot": "the head is too hot to print until cleared",
        "slow_paper": "prints N millimetres a second",
        "swallow": "takes every byte and loses it, calls itself well",
        "power_cycle": "switched off and, N milliseconds later, on again",
        "stall": "takes every byte, calls itself well, prints nothing",
        "half": "answers DLE EOT 1 and leaves the other questions unanswered",
        "stale": "every status answer is followed by an old good one",
    }

    def __init__(
        self,
        id: str,
        folder: Path | str,
        *,
        dots: int = 576,
        paper_mm: int = 50_000,
        speed_mm_s: float = 200.0,
        buffer_bytes: int = 65_536,
        port: int = 0,
        wire: str = "network",
        baud: int = 0,
    ) -> None:
        self.id = id
        self.engine = Engine(dots=dots, paper_mm=paper_mm)
        self._folder = Path(folder)
        self._paper_mm = paper_mm
        self._speed = speed_mm_s
        self._capacity = buffer_bytes
        self._usual_speed = speed_mm_s
        self.wire = self._wired(wire, port, baud)
        self._tasks: set[asyncio.Task[None]] = set()
        self._answering: Line | None = None
        self._off = False
        self._coming = ""
        self._coming_rows = self._looks = 0
        self._work = asyncio.Event()
        self._room = asyncio.Event()
        self._receipts: list[str] = []
        self._hanging = False
        self._absent = self._garble = self._refuse = self._stale = False
        self._drop_after: int | None = None
        self._hung_until = self._on_again = 0.0
        self._slow_s = 0.0
        self._told_automatic = b""
        self._roll_ends_rows = 0
        self._active = ActiveFaults(self._ended)

    def _wired(self, wire: str, port: int, baud: int) -> Wire:
        match wire:
            case "network":
                return NetworkWire(self._take, self._admits, port)
            case "serial":
                return TerminalWire(self._take, self._folder / PORT_NAME, baud)
            case "usb":
                return UsbWire(self._take, self._folder / PORT_NAME)
        raise ValueError(f"wire: {wire} is none of network, serial, usb")

    # --- life ---

    @property
    def address(self) -> str:
        """host:port, or the path of the cable; the same over power cycles."""
        return self.wire.address

    async def start(self) -> None:
        """Plugs it in and starts the mechanism."""
        self._folder.mkdir(parents=True, exist_ok=True)
        await self.wire.plug()
        self._spawn(self._mechanism())

    async def stop(self) -> None:
        """Hangs up and stops the mechanism."""
        self._hung_until = 0.0
        await self.wire.unplug()
        for look in range(_LOOKS_KEPT):
            (self._folder / f"coming-{look}.png").unlink(missing_ok=True)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _power_off(self) -> None:
        """What was received and not printed is gone; what is on paper stays."""
        self._off = True
        self.engine.power_off()
        self._answering, self._told_automatic = None, b""
        self._room.set()
        if not self.wire.survives_power:
            await self.wire.unplug()

    async def _power_on(self) -> None:
        self._off = False
        await self.wire.plug()

    async def _switch_on_again(self) -> None:
        while (left := self._on_again - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.05))
        if not self._absent:
            await self._power_on()

    # --- what a person sees and does ---

    def state(self) -> dict[str, object]:
        """Paper left in mm, cover, receipts so far (paths), whether one hangs out."""
        engine = self.engine
        return {
            "paper_left_mm": engine.paper.left_rows // DOTS_PER_MM,
            "paper_low": engine.near_end,
            "cover_open": engine.cover_open,
            "cutter_jammed": engine.cutter_error,
            "hot": engine.hot,
            "printing": bool(engine.buffer) and not engine.offline,
            "speed_mm_s": self._speed,
            "receipts": list(self._receipts),
            "receipt_hanging": self._hanging,
            "coming_mm": max(0, self.engine.paper.out_rows) // DOTS_PER_MM,
            "coming": self._picture_of_what_comes(),
            "faults": self._active.told(),
        }

    def _picture_of_what_comes(self) -> str:
        """A picture of the paper on its way out, "" when there is none; another name for each look, as it grows."""
        paper = self.engine.paper
        if paper.out_rows > 0 and paper.out_rows == self._coming_rows:
            return self._coming
        self._coming, self._coming_rows = "", paper.out_rows
        picture = paper.out()
        if picture is not None:
            self._looks += 1
            # Not one and the same file: whoever was told of the last one may still be about to open it.
            path = self._folder / f"coming-{self._looks % _LOOKS_KEPT}.png"
            picture.save(path, format="PNG")
            self._coming = str(path)
        return self._coming

    async def act(self, action: str, argument: str | None = None) -> None:
        """See `actions`."""
        engine = self.engine
        match action:
            case "tear":
                self._keep(engine.paper.cut())
                self._hanging = False
            case "refill":
                self._new_roll(_number(argument, self._paper_mm))
                engine.cover_open = engine.low_forced = False
                engine.free_cutter()
            case "open_cover":
                engine.cover_open = True
            case "close_cover":
                engine.cover_open = False
                engine.free_cutter()
            case _:
                raise ValueError(f"{action}: a printer knows {', '.join(self.actions)}")
        self._active.look()
        self._wake()

    async def fault(self, fault: str, argument: str | None = None) -> None:
        """See `faults`."""
        engine = self.engine
        match fault:
            case "clear":
                await self._clear(to_clear(self.faults, argument))
                return
            case "absent":
                self._absent = True
                await self._power_off()
                # No cable either: a serial port that is not there has no path.
                await self.wire.unplug()
            case "power_cycle":
                self._on_again = time.monotonic() + _number(argument, 3000) / 1000
                await self._power_off()
                self._spawn(self._switch_on_again())
            case "drop_after":
                self._drop_after = _number(argument, 0)
            case "hang":
                self._hung_until = time.monotonic() + float(argument or 5)
            case "slow":
                self._slow_s = float(argument or 200) / 1000
            case "garble":
                self._garble = True
            case "refuse":
                self._refuse = True
                self.wire.hang_up()
            case "hot":
                engine.hot = True
            case "swallow":
                engine.swallowing = True
            case "slow_paper":
                self._speed = float(_number(argument, 20))
            case "paper_out":
                engine.paper.left_rows = self._roll_ends_rows = 0
            case "paper_out_after":
                engine.paper.left_rows = self._roll_ends_rows = _number(argument, 0) * DOTS_PER_MM
            case "paper_low":
                engine.low_forced = True
            case "cover_open":
                engine.cover_open = True
            case "cutter_jam":
                engine.jam_next_cut = True
                engine.cutter_error = argument != "next"
            case "stall":
                engine.stalled = True
            case "half":
                engine.deaf = frozenset((2, 3, 4))
            case "stale":
                self._stale = True
            case _:
                raise ValueError(f"{fault}: a printer knows {', '.join(self.faults)}")
        if fault in ("paper_out", "paper_out_after"):
            self._active.drop("paper_out", "paper_out_after")  # there is one roll
        self._active.add(fault, argument)
        self._wake()

    async def _clear(self, only: str | None) -> None:
        for fault in self.faults if only is None else (only,):
            await self._mend(fault)
        self._wake()

    async def _mend(self, fault: str) -> None:
        engine = self.engine
        match fault:
            case "absent" if self._absent:
                self._absent = False
                await self._power_on()
            case "swallow":
                engine.swallowing = False
            case "power_cycle":
                self._on_again = 0.0
            case "hot":
                engine.hot = False
            case "slow_paper":
                self._speed = self._usual_speed
            case "drop_after":
                self._drop_after = None
            case "hang":
                self._hung_until = 0.0
            case "slow":
                self._slow_s = 0.0
            case "garble":
                self._garble = False
            case "refuse":
                self._refuse = False
            case "stale":
                self._stale = False
            case "half":
                engine.deaf = frozenset()
            case "stall":
                engine.stalled = False
            case "paper_low":
                engine.low_forced = False
            case "cover_open":
                engine.cover_open = False
            case "cutter_jam":
                engine.jam_next_cut = engine.cutter_error = False
            case "paper_out" | "paper_out_after" if engine.paper_end or fault in self._active:
                self._new_roll(self._paper_mm)
        self._active.drop(fault)

    def _new_roll(self, millimetres: int) -> None:
        """Takes the old roll out with whatever was printed on it, and nothing else."""
        paper = self.engine.paper
        self._keep(paper.cut(at_head=True))
        paper.left_rows = millimetres * DOTS_PER_MM
        paper.thread_in()
        self._hanging = False

    def _ended(self, fault: str) -> bool:
        engine = self.engine
        match fault:
            case "absent":
                return not self._absent
            case "drop_after":
                return self._drop_after is None
            case "hang":
                return time.monotonic() >= self._hung_until
            case "paper_out" | "paper_out_after":
                return engine.paper.left_rows > self._roll_ends_rows
            case "paper_low":
                return not engine.low_forced
            case "cover_open":
                return not engine.cover_open
            case "cutter_jam":
                return not (engine.cutter_error or engine.jam_next_cut)
            case "power_cycle":
                return time.monotonic() >= self._on_again
        return False

    # --- the wire ---

    def _wake(self) -> None:
        self._work.set()
        self._room.set()
        self._tell_by_itself()

    def _tell_by_itself(self) -> None:
        """Automatic status: whenever it is another than was told last."""
        if self.engine.automatic_status and (told := self.engine.automatic_reply()) != self._told_automatic:
            self._told_automatic = told
            self._answer(told)

    def _admits(self) -> bool:
        return not (self._refuse or self._off)

    async def _take(self, line: Line, data: bytes) -> bool:
        """Takes what comes over the wire; see escpos_wires.Take."""
        await self._hang()
        if self._off or self._refuse:
            return self.wire.survives_power  # a cable carries what nobody hears
        if self._drop_after is not None:
            data = data[: self._drop_after]
            self._drop_after -= len(data)
        self._answering = line
        replies = self.engine.receive(data)
        self._wake()
        if self._drop_after == 0:
            self._drop_after = None
            await self._drop()
            return self.wire.survives_power
        self._answer(self._status_faults(replies))
        while self._full and not line.closed and not self._off:
            self._room.clear()
            await self._room.wait()
        return True

    async def _drop(self) -> None:
        """The line is cut and at once there again: a connection is hung up, a cable's plug is knocked out and put back."""
        self._answering = None
        self.wire.hang_up()
        if isinstance(self.wire, TerminalWire):
            self._spawn(self._replug())

    async def _replug(self) -> None:
        await self.wire.unplug()
        await self.wire.plug()

    @property
    def _full(self) -> bool:
        return len(self.engine.buffer) >= self._capacity and not self.engine.stalled

    async def _hang(self) -> None:
        while (left := self._hung_until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.05))

    def _status_faults(self, replies: bytes) -> bytes:
        return replies + b"\x12" if self._stale and replies else replies

    def _answer(self, replies: bytes) -> None:
        line = self._answering
        if not replies or line is None:
            return
        if self._garble:
            replies = bytes(reply ^ 0xFF for reply in replies)
        if self._slow_s:
            asyncio.get_running_loop().call_later(self._slow_s, line.write, replies)
        else:
            line.write(replies)

    # --- the mechanism ---

    async def _mechanism(self) -> None:
        """Carries the buffer out at the speed of paper."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await self._hang()
            before = self.engine.moved_rows
            replies = self.engine.step(_SLICE_ROWS)
            if replies is None:
                self._work.clear()
                await self._work.wait()
                due = loop.time()
                continue
            rows = self.engine.moved_rows - before
            if self._speed:
                due += rows / DOTS_PER_MM / self._speed
            # Rests in steps of a few milliseconds; the sum is kept, so the speed is right on average.
            rest = due - loop.time()
            await asyncio.sleep(rest if rest > 0.004 else 0)
            self._finish_pieces()
            self._answer(replies)
            self._tell_by_itself()  # the roll may have ended, or the knife jammed
            self._room.set()

    def _finish_pieces(self) -> None:
        for piece in self.engine.pieces:
            self._keep(piece)
            self._hanging = True
        self.engine.pieces.clear()

    def _keep(self, piece: Image.Image | None) -> None:
        if piece is None:
            return
        path = self._folder / f"receipt-{len(self._receipts) + 1:04d}.png"
        # Whole or not at all: the dock shows it as soon as it is there.
        part = path.with_suffix(".part")
        piece.save(part, format="PNG")
        part.replace(path)
        self._receipts.append(str(path))


def _number(argument: str | None, default: int) -> int:
    return default if argument in (None, "") else int(str(argument))
