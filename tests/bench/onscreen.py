"""`make bench-onscreen`: how soon after leaving the scanner a page's picture is on the screen while the rest goes on.

A whole kiosk with its window in memory, the scanner's simulator in a process of its own, on its wire: airscan, SANE,
the driver's host, two imaging workers that straighten and read. The clock starts when the sheet drops into the
scanner's tray, as the simulator tells it, asked every 20 ms, and ends with the first frame painted after the page's
picture was loaded. Sheets follow one another as a desk scanner's do, 30 a minute, and as fast as the driver takes them.
Processor time is that of the kiosk's process and of the workers, for each page.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtQuick import QQuickItem

from drivers.simulators.dock import DockClient
from drivers.simulators.papers import PROCEDURES, stack
from kiosk_app.imaging.channel import WORKER_MODULE
from kiosk_app.model.session import PageStage
from tests.bench import report
from tests.bench.figures import Row, median, percentile
from tests.bench.surroundings import ROOT, load_since, machine
from tests.bench.traces_of_life import below, command_of
from tests.faults.machine import JOURNEYS, Machine
from tests.sites import NO_READER
from ui.journey.script import Script, read

BUDGET_S: Final = 1.0
LOOK_S: Final = 0.02
PATIENCE_S: Final = 600.0


class Watch:
    """When each sheet dropped into the tray, and when each page's picture was painted, by the monotonic clock."""

    def __init__(self, kiosk: Machine) -> None:
        self.out: list[float] = []
        self.shown: dict[int, float] = {}
        self._kiosk = kiosk
        self._waiting: set[int] = set()
        kiosk.app.window.frameSwapped.connect(self._painted)

    async def tray(self, hand: DockClient, sheets: int) -> None:
        """Watches the scanner's tray until all sheets lie in it."""
        while len(self.out) < sheets:
            (scanner,) = (item for item in await hand.devices() if item["id"] == "scanner0")
            now = time.monotonic()
            self.out += [now] * (len(scanner["state"]["output"]) - len(self.out))
            await asyncio.sleep(LOOK_S)

    def _painted(self) -> None:
        """What was loaded before this frame is in it."""
        now = time.monotonic()
        for number in self._waiting:
            self.shown[number] = now
        ready = {page.number for page in self._kiosk.session.pages if page.stage is PageStage.READY} - set(self.shown)
        self._waiting = {number for number in ready if self._loaded(number)}
        if ready:
            self._kiosk.app.window.update()

    def _loaded(self, number: int) -> bool:
        item = self._kiosk.player.hand.find(f"scan.page.{number}", touchable=False)
        return item is not None and any(_is_picture(child) for child in _below(item))


def _is_picture(item: QQuickItem) -> bool:
    """Whether it is a loaded picture; its `status` has no type that Python knows."""
    return item.inherits("QQuickImage") and float(item.property("paintedWidth")) > 1


def _below(item: QQuickItem) -> list[QQuickItem]:
    return [below for child in item.childItems() for below in (child, *_below(child))]


def _to_the_scanner() -> Script:
    """The journey of a mixed stack as far as the scanner."""
    script = read(JOURNEYS / "stack-no-reader.toml")
    end = next(place for place, step in enumerate(script.steps) if step.screen == "scan")
    return replace(script, steps=script.steps[: end + 1])


def _own_seconds(pids: Iterable[int]) -> float:
    """Processor seconds that this process and the workers have had."""
    ticks = 0
    for pid in (os.getpid(), *pids):
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(folder: Path, sheets: int, realistic: bool) -> tuple[list[float], float]:
    """Seconds of each page from tray to screen, and processor seconds a page. Raises TimeoutError."""
    site = folder / "site.toml"
    site.write_text(NO_READER.replace("[simulation]", f"[simulation]\nrealistic = {str(realistic).lower()}"), "utf-8")
    labels = [sheet.label for name in PROCEDURES for sheet in stack(name) if sheet.name != "blank"]
    there = [labels[number % len(labels)] for number in range(sheets)]
    kiosk = Machine(folder / "data", site, direct=True)
    try:
        watch = Watch(kiosk)

        async def visit() -> float:
            await kiosk.player.play(_to_the_scanner())
            assert kiosk.kiosk.bench is not None
            hand = await DockClient.connect(kiosk.kiosk.bench.dock)
            try:
                await hand.act("scanner0", "load", ",".join(there))
                assert await kiosk.until(lambda: kiosk.session.scan.paper_loaded)
                workers = [pid for pid in below(os.getpid()) if WORKER_MODULE in command_of(pid)]
                before = _own_seconds(workers)
                kiosk.kiosk.intent("start_scan", {})
                await asyncio.wait_for(watch.tray(hand, sheets), PATIENCE_S)
                assert await kiosk.until(lambda: len(watch.shown) == sheets, PATIENCE_S)
                return (_own_seconds(workers) - before) / sheets
            finally:
                await hand.close()

        own = kiosk.run(visit())
        return [watch.shown[number] - out for number, out in enumerate(watch.out, 1)], own
    finally:
        kiosk.close()


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also over budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.onscreen", description=__doc__)
    parser.add_argument("--sheets", type=int, default=20)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    asked = parser.parse_args()
    load, rows = os.getloadavg()[0], []
    for realistic, pace in ((True, "30 sheets a minute"), (False, "as fast as it goes")):
        with tempfile.TemporaryDirectory(prefix="kiosk-onscreen-") as folder:
            took, own = measure(Path(folder), asked.sheets, realistic)
        rows += [
            Row(f"on screen, {pace}, median", median(took), "s", BUDGET_S, len(took), "tray to painted frame"),
            Row(f"on screen, {pace}, p95", percentile(took, 0.95), "s", BUDGET_S, len(took), "the same pages"),
            Row(f"processor, {pace}", own, "s/page", None, len(took), "the kiosk with its workers, reading included"),
        ]
    facts = {**machine(), "load": load_since(load)}
    report.put_measured(asked.out, "onscreen", "A page on the screen", "make bench-onscreen", __doc__, rows, facts)
    sys.stdout.write(report.table(rows) + "\n")


if __name__ == "__main__":
    main()
