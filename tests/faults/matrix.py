"""Any one device unplugged before any step of submitting a dossier: the cells, what must hold in each, and docs/faults.md.

python tests/faults/matrix.py [--out docs/faults.md] [--only DEVICE] [--data FOLDER]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from arrived import sheets_of
from citizen import PAPERS, SHOW_THE_CODE, Act, Citizen
from machine import DEVICES, Machine

from drivers.errors import entry
from drivers.ports import DeviceKind
from drivers.simulators.dock import DockClient
from kiosk_app.flow.everywhere import PREFIXES
from kiosk_app.model.basics import Screen
from kiosk_app.model.session import ReceiptStage, SendStage, Session
from ui.journey.facts import words_on
from ui.journey.player import JourneyError

CELL_S = 90.0
TOUCH_S = 4.0
STUCK_UI_S = 3.0
KINDS = {
    "card0": DeviceKind.CARD,
    "scanner0": DeviceKind.SCANNER,
    "barcode0": DeviceKind.BARCODE,
    "printer0": DeviceKind.PRINTER,
}
NAMES = {"card0": "card reader", "scanner0": "scanner", "barcode0": "code reader", "printer0": "receipt printer"}


@dataclass
class Cell:
    """One device gone before one step, and what came of it. `problems` is empty when everything holds."""

    device: str
    step: str
    screen: str = ""
    code: str = ""
    outcome: str = ""
    dossier_code: str = ""
    seconds: float = 0.0
    slowest_ui_s: float = 0.0
    problems: list[str] = field(default_factory=list)


class Matrix:
    """Plays cells on one running machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._slowest = 0.0

    def steps(self) -> list[str]:
        """Names of the steps of a journey in which nothing happens."""
        return self._machine.run(self._undisturbed())

    def play(self, device: str, step: str) -> Cell:
        """One cell from the home screen to the goodbye."""
        cell = Cell(device, step)
        self._machine.reset()
        self._machine.troubles()
        started = time.monotonic()
        try:
            self._machine.run(asyncio.wait_for(self._cell(cell), CELL_S))
        except TimeoutError:
            cell.problems.append(f"not at its end after {CELL_S:g} s, on {self._machine.session.screen.value}")
        except (JourneyError, AssertionError) as error:
            cell.problems.append(str(error))
        if cell.dossier_code:
            cell.problems += self._machine.run(
                asyncio.to_thread(arrived, self._machine.folder / "service", cell.dossier_code)
            )
        elif not cell.problems:
            cell.problems.append("no dossier was submitted")
        cell.seconds = round(time.monotonic() - started, 1)
        cell.slowest_ui_s = round(self._slowest, 2)
        if self._slowest > STUCK_UI_S:
            cell.problems.append(f"the screen stood still for {self._slowest:.1f} s")
        cell.problems += self._machine.troubles()
        return cell

    async def _undisturbed(self) -> list[str]:
        names: list[str] = []
        hand = await self._dock()
        try:
            citizen = Citizen(self._machine, hand)
            while (act := await citizen.next_act()) is not None:
                if act.name not in names:
                    names.append(act.name)
                await citizen.do(act)
                assert await citizen.changed(act), f"nothing follows {act.name}"
        finally:
            await hand.close()
        return names

    async def _cell(self, cell: Cell) -> None:
        self._slowest = 0.0
        pulse = asyncio.create_task(self._pulse())
        hand = await self._dock()
        try:
            await _Play(self._machine, hand, cell).to_the_end()
        finally:
            pulse.cancel()
            await hand.close()

    async def _pulse(self) -> None:
        """Measures how long the screen's loop ever stands still."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.05)
            self._slowest = max(self._slowest, time.monotonic() - began - 0.05)

    async def _dock(self) -> DockClient:
        bench = self._machine.kiosk.bench
        assert bench is not None
        return await DockClient.connect(bench.dock)


class _Play:
    """One cell under way."""

    def __init__(self, machine: Machine, hand: DockClient, cell: Cell) -> None:
        self._machine = machine
        self._hand = hand
        self._cell = cell
        self._out = False
        self._mended = False

    async def to_the_end(self) -> None:
        citizen = Citizen(self._machine, self._hand)
        while (act := await citizen.next_act()) is not None:
            if act.name == self._cell.step and not self._out and not self._mended:
                self._out = True
                await self._hand.fault(self._cell.device, "absent")
            if self._out and self._told() and self._blocks():
                await self._mend(citizen)
                continue
            try:
                await asyncio.wait_for(citizen.do(act), TOUCH_S if self._out else CELL_S)
                went_on = await citizen.changed(act)
            except (TimeoutError, JourneyError):
                went_on = False
            await self._look(self._machine.session)
            if went_on:
                continue
            if not self._out:
                raise AssertionError(f"nothing follows {act.name}")
            if act.name == SHOW_THE_CODE and not citizen.code_in_vain:
                citizen.code_in_vain = True
                continue
            await self._mend(citizen)
        assert self._out or self._mended, f"the step {self._cell.step} never came"
        if not self._cell.outcome:
            self._cell.outcome = "goes on without it"

    async def _look(self, session: Session) -> None:
        """What holds at the end of a submission, looked at while it is still on the screen."""
        if session.screen is not Screen.DONE or session.receipt is ReceiptStage.PRINTING:
            return
        cell = self._cell
        cell.dossier_code = session.submission.dossier_code
        if session.submission.stage is not SendStage.ACKNOWLEDGED:
            cell.problems.append(f"the dossier is {session.submission.stage.value}")
        if session.receipt is ReceiptStage.PRINTED or cell.code:
            return
        code = session.receipt_code or ""
        cell.screen, cell.code = session.screen.value, code
        cell.outcome = "code and QR stay on the screen"
        if not code.startswith("PRN-"):
            cell.problems.append(f"no word about the slip, but {code!r}")
        find = self._machine.player.hand.find
        for item in ("done.code", "done.lookup"):
            if not await self._machine.until(lambda item=item: find(item, touchable=False) is not None, 2.0):
                cell.problems.append(f"{item} is not on the screen")
        if not await self._machine.until(lambda: self._words_seen(code), 2.0):
            cell.problems.append(f"the words of {code} are not on the screen")

    def _told(self) -> str:
        """The code that the screen tells about the device, if it does."""
        session = self._machine.session
        prefix = f"{PREFIXES[KINDS[self._cell.device]]}-"
        for code in (session.notice or "", session.receipt_code or ""):
            if code.startswith((prefix, "SYS-")):
                return code
        if session.screen is Screen.HOME:
            status = session.devices[self._cell.device]
            banner = self._machine.player.hand.find(f"home.announcement.{self._cell.device}", touchable=False)
            if banner is not None and status.code:
                return status.code
        return ""

    def _blocks(self) -> bool:
        """Whether what is told keeps the citizen from going on."""
        session = self._machine.session
        if session.screen is Screen.HOME:
            return self._machine.player.hand.find("home.submit") is None
        return session.screen is not Screen.DONE and session.notice is not None

    async def _mend(self, citizen: Citizen) -> None:
        """The way is blocked: the screen must say why. Then the device is plugged in again."""
        cell, session = self._cell, self._machine.session
        assert self._out, f"still blocked after {cell.device} is back, with {session.notice}"
        await self._machine.until(self._told, 4.0)
        cell.screen, cell.code = self._machine.session.screen.value, self._told()
        if not cell.code:
            cell.problems.append(f"blocked on {cell.screen} without a word, with {self._machine.session.notice}")
        elif not await self._machine.until(lambda: self._words_seen(self._told()), 2.0):
            cell.problems.append(f"the words of {self._told()} are not on the screen")
        await self._hand.fault(cell.device, "clear")
        self._out, self._mended = False, True
        back = await self._machine.until(lambda: self._machine.session.devices[cell.device].usable)
        assert back, f"{cell.device} does not come back"
        cell.outcome = "goes on after it is back"
        if cell.device == "scanner0" and self._machine.session.screen is Screen.SCAN:
            await self._machine.until(lambda: not self._machine.session.scan.running)
        await citizen.changed(Act("look"), 0.1)

    def _words_seen(self, code: str) -> bool:
        session = self._machine.session
        words = entry(code).text("citizen", session.language.value) if code else ""
        where = {Screen.HOME: f"home.announcement.{self._cell.device}", Screen.DONE: "done.receipt"}
        item = self._machine.player.hand.find(where.get(session.screen, "notice"), touchable=False)
        return bool(words) and item is not None and words in words_on(item)


def arrived(service: Path, dossier_code: str) -> list[str]:
    """What is wrong with the pages that the ministry has; nothing may be lost and nothing twice."""
    wanted = {component: list(sheets) for component, sheets in PAPERS.items()}
    known = tuple(label for sheets in PAPERS.values() for label in sheets)
    found = sheets_of(service, dossier_code, known)
    return [] if found == wanted else [f"the ministry has {found}"]


def cells(steps: list[str], devices: tuple[str, ...] = DEVICES) -> list[tuple[str, str]]:
    return [(device, step) for device in devices for step in steps]


def document(found: list[Cell]) -> str:
    """docs/faults.md whole."""
    bad = [cell for cell in found if cell.problems]
    lines = [
        "# Any device unplugged at any step",
        "",
        "Made by `make faults`; do not edit. A scripted citizen submits a dossier of two papers on the real screens; one",
        "simulated device is unplugged right before a step and stays out until the screen says that it is missing and the",
        "way is blocked; then it is plugged in again. In every cell: no exception, no warning of Qt, the screen never",
        f"stands still for {STUCK_UI_S:g} s, and the dossier arrives with the same pages, none lost and none twice.",
        "",
        f"{len(found)} cells, {len(found) - len(bad)} hold.",
    ]
    for device in dict.fromkeys(cell.device for cell in found):
        lines += ["", f"## The {NAMES[device]} is unplugged", "", "| before the step | screen | code | outcome |"]
        lines.append("|---|---|---|---|")
        for cell in found:
            if cell.device == device:
                outcome = (
                    "; ".join(cell.problems).replace("|", "/").replace("\n", " ") if cell.problems else cell.outcome
                )
                shown = f"**{outcome}**" if cell.problems else outcome
                lines.append(f"| {cell.step} | {cell.screen or '–'} | {cell.code or '–'} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Plays all cells and writes the document; 1 when a cell does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/faults.md"))
    parser.add_argument("--only", choices=DEVICES, action="append")
    parser.add_argument("--step", help="only steps whose name holds this")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--cells", type=Path, help="also write the cells as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-faults-") as scratch:
        machine = Machine(options.data or Path(scratch) / "data")
        try:
            if not machine.virtual_reader:
                print("another simulation holds the virtual reader, or no pcscd is installed", file=sys.stderr)
                return 1
            matrix = Matrix(machine)
            machine.reset()
            wanted = cells([s for s in matrix.steps() if (options.step or "") in s], tuple(options.only or DEVICES))
            found = []
            for number, (device, step) in enumerate(wanted, 1):
                cell = matrix.play(device, step)
                found.append(cell)
                said = "; ".join(cell.problems) or cell.outcome
                print(
                    f"{number}/{len(wanted)} {device} before «{step}»: {cell.code or '-'} on {cell.screen or '-'}: {said}"
                    f" ({cell.seconds} s)",
                    flush=True,
                )
        finally:
            machine.close()
    if options.cells:
        options.cells.write_text(json.dumps([asdict(cell) for cell in found], ensure_ascii=False, indent=1), "utf-8")
    if options.out:
        options.out.write_text(document(found), "utf-8")
    return 1 if any(cell.problems for cell in found) else 0


if __name__ == "__main__":
    sys.exit(main())
