"""`make faults-stack`: whatever happens to `kiosk scan` at each of ten sheets, the stack comes through whole afterwards."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import report
from tests.bench.stack_broken import MISHAPS, Mishap, break_off, scan_again, told, wrong_with
from tests.bench.stack_station import SHEETS, Station
from tests.bench.surroundings import machine

INTRODUCTION: Final = """## A stack broken off

Written by `make faults-stack`. `kiosk scan` with its worker, the driver in its host and libsane, a scanner on its wire
that makes no pause between sheets: something happens at one of ten numbered sheets. Asked each time: a code (or the
exit code of the signal), no file, no temporary file; then the whole stack is put in again, as the command asks, and the file
has every sheet once and in order. «Put in» is how often that took at most."""


@dataclass(frozen=True)
class Cell:
    """What came of one mishap at one sheet; `wrong` is empty when all that is asked held."""

    mishap: str
    at: int
    said: str
    attempts: int
    wrong: str


def cell(mishap: Mishap, at: int) -> Cell:
    """Breaks one stack off at sheet `at` and puts it in again."""
    with tempfile.TemporaryDirectory(prefix="kiosk-stack-") as folder:
        station = Station(Path(folder))
        with station.scanner() as simulated:
            said = told(break_off(station, simulated, mishap, at))
            wrong = wrong_with(station, mishap, said)
            again = scan_again(station, simulated, mishap)
            wrong += [f"sheets {again.pages}"] if again.pages != list(range(SHEETS)) else []
            wrong += [f"left: {name}" for name in station.left()]
    return Cell(mishap.name, at, said, again.attempts, "; ".join(wrong))


def page(cells: Sequence[Cell], seconds: float) -> str:
    """The part of docs/benchmarks.md."""
    rows = []
    for mishap in dict.fromkeys(item.mishap for item in cells):
        mine = [item for item in cells if item.mishap == mishap]
        good = sum(not item.wrong for item in mine)
        said = ", ".join(sorted({item.said for item in mine}))
        rows.append(f"| {mishap} | {good} of {len(mine)} | {said} | {max(item.attempts for item in mine)} |")
    wrong = [f"- {item.mishap} at sheet {item.at}: {item.wrong}" for item in cells if item.wrong]
    facts = report.measured_on({**machine(), "duration": f"{seconds:.0f} s"})
    verdict = "**Not held:**\n\n" + "\n".join(wrong) if wrong else "All held."
    table = "| what happens | held at | said | put in |\n|---|--:|---|--:|\n" + "\n".join(rows)
    return f"{INTRODUCTION}\n\n{verdict}\n\n{table}\n\n{facts}"


def main() -> int:
    """The whole matrix; exit code 1 when something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="the page into which the part is written")
    parser.add_argument(
        "--sheets", type=int, nargs="+", default=list(range(1, SHEETS + 1)), help="only at these sheets"
    )
    arguments = parser.parse_args()
    started = time.monotonic()
    cells = []
    for mishap in MISHAPS:
        for at in (at for at in arguments.sheets if at <= mishap.last):
            cells.append(cell(mishap, at))
            print(
                f"{mishap.name:32} {at:3}  {cells[-1].said:18} put in {cells[-1].attempts}  {cells[-1].wrong or 'held'}",
                flush=True,
            )
    if arguments.out is not None:
        report.put(arguments.out, "stack", page(cells, time.monotonic() - started))
    return 1 if any(item.wrong for item in cells) else 0


if __name__ == "__main__":
    sys.exit(main())
