"""Cells under way: a fault set before a step, what the citizen meets, the fault cleared, the journey gone on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from language import Fault
from machine import DEVICES, Machine
from proof import Proof, Pulse
from sensible_citizen import STEPS, Act, Citizen

from drivers.errors import entry
from drivers.ports import DeviceKind, Verdict
from drivers.simulators.dock import DockClient
from kiosk_app.flow.everywhere import PREFIXES
from kiosk_app.model.basics import Screen
from kiosk_app.model.session import ReceiptStage, SendStage, Session
from ui.journey.facts import words_on
from ui.journey.player import JourneyError

GOES_ON = "goes on"
TOLD = "told, goes on"
OTHER_WAY = "another way"
WAITS = "told, waits"
NO_SLIP = "codes on the screen"
ENDED = "session ended"
OUTCOMES = (GOES_ON, TOLD, OTHER_WAY, WAITS, NO_SLIP, ENDED)
TOUCH_S = 6.0
CELL_S = 90.0
HOME_CELL_S = 240.0
JOURNEY_S = 900.0
JOURNEYS = 10
STUCK = 5
"""How often in a row nothing may come of what a citizen does while nothing is broken."""
KINDS = dict(zip(DEVICES, (DeviceKind.CARD, DeviceKind.SCANNER, DeviceKind.BARCODE, DeviceKind.PRINTER), strict=True))
SUBMIT = STEPS.index("declare: submit")
PRINTING = ("declare: submit", "sending: wait", "done: printing")
BEFORE_THE_SLIP = (*{step.partition(":")[0] for step in STEPS[1:] if not step.startswith("done")}, "done: printing")


def stays_through(fault: Fault, step: str) -> tuple[str, ...]:
    """The beginnings of the steps that come next and meet the same fault: those in which the device is needed.

    Set at the home screen, it stays until the way is blocked, if need be until the slip is out.
    """
    if step == STEPS[0]:
        return BEFORE_THE_SLIP
    if fault.device in ("card0", "barcode0") and step.startswith("identify"):
        return ("identify",)
    if fault.device == "printer0" and step in PRINTING:
        return PRINTING
    if fault.device == "scanner0" and step.startswith(("scan c1", "scan c2")):
        return (f"{step[:8]} wait for", f"{step[:8]} start", f"{step[:8]} running")
    return ()


@dataclass
class Cell:
    """One fault set before one step, and what came of it. `problems` is empty when everything holds."""

    device: str
    fault: str
    step: str
    screen: str = ""
    code: str = ""
    outcome: str = ""
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


class Matrix:
    """Plays cells on one running machine; after each journey everything is looked over."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        machine.reset()
        machine.troubles()
        self._proof = Proof(machine)
        self._seen: set[str] = set()
        machine.kiosk.runtime.subscribe(self._watch)

    def play(self, plan: Mapping[str, Fault]) -> list[Cell]:
        """The fault of each step of `plan`, in as few journeys as it takes."""
        left, found = dict(plan), list[Cell]()
        whole = False
        for _ in range(JOURNEYS):
            if not left and whole:
                break
            journey = _Journey(self._machine, left, self._seen, may_leave=whole)
            began = len(left)
            problems = self._journey(journey)
            whole |= bool(journey.dossier_code)
            if problems:
                last = journey.cells[-1] if journey.cells else Cell("", "", "the journey")
                last.problems += problems
                if not journey.cells:
                    journey.cells.append(last)
            found += journey.cells
            if len(left) == began and not journey.dossier_code:
                break
        found += [
            Cell(fault.device, str(fault), step, problems=["the step never came"]) for step, fault in left.items()
        ]
        return sorted(found, key=lambda cell: STEPS.index(cell.step) if cell.step in STEPS else len(STEPS))

    def _journey(self, journey: _Journey) -> list[str]:
        problems = []
        try:
            self._machine.run(asyncio.wait_for(journey.play(), JOURNEY_S))
        except TimeoutError:
            problems.append(f"not at its end, but on {self._machine.session.screen.value}")
        except (JourneyError, AssertionError) as error:
            problems.append(str(error) or "something does not hold")
        problems += journey.problems
        try:
            self._machine.reset()
            expected = bool(journey.dossier_code) or not (journey.left_early or problems)
            code = journey.dossier_code if expected else None
            problems += self._proof.after(code, printed=journey.printed)
        except AssertionError as error:
            problems.append(str(error))
        return [*problems, *self._machine.troubles()]

    def _watch(self, session: Session) -> None:
        self._seen.update(code for code in (session.notice, session.receipt_code) if code)


