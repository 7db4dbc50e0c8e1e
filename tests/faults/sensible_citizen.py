"""A citizen who looks at the screen and does the sensible next thing, so that a journey goes on after any mishap."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

from machine import Machine

from drivers.simulators.dock import DockClient
from kiosk_app.model.basics import Overlay, Screen
from kiosk_app.model.session import CardStage, PageStage, ReceiptStage, Session
from ui.journey.script import Script, Step

PROCEDURE = "IP-03"
PAPERS = {"c1": ("trademark-application:1", "trademark-application:2"), "c2": ("trademark-sample:1",)}
"""The procedure's required components and their sheets."""
STEPS = (
    "home: submit",
    "search: type",
    "search: choose",
    "procedure: go on",
    "checklist: c1",
    "checklist: c2",
    "checklist: go on",
    "consent: agree",
    "identify: put the card",
    "identify: wait",
    "identify: show the code",
    "identify: being read",
    "confirm: take the card",
    "confirm: go on",
    "scan c1: put the paper",
    "scan c1: wait for the sensor",
    "scan c1: start",
    "scan c1: running",
    "scan: pages are prepared",
    "scan c2: put the paper",
    "scan c2: wait for the sensor",
    "scan c2: start",
    "scan c2: running",
    "scan: go on",
    "review: go on",
    "form: mark_name",
    "form: phone",
    "form: go on",
    "answers: go on",
    "declare: agree",
    "declare: submit",
    "sending: wait",
    "done: printing",
    "done: take the slip",
    "done: rate",
    "done: end",
)
"""What is done, in its order, when nothing happens."""
SHOW_THE_CODE = "identify: show the code"
SENSOR = "wait for the sensor"
WRONG_NUMBER = ("CRD-WRONG-CAN", "CRD-WRONG-MRZ")
PATIENCE_S = 2.5
"""How long a citizen looks at a screen that does not move before thinking that something is wrong."""


@dataclass(frozen=True)
class Act:
    """One thing to do: its name in the matrix, and the script's steps that do it. No steps: waiting."""

    name: str
    steps: tuple[Step, ...] = ()


def touch(name: str, item: str) -> Act:
    return Act(name, (Step(touch=item),))


_PUT_THE_CARD = (Step(device="card0", act="insert"),)
_TAKE_THE_CARD = (Step(device="card0", act="remove"),)


