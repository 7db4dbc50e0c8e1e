"""Scanning for the flow: pages of the one who stands there and of nobody else, none lost, none waited for for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import DeviceError
from drivers.ports import Description, DeviceKind, ScanReport, ScanSource
from kiosk_app.config import ImagingConfig
from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.values import PagePreview, PageResult, PageVerdict
from kiosk_app.model.basics import Screen
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.scanning import Colour, PaperScan, Sides
from kiosk_app.model.session import PageStage, ScanView, Session
from kiosk_app.runtime.custody import Custody
from kiosk_app.runtime.papers import PaperHands
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.submission import SessionEnded, SubmissionService, SubmissionSettings

PROCEDURE = Procedure("X", None, "X", "X", "X", components=(Component("c1", "A", "A", 1, 0, True),))
VERDICT = PageVerdict(False, 0.0)


class Scanner:
    """Stands where the supervised scanner's client stands; `work` is what its scan does."""

    def __init__(self) -> None:
        self.work: Callable[[Callable[[str, dict[str, Any]], None], Any], Awaitable[None]] | None = None
        self.description = Description(capabilities=("feeder",))
        self.cancelled = 0
        self.asked: list[dict[str, Any]] = []

    def by_kind(self, kind: DeviceKind) -> Scanner | None:
        return self if kind is DeviceKind.SCANNER else None

    async def call(self, verb: str, result: type, on_event: Any, **arguments: Any) -> ScanReport:
        self.asked.append(arguments)
        if self.work is not None:
            await self.work(on_event, arguments["spool"])
        return ScanReport(0, ScanSource.FEEDER, 300, 0.1)

    def cancel_running(self) -> None:
        self.cancelled += 1


class Pool:
    """Stands where the imaging pool stands; `fail` is raised after the preview."""

    def __init__(self) -> None:
        self.fail: Exception | None = None
        self.kept_dpi: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def process_page(self, source: Any, *, ocr: bool, on_preview: Any, kept_dpi: int) -> PageResult:
        self.kept_dpi.append(kept_dpi)
        await self.gate.wait()
        on_preview(PagePreview(10, 20, 300, VERDICT, b"png"))
        if self.fail is not None:
            raise self.fail
        return PageResult(source, 10, 20, 300, VERDICT, b"png")


class Rig:
    """The runtime with real custody over a real store, and stand-ins for the two devices' ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = SubmissionSettings(
            data_folder=folder,
            service_url="https://127.0.0.1:9",
            ca=folder,
            certificate=folder,
            private_key=folder,
            kiosk_id="demo-kiosk",
            kiosk_short="K01",
            min_free_bytes=0,
        )
        self.service = SubmissionService(settings)
        self.sessions = settings.sessions_folder
        self.scanner, self.pool = Scanner(), Pool()
        self.custody = Custody(self.service)
        session = Session(screen=Screen.SCAN, procedure=PROCEDURE, scan=ScanView(component="c1"))
        self.runtime = Runtime(session, lambda: None)  # type: ignore[arg-type, return-value]
        self.runtime.add(self.custody)
        self.runtime.add(
            PaperHands(self.runtime, self.scanner, self.pool, self.custody, ImagingConfig())  # type: ignore[arg-type]
        )

    @property
    def session(self) -> Session:
        return self.runtime.session

    def page(self, spool: Any, index: int) -> dict[str, Any]:
        """A sealed page as a scanner's host tells it."""
        path = Path(spool.folder) / f"{spool.session}-{index}.page"
        path.write_bytes(b"sealed")
        return {"index": index, "path": str(path), "associated": "x", "width": 1, "height": 1, "dpi": 300}

    def left(self) -> list[Path]:
        """Files of sessions on the disk."""
        return [path for path in self.sessions.rglob("*") if path.is_file()]

    async def until(self, true: Callable[[], object]) -> None:
        while not true():
            await asyncio.sleep(0.005)

    async def idle(self) -> None:
        await self.until(lambda: not self.runtime._tasks)


@asynccontextmanager
async def rig(folder: Path) -> AsyncIterator[Rig]:
    found = Rig(folder)
    try:
        yield found
    finally:
        await found.runtime.stop()
        await found.custody.wipe()
        found.service.close()


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


