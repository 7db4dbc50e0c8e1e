"""The list of papers through the whole kiosk behind the screen: flow, journal, driver's host, and the printer's wire."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tesserocr
from PIL import Image

from drivers.barcode.decode import decode
from drivers.ports import DeviceKind, DeviceState
from drivers.printer.settings import Settings as EscposSettings
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from drivers.supervisor import DeviceConfig
from kiosk_app import config, paths
from kiosk_app.catalog import Catalog
from kiosk_app.identity.codes import ProcedureCode, recognise
from kiosk_app.imaging import pool
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.text import language_data
from kiosk_app.model.basics import Language, Screen
from kiosk_app.model.session import Comfort, Identity, ReceiptStage, Session
from kiosk_app.receipts.drawing import lay, picture
from kiosk_app.receipts.scale import DOTS_PER_MM, WIDTHS
from kiosk_app.runtime.devices import DeviceHands
from kiosk_app.runtime.handouts import HandoutHands
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.runtime.slip import checklist_of, slip_of
from kiosk_app.submission import PrintState, SubmissionService, SubmissionSettings

CONFIG = config.load("test")
PROCEDURES = tuple(Catalog.read(paths.assets() / "catalogue" / "procedures.json").get(id) for id in ("IP-03", "PO-01"))
PERSON = Identity("001099000001", "NGUYỄN VĂN THỬ NGHIỆM", residence="Số 1 đường Thử Nghiệm")


class Scene:
    """A procedure on the screen, and a simulated printer of fast paper behind its driver's host."""

    def __init__(self, folder: Path, simulator: EscposPrinterSimulator) -> None:
        settings = SubmissionSettings(
            data_folder=folder / "store",
            service_url="https://127.0.0.1:1",
            ca=folder / "no.pem",
            certificate=folder / "no.pem",
            private_key=folder / "no.pem",
            kiosk_id="kiosk-test",
            kiosk_short="K01",
        )
        self.simulator = simulator
        self.submission = SubmissionService(settings)
        (self.procedure, _) = PROCEDURES
        self.runtime = Runtime(Session(screen=Screen.PROCEDURE, procedure=self.procedure, identity=PERSON), CONFIG.now)
        printer = DeviceConfig(
            "printer0", DeviceKind.PRINTER, "escpos-network", {"address": simulator.address, "silence_s": 1.0}
        )
        self.devices = DeviceHands(self.runtime, (printer,))
        self.pool = ImagingPool(1)
        self.hands = HandoutHands(self.runtime, self.devices.supervisor, self.pool, self.submission, CONFIG)
        self.runtime.add(self.devices)
        self.runtime.add(self.hands)

    @property
    def session(self) -> Session:
        return self.runtime.session

    @property
    def stage(self) -> ReceiptStage:
        return self.session.handout.stage

    @property
    def states(self) -> list[PrintState]:
        assert self.procedure is not None
        return [row.state for row in self.submission.handouts(self.hands.subject(self.session, self.procedure))]

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.02)

    async def until_printer(self, state: DeviceState) -> None:
        await self.until(lambda: getattr(self.session.device(DeviceKind.PRINTER), "state", None) is state)

    async def print(self) -> ReceiptStage:
        self.runtime.intent("print_checklist")
        await self.until(lambda: self.stage is not ReceiptStage.PRINTING)
        return self.stage

    async def hold_worker(self) -> int:
        """The imaging worker does nothing from now on; its process id."""
        await self.pool.warm_up()
        (pid,) = self.pool.pids
        os.kill(pid, signal.SIGSTOP)
        return pid

    @property
    def papers(self) -> list[Image.Image]:
        """What has come out with ink on it; the printer cuts off an empty piece before its first slip."""
        pieces = self.simulator.state()["receipts"]
        assert isinstance(pieces, list)
        pictures = [Image.open(piece).convert("L") for piece in pieces]
        return [picture for picture in pictures if picture.getextrema()[0] < 128]


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    simulator = EscposPrinterSimulator("printer0", folder, speed_mm_s=0)
    await simulator.start()
    made = Scene(folder, simulator)
    with contextlib.closing(made.submission), contextlib.closing(made.pool):
        await made.devices.supervisor.start(())
        try:
            await made.until_printer(DeviceState.READY)
            yield made
        finally:
            await made.runtime.stop()
            await made.devices.supervisor.stop()
            await simulator.stop()


def read_back(paper: Image.Image) -> str:
    data = language_data()
    with tesserocr.PyTessBaseAPI(path=str(data), lang="vie", psm=tesserocr.PSM.SINGLE_COLUMN) as eye:
        eye.SetImage(paper.resize((paper.width * 2, paper.height * 2), Image.Resampling.LANCZOS))
        return " ".join(eye.GetUTF8Text().split())


