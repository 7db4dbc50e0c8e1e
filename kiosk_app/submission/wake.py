"""The wake-up between kiosk and agent: datagrams that say "look again" or "let go"; losing one costs a little time."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .errors import disk_errors

_NAME: Final = "agent.sock"
_LOOK: Final = b"look"
_LET_GO: Final = b"let go"


@contextlib.contextmanager
def _short_path(folder: Path) -> Iterator[str]:
    """The socket's path through an open folder, because an address holds 107 bytes only (unix(7))."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{_NAME}"
    finally:
        os.close(descriptor)


class WakeSocket:
    """The agent's ear. Only the holder of the agent's lock may make one: it replaces what a killed agent left."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        with disk_errors("wake-up socket"):
            self._path.unlink(missing_ok=True)
            with _short_path(folder) as path:
                self._socket.bind(path)
            self._path.chmod(0o600)

    def fileno(self) -> int:
        """For select."""
        return self._socket.fileno()

    def drain(self) -> bool:
        """Takes every waiting datagram; True when one of them asks to let the store go."""
        let_go = False
        with contextlib.suppress(BlockingIOError):
            while True:
                let_go |= self._socket.recv(16) == _LET_GO
        return let_go

    def close(self) -> None:
        """Closes and removes the socket."""
        self._socket.close()
        self._path.unlink(missing_ok=True)


def wake(folder: Path) -> bool:
    """Tells the agent of a data folder to look at its rows; never blocks. False when none is listening."""
    return _tell(folder, _LOOK)


def ask_to_let_go(folder: Path) -> bool:
    """Asks the agent to end, because the store has to be had alone; whoever keeps the agent starts it again."""
    return _tell(folder, _LET_GO)


def _tell(folder: Path, word: bytes) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        try:
            with _short_path(folder) as path:
                sender.sendto(word, path)
        except BlockingIOError:
            return True  # its ear is full: it is about to look anyway
        except OSError:
            return False
    return True
