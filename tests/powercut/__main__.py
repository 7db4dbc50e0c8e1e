"""`make powercut`: a virtual machine whose mains are cut while it seals, uploads and takes dossiers.

The machine is QEMU's, the kernel Debian's, the file systems ext4 on two disks: one of the kiosk with its agent, one of the
ministry's service, which runs in the same machine over mutual TLS. The disks are served by a program of ours that keeps
what was not flushed in memory. At a write or flush chosen by lot both disks stop in the middle of it and the machine is
killed: what its kernel had not written is gone, and of what was written and not flushed each disk keeps nothing, each
sector by lot, most sectors, or the first so many. The machine goes on from a state in which it was held, started and
without a disk, so that a start takes a second; it mounts what is left, starts both sides as on every morning, and tells what
the witness of `make crash` reads on both disks. Here that is compared with what citizens had been told before the cut, a
word at a time over a port that the machine waits for. After some cuts one start settles everything: each sealed dossier is
then exactly once at the ministry, whole and under the code that the citizen knows, and nothing is left over.

The control is the same machine with programs that never call fsync and run SQLite with synchronous=OFF.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Final

from tests.bench import report
from tests.bench.figures import Row
from tests.bench.surroundings import machine
from tests.powercut.campaign import Bench, Tally, carry_out
from tests.powercut.image import ROOT, NoMachine

CHAIN: Final = 6


def rows(ours: Tally, control: Tally) -> list[Row]:
    """The figures."""
    moments = ", ".join(f"{count} while {moment}" for moment, count in sorted(ours.moments.items()))
    cache = f"{ours.waiting} sectors written and not flushed, of which {ours.kept} came through"
    told = f"{ours.sealed} called sealed, {ours.acknowledged} called acknowledged; each looked for at every later start"
    found = f"{control.sealed} called sealed, {control.acknowledged} acknowledged, {control.cuts} cuts"
    other = len(ours.bad) - ours.lost - ours.torn
    return [
        Row("power cuts", ours.cuts, "cuts", None, ours.cuts, f"{moments}; {cache}"),
        Row("promised dossiers lost", ours.lost, "dossiers", 0, ours.sealed, told),
        Row("torn files", ours.torn, "files", 0, ours.cuts, "rows, sealed files and the ministry's files, by hashes"),
        Row("other bad states", other, "states", 0, ours.cuts, f"{ours.settled} pairs of disks came to rest"),
        Row("control without fsync, lost", control.lost, "dossiers", None, control.sealed, found),
    ]


def interrupted(*_: object) -> None:
    """A polite end is the same as Ctrl-C."""
    raise KeyboardInterrupt


def main() -> int:
    """Runs campaign and control; 1 when a promise was broken or the control lost nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=60)
    parser.add_argument("--control", type=int, default=6, help="cuts of the careless build, each on new disks")
    parser.add_argument("--lanes", type=int, default=2, help="machines beside each other")
    parser.add_argument("--seed", default=str(int(time.time())), help="the same seed cuts at the same moments again")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "powercut")
    parser.add_argument("--out", type=Path, help="the page that the figures are put into")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, interrupted)
    began, load, surroundings = time.monotonic(), os.getloadavg()[0], machine()
    shutil.rmtree(options.folder, ignore_errors=True)

    def seen(tally: Tally) -> None:
        print(f"{tally.cuts} cuts, {len(tally.bad)} bad, after {time.monotonic() - began:.0f} s", flush=True)

    print(f"seed {options.seed}", flush=True)
    try:
        bench = Bench(options.folder)
        chains = [min(CHAIN, options.cuts - done) for done in range(0, options.cuts, CHAIN)]
        ours = carry_out(bench, options.seed, "ours", chains, options.lanes, seen)
        control = carry_out(bench, options.seed, "careless", [1] * options.control, options.lanes, seen)
    except NoMachine as error:
        print(f"no power can be cut here: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        for name in ("state", "root.cpio", "kiosk", "ministry"):
            (options.folder / name).unlink(missing_ok=True)
    lines = rows(ours, control)
    print(report.table(lines))
    for line in control.bad[:5]:
        print("the control: " + line[:300])
    facts = {
        **{key: value for key, value in surroundings.items() if key not in ("renderer", "qt")},
        "load": f"{load:.2f} at the start, {os.getloadavg()[0]:.2f} at the end",
        "seed": options.seed,
        "duration": f"{time.monotonic() - began:.0f} s",
    }
    if options.out:
        text = " ".join((__doc__ or "").partition("\n\n")[2].split())
        body = f"## Power cuts of a virtual machine\n\nWritten by `make powercut`. {text}\n\n"
        report.put(options.out, "powercut", body + report.rows_and_facts(lines, facts))
    return int(bool(ours.bad) or not control.lost)


if __name__ == "__main__":
    sys.exit(main())
