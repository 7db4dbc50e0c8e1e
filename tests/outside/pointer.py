"""A pointer for a Wayland compositor that has none: wlr-virtual-pointer-unstable-v1, spoken on the compositor's socket.

Only what a finger does: to a place, down, up. Numbers of requests and events are those of wayland.xml and of the protocol's
own file; sizes and places are in pixels of the one output.
"""

from __future__ import annotations

import socket
import struct
import time
from pathlib import Path
from typing import Final

_DISPLAY: Final = 1
_REGISTRY: Final = 2
_SYNCED: Final = 3
_MANAGER: Final = 4
_POINTER: Final = 5
_MANAGER_NAME: Final = "zwlr_virtual_pointer_manager_v1"
_LEFT: Final = 0x110
"""BTN_LEFT of linux/input-event-codes.h."""


class Pointer:
    """A pointer on the output of the compositor that listens at `path`, `wide` by `high`. Raises OSError, LookupError."""

    def __init__(self, path: Path, wide: int, high: int) -> None:
        self._size = (wide, high)
        self._next = _POINTER + 1
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(30)
        self._line.connect(str(path))
        self._send(_DISPLAY, 1, struct.pack("=I", _REGISTRY))  # wl_display.get_registry
        name = self._globals()[_MANAGER_NAME]
        self._send(_REGISTRY, 0, struct.pack("=I", name) + _string(_MANAGER_NAME) + struct.pack("=II", 1, _MANAGER))
        self._send(_MANAGER, 0, struct.pack("=II", 0, _POINTER))  # create_virtual_pointer on no particular seat

    def move(self, x: int, y: int) -> None:
        """To this place."""
        self._send(_POINTER, 1, struct.pack("=IIIII", _now(), x, y, *self._size))  # motion_absolute
        self._send(_POINTER, 4, b"")  # frame

    def press(self, down: bool) -> None:
        """The button down or up."""
        self._send(_POINTER, 2, struct.pack("=III", _now(), _LEFT, down))  # button
        self._send(_POINTER, 4, b"")

    def close(self) -> None:
        """Takes the pointer away."""
        self._line.close()

    def _globals(self) -> dict[str, int]:
        """What the compositor offers, by interface."""
        self._send(_DISPLAY, 0, struct.pack("=I", _SYNCED))  # wl_display.sync: what was asked before is answered then
        found = {}
        while True:
            sender, kind, body = self._event()
            if sender == _SYNCED:
                return found
            if sender == _REGISTRY and kind == 0:
                name, length = struct.unpack_from("=II", body)
                found[body[8 : 8 + length - 1].decode()] = name

    def _event(self) -> tuple[int, int, bytes]:
        sender, word = struct.unpack("=II", self._read(8))
        return sender, word & 0xFFFF, self._read((word >> 16) - 8)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._line.recv(size - len(data))
            if not more:
                raise ConnectionResetError("the compositor hung up")
            data += more
        return data

    def _send(self, target: int, request: int, body: bytes) -> None:
        self._line.sendall(struct.pack("=II", target, (len(body) + 8) << 16 | request) + body)


def _string(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("=I", len(data)) + data + b"\0" * (-len(data) % 4)


def _now() -> int:
    return time.monotonic_ns() // 1_000_000 & 0xFFFFFFFF
