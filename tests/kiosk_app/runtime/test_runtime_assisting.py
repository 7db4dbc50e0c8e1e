"""An officer over a session, through a real gate and a real audit log: what stands there, and what if it cannot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from test_runtime_signing_in import PIN, Store, account

from kiosk_app import config
from kiosk_app.audit import AuditFailed, public_key, verify
from kiosk_app.flow import effects as fx
from kiosk_app.flow.events import BadgeScanned
from kiosk_app.model.assisting import Assist
from kiosk_app.model.basics import Goal, Overlay, Screen
from kiosk_app.model.form import Answer, Field, FieldKind, Source
from kiosk_app.model.helping import masked
from kiosk_app.model.servicing import GateStage
from kiosk_app.model.session import Session
from kiosk_app.runtime.assisting import AssistHands
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.runtime.signing_in import GateHands
from kiosk_app.runtime.staffing import StaffRoom
from kiosk_app.submission import SubmissionService

PHONE = Field("phone", FieldKind.PHONE, "Số điện thoại", "Phone")


class Aside:
    """Takes the effects that are not of the staff."""

    def handles(self) -> tuple[type[fx.Effect], ...]:
        return (fx.WipeSession, fx.Search, fx.LoadProcedure, fx.FindOffers)

    async def carry_out(self, effect: fx.Effect, session: Session) -> None:
        """Nothing of it is of interest here."""


class Centre:
    """A machine with a citizen at the form, and these officers' accounts; no network anywhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        made = config.load("test", data_dir=folder)
        store = Store()
        store.accounts = [
            account("first", "officer", PIN, "CB-1"),
            account("second", "post", "480213", "CB-2"),
            account("tech", "technician", "602948", "CB-3"),
        ]
        start = Session(
            screen=Screen.FORM,
            goal=Goal.SUBMIT,
            service_online=False,
            fields=(PHONE,),
            answers={"phone": Answer("0900 000 042", Source.TYPED)},
            assist=Assist(idle_s=made.staff.assist_idle_s),
        )
        self.runtime = Runtime(start, made.now)
        self.room = StaffRoom(cast(SubmissionService, store), folder, made.staff)
        self.runtime.add(GateHands(self.runtime, self.room))
        self.runtime.add(AssistHands(self.runtime, self.room))
        self.runtime.add(Aside())

    @property
    def assist(self) -> Assist:
        return self.runtime.session.assist

    @property
    def helper(self) -> str:
        return self.assist.now.member.staff_id if self.assist.now else ""

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.02)

    async def come(self, badge: str, pin: str) -> None:
        self.runtime.dispatch(BadgeScanned(badge))
        await self.until(lambda: self.assist.gate is not None and self.assist.gate.stage is GateStage.READY)
        self.runtime.intent("enter_officer_pin", {"pin": pin})
        await self.until(lambda: self.assist.gate is None or self.assist.gate.stage is not GateStage.CHECKING)

    async def use(self, tool: str, **more: object) -> None:
        self.runtime.intent("use_tool", {"tool": tool, **more})
        await asyncio.sleep(0)

    def acts(self) -> list[dict[str, Any]]:
        folder = self.folder / "audit"
        files = sorted(folder.glob("*.jsonl")) if folder.exists() else []
        return [json.loads(line) for file in files for line in file.read_text("ascii").splitlines()]

    async def written(self, count: int) -> None:
        await self.until(lambda: len(self.acts()) >= count)

    def told(self) -> list[tuple[str, str, str]]:
        words = ("outcome", "tool")
        return [
            (one["who"], one["what"], next((one["about"][w] for w in words if w in one["about"]), ""))
            for one in self.acts()
        ]


def play(folder: Path, story: Callable[[Centre], Coroutine[Any, Any, None]]) -> Centre:
    async def whole() -> Centre:
        centre = Centre(folder)
        try:
            await story(centre)
        finally:
            await centre.runtime.stop()
        return centre

    centre = asyncio.run(whole())
    assert verify(folder, public_key(Store.audit_seed)).whole
    return centre


