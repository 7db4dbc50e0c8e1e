"""What strace wrote: which process called what on which file, as the n-th such call of its thread."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.crash.visit import STAGE

CALLS: Final = (
    "write,writev,pwrite64,pwritev,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,"
    "openat,ftruncate,fallocate,chmod,fchmod,sendto,sendmsg,connect,bind"
)
"""Whatever changes the disk, opens a file or sends something."""

_LINE: Final = re.compile(r"^(\d+) +(\w+)\((.*)$")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_FD: Final = re.compile(r"^(\d+|AT_FDCWD)<((?:[^<>]|<[^<>]*>|->)*)>")
_RANDOM: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{16,64}\b|(?<=files/)[0-9a-f]{2}(?=/|$)|(?<=\.)[0-9a-f]{8}\b|\b\d{2,}\b"
)
_ACCESS: Final = ("access", "faccessat", "faccessat2")


@dataclass(frozen=True)
class Call:
    """One system call: the n-th of its name in its thread; `role` is the file's or the line's part in the whole."""

    thread: str
    name: str
    nth: int
    role: str
    stage: str
    seen: int = 1
    failed: bool = False
    """Whether a fault fell on it: an error put into it, or the end of its process."""

    @property
    def which(self) -> tuple[str, str, int]:
        """What makes two calls the same one in two runs: name, role, and the how-manieth of both."""
        return (self.name, self.role, self.seen)


def tracing(log: Path, *faults: str) -> list[str]:
    """The command to put before a program."""
    calls = f"trace={CALLS}," + ",".join(f"?{name}" for name in _ACCESS)
    command = ["strace", "-f", "-qq", "-yy", "-s", "64", "-o", str(log), "-e", calls]
    if not any("signal=" in fault for fault in faults):
        command.insert(2, "--seccomp-bpf")  # stops at these calls only, but then delivers no signal (strace 6.1)
    for fault in faults:
        command += ["-e", f"inject={fault}"]
    return command


def role_of(arguments: str, folder: Path) -> str | None:
    """The part that the call's file plays, with names drawn by lot replaced by stars; None when it is none of ours."""
    place = _FD.match(arguments)
    if place and place[2].startswith("TCP"):
        return "line"
    if place and place[2].startswith("UNIX"):
        return "datagram" if "DGRAM" in place[2] else None
    names = [name for name in _QUOTED.findall(arguments)[:2] if "/" in name or (place and place[1] != "AT_FDCWD")]
    base = place[2] if place and place[1] != "AT_FDCWD" else ""
    if base and names and not names[0].startswith("/") and not arguments.startswith(f'{place[1]}<{base}>, "/'):  # type: ignore[index]
        path = f"{base}/{names[0]}" if len(names[0]) < 200 and "\\" not in names[0] else base
    else:
        path = base or (names[0] if names else "")
    path = path.removesuffix("(deleted)").rstrip()
    top = str(folder) + "/"
    if path == str(folder):
        return "."
    if not path.startswith(top) or path.endswith((".told", ".log")):
        return None
    return _RANDOM.sub("*", path.removeprefix(top))


def calls_in(log: Path, folder: Path) -> Iterator[Call]:
    """The calls on files below `folder` and on lines, in their order. Writes carry data: their names are not looked at."""
    counted: Counter[tuple[str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    stage = "start"
    for line in log.read_text("utf-8", "replace").splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        thread, name, arguments = found.groups()
        if name in _ACCESS:
            quoted = _QUOTED.search(arguments)
            if quoted and quoted[1].startswith(STAGE):
                stage = quoted[1].removeprefix(STAGE)
            continue
        counted[thread, name] += 1
        if name in ("write", "writev", "pwrite64", "pwritev", "sendto", "sendmsg", "connect", "bind"):
            at = _FD.match(arguments)
            arguments = at[0] if at else ""
        role = role_of(arguments, folder)
        if role is not None:
            seen[name, role] += 1
            failed = "(INJECTED)" in line or line.endswith(("= ?", "<unfinished ...>"))
            yield Call(thread, name, counted[thread, name], role, stage, seen[name, role], failed)


def hits(log: Path, folder: Path, name: str, nth: int) -> list[Call]:
    """The calls that a fault for the `nth` call `name` has fallen on: the n-th of a thread, where it got that far."""
    return [call for call in calls_in(log, folder) if (call.name, call.nth) == (name, nth) and call.failed]


def fell_on_itself(log: Path) -> bool:
    """Whether an error was put into a line that a process keeps to itself, where the world has none."""
    return any(
        "(INJECTED)" in line and "<UNIX-STREAM:" in line for line in log.read_text("utf-8", "replace").splitlines()
    )
