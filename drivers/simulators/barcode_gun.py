"""The simulated barcode gun on its wire: a pseudo terminal behind a path that survives unplugging."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import time
import tty
from pathlib import Path
from typing import ClassVar

from drivers.ports import DeviceKind
from drivers.simulators.active import ActiveFaults, to_clear
from drivers.simulators.base import COMMON_FAULTS

_FLOOD = 200


class BarcodeGunSimulator:
    """A gun that sends AIM prefix, text as UTF-8 and CR. `path` is a link to the pseudo terminal of the moment."""

    kind: DeviceKind = DeviceKind.BARCODE
    actions: ClassVar[dict[str, str]] = {
        "scan": "reads a code: its text, or prefix and text like ]C1ABC, or hex:... for raw bytes",
        "unplug": "pulls the cable",
        "plug": "puts the cable back",
    }
    faults: ClassVar[dict[str, str]] = {
        **COMMON_FAULTS,
        "split": "every code is sent in pieces, N milliseconds apart",
        "no_suffix": "codes are sent without a line end",
        "flood": "the next scan is sent N times without a pause",
    }

    def __init__(self, id: str, path: Path | str, *, prefix: str = "]Q1", suffix: bytes = b"\r") -> None:
        self.id = id
        self._path = Path(path)
        self._prefix = prefix
        self._suffix = suffix
        self._master = -1
        self._scans = 0
        self._last = ""
        self._heard = b""
        self._flood = 0
        self._split_s = self._slow_s = 0.0
        self._no_suffix = self._garble = self._refuse = False
        self._drop_after: int | None = None
        self._hung_until = 0.0
        self._active = ActiveFaults(self._ended)

    @property
    def address(self) -> str:
        """The path, the same whenever it is plugged in."""
        return str(self._path)

    async def start(self) -> None:
        """Plugs the gun in."""
        self._plug()

    async def stop(self) -> None:
        """Unplugs it and removes the path."""
        self._unplug()

    def _plug(self) -> None:
        if self._master >= 0:
            return
        master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(slave))
        fresh.replace(self._path)
        os.close(slave)
        self._master = master

    def _unplug(self) -> None:
        self._path.unlink(missing_ok=True)
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def state(self) -> dict[str, object]:
        """Whether it is plugged in, what it read, and what is broken."""
        return {
            "plugged": self._master >= 0,
            "scans": self._scans,
            "last_length": len(self._last),
            "told": self._told_so_far(),
            "faults": self._active.told(),
        }

    def _told_so_far(self) -> str:
        """What the kiosk has said to the gun, in hex."""
        with contextlib.suppress(BlockingIOError, OSError):
            while self._master >= 0 and (heard := os.read(self._master, 256)):
                self._heard += heard
        return self._heard[-64:].hex()

    async def act(self, action: str, argument: str | None = None) -> None:
        """See `actions`; a scan ends when its last byte is on the wire."""
        match action:
            case "scan":
                await self._scan(argument or "")
            case "unplug":
                self._unplug()
            case "plug":
                self._plug()
            case _:
                raise ValueError(f"{action}: a barcode gun knows {', '.join(self.actions)}")
        self._active.look()

    async def fault(self, fault: str, argument: str | None = None) -> None:
        """See `faults`."""
        match fault:
            case "clear":
                self._clear(to_clear(self.faults, argument))
                return
            case "absent":
                self._unplug()
            case "drop_after":
                self._drop_after = int(argument or 0)
            case "hang":
                self._hung_until = time.monotonic() + float(argument or 5)
            case "slow":
                self._slow_s = float(argument or 200) / 1000
            case "garble":
                self._garble = True
            case "refuse":
                self._refuse = True
            case "split":
                self._split_s = float(argument or 20) / 1000
            case "no_suffix":
                self._no_suffix = True
            case "flood":
                self._flood = int(argument or _FLOOD)
            case _:
                raise ValueError(f"{fault}: a barcode gun knows {', '.join(self.faults)}")
        self._active.add(fault, argument)

    def _clear(self, only: str | None) -> None:
        for fault in self.faults if only is None else (only,):
            match fault:
                case "absent":
                    self._plug()
                case "drop_after":
                    self._drop_after = None
                case "hang":
                    self._hung_until = 0.0
                case "slow":
                    self._slow_s = 0.0
                case "split":
                    self._split_s = 0.0
                case "flood":
                    self._flood = 0
                case "garble":
                    self._garble = False
                case "refuse":
                    self._refuse = False
                case "no_suffix":
                    self._no_suffix = False
            self._active.drop(fault)

    def _ended(self, fault: str) -> bool:
        match fault:
            case "absent":
                return self._master >= 0
            case "drop_after":
                return self._drop_after is None
            case "hang":
                return time.monotonic() >= self._hung_until
            case "flood":
                return self._flood == 0
        return False

    async def _scan(self, argument: str) -> None:
        frame = self._frame(argument)
        if self._refuse:
            return
        self._scans += 1
        self._last = argument
        await asyncio.sleep(max(self._slow_s, self._hung_until - time.monotonic()))
        times, self._flood = max(1, self._flood), 0
        for _ in range(times):
            await self._send(frame)

    def _frame(self, argument: str) -> bytes:
        if argument.startswith("hex:"):
            frame = self._prefix.encode() + bytes.fromhex(argument[4:])
        elif argument[:1] == "]" and len(argument) > 3:
            frame = argument.encode()
        else:
            frame = (self._prefix + argument).encode()
        if self._garble:
            frame = bytes(byte ^ 0x80 for byte in frame)
        return frame if self._no_suffix else frame + self._suffix

    async def _send(self, frame: bytes) -> None:
        size = 3 if self._split_s else 256
        for start in range(0, len(frame), size):
            if start and self._split_s:
                await asyncio.sleep(self._split_s)
            await self._write(frame[start : start + size])

    async def _write(self, data: bytes) -> None:
        dropped = False
        if self._drop_after is not None:
            data = data[: self._drop_after]
            self._drop_after -= len(data)
            dropped = self._drop_after == 0
        while data and self._master >= 0:
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self._master, data) :]
            # A full terminal is waited for, as a gun with handshake does.
            await asyncio.sleep(0.005 if data else 0)
        if dropped:
            self._drop_after = None
            # The bytes before the cut were on the wire; the reader gets a moment to take them.
            await asyncio.sleep(0.05)
            self._unplug()
            self._active.add("absent")
