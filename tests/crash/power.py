"""Power cuts worked out from a trace: what a disk may hold when it is only sure of what was fsynced.

SIGKILL leaves everything that was written to the kernel, so a kiosk that forgets its fsync survives every kill. Here the
trace of a program with all that it writes is played onto a disk of the worst kind: a file's content is sure up to its last
fsync, a name once its folder is fsynced; of what came later nothing, or any part of it, may be there, in pieces of a sector.
"""

from __future__ import annotations

import codecs
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

SECTOR: Final = 512
CALLS: Final = (
    "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,openat,"
    "ftruncate,lseek"
)
_LINE: Final = re.compile(rb"^(\d+) +(\w+)\((.*)\) += (-?\d+)", re.DOTALL)
_FIRST: Final = re.compile(rb"^(\d+) +(.*) <unfinished \.\.\.>$", re.DOTALL)
_REST: Final = re.compile(rb"^(\d+) +<\.\.\. \w+ resumed>(.*)$", re.DOTALL)
_TEXT: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PLACE: Final = re.compile(rb"^(?:\d+|AT_FDCWD)<([^>]*)>")


def tracing(log: Path) -> list[str]:
    """The command to put before a program whose writes are wanted."""
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-s", "4000000", "-o", str(log), "-e", f"trace={CALLS}"]


@dataclass
class Node:
    """A file or folder: what it holds, what of that is sure, and what was changed since."""

    folder: bool
    data: bytearray = field(default_factory=bytearray)
    sure: bytes = b""
    later: list[tuple[int, bytes]] = field(default_factory=list)
    names: dict[str, Node] = field(default_factory=dict)
    sure_names: dict[str, Node] = field(default_factory=dict)

    def write(self, offset: int, content: bytes) -> None:
        """Overwrites and grows."""
        if len(self.data) < offset + len(content):
            self.data.extend(bytes(offset + len(content) - len(self.data)))
        self.data[offset : offset + len(content)] = content
        self.later.append((offset, content))

    def truncate(self, size: int) -> None:
        """Cuts or grows."""
        del self.data[size:]
        self.data.extend(bytes(size - len(self.data)))
        self.later.append((-1, size.to_bytes(8, "big")))

    def fsync(self) -> None:
        """What it holds is sure."""
        self.sure, self.later = bytes(self.data), []
        self.sure_names = dict(self.names)

    def left(self, dice: random.Random | None) -> bytes:
        """The content after the cut: what is sure, and with `dice` any part of what came later."""
        found = bytearray(self.sure)
        for offset, content in self.later if dice is not None else ():
            if offset < 0:
                size = int.from_bytes(content, "big")
                if dice is not None and dice.random() < 0.5:
                    del found[size:]
                    found.extend(bytes(size - len(found)))
                continue
            for start in range(0, len(content), SECTOR):
                if dice is None or dice.random() < 0.5:
                    continue
                piece, at = content[start : start + SECTOR], offset + start
                found.extend(bytes(max(0, at + len(piece) - len(found))))
                found[at : at + len(piece)] = piece
        return bytes(found)

    def names_left(self, dice: random.Random | None) -> dict[str, Node]:
        """The names in it after the cut; each change since the last fsync may or may not have come through."""
        found = dict(self.sure_names)
        for name in sorted({*self.names, *self.sure_names}) if dice is not None else ():
            if dice is not None and dice.random() < 0.5:
                found.pop(name, None)
                if name in self.names:
                    found[name] = self.names[name]
        return found


