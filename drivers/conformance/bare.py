"""A driver without its host: opened, closed and asked by hand in a process of its own, where nothing else is done.

    python -m drivers.conformance.bare DRIVER

JSON lines on stdin and stdout: the settings first, then `{"do": WORD}`; each is answered by `{"value": ...}`,
`{"code": ..., "detail": ...}` for a DeviceError, or `{"crash": NAME}` for anything else that the driver raised.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

WORDS = ("open", "close", "describe", "health", "self_test", "poll", "cancel", "repr", "descriptors")


@dataclass(frozen=True)
class Answer:
    """What one word gave."""

    value: Any = None
    code: str | None = None
    detail: str = ""
    crash: str | None = None


class BareDriver:
    """The other side of the pipe. A context; `errors` is all that the process said on stderr, once it has ended."""

    def __init__(self, driver: str, settings: dict[str, Any]) -> None:
        self._command = [sys.executable, "-m", "drivers.conformance.bare", driver]
        self._settings = settings
        self._buffer = b""
        self.errors = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._send(self._settings)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            with contextlib.suppress(subprocess.TimeoutExpired, ValueError):
                self.errors = self._process.communicate(timeout=5)[1].decode(errors="replace")
        finally:
            self._process.kill()
            self._process.wait()

    def ask(self, word: str, seconds: float = 20.0) -> Answer:
        """One word to the driver. A process that ended or hangs is an answer with `crash`."""
        self._send({"do": word})
        until = time.monotonic() + seconds
        assert self._process.stdout is not None
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self._process.stdout], [], [], max(until - time.monotonic(), 0))
            more = os.read(self._process.stdout.fileno(), 65_536) if ready else b""
            if not more:
                return Answer(crash="the process ended" if ready else f"no answer in {seconds:g} s")
            self._buffer += more
        line, self._buffer = self._buffer.split(b"\n", 1)
        return Answer(**json.loads(line))

    def _send(self, frame: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(frame).encode() + b"\n")
            self._process.stdin.flush()


def _answer(device: Any, word: str) -> dict[str, Any]:
    from drivers import wire
    from drivers.errors import DeviceError

    try:
        if word == "repr":
            return {"value": repr(device)}
        if word == "descriptors":
            return {"value": len(list(Path("/proc/self/fd").iterdir()))}
        if word == "poll":
            events: list[Any] = []
            device.poll(lambda event, /, **data: events.append([event, wire.to_json(data)]))
            return {"value": events}
        return {"value": wire.to_json(getattr(device, word)())}
    except DeviceError as error:
        return {"code": error.code, "detail": error.detail}
    except Exception as error:
        return {"crash": f"{type(error).__name__}: {error}"}


def main() -> int:
    """Answers until stdin ends."""
    from drivers import registry

    output = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    device: Any = registry.load(sys.argv[1]).create(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        word = json.loads(line)["do"]
        answer = _answer(device, word) if word in WORDS else {"crash": f"no word {word}"}
        output.write(json.dumps(answer) + "\n")
    device.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
