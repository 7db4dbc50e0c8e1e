"""`make bench-card`: seconds to the name and to everything, commands and own processor time of reading a virtual chip.

The chip runs in a process of its own and takes 2 ms for each answer; the driver runs here, through pcscd where one can
be started, so that the processor time of this process is the reader's alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from drivers.card.pcsc import DRIVER, CardDriver
from drivers.ports import CardAccess, CardReading, Verdict
from drivers.simulators.chip import VirtualChip
from drivers.simulators.chip.making import Making
from drivers.simulators.chip.people import DEFAULT, PEOPLE
from drivers.simulators.pcscd import PcscDaemon, PcscUnavailable
from tests.bench import report
from tests.bench.figures import Row
from tests.bench.surroundings import ROOT, machine

DELAY_MS: Final = 2.0
# Fault that makes the chip's answers that short, its argument, and the most commands then.
SIZES: Final = {"223 bytes": ("short_only", 120), "1000 bytes": ("largest", 45), "4096 bytes": (None, 30)}
INTRODUCTION: Final = """Written by `make bench-card`. The driver reads a virtual chip that takes 2 ms for each answer and
lies in a process of its own: access by PACE, all of the card's files with a portrait of 20 kB, and every proof of
authenticity. The times are medians."""
FIRST_NAME_S, EVERYTHING_S, CPU_MS = 0.5, 1.2, 1.0


@dataclass
class Taken:
    """What the readings of one size took."""

    names: list[float] = field(default_factory=list)
    wholes: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    apdus: int = 0


async def play_chip(port: int, fault: str | None, trust: str) -> None:
    """The other process: a card on the reader until it is ended."""
    making = Making(photo=20_000, active="ecdsa", chip="aes-128")
    card = VirtualChip(Path(trust), port=port, delay_ms=DELAY_MS, making=making, seed="bench")
    await card.start()
    if fault is not None:
        await card.fault(fault)
    await card.act("insert", DEFAULT)
    await asyncio.Event().wait()


def measure(settings: dict[str, Any], port: int | None, count: int) -> dict[str, Taken]:
    """Reads `count` cards of each size. Raises RuntimeError when a reading proves nothing."""
    found: dict[str, Taken] = {}
    for size, (fault, _) in SIZES.items():
        driver = DRIVER.create(settings)
        assert isinstance(driver, CardDriver)
        driver.open()
        where = port or int(driver.describe().port.rpartition(":")[2])
        command = [sys.executable, "-m", "tests.bench.card", "--chip", str(where), fault or "", settings["csca_dir"]]
        with subprocess.Popen(command) as chip:
            try:
                found[size] = _read(driver, count)
            finally:
                chip.terminate()
        _wait(driver, present=False)
        driver.close()
    return found


def _read(driver: CardDriver, count: int) -> Taken:
    _wait(driver, present=True)
    # The first reading finds out what kind of chip it is, and imports what is not imported yet.
    driver.read(CardAccess(can=PEOPLE[DEFAULT].can), lambda event, **data: None)
    taken = Taken()
    for _ in range(count):
        named: list[float] = []
        started, cpu = time.perf_counter(), time.process_time()

        def note(event: str, /, *, named: list[float] = named, **_data: Any) -> None:
            if event == "identity":
                named.append(time.perf_counter())

        reading = driver.read(CardAccess(can=PEOPLE[DEFAULT].can), note)
        used = time.process_time() - cpu
        taken.wholes.append(time.perf_counter() - started)
        taken.names.append(named[0] - started)
        taken.cpu_ms.append(1000 * used / reading.apdus)
        taken.apdus = max(taken.apdus, reading.apdus)
        _check(reading)
    return taken


def _check(reading: CardReading) -> None:
    verdicts = (reading.passive.verdict, reading.active.verdict, reading.chip.verdict)
    if verdicts != (Verdict.PASSED,) * 3 or len(reading.groups) != 7:
        raise RuntimeError(f"the reading is not whole: {verdicts} {reading.groups}")


def _wait(driver: CardDriver, *, present: bool) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if (driver.health().detail == "card present") is present:
            return
        time.sleep(0.05)
    raise RuntimeError("the virtual card did not come or go")


def rows(found: dict[str, Taken], way: str) -> list[Row]:
    """The report's lines: medians against the budgets."""
    lines: list[Row] = []
    for size, taken in found.items():
        count = len(taken.wholes)
        how = f"{way}, {DELAY_MS:g} ms an answer, answers of {size}"
        lines += [
            Row(f"{size}: commands", taken.apdus, "", SIZES[size][1], count, "every group, every proof"),
            Row(f"{size}: first name", statistics.median(taken.names), "s", FIRST_NAME_S, count, how),
            Row(f"{size}: everything", statistics.median(taken.wholes), "s", EVERYTHING_S, count, how),
            Row(f"{size}: own processor time a command", statistics.median(taken.cpu_ms), "ms", CPU_MS, count, how),
        ]
    return lines


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also over budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.card", description=__doc__)
    parser.add_argument("--count", type=int, default=12, help="readings of each size")
    parser.add_argument("--direct", action="store_true", help="without pcscd")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument("--chip", nargs=3, metavar=("PORT", "FAULT", "TRUST"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.chip:
        asyncio.run(play_chip(int(asked.chip[0]), asked.chip[1] or None, asked.chip[2]))
        return
    facts = machine()
    loop = asyncio.new_event_loop()
    daemon: PcscDaemon | None = None if asked.direct else PcscDaemon(wait_s=120)
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        settings: dict[str, Any] = {"csca_dir": folder, "transport": "direct"}
        if daemon is not None:
            try:
                loop.run_until_complete(daemon.start())
                settings = {"csca_dir": folder, "reader": daemon.reader}
            except PcscUnavailable as error:
                sys.stderr.write(f"without pcscd: {error}\n")
                daemon = None
        # The trusted certificate is written before the driver looks for it.
        loop.run_until_complete(VirtualChip(Path(folder), port=1, seed="bench").start())
        try:
            found = measure(settings, daemon.port if daemon else None, asked.count)
        finally:
            if daemon is not None:
                loop.run_until_complete(daemon.stop())
            loop.close()
    lines = rows(found, "through pcscd" if daemon else "direct")
    kept = ("date", "commit", "cpu", "memory", "system", "python")
    said = {name: facts[name] for name in kept} | {"load": f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end"}
    report.put(asked.out, "card", f"## Reading a chip card\n\n{INTRODUCTION}\n\n{report.rows_and_facts(lines, said)}")
    if asked.json:
        sys.stdout.write(json.dumps([line.as_json() for line in lines], ensure_ascii=False) + "\n")
        return
    for line in lines:
        budget = "" if line.budget is None else f"  budget {line.budget:g} {line.unit}  {line.verdict}"
        ratio = "" if line.budget is None else f"  {100 * line.value / line.budget:.0f} %"
        sys.stdout.write(f"{line.name:48}{line.value:9.3f} {line.unit:3}{budget}{ratio}\n")


if __name__ == "__main__":
    main()
