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
SHOW_THE_CODE = "identify: show the code"
PATIENCE_S = 2.5
"""How long a citizen looks at a screen that does not move before thinking that something is wrong."""


@dataclass(frozen=True)
class Act:
    """One thing to do: its name in the matrix, and the script's steps that do it. No steps: waiting."""

    name: str
    steps: tuple[Step, ...] = ()


def touch(name: str, item: str) -> Act:
    return Act(name, (Step(touch=item),))


class Citizen:
    """Submits a dossier of two papers. `acts` counts what was done, by name."""

    def __init__(self, machine: Machine, hand: DockClient) -> None:
        self._machine = machine
        self._hand = hand
        self.acts: Counter[str] = Counter()
        self.code_in_vain = False
        """Nothing came of showing the card's code to the code reader: the number is typed instead."""

    async def next_act(self) -> Act | None:
        """What to do now; None once the goodbye is on the screen."""
        session = self._machine.session
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
                    return Act("confirm: take the card", (Step(device="card0", act="remove"),))
                return touch("confirm: go on", "page.primary")
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
            await asyncio.sleep(0.03)
        return False

    def _search(self, session: Session) -> Act:
        if "nhan hieu".startswith(session.query) and session.query != "nhan hieu":
            return Act("search: type", (Step(type="nhan hieu"[len(session.query) :], into="search.query"),))
        return touch("search: choose", f"search.result.{PROCEDURE}")

    async def _identify(self, session: Session) -> Act:
        card = await self._state("card0")
        if not card["inserted"]:
            return Act("identify: put the card", (Step(device="card0", act="insert"),))
        stage = session.card.stage
        if stage is CardStage.FAILED:
            return touch("identify: again", "page.primary")
        if stage is CardStage.NEEDS_NUMBER:
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
            return touch(f"scan {component}: choose", f"scan.component.{component}")
        if (await self._state("scanner0"))["feeder"] != list(sheets):
            load = Step(device="scanner0", act="load", argument=",".join(sheets))
            tidy = Step(device="scanner0", act="clear_feeder")
            return Act(f"scan {component}: put the paper", (tidy, load))
        if not session.scan.paper_loaded:
            return Act(f"scan {component}: wait for the sensor")
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
