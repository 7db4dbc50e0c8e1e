"""`make soak HOURS=24`: a whole kiosk plays a day's sessions with random faults; nothing it holds may grow.

An open kiosk serves a citizen every five minutes: twelve sessions an hour, 288 in 24 hours. The sessions are played in
full, on the real screens with real device hosts, workers, agent and service; only the waiting between and within them is
skipped, by letting the timers of the runtime run out at once. A third of the citizens submits a dossier, the others look
something up, or walk away.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))

from machine import DEVICES, JOURNEYS, Machine
from sensible_citizen import SHOW_THE_CODE, Citizen

from drivers.simulators.dock import DockClient, DockError
from tests.bench import report
from tests.bench.figures import Row
from tests.bench.surroundings import ROOT, machine
from tests.bench.traces_of_life import KIOSK, Held, below, command_of, held_by, trend
from ui.journey.player import JourneyError
from ui.journey.script import read

SESSIONS_AN_HOUR: Final = 12
SESSION_S: Final = 60.0
"""A citizen whose machine is broken for longer than this gives up."""
TOUCH_S: Final = 4.0
WARM_UP: Final = 0.25
TOLERATED: Final = {"memory_mb": 8.0, "descriptors": 3.0, "threads": 2.0, "processes": 1.0}
UNITS: Final = {"memory_mb": "MB", "descriptors": "", "threads": "", "processes": ""}
NAMES: Final = {
    "memory_mb": "memory (PSS)",
    "descriptors": "descriptors",
    "threads": "threads",
    "processes": "processes",
}
KINDS: Final = ("submit", "submit", "submit", "look up", "look up", "look up", "walk away", "walk away", "walk away")
WELL_S: Final = (0.2, 4.0)
BROKEN_S: Final = (0.05, 2.5)
KILLED: Final = ("drivers.host", "kiosk_app.submission.agent", "kiosk_app.imaging.worker")


class Soak:
    """Plays sessions; `samples` has what was held after each, `happened` counts sessions, ends and faults."""

    def __init__(self, machine: Machine, seed: str) -> None:
        self._machine = machine
        self._dice = random.Random(seed)
        self.samples: list[dict[str, Held]] = []
        self.store_kb: list[float] = []
        self.happened: Counter[str] = Counter()
        self.troubles: list[str] = []

    def session(self) -> None:
        """One citizen from the home screen to the home screen, then what the machine holds in its rest."""
        kind = self._dice.choice(KINDS)
        self.happened[f"session: {kind}"] += 1
        with contextlib.suppress(TimeoutError, JourneyError):
            self._machine.run(asyncio.wait_for(self._play(kind), SESSION_S))
        if self._machine.session.submission.dossier_code:
            self.happened["dossier with a code"] += 1
        self._back_to_morning()
        self.troubles += self._machine.troubles()
        # A host that was killed has no spare for two seconds; counted then, the number of processes would be luck.
        self._machine.run(self._machine.until(_hosts_have_spares))
        gc.collect()  # what is only waiting for the collector is no growth
        self.samples.append(held_by(os.getpid()))
        store = self._machine.folder / "store"
        self.store_kb.append(sum(path.stat().st_size for path in store.rglob("*") if path.is_file()) / 1024)

    def _back_to_morning(self) -> None:
        """Everything well and nobody there; once more when a hand was still at work that was called off in the middle."""
        try:
            self._machine.reset()
        except AssertionError as error:
            self.happened["tidied up twice"] += 1
            sys.stderr.write(f"once more: {error}; {self._machine.session.card}, {self._machine.session.scan}\n")
            self._machine.reset()

    async def _play(self, kind: str) -> None:
        bench = self._machine.kiosk.bench
        assert bench is not None
        hand, other = await DockClient.connect(bench.dock), await DockClient.connect(bench.dock)
        breaking = asyncio.create_task(self._break(other))
        try:
            if kind == "submit":
                await self._submit(hand)
            else:
                await self._machine.player.play(read(JOURNEYS / "parts" / "looked_up.toml"))
            if kind == "walk away":
                self._machine.kiosk.runtime.expire("idle")
                await self._machine.until(lambda: self._machine.kiosk.runtime.expire("idle_end"), 3.0)
        finally:
            breaking.cancel()
            await asyncio.gather(breaking, return_exceptions=True)
            await hand.close()
            await other.close()

    async def _submit(self, hand: DockClient) -> None:
        citizen = Citizen(self._machine, hand)
        while (act := await citizen.next_act()) is not None:
            went_on = False
            with contextlib.suppress(TimeoutError, JourneyError):
                await asyncio.wait_for(citizen.do(act), TOUCH_S)
                went_on = await citizen.changed(act)
            if not went_on:
                citizen.code_in_vain = act.name == SHOW_THE_CODE

    async def _break(self, hand: DockClient) -> None:
        """Until the session is over: something breaks, and is well again a moment later."""
        faults: tuple[Callable[[DockClient], asyncio.Future[None] | object], ...] = (
            self._unplug,
            self._hurt,
            self._kill,
            self._cut_the_line,
        )
        while True:
            await asyncio.sleep(self._dice.uniform(*WELL_S))
            with contextlib.suppress(DockError, ProcessLookupError):
                await self._dice.choices(faults, (4, 4, 3, 1))[0](hand)  # type: ignore[misc]

    async def _unplug(self, hand: DockClient) -> None:
        await self._fault(hand, "absent", None)

    async def _hurt(self, hand: DockClient) -> None:
        await self._fault(
            hand, *self._dice.choice((("hang", "2"), ("slow", "300"), ("garble", None), ("refuse", None)))
        )

    async def _fault(self, hand: DockClient, fault: str, argument: str | None) -> None:
        device = self._dice.choice(DEVICES)
        try:
            await hand.fault(device, fault, argument)
        except DockError:
            return  # a device that does not know this fault
        self.happened[f"fault: {fault}"] += 1
        await asyncio.sleep(self._dice.uniform(*BROKEN_S))
        await hand.fault(device, "clear")

    async def _kill(self, _hand: DockClient) -> None:
        """kill -9 of any process of the machine that it has to do without for a moment."""
        victims = [pid for pid in below(os.getpid()) if any(word in command_of(pid) for word in KILLED)]
        if victims:
            victim = self._dice.choice(victims)
            word = next((word for word in KILLED if word in command_of(victim)), "")
            os.kill(victim, signal.SIGKILL)
            self.happened[f"kill -9: {word}"] += 1

    async def _cut_the_line(self, _hand: DockClient) -> None:
        bench = self._machine.kiosk.bench
        assert bench is not None
        self.happened["fault: no line to the ministry"] += 1
        await bench.stop_service()
        await asyncio.sleep(self._dice.uniform(*BROKEN_S))
        await bench.start_service()


def _hosts_have_spares() -> bool:
    return sum("drivers.host" in command_of(pid) for pid in below(os.getpid())) == 2 * len(DEVICES)


def rows(soak: Soak) -> list[Row]:
    """What grew by how much after the warm-up, against what is tolerated."""
    judged = soak.samples[int(len(soak.samples) * WARM_UP) :]
    found: list[Row] = []
    for what in ("memory_mb", "descriptors", "threads", "processes"):
        for part in sorted({part for sample in judged for part in sample}, key=lambda part: (part != KIOSK, part)):
            values = [float(getattr(sample.get(part, Held()), what)) for sample in judged]
            seen = trend(values)
            if not seen.grows(0.0) and what != "memory_mb" and part != KIOSK:
                continue
            budget = TOLERATED[what]
            # Growth that may as well be chance is none, whatever its size.
            growth = seen.growth if seen.grows(0.0) else 0.0
            how = f"from {seen.first:.4g} to {seen.last:.4g}; chance {seen.chance:.2g}"
            found.append(Row(f"{part}: {NAMES[what]}, growth", growth, UNITS[what], budget, len(values), how))
    kept = "rows and the content of dossiers whose receipt was not printed, kept an hour; told, not judged"
    found.append(Row("store, last", soak.store_kb[-1], "kB", None, len(soak.store_kb), kept))
    found.append(
        Row("warnings, exceptions, failed effects", len(soak.troubles), "", 0, len(soak.samples), "of any session")
    )
    return found


def introduction(soak: Soak, hours: float, planned: int) -> str:
    """What was played."""
    said = ", ".join(f"{count} {name}" for name, count in sorted(soak.happened.items()))
    return (
        "## Soak\n\nWritten by `make soak`. One kiosk, never restarted, plays the sessions of opening hours with twelve "
        "citizens an hour; the\nwaiting between and within sessions is skipped. After each session it is counted what the "
        "kiosk and all of its processes\nhold; the first quarter is warm-up. Growth is the median slope (Theil and Sen) "
        "over the rest, counted only when its order is\nno chance (Mann and Kendall, 1 %).\n\n"
        f"{len(soak.samples)} of {planned} sessions, {len(soak.samples) / SESSIONS_AN_HOUR:.1f} of {hours:g} simulated "
        f"hours: {said}."
    )


def main() -> int:
    """Plays, prints, writes its part of the page; 1 when something grows."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0, help="simulated opening hours")
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after so many real minutes; 0: never")
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    parser.add_argument("--samples", type=Path, help="where each session's figures go, a line of JSON each")
    parser.add_argument(
        "--direct", action="store_true", help="card reader in the development transport, beside other machines"
    )
    asked = parser.parse_args()
    planned, began, facts = max(8, round(asked.hours * SESSIONS_AN_HOUR)), time.monotonic(), machine()
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as scratch:
        running = Machine(Path(scratch) / "data", direct=asked.direct)
        soak = Soak(running, asked.seed)
        try:
            for number in range(planned):
                soak.session()
                _note(soak, number, planned, began, asked.samples)
                if asked.minutes and time.monotonic() - began > asked.minutes * 60:
                    break
        finally:
            running.close()
    found = rows(soak)
    said = {name: facts[name] for name in ("date", "commit", "cpu", "memory", "system", "python", "qt")}
    said |= {"load": f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end", "seed": asked.seed}
    said["priority"] = f"nice {os.nice(0)}"
    said["duration"] = f"{time.monotonic() - began:.0f} s"
    text = f"{introduction(soak, asked.hours, planned)}\n\n{report.rows_and_facts(found, said)}"
    report.put(asked.out, "soak", text)
    sys.stdout.write(report.table(found) + "\n" + "".join(f"  {trouble}\n" for trouble in soak.troubles[:20]))
    return 1 if any(row.verdict == "over" for row in found) else 0


def _note(soak: Soak, number: int, planned: int, began: float, file: Path | None) -> None:
    held = soak.samples[-1]
    whole = sum(held.values(), Held())
    told = {
        "session": number + 1,
        "at_s": round(time.monotonic() - began, 1),
        "kiosk_mb": round(held[KIOSK].memory_mb, 1),
        "all_mb": round(whole.memory_mb, 1),
        "descriptors": held[KIOSK].descriptors,
        "threads": held[KIOSK].threads,
        "processes": whole.processes,
        "store_kb": round(soak.store_kb[-1]),
        "troubles": len(soak.troubles),
    }
    sys.stderr.write(f"{number + 1} of {planned}: {json.dumps(told)}\n")
    if file is not None:
        parts = {part: vars(item) for part, item in held.items()}
        with file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({**told, "parts": parts}) + "\n")


if __name__ == "__main__":
    sys.exit(main())
