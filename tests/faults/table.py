"""docs/faults.md out of the cells: a line a fault with its outcomes, then every step where it is felt."""

from __future__ import annotations

import os
import platform
from collections import Counter
from itertools import groupby
from pathlib import Path

from cells import ENDED, GOES_ON, NO_SLIP, OTHER_WAY, OUTCOMES, TOLD, WAITS, Cell
from language import Fault
from proof import STUCK_UI_S
from sensible_citizen import STEPS

NAMES = {"card0": "card reader", "scanner0": "scanner", "barcode0": "code reader", "printer0": "receipt printer"}
BY_HAND = "## Random fault journeys"
HEAD = f"""# Every fault at every step

Made by `make faults`; do not edit, except from «Random fault journeys» on. A scripted citizen submits a dossier of two
papers on the real screens, with the production drivers on the simulators' wires. Before a step one fault is set; it stays
for that step, and where the device is needed until that use is over, or until the screen blocks the way and says why.
Then it is cleared and the journey goes on. A row is a fault, a cell one of {len(STEPS)} steps.

In every cell: the outcome is one of those below, on a named screen; a blocked way is told with a code of
[errors.md](errors.md) whose words are on the screen; the device is ready again once the fault is cleared. After every
journey: one dossier at the ministry with every page once and in order, or none where the session was left; no slip twice;
an empty spool; no exception, no warning of Qt; the screen never stood still for {STUCK_UI_S:g} s.

| outcome | means |
|---|---|
| {GOES_ON} | nothing is noticed, or nothing needs to be |
| {TOLD} | a code is or was on the screen, or a doubt about the card beside its holder, and the citizen can go on |
| {OTHER_WAY} | the citizen does the same by another way: the number typed, scanning started by hand |
| {WAITS} | the screen says what is wrong; it goes on once the fault is cleared |
| {NO_SLIP} | no slip, or an unknown one: the codes and their QR stay on the screen |
| {ENDED} | the session ended and left nothing |
"""


def computer() -> str:
    """What it ran on, as the page says it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    system = platform.freedesktop_os_release()
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {system['NAME']} {system.get('VERSION_ID', '')}".strip()


def document(wanted: list[Fault], found: list[Cell], played: str, before: Path) -> str:
    """The page whole, `played` telling when and on what; what is written by hand in the page of `before` is kept."""
    bad = [cell for cell in found if cell.problems]
    lines = [HEAD, f"{len(wanted)} faults, {len(wanted) * len(STEPS)} cells; {len(found)} played, ", ""]
    lines[1] += f"{len(found) - len(bad)} hold. {played}"
    for device in dict.fromkeys(fault.device for fault in wanted):
        cells = [cell for cell in found if cell.device == device]
        lines += [f"## {NAMES[device].capitalize()}", "", *_counts(wanted, cells, device), "", *_felt(cells), ""]
    kept = before.read_text("utf-8") if before.exists() else ""
    by_hand = kept[kept.index(BY_HAND) :] if BY_HAND in kept else ""
    return "\n".join(lines).rstrip() + "\n" + (f"\n{by_hand}" if by_hand else "")


def _counts(wanted: list[Fault], cells: list[Cell], device: str) -> list[str]:
    lines = [f"| fault | what breaks | {' | '.join(OUTCOMES)} |", f"|---|---|{'---:|' * len(OUTCOMES)}"]
    for fault in [fault for fault in wanted if fault.device == device]:
        count = Counter(cell.outcome for cell in cells if cell.fault == str(fault))
        numbers = " | ".join(str(count[outcome] or "") for outcome in OUTCOMES)
        lines.append(f"| `{fault}` | {fault.meaning} | {numbers} |")
    return lines


def _felt(cells: list[Cell]) -> list[str]:
    """Steps with the same end follow each other in one line; steps where nothing is felt are left out."""
    lines = ["| fault | before | screen | code | outcome |", "|---|---|---|---|---|"]
    felt = [cell for cell in cells if cell.outcome != GOES_ON or cell.problems]

    def key(cell: Cell) -> tuple[str, ...]:
        return (cell.fault, cell.screen, cell.code, cell.outcome, *cell.problems)

    for _, group in groupby(felt, key):
        same = list(group)
        first, last = same[0], same[-1]
        steps = first.step if len(same) == 1 else f"{first.step} … {last.step} ({len(same)} steps)"
        problems = "; ".join(first.problems).replace("|", "/").replace("\n", " ")
        shown = f"**{problems}**" if problems else first.outcome
        lines.append(f"| `{first.fault}` | {steps} | {first.screen or '–'} | {first.code or '–'} | {shown} |")
    return lines
