"""The hunt: memory of every process of the kiosk, its files, what lies in memory as files, and what the kernel dumped."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
from hunter import PIECE, pieces

from tests.residue.needles import Needles
from tests.residue.stand import Stand

SHARED: Final = (Path("/dev/shm"), Path("/dev/mqueue"))
DUMPS: Final = (Path("/var/lib/systemd/coredump"), Path("/var/crash"), Path("/var/cores"))
_LEFT_OUT: Final = ("bench", "service")
"""In the data folder of the demonstration: the devices' own files, and the ministry's."""
NO_FILES: Final = ("socket:", "pipe:", "anon_inode:")

_AROUND: Final = 100
_BLOCK: Final = 1 << 17

Finds = dict[str, set[str]]
"""Where something was found, and what."""


def in_memory(stand: Stand, needles: Needles, innocent: set[int] | None = None) -> Finds:
    """What stands in the writable memory of which process of the kiosk, and in files without a name that it holds open.

    `innocent` are blocks, by their hash, that were looked through before and held nothing: what is as it was before a
    citizen came says nothing of them. It grows by what is looked through now.
    """
    innocent = set() if innocent is None else innocent
    found: Finds = {}
    for pid, name in stand.processes().items():
        seen: set[str] = set()
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for piece in pieces(pid):
                seen |= _in_changed(piece, needles, innocent)
        for data in _nameless(pid):
            seen |= {f"{one} in an open file" for one in needles.found_in(data)}
        if seen:
            found[_short(name)] = found.get(_short(name), set()) | seen
    return found


def _in_changed(piece: bytes, needles: Needles, innocent: set[int]) -> set[str]:
    """What stands in the blocks of a piece that are not known, each with the edges of its neighbours."""
    seen: set[str] = set()
    for at in range(0, len(piece), _BLOCK):
        mark = hash(piece[at : at + _BLOCK])
        if mark not in innocent:
            found = needles.found_in(piece[max(0, at - needles.longest) : at + _BLOCK + needles.longest])
            seen |= found
            if not found:
                innocent.add(mark)
    return seen


def beside(stand: Stand, named: Mapping[str, Iterable[bytes]], found: Finds, most: int = 6) -> list[str]:
    """What stands around the first few finds in memory, for whoever looks for their cause."""
    wanted = [needle for name in set().union(*found.values()) for needle in named.get(name, ())]
    told: list[str] = []
    for pid, name in stand.processes().items():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for piece in pieces(pid) if _short(name) in found else ():
                for needle in wanted:
                    at = piece.find(needle)
                    if at >= 0 and len(told) < most:
                        told.append(f"{_short(name)}: {piece[max(0, at - _AROUND) : at + len(needle) + _AROUND]!r}")
    return told


def on_disk(stand: Stand, needles: Needles) -> Finds:
    """The files that hold anything of it, and names that say it. The test's own folder and devices' are left out."""
    found: Finds = {}
    for folder in (stand.data, stand.temporary, *SHARED, *DUMPS, *_strays(stand)):
        for path in _files(folder, stand.data):
            seen = {f"{one} in its name" for one in needles.found_in(os.fsencode(path.name))}
            with contextlib.suppress(OSError), path.open("rb") as stream:
                before = b""
                while piece := stream.read(PIECE):
                    seen |= needles.found_in(before + piece)
                    before = piece[-needles.longest :]
            if seen:
                found[str(path)] = seen
    return found


def dumps() -> set[str]:
    """Core files that lie about, wherever this machine puts them."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text("utf-8").strip()
    folders = {*DUMPS, Path("/tmp"), Path.cwd()}
    if pattern.startswith("/"):
        folders.add(Path(pattern).parent)
    names = ("core", "core.*", "vgcore.*", "*.core")
    return {str(path) for folder in folders for name in names for path in folder.glob(name) if path.is_file()}


def swapped_kb(stand: Stand) -> int:
    """Kilobytes of the kiosk's processes that lie in swap."""
    total = 0
    for pid in stand.processes():
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
                if line.startswith("VmSwap:"):
                    total += int(line.split()[1])
    return total


def _short(name: str) -> str:
    words = name.split()
    return words[words.index("-m") + 1] + (f" {words[-1]}" if "drivers.host" in name else "") if "-m" in words else name


def _nameless(pid: int) -> Iterator[bytes]:
    """Contents of files that a process holds open though their names are gone."""
    with contextlib.suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(link.readlink())
                if target.endswith(" (deleted)") or target.startswith("/memfd:"):
                    yield link.read_bytes()


def _strays(stand: Stand) -> Iterator[Path]:
    """What came into the machine's temporary folders since the stand was put up: whoever ignores TMPDIR puts it there."""
    for top in (Path("/tmp"), Path("/var/tmp")):
        for path in top.iterdir() if top.is_dir() else ():
            with contextlib.suppress(OSError):
                hidden = path.is_dir() and path.name.startswith(".")
                if (path.is_file() or hidden) and path.stat().st_mtime >= stand.since:
                    yield path


def _files(folder: Path, data: Path) -> Iterator[Path]:
    left_out = {data / name for name in _LEFT_OUT}
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()) if folder.is_dir() else [folder]:
            if path in left_out or path.is_symlink():
                continue
            if path.is_dir():
                yield from _files(path, data)
            elif path.is_file():
                yield path
