"""Machines started on the same disks again and again, their power cut at chosen moments, and what came of it."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.powercut.disk import FATES, Disk, Mains
from tests.powercut.image import NoMachine, build, empty, kernel
from tests.powercut.judge import Promises, Verdict, judge
from tests.powercut.machine import Machine, check, cold, held

DISKS: Final = ("kiosk", "ministry")
DISK_MB: Final = 192
PATIENCE_S: Final = 600.0
FIRST, LAST = 10, 700
"""Between which writes and flushes the power is cut; the first two hundred of empty disks are the very first start."""


@dataclass
class Tally:
    """What was cut and what was lost."""

    cuts: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    sealed: int = 0
    acknowledged: int = 0
    waiting: int = 0
    kept: int = 0
    lost: int = 0
    torn: int = 0
    settled: int = 0
    bad: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Puts two together."""
        self.moments.update(other.moments)
        self.bad += other.bad
        for name in ("cuts", "sealed", "acknowledged", "waiting", "kept", "lost", "torn", "settled"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Bench:
    """A machine that was started once and held ready, and the folder of whatever goes on from it."""

    def __init__(self, folder: Path) -> None:
        """Makes it; a minute or two. Raises NoMachine."""
        check()
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.stopped = threading.Event()
        self._running: set[Mains] = set()
        self._guard = threading.Lock()
        self._kernel, self._root, self._state = kernel(), build(folder), folder / "state"
        disks = self.new_disks(folder)
        machine = self._start(cold(self._kernel, self._root), folder, disks, Mains(None))
        try:
            if not machine.wait("ready", PATIENCE_S):
                raise NoMachine(f"the machine does not start: {machine.last_words()}")
            machine.hold(self._state)
        finally:
            self._end(machine, disks)

    def new_disks(self, folder: Path) -> list[Disk]:
        """Two disks with nothing on them."""
        for name in DISKS:
            empty(folder / name, DISK_MB)
        return [Disk(folder / name) for name in DISKS]

    def _start(self, boot: list[str], folder: Path, disks: list[Disk], mains: Mains) -> Machine:
        with self._guard:
            if self.stopped.is_set():
                raise KeyboardInterrupt
            self._running.add(mains)
        return Machine(boot, folder, disks, mains)

    def _end(self, machine: Machine, disks: list[Disk]) -> None:
        machine.cut()
        with self._guard:
            self._running.discard(machine.mains)
        for disk in disks:
            disk.close()

    def go_on(self, folder: Path, disks: list[Disk], mains: Mains, order: dict[str, Any]) -> Machine:
        """A machine on these disks."""
        machine = self._start(held(self._state, self._kernel, self._root), folder, disks, mains)
        machine.tell({**order, "now": time.time(), "salt": os.urandom(32).hex()})
        return machine

    def done(self, machine: Machine) -> None:
        """Cuts it for good."""
        machine.cut()
        with self._guard:
            self._running.discard(machine.mains)

    def stop(self) -> None:
        """Cuts whatever runs; nothing is started any more."""
        with self._guard:
            self.stopped.set()
            for mains in self._running:
                mains.cut()


def _moment(words: list[dict[str, Any]]) -> str:
    said = {one["word"] for one in words}
    return "working" if "found" in said else "starting" if "mounted" in said else "mounting"


class Chain:
    """One pair of disks, from empty, through some cuts, to rest."""

    def __init__(self, bench: Bench, name: str, build: str) -> None:
        self._bench = bench
        self._name = name
        self._build = build
        self._dice = random.Random(name)
        self._folder = bench.folder / name.replace("/", "-")
        self._folder.mkdir()
        self._promises = Promises()
        self.tally = Tally()

    def run(self, cuts: int) -> Tally:
        """So many cuts, then a start without one."""
        disks = self._bench.new_disks(self._folder)
        try:
            for number in range(cuts):
                if not self._cut(disks, number):
                    break
            else:
                self._settle(disks)
        finally:
            for disk in disks:
                disk.close()
        self.tally.sealed = len(self._promises.sealed)
        self.tally.acknowledged = len(self._promises.acknowledged)
        if not self.tally.bad:
            shutil.rmtree(self._folder)
        return self.tally

    def _cut(self, disks: list[Disk], number: int) -> bool:
        careless = self._build == "careless"
        at, enough = self._dice.randint(FIRST, LAST), self._dice.randint(1, 4)
        mains = Mains(None if careless else at)
        machine = self._bench.go_on(self._folder, disks, mains, self._order("day", number))
        try:
            if careless:  # it writes when it likes: cut after so many promises
                machine.wait("acknowledged", PATIENCE_S, enough)
            else:
                machine.wait("never", PATIENCE_S)
        finally:
            self._bench.done(machine)
        if self._bench.stopped.is_set():
            return False
        fates = []
        for disk in disks:
            fate = self._dice.choice(FATES) if not careless else FATES[0]
            waiting, kept = disk.lose(fate, self._dice)
            self.tally.waiting += waiting
            self.tally.kept += kept
            fates.append(f"{fate} of {waiting}")
        moment = _moment(machine.heard)
        self.tally.cuts += 1
        self.tally.moments[moment] += 1
        where = f"{self._name}, cut {number} at request {mains.asked} ({moment}; kept {', '.join(fates)})"
        return self._look(machine, where)

    def _settle(self, disks: list[Disk]) -> None:
        careless = self._build == "careless"
        machine = self._bench.go_on(self._folder, disks, Mains(None), self._order("settle", 0))
        try:
            came = machine.wait("found" if careless else "settled", PATIENCE_S)
        finally:
            self._bench.done(machine)
        if self._bench.stopped.is_set():
            return
        if self._look(machine, f"{self._name}, at the end") and not came:
            self.tally.bad.append(f"{self._name} does not come to rest: {machine.last_words()}")
        self.tally.settled += came

    def _order(self, what: str, number: int) -> dict[str, Any]:
        return {"build": self._build, "what": what, "name": f"{self._name}/{what}{number}"}

    def _look(self, machine: Machine, where: str) -> bool:
        """Judges what a start has found by what was said before it; whether the disks are worth another one."""
        good = True
        for said in machine.heard:
            self._promises.hear(said)
            verdict = None
            if said["word"] == "failed":
                verdict = Verdict(wrong=[f"{said['why']} {said['where']}"])
                if not any(one["word"] == "found" for one in machine.heard):
                    verdict.lost = set(self._promises.sealed)  # it does not even start on what is left
            elif said["word"] in ("found", "settled"):
                verdict = judge(self._promises, said)
            if verdict is not None and verdict.bad:
                self.tally.lost += len(verdict.lost)
                self.tally.torn += len(verdict.torn)
                self.tally.bad += [f"{where}: {line}" for line in verdict.bad]
                if self._build == "ours":
                    print("\n".join(f"BAD {where}: {line}" for line in verdict.bad), flush=True)
                good = False
        return good


def carry_out(
    bench: Bench, seed: str, build: str, chains: list[int], lanes: int, seen: Callable[[Tally], None]
) -> Tally:
    """Chains of so many cuts each, some beside each other. Raises KeyboardInterrupt when the bench was stopped."""
    waiting = [(number, cuts) for number, cuts in enumerate(chains)]
    tally, guard = Tally(), threading.Lock()
    broken: list[BaseException] = []

    def lane() -> None:
        try:
            while not broken:
                with guard:
                    if not waiting:
                        return
                    number, cuts = waiting.pop(0)
                one = Chain(bench, f"{seed}/{build}{number}", build).run(cuts)
                with guard:
                    tally.add(one)
                    seen(tally)
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=lane, name=f"lane {number}") for number in range(lanes)]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
    except BaseException:
        bench.stop()
        for thread in threads:
            thread.join()
        raise
    if broken:
        raise broken[0]
    return tally
