"""Runs the service: socket, TLS, signals, the one ready line."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import uvicorn

from backend.app import create_app
from backend.log import Event, emit
from backend.service import alone, open_service
from backend.tls import PeerProtocol, Pki

_GRACE_S = 5


class _Server(uvicorn.Server):
    """Ends cleanly on a signal: for a supervisor SIGTERM is a request, not a death."""

    def __init__(self, config: uvicorn.Config, ready_line: str) -> None:
        super().__init__(config)
        self._ready_line = ready_line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._ready_line, flush=True)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self.should_exit = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(data: Path, database_url: str | None, files_url: str | None, host: str, port: int, *, as_json: bool) -> None:
    """Serve until SIGTERM or SIGINT; `port` 0 takes a free one. Prints one line when ready.

    Raises the errors of open_service, PkiError, and OSError when the address cannot be had.
    """
    service = open_service(data, database_url, files_url)
    try:
        pki = Pki(data / "pki")
        with alone(data):
            pki.prepare(service.settings.kiosk_certificate_days)
        context = pki.server_context()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family, backlog=128) as listener:
            # asyncio switches Nagle's algorithm off only on sockets that name their protocol, which
            # these do not; accepted connections inherit it. Without: 40 ms more for each answer.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            bound = listener.getsockname()[1]
            url = f"https://[{host}]:{bound}" if ":" in host else f"https://{host}:{bound}"
            config = uvicorn.Config(
                create_app(service),
                http=PeerProtocol,
                ws="none",
                loop="asyncio",
                log_config=None,
                access_log=False,
                server_header=False,
                ssl_context_factory=lambda _config, _default: context,
                timeout_graceful_shutdown=_GRACE_S,
                timeout_keep_alive=30,
            )
            emit(Event.STARTED, url=url)
            ready = {"ready": True, "url": url, "pki": str(pki.folder.absolute())}
            words = f"Ready at {url}, certificates in {pki.folder.absolute()}"
            _Server(config, json.dumps(ready) if as_json else words).run([listener])
        emit(Event.STOPPED)
    finally:
        service.close()
