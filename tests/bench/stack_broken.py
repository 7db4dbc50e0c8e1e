"""What happens to `kiosk scan` at a page of a stack of ten, and what a person does then."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.bench.stack_station import SHEETS, Station, numbers_in
from tests.bench.traces_of_life import below, command_of
from tests.drivers.scanner.rig import SimulatedScanner

PATIENCE_S: Final = 180.0
HOST: Final = "drivers.host"


@dataclass(frozen=True)
class Mishap:
    """What goes wrong, what the command may say of it, and what hands do before the stack is put in again.

    `fault` is set before the scan with the sheet's number; `strike` is done to the command once that sheet is out. `last` is
    the last sheet to which it can happen. In the `background` the command ignores SIGINT, as a script's jobs do.
    """

    name: str
    codes: tuple[str, ...]
    fault: str = ""
    strike: Callable[[subprocess.Popen[str], SimulatedScanner], None] | None = None
    hands: tuple[str, ...] = ()
    background: bool = False
    last: int = SHEETS


@dataclass(frozen=True)
class Again:
    """The stack once it came through: which sheets are in the file, and how often it was put in."""

    pages: list[int]
    attempts: int


def _interrupt(process: subprocess.Popen[str], _: SimulatedScanner) -> None:
    # as a terminal does it: everybody in the group is told
    os.killpg(process.pid, signal.SIGINT)


def _terminate(process: subprocess.Popen[str], _: SimulatedScanner) -> None:
    process.terminate()


def _kill_host(process: subprocess.Popen[str], _: SimulatedScanner) -> None:
    # the one that has opened the scanner, and the spare one, if it is there already
    for pid in [pid for pid in below(process.pid) if HOST in command_of(pid)]:
        os.kill(pid, signal.SIGKILL)


def _open_cover(_: subprocess.Popen[str], simulated: SimulatedScanner) -> None:
    simulated.act("open_cover")


THROUGH: Final = "exit 0"
OPENED: Final = ("open_cover", "clear_jam", "close_cover")
MISHAPS: Final = (
    Mishap("jam", ("SCN-JAM",), fault="jam", hands=OPENED),
    Mishap("double feed", ("SCN-DOUBLE-FEED",), fault="double_feed", hands=OPENED, last=SHEETS - 1),
    # The hand may come after the last sheet: then all of them must be in the file.
    Mishap("cover opened", ("SCN-COVER-OPEN", THROUGH), strike=_open_cover, hands=OPENED),
    Mishap("line drops in the page", ("SCN-CUT-SHORT", "SCN-IO"), fault="cut_line"),
    Mishap("page cut short", ("SCN-CUT-SHORT",), fault="truncated"),
    Mishap("scanner unplugged in the page", ("SCN-ABSENT", "SCN-CUT-SHORT", "SCN-IO"), fault="drop_after"),
    Mishap("host killed", ("SYS-HOST-DIED",), strike=_kill_host),
    Mishap("interrupted (SIGINT)", ("exit 130",), strike=_interrupt),
    Mishap("ended (SIGTERM)", ("exit 143",), strike=_terminate),
    Mishap("ended in the background (SIGTERM)", ("exit 143",), strike=_terminate, background=True),
)


def break_off(
    station: Station, simulated: SimulatedScanner, mishap: Mishap, at: int
) -> subprocess.CompletedProcess[str]:
    """Scans ten sheets; the mishap comes at sheet `at`."""
    station.load(simulated)
    if mishap.fault:
        simulated.fault(mishap.fault, at - 1 if mishap.fault == "drop_after" else at)
    process = station.start("scan", "--out", str(station.out), "--json", background=mishap.background)
    if mishap.strike is not None:
        until = time.monotonic() + PATIENCE_S
        while len(simulated.sheets("output")) < at and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        mishap.strike(process, simulated)
    return station.ended(process)


def told(done: subprocess.CompletedProcess[str]) -> str:
    """The code that the command gave, or how it ended without one."""
    if done.returncode == 1:
        return str(json.loads(done.stdout)["error"])
    return f"exit {done.returncode}" if done.returncode >= 0 else f"exit {128 - done.returncode}"


def scan_again(station: Station, simulated: SimulatedScanner, mishap: Mishap | None = None, most: int = 3) -> Again:
    """Puts all ten sheets in again, as the command asks, until they come through."""
    for attempt in range(1, most + 1):
        for hand in mishap.hands if mishap is not None else OPENED:
            simulated.act(hand)
        for hand in ("clear_feeder", "take_output"):
            simulated.act(hand)
        simulated.fault("clear")
        station.load(simulated)
        done = station.scan()
        if done.returncode == 0:
            return Again(numbers_in(station.out), attempt)
        assert not station.out.exists()
    raise AssertionError(f"the stack does not come through: {done.stdout}{done.stderr}")


def wrong_with(station: Station, mishap: Mishap, said: str) -> list[str]:
    """What does not hold after a mishap: the whole stack in the file or no file at all, and nothing else left."""
    wrong = [f"said {said}"] if said not in mishap.codes else []
    if station.out.exists():
        pages = numbers_in(station.out)
        wrong += [] if said == THROUGH and pages == list(range(SHEETS)) else [f"a file of sheets {pages}"]
        station.out.unlink()
    return wrong + [f"left: {name}" for name in station.left()]
