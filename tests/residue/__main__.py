"""`make residue`: after every way out of a session nothing of the citizen is left, in memory or on the disk.

Whole kiosks with their window, the production drivers, agent and service; devices are simulated on their wires. Each session
has a citizen of its own: name, number, residence, portrait in the chip, a paper with a word and a photograph, answers typed
on the screen key by key. It ends in one of ten ways, kills among them. Then each word is looked for in UTF-8, UTF-16,
UTF-32, Latin-1, hex, base64 and escaped, composed, decomposed, in capitals and without marks, pictures as slices of files
and as rows of pixels: in the writable memory of every process of the kiosk, in files that have lost their name, in the data
folder, temporary folders, shared memory and core files. Devices and ministry are left out, which hold cards, papers and
dossiers for a living. Two controls, a kiosk that keeps people in a list and one that writes a name down, have to be found.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from tests.bench import report
from tests.bench.figures import Row
from tests.bench.surroundings import ROOT, course, machine
from tests.residue import hunt
from tests.residue.campaign import Result, campaign
from tests.residue.visit import WAYS

CONTROLS = ("memory", "disk")
LOOK_EVERY = 10


def lane(options: argparse.Namespace) -> int:
    """One kiosk's sessions, a line of JSON each."""
    folder, end = Path(options.folder), time.monotonic() + options.minutes * 60
    with campaign(folder, options.seed, options.keeps) as kiosk:
        for number in range(options.first, options.sessions, options.step):
            way = WAYS[number // options.step % len(WAYS)]
            result = kiosk.session(number, way, look=number // options.step % LOOK_EVERY == 0)
            print(json.dumps(asdict(result)), flush=True)
            if options.minutes and time.monotonic() > end:
                break
        if not options.keeps:
            print(json.dumps(asdict(kiosk.everybody())), flush=True)
    return 0


def begin(
    folder: Path, seed: str, sessions: int, first: int, step: int, keeps: str = "", minutes: float = 0.0
) -> subprocess.Popen[str]:
    """A lane as a process of its own."""
    numbers = ("--sessions", str(sessions), "--first", str(first), "--step", str(step), "--minutes", str(minutes))
    command = [sys.executable, "-m", "tests.residue", "--lane", "--folder", str(folder), "--seed", seed, *numbers]
    if keeps:
        command += ["--keeps", keeps]
    log = folder.with_suffix(".log").open("w")
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)


def results(process: subprocess.Popen[str], tell: bool) -> list[Result]:
    """What a lane told; one that broke off told less, and its exit code says so."""
    found = []
    assert process.stdout is not None
    for line in process.stdout:
        result = Result(**json.loads(line))
        found.append(result)
        if tell:
            print(said(result), flush=True)
    process.wait()
    return found


def said(result: Result) -> str:
    """A session in a line."""
    bad = "; ".join(f"{where}: {', '.join(names)}" for where, names in {**result.memory, **result.disk}.items())
    slow = "; ".join(f"{where}: {', '.join(names)}" for where, names in result.late.items())
    verdict = f"FOUND {bad}" if bad else f"late {slow}" if slow else "nothing"
    verdict += "".join(f"\n       {words}" for words in result.beside)
    return f"{result.number:4} {result.way:28} {result.seconds:5.1f} s, clean after {result.clean_s:4.1f} s: {verdict}"


def hits(found: list[Result]) -> int:
    """How many things were found in how many places."""
    return sum(len(names) for one in found for names in (*one.memory.values(), *one.disk.values()))


def rows(found: list[Result], controls: dict[str, bool], cores: int, broken: int) -> list[Row]:
    """The figures."""
    lines = []
    for way in (*(way.name for way in WAYS), "all sessions, at the end"):
        some = [one for one in found if one.way == way]
        if some:
            late = sum(bool(one.late) for one in some)
            most = max(one.needles for one in some)
            how = f"up to {most} needles; in {late} of them something was still there at the first look"
            lines.append(Row(f"{way}: left behind", hits(some), "finds", 0, len(some), how))
    clean = [one.clean_s for one in found if one.number >= 0]
    seen = set().union(*(one.seen for one in found)) if found else set()
    missed = [name for name, seen_ in controls.items() if not seen_]
    lines += [
        Row(
            "nothing left after, longest",
            max(clean),
            "s",
            None,
            len(clean),
            "end of the session to the end of the look",
        ),
        Row(
            "found while the citizen is there",
            len(seen),
            "shapes",
            None,
            len(clean),
            "so that the hunt is no blind one",
        ),
        Row(
            "in swap, most",
            max(one.swapped_kb for one in found),
            "kB",
            0,
            len(found),
            "VmSwap of the kiosk's processes",
        ),
        Row("core files", cores, "files", 0, len(found), "that were not there before"),
        Row(
            "kiosks at which a citizen got stuck", broken, "", 0, len(found), "the visit broke off, whatever the cause"
        ),
        Row("controls not found out", len(missed), "builds", 0, len(controls), ", ".join(missed or controls)),
    ]
    return lines


def main() -> int:
    """Runs the sessions and the controls; 1 when anything was found, or a control was not."""
    parser = argparse.ArgumentParser(prog="python -m tests.residue", description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after so many; 0: never")
    parser.add_argument("--lanes", type=int, default=2, help="kiosks beside each other")
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "residue")
    parser.add_argument("--out", type=Path, help="the page that the figures are put into")
    parser.add_argument("--lane", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--first", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--step", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--keeps", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.lane:
        return lane(options)
    began, load, cores = time.monotonic(), os.getloadavg()[0], hunt.dumps()
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    controls = {}
    for keeps in CONTROLS:
        control = results(begin(options.folder / keeps, options.seed, 1, 0, 1, keeps), tell=False)
        controls[keeps] = any(getattr(one, keeps) for one in control)
        print(f"control, kept in {keeps}: " + ("found out" if controls[keeps] else "NOT FOUND OUT"), flush=True)
    lanes = [
        begin(
            options.folder / f"lane-{first}", options.seed, options.sessions, first, options.lanes, "", options.minutes
        )
        for first in range(options.lanes)
    ]
    found: list[Result] = []
    try:
        with ThreadPoolExecutor(options.lanes) as threads:
            for some in threads.map(lambda process: results(process, tell=True), lanes):
                found += some
    finally:
        for process in lanes:
            if process.poll() is None:
                process.terminate()
    for first, process in enumerate(lanes):
        if process.returncode:
            print(f"lane {first}: {(options.folder / f'lane-{first}.log').read_text('utf-8')[-400:]}")
    lines = rows(found, controls, len(hunt.dumps() - cores), sum(process.returncode != 0 for process in lanes))
    print(report.table(lines))
    facts = {**machine(), **course(load, began), "seed": options.seed}
    if options.out:
        report.put_measured(options.out, "residue", "What stays behind", "make residue", __doc__ or "", lines, facts)
    return int(any(row.verdict == "over" for row in lines))


if __name__ == "__main__":
    sys.exit(main())
