"""The processes that are measured: their environment, cold files, and what they run on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WIDE, HIGH = 1080, 1920


def environment(folder: Path) -> dict[str, str]:
    """A machine as it is delivered: compiled Python, the software renderer, a screen of 1080 x 1920 in memory."""
    screens = folder / "screens.json"
    screen = {"name": "kiosk", "x": 0, "y": 0, "width": WIDE, "height": HIGH, "logicalDpi": 96, "dpr": 1}
    screens.write_text(json.dumps({"screens": [screen]}), "utf-8")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "QT_", "QML", "QSG_"))}
    return {
        **kept,
        "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
        "QT_QUICK_BACKEND": "software",
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


def pss_mb(process: int | str = "self") -> float:
    """The proportional set size in MB: pages that several processes map count by their share."""
    rows = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


def run_json(module: str, folder: Path, *arguments: str, timeout_s: float = 240.0) -> Any:
    """The JSON that `python -m module` prints last. Raises RuntimeError with its last words when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _files(folder: Path) -> Iterator[Path]:
    """Everything that the kiosk's start reads."""
    standard = Path(os.__file__).parent
    packages = Path(sys.prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for top in (
        packages,
        standard,
        folder / "cache",
        *(ROOT / part for part in ("ui", "kiosk_app", "drivers", "assets")),
    ):
        for path in top.rglob("*"):
            if path.is_file():
                yield path


def make_cold(folder: Path) -> int:
    """Drops those files from the page cache; returns how many MB of them are still in it (mapped by other processes)."""
    os.sync()
    for path in _files(folder):
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
    libraries = sorted((Path(sys.prefix) / "lib").rglob("PySide6/Qt/lib/libQt6*.so.6"))
    told = subprocess.run(
        ["fincore", "--bytes", "--noheadings", "--output", "RES", *map(str, libraries)],
        capture_output=True,
        text=True,
        check=False,
    )
    return sum(int(line) for line in told.stdout.split()) >> 20


def computer() -> dict[str, str]:
    """What was measured, and where."""
    import platform  # not in the processes that are measured

    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    changed = " with changes" if _git("status", "--porcelain", "-uno", "--", ".", ":!docs") else ""
    memory = next((int(line.split()[1]) >> 20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": _git("rev-parse", "--short=10", "HEAD") + changed,
        "cpu": f"{cpu}, {os.cpu_count()} cores",
        "memory": f"{memory} GB",
        "load": f"{os.getloadavg()[0]:.2f} at the start",
        "system": f"{platform.system()} {platform.release()}, {_os_name()}",
        "python": platform.python_version(),
    }


def machine() -> dict[str, str]:
    """What was measured, and where, when Qt had a part in it."""
    from importlib.metadata import version

    from PySide6.QtCore import qVersion

    qt = f"{qVersion()} (PySide6 {version('PySide6-Essentials')}, qasync {version('qasync')})"
    return {**computer(), "qt": qt}


def load_since(began: float) -> str:
    """The machine's load from `began`, what it was at the start, until now."""
    return f"{began:.2f} at the start, {os.getloadavg()[0]:.2f} at the end"


def course(load: float, began: float) -> dict[str, str]:
    """How a measurement went: the machine's load since it was `load`, and how long since the monotonic moment `began`."""
    return {"load": load_since(load), "duration": f"{time.monotonic() - began:.0f} s"}


def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines()


def _os_name() -> str:
    import platform

    return platform.freedesktop_os_release().get("PRETTY_NAME", "")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
