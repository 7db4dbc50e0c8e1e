"""The driver of a barcode reader that plays keyboard: its events taken from the kernel, for the kiosk alone."""

from __future__ import annotations

import fcntl
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from drivers.barcode.frames import FrameBuffer
from drivers.barcode.keys import EVENT, Keyboard
from drivers.barcode.loss import absent
from drivers.errors import DeviceError
from drivers.ports import Description, DeviceKind, DeviceState, DriverInfo, Emit, Health, TestResult

_GRAB: Final = 0x40044590  # EVIOCGRAB, linux/input.h
_NAME: Final = 0x81004506  # EVIOCGNAME(256)
_INPUT_MAJOR: Final = 13
_AT_ONCE: Final = 64 * EVENT.size
_MOST_PER_POLL: Final = 64


@dataclass(frozen=True)
class Settings:
    """The device's table of the configuration, checked."""

    path: str
    inter_key_ms: int = 100
    terminated: bool = True
    alt: str = "unicode"

    @classmethod
    def of(cls, table: dict[str, Any]) -> Settings:
        """Reads the table. Raises ValueError naming the key."""
        unknown = set(table) - set(_SETTINGS)
        if unknown:
            raise ValueError(f"{min(unknown)}: not a setting of this driver")
        settings = cls(
            path=str(table.get("path", "")),
            inter_key_ms=int(table.get("inter_key_ms", 100)),
            terminated=bool(table.get("terminated", True)),
            alt=str(table.get("alt", "unicode")),
        )
        if not settings.path:
            raise ValueError("path: give the reader's event device")
        if not 5 <= settings.inter_key_ms <= 5000:
            raise ValueError("inter_key_ms: must lie between 5 and 5000")
        if settings.alt not in ("unicode", "bytes"):
            raise ValueError("alt: unicode or bytes")
        return settings


class WedgeBarcodeReader:
    """A BarcodeReader that types: taken exclusively, so that no key of a code ever reaches a screen."""

    kind: ClassVar[DeviceKind] = DeviceKind.BARCODE
    poll_interval_s: ClassVar[float] = 0.03

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._device = -1
        self._exclusive = False
        self._fresh()

    def _fresh(self) -> None:
        self._keyboard = Keyboard(alt_bytes=self._settings.alt == "bytes")
        self._frames = FrameBuffer(self._settings.inter_key_ms / 1000, self._settings.terminated)

    def describe(self) -> Description:
        """The name that the reader gave to the kernel; `exclusive` when no other program gets its keys."""
        capabilities = ("exclusive",) if self._exclusive else ()
        return Description(model=self._name(), driver="wedge", port=self._settings.path, capabilities=capabilities)

    def _name(self) -> str:
        try:
            told = fcntl.ioctl(self._device, _NAME, bytes(256))
        except OSError:
            return ""
        return told.split(b"\0", 1)[0].decode("utf-8", "replace")

    def open(self) -> None:
        """Takes the reader for itself alone. Raises DeviceError BAR-ABSENT, also when another program has it."""
        self.close()
        try:
            self._device = os.open(self._settings.path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
            # Events that come through something else than the kernel's input devices cannot be grabbed, nor do they type.
            self._exclusive = os.major(os.fstat(self._device).st_rdev) == _INPUT_MAJOR
            if self._exclusive:
                fcntl.ioctl(self._device, _GRAB, 1)
            while self._read():
                pass  # what was scanned before anyone listened belongs to nobody
        except OSError as error:
            self.close()
            raise absent(error) from error
        self._fresh()

    def close(self) -> None:
        """Lets the reader go, and with it the grab."""
        device, self._device = self._device, -1
        if device >= 0:
            os.close(device)

    def _read(self) -> bytes:
        """What has come. Raises OSError when the reader is gone."""
        try:
            data = os.read(self._device, _AT_ONCE)
        except BlockingIOError:
            return b""
        if not data:
            raise OSError("the end of the events")
        return data

    def _check(self) -> None:
        try:
            if self._device < 0:
                raise OSError("not open")
            # Pulled and put back, the reader is another device on the same path; the old one never speaks again.
            if not os.path.samestat(Path(self._settings.path).stat(), os.fstat(self._device)):
                raise OSError("the path leads to another device now")
        except OSError as error:
            self.close()
            raise absent(error) from error

    def health(self) -> Health:
        """Whether the reader is still there. Raises DeviceError BAR-ABSENT."""
        self._check()
        detail = f"{self._frames.dropped} frames thrown away" if self._frames.dropped else ""
        return Health(DeviceState.READY, None, detail)

    def self_test(self) -> tuple[TestResult, ...]:
        """Whether the reader is there; reading needs a person with a code."""
        started = time.monotonic()
        try:
            self._check()
        except DeviceError as error:
            return (TestResult("events", False, time.monotonic() - started, error.code, error.detail),)
        return (TestResult("events", True, time.monotonic() - started, None, self._settings.path),)

    def poll(self, emit: Emit) -> None:
        """Takes the keys that came and emits the codes that are complete. Raises DeviceError BAR-ABSENT on unplugging."""
        self._check()
        dropped = self._frames.dropped
        codes, quiet = [], True
        for _ in range(_MOST_PER_POLL):
            try:
                data = self._read()
            except OSError as error:
                self.close()
                raise absent(error) from error
            if not data:
                break
            quiet = False
            codes += self._frames.feed(self._keyboard.feed(data))
        if quiet:
            codes = self._frames.silence(time.monotonic())
        if self._frames.dropped > dropped:
            emit("unreadable")
        for code in codes:
            emit("code", text=code.text, symbology=code.symbology, bytes_hex=code.bytes_hex)

    def cancel(self) -> None:
        """Does nothing: there is no verb that waits."""


_SETTINGS: Final = {
    "path": "the reader's event device, for example /dev/input/by-id/usb-...-event-kbd",
    "inter_key_ms": "milliseconds of silence after which a code without Enter is at its end, default 100",
    "terminated": "true, the default: every code ends with Enter, what lacks it is thrown away",
    "alt": "what a number typed with Alt held is: unicode, the default, a character; bytes, one byte of the code's UTF-8",
}

DRIVER: Final = DriverInfo(
    name="hid-wedge",
    kind=DeviceKind.BARCODE,
    create=lambda table: WedgeBarcodeReader(Settings.of(table)),
    settings=dict(_SETTINGS),
    deadlines_s={"open": 5.0, "health": 2.0, "self_test": 2.0, "describe": 1.0},
)
