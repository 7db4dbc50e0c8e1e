"""The simulated document camera: a table seen from above, on which papers are laid, as frames moved into a folder."""

from __future__ import annotations

import asyncio
import hashlib
import io
import time
from pathlib import Path
from typing import ClassVar, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from drivers.ports import DeviceKind
from drivers.simulators import papers
from drivers.simulators.active import ActiveFaults, to_clear
from drivers.simulators.base import COMMON_FAULTS
from drivers.simulators.frame_folder import FrameFolder

Picture = NDArray[np.uint8]

SIZE: Final = (1944, 2592)
"""Columns and rows of a camera of five megapixels, mounted upright over the table."""
_FPS: Final = 6
_KEPT: Final = 4
_HAND_FRAMES: Final = 3
"""How long a hand is seen that lays a paper there or takes it away."""
_WIDE: Final = 0.88
"""Which part of the table's width a sheet takes."""
_WHOLE: Final = {"far": 0.4, "cut_off": _WIDE}


class OverheadCameraSimulator:
    """A camera over a table. `lay` puts a paper there, `take` takes it away; its cable is the folder of its frames."""

    kind: DeviceKind = DeviceKind.CAMERA
    actions: ClassVar[dict[str, str]] = {
        "lay": "lays a paper on the table, in place of what is there: paper:page, or a picture's file",
        "take": "takes the paper away",
        "unplug": "pulls the cable",
        "plug": "puts the cable back",
    }
    faults: ClassVar[dict[str, str]] = {
        **COMMON_FAULTS,
        "dark": "hardly any light",
        "blurred": "out of focus",
        "far": "the paper is small in the picture",
        "cut_off": "a part of the paper lies outside the picture",
        "tilted": "the paper is held up on one side",
        "shaky": "the paper never lies still",
    }

    def __init__(self, id: str, path: Path | str, *, size: tuple[int, int] = SIZE) -> None:
        self.id = id
        self._cable = FrameFolder(path, ".jpg", _KEPT)
        self._running: asyncio.Task[None] | None = None
        self._size = size
        self._table = _table(size)
        self._paper: Picture | None = None
        self._label: str | None = None
        self._hand = 0
        self._random = np.random.default_rng(11)
        self._noise = self._random.normal(0, 3, (size[1] + 64, size[0] + 64)).astype(np.int8)
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
        self._running = asyncio.create_task(self._run(), name=f"{self.id} sees the table")

    async def stop(self) -> None:
        """Unplugs it and removes every frame."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        self._cable.unplug()

    def state(self) -> dict[str, object]:
        """Whether it is plugged in, what lies on the table, and what is broken."""
        return {"plugged": self._cable.plugged, "table": self._label, "faults": self._active.told()}

    async def act(self, action: str, argument: str | None = None) -> None:
        """See `actions`."""
        match action:
            case "lay":
                label = argument or "trademark-application:1"
                self._paper = await asyncio.to_thread(_paper, label)
                self._label, self._hand = label, _HAND_FRAMES
            case "take":
                if self._label is not None:
                    self._paper, self._label, self._hand = None, None, _HAND_FRAMES
            case "unplug":
                self._cable.unplug()
            case "plug":
                self._cable.plug()
            case _:
                raise ValueError(f"{action}: a document camera knows {', '.join(self.actions)}")
        self._active.look()

    async def fault(self, fault: str, argument: str | None = None) -> None:
        """See `faults`."""
        if fault == "clear":
            self._clear(to_clear(self.faults, argument))
            return
        if fault not in self.faults:
            raise ValueError(f"{fault}: a document camera knows {', '.join(self.faults)}")
        if fault == "absent":
            self._cable.unplug()
        elif fault == "hang":
            self._hung_until = time.monotonic() + float(argument or 5)
        else:
            self._set[fault] = argument or ""
        self._active.add(fault, argument)

    def _clear(self, only: str | None) -> None:
        for fault in self.faults if only is None else (only,):
            if fault in ("absent", "drop_after"):
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
            case "drop_after":
                return fault not in self._set
        return False

    async def _run(self) -> None:
        """A frame after the other, as a camera gives them; while nobody changes anything only the noise does."""
        while True:
            began = time.monotonic()
            if self._cable.plugged and began >= self._hung_until and "refuse" not in self._set:
                self._put(await asyncio.to_thread(self._frame))
            pause = 1 / _FPS + (float(self._set["slow"] or 200) / 1000 if "slow" in self._set else 0.0)
            await asyncio.sleep(max(0.0, began + pause - time.monotonic()))

    def _put(self, frame: bytes) -> None:
        if not self._cable.plugged:
            return
        if "drop_after" in self._set:
            left = int(self._set["drop_after"] or 1) - 1
            if left < 0:
                del self._set["drop_after"]
                self._cable.unplug()
                self._active.add("absent")
                return
            self._set["drop_after"] = str(left)
        self._cable.put(frame)

    def _frame(self) -> bytes:
        columns, rows = self._size
        scene = self._table if self._paper is None else self._laid(self._paper)
        if self._hand:
            self._hand -= 1
            scene = scene.copy()
            reach = columns * (self._hand + 1) // (_HAND_FRAMES + 2)  # it draws back from frame to frame
            cv2.ellipse(scene, (columns, rows // 2), (reach, rows // 6), 0, 0, 360, (120, 150, 205), -1)
        if "blurred" in self._set:
            scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), columns / 280), np.uint8)
        light = 0.12 if "dark" in self._set else 0.92
        row, column = self._random.integers(0, 64, 2)
        noise = self._noise[row : row + rows, column : column + columns, None]
        pixels = cv2.convertScaleAbs(scene, alpha=light).astype(np.int16) + noise
        if "garble" in self._set:
            pixels = np.repeat(self._random.integers(0, 256, (rows // 8, columns // 8, 3)), 8, 0).repeat(8, 1)
        out = io.BytesIO()
        shot = np.ascontiguousarray(np.clip(pixels, 0, 255).astype(np.uint8)[:, :, ::-1])
        Image.fromarray(shot).save(out, "JPEG", quality=93)
        return out.getvalue()

    def _laid(self, paper: Picture) -> Picture:
        """The table with the paper on it, as the camera's lens sees it."""
        columns, rows = self._size
        high, wide = paper.shape[:2]
        share = next((part for fault, part in _WHOLE.items() if fault in self._set), _WIDE)
        width = columns * share
        if width * high / wide > rows * share * 1.06:
            width = rows * share * 1.06 * wide / high
        corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * (width, width * high / wide)
        # nobody lays a paper quite straight, and each one differently; the lens is not quite above the middle
        seed = int.from_bytes(hashlib.sha256((self._label or "").encode()).digest()[:4], "big")
        turn = np.radians(np.random.default_rng(seed).uniform(-1.6, 1.6))
        corners = corners @ np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
        corners[:2, 0] *= 0.62 if "tilted" in self._set else 0.985
        middle = np.array([columns / 2, rows / 2])
        if "cut_off" in self._set:
            middle[0] += columns * 0.2
        if "shaky" in self._set:
            middle += self._random.uniform(-0.045, 0.045, 2) * columns
        target = (corners + middle).astype(np.float32)
        source = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
        matrix = cv2.getPerspectiveTransform(source, target)
        scene = self._table.copy()
        cv2.warpPerspective(
            paper, matrix, self._size, dst=scene, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
        )
        return np.asarray(scene, np.uint8)


def _table(size: tuple[int, int]) -> Picture:
    """Dark wood with its grain, blue, green and red."""
    random = np.random.default_rng(5)
    grain = cv2.resize(random.normal(0, 7, (size[1], 40)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    wood = np.array([46, 62, 84], np.float32) + cv2.GaussianBlur(grain, (0, 0), 3)[:, :, None]
    return np.asarray(np.clip(wood, 0, 255), np.uint8)


def _paper(label: str) -> Picture:
    """A paper of the demonstration or a picture's file, blue, green and red. Raises ValueError when it is neither."""
    try:
        if Path(label).is_file():
            with Image.open(label) as file:
                picture = file.convert("RGB")
        else:
            name, _, page = label.partition(":")
            picture = papers.paper(name, int(page or 1))
    except (OSError, KeyError, IndexError, ValueError) as error:
        raise ValueError(f"{label}: no paper and no picture") from error
    pixels = np.asarray(picture, np.uint8)
    # the camera has fewer dots than the drawing: made smaller evenly first, so that no stroke falls between two of them
    factor = min(1.0, 1.1 * SIZE[0] / pixels.shape[1])
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2BGR), np.uint8)
