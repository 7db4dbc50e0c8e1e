"""Sealing, and the service's taking, with the power cut at each moment by their traces, and judged after a real start."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from backend.service import open_service
from kiosk_app.submission import SubmissionError, SubmissionService, SubmissionSettings, settings_to_json
from tests.crash.power import Disk, calls_of, tracing
from tests.crash.rig import ROOT, SIZES, Rig
from tests.crash.visit import pdf
from tests.crash.witness import kiosk_side, ministry_side

MOMENTS: Final = ("fsync", "fdatasync", "rename", "link", "unlink", "unlinkat", "ftruncate", "write", "pwrite64")
SEED: Final = "power"


@dataclass
class CutTally:
    """What was cut and what was lost."""

    moments: int = 0
    disks: int = 0
    promised: int = 0
    lost: int = 0
    bad: list[str] = field(default_factory=list)


def settings_of(data: Path) -> SubmissionSettings:
    """A kiosk without a line."""
    nowhere = data.parent
    return SubmissionSettings(
        data, "https://127.0.0.1:9", nowhere, nowhere, nowhere, "demo-kiosk", "K01", "file", min_free_bytes=0
    )


def seal_traced(folder: Path, build: str) -> Path:
    """Seals one dossier in a process under strace; returns the trace. Raises RuntimeError when it is not sealed."""
    log = folder / "trace.log"
    order = {
        "settings": settings_to_json(settings_of(folder / "data")),
        "printer": "127.0.0.1:9",
        "told": str(folder / "words.told"),
        "sizes": SIZES,
        "seed": SEED,
        "number": 1,
        "again": False,
        "uuid": None,
        "out": False,
        "build": build,
        "patience_s": 0.0,
    }
    command = [*tracing(log), sys.executable, "-m", "tests.crash.visit", json.dumps(order)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)
    if "done" not in (folder / "words.told").read_text():
        raise RuntimeError(f"nothing was sealed: {done.stderr[-500:]}")
    return log


def judge(data: Path, uuid: str | None, sealed: bool) -> list[str]:
    """Starts the kiosk on what is left and says what is lost or torn."""
    try:
        with contextlib.closing(SubmissionService(settings_of(data))):
            pass
        side = kiosk_side(data, thorough=True)
    except (SubmissionError, OSError) as error:
        return [f"the kiosk does not start: {error}"]
    bad = list(side.troubles)
    if sealed and uuid not in side.dossiers:
        bad.append("a dossier that was called sealed is gone")
    if sealed and not bad and [row["bytes_total"] for row in side.dossiers.values()] != [_size()]:
        bad.append("another content")
    if set(side.folders) != set(side.dossiers) or side.sessions:
        bad.append("files without a row, or a row without files")
    return bad


def _size() -> int:
    return sum(len(pdf(size, f"{SEED}/{n}")) for n, size in enumerate(SIZES))


def cut_everywhere(folder: Path, build: str, lots: int = 2, every: int = 1, enough: int = 10_000) -> CutTally:
    """Cuts after every `every`-th moment: once so that only what is sure is left, and `lots` times with lots drawn.

    Stops after `enough` bad disks.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    logging.getLogger("kiosk_app").setLevel(logging.CRITICAL)
    log, tally, disk = seal_traced(folder, build), CutTally(), Disk(folder / "data")
    words, seen = b"", set()
    for number, (name, arguments, result) in enumerate(calls_of(log)):
        disk.apply(name, arguments, result)
        told = name == "write" and b"words.told>" in arguments
        if told:
            words += arguments
        if name not in MOMENTS or not (told or number % every == 0):
            continue
        if not told and str(folder / "data").encode() not in arguments:
            continue
        tally.moments += 1
        found = [word for word in words.split(b'"') if word.startswith(b"draft ")]
        uuid = found[0].split()[1].removesuffix(b"\\n").decode() if found else None
        sealed = b'"sealed ' in words
        for lot in range(lots + 1):
            target = folder / "left" / "data"
            shutil.rmtree(target.parent, ignore_errors=True)
            target.parent.mkdir()
            disk.after_a_cut(target, random.Random(f"{number}/{lot}") if lot else None)
            print_ = _fingerprint(target)
            if (print_, sealed) in seen:
                continue
            seen.add((print_, sealed))
            tally.disks += 1
            tally.promised += sealed
            if bad := judge(target, uuid, sealed):
                tally.bad.append(f"call {number}, {name}, lot {lot}: " + "; ".join(bad))
                tally.lost += sealed
                if len(tally.bad) >= enough:
                    return tally
    return tally


def cut_the_service(rig: Rig, folder: Path, lots: int = 2, every: int = 1, last: int = 20) -> CutTally:
    """The same for a service that takes a dossier; once the kiosk has the answer it has to be there, whatever the lots."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written, tally = rig.written(folder), CutTally()
    disk = Disk(rig.service.data, written.before)
    calls = list(calls_of(written.log, written.acknowledged))
    for number, (name, arguments, result) in enumerate(calls):
        disk.apply(name, arguments, result)
        promised = number == len(calls) - 1
        ours = name in MOMENTS and str(rig.service.data).encode() in arguments and number % every == 0
        if not (ours or promised):
            continue
        tally.moments += 1
        for lot in range((last if promised else lots) + 1):
            target = folder / "left"
            shutil.rmtree(target, ignore_errors=True)
            disk.after_a_cut(target, random.Random(f"{number}/{lot}") if lot else None)
            tally.disks += 1
            tally.promised += promised
            if bad := judge_service(target, written.uuid if promised else None):
                tally.lost += promised
                tally.bad.append(f"service, call {number}, {name}, lot {lot}: " + "; ".join(bad))
    return tally


def judge_service(data: Path, promised: str | None) -> list[str]:
    """Opens the service's data as its start does and says what is lost or torn."""
    try:
        open_service(data).close()
        side = ministry_side(data)
    except Exception as error:  # whatever it is, the service would not start
        return [f"the service does not start: {type(error).__name__}"]
    bad = list(side.troubles)
    if promised is not None and len(side.contents.get(promised, [])) != len(SIZES):
        bad.append("a dossier that was acknowledged is gone")
    return bad


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
