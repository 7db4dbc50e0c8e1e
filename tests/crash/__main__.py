"""`make crash`: processes killed and calls failed at chosen system calls, with controls that have to be found out.

A dossier is sealed, uploaded, committed, receipted and wiped by the production programs: the kiosk's half with the printer's
driver, the agent, and the service over mutual TLS on loopback, a new kiosk each time, so that its first start is hit too.
strace delivers one fault at one system call of one of them. Who died is started again; then kiosk and agent start once more
without a fault, a person answers for a doubtful slip by looking at the paper, and everything has to come to rest. Judged is
with an own reading of both databases, of the files, and of the printer's paper: what was promised exists exactly once with
equal hashes, what was called failed does not exist, no half dossier, nothing left in spool and outbox, one whole slip.

A kill takes nothing from the kernel, so that a kiosk without fsync would pass: power cuts are worked out from a trace of all
that a program writes, at each of its moments, on a disk that is sure of nothing but what was fsynced and keeps any part of
the rest. Kiosk and service are started on what is left.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path

from tests.bench import report
from tests.bench.figures import Row
from tests.bench.surroundings import computer, course
from tests.crash.campaign import CONTROLS, FAULTS, Tally, carry_out, control, plan
from tests.crash.cuts import CutTally, cut_everywhere, cut_the_service
from tests.crash.rig import ROOT, Outcome, Rig


def said(outcome: Outcome) -> str:
    """A bad state in words."""
    fault = outcome.fault
    where = f"{fault.program}: {fault.injection}" if fault is not None else "no fault"
    hit = ", ".join(f"{call.name} {call.role} ({call.stage})" for call in outcome.hit) or "nothing hit"
    return f"{where} [{hit}]: " + "; ".join(outcome.bad)


def power_rows(kiosk: CutTally, service: CutTally, control: CutTally) -> list[Row]:
    """The figures of the power cuts."""

    def how(cuts: CutTally, promise: str) -> str:
        return f"{cuts.moments} moments; on {cuts.promised} disks {promise}"

    sealed = "something had been called sealed"
    careless = f"{how(control, sealed)}: lost on {control.lost}"
    return [
        Row("power cut while sealing, bad disks", len(kiosk.bad), "disks", 0, kiosk.disks, how(kiosk, sealed)),
        Row(
            "power cut of the service, bad disks", len(service.bad), "disks", 0, service.disks, how(service, "answered")
        ),
        Row("control without fsync, bad disks", len(control.bad), "disks", None, control.disks, careless),
    ]


def rows(tally: Tally, found: dict[str, bool]) -> list[Row]:
    """The figures."""
    felt = ", ".join(f"{count} {name}" for name, count in tally.by_fault().items())
    programs = {program: sum(call[0] == program for call in tally.calls) for program in ("visit", "agent", "service")}
    split = f"{programs['visit']} of the kiosk, {programs['agent']} of the agent, {programs['service']} of the service"
    kinds = f"{len(tally.kinds)} kinds by program, name and file"
    how = f"{felt}; each restarted and judged"
    if tally.void:
        how += f"; {len(tally.void)} more fell on a process's line to itself and say nothing"
    missed = [name for name, seen in found.items() if not seen]
    return [
        Row("distinct system calls hit", len(tally.calls), "calls", None, len(tally.felt), f"{split}; {kinds}"),
        Row("bad states", len(tally.bad), "states", 0, len(tally.felt), how),
        Row("controls not found out", len(missed), "builds", 0, len(found), ", ".join(missed or found)),
    ]


def main() -> int:
    """Runs the campaign and the controls; 1 when a promise was broken or a control was not found out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=80, help="calls of each program, 0: every one")
    parser.add_argument("--errors", type=int, default=1, help="of EIO and ENOSPC, how many to put into each call")
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "crash")
    parser.add_argument("--out", type=Path, help="the page that the figures are put into")
    options = parser.parse_args()
    began, load = time.monotonic(), os.getloadavg()[0]
    shutil.rmtree(options.folder, ignore_errors=True)
    found: dict[str, bool] = {}
    with Rig(options.folder / "first") as rig:
        faults = plan(rig, options.calls, options.errors)
        for build in CONTROLS:
            outcome = control(rig, build)
            found[build] = outcome is not None
            print(f"control {build}: " + (said(outcome) if outcome is not None else "NOT FOUND OUT"), flush=True)
        service = cut_the_service(rig, options.folder / "power-service")
    sealing = cut_everywhere(options.folder / "power", "ours")
    careless = cut_everywhere(options.folder / "power-control", "no-fsync")
    found["no-fsync"] = careless.lost > 0
    for line in (*sealing.bad, *service.bad):
        print("BAD " + line, flush=True)
    done = 0

    def seen(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        if outcome.void:
            print(f"{outcome.fault}: fell on a process's line to itself, says nothing", flush=True)
        elif outcome.bad:
            print("BAD " + said(outcome), flush=True)
        elif done % 50 == 0:
            print(f"{done} of {len(faults)} after {time.monotonic() - began:.0f} s", flush=True)

    tally = carry_out(options.folder, faults, options.lanes, seen)
    lines = rows(tally, found) + power_rows(sealing, service, careless)
    print(report.table(lines))
    facts = {
        **computer(),
        **course(load, began),
        "faults": ", ".join(name.partition("=")[2] for name in FAULTS),
    }
    if options.out:
        report.put_measured(options.out, "crash", "Killed at system calls", "make crash", __doc__, lines, facts)
    (options.folder / "crash.json").write_text(json.dumps([said(outcome) for outcome in tally.bad], indent=1), "utf-8")
    return int(bool(tally.bad or sealing.bad or service.bad) or not all(found.values()))


if __name__ == "__main__":
    sys.exit(main())
