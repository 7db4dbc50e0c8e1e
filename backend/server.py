"""Runs the service: socket, TLS, signals, the one ready line."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from backend.app import create_app, create_enrolment_app
from backend.log import Event, emit
from backend.service import alone, open_service
from backend.tls import PeerProtocol, Pki

_GRACE_S = 5
#: Longer than a kiosk is silent between two heartbeats: a line made anew for each would cost more than the heartbeat.
_IDLE_S = 75


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it, and tells when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: asyncio.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _ended_by_signals(servers: list[_Server]) -> Iterator[None]:
    """For a supervisor SIGTERM is a request, not a death: the servers end cleanly."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for server in servers:
            server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def _run(parts: list[tuple[uvicorn.Config, socket.socket]], ready_line: str) -> None:
    ready = [asyncio.Event() for _ in parts]
    servers = [_Server(config, event) for (config, _), event in zip(parts, ready, strict=True)]

    async def tell() -> None:
        for event in ready:
            await event.wait()
        print(ready_line, flush=True)

    telling = asyncio.create_task(tell())
    with _ended_by_signals(servers):
        try:
            await asyncio.gather(
                *(server.serve([listener]) for server, (_, listener) in zip(servers, parts, strict=True))
            )
        finally:
            telling.cancel()


def _config(app: FastAPI, context: ssl.SSLContext) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=PeerProtocol,
        ws="none",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_context_factory=lambda _config, _default: context,
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=_IDLE_S,
    )


def _listen(host: str, port: int) -> tuple[socket.socket, str]:
    listener = socket.create_server(
        (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=128
    )
    # asyncio switches Nagle's algorithm off only on sockets that name their protocol, which
    # these do not; accepted connections inherit it. Without: 40 ms more for each answer.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    bound = listener.getsockname()[1]
    return listener, f"https://[{host}]:{bound}" if ":" in host else f"https://{host}:{bound}"


def serve(
    data: Path,
    database_url: str | None,
    files_url: str | None,
    host: str,
    port: int,
    enrolment_port: int | None,
    *,
    as_json: bool,
) -> None:
    """Serve until SIGTERM or SIGINT; a port of 0 takes a free one. Prints one line when ready.

    Kiosks without a certificate are listened to only where there is an `enrolment_port`.
    Raises the errors of open_service, PkiError, and OSError when an address cannot be had.
    """
    service = open_service(data, database_url, files_url)
    try:
        pki = Pki(data / "pki")
        with alone(data):
            pki.prepare(service.settings.kiosk_certificate_days)
        with contextlib.ExitStack() as stack:
            listener, url = _listen(host, port)
            stack.enter_context(listener)
            parts = [(_config(create_app(service), pki.server_context()), listener)]
            ready = {"ready": True, "url": url, "pki": str(pki.folder.absolute())}
            words = f"Ready at {url}, certificates in {pki.folder.absolute()}"
            if enrolment_port is not None:
                door, door_url = _listen(host, enrolment_port)
                stack.enter_context(door)
                parts.append((_config(create_enrolment_app(service), pki.server_context(enrolment=True)), door))
                ready["enrolment_url"] = door_url
                words += f", enrolment at {door_url}"
            emit(Event.STARTED, url=url)
            asyncio.run(_run(parts, json.dumps(ready) if as_json else words))
        emit(Event.STOPPED)
    finally:
        service.close()
