"""Simulated kiosks for the load on the ministry's service: a TLS line each, requests due by the clock."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.backend.ministry_harness import TUS, described, manifest

FILES: Final = 5
BYTES: Final = 4_000_000


@dataclass
class Figures:
    """Seconds of what succeeded, by kind, and what did not, by kind and status."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    def note(self, kind: str, seconds: float) -> None:
        """One that succeeded."""
        self.seconds.setdefault(kind, []).append(seconds)

    def fail(self, kind: str, reason: object) -> None:
        """One that did not."""
        name = f"{kind}: {reason}"
        self.failed[name] = self.failed.get(name, 0) + 1


class RefusedError(Exception):
    """Another answer than the one that was due."""


class Line:
    """A kiosk's connection, which is kept and made anew when the service has closed it."""

    def __init__(self, kiosk_id: str, port: int, pki: Path) -> None:
        self.kiosk_id = kiosk_id
        self._port = port
        self._context = ssl.create_default_context(cafile=str(pki / "ca.pem"))
        self._context.load_cert_chain(pki / f"kiosk-{kiosk_id}.pem", pki / f"kiosk-{kiosk_id}.key")
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def ask(self, method: str, path: str, body: bytes, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer. Raises OSError, EOFError."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self._port}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        sent = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        async with self._turn:
            if self._streams is None or self._streams[0].at_eof():
                self._streams = await asyncio.open_connection(
                    "127.0.0.1", self._port, ssl=self._context, server_hostname="localhost"
                )
            reader, writer = self._streams
            try:
                writer.write(sent)
                await writer.drain()
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                found = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
                return int(head[0].split()[1]), found, await reader.readexactly(int(found.get("content-length", 0)))
            except BaseException:
                self._streams = None
                writer.transport.abort()
                raise

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].transport.abort()


async def heartbeat(line: Line, _figures: Figures) -> None:
    """One heartbeat of an ordinary kiosk. Raises RefusedError."""
    kinds = (("card", "card_reader"), ("scanner", "scanner"), ("printer", "printer"), ("barcode", "barcode_reader"))
    said = {
        "kiosk_id": line.kiosk_id,
        "version": "1.0.0",
        "at": "2026-11-20T09:00:00+07:00",
        "state": "ready",
        "devices": [{"id": name, "kind": kind, "state": "ready", "code": None} for name, kind in kinds],
        "outbox": {"waiting": 0, "oldest_s": None},
    }
    await _due(line, 200, "POST", "/v1/heartbeat", json.dumps(said).encode(), Content_Type="application/json")


async def dossier(line: Line, figures: Figures) -> None:
    """One dossier: five files by tus, then the manifest. Raises RefusedError."""
    size = BYTES // FILES
    files = []
    for number in range(FILES):
        content = b"%PDF-1.7\n" + os.urandom(size - 9)
        created = await _due(line, 201, "POST", "/files/", b"", **_headers(Upload_Length=str(size)))
        place, begun = created["location"], time.monotonic()
        sent = _headers(Upload_Offset="0", Content_Type="application/offset+octet-stream")
        await _due(line, 204, "PATCH", place, content, **sent)
        figures.note("file of 800 kB", time.monotonic() - begun)
        files.append(described(place, content) | {"component": f"c{number}", "name": f"giay-to-{number}.pdf"})
    begun = time.monotonic()
    body = json.dumps(manifest(line.kiosk_id, files), ensure_ascii=False).encode()
    path = f"/v1/dossiers/{uuid.uuid4()}"
    status, _, answer = await line.ask("PUT", path, body, Content_Type="application/json")
    if status != 201:
        raise RefusedError(f"PUT {status}")
    figures.note("manifest", time.monotonic() - begun)
    figures.codes.append(json.loads(answer)["dossier_code"])


def _headers(**more: str) -> dict[str, str]:
    return {"Tus_Resumable": TUS["Tus-Resumable"], **more}


async def _due(line: Line, expected: int, method: str, path: str, body: bytes, **headers: str) -> dict[str, str]:
    status, found, _ = await line.ask(method, path, body, **headers)
    if status != expected:
        raise RefusedError(f"{method} {status}")
    return found


Work = Callable[[Line, Figures], Awaitable[None]]


async def at_a_rate(
    lines: Sequence[Line], work: Work, kind: str, per_second: float, seconds: float, figures: Figures
) -> None:
    """Do `work` so often, whether earlier ones have ended or not, by one kiosk after another.

    The clock of each runs from when it was due, so that a service that stands still is not asked less (and its latencies
    not counted less) for it.
    """
    begun, running = time.monotonic(), set[asyncio.Task[None]]()

    async def one(line: Line, due: float) -> None:
        try:
            await work(line, figures)
            figures.note(kind, time.monotonic() - due)
        except RefusedError as error:
            figures.fail(kind, error)
        except (OSError, EOFError, ssl.SSLError) as error:
            figures.fail(kind, type(error).__name__)

    for number in range(round(per_second * seconds)):
        due = begun + number / per_second
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        task = asyncio.create_task(one(lines[number % len(lines)], due))
        running.add(task)
        task.add_done_callback(running.discard)
    while running:
        await asyncio.wait(set(running))
