"""From the start of the process to the first frame: `kiosk run` and, beside it, a bare QML window."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.figures import Plan, Row, median
from tests.bench.surroundings import ROOT, environment, make_cold

# Nothing simulated: after the first frame the machine starts, and that is not measured here.
SITE = 'profile = "test"\ndevices = []\n[simulation]\nenabled = false\n'
PATIENCE_S = 30.0


def measure(plan: Plan, folder: Path) -> list[Row]:
    """The start rows. Raises RuntimeError when no frame comes."""
    site = folder / "site.toml"
    site.write_text(SITE, "utf-8")
    _kiosk(folder)  # writes bytecode and QML's cache, as an installed machine has them
    _bare(folder)
    warm = _interleaved(folder, plan.warm_starts)
    residue = 0
    cold: tuple[list[float], list[float]] = ([], [])
    for _ in range(plan.cold_starts):
        residue = max(residue, make_cold(folder))
        cold[0].append(_kiosk(folder))
        make_cold(folder)
        cold[1].append(_bare(folder))
    how = "`kiosk run` from fork to the swap of the frame with the home screen, median"
    peer = "the same for one QML window with one word, started in turn with it"
    ratio = "medians of starts in turn"
    dropped = "posix_fadvise DONTNEED over site-packages, Python's library, the sources and QML's cache"
    if residue:
        dropped += f"; {residue} MB of Qt stayed, mapped by other processes"
    return [
        Row("first frame, warm", median(warm[0]), "ms", 300, len(warm[0]), how),
        Row("first frame, cold files", median(cold[0]), "ms", 700, len(cold[0]), f"before it {dropped}"),
        Row("bare QML window, warm", median(warm[1]), "ms", None, len(warm[1]), peer),
        Row("bare QML window, cold files", median(cold[1]), "ms", None, len(cold[1]), peer),
        Row("first frame to bare window's, warm", median(warm[0]) / median(warm[1]), "times", 1.6, len(warm[0]), ratio),
        Row("first frame to bare window's, cold", median(cold[0]) / median(cold[1]), "times", 1.6, len(cold[0]), ratio),
    ]


def _interleaved(folder: Path, count: int) -> tuple[list[float], list[float]]:
    kiosk, bare = [], []
    for _ in range(count):
        kiosk.append(_kiosk(folder))
        bare.append(_bare(folder))
    return kiosk, bare


def _kiosk(folder: Path) -> float:
    """Milliseconds to the first frame that the kiosk's log tells of."""
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
            frames = [entry for entry in _entries(log) if entry.get("event") == "ui.first_frame"]
            if frames:
                return (float(str(frames[0]["at"])) - started) * 1000
            if process.poll() is not None or time.time() > started + PATIENCE_S:
                said = process.communicate(timeout=1)[1] if process.poll() is not None else ""
                raise RuntimeError(f"kiosk run showed no frame; exit {process.poll()}: {said[-1000:]}")
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