class Citizen:
    """Submits a dossier of two papers. `acts` counts what was done, by name."""

    def __init__(self, machine: Machine, hand: DockClient) -> None:
        self._machine = machine
        self._hand = hand
        self.acts: Counter[str] = Counter()
        self._asked = False
        self._refused = 0
        self.code_in_vain = False
        """Nothing came of showing the card's code to the code reader: the number is typed instead."""
        self.sensor_in_vain = False
        """The feeder does not see the paper that lies in it: scanning is started all the same."""

    def in_vain(self, act: Act) -> bool:
        """Takes to heart that nothing came of `act`; whether there is another way."""
        if act.name == SHOW_THE_CODE and not self.code_in_vain:
            self.code_in_vain = True
            return True
        if act.name.endswith(SENSOR) and not self.sensor_in_vain:
            self.sensor_in_vain = True
            return True
        return False

    async def next_act(self) -> Act | None:
        """What to do now; None once the goodbye is on the screen."""
        session = self._machine.session
        if session.screen is Screen.IDENTIFY and session.card.stage is CardStage.READING:
            self._asked = True
        elif self._asked and session.card.stage is CardStage.NEEDS_NUMBER and session.notice in WRONG_NUMBER:
            self._asked, self._refused = False, self._refused + 1
        if session.overlay is Overlay.IDLE_WARNING:
            return touch("more time", "overlay.more_time")
        match session.screen:
            case Screen.HOME:
                return touch("home: submit", "home.submit")
            case Screen.SEARCH:
                return self._search(session)
            case Screen.PROCEDURE:
                return touch("procedure: go on", "page.primary")
            case Screen.CHECKLIST:
                left = [item for item in PAPERS if item not in session.have]
                if left:
                    return touch(f"checklist: {left[0]}", f"checklist.component.{left[0]}")
                return touch("checklist: go on", "page.primary")
            case Screen.CONSENT:
                return touch("consent: agree", "page.primary")
            case Screen.IDENTIFY:
                return await self._identify(session)
            case Screen.CONFIRM_IDENTITY:
                if (await self._state("card0"))["inserted"]:
                    return Act("confirm: take the card", _TAKE_THE_CARD)
                # A card in doubt: on with a note, since no officer comes to this machine.
                doubtful = session.identity is not None and session.identity.doubt is not None
                return touch("confirm: go on", "confirm.noted" if doubtful else "page.primary")
            case Screen.SCAN:
                return await self._scan(session)
            case Screen.PAGE_REVIEW:
                return touch("review: go on", "page.primary")
            case Screen.FORM:
                return self._form(session)
            case Screen.CHECK_ANSWERS:
                return touch("answers: go on", "page.primary")
            case Screen.DECLARE:
                return self._declare()
            case Screen.SENDING:
                return Act("sending: wait")
            case Screen.DONE:
                return await self._done(session)
            case _:
                return None

    async def do(self, act: Act) -> None:
        """Does it. Raises JourneyError when what is to be touched is not there."""
        self.acts[act.name] += 1
        if act.steps:
            await self._machine.player.play(Script(act.name, self._machine.session.language.value, act.steps))

    async def changed(self, act: Act, seconds: float = PATIENCE_S) -> bool:
        """Whether something else is to be done within `seconds`, or the machine is visibly at work."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if await self.next_act() != act:
                return True
            if busy(self._machine.session):
                end = time.monotonic() + seconds
            await asyncio.sleep(0.05)
        return False

    def _search(self, session: Session) -> Act:
        if "nhan hieu".startswith(session.query) and session.query != "nhan hieu":
            return Act("search: type", (Step(type="nhan hieu"[len(session.query) :], into="search.query"),))
        return touch("search: choose", f"search.result.{PROCEDURE}")

    async def _identify(self, session: Session) -> Act:
        card = await self._state("card0")
        if not card["inserted"]:
            return Act("identify: put the card", _PUT_THE_CARD)
        stage = session.card.stage
        anew = Act("identify: put the card anew", (*_TAKE_THE_CARD, *_PUT_THE_CARD))
        if stage is CardStage.FAILED:
            # Every third failure the card is taken off and put back, as anybody would.
            tried_enough = self.acts["identify: again"] >= 2 * (self.acts[anew.name] + 1)
            return anew if tried_enough else touch("identify: again", "page.primary")
        if stage is CardStage.NEEDS_NUMBER:
            # A number that was refused is not asked of the chip a second time before the card is put back.
            if session.notice in WRONG_NUMBER and self._refused > self.acts[anew.name]:
                return anew
            if not self.code_in_vain:
                shown = Step(device="barcode0", act="scan", argument="@card0.qr")
                return Act(SHOW_THE_CODE, (shown,))
            keys = tuple(Step(touch=f"identify.key.{digit}") for digit in str(card["can"]))
            return Act("identify: type the number", (*keys, Step(touch="identify.ok")))
        return Act("identify: wait" if stage is CardStage.WAITING else "identify: being read")

    async def _scan(self, session: Session) -> Act:
        if session.scan.running:
            return Act(f"scan {session.scan.component}: running")
        if any(page.stage is PageStage.PROCESSING for page in session.pages):
            return Act("scan: pages are prepared")
        for component, sheets in PAPERS.items():
            if len(session.kept_pages(component)) < len(sheets):
                return await self._scan_paper(session, component, sheets[len(session.kept_pages(component)) :])
        return touch("scan: go on", "page.primary")

    async def _scan_paper(self, session: Session, component: str, sheets: tuple[str, ...]) -> Act:
        if session.scan.component != component:
            # One paper after another, each chosen before it is put in.
            return touch(f"scan {component}: put the paper", f"scan.component.{component}")
        if (await self._state("scanner0"))["feeder"] != list(sheets):
            load = Step(device="scanner0", act="load", argument=",".join(sheets))
            tidy = Step(device="scanner0", act="clear_feeder")
            return Act(f"scan {component}: put the paper", (tidy, load))
        if not session.scan.paper_loaded and not self.sensor_in_vain:
            return Act(f"scan {component}: {SENSOR}")
        return touch(f"scan {component}: start", "scan.start")

    def _form(self, session: Session) -> Act:
        for name, text in (("mark_name", "sao"), ("phone", "0912345678")):
            if name not in session.answers or not session.answers[name].value:
                return Act(f"form: {name}", (Step(type=text, into=f"form.{name}"), Step(touch="key.done")))
        return touch("form: go on", "page.primary")

    def _declare(self) -> Act:
        item = self._machine.player.hand.find("page.primary", touchable=False)
        if item is not None and not item.isEnabled():
            return touch("declare: agree", "declare.agree")
        return touch("declare: submit", "page.primary")

    async def _done(self, session: Session) -> Act:
        if session.receipt is ReceiptStage.PRINTING:
            return Act("done: printing")
        if (await self._state("printer0"))["receipt_hanging"]:
            return Act("done: take the slip", (Step(device="printer0", act="tear"),))
        if not session.rating:
            return touch("done: rate", "done.rate.5")
        return touch("done: end", "page.primary")

    async def _state(self, device: str) -> dict[str, object]:
        found = await self._hand.devices()
        state: dict[str, object] = next(item["state"] for item in found if item["id"] == device)
        return state


def busy(session: Session) -> bool:
    """Whether the screen shows that the machine is at work, so that waiting is what a citizen does."""
    return (
        session.scan.running
        or session.screen is Screen.SENDING
        or session.receipt is ReceiptStage.PRINTING
        or (session.screen is Screen.IDENTIFY and session.card.stage is CardStage.READING)
        or any(page.stage is PageStage.PROCESSING for page in session.pages)
    )
