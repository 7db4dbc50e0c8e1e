"""What a host writes on stderr, reduced to what may be logged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

CHUNK: Final = 65_536
LINES: Final = 50
"""Lines of one host that are passed on; a driver that chatters must not fill the disk."""


async def follow(stream: asyncio.StreamReader | None, say: Callable[[str], None]) -> None:
    """Reads to the end and passes on lines by their kind only: a library's words may hold personal data."""
    assert stream is not None
    rest, left = b"", LINES
    while chunk := await stream.read(CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[-CHUNK:]
        for line in lines:
            text = line.decode(errors="replace").rstrip()
            if left and (text.startswith(("  File ", "drivers.")) or text.endswith("Error")):
                left -= 1
                say(text[:300])
