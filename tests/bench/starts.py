"""The start of `kiosk run`, and of a bare QML window beside it: the first frame, the home screen, and the memory there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.bench.figures import Plan, Row, median
from tests.bench.surroundings import ROOT, environment, make_cold, pss_mb

# Nothing simulated: after the home screen the machine starts, and that is not measured here.
SITE = 'profile = "test"\ndevices = []\n[simulation]\nenabled = false\n'
FIRST, HOME = "ui.first_frame", "ui.home_shown"
PATIENCE_S = 30.0
T = TypeVar("T")


@dataclass(frozen=True)
class Start:
    """Milliseconds from fork to the frame with the starting picture, and to that with the home screen."""

    first: float
    home: float


def measure(plan: Plan, folder: Path) -> list[Row]:
    """The start rows. Raises RuntimeError when no frame comes."""
    site = folder / "site.toml"
    site.write_text(SITE, "utf-8")
    _kiosk(folder)  # writes bytecode and QML's cache, as an installed machine has them
    _bare(folder)
    warm = _interleaved(folder, plan.warm_starts)
    residue = 0
    cold: tuple[list[Start], list[float]] = ([], [])
    for _ in range(plan.cold_starts):
        residue = max(residue, make_cold(folder))
        cold[0].append(_kiosk(folder))
        make_cold(folder)
        cold[1].append(_bare(folder))
    dropped = "posix_fadvise DONTNEED over site-packages, Python's library, the sources and QML's cache"
    if residue:
        dropped += f"; {residue} MB of Qt stayed, mapped by other processes"
    return [
        *_rows("warm", warm, 300, ""),
        *_rows("cold files", cold, 700, f"; before it {dropped}"),
    ]


def _rows(kind: str, measured: tuple[list[Start], list[float]], budget: float, before: str) -> list[Row]:
    starts, bare = measured
    first, home, count = median([one.first for one in starts]), median([one.home for one in starts]), len(starts)
    how = "`kiosk run` from fork to the swap of the frame with"
    ratio = "medians of starts in turn"
    word = kind.split()[0]
    return [
        Row(f"first frame, {kind}", first, "ms", budget, count, f"{how} the starting picture, median{before}"),
        Row(f"home screen, {kind}", home, "ms", budget, count, f"{how} the home screen, in the same starts"),
        Row(
            f"bare QML window, {kind}", median(bare), "ms", None, count, "one word in a window, started in turn with it"
        ),
        Row(f"first frame to bare window's, {word}", first / median(bare), "times", 1.6, count, ratio),
        Row(f"home screen to bare window's, {word}", home / median(bare), "times", None, count, ratio),
    ]


def _interleaved(folder: Path, count: int) -> tuple[list[Start], list[float]]:
    kiosk, bare = [], []
    for _ in range(count):
        kiosk.append(_kiosk(folder))
        bare.append(_bare(folder))
    return kiosk, bare


def _kiosk(folder: Path) -> Start:
    """One start, by what the kiosk's log tells of its frames."""
    data = folder / "start"
    log = data / "logs" / "kiosk.log"
    log.unlink(missing_ok=True)
    started = time.time()
    with _running(folder, "--config", str(folder / "site.toml"), "--data", str(data)) as process:

        def both_frames() -> Start | None:
            told = {
                str(item["event"]): (float(str(item["at"])) - started) * 1000 for item in _entries(log) if "at" in item
            }
            return Start(told[FIRST], told[HOME]) if FIRST in told and HOME in told else None

        return _once(both_frames, process, "showed no home screen")


def at_rest(folder: Path, settle_s: float) -> float:
    """MB of the proportional set size of `kiosk run` in the demo profile, on its home screen with all devices ready.

    Of its second start on one data folder: at the first one accounts are made, as on no morning after it.
    """
    data = folder / "rest"
    log = data / "logs" / "kiosk.log"
    for _ in range(2):
        log.unlink(missing_ok=True)
        with _running(folder, "--profile", "demo", "--data", str(data)) as process:
            _once(lambda: True if _all_ready(_entries(log)) else None, process, "had no devices ready")
            time.sleep(settle_s)
            found = pss_mb(process.pid)
    return found


def _all_ready(entries: list[dict[str, object]]) -> bool:
    states = {item["device"]: item["state"] for item in entries if item["event"] == "device.state"}
    begun = any(item["event"] == "kiosk.started" for item in entries)
    return begun and bool(states) and not {"starting", "busy"} & set(states.values())


@contextmanager
def _running(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    program = Path(sys.executable).with_name("kiosk")
    process = subprocess.Popen(
        [str(program), *options, "run"],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _once(look: Callable[[], T | None], process: subprocess.Popen[str], failed: str) -> T:
    """What `look` finds, as soon as it finds it. Raises RuntimeError when it does not in time or the process has ended."""
    until = time.monotonic() + PATIENCE_S
    while (found := look()) is None:
        if process.poll() is not None or time.monotonic() > until:
            said = process.communicate(timeout=1)[1] if process.poll() is not None else ""
            raise RuntimeError(f"kiosk run {failed}; exit {process.poll()}: {said[-1000:]}")
        time.sleep(0.02)
    return found


def _entries(log: Path) -> list[dict[str, object]]:
    try:
        lines = log.read_text("utf-8").splitlines(keepends=True)
    except OSError:
        return []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def bare_window(folder: Path) -> tuple[float, float]:
    """Milliseconds from fork to a bare QML window's first frame, and its proportional set size then in MB."""
    program = Path(__file__).with_name("bare.py")
    started = time.time()
    done = subprocess.run(
        [sys.executable, str(program)], env=environment(folder), capture_output=True, text=True, timeout=60, check=True
    )
    painted, pss = map(float, done.stdout.split())
    return (painted - started) * 1000, pss


def _bare(folder: Path) -> float:
    return bare_window(folder)[0]
