"""The driver of a document camera: pages photographed as soon as they lie still, shown meanwhile with what to do better."""

from __future__ import annotations

import threading
import time
from typing import Any, ClassVar, Final

import cv2
import numpy as np
from PIL import Image

from drivers.camera.frames import Frame
from drivers.camera.source import CameraSource
from drivers.errors import DeviceError
from drivers.overhead.judge import Judge, Look
from drivers.overhead.settings import SETTINGS, Settings
from drivers.pages import PageSpool
from drivers.ports import (
    CaptureOptions,
    CaptureReport,
    Description,
    DeviceKind,
    DeviceState,
    DriverInfo,
    Emit,
    Health,
    Preview,
    ScannedPage,
    Spool,
    TestResult,
)
from drivers.preview import Hint

_NOTHING_YET_S: Final = 0.02
_SIGN_S: Final = 4.0
"""While nobody lays anything there, the kiosk is told so often that the camera still looks."""
_SILENT_S: Final = 5.0
"""A camera that gives no frame for so long, while somebody waits for one, is out of order."""


class OverheadCamera:
    """A DocumentCamera through OpenCV; see drivers.ports for what it promises."""

    kind: ClassVar[DeviceKind] = DeviceKind.CAMERA
    poll_interval_s: ClassVar[float] = 1 / 15

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._source = CameraSource(
            settings.source,
            (settings.width, settings.height),
            settings.preview,
            absent="CAM-ABSENT",
            stream=settings.stream,
            colour=True,
        )
        self._judge = Judge()
        self._cancelled = threading.Event()
        self._next = self._since = 0.0

    # --- device -----------------------------------------------------------------------------------------------------

    def describe(self) -> Description:
        """The source; `preview` when what it sees can be shown."""
        port, capabilities = self._settings.source, self._source.capabilities
        return Description(driver="overhead-camera", port=port, capabilities=capabilities)

    def open(self) -> None:
        """Takes the camera. Raises DeviceError CAM-ABSENT."""
        self._source.open()

    def close(self) -> None:
        """Lets the camera go and wipes the preview."""
        self._source.close()

    def health(self) -> Health:
        """Whether the camera is still there. Raises DeviceError CAM-ABSENT."""
        self._source.check()
        return Health(DeviceState.READY)

    def self_test(self) -> tuple[TestResult, ...]:
        """Whether the camera is there and gives a frame."""
        started = time.monotonic()
        try:
            self._source.check()
            frame = None if self._source.one_by_one else self._first_frame(started)
        except DeviceError as error:
            return (TestResult("camera", False, time.monotonic() - started, error.code, error.detail),)
        size = f"{frame.shape[1]} x {frame.shape[0]}" if frame is not None else "single frames, put there by hand"
        return (TestResult("camera", True, time.monotonic() - started, None, size),)

    def poll(self, emit: Emit) -> None:
        """Shows what is seen while somebody looks. Raises DeviceError CAM-ABSENT when the camera is gone."""
        self._source.check()
        now = time.monotonic()
        if self._source.window is None or now < self._next:
            return
        self._next = now + 1 / self._settings.fps
        frame = self._source.next()
        if frame is not None:
            self._show(frame, self._judge.look(frame))
            frame.fill(0)

    def cancel(self) -> None:
        """Sets the flag that ends the capture under way."""
        self._cancelled.set()

    def preview(self, shown: bool) -> Preview:
        """See DocumentCamera.preview."""
        return self._source.show(shown)

    # --- capture ----------------------------------------------------------------------------------------------------

    def capture(self, options: CaptureOptions, spool: Spool, emit: Emit) -> CaptureReport:
        """See DocumentCamera.capture. Raises also CAM-IO when the camera gives no frames."""
        began = time.monotonic()
        self._source.check()
        pages = PageSpool(spool, "jpeg", io_code="CAM-IO", measured=False)
        self._judge = Judge()
        try:
            dpi = self._pages(pages, options, emit)
        finally:
            self._cancelled.clear()
        return CaptureReport(pages.count, dpi, round(time.monotonic() - began, 3))

    def _pages(self, pages: PageSpool, options: CaptureOptions, emit: Emit) -> int:
        """Takes pages until it is over; the resolution of the last one."""
        told: Hint | None = None
        dpi = 0
        heard = last = spoke = time.monotonic()
        steady: list[tuple[float, Look, Frame]] = []
        blinked = False
        while True:
            self._may_go_on(pages)
            frame = self._frame(heard)
            if frame is None:
                time.sleep(_NOTHING_YET_S)
                continue
            heard = now = time.monotonic()
            look = self._judge.look(frame)
            self._show(frame, look)
            if look.hint is not told or now - spoke > _SIGN_S:
                told, spoke = look.hint, now
                emit("hint", hint=told.value)
            if look.hint is Hint.NONE:
                steady, blinked = [*steady, (now, look, frame)][-3:], False
            elif look.hint is Hint.MOVING and steady and not blinked:
                blinked = True  # a corner found otherwise for one frame is no movement
            else:
                steady = []
            if options.at_once or (steady and self._held(now, steady)):
                # the sharpest of the last few: a hand that lets go moves the sheet by a hair
                _, look, frame = max(steady, key=lambda seen: seen[1].sharpness) if steady else (now, look, frame)
                page = _keep(pages, frame, self._settings.dpi_of(max(frame.shape[:2])))
                dpi, last = page.dpi, now
                self._judge.taken(look)
                steady = []
                emit("page", **vars(page))
                if options.at_once or pages.count == options.max_pages:
                    return dpi
            if now - last > self._settings.wait_s:
                if not pages.count:
                    raise DeviceError("CAM-NO-PAGE", f"nothing to take within {self._settings.wait_s:g} s")
                return dpi

    def _held(self, now: float, steady: list[tuple[float, Look, Frame]]) -> bool:
        """Whether the page has lain still long enough: by the clock, or in frames where a folder gives them one by one."""
        if self._source.one_by_one:
            return len(steady) >= 2
        if len(steady) < 2:
            self._since = now
        return now - self._since >= self._settings.hold_s

    def _may_go_on(self, pages: PageSpool) -> None:
        if self._cancelled.is_set():
            raise DeviceError("CAM-CANCELLED", f"after {pages.count} pages")

    # --- helpers ----------------------------------------------------------------------------------------------------

    def _frame(self, heard: float) -> Frame | None:
        """A frame, or None when there is none yet. Raises DeviceError CAM-ABSENT, CAM-IO after a long silence."""
        frame = self._source.next()
        silent = time.monotonic() - heard
        if frame is None and silent > _SILENT_S and not self._source.one_by_one:
            raise DeviceError("CAM-IO", f"no frame for {silent:.0f} s")
        return frame

    def _first_frame(self, since: float) -> Frame:
        """Waits for a frame. Raises DeviceError CAM-ABSENT, CAM-IO."""
        while (frame := self._frame(since)) is None:
            time.sleep(_NOTHING_YET_S)
        return frame

    def _show(self, frame: Frame, look: Look) -> None:
        window = self._source.window
        if window is None:
            return
        height, width = frame.shape[:2]
        corners = () if look.corners is None else look.corners
        outline = tuple((float(x) / width, float(y) / height) for x, y in corners)
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
        window.show(grey, outline, look.hint)


def _keep(pages: PageSpool, frame: Frame, dpi: int) -> ScannedPage:
    """The whole frame into the spool. Raises DeviceError STO-FULL, CAM-IO."""
    return pages.keep(Image.fromarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)), dpi)


def create(table: dict[str, Any]) -> OverheadCamera:
    """A driver for a device's table of settings, without I/O. Raises ValueError naming the key."""
    return OverheadCamera(Settings.of(table))


DRIVER: Final = DriverInfo(
    name="overhead-camera",
    kind=DeviceKind.CAMERA,
    create=create,
    settings=SETTINGS,
    deadlines_s={"open": 15.0, "health": 2.0, "self_test": 8.0, "describe": 1.0, "preview": 5.0, "capture": 15.0},
)
