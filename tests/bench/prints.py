"""`make soak-print`: thousands of jobs through journal and driver while printer, line and kiosk fail at random.

The printer is the simulator on its wire; what came out is read from its paper, which knows nothing of the journal. The
kiosk's half is a process that is killed at random moments; the driver runs in it as in its host. Mended is what a person
would mend: paper, cover, power. A doubtful slip is asked about, and the answer is what lies on the table.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from drivers.simulators.escpos_printer import EscposPrinterSimulator
from kiosk_app.submission.database import Database
from kiosk_app.submission.print_journal import PrintJournal, PrintState
from tests.bench import report
from tests.bench.figures import Row
from tests.bench.prints_paper import Name, read
from tests.bench.surroundings import ROOT, course, machine

FAULTS: Final[tuple[tuple[str, tuple[int, int] | tuple[str, ...] | None], ...]] = (
    ("drop_after", (0, 12_000)),
    ("paper_out_after", (0, 45)),
    ("paper_out", None),
    ("paper_low", None),
    ("cover_open", None),
    ("cutter_jam", ("", "next")),
    ("hot", None),
    ("stall", None),
    ("swallow", None),
    ("slow_paper", (60, 300)),
    ("garble", None),
    ("stale", None),
    ("half", None),
    ("hang", ("0.3", "1.5")),
    ("slow", (5, 60)),
    ("absent", None),
    ("refuse", None),
    ("power_cycle", (250, 1200)),
)
WIRES: Final = {"network": "address", "serial": "serial", "usb": "device"}
PROFILES: Final = ("generic-80mm", "epson-tm-t20", "generic-58mm")
JOB_S: Final = 120.0
ASKED_AGAIN: Final = 0.02
COPIES: Final = 6


@dataclass(frozen=True)
class Weather:
    """What fails, how often, and after how many rows of a job; `speed_mm_s` None is drawn."""

    faults: tuple[tuple[str, tuple[int, int] | tuple[str, ...] | None], ...] = FAULTS
    broken: float = 0.35
    killed: float = 0.04
    before: float = 0.3
    rows: tuple[int, int] = (0, 260)
    patience_s: float = 0.4
    speed_mm_s: float | None = None


USUAL: Final = Weather()


@dataclass
class Tally:
    """What happened, and what must not have."""

    jobs: int = 0
    pieces: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    printed_not_out: list[str] = field(default_factory=list)
    out_not_said: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)

    def add(self, other: dict[str, Any]) -> None:
        """Adds another part's."""
        self.jobs += other["jobs"]
        self.pieces += other["pieces"]
        self.happened.update(other["happened"])
        for name in ("printed_not_out", "out_not_said", "unasked", "mixed"):
            getattr(self, name).extend(other[name])

    @property
    def wrong(self) -> int:
        """How many promises were broken."""
        return len(self.printed_not_out) + len(self.out_not_said) + len(self.unasked) + len(self.mixed)