def test_pages_arrive_are_processed_and_kept_for_the_dossier(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:

            async def work(emit: Any, spool: Any) -> None:
                emit("progress", {"percent": 1})
                for index in (1, 2):
                    emit("page", it.page(spool, index))

            it.scanner.work = work
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            assert [(page.number, page.stage, page.component) for page in it.session.pages] == [
                (1, PageStage.READY, "c1"),
                (2, PageStage.READY, "c1"),
            ]
            assert (await it.custody.page(2)).width == 10
            assert it.session.scan.running is False
            assert it.session.notice is None
            assert it.scanner.asked[0]["options"].source is ScanSource.FEEDER

    run(scene())


def test_an_empty_feeder_and_a_device_that_fails_are_told_by_their_codes(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            assert it.session.notice == "SCN-FEEDER-EMPTY"

            async def jam(emit: Any, spool: Any) -> None:
                emit("page", it.page(spool, 1))
                raise DeviceError("SCN-JAM")

            it.scanner.work = jam
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            assert it.session.notice == "SCN-JAM"
            assert [page.stage for page in it.session.pages] == [PageStage.READY]

    run(scene())


@pytest.mark.parametrize(
    ("error", "code"), [(ImagingError("IMG-UNREADABLE"), "IMG-UNREADABLE"), (RuntimeError("x"), "SYS-UNEXPECTED")]
)
def test_a_page_that_fails_is_told_and_nobody_waits_for_it(tmp_path: Path, error: Exception, code: str) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            it.pool.fail = error

            async def work(emit: Any, spool: Any) -> None:
                emit("page", it.page(spool, 1))

            it.scanner.work = work
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            (page,) = it.session.pages
            assert (page.stage, page.kept, page.code) == (PageStage.FAILED, False, code)
            with pytest.raises(ImagingError) as caught:
                await it.custody.page(1)
            assert caught.value.code == code

    run(scene())


def test_stop_pressed_before_the_scanner_has_begun_stops_the_scan(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            it.runtime.dispatch(ev.StartScan())
            it.runtime.dispatch(ev.StopScan())
            await it.idle()
            assert it.scanner.asked == []
            assert it.session.notice == "SCN-CANCELLED"
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            assert len(it.scanner.asked) == 1

    run(scene())


def test_stop_reaches_the_scanner_at_work(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            begun, stop = asyncio.Event(), asyncio.Event()

            async def work(emit: Any, spool: Any) -> None:
                begun.set()
                await stop.wait()
                raise DeviceError("SCN-CANCELLED")

            it.scanner.work = work
            it.runtime.dispatch(ev.StartScan())
            await begun.wait()
            it.runtime.dispatch(ev.StopScan())
            await it.until(lambda: it.scanner.cancelled == 1)
            stop.set()
            await it.idle()
            assert it.session.notice == "SCN-CANCELLED"

    run(scene())


def test_a_sheet_that_runs_through_after_its_citizen_left_goes_to_nobody(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            begun, go_on = asyncio.Event(), asyncio.Event()
            late: list[Path] = []

            async def work(emit: Any, spool: Any) -> None:
                begun.set()
                await go_on.wait()
                Path(spool.folder).mkdir(exist_ok=True, parents=True)
                page = it.page(spool, 1)
                late.append(Path(page["path"]))
                emit("page", page)

            it.scanner.work = work
            it.runtime.dispatch(ev.StartScan())
            await begun.wait()
            it.runtime.dispatch(ev.AskEnd())
            it.runtime.dispatch(ev.ConfirmEnd())
            await it.until(lambda: it.scanner.cancelled == 1 and not it.left())
            go_on.set()
            await it.idle()
            assert it.session.pages == ()
            assert late
            assert not late[0].exists()
            assert not it.left()
            with pytest.raises(KeyError):
                await it.custody.page(1)

    run(scene())


def test_a_session_that_ends_while_its_spool_is_opened_leaves_none(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            it.runtime.dispatch(ev.StartScan())
            await asyncio.sleep(0)
            it.runtime.dispatch(ev.AskEnd())
            it.runtime.dispatch(ev.ConfirmEnd())
            await it.idle()
            assert not it.custody.holds(1)
            assert it.scanner.asked == []
            assert not it.left()
            with pytest.raises(SessionEnded):
                await it.custody.spool(1)

    run(scene())


def test_the_next_citizens_spool_destroys_the_one_before_and_a_late_wipe_spares_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            first = await it.custody.spool(1)
            (first.folder / "page").write_bytes(b"sealed")
            second = await it.custody.spool(2)
            assert not (first.folder / "page").exists()
            await it.custody.carry_out(fx.WipeSession(1), it.session)
            assert it.custody.holds(2)
            assert (await it.custody.spool(2)) is second
            await it.custody.carry_out(fx.WipeSession(2), it.session)
            assert not it.custody.holds(2)

    run(scene())


def test_a_waiting_reader_of_a_page_is_let_go_when_the_session_ends(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            await it.custody.spool(1)
            it.custody.expect(1)
            reading = asyncio.create_task(it.custody.page(1))
            await asyncio.sleep(0)
            await it.custody.wipe()
            with pytest.raises(asyncio.CancelledError):
                await reading

    run(scene())


def test_the_scanner_is_asked_as_the_paper_wants_and_its_dots_are_kept(tmp_path: Path) -> None:
    wanted = PaperScan(Colour.BLACK_WHITE, 400, 400, Sides.IF_POSSIBLE)

    async def scene() -> None:
        async with rig(tmp_path) as it:
            paper = replace(PROCEDURE.components[0], scan=wanted)
            it.runtime.session = replace(it.session, procedure=replace(PROCEDURE, components=(paper,)))

            async def work(emit: Any, spool: Any) -> None:
                emit("page", it.page(spool, 0))

            it.scanner.work = work
            it.scanner.description = Description(capabilities=("feeder", "duplex"))
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            options = it.scanner.asked[0]["options"]
            assert (options.dpi, options.colour, options.duplex) == (400, False, True)
            assert it.pool.kept_dpi == [400]

    run(scene())
