"""A helper process beside the kiosk (agent, simulators, demonstration service) that never outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any, Final

STOP_S: Final = 5.0


class ChildError(Exception):
    """The process did not start as it should; the text says which and what it last said."""


class Child:
    """One process, started with the kernel's promise that it dies with us (setpriv --pdeathsig)."""

    def __init__(self, name: str, command: list[str], log_file: Path | None = None, stdin: str = "") -> None:
        self.name = name
        self._command = ["setpriv", "--pdeathsig", "TERM", *command]
        self._log_file = log_file
        self._stdin = stdin
        self._process: asyncio.subprocess.Process | None = None
        self._drain: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Starts it; what it says on stderr goes to the log file."""
        if self._log_file is not None:
            self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            errors: Any = asyncio.subprocess.DEVNULL
            if self._log_file is not None:
                errors = stack.enter_context(self._log_file.open("ab"))
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE if self._stdin else asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                limit=1_000_000,
                start_new_session=True,  # a terminal's Ctrl-C is for the kiosk, which ends its helpers in order
            )
        if self._stdin and self._process.stdin is not None:
            self._process.stdin.write(self._stdin.encode() + b"\n")
            with contextlib.suppress(ConnectionError):
                await self._process.stdin.drain()

    async def ready_line(self, timeout_s: float) -> dict[str, Any]:
        """The first line on its stdout, as JSON. Raises ChildError."""
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), timeout_s)
            answer = json.loads(line)
        except TimeoutError:
            raise ChildError(f"{self.name} was not ready after {timeout_s:g} s") from None
        except ValueError:
            raise ChildError(f"{self.name} did not start: {self._last_words()}") from None
        if not isinstance(answer, dict):
            raise ChildError(f"{self.name} did not say where it is")
        # Whatever it says later must not fill the pipe.
        self._drain = asyncio.create_task(self._discard(self._process.stdout))
        return answer

    async def wait(self) -> int:
        """Waits for its end and gives the exit code."""
        assert self._process is not None
        assert self._process.stdout is not None
        if self._drain is None:
            self._drain = asyncio.create_task(self._discard(self._process.stdout))
        return await self._process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when that is not enough."""
        if self._process is not None and self._process.returncode is None:
            self._signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), STOP_S)
            except TimeoutError:
                self._signal(signal.SIGKILL)
                await self._process.wait()
        if self._drain is not None:
            self._drain.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._drain

    def _signal(self, number: signal.Signals) -> None:
        # Not Process.terminate: it reaps a child that has just died, and asyncio then reports 255 instead of its code.
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def _last_words(self) -> str:
        if self._log_file is None or not self._log_file.is_file():
            return "it said nothing"
        lines = self._log_file.read_text("utf-8", errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "it said nothing"

    @staticmethod
    async def _discard(stream: asyncio.StreamReader) -> None:
        while await stream.read(65_536):
            pass
