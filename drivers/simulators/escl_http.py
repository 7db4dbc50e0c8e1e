"""A small HTTP/1.1 server on asyncio for simulated network devices: loopback only, keep-alive, able to break on purpose."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

HOST: Final = "127.0.0.1"
HEAD_LIMIT: Final = 16 * 1024
BODY_LIMIT: Final = 1024 * 1024
REASONS: Final = MappingProxyType(
    {
        200: "OK",
        201: "Created",
        400: "Bad Request",
        403: "Forbidden",
        404: "Not Found",
        405: "Method Not Allowed",
        409: "Conflict",
        410: "Gone",
        503: "Service Unavailable",
    }
)


@dataclass(frozen=True)
class Request:
    """One request; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """One answer. `cut_after` sends only so many bytes of the body and then drops the line, as an unplugged cable does."""

    status: int
    body: bytes = b""
    media_type: str = "text/xml"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None


Handler = Callable[[Request], Awaitable[Response]]


class BadRequest(Exception):
    """What came is not HTTP that this server speaks."""


class LoopbackHttp:
    """Serves one handler on 127.0.0.1; the port stays the same over an unplugging and a plugging in."""

    def __init__(self, handler: Handler, port: int = 0) -> None:
        self.port = port
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def plug(self) -> None:
        """Listens; raises OSError when the port is taken."""
        if self._server is None:
            self._server = await asyncio.start_server(
                self._serve, HOST, self.port, limit=HEAD_LIMIT, reuse_address=True
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def unplug(self) -> None:
        """Stops listening and drops every line at once, without waiting for answers under way."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in tuple(self._lines):
            writer.transport.abort()
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if server is not None and current not in self._tasks:
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._lines.add(writer)
        try:
            while True:
                request = await read_request(reader)
                if request is None:
                    break
                response = await self._handler(request)
                if not await send_response(writer, response):
                    break
                if request.headers.get("connection", "").lower() == "close":
                    break
        except BadRequest:
            with contextlib.suppress(OSError):
                await send_response(writer, Response(400))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            self._lines.discard(writer)
            writer.close()


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a line, or None at its end. Raises BadRequest, OSError."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise BadRequest from error
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequest from error
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:
        raise BadRequest
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    try:
        length = int(headers.get("content-length", "0"))
    except ValueError as error:
        raise BadRequest from error
    if not 0 <= length <= BODY_LIMIT:
        raise BadRequest
    body = await reader.readexactly(length) if length else b""
    return Request(parts[0], parts[1].partition("?")[0], headers, body)


async def send_response(writer: asyncio.StreamWriter, response: Response) -> bool:
    """Sends an answer; False when the line was dropped on purpose."""
    lines = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'Unknown')}"]
    headers = {"Content-Length": str(len(response.body)), "Server": "Kiosk simulator", **response.headers}
    if response.body:
        headers["Content-Type"] = response.media_type
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    if response.cut_after is not None:
        writer.write(response.body[: response.cut_after])
        with contextlib.suppress(OSError):
            await writer.drain()
        writer.transport.abort()
        return False
    writer.write(response.body)
    await writer.drain()
    return True