class _Journey:
    """One journey; takes from `left` the steps whose cells it played."""

    def __init__(self, machine: Machine, left: dict[str, Fault], seen: set[str], *, may_leave: bool) -> None:
        self._machine = machine
        self._left = left
        self._seen = seen
        self._may_leave = may_leave
        self._cell: Cell | None = None
        self._fault = Fault("", "")
        self._began = 0.0
        self._another_way = False
        self._tried_again = False
        self.cells: list[Cell] = []
        self.problems: list[str] = []
        self.dossier_code = ""
        self.printed = False
        self.left_early = False

    async def play(self) -> None:
        """From the home screen to the goodbye. Raises AssertionError and JourneyError."""
        bench = self._machine.kiosk.bench
        assert bench is not None
        self._hand = await DockClient.connect(bench.dock)
        self._citizen = Citizen(self._machine, self._hand)
        try:
            async with Pulse() as pulse:
                await self._steps()
            self.problems += pulse.problems
        finally:
            await self._hand.close()

    async def _steps(self) -> None:
        begun, stuck = False, 0
        while (act := await self._citizen.next_act()) is not None:
            home = self._machine.session.screen is Screen.HOME
            if begun and home:
                await self._session_over()
                return
            begun |= not home
            if self._cell is None:
                if self._may_leave and await self._nothing_more(act):
                    return
                await self._begin(act)
            elif self._blocks() and self._told():
                await self._end(blocked=True)
                continue
            went_on = await self._do(act)
            self._look()
            stuck = 0 if went_on or self._cell is not None else stuck + 1
            assert stuck < STUCK, f"nothing follows {act.name} on {self._where()}"
            if self._cell is not None:
                await self._after(act, went_on)
        if self._cell is not None:
            await self._end(blocked=False)

    async def _nothing_more(self, act: Act) -> bool:
        """Leaves once no step of the rest of the journey is wanted and nothing was submitted."""
        here = STEPS.index(act.name) if act.name in STEPS else len(STEPS)
        if here > SUBMIT or any(STEPS.index(step) >= here for step in self._left):
            return False
        self.left_early = True
        await self._machine.end_session()
        return True

    async def _do(self, act: Act) -> bool:
        # A word half typed would be another fault, and not the machine's.
        short = self._cell is not None and not any(step.type for step in act.steps)
        try:
            await asyncio.wait_for(self._citizen.do(act), TOUCH_S if short else CELL_S)
            return await asyncio.wait_for(self._citizen.changed(act), CELL_S)
        except (TimeoutError, JourneyError):
            return False

    async def _begin(self, act: Act) -> None:
        fault = self._left.pop(act.name, None)
        if fault is None:
            return
        self._fault, self._cell = fault, Cell(fault.device, str(fault), act.name)
        self._began, self._another_way, self._tried_again = time.monotonic(), False, False
        self.cells.append(self._cell)
        self._seen.clear()
        await self._hand.fault(fault.device, fault.name, fault.argument)

    async def _after(self, act: Act, went_on: bool) -> None:
        assert self._cell is not None
        if went_on:
            following = await self._citizen.next_act()
            stays = stays_through(self._fault, self._cell.step)
            if following is None or not following.name.startswith(stays):
                await self._end(blocked=False)
            elif time.monotonic() - self._began > (CELL_S if self._cell.step != STEPS[0] else HOME_CELL_S):
                self._cell.problems.append(f"never ends on {self._where()}")
                await self._end(blocked=True)
        elif self._citizen.in_vain(act):
            self._another_way = True
        elif not self._told() and not self._tried_again:
            self._tried_again = True  # a hand that missed is no blocked way
        else:
            await self._end(blocked=True)

    async def _end(self, *, blocked: bool) -> None:
        """Writes down what came of it, clears the fault, and waits until the device is well again."""
        cell = self._cell
        assert cell is not None
        if blocked:
            await self._machine.until(self._told, 4.0)
            code = self._told()
            if not code:
                cell.problems.append(f"blocked on {self._where()} without a word")
            elif not await self._machine.until(lambda: self._words_seen(self._told()), 2.0):
                cell.problems.append(f"the words of {self._told() or code} are not on the screen")
            cell.code, cell.outcome = code, WAITS
        elif self._slip_missing():
            cell.code, cell.outcome = self._machine.session.receipt_code or "", NO_SLIP
            await self._codes_shown(cell)
        else:
            seen = min((code for code in self._seen if self._of_device(code)), default="")
            cell.code = self._told() or seen or self._doubts()
            waits = bool(self._told()) and self._blocks()
            cell.outcome = WAITS if waits else OTHER_WAY if self._another_way else TOLD if cell.code else GOES_ON
        cell.screen = self._machine.session.screen.value
        self._cell = None
        await self._hand.fault(cell.device, "clear")
        back = await self._machine.until(lambda: self._machine.session.devices[cell.device].usable, 60.0)
        if not back:
            status = self._machine.session.devices[cell.device]
            cell.problems.append(f"not ready after it is cleared, but {status.state.value} with {status.code}")
        cell.seconds = round(time.monotonic() - self._began, 1)

    async def _session_over(self) -> None:
        if self._cell is not None:
            await self._end(blocked=False)
        assert self.cells, "the session ended by itself"
        self.cells[-1].outcome = ENDED
        self.left_early = True

    def _look(self) -> None:
        session = self._machine.session
        if session.screen is not Screen.DONE or session.receipt is ReceiptStage.PRINTING:
            return
        self.dossier_code = session.submission.dossier_code
        self.printed |= session.receipt is ReceiptStage.PRINTED
        if session.submission.stage is not SendStage.ACKNOWLEDGED and not self.problems:
            self.problems.append(f"the dossier is {session.submission.stage.value}")

    def _slip_missing(self) -> bool:
        assert self._cell is not None
        session = self._machine.session
        here = session.screen is Screen.DONE and self._cell.step in (STEPS[0], *PRINTING)
        return here and session.receipt in (ReceiptStage.NOT_PRINTED, ReceiptStage.UNKNOWN)

    async def _codes_shown(self, cell: Cell) -> None:
        find = self._machine.player.hand.find
        for item in ("done.code", "done.lookup"):
            if not await self._machine.until(lambda item=item: find(item, touchable=False) is not None, 2.0):
                cell.problems.append(f"{item} is not on the screen")
        if not await self._machine.until(lambda: self._words_seen(cell.code), 2.0):
            cell.problems.append(f"the words of {cell.code} are not on the screen")

    def _doubts(self) -> str:
        """What the screen says of the card that was read, where not all of it is proved."""
        assert self._cell is not None
        identity = self._machine.session.identity
        if self._cell.device != "card0" or not self._cell.step.startswith(("home", "identify")) or identity is None:
            return ""
        bad = (Verdict.FAILED, Verdict.ISSUER_NOT_TRUSTED)
        verdicts = (("passive", identity.passive), ("chip", identity.chip), ("active", identity.active))
        found = [f"{name}: {check.verdict.value}" for name, check in verdicts if check.verdict in bad]
        if not found and identity.chip.verdict is identity.active.verdict is Verdict.NOT_CHECKED:
            found.append("chip: not_checked")
        return ", ".join(found)

    def _of_device(self, code: str) -> bool:
        assert self._cell is not None
        return code.startswith((f"{PREFIXES[KINDS[self._cell.device]]}-", "SYS-"))

    def _told(self) -> str:
        """The code that the screen tells about the device now, if it does."""
        session = self._machine.session
        codes = [session.notice or "", session.receipt_code or ""]
        assert self._cell is not None
        if session.screen is Screen.HOME:
            banner = self._machine.player.hand.find(f"home.announcement.{self._cell.device}", touchable=False)
            codes.append((session.devices[self._cell.device].code or "") if banner is not None else "")
        return next((code for code in codes if self._of_device(code)), "")

    def _blocks(self) -> bool:
        """Whether what is told keeps the citizen from going on."""
        session = self._machine.session
        if session.screen is Screen.HOME:
            return self._machine.player.hand.find("home.submit") is None
        return session.screen is not Screen.DONE and session.notice is not None

    def _words_seen(self, code: str) -> bool:
        session = self._machine.session
        words = entry(code).text("citizen", session.language.value) if code else ""
        device = self._fault.device
        where = {Screen.HOME: f"home.announcement.{device}", Screen.DONE: "done.receipt"}
        item = self._machine.player.hand.find(where.get(session.screen, "notice"), touchable=False)
        return bool(words) and item is not None and words in words_on(item)

    def _where(self) -> str:
        session = self._machine.session
        return f"{session.screen.value} with {session.notice}"
