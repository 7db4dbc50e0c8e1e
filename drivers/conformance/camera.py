"""What every document camera promises: each page once, whole and sealed, and a hint for what keeps it from being taken."""

from __future__ import annotations

import itertools
from typing import Any, ClassVar, Final

import pytest
from PIL import Image, ImageDraw, ImageStat

from drivers.conformance.desk import Desk, Outcome, Running
from drivers.conformance.device import MACHINERY, DeviceSuite, suite
from drivers.conformance.sheets import SpoolFolder, fresh_spool
from drivers.conformance.subject import Step, Subject
from drivers.ports import CaptureOptions, CaptureReport, DeviceKind, Preview
from drivers.preview import Frame, Hint, Viewer

SHEETS: Final = 6
TAKING_S: Final = 30.0


class DocumentCameraSuite(DeviceSuite):
    """The promises of drivers.ports.DocumentCamera."""

    kind: ClassVar[DeviceKind] = DeviceKind.CAMERA
    absent_codes: ClassVar[frozenset[str]] = frozenset({"CAM-ABSENT"})
    tidy: ClassVar[tuple[Step, ...]] = (Step.MEND, Step.TAKE)
    bad_wires: ClassVar[dict[Step, frozenset[str | None]]] = {
        Step.GARBLE: frozenset({"CAM-NO-PAGE", "CAM-IO"}),
        Step.REFUSE: frozenset({"CAM-IO", "CAM-ABSENT", "CAM-NO-PAGE"}),
        Step.HANG: frozenset({"CAM-IO", "CAM-NO-PAGE", *MACHINERY}),
        Step.SLOW: frozenset({None}),
    }

    def prepare(self, desk: Desk) -> None:
        """A sheet on the table."""
        self.lay(desk, 0)

    def use(self, desk: Desk) -> str | None:
        """Photographs what lies there."""
        outcome = self.begin(desk, self.spool(desk), max_pages=1).wait()
        return outcome.code

    # --- hands ------------------------------------------------------------------------------------------------------

    @staticmethod
    def lay(desk: Desk, number: int) -> None:
        """Sheet `number`, in place of what lies there."""
        desk.do(Step.LAY, str(draw(desk, number)))

    @staticmethod
    def spool(desk: Desk) -> SpoolFolder:
        """A spool that nothing was put into."""
        return fresh_spool(desk.folder)

    @staticmethod
    def begin(desk: Desk, spool: SpoolFolder, **options: Any) -> Running:
        """Begins to photograph."""
        return desk.begin("capture", CaptureReport, options=CaptureOptions(**options), spool=spool.value)

    @staticmethod
    def check(spool: SpoolFolder, outcome: Outcome) -> list[Image.Image]:
        """Every page told is numbered from 0, whole and sealed for its own place, and there is no other file."""
        pages = outcome.named("page")
        assert [page["index"] for page in pages] == list(range(len(pages)))
        assert len({page["associated"] for page in pages}) == len(pages)
        pictures = [spool.open(page) for page in pages]
        assert not spool.strangers(pages), "files in the spool that no event has named"
        if outcome.code is None:
            report: CaptureReport = outcome.value
            assert report.pages == len(pages)
            assert all(page["dpi"] == report.dpi for page in pages)
        return pictures

    # --- what it can ------------------------------------------------------------------------------------------------

    def test_a_page_that_lies_still_is_taken_whole(self, desk: Desk) -> None:
        """Once, sealed, and it is the sheet that lies there."""
        self.lay(desk, 2)
        spool = self.spool(desk)
        outcome = self.begin(desk, spool, max_pages=1).wait()
        assert outcome.code is None, outcome
        (picture,) = self.check(spool, outcome)
        if desk.simulated:
            assert number_of(picture) == 2

    def test_pages_laid_one_after_the_other_come_in_order_and_none_twice(self, desk: Desk) -> None:
        """However long a page lies there, it is one page; nothing is asked of the person but to lay the next one."""
        self.lay(desk, 0)
        spool = self.spool(desk)
        running = self.begin(desk, spool, max_pages=3)
        for number in (1, 2):
            running.wait_event("page", TAKING_S, number)
            running.wait_event("hint", TAKING_S, matching={"hint": Hint.TURN_OVER.value})
            desk.rest(0.7)
            self.lay(desk, number)
        outcome = running.wait()
        assert outcome.code is None, outcome
        pictures = self.check(spool, outcome)
        assert len(pictures) == 3
        if desk.simulated:
            assert [number_of(picture) for picture in pictures] == [0, 1, 2]

    def test_the_next_frame_is_taken_at_once_when_that_is_asked_for(self, desk: Desk) -> None:
        """Whatever is on it: a thing that no camera takes for a page is still the citizen's to hand in."""
        spool = self.spool(desk)
        outcome = self.begin(desk, spool, at_once=True).wait()
        assert outcome.code is None, outcome
        assert len(self.check(spool, outcome)) == 1

    def test_a_cancelled_capture_stops_soon_and_keeps_the_pages_before(self, desk: Desk) -> None:
        """CAM-CANCELLED; the page that was told stays good."""
        self.lay(desk, 0)
        spool = self.spool(desk)
        running = self.begin(desk, spool)
        running.wait_event("page", TAKING_S)
        desk.cancel()
        outcome = running.wait()
        assert outcome.code == "CAM-CANCELLED", outcome
        assert len(self.check(spool, outcome)) == 1
        self.prepare(desk)
        assert self.use(desk) is None

    def test_an_empty_table_is_said_and_leaves_nothing(self, desk: Desk) -> None:
        """CAM-NO-PAGE after the time that is set; a table is no page."""
        spool = self.spool(desk)
        outcome = self.begin(desk, spool).wait()
        assert outcome.code == "CAM-NO-PAGE", outcome
        assert not self.check(spool, outcome)

    @pytest.mark.parametrize(
        ("step", "hint"),
        [
            (Step.DARK, Hint.TOO_DARK),
            (Step.BLUR, Hint.BLURRED),
            (Step.FAR, Hint.TOO_FAR),
            (Step.CUT_OFF, Hint.OUTSIDE),
            (Step.TILT, Hint.TILTED),
            (Step.SHAKE, Hint.MOVING),
        ],
        ids=lambda value: value.value,
    )
    def test_what_keeps_a_page_from_being_taken_is_said(self, desk: Desk, step: Step, hint: Hint) -> None:
        """Instead of a bad picture; mended, the page is taken."""
        desk.do(step)
        self.lay(desk, 1)
        spool = self.spool(desk)
        running = self.begin(desk, spool, max_pages=1)
        running.wait_event("hint", TAKING_S, matching={"hint": hint.value})
        assert not running.outcome.named("page")
        desk.do(Step.MEND)
        outcome = running.wait()
        assert outcome.code is None, outcome
        (picture,) = self.check(spool, outcome)
        if desk.simulated:
            assert number_of(picture) == 1

    def test_what_it_sees_is_shown_only_while_it_is_asked_for(self, desk: Desk) -> None:
        """With the sheet outlined; afterwards the file is gone."""
        if "preview" not in desk.client.description.capabilities:
            pytest.skip("this camera shows nothing")
        self.lay(desk, 3)
        answer = desk.call("preview", Preview, shown=True)
        assert answer.code is None, answer
        viewer = Viewer(answer.value.path)
        try:
            frame = _outlined(desk, viewer)
            assert len(frame.outline) == 4
            assert all(0 <= part <= 1 for point in frame.outline for part in point)
        finally:
            viewer.close()
        assert desk.call("preview", Preview, shown=False).value == Preview()

    def test_a_camera_pulled_out_in_the_middle_keeps_the_pages_before(self, desk: Desk) -> None:
        """CAM-ABSENT; the page told is whole."""
        self.lay(desk, 0)
        spool = self.spool(desk)
        running = self.begin(desk, spool)
        running.wait_event("page", TAKING_S)
        desk.do(Step.UNPLUG)
        outcome = running.wait()
        assert outcome.code in ("CAM-ABSENT", *MACHINERY), outcome
        assert len(self.check(spool, outcome)) == 1
        desk.fresh()
        self.prepare(desk)
        assert self.use(desk) is None

    def test_a_spool_that_cannot_be_written_is_said_and_no_page_is_told(self, desk: Desk) -> None:
        """STO-FULL or CAM-IO, never a page that is nowhere."""
        self.lay(desk, 0)
        spool = self.spool(desk)
        spool.folder.rmdir()
        outcome = self.begin(desk, spool, max_pages=1).wait()
        assert outcome.code in ("STO-FULL", "CAM-IO"), outcome
        assert not outcome.named("page")

    def test_the_key_of_the_spool_is_told_to_nobody(self, desk: Desk) -> None:
        """Not in a log line, a state, a page's event or its file's name."""
        self.lay(desk, 0)
        spool = self.spool(desk)
        outcome = self.begin(desk, spool, max_pages=1).wait()
        key = spool.value.key_b64
        assert key not in desk.told
        assert key not in str(outcome.events)


