"""What a kiosk may leave behind: processes of its own, and words about a person in its files."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import unicodedata
import uuid
from collections.abc import Iterator
from pathlib import Path

MARK = "KIOSK_TEST_MARK"


@contextlib.contextmanager
def set_mark() -> Iterator[str]:
    """Every process started meanwhile, and whatever it starts, carries the mark in its environment."""
    mark, before = uuid.uuid4().hex, os.environ.get(MARK)
    os.environ[MARK] = mark
    try:
        yield mark
    finally:
        if before is None:
            del os.environ[MARK]
        else:
            os.environ[MARK] = before


def processes_of_mark(mark: str, patience_s: float = 5.0) -> list[str]:
    """Command lines of the marked processes that still live after `patience_s`."""
    end = time.monotonic() + patience_s
    while (found := _marked(f"{MARK}={mark}".encode())) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def _marked(wanted: bytes) -> list[str]:
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


def dossiers_at(service: Path) -> list[dict[str, str]]:
    """What the ministry service of that data folder holds."""
    command = [str(Path(sys.executable).parent / "kiosk-backend"), "dossiers", "--data", str(service), "--json"]
    done = subprocess.run(command, check=True, capture_output=True)
    found: list[dict[str, str]] = json.loads(done.stdout)["dossiers"]
    return found


def files_that_say(folder: Path, words: tuple[str, ...], leave_out: tuple[Path, ...] = ()) -> list[str]:
    """Files under `folder` that hold any of `words`, in either form of Unicode and also as UTF-16."""
    needles = {
        unicodedata.normalize(form, word).encode(coding)
        for word in words
        for form in ("NFC", "NFD")
        for coding in ("utf-8", "utf-16-le")
    }
    needles |= {word.encode("ascii", "backslashreplace") for word in words}
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(other) for other in leave_out):
            data = path.read_bytes()
            found += [str(path.relative_to(folder)) for needle in needles if needle in data][:1]
    return found
