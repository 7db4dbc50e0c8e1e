"""`make bench-faults`: device hosts killed and hung at random moments, and how soon each device is ready again.

Real hosts of all four drivers under the real supervisor, on simulated devices of real speed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench import report
from tests.bench.figures import Row, median, percentile
from tests.bench.hanging import Hang, silence_devices, stop_hosts
from tests.bench.killing import Kills, end_pcscd, kill, unplug
from tests.bench.stand import Stand
from tests.bench.surroundings import ROOT, machine

BUDGETS_MS: Final = {"barcode": 300, "printer": 300, "scanner": 3000, "card": 3000}
HANG_BUDGET_S: Final = 1.0
STACK_BUDGET_S: Final = 3.0
INTRODUCTION: Final = """Written by `make bench-faults`. Each host runs under the supervisor of the kiosk on a simulated
device of real speed; it is killed at random moments, every second time in the middle of a verb. The kills are further apart
than the breaker's window, set to one second here instead of a minute, and far enough for the next spare to be there, so that
each is to the supervisor the first one, as a kill out of the blue is."""


@dataclass(frozen=True)
class Plan:
    """How much is done to each kind of device."""

    fast_kills: int = 200
    slow_kills: int = 40
    stacks: int = 10
    hangs: bool = True
    stands: int = 4
    """Stands beside each other for the fast kinds: a kill takes milliseconds, and the wait until the next one seconds."""


SMALL: Final = Plan(2, 2, 1, hangs=False, stands=1)
"""Enough to see that every part runs."""


async def measure(plan: Plan, folder: Path, kinds: tuple[str, ...], seed: str) -> list[Row]:
    """All rows of those kinds. Raises RuntimeError when a device does not come back at all."""
    rows: list[Row] = []
    fast = tuple(kind for kind in ("barcode", "printer") if kind in kinds)
    if fast:
        _say(f"kills of {' and '.join(fast)}")
        rows += await _of_fast_kills(plan, folder, fast, seed)
    async with Stand(folder, kinds) as stand:
        chosen = [kind for kind in ("scanner", "card") if kind in kinds]
        if chosen:
            _say(f"kills of {' and '.join(chosen)}")
            found = await _together(
                [kill(stand, kind, plan.slow_kills, random.Random(f"{seed}/{kind}")) for kind in chosen]
            )
            for kind, kills in zip(chosen, found, strict=True):
                rows += _of_kills(kind, kills)
        rows += await _of_stacks(stand, kinds, plan.stacks)
        if plan.hangs:
            _say("hosts that stand still")
            rows += _of_hangs(await _together([stop_hosts(stand, kind) for kind in kinds]))
            _say("devices that answer nothing")
            rows += _of_silence(await _together([silence_devices(stand, kind) for kind in kinds]))
    return rows


async def _of_fast_kills(plan: Plan, folder: Path, kinds: tuple[str, ...], seed: str) -> list[Row]:
    async def one(number: int) -> list[Kills]:
        own = folder / f"stand{number}"
        own.mkdir()
        async with Stand(own, kinds) as stand:
            each = plan.fast_kills // plan.stands
            return await _together(
                [kill(stand, kind, each, random.Random(f"{seed}/{kind}/{number}")) for kind in kinds]
            )

    whole = [Kills() for _ in kinds]
    for found in await _together([one(number) for number in range(plan.stands)]):
        for kills, more in zip(whole, found, strict=True):
            kills.at_rest += more.at_rest
            kills.in_verb += more.in_verb
    return [row for kind, kills in zip(kinds, whole, strict=True) for row in _of_kills(kind, kills)]


async def _together(work: list[Awaitable[Any]]) -> list[Any]:
    return list(await asyncio.gather(*work))


def _of_kills(kind: str, kills: Kills) -> list[Row]:
    every = [1000 * seconds for seconds in kills.all]
    parts = f"{len(kills.at_rest)} at rest, {len(kills.in_verb)} in a verb; kill -9 to `ready`"
    worst = "within the verb" if kills.in_verb and max(kills.in_verb) == max(kills.all) else "at rest"
    return [
        Row(f"{kind}: killed, median", median(every), "ms", None, len(every), parts),
        Row(f"{kind}: killed, p99", percentile(every, 0.99), "ms", BUDGETS_MS[kind], len(every), parts),
        Row(f"{kind}: killed, longest", max(every), "ms", None, len(every), worst),
    ]


async def _of_stacks(stand: Stand, kinds: tuple[str, ...], count: int) -> list[Row]:
    rows: list[Row] = []
    if "card" in kinds:
        _say("pcscd killed")
        if found := await end_pcscd(stand, count):
            how = "kill -9 of pcscd, another started when the loss is told (its start counts), to `ready`"
            rows.append(Row("card: pcscd killed, longest", max(found), "s", STACK_BUDGET_S, len(found), how))
    if "scanner" in kinds:
        _say("scanner unplugged")
        found = await unplug(stand, "scanner0", count)
        how = "the scanner answers again, to `ready`; libsane lives in the host"
        rows.append(Row("scanner: back on the line, longest", max(found), "s", STACK_BUDGET_S, len(found), how))
    return rows


def _of_hangs(found: list[list[Hang]]) -> list[Row]:
    rows = []
    for hangs in found:
        device = hangs[0].device
        if wrong := [f"{hang.verb}: {hang.code}" for hang in hangs if hang.code != "SYS-DEADLINE"]:
            raise RuntimeError(f"{device}: not told as SYS-DEADLINE: {wrong}")
        worst = max(hangs, key=lambda hang: hang.past_s)
        how = f"SIGSTOP in each verb and between two; longest {f'in {worst.verb}' if worst.verb else 'between verbs'}"
        name = f"{device.removesuffix('0')}: host stands still, past its deadline"
        rows.append(Row(name, worst.past_s, "s", HANG_BUDGET_S, len(hangs), how))
    return rows


def _of_silence(found: list[list[Hang]]) -> list[Row]:
    rows = []
    for hangs in found:
        worst = max(hangs, key=lambda hang: hang.past_s)
        codes = ", ".join(f"{hang.verb} {hang.code or 'done'}" for hang in hangs)
        name = f"{worst.device.removesuffix('0')}: device answers nothing, past the deadline"
        rows.append(Row(name, worst.past_s, "s", HANG_BUDGET_S, len(hangs), f"below 0: sooner; {codes}"))
    return rows


def _priority() -> str:
    real_time = os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR)
    return "real time: what else runs on the machine waits" if real_time else f"nice {os.nice(0)}"


def _say(what: str) -> None:
    sys.stderr.write(f"measuring {what} ...\n")
    sys.stderr.flush()


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also over budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.faults", description=__doc__)
    parser.add_argument("kinds", nargs="*", default=[], help="card, scanner, barcode, printer; all when left out")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    parser.add_argument("--small", action="store_true", help="twice everything: figures mean nothing")
    parser.add_argument("--kills-only", action="store_true", help="no hangs")
    parser.add_argument("--part", default="recovery", help="name of the part of the page")
    parser.add_argument("--title", default="Recovery of device hosts")
    parser.add_argument("--seed", default=str(time.time_ns()), help="of the random moments")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    asked = parser.parse_args()
    if unknown := set(asked.kinds) - set(BUDGETS_MS):
        parser.error(f"no device of kind {', '.join(sorted(unknown))}")
    kinds = tuple(kind for kind in BUDGETS_MS if not asked.kinds or kind in asked.kinds)
    began, facts = time.monotonic(), machine()
    plan = SMALL if asked.small else Plan(hangs=not asked.kills_only)
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        rows = asyncio.run(measure(plan, Path(folder), kinds, asked.seed))
    kept = ("date", "commit", "cpu", "memory", "system", "python")
    said = {name: facts[name] for name in kept} | {"load": f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end"}
    said |= {"priority": _priority(), "seed": asked.seed, "duration": f"{time.monotonic() - began:.0f} s"}
    report.put(asked.out, asked.part, f"## {asked.title}\n\n{INTRODUCTION}\n\n{report.rows_and_facts(rows, said)}")
    if asked.json:
        sys.stdout.write(json.dumps({"machine": said, "rows": [row.as_json() for row in rows]}) + "\n")
    else:
        sys.stdout.write(report.table(rows) + "\n")


if __name__ == "__main__":
    main()
