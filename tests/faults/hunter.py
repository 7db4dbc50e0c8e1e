"""Looks for words and bytes of a citizen where they must not be: in the memory of processes, and in files."""

from __future__ import annotations

import contextlib
import mmap
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

Needles = Mapping[str, Iterable[bytes]]
"""What is looked for: the forms of each thing by its name."""
PAGE = mmap.PAGESIZE
PIECE = 8 * 2**20
LONGEST = 256
"""No needle is longer; as much of each piece of memory is looked at again with the next one."""


def forms(text: str) -> tuple[bytes, ...]:
    """A text as JSON lines and Python hold it, and as Qt does."""
    return text.encode("utf-8"), text.encode("utf-16-le")


def windows(data: bytes, count: int = 3, size: int = 32) -> tuple[bytes, ...]:
    """Pieces spread over `data`, its ends left out, which are the same in many files."""
    step = (len(data) - 3 * size) // count
    return tuple(data[at : at + size] for at in range(size, size + count * step, step))


def in_memory(pid: int, needles: Needles) -> set[str]:
    """The names of what stands in the writable memory of a process. Raises OSError when it may not be read."""
    found: set[str] = set()
    for piece in pieces(pid):
        found |= {name for name, some in needles.items() if name not in found and any(one in piece for one in some)}
    return found


def in_files(folders: Iterable[Path], needles: Needles) -> dict[str, set[str]]:
    """The files that hold any of it, with its names; files that vanish while they are read hold nothing."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            with contextlib.suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    data = path.read_bytes()
                    if names := {name for name, some in needles.items() if any(one in data for one in some)}:
                        found[str(path)] = names
    return found


def pieces(pid: int) -> Iterator[bytes]:
    """The writable memory of a process, piece by piece, each with the first bytes of what follows. Raises OSError."""
    maps = Path(f"/proc/{pid}/maps").read_text("utf-8", errors="replace")
    with (
        Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory,
        Path(f"/proc/{pid}/pagemap").open("rb", buffering=0) as pages,
    ):
        for line in maps.splitlines():
            area, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(word, 16) for word in area.split("-"))
            for first, last in _touched(pages, start, end):
                for at in range(first, last, PIECE):
                    with contextlib.suppress(OSError, ValueError):  # given back meanwhile
                        memory.seek(at)
                        yield memory.read(min(PIECE + LONGEST, last - at))


def _touched(pages: IO[bytes], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of an area that have memory or swap behind them (bits 63 and 62 of the kernel's pagemap)."""
    entries = array("Q")
    pages.seek(start // PAGE * 8)
    with contextlib.suppress(OSError):
        entries.frombytes(pages.read((end - start) // PAGE * 8))
    first: int | None = None
    for number, entry in enumerate(entries):
        if entry >> 62 and first is None:
            first = number
        elif not entry >> 62 and first is not None:
            yield start + first * PAGE, start + number * PAGE
            first = None
    if first is not None:
        yield start + first * PAGE, start + len(entries) * PAGE
