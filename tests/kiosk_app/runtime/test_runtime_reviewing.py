"""The review's effects: a stack placed under its papers, one page shown, turned and scanned again, nothing left behind."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from test_runtime_papers import VERDICT, Rig, rig, run

from drivers.errors import DeviceError
from drivers.ports import ScanSource
from kiosk_app.config import ImagingConfig
from kiosk_app.flow import events as ev
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.fingerprint import fingerprint
from kiosk_app.imaging.likeness import same_page
from kiosk_app.imaging.values import PagePreview, PageResult, PageSource, Word
from kiosk_app.model.basics import Screen
from kiosk_app.model.papers import Placing
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.scanning import PaperScan, Sides
from kiosk_app.model.session import ScanView, Session
from kiosk_app.model.stack import Doubt, questions, settled
from kiosk_app.runtime.papers import PaperHands
from kiosk_app.runtime.reviewing import ReviewHands, stack_page, wanted
from kiosk_app.runtime.runtime import Runtime

PAPERS = Procedure(
    "X",
    None,
    "X",
    "X",
    "X",
    components=(
        Component("c1", "Tờ khai đăng ký nhãn hiệu", "Trademark application form", 1, 0, True),
        Component("c2", "Giấy ủy quyền", "Power of attorney", 1, 0, False),
    ),
)


def text(*rows: str) -> tuple[Word, ...]:
    """Words in lines of 300 dpi, the first ones large and in the middle of an A4 page."""
    words = []
    for at, row in enumerate(rows):
        x = 700
        for word in row.split():
            wide = 30 * len(word)
            words.append(Word(word, x, 300 + at * 120, wide, 60, 95.0))
            x += wide + 25
    return tuple(words)


APPLICATION = text(
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TỜ KHAI ĐĂNG KÝ NHÃN HIỆU", "Kính gửi: Cục Sở hữu trí tuệ", "Mẫu nhãn hiệu"
)
ATTORNEY = text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "GIẤY ỦY QUYỀN", "Bên ủy quyền", "Bên được ủy quyền")


def print_of(seed: int) -> bytes:
    """The fingerprint of a page of drawn words, the same for the same seed."""
    page = Image.new("RGB", (1240, 1754), "white")
    pen, chance = ImageDraw.Draw(page), random.Random(seed)
    for y in range(120, 1600, 40):
        for x in range(120, 1000, 130):
            pen.rectangle((x, y, x + chance.randint(20, 110), y + chance.randint(6, 22)), fill="black")
    return fingerprint(np.asarray(page, dtype=np.uint8), 150)


class Pages:
    """Stands where the imaging pool stands, with sealed files that are really there; `texts` are read page after page."""

    def __init__(self, *texts: tuple[Word, ...]) -> None:
        self.texts = list(texts)
        self.fail: Exception | None = None
        self.likeness: list[bytes] = []

    async def process_page(self, source: PageSource, *, ocr: bool, on_preview: Any, kept_dpi: int) -> PageResult:
        if self.fail is not None:
            raise self.fail
        if on_preview is not None:
            on_preview(PagePreview(2480, 3508, 300, VERDICT, b"png"))
        done = self._result(source, f"{source.path}.done", self.texts.pop(0) if self.texts else ())
        return replace(done, likeness=self.likeness.pop(0)) if self.likeness else done

    async def alike(self, likeness: bytes, others: Sequence[bytes]) -> list[int]:
        return [place for place, other in enumerate(others) if same_page(likeness, other)]

    async def view_page(self, page: PageResult, width: int) -> bytes:
        if self.fail is not None:
            raise self.fail
        return b"jpeg" + str(width).encode()

    async def turn_page(self, page: PageResult, quarters: int, *, ocr: bool) -> PageResult:
        if self.fail is not None:
            raise self.fail
        turned = self._result(page.page, f"{page.page.path}.turned", page.words)
        page.page.path.unlink()
        return turned

    @staticmethod
    def _result(source: PageSource, name: str, words: tuple[Word, ...]) -> PageResult:
        Path(name).write_bytes(b"sealed")
        return PageResult(PageSource(Path(name), source.key), 2480, 3508, 300, VERDICT, name[-6:].encode(), words)


def stacked(it: Rig, pages: Pages, *, duplex: bool = False, component: str = "") -> None:
    """Makes the rig one of a procedure with two papers."""
    how = PaperScan(sides=Sides.BOTH if duplex else Sides.ONE)
    papers = replace(PAPERS, components=tuple(replace(paper, scan=how) for paper in PAPERS.components))
    session = Session(screen=Screen.SCAN, procedure=papers, scan=ScanView(component=component))
    it.runtime = Runtime(session, lambda: None)  # type: ignore[arg-type, return-value]
    imaging = ImagingConfig()
    it.runtime.add(it.custody)
    it.runtime.add(PaperHands(it.runtime, it.scanner, pages, it.custody, imaging))  # type: ignore[arg-type]
    it.runtime.add(ReviewHands(it.runtime, pages, it.custody, imaging, it.folder / "papers"))  # type: ignore[arg-type]


def scans(it: Rig, count: int, then: DeviceError | None = None) -> None:
    async def work(emit: Any, spool: Any) -> None:
        for index in range(1, count + 1):
            emit("page", it.page(spool, index))
        if then is not None:
            raise then

    it.scanner.work = work


def test_a_stack_is_placed_under_its_papers_by_what_is_written(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            stacked(it, Pages(APPLICATION, ATTORNEY, text("Hóa đơn tiền điện", "Kỳ tháng hai")))
            scans(it, 3)
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            first, second, third = it.session.pages
            assert (first.component, second.component, third.component) == ("c1", "c2", "")
            assert third.placing is Placing.NOWHERE
            assert settled(it.session)
            assert 3 in [item.page for item in questions(it.session)]

    run(scene())


def test_a_stack_that_nobody_can_read_is_asked_page_by_page_in_its_order_and_none_is_lost(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            stacked(it, Pages())
            scans(it, 3)
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            it.runtime.dispatch(ev.Continue())
            assert settled(it.session)
            for number, component in ((1, "c1"), (2, "c1"), (3, "c2")):
                (asked, *_) = open_now = questions(it.session)
                assert (asked.page, asked.doubt, asked.through) == (number, Doubt.NOWHERE, 0)
                assert len(open_now) == 4 - number
                assert it.session.pages[number - 1].thumbnail  # what the citizen looks at to answer
                it.runtime.dispatch(ev.MovePage(number, component))
                await it.idle()
            assert questions(it.session) == ()
            assert [(page.number, page.component, page.kept) for page in it.session.pages] == [
                (1, "c1", True),
                (2, "c1", True),
                (3, "c2", True),
            ]

    run(scene())


class InAnyOrder(Pages):
    """Ends the pages in an order of its own, as workers do of which one has the longer page."""

    def __init__(self, texts: Sequence[tuple[Word, ...]], order: Sequence[int]) -> None:
        super().__init__()
        self.read, self.order = texts, list(order)
        self.begun = 0
        self.ends = [asyncio.Event() for _ in texts]

    async def process_page(self, source: PageSource, *, ocr: bool, on_preview: Any, kept_dpi: int) -> PageResult:
        mine, self.begun = self.begun, self.begun + 1
        await self.ends[mine].wait()
        if on_preview is not None:
            on_preview(PagePreview(2480, 3508, 300, VERDICT, b"png"))
        return self._result(source, f"{source.path}.done", self.read[mine])


@pytest.mark.parametrize("seed", range(6))
def test_where_the_pages_of_a_stack_belong_does_not_hang_on_the_order_in_which_they_are_read(
    tmp_path: Path, seed: int
) -> None:
    texts = [
        APPLICATION,
        text("nội dung tiếp theo của tờ khai", "Trang 2/2"),
        (),
        ATTORNEY,
        text("MẪU NHÃN HIỆU"),
        ATTORNEY,
    ]
    order = list(range(len(texts)))
    if seed:
        random.Random(seed).shuffle(order)
    assert (order == sorted(order)) is (seed == 0)

    async def verdict(folder: Path, order: Sequence[int], together: int) -> list[tuple[Any, ...]]:
        async with rig(folder) as it:
            pages = InAnyOrder(texts, order)
            stacked(it, pages)
            scans(it, len(texts))
            it.runtime.dispatch(ev.StartScan())
            await it.until(lambda: pages.begun == len(texts))
            for at, ending in enumerate(order):
                pages.ends[ending].set()
                if at % together == 0:  # now one by one, now some at once
                    await it.until(lambda ending=ending: it.session.pages[ending].read)
            await it.idle()
            assert settled(it.session)
            asked = questions(it.session)
            return [
                *(
                    (page.number, page.component, page.placing, page.confidence, page.begins)
                    for page in it.session.pages
                ),
                *((item.doubt, item.page, item.component, item.choices, item.through) for item in asked),
            ]

    async def scene() -> None:
        straight, mixed = tmp_path / "straight", tmp_path / "mixed"
        straight.mkdir()
        mixed.mkdir()
        assert await verdict(mixed, order, 1 + seed % 3) == await verdict(straight, range(len(texts)), len(texts))

    run(scene())


def test_lines_are_measured_in_millimetres_of_the_page() -> None:
    result = PageResult(PageSource(Path("x"), b""), 2480, 3508, 300, VERDICT, b"", text("Giấy ủy quyền"))
    page = stack_page(4, result)
    assert (page.number, round(page.width_mm), round(page.height_mm)) == (4, 210, 297)
    (line,) = page.lines
    assert (line.text, round(line.x, 1), round(line.y, 1), round(line.h, 1)) == ("Giấy ủy quyền", 59.3, 25.4, 5.1)


def test_codes_on_a_page_reach_the_matching() -> None:
    result = PageResult(PageSource(Path("x"), b""), 2480, 3508, 300, VERDICT, b"", codes=("KIOSK:NEXT",))

    assert stack_page(4, result).codes == ("KIOSK:NEXT",)


def test_every_paper_of_the_procedure_is_looked_for_under_both_its_names() -> None:
    first, second = wanted(Session(procedure=PAPERS))
    assert (first.names, first.required) == (("Tờ khai đăng ký nhãn hiệu", "Trademark application form"), True)
    assert (second.id, second.required) == ("c2", False)


def test_a_page_is_shown_large_and_when_it_cannot_be_that_is_said(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            pages = Pages(APPLICATION)
            stacked(it, pages, component="c1")
            scans(it, 1)
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            it.runtime.dispatch(ev.Continue())
            it.runtime.dispatch(ev.LookAtPage(1))
            await it.idle()
            assert it.session.look is not None
            assert it.session.look.picture == b"jpeg1600"
            pages.fail = ImagingError("IMG-WORKER", "x")
            it.runtime.dispatch(ev.LookAtPage(1))
            await it.idle()
            assert (it.session.look.picture, it.session.look.code) == (b"", "IMG-WORKER")

    run(scene())


def test_a_turned_page_is_the_one_that_is_submitted_and_placed_anew(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            pages = Pages(APPLICATION)
            stacked(it, pages)
            scans(it, 1)
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            it.runtime.dispatch(ev.Continue())
            it.runtime.dispatch(ev.TurnPage(1, 1))
            await it.idle()
            assert it.session.pages[0].thumbnail == b"turned"
            assert (await it.custody.page(1)).page.path.name.endswith(".turned")
            assert it.session.scan.asked == it.session.scan.matched == 2
            pages.fail = ImagingError("IMG-WORKER", "x")
            it.runtime.dispatch(ev.TurnPage(1, 1))
            await it.idle()
            assert (it.session.notice, it.session.processing) == ("IMG-WORKER", False)
            assert (await it.custody.page(1)).page.path.exists()

    run(scene())


def test_one_page_scanned_again_takes_the_olds_place_and_the_old_file_goes(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            pages = Pages()
            stacked(it, pages, component="c1", duplex=True)
            scans(it, 2)
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            old = (await it.custody.page(2)).page.path
            it.runtime.dispatch(ev.Continue())
            it.runtime.dispatch(ev.RescanPage(2))
            scans(it, 2)  # more than one page comes although one was asked for
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            options = it.scanner.asked[-1]["options"]
            assert (options.max_pages, options.duplex) == (1, False)
            assert [page.number for page in it.session.pages] == [1, 2]
            assert (await it.custody.page(2)).page.path != old
            assert not old.exists()
            assert (it.session.screen, it.session.processing) == (Screen.PAGE_REVIEW, False)

    run(scene())


def test_one_page_that_cannot_be_made_anew_leaves_the_old_one(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            pages = Pages()
            stacked(it, pages, component="c1")
            scans(it, 1)
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            old = (await it.custody.page(1)).page.path
            it.runtime.dispatch(ev.Continue())
            it.runtime.dispatch(ev.RescanPage(1))
            pages.fail = ImagingError("IMG-UNREADABLE", "x")
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            assert (await it.custody.page(1)).page.path == old
            assert old.exists()
            assert (it.session.pages[0].kept, it.session.processing) == (True, False)

    run(scene())


def test_a_sheet_stuck_between_its_sides_comes_again_and_is_there_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            pages = Pages()
            stacked(it, pages, duplex=True)
            scans(it, 3, DeviceError("SCN-JAM"))
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            assert (it.session.scan.resume, it.session.scan.half) == (2, 3)
            scans(it, 4)
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            assert [(page.number, page.sheet) for page in it.session.pages] == [
                (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3),
            ]  # fmt: skip
            assert it.session.scan.out == 3
            files = {(await it.custody.page(number)).page.path for number in range(1, 7)}
            assert len(files) == 6
            assert all(path.exists() for path in files)

    run(scene())


def test_what_lies_on_the_glass_is_scanned_from_there(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            stacked(it, Pages(), component="c1", duplex=True)
            scans(it, 1)
            it.runtime.dispatch(ev.StartScan(glass=True))
            await it.idle()
            options = it.scanner.asked[-1]["options"]
            assert (options.source, options.duplex) == (ScanSource.FLATBED, False)

    run(scene())


def test_a_stack_of_a_citizen_who_left_is_placed_for_nobody(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            stacked(it, Pages(APPLICATION))
            scans(it, 1)
            it.runtime.dispatch(ev.StartScan())
            await it.until(lambda: it.session.pages)
            it.runtime.dispatch(ev.AskEnd())
            it.runtime.dispatch(ev.ConfirmEnd())
            await it.idle()
            await asyncio.sleep(0)
            assert it.session.pages == ()

    run(scene())


def test_a_sheet_that_went_through_twice_is_asked_about_whichever_is_read_first(tmp_path: Path) -> None:
    async def scene() -> None:
        async with rig(tmp_path) as it:
            pages = Pages()
            pages.likeness = [print_of(1), print_of(2), print_of(1)]
            stacked(it, pages, component="c1")
            scans(it, 3)
            it.runtime.dispatch(ev.StartScan())
            await it.idle()
            assert [page.same_as for page in it.session.pages] == [0, 0, 1]
            (asked,) = questions(it.session)
            assert (asked.doubt, asked.page, asked.twin) == (Doubt.TWICE, 3, 1)

    run(scene())
