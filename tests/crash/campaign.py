"""Which calls are failed in which way, and what has come of all of them."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.crash.rig import PROGRAMS, Fault, Outcome, Rig, recorded
from tests.crash.trace import Call

FAULTS: Final = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")
KILL: Final = FAULTS[0]
ERRORS: Final = FAULTS[1:]
# Where each control is wrong: only there can a kill find it out.
CONTROLS: Final = {"row-first": "seal", "autocommit": "seal", "no-journal": "print"}


@dataclass
class Tally:
    """What was tried and what came of it."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def felt(self) -> list[Outcome]:
        """Those whose fault really fell on a call; a run may be a call shorter than the one that was recorded."""
        return [outcome for outcome in self.outcomes if outcome.hit and not outcome.void]

    @property
    def calls(self) -> set[tuple[str, str, str, int]]:
        """The distinct calls hit: program, name, the file's part, and the how-manieth of these in its run."""
        return {(outcome.fault.program, *call.which) for outcome in self.felt for call in outcome.hit if outcome.fault}

    @property
    def kinds(self) -> set[tuple[str, str, str]]:
        """The distinct kinds of calls: program, name, the file's part."""
        return {call[:3] for call in self.calls}

    @property
    def pairs(self) -> set[tuple[str, tuple[str, str, str, int]]]:
        """The distinct calls, each with the fault that fell on it."""
        return {
            (outcome.fault.what, (outcome.fault.program, *call.which))
            for outcome in self.felt
            for call in outcome.hit
            if outcome.fault
        }

    @property
    def bad(self) -> list[Outcome]:
        """Those that broke a promise."""
        return [outcome for outcome in self.outcomes if outcome.bad and not outcome.void]

    @property
    def void(self) -> list[Outcome]:
        """Those whose fault was none of the world's."""
        return [outcome for outcome in self.outcomes if outcome.void]

    def by_fault(self) -> dict[str, int]:
        """How many faults of each kind were felt."""
        counted = Counter(outcome.fault.what.partition("=")[2] for outcome in self.felt if outcome.fault)
        return dict(sorted(counted.items()))


def spread(calls: Sequence[Call], limit: int) -> list[Call]:
    """At most `limit` of the calls (0: all): one of each kind first, then evenly over what is left."""
    usable = [call for call in calls if call.nth < 65_535]
    if not limit or len(usable) <= limit:
        return usable
    firsts: dict[tuple[str, str, str], Call] = {}
    for call in usable:
        firsts.setdefault((call.name, call.role, call.stage), call)
    chosen = list(firsts.values())
    if len(chosen) > limit:
        return [chosen[len(chosen) * n // limit] for n in range(limit)]
    rest = [call for call in usable if call not in chosen]
    more = limit - len(chosen)
    return chosen + [rest[len(rest) * n // more] for n in range(more)]


def plan(rig: Rig, limit: int, errors: int = 1) -> list[Fault]:
    """A kill for `limit` calls of each program, after an undisturbed dossier has shown what it calls, and `errors` of the
    two errors for each, taking turns."""
    chosen = {program: spread(list(recorded(rig, program)), limit) for program in PROGRAMS}
    kills = [Fault(program, call.name, call.nth, KILL) for program in PROGRAMS for call in chosen[program]]
    return kills + [
        Fault(program, call.name, call.nth, ERRORS[(place + turn) % len(ERRORS)])
        for turn in range(errors)
        for program in PROGRAMS
        for place, call in enumerate(chosen[program])
    ]


def carry_out(folder: Path, faults: Iterable[Fault], lanes: int, seen: Callable[[Outcome], None]) -> Tally:
    """Plays a dossier for each fault, on so many rigs beside each other."""
    waiting: queue.SimpleQueue[Fault] = queue.SimpleQueue()
    for fault in faults:
        waiting.put(fault)
    tally, guard = Tally(), threading.Lock()

    def lane(number: int) -> None:
        with Rig(folder / f"lane-{number}") as rig:
            while True:
                try:
                    fault = waiting.get_nowait()
                except queue.Empty:
                    return
                outcome = rig.play(fault)
                with guard:
                    tally.outcomes.append(outcome)
                    seen(outcome)

    threads = [threading.Thread(target=lane, args=(number,)) for number in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def control(rig: Rig, build: str, limit: int = 40) -> Outcome | None:
    """Kills a kiosk that is built wrong, call after call where it is wrong; the first bad state, or None: not found out.

    No two runs make the same calls, and a kill may come a call too early: a second run is looked at before it is given up.
    """
    for _ in range(2):
        quiet = rig.play(None, "visit", build)
        calls = [call for call in quiet.calls if call.stage == CONTROLS[build] and not call.role.startswith("sessions")]
        some = spread(calls, limit)
        rest = [call for call in spread(calls, 0) if call not in some]
        for call in (*reversed(some), *reversed(rest)):  # what is wrong shows late in its stage
            outcome = rig.play(Fault("visit", call.name, call.nth, KILL), build=build)
            if outcome.bad:
                return outcome
    return None