class Part:
    """One printer and one kiosk after another."""

    def __init__(self, folder: Path, seed: str, driver: str, weather: Weather = USUAL) -> None:
        self._dice = random.Random(seed)
        self._weather = weather
        self._driver = driver
        self._folder = folder
        profile = self._dice.choice(PROFILES)
        wire = self._dice.choice(sorted(WIRES))
        self._dots = 384 if profile == "generic-58mm" else 576
        self._simulator = EscposPrinterSimulator(
            "printer0",
            folder / "paper",
            dots=self._dots,
            wire=wire,
            speed_mm_s=self._dice.choice((0.0, 800.0)) if weather.speed_mm_s is None else weather.speed_mm_s,
            buffer_bytes=self._dice.choice((4096, 65_536)),
        )
        self._wire = WIRES[wire]
        self._profile = profile
        self._child: asyncio.subprocess.Process | None = None
        self._read = 0
        self._whole: Counter[Name] = Counter()
        self._asked: Counter[int] = Counter()
        self._believed: set[Name] = set()
        self.tally = Tally()
        self.tally.happened[f"part on {wire}, {profile}"] += 1

    async def play(self, jobs: int) -> None:
        """Prints so many jobs and judges."""
        await self._simulator.start()
        try:
            await self._start()
            number = 0
            while self.tally.jobs < jobs:
                number += 1
                await self._dossier(number)
            await self._kill()
            await self._mend()
            self._look()
            self._judge()
        finally:
            await self._kill()
            await self._simulator.stop()

    # --- the kiosk's half

    async def _start(self) -> None:
        table = {
            self._wire: self._simulator.address,
            "profile": self._profile,
            "silence_s": 0.5,
            "deadline_s": 8.0,
            "cut": "partial",
        }
        # A serial port of the simulator carries as fast as it is given; the line's own pace would only make it long.
        if self._wire == "serial":
            table = {**table, "baud": 115200}
        self._child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.prints_kiosk", str(self._folder), self._driver, json.dumps(table),
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert await self._answer() == {"ready": True}

    async def _kill(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()

    def _send(self, **request: Any) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(request).encode() + b"\n")

    async def _answer(self) -> dict[str, Any]:
        assert self._child is not None
        assert self._child.stdout is not None
        line = await asyncio.wait_for(self._child.stdout.readline(), JOB_S)
        if not line:
            raise RuntimeError("the kiosk's half has died by itself")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _ask(self, **request: Any) -> dict[str, Any]:
        self._send(**request)
        return await self._answer()

    # --- a dossier

    async def _dossier(self, number: int) -> None:
        """Printed until its slip is out; a person asks for each copy but those that the kiosk owes after a refill."""
        wanted = 1 + (self._dice.random() < ASKED_AGAIN)
        for _ in range(COPIES):
            outcome = await self._job(number)
            await self._mend()
            self._look()
            self.tally.happened[f"outcome: {outcome}"] += 1
            await self._settle()
            if sum(count for name, count in self._whole.items() if name.dossier == number) >= wanted:
                break
        self._asked[number] = wanted

    async def _job(self, number: int) -> str:
        dice, weather = self._dice, self._weather
        self.tally.jobs += 1
        breaking: Awaitable[None] | None = None
        if dice.random() < weather.broken:
            fault, arguments = dice.choice(weather.faults)
            argument = None
            if arguments:
                drawn = arguments if isinstance(arguments[0], str) else None
                argument = str(dice.choice(drawn) if drawn else dice.randint(*arguments))  # type: ignore[arg-type]
            self.tally.happened[f"fault: {fault}"] += 1
            if dice.random() < weather.before:
                await self._simulator.fault(fault, argument)
            else:
                breaking = asyncio.ensure_future(self._break(fault, argument))
        self._send(op="print", dossier=number)
        if dice.random() < weather.killed:
            await self._once_moved(dice.randrange(0, 400), dice.uniform(0.05, 1.0))
            await self._kill()
            outcome = "kiosk killed"
        else:
            answer = await self._answer()
            outcome = f"{answer['outcome']} {answer['code']}" if answer["code"] else answer["outcome"]
        if breaking is not None:
            await breaking
        return outcome

    async def _break(self, fault: str, argument: str | None) -> None:
        await self._once_moved(self._dice.randrange(*self._weather.rows), self._weather.patience_s)
        await self._simulator.fault(fault, argument)

    async def _once_moved(self, rows: int, longest_s: float) -> None:
        engine = self._simulator.engine
        goal, until = engine.moved_rows + rows, time.monotonic() + longest_s
        while engine.moved_rows < goal and time.monotonic() < until:
            await asyncio.sleep(0.002)

    async def _mend(self) -> None:
        simulator = self._simulator
        await simulator.fault("clear")
        if simulator.engine.offline or simulator.engine.near_end:
            await simulator.act("refill")
        await simulator.act("close_cover")
        # What the printer still has it prints, with or without a kiosk.
        before, since = -1, time.monotonic()
        while time.monotonic() - since < 0.05:
            now = (simulator.engine.moved_rows, len(simulator.engine.buffer))
            if now != before:
                before, since = now, time.monotonic()
            await asyncio.sleep(0.005)

    async def _settle(self) -> None:
        """Starts a killed kiosk again; a person answers what it asks, by what lies on the table."""
        if self._child is None:
            await self._start()
        for row in (await self._ask(op="questions"))["open"]:
            name = Name(row["dossier"], row["copy"])
            await self._ask(op="answer", job=row["job"], out=self._whole[name] > 0)
            self.tally.happened["questions answered"] += 1
            self._believed.add(name)

    # --- the paper

    def _look(self) -> None:
        """Tears off what hangs out and reads every new piece."""
        paths = [Path(path) for path in self._simulator.state()["receipts"]]  # type: ignore[attr-defined]
        for path in paths[self._read :]:
            piece = read(path, self._dots)
            path.unlink()
            self.tally.pieces += 1
            if piece.whole is not None:
                self._whole[piece.whole] += 1
            if len({name.dossier for name in piece.names}) > 1:
                self.tally.mixed.append(f"{sorted(piece.names)}")
        self._read = len(paths)

    def _judge(self) -> None:
        database = Database(self._folder / "store.sqlite", bytes(32), 5.0)
        with contextlib.closing(database):
            journal = PrintJournal(database)
            rows = [row for number in self._asked for row in journal.of(str(number))]
        for row in rows:
            name = Name(int(row.dossier), row.copy)
            # The same number twice when the first of them never reached the paper, by the printer's own word.
            if name in self._believed:
                continue
            if row.state is PrintState.CONFIRMED and self._whole[name] == 0:
                self.tally.printed_not_out.append(f"{name}")
        stories = {
            name: "; ".join(
                f"copy {row.copy} {row.state} {row.code}" for row in rows if int(row.dossier) == name.dossier
            )
            for name in self._whole
        }
        said = {Name(int(row.dossier), row.copy) for row in rows if row.state is PrintState.CONFIRMED}
        for name, count in self._whole.items():
            if name not in said and name in self._believed:
                # Its end was still in the printer when a person looked, and came when the next slip was cut off it.
                self.tally.happened["came out after a person had said it did not"] += 1
                self._asked[name.dossier] += 1
            elif name not in said:
                self.tally.out_not_said.append(f"{name}: {stories[name]}")
            if count > 1:
                self.tally.unasked.append(f"{name} {count} times")
        for number, wanted in self._asked.items():
            out = sum(count for name, count in self._whole.items() if name.dossier == number)
            if out > wanted:
                self.tally.unasked.append(f"dossier {number}: {out} whole slips, {wanted} asked for")
        self.tally.happened["whole slips"] += sum(self._whole.values())


