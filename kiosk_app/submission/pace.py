"""The pace at which bytes leave the kiosk, so that a slow line stays usable for the office."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

BLOCK: Final = 16 * 1024
_BURST_S: Final = 0.25


class Pace:
    """Lets `bytes_per_s` through, whoever asks and however long ago the last one did; 0 is no limit."""

    def __init__(
        self,
        bytes_per_s: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bytes_per_s = bytes_per_s
        self._clock = clock
        self._sleep = sleep
        self._free_at = clock()

    def body(self, content: bytes) -> PacedBody | bytes:
        """What to hand to HTTP for a request's body; the short ones of a conversation are not held up."""
        return PacedBody(content, self) if self._bytes_per_s and len(content) > BLOCK else content

    def wait(self, count: int) -> None:
        """Returns when `count` more bytes may go. Time not used is not saved up beyond a moment."""
        now = self._clock()
        self._free_at = max(self._free_at, now - _BURST_S)
        if self._free_at > now:
            self._sleep(self._free_at - now)
        self._free_at += count / self._bytes_per_s


class PacedBody:
    """A request's body that HTTP reads in blocks, each when it may go."""

    def __init__(self, content: bytes, pace: Pace) -> None:
        self._left = memoryview(content)
        self._pace = pace

    def __len__(self) -> int:
        return len(self._left)

    def read(self, size: int = -1) -> bytes:
        """The next block, at most `size` bytes; empty at the end. Blocks as long as the pace says."""
        block = bytes(self._left[: BLOCK if size < 0 else min(size, BLOCK)])
        self._left = self._left[len(block) :]
        if block:
            self._pace.wait(len(block))
        return block
