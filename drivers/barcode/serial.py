"""The serial barcode reader's driver: RS-232, USB-CDC or a pseudo terminal, unplugged and plugged in again."""

from __future__ import annotations

import contextlib
import os
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import serial

from drivers.barcode.families import NONE, families
from drivers.barcode.frames import FrameBuffer
from drivers.barcode.loss import ABSENT, absent, reason
from drivers.errors import DeviceError
from drivers.ports import Description, DeviceKind, DeviceState, DriverInfo, Emit, Health, TestResult

_MOST_PER_POLL: Final = 65_536
# Unplugging shows as SerialException, as plain OSError (EIO) or, from a pseudo terminal, as termios.error.
_GONE: Final = (serial.SerialException, OSError, termios.error)


@dataclass(frozen=True)
class Settings:
    """The device's table of the configuration, checked."""

    port: str
    baud: int = 115_200
    inter_byte_ms: int = 100
    terminated: bool = False
    family: str = ""
    triggered: bool = False

    @classmethod
    def of(cls, table: dict[str, Any]) -> Settings:
        """Reads the table. Raises ValueError naming the key."""
        unknown = set(table) - set(_SETTINGS)
        if unknown:
            raise ValueError(f"{min(unknown)}: not a setting of this driver")
        settings = cls(
            port=str(table.get("port", "")),
            baud=int(table.get("baud", 115_200)),
            inter_byte_ms=int(table.get("inter_byte_ms", 100)),
            terminated=bool(table.get("terminated", False)),
            family=str(table.get("family", "")),
            triggered=bool(table.get("triggered", False)),
        )
        if not settings.port:
            raise ValueError("port: give the path of the serial port")
        if settings.baud not in serial.Serial.BAUDRATES:
            raise ValueError(f"baud: {settings.baud} is no speed of a serial port")
        if not 5 <= settings.inter_byte_ms <= 5000:
            raise ValueError("inter_byte_ms: must lie between 5 and 5000")
        if settings.family and settings.family not in families():
            raise ValueError(f"family: {settings.family} is none of {', '.join(families())}")
        if settings.triggered and not settings.family:
            raise ValueError("triggered: only with a family whose trigger is known")
        return settings


class SerialBarcodeReader:
    """A BarcodeReader on a serial port; each code is emitted once, as `code`(text, symbology, bytes_hex).

    What was too long for a code, or cut short, is only told as `unreadable`.
    """

    kind: ClassVar[DeviceKind] = DeviceKind.BARCODE
    poll_interval_s: ClassVar[float] = 0.03

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._port: serial.Serial | None = None
        self._family = families()[settings.family] if settings.family else NONE
        self._frames = self._fresh()

    def _fresh(self) -> FrameBuffer:
        return FrameBuffer(self._settings.inter_byte_ms / 1000, self._settings.terminated)

    def describe(self) -> Description:
        """A serial reader does not say what it is; its port is all that is known."""
        can = [word for word in ("trigger", "beep") if getattr(self._family, word)]
        return Description(driver="serial", port=self._settings.port, capabilities=("aim-prefix", *can))

    def open(self) -> None:
        """Takes the port for itself alone. Raises DeviceError BAR-ABSENT."""
        self.close()
        try:
            self._port = serial.Serial(
                self._settings.port, self._settings.baud, timeout=0, write_timeout=0.2, exclusive=True
            )
            self._port.reset_input_buffer()  # what was scanned before anyone listened belongs to nobody
            self._say(self._family.enable)
            self._pull_trigger()
        except _GONE as error:
            self.close()
            raise absent(error) from error
        self._frames = self._fresh()

    def close(self) -> None:
        """Lets the port go."""
        if self._port is not None:
            with contextlib.suppress(*_GONE):
                self._say(self._family.release if self._settings.triggered else b"")
                self._say(self._family.disable)
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*_GONE):
                port.close()

    def _say(self, command: bytes) -> None:
        """Tells the reader something. A reader that takes nothing must not hold the kiosk up. Raises what _GONE names."""
        if command and self._port is not None:
            self._port.write(command)

    def _pull_trigger(self) -> None:
        self._say(self._family.trigger if self._settings.triggered else b"")

    def health(self) -> Health:
        """Whether the port is still there. Raises DeviceError BAR-ABSENT."""
        self._waiting()
        detail = f"{self._frames.dropped} frames thrown away" if self._frames.dropped else ""
        return Health(DeviceState.READY, None, detail)

    def self_test(self) -> tuple[TestResult, ...]:
        """Whether the port answers; reading needs a person with a code."""
        started = time.monotonic()
        try:
            self._waiting()
        except DeviceError as error:
            return (TestResult("port", False, time.monotonic() - started, error.code, error.detail),)
        port = TestResult("port", True, time.monotonic() - started, None, self._settings.port)
        if not self._family.beep:
            return (port,)
        return (port, self._beep())

    def _beep(self) -> TestResult:
        """Whether the reader takes the command; whether it is heard, a person has to say."""
        started = time.monotonic()
        try:
            self._say(self._family.beep)
        except _GONE as error:
            return TestResult("beep", False, time.monotonic() - started, ABSENT, reason(error))
        return TestResult("beep", True, time.monotonic() - started, None, self._family.name)

    def _waiting(self) -> int:
        """How many bytes wait. Raises DeviceError BAR-ABSENT when the port or its path is gone."""
        try:
            if self._port is None:
                raise OSError("not open")
            # A port that was unplugged and plugged in again may keep an old descriptor alive that never speaks.
            if not os.path.samestat(Path(self._settings.port).stat(), os.fstat(self._port.fileno())):
                raise OSError("the path leads to another device now")
            return int(self._port.in_waiting)
        except _GONE as error:
            self.close()
            raise absent(error) from error

    def poll(self, emit: Emit) -> None:
        """Reads what has come and emits the codes that are complete. Raises DeviceError BAR-ABSENT on unplugging."""
        waiting = self._waiting()
        data = b""
        if waiting and self._port is not None:
            try:
                data = self._port.read(min(waiting, _MOST_PER_POLL))
            except _GONE as error:
                self.close()
                raise absent(error) from error
        dropped = self._frames.dropped
        codes = self._frames.feed(data) if data else self._frames.silence(time.monotonic())
        if self._frames.dropped > dropped:
            emit("unreadable")
        for code in codes:
            emit("code", text=code.text, symbology=code.symbology, bytes_hex=code.bytes_hex)
        if codes:
            self._again()

    def _again(self) -> None:
        """A read ends the trigger: it is pulled for the next citizen."""
        try:
            self._pull_trigger()
        except _GONE as error:
            self.close()
            raise absent(error) from error

    def cancel(self) -> None:
        """Does nothing: there is no verb that waits."""


_SETTINGS: Final = {
    "port": "path of the serial port, for example /dev/serial/by-id/...",
    "baud": "speed, default 115200",
    "inter_byte_ms": "milliseconds of silence that end a code without a line end, default 100",
    "terminated": "true when the reader is set to end every code with CR or LF: what lacks it is thrown away",
    "family": "whose commands the reader understands: datalogic or honeywell; default none, it is told nothing",
    "triggered": "true when the kiosk is to pull the reader's trigger; default false, it looks by itself",
}

DRIVER: Final = DriverInfo(
    name="serial-barcode",
    kind=DeviceKind.BARCODE,
    create=lambda table: SerialBarcodeReader(Settings.of(table)),
    settings=dict(_SETTINGS),
    deadlines_s={"open": 5.0, "health": 2.0, "self_test": 2.0, "describe": 1.0},
)