def test_the_list_comes_out_once_and_its_paper_tells_the_papers_and_opens_the_procedure(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            here.runtime.intent("print_checklist")
            here.runtime.intent("print_checklist")  # a double touch
            await here.until(lambda: here.stage is ReceiptStage.PRINTED)
            assert here.states == [PrintState.CONFIRMED]
            (paper,) = here.papers
            (code,) = decode(paper)
            assert recognise(code.text) == ProcedureCode("IP-03")
            text = read_back(paper)
            assert here.procedure is not None
            for words in ("Giấy tờ cần chuẩn bị", here.procedure.name_vi, *required(here)):
                assert words in text, f"{words!r} is not on the paper: {text}"
            assert "THỬ NGHIỆM" not in text.upper()
            assert PERSON.number not in text
            # It is nobody's receipt, and nobody is asked about it later.
            assert here.submission.open_receipt_questions() == ()

    asyncio.run(play())


def required(here: Scene) -> tuple[str, ...]:
    assert here.procedure is not None
    return tuple(item.name_vi for item in here.procedure.components if item.required and len(item.name_vi) < 30)


def test_without_paper_nothing_comes_out_and_after_the_refill_one_list_does(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            await here.simulator.fault("paper_out")
            # Asked at once or when the state is known already: the answer is the printer's own code.
            assert await here.print() is ReceiptStage.NOT_PRINTED
            assert here.session.handout.code == "PRN-PAPER-OUT"
            await here.simulator.fault("clear")
            await here.until_printer(DeviceState.READY)
            assert here.papers == []
            assert await here.print() is ReceiptStage.PRINTED
            assert here.states == [PrintState.NOT_PRINTED, PrintState.CONFIRMED]
            assert len(here.papers) == 1

    asyncio.run(play())


def test_a_doubtful_list_waits_for_the_persons_word_and_is_never_repeated_by_itself(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            await here.simulator.fault("drop_after", "30000")
            assert await here.print() is ReceiptStage.UNKNOWN
            assert here.states == [PrintState.UNKNOWN]
            await here.simulator.fault("clear")
            await here.until_printer(DeviceState.READY)
            assert here.states == [PrintState.UNKNOWN]
            assert here.submission.open_receipt_questions() == (), "a list is nobody's receipt"
            here.runtime.intent("checklist_came_out")
            await here.until(lambda: here.states == [PrintState.CONFIRMED])
            assert here.stage is ReceiptStage.PRINTED
            await here.simulator.fault("drop_after", "30000")
            assert await here.print() is ReceiptStage.UNKNOWN
            await here.simulator.fault("clear")
            await here.until_printer(DeviceState.READY)
            assert await here.print() is ReceiptStage.PRINTED
            assert here.states == [PrintState.CONFIRMED, PrintState.NOT_PRINTED, PrintState.CONFIRMED]

    asyncio.run(play())


def test_a_list_that_cannot_be_drawn_is_told_and_the_next_asking_prints_it(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            await here.hold_worker()  # one that hangs is ended at its deadline
            assert await here.print() is ReceiptStage.NOT_PRINTED
            assert here.session.handout.code == "PRN-NOT-DRAWN"
            assert here.states == [], "the journal holds nothing that no printer heard of"
            assert await here.print() is ReceiptStage.PRINTED
            assert here.states == [PrintState.CONFIRMED]
            assert len(here.papers) == 1

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pool, "DRAW_DEADLINE_S", 2.0)
        asyncio.run(play())


def test_a_visitor_who_goes_on_while_the_list_is_drawn_has_it_printed(tmp_path: Path) -> None:
    async def play() -> None:
        async with scene(tmp_path) as here:
            pid = await here.hold_worker()
            here.runtime.intent("print_checklist")
            await here.until(lambda: here.stage is ReceiptStage.PRINTING)
            await asyncio.sleep(0.2)  # the job is with the worker
            here.pool.forget()
            os.kill(pid, signal.SIGCONT)
            await here.until(lambda: here.stage is ReceiptStage.PRINTED)
            assert len(here.papers) == 1
            await here.until(lambda: pid not in here.pool.pids)  # and whoever drew it has not outlived the session

    asyncio.run(play())


# --- large print -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.35, 1.6])
@pytest.mark.parametrize("language", list(Language))
def test_large_text_on_the_screen_is_large_print_on_paper_and_no_wider(scale: float, language: Language) -> None:
    at = CONFIG.now()
    for procedure in PROCEDURES:
        assert procedure is not None
        usual = Session(procedure=procedure, identity=PERSON, language=language)
        usual = replace(usual, submission=replace(usual.submission, kiosk_reference="K01-ABCD-EFGHJK"))
        large = replace(usual, comfort=Comfort(scale))
        for dots in WIDTHS:
            for make in (
                lambda s, dots=dots: picture(slip_of(s, CONFIG, at).document(), dots),
                lambda s, dots=dots, p=procedure: picture(checklist_of(s, p, CONFIG, at).document(), dots),
            ):
                small, big = (Image.open(io.BytesIO(make(session))) for session in (usual, large))
                assert small.width == big.width == dots
                assert big.height > small.height


def test_looks_other_than_the_size_of_text_change_no_paper() -> None:
    at = CONFIG.now()
    session = Session(procedure=PROCEDURES[0], comfort=Comfort(1.0, high_contrast=True, reach=True))
    assert PROCEDURES[0] is not None
    assert checklist_of(session, PROCEDURES[0], CONFIG, at) == checklist_of(
        replace(session, comfort=Comfort()), PROCEDURES[0], CONFIG, at
    )


MM_S = 200
"""The paper speed that the printers of a site are bought for."""


def test_the_longest_large_print_of_the_catalogue_is_out_in_five_seconds_a_fifth_of_the_drivers_patience() -> None:
    at, longest = CONFIG.now(), 0.0
    catalog = Catalog.read(paths.assets() / "catalogue" / "procedures.json")
    for summary in catalog.search(""):
        procedure = catalog.get(summary.local_id)
        assert procedure is not None
        session = Session(
            procedure=procedure,
            identity=PERSON,
            language=Language.EN,
            comfort=Comfort(1.6),
            to_desk=frozenset(item.id for item in procedure.components),
        )
        session = replace(session, submission=replace(session.submission, kiosk_reference="K01-ABCD-EFGHJK"))
        for document in (
            slip_of(session, CONFIG, at).document(),
            checklist_of(session, procedure, CONFIG, at).document(),
        ):
            longest = max(longest, lay(document, 576).height / DOTS_PER_MM / MM_S)
    assert 2.0 < longest < 5.0
    assert longest < EscposSettings.of({"address": "127.0.0.1:1"}).deadline_s / 5
