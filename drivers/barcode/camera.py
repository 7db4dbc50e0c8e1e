"""The driver of a camera as barcode reader: frames from a device, a film or a folder, decoded, and shown for a preview."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import cv2
import numpy as np
import zxingcpp

from drivers.barcode import mrz
from drivers.barcode.decode import decode
from drivers.barcode.loss import ABSENT
from drivers.barcode.view import hint_of
from drivers.camera.frames import Grey
from drivers.camera.source import CameraSource
from drivers.camera.window import Window
from drivers.errors import DeviceError
from drivers.ports import Code, Description, DeviceKind, DeviceState, DriverInfo, Emit, Health, Preview, TestResult
from drivers.preview import Hint, Point

_BUDGET_S: Final = 0.06  # a frame may go unread, the next one comes
_ZONE_BUDGET_S: Final = 0.02  # what is begun within it ends within 120 ms of the frame
_STILL_S: Final = 0.5  # a scene in which nothing moves is looked at so seldom while nobody is shown it
_MOVED: Final = 6.0  # grey levels by which the most changed parts of a scene differ when something moves
_VERSION_0_MODULES: Final = 17  # a QR code of version n has 17 + 4 n modules a side (ISO/IEC 18004)


@dataclass(frozen=True)
class Settings:
    """The device's table of the configuration, checked."""

    source: str
    width: int = 1280
    height: int = 720
    fps: float = 15.0
    again_s: float = 3.0
    preview: str = ""
    mirror: bool = True
    stream: bool = False

    @classmethod
    def of(cls, table: dict[str, Any]) -> Settings:
        """Reads the table. Raises ValueError naming the key."""
        unknown = set(table) - set(_SETTINGS)
        if unknown:
            raise ValueError(f"{min(unknown)}: not a setting of this driver")
        settings = cls(
            source=str(table.get("source", "")),
            width=int(table.get("width", 1280)),
            height=int(table.get("height", 720)),
            fps=float(table.get("fps", 15.0)),
            again_s=float(table.get("again_s", 3.0)),
            preview=str(table.get("preview", "")),
            mirror=_truth(table, "mirror", True),
            stream=_truth(table, "stream", False),
        )
        if not settings.source:
            raise ValueError("source: give the camera's device, a film or a folder of frames")
        if not (160 <= settings.width <= 4096 and 120 <= settings.height <= 4096):
            raise ValueError("width: a frame has 160 x 120 to 4096 x 4096 pixels")
        if not 1 <= settings.fps <= 60:
            raise ValueError("fps: must lie between 1 and 60")
        if not 0.1 <= settings.again_s <= 60:
            raise ValueError("again_s: must lie between 0.1 and 60")
        return settings


def _truth(table: dict[str, Any], key: str, usual: bool) -> bool:
    value = table.get(key, usual)
    if not isinstance(value, bool):
        raise ValueError(f"{key}: must be true or false")
    return value


