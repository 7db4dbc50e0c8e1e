"""A scanner on its wire, the driver in its host process, and a clerk who loads sheets: what the scanner tests stand on."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from PIL import Image

from drivers import sealed
from drivers.simulators.escl_server import EsclScanner

KEY = bytes(range(32))
SMALL_BED = (900, 1200)


class SimulatedScanner:
    """A simulator on an event loop of its own thread."""

    def __init__(self, **settings: Any) -> None:
        self.loop = asyncio.new_event_loop()
        self.device = EsclScanner(**{"pages_per_minute": 0, "skew": 0.0, "bed": SMALL_BED, **settings})
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self.device.start())
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self.device.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs on the simulator's loop and waits."""
        asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def act(self, action: str, argument: str | None = None) -> None:
        """A person's hand."""
        self.run(self.device.act(action, argument))

    def fault(self, fault: str, argument: object = None) -> None:
        """What breaks."""
        self.run(self.device.fault(fault, None if argument is None else str(argument)))

    def sheets(self, place: str) -> list[str]:
        """The labels of the sheets in `feeder`, `output` or `stuck`."""
        found = self.device.state()[place]
        assert isinstance(found, list)
        return found


@dataclass
class Scan:
    """What one scan gave: pages as emitted, when each came, and how it ended."""

    pages: list[dict[str, Any]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    result: dict[str, Any] | None = None
    code: str | None = None
    detail: str = ""
    seconds: float = 0.0


class HostedScanner:
    """The driver in `python -m drivers.host`, spoken to in JSON lines as the supervisor does."""

    def __init__(self, settings: dict[str, Any], folder: Path, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self._frames: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._aside: list[dict[str, Any]] = []
        self._count = 0
        self.last = Scan()  # what came so far, also of a host that died
        self.process = subprocess.Popen(
            [sys.executable, "-m", "drivers.host", "sane"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self.write(settings)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join()
            assert self.process.stdout is not None
            self.process.stdout.close()

    def write(self, frame: dict[str, Any]) -> None:
        """One line to the host."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(frame).encode() + b"\n")
        self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._frames.put(json.loads(line))
        self._frames.put(None)

    def _next(self, timeout: float) -> dict[str, Any]:
        frame = self._frames.get(timeout=timeout)
        assert frame is not None, "the host ended"
        return frame

    def wait_event(self, event: str, timeout: float = 10.0, **data: Any) -> dict[str, Any]:
        """The data of the next event of the device itself with these values, among those not yet looked at."""
        until = time.monotonic() + timeout
        waiting, self._aside = self._aside, []
        while True:
            frame = waiting.pop(0) if waiting else self._next(max(0.01, until - time.monotonic()))
            if frame.get("event") == event and "id" not in frame and data.items() <= frame["data"].items():
                self._aside = waiting
                return dict(frame["data"])

    def call(self, verb: str, timeout: float = 60.0, on_page: Any = None, **arguments: Any) -> Scan:
        """Calls a verb and gathers what comes; `on_page(number)` is called as each page arrives."""
        self._count += 1
        number, began, scan = self._count, time.monotonic(), Scan()
        self.last = scan
        self.write({"id": number, "call": verb, "args": arguments})
        while True:
            frame = self._next(timeout)
            if frame.get("id") != number:
                self._aside.append(frame)
            elif frame.get("event") == "page":
                scan.pages.append(frame["data"])
                scan.times.append(time.monotonic() - began)
                if on_page is not None:
                    on_page(len(scan.pages))
            elif "error" in frame:
                scan.code, scan.detail = frame["error"]["code"], frame["error"]["detail"]
                break
            elif "result" in frame:
                scan.result = frame["result"]
                break
        scan.seconds = time.monotonic() - began
        return scan

    def scan(self, on_page: Any = None, session: str = "s1", timeout: float = 60.0, **options: Any) -> Scan:
        """Scans into the spool of the test; `timeout` is of silence, in seconds. Raises queue.Empty after it."""
        spool = {"folder": str(self.folder), "key_b64": base64.b64encode(KEY).decode(), "session": session}
        return self.call("scan", timeout, on_page=on_page, options=options, spool=spool)

    def cancel(self) -> None:
        """Cancels the verb under way."""
        self.write({"id": self._count, "cancel": True})


def open_page(page: dict[str, Any]) -> Image.Image:
    """The picture in a sealed page."""
    plain = sealed.read_sealed(Path(page["path"]), KEY, page["associated"].encode())
    image = Image.open(io.BytesIO(plain))
    image.load()
    return image