def test_coming_each_act_and_going_stand_in_the_audit_log_without_a_word_of_the_citizen(tmp_path: Path) -> None:
    async def story(here: Centre) -> None:
        await here.come("CB-1", PIN)
        assert (here.helper, here.runtime.session.overlay) == ("first", Overlay.NONE)
        await here.use("field", target="phone")
        await here.until(lambda: here.runtime.session.overlay is Overlay.FIELD_CONSENT)
        assert masked(here.runtime.session) == {"phone"}
        here.runtime.intent("answer_field", {"agreed": True})
        await here.until(lambda: not masked(here.runtime.session))
        await here.use("step", target="declare")
        await here.written(4)
        await here.use("hand_back")
        await here.until(lambda: not here.helper)
        await here.written(6)
        assert here.runtime.session.screen is Screen.FORM

    centre = play(tmp_path, story)
    assert centre.told() == [
        ("first", "assist.began", ""),
        ("first", "assist.acted", "field"),
        ("first", "assist.acted", "field"),
        ("first", "assist.refused", "step"),
        ("first", "assist.acted", "hand_back"),
        ("first", "assist.ended", "handed_back"),
    ]
    assert centre.acts()[2]["about"]["reason"] == "agreed"
    whole = json.dumps(centre.acts(), ensure_ascii=False)
    assert "0900" not in whole
    assert "Mẫu" not in whole


def test_a_second_officer_with_an_own_pin_takes_over(tmp_path: Path) -> None:
    async def story(here: Centre) -> None:
        await here.come("CB-1", PIN)
        await here.come("CB-2", "480213")
        assert here.helper == "second"
        await here.written(3)

    told = play(tmp_path, story).told()
    assert sorted(told) == [
        ("first", "assist.began", ""),
        ("first", "assist.ended", "taken_over"),
        ("second", "assist.began", ""),
    ]


def test_a_wrong_pin_a_technician_and_a_strange_badge_open_nothing(tmp_path: Path) -> None:
    async def story(here: Centre) -> None:
        await here.come("CB-1", "000009")
        assert (here.helper, here.assist.gate and here.assist.gate.stage) == ("", GateStage.WRONG)
        await here.come("CB-3", "602948")
        assert (here.helper, here.assist.gate and here.assist.gate.stage) == ("", GateStage.NOT_ALLOWED)
        here.runtime.dispatch(BadgeScanned("CB-9"))
        await here.until(lambda: here.assist.gate and here.assist.gate.stage is GateStage.UNKNOWN)
        await here.written(2)

    assert play(tmp_path, story).told() == [
        ("first", "staff.refused", "wrong"),
        ("tech", "staff.refused", "not_allowed"),
    ]


def test_an_officer_who_has_gone_is_logged_off_and_the_session_goes_on(tmp_path: Path) -> None:
    async def story(here: Centre) -> None:
        await here.come("CB-1", PIN)
        assert here.runtime.expire("assist")
        await here.written(2)
        assert (here.helper, here.runtime.session.screen) == ("", Screen.FORM)
        assert here.runtime.session.answers["phone"].value == "0900 000 042"
        assert not here.runtime.expire("assist")

    assert play(tmp_path, story).told()[-1] == ("first", "assist.ended", "away")


def test_nobody_is_let_in_and_nobody_goes_on_when_the_audit_log_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(here: Centre) -> None:
        def full(*_: object, **__: object) -> None:
            raise AuditFailed("no space left")

        writing = here.room.trail.write
        monkeypatch.setattr(here.room.trail, "write", full)
        await here.come("CB-1", PIN)
        assert (here.helper, here.assist.gate and here.assist.gate.stage) == ("", GateStage.NOT_WRITTEN)
        monkeypatch.setattr(here.room.trail, "write", writing)
        here.runtime.intent("close_overlay")
        await here.come("CB-1", PIN)
        assert here.helper == "first"
        monkeypatch.setattr(here.room.trail, "write", full)
        before = here.runtime.session.comfort
        await here.use("enlarge")
        await here.until(lambda: not here.helper)
        assert here.runtime.session.comfort == before, "what could not be written down was done"
        assert here.runtime.session.notice == "APP-HELP-UNSEEN"
        monkeypatch.setattr(here.room.trail, "write", writing)

    play(tmp_path, story)


def test_a_pin_that_was_right_too_late_is_not_of_the_next_citizen(tmp_path: Path) -> None:
    async def story(here: Centre) -> None:
        here.runtime.dispatch(BadgeScanned("CB-1"))
        await here.until(lambda: here.assist.gate is not None and here.assist.gate.stage is GateStage.READY)
        here.runtime.intent("enter_officer_pin", {"pin": PIN})
        here.runtime.session = replace(here.runtime.session, number=here.runtime.session.number + 1)
        await here.written(2)
        assert here.helper == ""

    assert play(tmp_path, story).told() == [
        ("first", "assist.began", ""),
        ("first", "assist.ended", "session_ended"),
    ]


def test_free_words_of_a_panel_never_reach_the_audit_log(tmp_path: Path) -> None:
    async def story(here: Centre) -> None:
        await here.come("CB-1", PIN)
        await here.use("step", target="Nguyễn Văn Thử")
        await here.written(2)

    assert play(tmp_path, story).acts()[1]["about"]["target"] == "other"
