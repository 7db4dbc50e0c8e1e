"""The gate's hands: badges, PINs and new ones through a runtime, and what of it stands in the audit log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

from kiosk_app import config
from kiosk_app.audit import public_key, verify
from kiosk_app.flow import effects as fx
from kiosk_app.flow.events import BadgeScanned
from kiosk_app.model.basics import Screen
from kiosk_app.model.servicing import GateStage
from kiosk_app.model.session import Session
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.runtime.signing_in import GateHands
from kiosk_app.runtime.staffing import StaffRoom
from kiosk_app.staff import badge_digest
from kiosk_app.staff.pin import hash_pin
from kiosk_app.submission import SubmissionService
from kiosk_app.submission.notes import ChosenPin, StaffNote

PIN = "739155"
FIRST = "480213"
NEW = "602948"


def account(staff_id: str, role: str, pin: str, badge: str, *, must_change: bool = False) -> dict[str, Any]:
    return {
        "staff_id": staff_id,
        "name": f"{staff_id} Mẫu",
        "role": role,
        "pin_hash": hash_pin(pin),
        "pin_version": 1,
        "must_change": must_change,
        "badge_sha256": badge_digest(badge),
    }


class Store:
    """What the hands need of a store: keys, the accounts that the agent left there, PINs that wait for it."""

    staff_key = bytes(range(32))
    audit_seed = bytes(range(1, 33))

    def __init__(self) -> None:
        self.accounts: list[dict[str, Any]] = []
        self.age_s = 60.0
        self.told: tuple[ChosenPin, ...] = ()

    def staff(self) -> StaffNote | None:
        return StaffNote(json.dumps({"kiosk_id": "k", "staff": self.accounts}), '"1"')

    def staff_age(self) -> float | None:
        return self.age_s

    def tell_chosen_pins(self, chosen: list[ChosenPin]) -> None:
        self.told = tuple(chosen)


class Aside:
    """Takes the effects that are not the gate's."""

    def handles(self) -> tuple[type[fx.Effect], ...]:
        return (fx.WipeSession, fx.WatchMachine, fx.TestLine)

    async def carry_out(self, effect: fx.Effect, session: Session) -> None:
        """Nothing of it is of interest here."""


class Scene:
    """The login of a machine whose store holds these accounts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        made = config.load("test", data_dir=folder)
        self.store = Store()
        self.runtime = Runtime(Session(), made.now)
        self.room = StaffRoom(cast(SubmissionService, self.store), folder, made.staff)
        self.runtime.add(GateHands(self.runtime, self.room))
        self.runtime.add(Aside())

    @property
    def stage(self) -> GateStage:
        return self.runtime.session.servicing.gate.stage

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.02)

    async def come(self, badge: str = "") -> None:
        self.runtime.intent("open_technician")
        await self.until(lambda: self.stage in (GateStage.READY, GateStage.NOT_SET) and self.looked())
        if badge:
            self.runtime.dispatch(BadgeScanned(badge))
            await self.until(lambda: self.stage is not GateStage.CHECKING)

    def looked(self) -> bool:
        view = self.runtime.session.servicing.gate
        return view.stage is not GateStage.READY or view.tries_left > 0

    async def enter(self, pin: str) -> None:
        self.runtime.intent("enter_pin", {"pin": pin})
        await self.until(lambda: self.stage is not GateStage.CHECKING)

    def acts(self) -> list[tuple[str, str, dict[str, Any]]]:
        lines = (self.folder / "audit" / "00000001.jsonl").read_text("ascii").splitlines()
        return [(one["who"], one["what"], one["about"]) for one in map(json.loads, lines)]


def play(folder: Path, story: Callable[[Scene], Coroutine[Any, Any, None]]) -> Scene:
    async def whole() -> Scene:
        scene = Scene(folder)
        try:
            await story(scene)
        finally:
            await scene.runtime.stop()
        return scene

    scene = asyncio.run(whole())
    assert verify(folder, public_key(Store.audit_seed)).whole
    return scene


def test_a_technician_with_a_badge_is_let_in_by_name_and_both_coming_and_going_are_written_down(tmp_path: Path) -> None:
    async def story(here: Scene) -> None:
        here.store.accounts = [account("tech", "technician", PIN, "CB-1")]
        await here.come("CB-1")
        await here.enter("000009")
        assert here.stage is GateStage.WRONG
        await here.enter(PIN)
        assert here.runtime.session.screen is Screen.DIAGNOSTICS
        member = here.runtime.session.servicing.member
        assert member is not None
        assert (member.staff_id, member.name) == ("tech", "tech Mẫu")
        here.runtime.intent("back")
        await here.until(lambda: here.acts()[-1][1] == "staff.signed_out")

    number = 2
    assert play(tmp_path, story).acts() == [
        ("tech", "staff.refused", {"outcome": "wrong"}),
        ("tech", "staff.signed_in", {"session": number}),
        ("tech", "staff.signed_out", {"idle": False}),
    ]


def test_an_officers_right_pin_does_not_open_the_diagnostics_and_that_is_written_down(tmp_path: Path) -> None:
    async def story(here: Scene) -> None:
        here.store.accounts = [account("officer", "officer", PIN, "CB-1")]
        await here.come("CB-1")
        await here.enter(PIN)
        assert (here.runtime.session.screen, here.stage) == (Screen.TECHNICIAN_LOGIN, GateStage.NOT_ALLOWED)

    assert play(tmp_path, story).acts() == [("officer", "staff.refused", {"outcome": "not_allowed"})]


def test_a_first_pin_is_changed_before_anything_opens_and_the_ministry_is_told_its_hash(tmp_path: Path) -> None:
    async def story(here: Scene) -> None:
        here.store.accounts = [account("tech", "technician", FIRST, "CB-1", must_change=True)]
        await here.come("CB-1")
        await here.enter(FIRST)
        assert (here.runtime.session.screen, here.stage) == (Screen.TECHNICIAN_LOGIN, GateStage.CHOOSE)
        for first, second, stage in (
            (NEW, PIN, GateStage.DIFFERENT),
            (FIRST, FIRST, GateStage.WEAK),
        ):
            await here.enter(first)
            assert here.stage is GateStage.AGAIN
            await here.enter(second)
            assert here.stage is stage
        await here.enter(NEW)
        await here.enter(NEW)
        assert here.runtime.session.screen is Screen.DIAGNOSTICS

    scene = play(tmp_path, story)
    assert [what for _, what, _ in scene.acts()] == ["staff.pin_chosen", "staff.signed_in"]
    (told,) = scene.store.told
    assert (told.staff_id, told.version, told.hash[:10]) == ("tech", 1, "$argon2id$")


def test_an_unknown_badge_leaves_the_login_to_the_machines_own_technician(tmp_path: Path) -> None:
    async def story(here: Scene) -> None:
        here.room.gate.set_pin(PIN)
        await here.come("CB-9")
        assert here.stage is GateStage.UNKNOWN
        await here.enter(PIN)
        assert here.runtime.session.screen is Screen.DIAGNOSTICS

    assert play(tmp_path, story).acts() == [("technician", "staff.signed_in", {"session": 2})]


def test_accounts_that_are_too_old_are_said_to_be_so(tmp_path: Path) -> None:
    async def story(here: Scene) -> None:
        here.store.accounts = [account("tech", "technician", PIN, "CB-1")]
        here.store.age_s = 73 * 3600.0
        await here.come("CB-1")
        assert here.stage is GateStage.STALE
        view = here.room.view(None)
        assert (view.accounts, view.stale) == (1, True)

    assert not (play(tmp_path, story).folder / "audit").exists()
