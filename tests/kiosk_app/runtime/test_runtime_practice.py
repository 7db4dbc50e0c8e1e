"""Practice at the runtime's edge: refused a second time there, read and scanned without a device, written down."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from test_runtime_assisting import Centre
from test_runtime_signing_in import PIN

from drivers.errors import DeviceError
from drivers.ports import ScannedPage, Spool, Verdict
from drivers.sealed import new_key, read_sealed
from drivers.wire import from_json
from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.model.assisting import Tool
from kiosk_app.model.basics import Goal, Screen
from kiosk_app.model.practice import Practice
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.session import Session
from kiosk_app.runtime import runtime as loop
from kiosk_app.runtime.calling import CallHands
from kiosk_app.runtime.dossiers import DossierHands
from kiosk_app.runtime.drafts import DraftHands
from kiosk_app.runtime.handouts import HandoutHands
from kiosk_app.runtime.runtime import Hands, OnlyPractised, Runtime
from kiosk_app.runtime.specimens import SpecimenHands, feed, specimen_reading

PAPERS = tuple(
    Component(f"c{n}", name, name, 1, 0, n < 3) for n, name in enumerate(("Tờ khai", "Bản mô tả", "Ủy quyền"), 1)
)
PROCEDURE = Procedure("IP-03", None, "Đăng ký nhãn hiệu", "Trademark", "Sở hữu trí tuệ", components=PAPERS)
PRACTISED = Session(screen=Screen.SCAN, goal=Goal.SUBMIT, procedure=PROCEDURE, practice=Practice(None))


class Everything:
    """Hands for every effect there is; notes what it was asked to do."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def handles(self) -> tuple[type[fx.Effect], ...]:
        return tuple(kind for kind in vars(fx).values() if isinstance(kind, type) and issubclass(kind, fx.Effect))

    async def carry_out(self, effect: fx.Effect, session: Session) -> None:
        """Notes it."""
        self.done.append(type(effect).__name__)


def test_should_the_flow_ever_let_one_out_the_runtime_carries_out_nothing_real(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> list[str]:
        runtime, hands = Runtime(PRACTISED, cast(Callable[[], Any], None)), Everything()
        runtime.add(hands)
        leaky = (fx.Submit(), fx.PrintSlip(), fx.SaveDraft(), fx.CallStaff(1), fx.ReadCard("1"), fx.Search("a"))
        monkeypatch.setattr(loop, "transition", lambda session, event: (session, leaky))
        runtime.dispatch(ev.Touched())
        await asyncio.sleep(0.05)
        await runtime.stop()
        return hands.done

    assert asyncio.run(play()) == ["Search"]


@pytest.mark.parametrize("kind", [DossierHands, DraftHands, HandoutHands, CallHands], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("effect", [fx.Submit(), fx.PrintSlip(), fx.SaveDraft(), fx.PrintHandout(), fx.CallStaff(1)])
def test_the_hands_that_seal_print_save_and_call_refuse_a_practice_before_anything_else(
    kind: type[Hands], effect: fx.Effect
) -> None:
    hands = object.__new__(kind)  # whatever it has to work with, it is not touched
    with pytest.raises(OnlyPractised):
        asyncio.run(hands.carry_out(effect, PRACTISED))


def test_the_specimen_card_is_plainly_fictional_in_order_and_has_no_device() -> None:
    reading = specimen_reading()
    assert set(reading.holder.number) == {"0"}
    assert "THỰC HÀNH" in reading.holder.name
    assert (reading.passive.verdict, reading.chip.verdict) == (Verdict.PASSED, Verdict.PASSED)
    assert base64.b64decode(reading.photo_b64)[:2] == b"\xff\xd8"
    assert SpecimenHands(cast(Runtime, None)).handles() == (fx.ReadSpecimen,)


def scanned(folder: Path, asked: fx.ScanPages, stop: Callable[[], bool] = lambda: False) -> list[ScannedPage]:
    pages: list[ScannedPage] = []
    spool = Spool(str(folder), base64.b64encode(KEY).decode(), "s1-7-1")
    asyncio.run(feed(asked, PRACTISED, spool, lambda _, data: pages.append(from_json(ScannedPage, data)), stop))
    return pages


KEY = new_key()


def test_specimen_papers_lie_sealed_in_the_spool_one_for_each_required_paper(tmp_path: Path) -> None:
    pages = scanned(tmp_path, fx.ScanPages("", 1))
    assert len(pages) == 2
    for page in pages:
        raw = Path(page.path).read_bytes()
        assert b"JFIF" not in raw, "never in plain on the disk"
        assert read_sealed(Path(page.path), KEY, page.associated.encode())[:2] == b"\xff\xd8"
    assert len({page.path for page in pages}) == 2


def test_one_paper_gives_its_own_specimen_and_a_stop_ends_it(tmp_path: Path) -> None:
    assert len(scanned(tmp_path, fx.ScanPages("c3", 1))) == 1
    with pytest.raises(DeviceError, match="SCN-CANCELLED"):
        scanned(tmp_path, fx.ScanPages("", 1), lambda: True)


def test_who_began_a_practice_and_how_it_ended_stands_in_the_audit_log_and_nothing_of_a_session(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    centre.runtime.session = Session()

    async def play() -> None:
        centre.runtime.dispatch(ev.BadgeScanned("CB-1"))
        await centre.until(lambda: centre.assist.gate and centre.assist.gate.member)
        centre.runtime.intent("enter_officer_pin", {"pin": PIN})
        await centre.until(lambda: centre.helper == "first")
        centre.runtime.intent("use_tool", {"tool": Tool.PRACTISE.value})
        await centre.until(lambda: centre.runtime.session.practice is not None)
        centre.runtime.intent("choose_goal", {"goal": "submit"})
        centre.runtime.intent("end_practice")
        await centre.until(lambda: "practice.ended" in _acts(tmp_path))
        await centre.runtime.stop()

    asyncio.run(play())
    assert centre.runtime.session.screen is Screen.HOME
    acts = _acts(tmp_path)
    assert acts.index("assist.acted") < acts.index("practice.began") < acts.index("practice.ended")
    ended = next(line for line in _lines(tmp_path) if line["what"] == "practice.ended")
    assert (ended["who"], ended["about"]) == ("first", {"outcome": "stopped"})


def _lines(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / "audit").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def _acts(folder: Path) -> list[str]:
    return [line["what"] for line in _lines(folder)]
