"""The kiosk on Wayland in a compositor without screen, keyboard or graphics card, and a finger in that compositor."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from tests.outside.on_screen import HIGH, WIDE, OnScreen, as_somebody, words_of
from tests.outside.pointer import Pointer

CONFIGURATION: Final = f"""
output * resolution {WIDE}x{HIGH} position 0 0
default_border none
xwayland disable
exec exec "$KIOSK_COMMAND"
"""
TOUCH_S: Final = 0.05


class InSway(OnScreen):
    """A kiosk in a compositor; nothing of X is there."""

    def __init__(self, compositor: subprocess.Popen[bytes], log: Path, runtime: Path) -> None:
        super().__init__(compositor, "", log)
        self.until(lambda: _sockets(runtime), "the compositor's socket")
        (socket,) = _sockets(runtime)
        self._pointer = Pointer(socket, WIDE, HIGH)

    def touch(self, x: int, y: int) -> None:
        """A short touch, in pixels of the screen."""
        self._pointer.move(x, y)
        time.sleep(TOUCH_S)
        self._pointer.press(True)
        time.sleep(TOUCH_S)
        self._pointer.press(False)

    def hand(self, *words: str) -> str:
        """There is no X server to ask."""
        raise NotImplementedError(words)

    def close(self) -> None:
        """Takes the finger away."""
        self._pointer.close()


def _sockets(runtime: Path) -> list[Path]:
    return [path for path in runtime.glob("wayland-*") if path.suffix != ".lock"]


@contextmanager
def kiosk_in_sway(folder: Path, runtime: Path, site: str, profile: str, more: Mapping[str, Any]) -> Iterator[InSway]:
    """The kiosk as `kiosk run` shows it, full, in a folder that is its user's; ended by SIGTERM."""
    (folder / "sway").write_text(CONFIGURATION, "utf-8")
    (folder / "kiosk").write_text(
        f"#!/bin/sh\ncd {folder}\nexec {' '.join(words_of(folder, site, profile))}\n", "utf-8"
    )
    (folder / "kiosk").chmod(0o755)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "KIOSK_COMMAND": str(folder / "kiosk"),
        "XDG_RUNTIME_DIR": str(runtime),
        "WLR_BACKENDS": "headless",
        "WLR_RENDERER": "pixman",
        "WLR_LIBINPUT_NO_DEVICES": "1",
        "QT_QPA_PLATFORM": "wayland",
        "QT_QUICK_BACKEND": "software",
        **more,
    }
    environment.pop("DISPLAY", None)
    with (folder / "output").open("wb") as output:
        command = [*as_somebody(), "sway", "-c", str(folder / "sway")]
        sway = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=folder)
        try:
            seen = InSway(sway, folder / "data" / "logs" / "kiosk.log", runtime)
            try:
                seen.until(lambda: bool(seen.told("kiosk.started")), "a kiosk that has started")
                yield seen
            finally:
                seen.close()
        finally:
            _end(sway)


def _end(sway: subprocess.Popen[bytes]) -> None:
    """The kiosk first, in its order, then what it stood in."""
    kiosk = [child for child in _children(sway.pid) if b"kiosk" in _command(child)]
    for child in kiosk:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    end = time.monotonic() + 60
    while any(_command(child) for child in kiosk) and time.monotonic() < end:
        time.sleep(0.1)
    sway.terminate()
    sway.wait(30)


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    return []


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def is_there() -> bool:
    """Whether the compositor is installed."""
    return shutil.which("sway") is not None
