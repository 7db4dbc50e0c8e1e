"""The simulated camera: a folder into which the frames that it would see are moved, one a code held before it."""

from __future__ import annotations

import asyncio
import io
import time
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import segno
from PIL import Image, ImageFilter

from drivers.ports import DeviceKind
from drivers.simulators.active import ActiveFaults, to_clear
from drivers.simulators.base import COMMON_FAULTS

_SIZE = (1280, 720)


class CameraFramesSimulator:
    """A camera whose frames are files. `scan` holds a code before it; its cable is the folder."""

    kind: DeviceKind = DeviceKind.BARCODE
    actions: ClassVar[dict[str, str]] = {
        "scan": "holds a QR code before the camera: its text, or hex:... for raw bytes",
        "unplug": "pulls the cable",
        "plug": "puts the cable back",
    }
    faults: ClassVar[dict[str, str]] = {
        **COMMON_FAULTS,
        "split": "no meaning for pictures: frames come whole",
        "no_suffix": "no meaning for pictures: a code has no line end",
        "dark": "hardly any light",
        "flood": "the next code is seen in N frames without a pause",
    }

    def __init__(self, id: str, path: Path | str) -> None:
        self.id = id
        self._path = Path(path)
        self._random = np.random.default_rng(7)
        self._count = 0
        self._set: dict[str, str] = {}
        self._hung_until = 0.0
        self._active = ActiveFaults(self._ended)

    @property
    def address(self) -> str:
        """The folder, the same whenever it is plugged in."""
        return str(self._path)

    async def start(self) -> None:
        """Plugs the camera in."""
        self._plug()

    async def stop(self) -> None:
        """Unplugs it and removes every frame."""
        self._unplug()

    def _plug(self) -> None:
        self._path.mkdir(parents=True, exist_ok=True)

    def _unplug(self) -> None:
        for path in self._path.glob("*"):
            path.unlink()
        if self._path.exists():
            self._path.rmdir()

    def state(self) -> dict[str, object]:
        """Whether it is plugged in, how many frames it saw a code in, and what is broken."""
        return {"plugged": self._path.exists(), "scans": self._count, "faults": self._active.told()}

    async def act(self, action: str, argument: str | None = None) -> None:
        """See `actions`; a scan ends when its last frame is there."""
        match action:
            case "scan":
                await self._scan(argument or "")
            case "unplug":
                self._unplug()
            case "plug":
                self._plug()
            case _:
                raise ValueError(f"{action}: a camera knows {', '.join(self.actions)}")
        self._active.look()

    async def fault(self, fault: str, argument: str | None = None) -> None:
        """See `faults`."""
        if fault == "clear":
            self._clear(to_clear(self.faults, argument))
            return
        if fault not in self.faults:
            raise ValueError(f"{fault}: a camera knows {', '.join(self.faults)}")
        if fault == "absent":
            self._unplug()
        elif fault == "hang":
            self._hung_until = time.monotonic() + float(argument or 5)
        else:
            self._set[fault] = argument or ""
        self._active.add(fault, argument)

    def _clear(self, only: str | None) -> None:
        for fault in self.faults if only is None else (only,):
            if fault == "absent":
                self._plug()
            elif fault == "hang":
                self._hung_until = 0.0
            self._set.pop(fault, None)
            self._active.drop(fault)

    def _ended(self, fault: str) -> bool:
        match fault:
            case "absent":
                return self._path.exists()
            case "hang":
                return time.monotonic() >= self._hung_until
            case "drop_after" | "flood":
                return fault not in self._set
        return False

    async def _scan(self, argument: str) -> None:
        if "refuse" in self._set:
            return
        slow = float(self._set["slow"] or 200) / 1000 if "slow" in self._set else 0.0
        await asyncio.sleep(max(slow, self._hung_until - time.monotonic()))
        frame = self._frame(argument)
        for _ in range(int(self._set.pop("flood", "1") or 200)):
            self._count += 1
            if self._path.exists():
                self._put(frame)
        if "drop_after" in self._set:
            del self._set["drop_after"]
            self._unplug()
            self._active.add("absent")

    def _put(self, frame: bytes) -> None:
        # Half a frame is no frame: with the cable it is lost whole.
        if "drop_after" in self._set:
            return
        name = f"{self._count:08d}"
        fresh = self._path / f"{name}.part"
        fresh.write_bytes(frame)
        fresh.replace(self._path / f"{name}.png")

    def _frame(self, argument: str) -> bytes:
        data = bytes.fromhex(argument[4:]) if argument.startswith("hex:") else argument.encode()
        code = io.BytesIO()
        segno.make(data, mode="byte", micro=False, error="m").save(code, kind="png", scale=5, border=4)
        scene = Image.new("L", _SIZE, 120)
        picture = Image.open(code).convert("L").rotate(6, expand=True, fillcolor=255)
        place = [
            int(self._random.integers(10, max(11, room - side - 10)))
            for room, side in zip(_SIZE, picture.size, strict=True)
        ]
        scene.paste(picture, (place[0], place[1]))
        pixels: np.ndarray[Any, Any] = np.asarray(scene.filter(ImageFilter.GaussianBlur(0.8)), np.float64)
        light = 0.1 if "dark" in self._set else 0.85
        pixels = pixels * light + self._random.normal(0, 3, pixels.shape)
        if "garble" in self._set:
            pixels = self._random.uniform(0, 255, pixels.shape)
        packed = io.BytesIO()
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(packed, "PNG", compress_level=1)
        return packed.getvalue()