async def _part(jobs: int, seed: str, driver: str) -> Tally:
    with tempfile.TemporaryDirectory(prefix="kiosk-prints-") as folder:
        part = Part(Path(folder), seed, driver)
        await part.play(jobs)
        return part.tally


async def _parts(jobs: int, seed: str, driver: str, count: int) -> Tally:
    """Shares the jobs among so many processes."""
    tally, running = Tally(), []
    for index in range(count):
        share = jobs // count + (index < jobs % count)
        command = ("-m", "tests.bench.prints", "--part", "--jobs", str(share), "--seed", f"{seed}/{index}")
        start = asyncio.create_subprocess_exec
        running.append(
            await start(sys.executable, *command, "--driver", driver, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        )
    for process in running:
        out, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"a part ended with {process.returncode}")
        tally.add(json.loads(out))
    return tally


def _rows(tally: Tally) -> list[Row]:
    kinds = Counter(key.split(":")[0] for key in tally.happened.elements())
    return [
        Row("«printed» that did not come out", len(tally.printed_not_out), "", 0, tally.jobs, "journal against paper"),
        Row("out, and the journal says it is not", len(tally.out_not_said), "", 0, tally.jobs, "paper against journal"),
        Row("second copies that nobody asked for", len(tally.unasked), "", 0, tally.jobs, "whole slips a dossier"),
        Row("pieces with two citizens' slips", len(tally.mixed), "", 0, tally.pieces, "every inked piece of paper"),
        Row("faults set", kinds["fault"], "", None, tally.jobs, f"{len(FAULTS)} kinds, before or in the middle"),
        Row(
            "kills of the kiosk",
            tally.happened["outcome: kiosk killed"],
            "",
            None,
            tally.jobs,
            "kill -9 while printing",
        ),
        Row("questions answered", tally.happened["questions answered"], "", None, tally.jobs, "unknown, by the paper"),
    ]


def main() -> int:
    """Runs it, prints the tally, and puts the figures into the page. 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--processes", type=int, default=6)
    parser.add_argument("--driver", default="escpos", help="escpos; believer and repeater are controls that must fail")
    parser.add_argument("--part", action="store_true", help="one process of many: a tally as JSON")
    parser.add_argument("--out", type=Path, help="the page that gets the figures")
    options = parser.parse_args()
    if options.part:
        print(json.dumps(vars(asyncio.run(_part(options.jobs, options.seed, options.driver)))))
        return 0
    began, load = time.monotonic(), os.getloadavg()[0]
    tally = asyncio.run(_parts(options.jobs, options.seed, options.driver, options.processes))
    for what, count in sorted(tally.happened.items()):
        print(f"{count:8} {what}")
    rows = _rows(tally)
    print(report.table(rows))
    for name in ("printed_not_out", "out_not_said", "unasked", "mixed"):
        for line in getattr(tally, name)[:20]:
            print(f"{name}: {line}")
    if options.out:
        facts = {
            **machine(),
            **course(load, began),
            "seed": options.seed,
            "jobs": str(tally.jobs),
        }
        text = " ".join((__doc__ or "").partition("\n\n")[2].split())
        outcomes = ", ".join(
            f"{count} {what.removeprefix('outcome: ')}"
            for what, count in tally.happened.most_common()
            if what.startswith("outcome: ")
        )
        body = f"## Printing\n\nWritten by `make soak-print`. {text}\n\n{tally.pieces} pieces of paper; {outcomes}.\n\n"
        report.put(options.out, "printing", body + report.rows_and_facts(rows, facts))
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