class Disk:
    """A data folder on such a disk."""

    def __init__(self, top: Path, before: Path | None = None) -> None:
        """`top` is its place in the trace; `before` what is surely on it at the beginning, or nothing."""
        self._top = PurePosixPath(top)
        self._root = Node(folder=True)
        self._offsets: dict[tuple[bytes, str], int] = {}
        if before is not None and before.is_dir():
            self._load(self._root, before)

    def _load(self, node: Node, folder: Path) -> None:
        for entry in sorted(folder.iterdir()):
            child = node.names[entry.name] = Node(folder=entry.is_dir())
            if entry.is_dir():
                self._load(child, entry)
            elif entry.is_file():
                child.data = bytearray(entry.read_bytes())
                child.fsync()
        node.fsync()

    def _find(self, path: str) -> tuple[Node, str] | None:
        """The folder of a path and its name there; None for what is not on this disk."""
        try:
            parts = PurePosixPath(path).relative_to(self._top).parts
        except ValueError:
            return None
        node = self._root
        for part in parts[:-1]:
            if part not in node.names:
                return None
            node = node.names[part]
        return (node, parts[-1]) if parts else (Node(folder=True, names={"": self._root}), "")

    def _node(self, path: str) -> Node | None:
        place = self._find(path)
        return None if place is None else place[0].names.get(place[1])

    def apply(self, name: str, arguments: bytes, result: int) -> None:
        """One call of the trace."""
        if result < 0:
            return
        at = _PLACE.match(arguments)
        path = at[1].decode() if at else ""
        texts = [codecs.escape_decode(text)[0] for text in _TEXT.findall(arguments)]
        if name in ("write", "pwrite64"):
            self._write(name, path, arguments, bytes(texts[0])[:result])
        elif name in ("fsync", "fdatasync"):
            if (node := self._node(path)) is not None:
                node.fsync()
        elif name == "ftruncate":
            if (node := self._node(path)) is not None:
                node.truncate(int(arguments.rpartition(b",")[2]))
        elif name == "lseek":
            self._offsets[arguments.split(b"<")[0], path] = result
        else:
            places = [bytes(text).decode() for text in texts]
            places = [one if one.startswith("/") else f"{path}/{one}" for one in places]
            self._names(name, places, arguments, result)

    def _write(self, name: str, path: str, arguments: bytes, content: bytes) -> None:
        node = self._node(path)
        if node is None:
            return
        if name == "pwrite64":
            node.write(int(arguments.rpartition(b",")[2]), content)
            return
        key = (arguments.split(b"<")[0], path)
        offset = self._offsets.get(key, 0)
        node.write(offset, content)
        self._offsets[key] = offset + len(content)

    def _names(self, name: str, places: list[str], arguments: bytes, result: int) -> None:
        found = [self._find(place) for place in places]
        if not found or found[0] is None:
            return
        folder, leaf = found[0]
        if name == "openat":
            self._offsets = {key: value for key, value in self._offsets.items() if key[1] != places[0]}
            if b"O_CREAT" in arguments and leaf not in folder.names:
                folder.names[leaf] = Node(folder=False)
            if b"O_APPEND" in arguments:
                self._offsets[str(result).encode(), places[0]] = (
                    len(folder.names[leaf].data) if leaf in folder.names else 0
                )
            if b"O_TRUNC" in arguments and leaf in folder.names:
                folder.names[leaf].truncate(0)
        elif name.startswith("mkdir"):
            folder.names.setdefault(leaf, Node(folder=True))
        elif name.startswith(("unlink", "rmdir")):
            folder.names.pop(leaf, None)
        elif name.startswith(("link", "rename")) and len(found) > 1 and found[1] is not None:
            node = folder.names.get(leaf)
            if node is not None:
                found[1][0].names[found[1][1]] = node
                if name.startswith("rename"):
                    folder.names.pop(leaf, None)

    def after_a_cut(self, target: Path, dice: random.Random | None) -> None:
        """Writes what is left into a new folder."""
        self._put(self._root, target, dice)

    def _put(self, node: Node, target: Path, dice: random.Random | None) -> None:
        target.mkdir(mode=0o700)
        for name, child in node.names_left(dice).items():
            if child.folder:
                self._put(child, target / name, dice)
            else:
                (target / name).write_bytes(child.left(dice))
                (target / name).chmod(0o600)


def calls_of(log: Path, end: int | None = None) -> Iterator[tuple[str, bytes, int]]:
    """Name, arguments and result of each call that ended in the first `end` bytes, in the order of their ends."""
    begun: dict[bytes, bytes] = {}
    for line in log.read_bytes()[:end].split(b"\n"):
        if first := _FIRST.match(line):
            begun[first[1]] = first[2]
            continue
        if rest := _REST.match(line):
            line = rest[1] + b" " + begun.pop(rest[1], b"") + rest[2]
        if found := _LINE.match(line):
            yield found[2].decode(), found[3], int(found[4])