class CameraBarcodeReader:
    """A BarcodeReader that looks; each code is emitted once when it comes into the picture, and again when it left it.

    Emits `hint`(hint) when what keeps a code from being read changes: too_dark, too_bright, too_far, blurred, glare, or
    empty. What it sees is shown only between preview(shown=True) and preview(shown=False); a frame is overwritten once it
    was looked at.
    """

    kind: ClassVar[DeviceKind] = DeviceKind.BARCODE
    poll_interval_s: ClassVar[float] = 1 / 30

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._source = CameraSource(
            settings.source,
            (settings.width, settings.height),
            settings.preview,
            absent=ABSENT,
            stream=settings.stream,
            forget=self._forget,
        )
        self._seen: dict[Code, float] = {}
        self._next = 0.0
        self._hint = Hint.NONE
        self._looked = 0.0
        self._scene: Grey | None = None
        self._zone = ""

    def describe(self) -> Description:
        """The source; `preview` when what it sees can be shown."""
        return Description(driver="camera", port=self._settings.source, capabilities=self._source.capabilities)

    def open(self) -> None:
        """Takes the camera. Raises DeviceError BAR-ABSENT."""
        self._source.open()
        self._seen.clear()
        self._hint = Hint.NONE

    def close(self) -> None:
        """Lets the camera go and wipes the preview."""
        self._source.close()

    def preview(self, shown: bool) -> Preview:
        """Begins to show what the camera sees, in a file made anew, or ends it and wipes the file.

        Raises DeviceError BAR-ABSENT when there is no camera, or no place for the file.
        """
        return self._source.show(shown)

    def health(self) -> Health:
        """Whether the camera is still there. Raises DeviceError BAR-ABSENT."""
        self._source.check()
        return Health(DeviceState.READY)

    def self_test(self) -> tuple[TestResult, ...]:
        """Whether the camera is there; reading needs a person with a code."""
        started = time.monotonic()
        try:
            self._source.check()
        except DeviceError as error:
            return (TestResult("camera", False, time.monotonic() - started, error.code, error.detail),)
        return (TestResult("camera", True, time.monotonic() - started, None, self._settings.source),)

    def poll(self, emit: Emit) -> None:
        """Takes a frame when it is time for one, decodes and shows it. Raises DeviceError BAR-ABSENT when there are none."""
        source, now = self._source, time.monotonic()
        source.check()
        if now < self._next and not source.folder:
            return
        self._next = now + 1 / self._settings.fps
        frame = source.next()
        if frame is None:
            return
        each = source.one_by_one
        if not each and source.window is None and self._still(frame, now):
            return
        codes = decode(frame, _BUDGET_S)
        zone = None if codes else mrz.look(frame, time.monotonic() + _ZONE_BUDGET_S)
        if zone is not None:
            outline, hint = zone.outline(frame), Hint.NONE
            codes = (zone.code,) if self._certain(zone, frame, each) else ()
        else:
            self._zone = ""
            outline, module = _outline(frame) if source.window or not codes else ((), None)
            hint = Hint.NONE if codes else hint_of(frame, module, outline)
        if source.window is not None:
            self._show(source.window, frame, outline, hint)
        frame.fill(0)
        for code in codes:
            self._tell(code, now, emit, each)
        if hint is not self._hint:
            self._hint = hint
            emit("hint", hint=hint.value)

    def _forget(self) -> None:
        self._zone = ""

    def _still(self, frame: Grey, now: float) -> bool:
        """Whether nothing moved since the last look, which was not long ago: to look is most of a camera's work."""
        scene = np.asarray(cv2.resize(frame, (32, 18), interpolation=cv2.INTER_AREA), np.uint8)
        before, self._scene = self._scene, scene
        moved = before is None or float(np.percentile(cv2.absdiff(scene, before), 98)) >= _MOVED
        if moved or now - self._looked >= _STILL_S:
            self._looked = now
            return False
        return True

    def _certain(self, zone: mrz.Seen, frame: Grey, each: bool) -> bool:
        """Whether the frame before said the same; of pictures that come one by one, the same picture a little different."""
        before, self._zone = self._zone, zone.text
        return mrz.seen_again(frame, zone) if each else zone.text == before

    def _show(self, window: Window, frame: Grey, outline: tuple[Point, ...], hint: Hint) -> None:
        if self._settings.mirror:
            frame, outline = np.asarray(frame[:, ::-1]), tuple((1 - x, y) for x, y in outline)
        window.show(frame, outline, hint)

    def _tell(self, code: Code, now: float, emit: Emit, each: bool) -> None:
        # In a stream one code is held there for many frames; pictures in a folder are presented one by one.
        last, self._seen[code] = self._seen.get(code), now
        if each or last is None or now - last > self._settings.again_s:
            emit("code", text=code.text, symbology=code.symbology, bytes_hex=code.bytes_hex)
        self._seen = {seen: at for seen, at in self._seen.items() if now - at <= self._settings.again_s}

    def cancel(self) -> None:
        """Does nothing: there is no verb that waits."""


def _outline(grey: Grey) -> tuple[tuple[Point, ...], float | None]:
    """Where a QR code is, read or not, in parts of the picture, and how many pixels its modules have at least."""
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
    found = zxingcpp.read_barcodes(grey, formats=formats, return_errors=True)
    high, wide = grey.shape
    for code in sorted(found, key=lambda item: not item.valid):
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        side = max(np.hypot(corners[n].x - corners[n - 1].x, corners[n].y - corners[n - 1].y) for n in range(4))
        if side < 10:
            continue
        extra: Any = code.extra or {}
        version = str(extra.get("Version", ""))
        modules = _VERSION_0_MODULES + 4 * int(version) if version.isdigit() else None
        outline = tuple((corner.x / wide, corner.y / high) for corner in corners)
        return outline, float(side) / modules if modules else None
    return (), None


_SETTINGS: Final = {
    "source": "the camera's device, for example /dev/v4l/by-id/..., a film, or a folder into which frames are moved",
    "width": "pixels a row that the camera is asked for, default 1280",
    "height": "rows that it is asked for, default 720",
    "fps": "frames a second that are looked at, default 15",
    "again_s": "seconds out of the picture after which a code is told again, default 3",
    "preview": "file for what the camera sees while a citizen's screen shows it; on a file system in memory; default none",
    "mirror": "show it as in a mirror, for a camera that faces the person; false for one that looks down, default true",
    "stream": "of a folder: its pictures follow each other as a camera gives them, instead of one by one, default false",
}

DRIVER: Final = DriverInfo(
    name="camera-barcode",
    kind=DeviceKind.BARCODE,
    create=lambda table: CameraBarcodeReader(Settings.of(table)),
    settings=dict(_SETTINGS),
    deadlines_s={"open": 15.0, "health": 2.0, "self_test": 2.0, "describe": 1.0, "preview": 5.0},
)
