"""A sound card that is a pipe: what the voice plays by way of ALSA comes out here as samples, and when."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

SETTING: Final = "ALSA_CONFIG_PATH"
"""Where libasound looks for its configuration, and with it for the sound card."""
_NULL: Final = "pcm.!default { type null }\nctl.!default { type null }\n"
_PIPE: Final = """pcm.!default {{ type file; slave.pcm {{ type null }}; file "{pipe}"; format "raw" }}
ctl.!default {{ type null }}
"""
_CHUNK: Final = 1 << 16


def deaf(folder: Path, environment: MutableMapping[str, str]) -> None:
    """From now on programs that are started with this environment play to nobody."""
    (folder / "deaf.conf").write_text(_NULL, "ascii")
    environment[SETTING] = str(folder / "deaf.conf")


class SoundWire:
    """The pipe's end; a context. `first_sample` waits for the first sound after a moment, `bytes` counts all."""

    def __init__(self, folder: Path, environment: MutableMapping[str, str]) -> None:
        pipe = folder / "samples"
        os.mkfifo(pipe, 0o600)
        (folder / "pipe.conf").write_text(_PIPE.format(pipe=pipe), "ascii")
        environment[SETTING] = str(folder / "pipe.conf")
        # Open for writing as well: no end of file between two things that are said.
        self._end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self._heard_at = 0.0
        self._first_at: asyncio.Future[float] | None = None
        self.bytes = 0

    def __enter__(self) -> SoundWire:
        asyncio.get_running_loop().add_reader(self._end, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._end)
        os.close(self._end)

    def listen(self) -> asyncio.Future[float]:
        """Ends with the moment (time.perf_counter) of the next samples."""
        self._first_at = asyncio.get_running_loop().create_future()
        return self._first_at

    async def silence(self, seconds: float) -> None:
        """Until nothing has been heard for so long."""
        self._heard_at = time.perf_counter()
        while (left := self._heard_at + seconds - time.perf_counter()) > 0:
            await asyncio.sleep(left)

    def _take(self) -> None:
        now = time.perf_counter()
        with contextlib.suppress(BlockingIOError):
            self.bytes += len(os.read(self._end, _CHUNK))
            self._heard_at = now
            if self._first_at is not None and not self._first_at.done():
                self._first_at.set_result(now)
