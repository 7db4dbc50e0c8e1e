"""The lock on a machine's data folder: one kiosk uses it at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO


class KioskBusy(Exception):
    """Another kiosk uses the same data folder."""

    code = "STO-BUSY"


class DataFolderLock:
    """Held for as long as the kiosk runs; the kernel lets it go even after a kill."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder. Raises KioskBusy."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._stream: IO[str] = (folder / "kiosk.lock").open("w")
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._stream.close()
            raise KioskBusy(f"{folder} is in use by another kiosk") from error
        os.set_inheritable(self._stream.fileno(), False)

    def release(self) -> None:
        """Lets the folder go."""
        self._stream.close()
