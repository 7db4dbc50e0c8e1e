"""The simulated camera: a folder into which the frames that it would see are moved, one by one or as they follow."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import segno
from PIL import Image, ImageFilter

from drivers.ports import DeviceKind
from drivers.simulators.active import ActiveFaults, to_clear
from drivers.simulators.base import COMMON_FAULTS
from drivers.simulators.card_back import card_back
from drivers.simulators.chip.people import DEFAULT, PEOPLE
from drivers.simulators.frame_folder import FrameFolder

_SIZE = (1280, 720)
_FPS = 15
_IDLE_S = 0.4
_KEPT = 4
"""Frames that lie in the folder of a camera that runs: whoever looks takes the newest."""
_APPROACH = ((0.35, 12), (0.6, 6), (1.0, 24))
"""How a hand brings a code near: its size, and frames of it. From afar no camera could read it."""


class CameraFramesSimulator:
    """A camera whose frames are files. `scan`, `show` and `back` hold something before it; its cable is the folder.

    It gives a frame a code, or, `live`, frames all the time, as a camera does: an empty desk, and a hand that comes near.
    """

    kind: DeviceKind = DeviceKind.BARCODE
    actions: ClassVar[dict[str, str]] = {
        "scan": "holds a QR code before the camera: its text, or hex:... for raw bytes",
        "show": "holds a picture before the camera: the path of its file",
        "back": f"holds the back of a fictional person's card before the camera: {', '.join(PEOPLE)}",
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

    def __init__(self, id: str, path: Path | str, *, live: bool = False) -> None:
        self.id = id
        self._cable = FrameFolder(path, ".png", _KEPT if live else 0)
        self._live = live
        self._idle: asyncio.Task[None] | None = None
        self._showing = asyncio.Lock()
        self._random = np.random.default_rng(7)
        self._scans = 0
        self._set: dict[str, str] = {}
        self._hung_until = 0.0
        self._active = ActiveFaults(self._ended)

    @property
    def address(self) -> str:
        """The folder, the same whenever it is plugged in."""
        return str(self._cable.path)

    async def start(self) -> None:
        """Plugs the camera in."""
        self._cable.plug()
        if self._live:
            self._idle = asyncio.create_task(self._see_the_desk(), name=f"{self.id} sees the desk")

    async def stop(self) -> None:
        """Unplugs it and removes every frame."""
        idle, self._idle = self._idle, None
        if idle is not None:
            idle.cancel()
            await asyncio.gather(idle, return_exceptions=True)
        self._cable.unplug()

    def state(self) -> dict[str, object]:
        """Whether it is plugged in, how many times something was held before it, and what is broken."""
        return {"plugged": self._cable.plugged, "scans": self._scans, "faults": self._active.told()}

    async def act(self, action: str, argument: str | None = None) -> None:
        """See `actions`; a scan ends when its last frame is there."""
        match action:
            case "scan":
                await self._hold(lambda: _code(argument or ""))
            case "show":
                await self._hold(lambda: _picture(argument or ""))
            case "back":
                await self._hold(lambda: _back(argument or DEFAULT))
            case "unplug":
                self._cable.unplug()
            case "plug":
                self._cable.plug()
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
            self._cable.unplug()
        elif fault == "hang":
            self._hung_until = time.monotonic() + float(argument or 5)
        else:
            self._set[fault] = argument or ""
        self._active.add(fault, argument)

    def _clear(self, only: str | None) -> None:
        for fault in self.faults if only is None else (only,):
            if fault == "absent":
                self._cable.plug()
            elif fault == "hang":
                self._hung_until = 0.0
            self._set.pop(fault, None)
            self._active.drop(fault)

    def _ended(self, fault: str) -> bool:
        match fault:
            case "absent":
                return self._cable.plugged
            case "hang":
                return time.monotonic() >= self._hung_until
            case "drop_after" | "flood":
                return fault not in self._set
        return False

    async def _hold(self, thing: Callable[[], Image.Image]) -> None:
        picture = await asyncio.to_thread(thing)
        if "refuse" in self._set:
            return
        slow = float(self._set["slow"] or 200) / 1000 if "slow" in self._set else 0.0
        await asyncio.sleep(max(slow, self._hung_until - time.monotonic()))
        async with self._showing:
            if self._live:
                self._scans += 1
                await self._approach(picture)
            else:
                frame = self._frame(picture)
                for _ in range(int(self._set.pop("flood", "1") or 200)):
                    self._scans += 1
                    self._put(frame)
        if "drop_after" in self._set:
            del self._set["drop_after"]
            self._cable.unplug()
            self._active.add("absent")

    async def _approach(self, picture: Image.Image) -> None:
        self._set.pop("flood", None)  # it gives all the frames it can anyway
        for size, frames in _APPROACH:
            frame = await asyncio.to_thread(self._frame, picture, size)
            for _ in range(frames):
                self._put(frame)
                await asyncio.sleep(1 / _FPS)

    async def _see_the_desk(self) -> None:
        while True:
            async with self._showing:
                self._put(await asyncio.to_thread(self._frame, None))
            await asyncio.sleep(_IDLE_S)

    def _put(self, frame: bytes) -> None:
        # Half a frame is no frame: with the cable it is lost whole.
        hung = self._live and time.monotonic() < self._hung_until
        self._cable.put(frame, lost="drop_after" in self._set or hung)

    def _frame(self, picture: Image.Image | None, size: float = 1.0) -> bytes:
        scene = Image.new("L", _SIZE, 120)
        if picture is not None:
            wide, high = (max(1, round(side * size)) for side in picture.size)
            held = picture.resize((wide, high), Image.Resampling.BOX if size < 1 else Image.Resampling.NEAREST)
            held = held.rotate(6, expand=True, fillcolor=255)
            if self._live:  # in the middle, as somebody would hold it who sees the preview
                place = [(room - side) // 2 for room, side in zip(_SIZE, held.size, strict=True)]
            else:
                place = [
                    int(self._random.integers(10, max(11, room - side - 10)))
                    for room, side in zip(_SIZE, held.size, strict=True)
                ]
            scene.paste(held, (place[0], place[1]))
        pixels: np.ndarray[Any, Any] = np.asarray(scene.filter(ImageFilter.GaussianBlur(0.8)), np.float64)
        light = 0.1 if "dark" in self._set else 0.85
        pixels = pixels * light + self._random.normal(0, 3, pixels.shape)
        if "garble" in self._set:
            pixels = self._random.uniform(0, 255, pixels.shape)
        packed = io.BytesIO()
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(packed, "PNG", compress_level=1)
        return packed.getvalue()


def _code(argument: str) -> Image.Image:
    data = bytes.fromhex(argument[4:]) if argument.startswith("hex:") else argument.encode()
    code = io.BytesIO()
    segno.make(data, mode="byte", micro=False, error="m").save(code, kind="png", scale=5, border=4)
    return Image.open(code).convert("L")


def _back(person: str) -> Image.Image:
    """Raises ValueError for somebody who is not there."""
    if person not in PEOPLE:
        raise ValueError(f"{person}: nobody of that name has a card")
    return _fitting(card_back(PEOPLE[person]))


def _picture(path: str) -> Image.Image:
    """The picture, no larger than what the camera sees of it near by. Raises ValueError when it is none."""
    try:
        with Image.open(path) as file:
            picture = file.convert("L")
    except OSError as error:
        raise ValueError(f"{path}: no picture") from error
    return _fitting(picture)


def _fitting(picture: Image.Image) -> Image.Image:
    picture.thumbnail((_SIZE[0] * 9 // 10, _SIZE[1] * 17 // 20))
    return picture
