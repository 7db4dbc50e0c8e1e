"""From the start of the process to the first frame and to the home screen: `kiosk run` and, beside it, a bare QML window."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Plan, Row, median
from tests.bench.surroundings import ROOT, environment, make_cold

# Nothing simulated: after the home screen the machine starts, and that is not measured here.
SITE = 'profile = "test"\ndevices = []\n[simulation]\nenabled = false\n'
FIRST, HOME = "ui.first_frame", "ui.home_shown"
PATIENCE_S = 30.0


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
    program = Path(sys.executable).with_name("kiosk")
    command = [str(program), "--config", str(folder / "site.toml"), "--data", str(data), "run"]
    started = time.time()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        while True:
            time.sleep(0.02)
            told = {
                str(item["event"]): (float(str(item["at"])) - started) * 1000 for item in _entries(log) if "at" in item
            }
            if FIRST in told and HOME in told:
                return Start(told[FIRST], told[HOME])
            if process.poll() is not None or time.time() > started + PATIENCE_S:
                said = process.communicate(timeout=1)[1] if process.poll() is not None else ""
                raise RuntimeError(f"kiosk run showed no home screen; exit {process.poll()}: {said[-1000:]}")
    finally:
        _end(process)


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
