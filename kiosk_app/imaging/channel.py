"""One worker process seen from the kiosk: started, asked with a deadline, killed."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

from kiosk_app.imaging import frames

WORKER_MODULE: Final = "kiosk_app.imaging.worker"
_PIPE_CHUNK: Final = 1 << 16

Reply = tuple[dict[str, Any], bytes]


class Died(Exception):
    """The worker ended before it answered."""


class Late(Exception):
    """The worker missed its deadline and was killed."""


class Worker:
    """A worker process that is started when first needed and again after every death. Not for two threads at once,
    but `kill` may come from any.
    """

    def __init__(self, start_deadline_s: float) -> None:
        self._start_deadline_s = start_deadline_s
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._retired = False
        self.reads = False
        self.knows = False
        """Whether the living process was given a page, a file or a slip."""

    @property
    def pid(self) -> int | None:
        """The living process's id."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Starts the process where there is none and waits until it has loaded its libraries. Raises Died or Late."""
        if self.pid is not None:
            return
        self.reap()
        root = str(Path(__file__).resolve().parents[2])
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        with self._lock:
            if self._retired:
                raise Died
            self.knows = False
            # not multiprocessing: it would import the kiosk's main module, the screen and all, into every worker
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", WORKER_MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        hello, _ = self._exchange(b"", self._start_deadline_s, None)
        self.reads = bool(hello.get("reads"))

    def ask(
        self, message: dict[str, Any], deadline_s: float, on_preview: Callable[[Reply], None] | None = None
    ) -> Reply:
        """Sends a job and waits for its end; `on_preview` is called in this thread. Raises Died or Late."""
        self.start()
        self.knows = True
        return self._exchange(frames.pack(message), deadline_s, on_preview)

    def kill(self) -> None:
        """Ends the process at once, from any thread; who waits for it gets Died."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.kill()

    def retire(self) -> None:
        """`kill`, and never start again."""
        with self._lock:
            self._retired = True
        self.kill()

    def reap(self) -> None:
        """Takes the dead process off the system's table and closes its pipes; for the thread that asks."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _exchange(self, out: bytes, deadline_s: float, on_preview: Callable[[Reply], None] | None) -> Reply:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise Died
        try:
            return _talk(process.stdin, process.stdout, out, time.monotonic() + deadline_s, on_preview)
        except OSError as error:
            self.reap()
            raise Died from error
        except (Died, Late):
            self.reap()
            raise


def _talk(
    stdin: IO[bytes], stdout: IO[bytes], out: bytes, until: float, on_preview: Callable[[Reply], None] | None
) -> Reply:
    """Writes and reads as the pipes allow, so that a worker that does neither cannot hang the kiosk."""
    os.set_blocking(stdin.fileno(), False)
    poll = select.poll()
    poll.register(stdout.fileno(), select.POLLIN)
    if out:
        poll.register(stdin.fileno(), select.POLLOUT)
    pending, buffer = memoryview(out), bytearray()
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise Late
        for descriptor, _ in poll.poll(left * 1000):
            if descriptor == stdin.fileno():
                with contextlib.suppress(BlockingIOError):
                    pending = pending[os.write(descriptor, pending[:_PIPE_CHUNK]) :]
                if not pending:
                    poll.unregister(descriptor)
            else:
                chunk = os.read(descriptor, _PIPE_CHUNK)
                if not chunk:
                    raise Died
                buffer += chunk
        while (reply := _take(buffer)) is not None:
            if "preview" not in reply[0]:
                return reply
            if on_preview is not None:
                on_preview(reply)


def _take(buffer: bytearray) -> Reply | None:
    """The first whole frame of the buffer, taken out of it."""
    if len(buffer) < frames.HEAD_BYTES:
        return None
    text, blob = frames.lengths(bytes(buffer[: frames.HEAD_BYTES]))
    end = frames.HEAD_BYTES + text + blob
    if len(buffer) < end:
        return None
    reply = frames.unpack(bytes(buffer[frames.HEAD_BYTES : end]), text)
    del buffer[:end]
    return reply
