"""Every fault of every device before every step of submitting a dossier; writes docs/faults.md.

python tests/faults/matrix.py [--out docs/faults.md] [--only DEVICE] [--fault NAME] [--jobs N]

A row is a fault of a device, with a cell a step. Rows are played by processes of their own, `--jobs` beside each other:
one has the computer's virtual reader, the others take the chip in the card driver's development transport.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from cells import Cell, Matrix
from language import Fault, faults
from machine import DEVICES, Machine
from sensible_citizen import STEPS
from table import computer, document

ROWS_A_MACHINE = 3
"""A machine is closed after so many rows, so that others waiting for the virtual reader get their turn."""
TRIES = 20
"""How often rows are put back because others had the virtual reader for more than a minute, or no machine came up."""


def rows(devices: tuple[str, ...] = DEVICES, name: str = "") -> list[Fault]:
    """The faults of the devices; with `name` only those of that name."""
    return [fault for device in devices for fault in faults(device) if name in ("", fault.name, str(fault))]


def play(wanted: list[Fault], steps: tuple[str, ...], *, direct: bool, out: Path) -> int:
    """Plays rows on one machine and writes their cells as JSON; 1 without the virtual reader."""
    found: list[Cell] = []
    with tempfile.TemporaryDirectory(prefix="kiosk-faults-") as scratch:
        machine = Machine(Path(scratch) / "data", direct=direct)
        try:
            if not direct and not machine.virtual_reader:
                print("another simulation holds the virtual reader, or no pcscd is installed", file=sys.stderr)
                return 1
            matrix = Matrix(machine)
            for fault in wanted:
                began = time.monotonic()
                cells = matrix.play(dict.fromkeys(steps, fault))
                found += cells
                bad = [cell for cell in cells if cell.problems]
                print(
                    f"{fault.device} {fault}: {len(cells)} cells, {len(bad)} do not hold"
                    f" ({time.monotonic() - began:.0f} s)",
                    *(f"    before «{cell.step}» ({cell.seconds} s): {'; '.join(cell.problems)}" for cell in bad),
                    sep="\n",
                    flush=True,
                )
                out.write_text(json.dumps([asdict(cell) for cell in found], ensure_ascii=False, indent=1), "utf-8")
        finally:
            machine.close()
    return 0


class Lanes:
    """Processes beside each other that take rows until none is left; only the first takes those of the card reader."""

    def __init__(self, wanted: list[Fault], folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._card = [fault for fault in wanted if fault.device == "card0"]
        self._other = [fault for fault in wanted if fault.device != "card0"]
        self._parts = self._again = 0

    def run(self, jobs: int) -> list[Cell]:
        """Plays all; the cells of every row that was played to its end."""
        lanes = [threading.Thread(target=self._lane, args=(number == 0,)) for number in range(jobs)]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        return [cell for part in sorted(self._folder.glob("cells-*.json")) for cell in _cells(part)]

    def _lane(self, reader: bool) -> None:
        while part := self._take(reader):
            number, chosen = part
            file = self._folder / f"cells-{number:03d}.json"
            direct = chosen[0].device != "card0"
            command = [sys.executable, __file__, "--part", str(file), *(["--direct"] if direct else [])]
            subprocess.run([*command, "--rows", *(f"{fault.device}/{fault}" for fault in chosen)], check=False)
            played = {(cell.device, cell.fault) for cell in _cells(file)} if file.exists() else set()
            self._put_back([fault for fault in chosen if (fault.device, str(fault)) not in played])

    def _take(self, reader: bool) -> tuple[int, list[Fault]] | None:
        with self._lock:
            source = self._card if reader and self._card else self._other
            chosen = source[:ROWS_A_MACHINE]
            del source[:ROWS_A_MACHINE]
            self._parts += 1
            return (self._parts, chosen) if chosen else None

    def _put_back(self, rows: list[Fault]) -> None:
        """Rows for which no machine came up: the reader was somebody else's, or the computer too busy."""
        with self._lock:
            if rows and self._again < TRIES:
                self._again += 1
                (self._card if rows[0].device == "card0" else self._other)[:0] = rows


def _cells(file: Path) -> list[Cell]:
    return [Cell(**cell) for cell in json.loads(file.read_text("utf-8"))]


def main() -> int:
    """Plays all cells and writes the document; 1 when a cell does not hold or was not played."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="the document to write")
    parser.add_argument("--only", choices=DEVICES, action="append")
    parser.add_argument("--fault", default="", help="only the fault of this name")
    parser.add_argument("--jobs", type=int, default=2, help="machines beside each other")
    parser.add_argument("--cells", type=Path, help="also write the cells as JSON, or read them with --again")
    parser.add_argument("--again", action="store_true", help="make the document anew from the cells of --cells")
    parser.add_argument("--part", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rows", nargs="+", default=[], help=argparse.SUPPRESS)
    parser.add_argument("--direct", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    wanted = rows(tuple(options.only or DEVICES), options.fault)
    if options.part:
        chosen = [fault for fault in rows() if f"{fault.device}/{fault}" in options.rows]
        return play(chosen, STEPS, direct=options.direct, out=options.part)
    began = time.monotonic()
    if options.again:
        kept = json.loads(options.cells.read_text("utf-8"))
        played, found = str(kept["played"]), [Cell(**cell) for cell in kept["cells"]]
    else:
        with tempfile.TemporaryDirectory(prefix="kiosk-matrix-") as folder:
            lanes = Lanes(wanted, Path(folder))
            found = lanes.run(options.jobs)
        minutes = (time.monotonic() - began) / 60
        played = f"Played on {datetime.now(UTC).date().isoformat()} in {minutes:.0f} minutes on {computer()}."
    order = {(fault.device, str(fault)): number for number, fault in enumerate(wanted)}
    found.sort(key=lambda cell: order.get((cell.device, cell.fault), len(order)))
    if options.cells and not options.again:
        kept = {"played": played, "cells": [asdict(cell) for cell in found]}
        options.cells.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    if options.out:
        options.out.write_text(document(wanted, found, played, options.out), "utf-8")
    bad = [cell for cell in found if cell.problems]
    print(f"{len(found)} of {len(wanted) * len(STEPS)} cells played, {len(bad)} do not hold")
    return 1 if bad or len(found) < len(wanted) * len(STEPS) else 0


if __name__ == "__main__":
    sys.exit(main())
