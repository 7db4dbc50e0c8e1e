"""The hands of the guided tests: real hosts and their codes, masked contents, a tone for one ear, nothing left waiting."""

from __future__ import annotations

import array
import asyncio
import io
import socket
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from drivers.ports import AccessKind, CardReading, Check, DeviceKind, Holder, Verdict
from drivers.supervisor import DeviceConfig
from kiosk_app import config
from kiosk_app.diagnostics import sound
from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.flow.events import GuideEnded
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.model.basics import Screen
from kiosk_app.model.guided import Found, Guide, GuidedRun, GuideStage
from kiosk_app.model.servicing import Servicing
from kiosk_app.model.session import Session
from kiosk_app.receipts import printer_test
from kiosk_app.receipts.drawing import picture
from kiosk_app.runtime import guiding
from kiosk_app.runtime.devices import DeviceHands
from kiosk_app.runtime.guiding import GuideHands, masked
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.runtime.staffing import StaffRoom
from kiosk_app.submission import SubmissionService


class Scene:
    """A runtime before a technician in a guided test, with a printer that nobody answers for and a silent code reader."""

    def __init__(self, folder: Path) -> None:
        self.config = config.load("test", data_dir=folder)
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        self.runtime = Runtime(Session(), self.config.now)
        printer = DeviceConfig("printer0", DeviceKind.PRINTER, "escpos-network", {"address": f"127.0.0.1:{port}"})
        codes = DeviceConfig("barcode0", DeviceKind.BARCODE, "serial-barcode", {"port": str(folder / "no-port")})
        self.devices = DeviceHands(self.runtime, (printer, codes))
        self.ledger = Ledger(folder / "ledger.db")
        store, self.pool = cast(SubmissionService, None), ImagingPool(1)
        keys = SimpleNamespace(staff_key=bytes(32), audit_seed=bytes(32))
        room = StaffRoom(cast(SubmissionService, keys), folder, self.config.staff)
        self.runtime.add(self.devices)
        self.runtime.add(GuideHands(self.runtime, self.devices, store, self.pool, self.config, room, self.ledger))

    def show(self, guide: Guide, device: str = "", step: str = "") -> None:
        run = GuidedRun(guide, device, GuideStage.PREPARE, step)
        self.runtime.session = Session(screen=Screen.DIAGNOSTICS_GUIDED, servicing=Servicing(guided=run))
        self.runtime.intent("start_guide")

    @property
    def run(self) -> GuidedRun:
        found = self.runtime.session.servicing.guided
        assert found is not None
        return found

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.02)


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    made = Scene(folder)
    await made.devices.supervisor.start()
    try:
        yield made
    finally:
        await made.runtime.stop()
        await made.devices.supervisor.stop()
        made.pool.close()


def test_a_printer_that_is_gone_fails_with_its_code_and_is_written_down(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            client = here.devices.supervisor.clients["printer0"]
            await here.until(lambda: client.health.code == "PRN-ABSENT")
            here.show(Guide.PRINT, "printer0")
            await here.until(lambda: here.run.stage is GuideStage.DONE)
            assert (here.run.found.passed, here.run.found.code) == (False, "PRN-ABSENT")
            await here.until(here.ledger.guided)
            (kept,) = here.ledger.guided()
            assert (kept.guide, kept.passed, kept.code) == (Guide.PRINT, False, "PRN-ABSENT")

    asyncio.run(play())


def test_a_code_is_told_by_its_kind_and_both_ends_only(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            here.show(Guide.CODE, "barcode0")
            report = here.devices.supervisor.clients["barcode0"]._sink
            text = "079098000042||Trần Thị Thử"

            def presented() -> bool:
                report("barcode0", "code", {"text": text, "symbology": "QRCode"})
                return here.run.stage is GuideStage.DONE

            await here.until(presented)
            facts = dict(here.run.found.facts)
            assert facts == {"symbology": "QRCode", "letters": str(len(text)), "content": "07•••hử"}

    asyncio.run(play())


def test_a_code_that_never_comes_ends_the_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guiding, "WAIT_S", 0.05)

    async def play() -> None:
        async with scene(tmp_path) as here:
            here.show(Guide.CODE, "barcode0")
            await here.until(lambda: here.run.stage is GuideStage.DONE)
            assert here.run.found.code == "SYS-TEST-WAITED"

    asyncio.run(play())


def test_leaving_stops_the_test_and_nothing_is_told_afterwards(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            ends: list[object] = []
            here.runtime.observe(lambda event, _: ends.append(event) if isinstance(event, GuideEnded) else None)
            here.show(Guide.CODE, "barcode0")
            await here.until(lambda: here.devices._listeners)
            here.runtime.intent("back")
            await here.until(lambda: not here.devices._listeners)
            await here.until(lambda: not here.runtime._tasks)
            assert ends == []

    asyncio.run(play())


def test_a_machine_without_a_player_says_that_it_has_no_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(sound.NoSound):
        sound.play(b"", "aplay")
    failing = tmp_path / "fails"
    failing.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    failing.chmod(0o755)
    with pytest.raises(sound.NoSound, match="ended with 1"):
        sound.play(sound.tone("left"), "fails")


@pytest.mark.parametrize(("side", "silent"), [("left", 1), ("right", 0)])
def test_a_tone_is_on_one_side_only(side: str, silent: int) -> None:
    with wave.open(io.BytesIO(sound.tone(side))) as made:
        assert (made.getnchannels(), made.getsampwidth(), made.getframerate()) == (2, 2, sound.RATE)
        samples = array.array("h", made.readframes(made.getnframes()))
    assert set(samples[silent::2]) == {0}
    assert max(samples[1 - silent :: 2]) > 5_000


@pytest.mark.parametrize("dots", [576, 512, 384])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_test_page_is_as_wide_as_the_paper(dots: int, language: str, tmp_path: Path) -> None:
    page = picture(printer_test("3", config.load("test", data_dir=tmp_path).now(), language), dots)
    with Image.open(io.BytesIO(page)) as printed:
        assert (printed.width, printed.mode) == (dots, "1")


def reading(**changes: Any) -> CardReading:
    holder = Holder("079098000042", "Trần Thị Thử")
    checked: dict[str, Any] = {"passive": Check(Verdict.PASSED)} | changes
    return CardReading(AccessKind.PACE_CAN, holder, "", "", ("DG1",), 80, 2.0, **checked)


def test_of_a_card_that_is_no_test_card_nothing_is_shown() -> None:
    found = guiding._card_found(reading(), is_test_card=False)
    assert found.passed is True
    assert dict(found.facts)["holder"] == "hidden"
    assert not any(part in repr(found) for part in ("079098", "0042", "Trần", "Thị", "Thử"))


def test_a_test_cards_data_is_masked() -> None:
    facts = dict(guiding._card_found(reading(), is_test_card=True).facts)
    assert (facts["number"], facts["name"]) == ("07•••42", "T••• T••• T•••")


@pytest.mark.parametrize("changes", [{"passive": Check(Verdict.FAILED)}, {"chip": Check(Verdict.FAILED)}])
def test_a_card_that_proves_false_does_not_pass(changes: dict[str, Any]) -> None:
    assert guiding._card_found(reading(**changes), is_test_card=True) == Found(
        False, None, guiding._card_found(reading(**changes), is_test_card=True).facts
    )


def test_a_short_content_is_masked_whole() -> None:
    assert masked("12345678901") == "•••"
    assert masked("123456789012") == "12•••12"
