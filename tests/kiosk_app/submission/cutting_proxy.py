"""A small TCP proxy that cuts, stalls or lets through: how tests pull out the cable."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Literal

Fate = Literal["pass", "cut", "stall"]


class CuttingProxy:
    """Forwards to `target`; `plan(n)` ends each next connection after n bytes towards the server (`down`: from it)."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.connections = 0
        self.bytes_up = 0
        self._plans: list[tuple[Fate, int, bool]] = []
        self._refuse = False
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def plan(self, fate: Fate, after: int, *, down: bool = False) -> None:
        """The fate of one coming connection."""
        self._plans.append((fate, after, down))

    def unplug(self) -> None:
        """Cuts everything and lets nothing through until plug()."""
        self._refuse = True
        for one in self._open:
            _shut(one)

    def plug(self) -> None:
        """The cable is back."""
        self._refuse = False

    def close(self) -> None:
        """Ends all of it."""
        self._closing.set()
        _shut(self._listener)
        self._listener.close()
        for one in self._open:
            _shut(one)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self._refuse:
                client.close()
                continue
            fate, after, down = self._plans.pop(0) if self._plans else ("pass", 0, False)
            try:
                server = socket.create_connection(self.target, timeout=5)
            except OSError:
                client.close()
                continue
            self._open += [client, server]
            free: tuple[Fate, int] = ("pass", 0)
            up, back = (free, (fate, after)) if down else ((fate, after), free)
            threading.Thread(target=self._pump, args=(client, server, *up, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, *back, False), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, fate: Fate, after: int, upwards: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while True:
                room = 65536 if fate == "pass" else min(65536, after - passed)
                if room <= 0:
                    if fate == "stall":
                        self._closing.wait(60)
                    break
                data = source.recv(room)
                if not data:
                    break
                sink.sendall(data)
                passed += len(data)
                if upwards:
                    self.bytes_up += len(data)
        _shut(source)
        _shut(sink)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
