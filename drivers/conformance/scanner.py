"""What every document scanner promises: each page whole, counted, sealed and in order, and a code for whatever stops it."""

from __future__ import annotations

import itertools
from typing import Any, ClassVar, Final

import pytest

from drivers.conformance.desk import Desk, Outcome, Running
from drivers.conformance.device import MACHINERY, DeviceSuite, check_codes, suite
from drivers.conformance.sheets import SpoolFolder, draw_sheets, fresh_spool, number_of
from drivers.conformance.subject import Step, Subject
from drivers.ports import DeviceKind, DeviceState, ScanOptions, ScanReport, ScanSource

CANCEL_S: Final = 6.0


class DocumentScannerSuite(DeviceSuite):
    """The promises of drivers.ports.DocumentScanner."""

    kind: ClassVar[DeviceKind] = DeviceKind.SCANNER
    absent_codes: ClassVar[frozenset[str]] = frozenset({"SCN-ABSENT"})
    tidy: ClassVar[tuple[Step, ...]] = (Step.MEND, Step.CLOSE_COVER, Step.CLEAR_FEEDER, Step.CLEAR_FLATBED)
    bad_wires: ClassVar[dict[Step, frozenset[str | None]]] = {
        Step.GARBLE: frozenset({"SCN-IO", "SCN-ABSENT", "SCN-CUT-SHORT"}),
        Step.REFUSE: frozenset({"SCN-IO", "SCN-ABSENT", "SCN-BUSY"}),
        Step.HANG: frozenset({"SCN-IO", "SCN-ABSENT", *MACHINERY}),
        Step.SLOW: frozenset({None}),
    }

    def prepare(self, desk: Desk) -> None:
        """Two sheets on the feeder."""
        self.load(desk, 2)

    def use(self, desk: Desk) -> str | None:
        """Scans what is on the feeder, without a spool left behind."""
        spool = self.spool(desk)
        outcome = self.scan(desk, spool)
        if outcome.code is None:
            assert outcome.value.pages >= 1
        return outcome.code

    # --- hands ------------------------------------------------------------------------------------------------------

    @staticmethod
    def load(desk: Desk, count: int, *, start: int = 0) -> None:
        """Sheets `start` and following onto the feeder."""
        paths = draw_sheets(desk.folder / "sheets", start + count)[start:]
        desk.do(Step.LOAD, ",".join(map(str, paths)))

    @staticmethod
    def spool(desk: Desk) -> SpoolFolder:
        """A spool that nothing was put into."""
        return fresh_spool(desk.folder)

    @staticmethod
    def begin(desk: Desk, spool: SpoolFolder, **options: Any) -> Running:
        """Begins a scan."""
        return desk.begin("scan", ScanReport, options=ScanOptions(**options), spool=spool.value)

    def scan(self, desk: Desk, spool: SpoolFolder, **options: Any) -> Outcome:
        """Scans and checks what holds however it ends."""
        outcome = self.begin(desk, spool, **options).wait()
        self.check(spool, outcome)
        return outcome

    @staticmethod
    def check(spool: SpoolFolder, outcome: Outcome) -> None:
        """Every page told is numbered from 0, whole, sealed for its own place, and there is no other file."""
        pages = outcome.named("page")
        assert [page["index"] for page in pages] == list(range(len(pages)))
        assert len({page["associated"] for page in pages}) == len(pages), "two pages sealed for one place"
        for page in pages:
            spool.open(page)
        assert not spool.strangers(pages), "files in the spool that no event has named"
        if outcome.code is None:
            report: ScanReport = outcome.value
            assert report.pages == len(pages), f"{report.pages} pages reported, {len(pages)} told"
            assert all(page["dpi"] == report.dpi for page in pages)
            assert report.seconds >= 0

    @staticmethod
    def numbers(desk: Desk, spool: SpoolFolder, outcome: Outcome) -> list[int | None]:
        """Which of our sheets the pages are; a person's sheets are taken at their word."""
        pages = outcome.named("page")
        return [number_of(spool.open(page)) for page in pages] if desk.simulated else list(range(len(pages)))

    def still_scans(self, desk: Desk) -> None:
        """After whatever happened: mended, loaded anew, and nothing old in what comes out."""
        desk.fresh()
        self.load(desk, 2, start=6)
        spool = self.spool(desk)
        outcome = self.scan(desk, spool)
        assert outcome.code is None, outcome
        expected: list[int | None] = [6, 7] if desk.simulated else [0, 1]
        assert self.numbers(desk, spool, outcome) == expected

    # --- what it can ------------------------------------------------------------------------------------------------

    def test_the_description_says_where_paper_goes(self, desk: Desk) -> None:
        """`feeder`, `flatbed` or both."""
        assert {"feeder", "flatbed"} & set(desk.client.description.capabilities)

    def test_a_stack_becomes_whole_sealed_pages_in_order(self, desk: Desk) -> None:
        """Three sheets, three pages, each openable only with the key and the name it was sealed with."""
        self.load(desk, 3)
        spool = self.spool(desk)
        outcome = self.scan(desk, spool)
        assert outcome.code is None, outcome
        assert outcome.value.pages == 3
        assert self.numbers(desk, spool, outcome) == [0, 1, 2]
        assert all(page["associated"].startswith(spool.session) for page in outcome.named("page"))

    def test_a_second_scan_of_a_session_writes_over_nothing(self, desk: Desk) -> None:
        """A citizen may put more papers in; both scans number from 0."""
        spool = self.spool(desk)
        pages = []
        for start in (0, 2):
            self.load(desk, 2, start=start)
            outcome = self.begin(desk, spool).wait()
            assert outcome.code is None, outcome
            pages += outcome.named("page")
        assert len({page["path"] for page in pages}) == 4
        if desk.simulated:
            assert [number_of(spool.open(page)) for page in pages] == [0, 1, 2, 3]

    def test_the_resolution_is_reported_as_the_device_took_it(self, desk: Desk) -> None:
        """A page of half the resolution is half as wide."""
        widths = {}
        for dpi in (300, 150):
            self.load(desk, 1)
            outcome = self.scan(desk, self.spool(desk), dpi=dpi)
            assert outcome.code is None, outcome
            widths[outcome.value.dpi] = outcome.named("page")[0]["width"]
        per_dpi = [width / dpi for dpi, width in widths.items()]
        assert max(per_dpi) / min(per_dpi) < 1.05, widths

    def test_no_more_pages_are_told_than_were_asked_for(self, desk: Desk) -> None:
        """And none of those fetched ahead comes out in the next scan."""
        self.load(desk, 4)
        spool = self.spool(desk)
        outcome = self.scan(desk, spool, max_pages=2)
        assert outcome.code is None, outcome
        assert self.numbers(desk, spool, outcome) == [0, 1]
        self.still_scans(desk)

    # --- paper ------------------------------------------------------------------------------------------------------

    def test_an_empty_feeder_is_said_and_leaves_nothing(self, desk: Desk) -> None:
        """SCN-FEEDER-EMPTY, no page, and the device stays ready."""
        outcome = self.scan(desk, self.spool(desk), source=ScanSource.FEEDER)
        assert outcome.code == "SCN-FEEDER-EMPTY"
        assert not outcome.named("page")
        assert desk.call("paper_loaded", bool).value is False
        self.still_scans(desk)

    def test_paper_is_told_once_for_each_change(self, desk: Desk) -> None:
        """Put in, taken out; and paper_loaded() says the same when asked."""
        desk.do(Step.LOAD, str(draw_sheets(desk.folder / "sheets", 1)[0]))
        seen = len(desk.wait_heard("paper"))
        assert desk.heard("paper")[-1].data == {"loaded": True}
        assert desk.call("paper_loaded", bool).value is True
        desk.do(Step.CLEAR_FEEDER)
        desk.wait_heard("paper", seen + 1)
        assert desk.heard("paper")[-1].data == {"loaded": False}
        desk.rest(desk.info.create(dict(desk.settings)).poll_interval_s * 2)
        told = [heard.data["loaded"] for heard in desk.heard("paper")]
        assert all(one != following for one, following in itertools.pairwise(told)), told

    def test_auto_takes_the_feeder_when_it_holds_paper_else_the_glass(self, desk: Desk) -> None:
        """A device without glass says that its feeder is empty."""
        self.load(desk, 2)
        outcome = self.scan(desk, self.spool(desk))
        assert outcome.code is None, outcome
        assert outcome.value.source is ScanSource.FEEDER
        if "flatbed" not in desk.client.description.capabilities:
            assert self.scan(desk, self.spool(desk)).code == "SCN-FEEDER-EMPTY"
            return
        sheet = draw_sheets(desk.folder / "sheets", 6)[5]
        desk.do(Step.PLACE_FLATBED, str(sheet))
        spool = self.spool(desk)
        outcome = self.scan(desk, spool)
        assert outcome.code is None, outcome
        assert (outcome.value.source, outcome.value.pages) == (ScanSource.FLATBED, 1)
        if desk.simulated:
            assert self.numbers(desk, spool, outcome) == [5]

    # --- what stops it ------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("step", "code"),
        [(Step.JAM, "SCN-JAM"), (Step.DOUBLE_FEED, "SCN-DOUBLE-FEED")],
        ids=["jam", "double feed"],
    )
    def test_what_stops_the_second_sheet_keeps_the_first(self, desk: Desk, step: Step, code: str) -> None:
        """The page that was told stays good, the trouble is told as a state, and nothing of it stays after."""
        self.load(desk, 4)
        desk.do(step, 2)
        spool = self.spool(desk)
        outcome = self.scan(desk, spool)
        assert outcome.code == code
        assert self.numbers(desk, spool, outcome) == [0]
        check_codes(desk.wait_state(DeviceState.ATTENTION, code))
        self.still_scans(desk)

    def test_an_open_cover_is_said_before_anything_moves(self, desk: Desk) -> None:
        """SCN-COVER-OPEN, in the scan and as a state; ready again when it is closed."""
        self.load(desk, 1)
        desk.do(Step.OPEN_COVER)
        assert self.scan(desk, self.spool(desk)).code == "SCN-COVER-OPEN"
        check_codes(desk.wait_state(DeviceState.ATTENTION, "SCN-COVER-OPEN"))
        desk.do(Step.CLOSE_COVER)
        desk.wait_state(DeviceState.READY)
        self.still_scans(desk)

    @pytest.mark.parametrize("step", [Step.TRUNCATE, Step.CUT_LINE], ids=["half a picture", "half an answer"])
    def test_a_page_cut_short_is_never_told(self, desk: Desk, step: Step) -> None:
        """SCN-CUT-SHORT; the page before it stays, and no later one is taken for it."""
        self.load(desk, 3)
        desk.do(step, 2)
        spool = self.spool(desk)
        outcome = self.scan(desk, spool)
        assert outcome.code in ("SCN-CUT-SHORT", "SCN-IO"), outcome
        assert self.numbers(desk, spool, outcome) == [0]
        self.still_scans(desk)

    def test_a_scanner_pulled_out_in_the_middle_keeps_the_pages_before(self, desk: Desk) -> None:
        """A code of the port; the pages told are whole."""
        self.load(desk, 3)
        desk.do(Step.DROP_AFTER, 1)
        spool = self.spool(desk)
        outcome = self.scan(desk, spool)
        assert outcome.code in ("SCN-ABSENT", "SCN-IO", "SCN-CUT-SHORT", *MACHINERY), outcome
        assert self.numbers(desk, spool, outcome) == [0]
        self.still_scans(desk)

    def test_a_scanner_that_works_for_another_computer_is_busy(self, desk: Desk) -> None:
        """SCN-BUSY, not a fault, and not waited for."""
        self.load(desk, 1)
        desk.do(Step.OCCUPY)
        assert self.scan(desk, self.spool(desk)).code == "SCN-BUSY"
        self.still_scans(desk)

    def test_a_cancelled_scan_stops_soon_and_keeps_the_pages_before(self, desk: Desk) -> None:
        """SCN-CANCELLED within seconds; nothing fetched ahead comes out in the next scan."""
        self.load(desk, 6)
        desk.do(Step.SLOW, 150)
        spool = self.spool(desk)
        running = self.begin(desk, spool)
        running.wait_event("page", 20)
        desk.cancel()
        before = running.outcome.seconds
        outcome = running.wait()
        assert outcome.code == "SCN-CANCELLED", outcome
        assert outcome.seconds - before < desk.deadline("scan")
        self.check(spool, outcome)
        pages = self.numbers(desk, spool, outcome)
        assert 1 <= len(pages) < 6
        assert pages == list(range(len(pages)))
        self.still_scans(desk)

    def test_a_spool_that_cannot_be_written_is_said_and_no_page_is_told(self, desk: Desk) -> None:
        """STO-FULL or SCN-IO, never a page that is nowhere."""
        self.load(desk, 1)
        spool = self.spool(desk)
        spool.folder.rmdir()
        outcome = self.begin(desk, spool).wait()
        assert outcome.code in ("STO-FULL", "SCN-IO"), outcome
        assert not outcome.named("page")
        self.still_scans(desk)

    def test_the_key_of_the_spool_is_told_to_nobody(self, desk: Desk) -> None:
        """Not in a log line, a state, a page's event or its file's name."""
        self.load(desk, 1)
        spool = self.spool(desk)
        outcome = self.scan(desk, spool)
        key = spool.value.key_b64
        assert key not in desk.told
        assert key not in str(outcome.events)
        assert key not in repr(spool.value)


def document_scanner_suite(subject: Subject) -> type[Any]:
    """A test class for one scanner: `TestMine = document_scanner_suite(Subject(...))`."""
    return suite(DocumentScannerSuite, subject)