def _outlined(desk: Desk, viewer: Viewer) -> Frame:
    """The first frame in which a sheet is outlined."""
    for _ in range(round(TAKING_S / 0.05)):
        frame = viewer.look()
        if frame is not None and frame.outline:
            return frame
        desk.rest(0.05)
    raise AssertionError("no sheet was outlined")


def draw(desk: Desk, number: int) -> str:
    """Sheet `number`: white, with as many black bars as its number and one, and lines as of print."""
    assert number < SHEETS
    path = desk.folder / f"laid-{number}.png"
    if not path.exists():
        sheet = Image.new("RGB", (1240, 1754), (245, 245, 242))
        pen = ImageDraw.Draw(sheet)
        for bar in range(number + 1):
            pen.rectangle((140, 160 + bar * 140, 1100, 230 + bar * 140), fill=(25, 25, 30))
        for line in range(12):
            for word in range(11):
                left = 150 + word * 84 + (line * 37 + word * 13 + number * 29) % 23
                pen.rectangle((left, 1120 + line * 40, left + 52, 1134 + line * 40), fill=(60, 60, 66))
        sheet.save(path)
    return str(path)


def number_of(picture: Image.Image) -> int:
    """Which sheet it is: dark bars down its middle, as seen from above, less one."""
    grey = picture.convert("L")
    middle = grey.crop((grey.width // 2 - 12, 0, grey.width // 2 + 12, grey.height))
    rows = [ImageStat.Stat(middle.crop((0, y, 24, y + 4))).mean[0] < 60 for y in range(0, grey.height, 4)]
    paper = [ImageStat.Stat(middle.crop((0, y, 24, y + 4))).mean[0] > 150 for y in range(0, grey.height, 4)]
    first = paper.index(True)
    last = len(paper) - paper[::-1].index(True)
    runs = [sum(1 for _ in run) for dark, run in itertools.groupby(rows[first:last]) if dark]
    return sum(1 for run in runs if run > 0.02 * (last - first)) - 1


def document_camera_suite(subject: Subject) -> type[Any]:
    """A test class for one document camera: `TestMine = document_camera_suite(Subject(...))`."""
    return suite(DocumentCameraSuite, subject)
