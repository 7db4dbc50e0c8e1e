"""What every receipt printer promises: printed means printed, unknown stays unknown, and nothing comes out twice."""

from __future__ import annotations

import base64
import io
import itertools
from typing import Any, ClassVar, Final

import pytest
from PIL import Image, ImageChops, ImageDraw

from drivers.conformance.desk import Desk, Outcome
from drivers.conformance.device import MACHINERY, DeviceSuite, check_codes, suite
from drivers.conformance.subject import Slips, Step, Subject
from drivers.ports import DeviceKind, DeviceState, PrintJob, PrintOutcome, PrintReport

ROWS_OF_SLIP: Final = 200
ROWS_OF_LONG_SLIP: Final = 1200
_numbers: Final = itertools.count(1)


class Slip:
    """A slip like no other: its job, and what it looks like on paper."""

    def __init__(self, dots: int, rows: int = ROWS_OF_SLIP) -> None:
        number = next(_numbers)
        picture = Image.new("1", (dots, rows), 1)
        pen = ImageDraw.Draw(picture)
        pen.rectangle((0, 0, dots - 1, rows - 1), outline=0, width=4)
        for row in range(12, rows - 12, 12):
            # Every line is other, so that a piece of a slip is never taken for the whole.
            start = (row * 7 + number * 37) % (dots // 2)
            pen.rectangle((start, row, start + 20 + number % 64, row + 5), fill=0)
        stream = io.BytesIO()
        picture.save(stream, "PNG")
        self.ink = _ink(picture.convert("L"))
        self.job = PrintJob(f"conformance-{number}", base64.b64encode(stream.getvalue()).decode())

    def times(self, before: Slips, after: Slips) -> int:
        """How often it came out whole between two looks; where only a number is known, all that came out."""
        if after.pictures is None:
            return after.count - before.count
        return sum(_ink(picture) == self.ink for picture in after.pictures[before.count :])


def _ink(picture: Image.Image) -> tuple[tuple[int, int], bytes] | None:
    """The inked part of a picture, nothing for a blank one."""
    box = ImageChops.invert(picture).getbbox()
    if box is None:
        return None
    part = picture.crop(box).convert("1")
    return part.size, part.tobytes()


class ReceiptPrinterSuite(DeviceSuite):
    """The promises of drivers.ports.ReceiptPrinter."""

    kind: ClassVar[DeviceKind] = DeviceKind.PRINTER
    absent_codes: ClassVar[frozenset[str]] = frozenset({"PRN-ABSENT"})
    tidy: ClassVar[tuple[Step, ...]] = (Step.MEND, Step.CLOSE_COVER, Step.REFILL)
    bad_wires: ClassVar[dict[Step, frozenset[str | None]]] = {
        Step.GARBLE: frozenset({"PRN-OFFLINE", "PRN-ABSENT", "PRN-UNKNOWN-OUTCOME"}),
        Step.REFUSE: frozenset({"PRN-OFFLINE", "PRN-ABSENT"}),
        Step.HANG: frozenset({"PRN-OFFLINE", "PRN-ABSENT", "PRN-UNKNOWN-OUTCOME", *MACHINERY}),
        Step.SLOW: frozenset({None}),
    }

    def use(self, desk: Desk) -> str | None:
        """Prints a slip."""
        outcome = self.print(desk, self.slip(desk))
        return outcome.code or outcome.value.code

    @staticmethod
    def slip(desk: Desk, rows: int = ROWS_OF_SLIP) -> Slip:
        """A slip as wide as this printer's paper."""
        return Slip(_dots(desk), rows)

    @staticmethod
    def print(desk: Desk, slip: Slip) -> Outcome:
        """Prints and checks what holds for every report."""
        outcome = desk.call("print", PrintReport, job=slip.job)
        if outcome.code is None:
            report: PrintReport = outcome.value
            assert report.job == slip.job.job
            assert report.seconds >= 0
            assert (report.code is None) == (report.outcome is PrintOutcome.PRINTED), report
        return outcome

    def refused(self, desk: Desk, code: str) -> None:
        """Prints while something is known to be wrong, mends it, and looks whether anything ever came out."""
        before, slip = desk.slips(), self.slip(desk)
        outcome = self.print(desk, slip)
        assert outcome.code is None, outcome
        assert (outcome.value.outcome, outcome.value.code) == (PrintOutcome.NOT_PRINTED, code)
        desk.tidy_up()
        desk.wait_state(DeviceState.READY)
        next_slip = self.slip(desk)
        assert self.print(desk, next_slip).value.outcome is PrintOutcome.PRINTED
        after = desk.slips()
        if after.pictures is not None:
            assert slip.times(before, after) == 0, "a slip came out after it was reported as not printed"
        assert next_slip.times(before, after) == 1

    # --- what it can ------------------------------------------------------------------------------------------------

    def test_the_description_says_how_wide_it_prints(self, desk: Desk) -> None:
        """`dots=N`, a whole number of bytes."""
        dots = _dots(desk)
        assert dots > 0
        assert dots % 8 == 0

    def test_a_slip_comes_out_once_whole_and_is_reported_as_printed(self, desk: Desk) -> None:
        """And the driver was not told by anybody but the printer."""
        before, slip = desk.slips(), self.slip(desk)
        outcome = self.print(desk, slip)
        assert outcome.value.outcome is PrintOutcome.PRINTED
        assert slip.times(before, desk.slips()) == 1

    def test_progress_never_goes_back(self, desk: Desk) -> None:
        """`percent` between 0 and 100, growing, for who wants to show it."""
        percents = [data["percent"] for data in self.print(desk, self.slip(desk, ROWS_OF_LONG_SLIP)).named("progress")]
        assert percents == sorted(percents)
        assert all(0 <= percent <= 100 for percent in percents)

    def test_slips_come_out_in_order_and_each_once(self, desk: Desk) -> None:
        """Two requests at once are two slips, one after the other."""
        before, slips = desk.slips(), [self.slip(desk) for _ in range(3)]
        running = [desk.begin("print", PrintReport, job=slip.job) for slip in slips]
        assert [verb.wait().value.outcome for verb in running] == [PrintOutcome.PRINTED] * 3
        after = desk.slips()
        assert after.count - before.count == 3
        if after.pictures is not None:
            assert [_ink(picture) for picture in after.pictures[before.count :]] == [slip.ink for slip in slips]

    def test_a_cancelled_slip_ends_soon_and_honestly(self, desk: Desk) -> None:
        """A slip may be finished or broken off; what is reported is what came out."""
        before, slip = desk.slips(), self.slip(desk, ROWS_OF_LONG_SLIP)
        running = desk.begin("print", PrintReport, job=slip.job)
        desk.cancel()
        outcome = running.wait()
        assert outcome.seconds < desk.deadline("print") / 2
        if outcome.code is None:
            expected = {PrintOutcome.PRINTED: (1,), PrintOutcome.NOT_PRINTED: (0,), PrintOutcome.UNKNOWN: (0, 1)}
            assert slip.times(before, desk.slips()) in expected[outcome.value.outcome]

    # --- paper and cover ----------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("step", "code"),
        [(Step.PAPER_OUT, "PRN-PAPER-OUT"), (Step.OPEN_COVER, "PRN-COVER-OPEN"), (Step.CUTTER_JAM, "PRN-CUTTER")],
        ids=["paper out", "cover open", "cutter jammed"],
    )
    def test_what_is_wrong_before_the_first_byte_is_not_printed(self, desk: Desk, step: Step, code: str) -> None:
        """NOT_PRINTED with the code, at once, before any poll has noticed; and the slip does not come out later."""
        desk.do(step)
        self.refused(desk, code)

    @pytest.mark.parametrize(
        ("step", "code"),
        [(Step.PAPER_OUT, "PRN-PAPER-OUT"), (Step.OPEN_COVER, "PRN-COVER-OPEN")],
        ids=["paper out", "cover open"],
    )
    def test_what_a_person_must_put_right_is_told_and_told_when_it_is_right(
        self, desk: Desk, step: Step, code: str
    ) -> None:
        """State attention with the code while nobody prints, ready again after."""
        desk.do(step)
        check_codes(desk.wait_state(DeviceState.ATTENTION, code))
        desk.tidy_up()
        desk.wait_state(DeviceState.READY)

    def test_low_paper_is_a_warning_and_prints(self, desk: Desk) -> None:
        """Ready with PRN-PAPER-LOW."""
        desk.do(Step.PAPER_LOW)
        desk.wait_state(DeviceState.READY, "PRN-PAPER-LOW")
        assert self.print(desk, self.slip(desk)).value.outcome is PrintOutcome.PRINTED

    def test_paper_that_ends_in_the_middle_is_never_printed(self, desk: Desk) -> None:
        """NOT_PRINTED or UNKNOWN with the cause; after the refill nothing of it becomes a second slip."""
        before, slip = desk.slips(), self.slip(desk, ROWS_OF_LONG_SLIP)
        desk.do(Step.PAPER_OUT_AFTER, 40)
        outcome = self.print(desk, slip)
        assert outcome.code is None, outcome
        assert outcome.value.outcome is not PrintOutcome.PRINTED
        assert outcome.value.code == "PRN-PAPER-OUT"
        self.no_second_time(desk, before, slip, outcome.value)

    # --- the line -----------------------------------------------------------------------------------------------------

    def test_a_line_lost_in_the_middle_is_unknown_and_never_printed_twice(self, desk: Desk) -> None:
        """Nobody here knows what the printer does with what it has: a person is asked, nothing is sent again."""
        before, slip = desk.slips(), self.slip(desk, ROWS_OF_LONG_SLIP)
        desk.do(Step.DROP_AFTER, 20_000)
        outcome = self.print(desk, slip)
        assert outcome.code is None, f"{outcome.code} says that nothing was sent, yet 20,000 bytes were"
        assert outcome.value.outcome is PrintOutcome.UNKNOWN
        desk.tidy_up()
        self.no_second_time(desk, before, slip, outcome.value)

    def test_a_printer_that_is_gone_before_the_first_byte_is_absent(self, desk: Desk) -> None:
        """PRN-ABSENT, told from the line itself before any poll has noticed; nothing comes out after the replugging."""
        before, slip = desk.slips(), self.slip(desk)
        desk.do(Step.UNPLUG)
        outcome = self.print(desk, slip)
        assert outcome.code == "PRN-ABSENT" or outcome.value.outcome is PrintOutcome.NOT_PRINTED
        desk.do(Step.MEND)
        desk.wait_state(DeviceState.READY)
        assert slip.times(before, desk.slips()) == 0

    def test_a_printer_that_takes_all_and_prints_nothing_has_not_printed(self, desk: Desk) -> None:
        """That the line took the bytes proves nothing."""
        before, slip = desk.slips(), self.slip(desk)
        desk.do(Step.STALL)
        outcome = self.print(desk, slip)
        assert outcome.code is not None or outcome.value.outcome is not PrintOutcome.PRINTED
        desk.tidy_up()
        assert slip.times(before, desk.slips()) <= 1

    def test_an_old_good_status_is_not_taken_for_a_fresh_one(self, desk: Desk) -> None:
        """Without paper nothing is printed, whatever a stale answer says."""
        desk.do(Step.STALE)
        desk.do(Step.PAPER_OUT)
        outcome = self.print(desk, self.slip(desk))
        assert outcome.code is not None or outcome.value.outcome is not PrintOutcome.PRINTED

    def no_second_time(self, desk: Desk, before: Slips, slip: Slip, report: Any) -> None:
        """Mends, waits, prints another slip, and counts what came out of the first."""
        desk.tidy_up()
        desk.wait_state(DeviceState.READY)
        desk.rest(0.5)
        next_slip = self.slip(desk)
        assert self.print(desk, next_slip).value.outcome is PrintOutcome.PRINTED
        after = desk.slips()
        if after.pictures is None:
            assert 1 <= after.count - before.count <= 2
            return
        most = 0 if report.outcome is PrintOutcome.NOT_PRINTED else 1
        assert slip.times(before, after) <= most
        assert next_slip.times(before, after) == 1


def _dots(desk: Desk) -> int:
    told = [item.partition("=")[2] for item in desk.client.description.capabilities if item.startswith("dots=")]
    assert len(told) == 1, f"dots= is told {len(told)} times"
    assert told[0].isdecimal(), f"dots={told[0]}"
    return int(told[0])


def receipt_printer_suite(subject: Subject) -> type[Any]:
    """A test class for one receipt printer: `TestMine = receipt_printer_suite(Subject(...))`."""
    return suite(ReceiptPrinterSuite, subject)
