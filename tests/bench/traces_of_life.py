"""What a running kiosk holds: memory, descriptors, threads and processes by part, and whether any of it grows."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PARTS: Final = (
    ("drivers.host", "device hosts and their spares"),
    ("kiosk_app.imaging.worker", "imaging workers"),
    ("kiosk_app.submission.agent", "agent"),
    ("drivers.simulators", "simulated devices"),
    ("kiosk-backend", "ministry service"),
    ("pcscd", "pcscd"),
)
KIOSK: Final = "kiosk"
OTHERS: Final = "others"
CERTAIN: Final = 0.01


@dataclass(frozen=True)
class Held:
    """What one part holds: processes, threads, descriptors, and memory as PSS in MB."""

    processes: int = 0
    threads: int = 0
    descriptors: int = 0
    memory_mb: float = 0.0

    def __add__(self, other: Held) -> Held:
        return Held(
            self.processes + other.processes,
            self.threads + other.threads,
            self.descriptors + other.descriptors,
            self.memory_mb + other.memory_mb,
        )


def held_by(root: int) -> dict[str, Held]:
    """By part, of the process `root` and everything below it; a process that ends meanwhile is left out."""
    found: dict[str, Held] = defaultdict(Held)
    found[KIOSK] += _held(root)
    for pid in below(root):
        try:
            found[part_of(pid)] += _held(pid)
        except OSError:
            continue
    return dict(found)


def below(root: int) -> Iterator[int]:
    """All living descendants of a process."""
    for task in Path(f"/proc/{root}/task").iterdir():
        try:
            children = (task / "children").read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            yield int(child)
            try:
                yield from below(int(child))
            except OSError:
                continue


def part_of(pid: int) -> str:
    """Which part of the machine a process is, by its command line."""
    command = command_of(pid)
    return next((name for word, name in PARTS if word in command), OTHERS)


def command_of(pid: int) -> str:
    """A process's command line; empty for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _held(pid: int) -> Held:
    folder = Path(f"/proc/{pid}")
    lines = (folder / "smaps_rollup").read_text("ascii").splitlines()
    memory = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    descriptors, threads = len(list((folder / "fd").iterdir())), len(list((folder / "task").iterdir()))
    return Held(1, threads, descriptors, memory / 1024)


@dataclass(frozen=True)
class Trend:
    """How a series goes: the whole growth from its first to its last value by the median slope, and how sure it is."""

    first: float
    last: float
    growth: float
    chance: float

    def grows(self, tolerance: float) -> bool:
        """Whether it grew by more than `tolerance`, and not by chance."""
        return self.growth > tolerance and self.chance < CERTAIN


def trend(values: Sequence[float]) -> Trend:
    """Theil-Sen slope and the one-sided Mann-Kendall test; both look at order, so that single peaks change nothing.

    `first` and `last` are medians of the first and last tenth. Raises ValueError for fewer than four values.
    """
    count = len(values)
    if count < 4:
        raise ValueError("too few values for a trend")
    slopes = [(values[b] - values[a]) / (b - a) for a in range(count) for b in range(a + 1, count)]
    score = sum((slope > 0) - (slope < 0) for slope in slopes)
    ties = [list(values).count(value) for value in set(values)]
    variance = (count * (count - 1) * (2 * count + 5) - sum(tie * (tie - 1) * (2 * tie + 5) for tie in ties)) / 18
    z = (score - (score > 0)) / math.sqrt(variance) if variance > 0 and score > 0 else 0.0
    tenth = max(1, count // 10)
    return Trend(
        statistics.median(values[:tenth]),
        statistics.median(values[-tenth:]),
        statistics.median(slopes) * (count - 1),
        0.5 * math.erfc(z / math.sqrt(2)) if score > 0 else 1.0,
    )
