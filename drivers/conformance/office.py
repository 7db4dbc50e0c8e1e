"""What every office printer promises: printed means on paper, a doubtful document stays doubtful, none comes out twice."""

from __future__ import annotations

import base64
import io
import itertools
from typing import Any, ClassVar, Final

import pikepdf
import pytest

from drivers.conformance.desk import Desk, Outcome
from drivers.conformance.device import MACHINERY, DeviceSuite, check_codes, suite
from drivers.conformance.subject import Step, Subject
from drivers.ports import DeviceKind, DeviceState, OfficeJob, PrintOutcome, PrintReport

A4_POINTS: Final = (595, 842)
_numbers: Final = itertools.count(1)


def document(pages: int = 1) -> OfficeJob:
    """A PDF of so many empty A4 pages, under a job's name of its own."""
    file, data = pikepdf.Pdf.new(), io.BytesIO()
    for _ in range(pages):
        file.add_blank_page(page_size=A4_POINTS)
    file.save(data)
    return OfficeJob(f"conformance-{next(_numbers)}", base64.b64encode(data.getvalue()).decode(), pages)


class OfficePrinterSuite(DeviceSuite):
    """The promises of drivers.ports.OfficePrinter."""

    kind: ClassVar[DeviceKind] = DeviceKind.OFFICE
    absent_codes: ClassVar[frozenset[str]] = frozenset({"OFP-ABSENT"})
    tidy: ClassVar[tuple[Step, ...]] = (Step.MEND, Step.CLOSE_COVER, Step.REFILL)
    bad_wires: ClassVar[dict[Step, frozenset[str | None]]] = {
        Step.GARBLE: frozenset({"OFP-OFFLINE", "OFP-ABSENT", "OFP-UNKNOWN-OUTCOME"}),
        Step.REFUSE: frozenset({"OFP-OFFLINE", "OFP-ABSENT", "OFP-REFUSED"}),
        Step.HANG: frozenset({"OFP-OFFLINE", "OFP-ABSENT", "OFP-UNKNOWN-OUTCOME", *MACHINERY}),
        Step.SLOW: frozenset({None}),
    }

    def use(self, desk: Desk) -> str | None:
        """Prints a document of one page."""
        outcome = self.print(desk, document())
        return outcome.code or outcome.value.code

    @staticmethod
    def print(desk: Desk, job: OfficeJob) -> Outcome:
        """Prints and checks what holds for every report."""
        return OfficePrinterSuite.checked(desk.call("print", PrintReport, job=job), job)

    @staticmethod
    def checked(outcome: Outcome, job: OfficeJob) -> Outcome:
        """What holds for every report."""
        if outcome.code is None:
            report: PrintReport = outcome.value
            assert report.job == job.job
            assert report.seconds >= 0
            assert (report.code is None) == (report.outcome is PrintOutcome.PRINTED), report
        return outcome

    def came_out(self, desk: Desk) -> int:
        """Whole documents that came out so far."""
        return desk.slips().count

    def nothing_follows(self, desk: Desk, before: int, most: int) -> None:
        """All is mended; a further document comes out once, and of what was before it at most `most`."""
        desk.fresh()
        assert self.print(desk, document()).value.outcome is PrintOutcome.PRINTED
        assert 1 <= self.came_out(desk) - before <= 1 + most

    # --- what it can ------------------------------------------------------------------------------------------------

    def test_the_description_says_that_it_takes_pdf(self, desk: Desk) -> None:
        """Official forms are PDF."""
        assert "pdf" in desk.client.description.capabilities

    @pytest.mark.parametrize("pages", [1, 3])
    def test_a_document_comes_out_once_whole_and_is_reported_as_printed(self, desk: Desk, pages: int) -> None:
        """And nobody but the printer has said so."""
        before = self.came_out(desk)
        assert self.print(desk, document(pages)).value.outcome is PrintOutcome.PRINTED
        assert self.came_out(desk) - before == 1

    def test_progress_never_goes_back(self, desk: Desk) -> None:
        """`percent` between 0 and 100, growing, for who wants to show it."""
        percents = [data["percent"] for data in self.print(desk, document(4)).named("progress")]
        assert percents == sorted(percents)
        assert all(0 <= percent <= 100 for percent in percents)

    def test_documents_come_out_each_once(self, desk: Desk) -> None:
        """Three requests at once are three documents."""
        before, jobs = self.came_out(desk), [document() for _ in range(3)]
        running = [desk.begin("print", PrintReport, job=job) for job in jobs]
        assert [verb.wait().value.outcome for verb in running] == [PrintOutcome.PRINTED] * 3
        assert self.came_out(desk) - before == 3

    def test_a_cancelled_document_ends_soon_and_honestly(self, desk: Desk) -> None:
        """It may be finished or called back; what is reported is what came out."""
        before, job = self.came_out(desk), document(20)
        running = desk.begin("print", PrintReport, job=job)
        desk.rest(0.2)
        desk.cancel()
        outcome = self.checked(running.wait(), job)
        assert outcome.seconds < desk.deadline("print") / 2
        if outcome.code is None:
            expected = {PrintOutcome.PRINTED: (1,), PrintOutcome.NOT_PRINTED: (0,), PrintOutcome.UNKNOWN: (0, 1)}
            assert self.came_out(desk) - before in expected[outcome.value.outcome]

    def test_what_is_no_pdf_is_not_sent(self, desk: Desk) -> None:
        """Bytes of another kind would come out as pages of letters."""
        for junk in ("", base64.b64encode(b"#!/bin/sh\n").decode(), "no base64!"):
            outcome = self.print(desk, OfficeJob(f"conformance-{next(_numbers)}", junk))
            report = outcome.value
            assert (report.outcome, report.code, report.begun) == (PrintOutcome.NOT_PRINTED, "OFP-REFUSED", False)

    # --- paper and door -----------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("step", "code"),
        [(Step.PAPER_OUT, "OFP-PAPER-OUT"), (Step.OPEN_COVER, "OFP-COVER-OPEN"), (Step.JAM, "OFP-JAM")],
        ids=["paper out", "door open", "jam"],
    )
    def test_what_is_wrong_before_the_first_byte_is_not_printed(self, desk: Desk, step: Step, code: str) -> None:
        """NOT_PRINTED with the code, before any poll has noticed; and the document does not come out later."""
        before = self.came_out(desk)
        desk.do(step)
        outcome = self.print(desk, document())
        report = outcome.value
        assert (report.outcome, report.code, report.begun) == (PrintOutcome.NOT_PRINTED, code, False), outcome
        self.nothing_follows(desk, before, most=0)

    @pytest.mark.parametrize(
        ("step", "code"),
        [(Step.PAPER_OUT, "OFP-PAPER-OUT"), (Step.OPEN_COVER, "OFP-COVER-OPEN")],
        ids=["paper out", "door open"],
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
        """Ready with OFP-PAPER-LOW."""
        desk.do(Step.PAPER_LOW)
        desk.wait_state(DeviceState.READY, "OFP-PAPER-LOW")
        assert self.print(desk, document()).value.outcome is PrintOutcome.PRINTED

    def test_paper_that_ends_in_the_middle_and_is_not_refilled_is_called_back(self, desk: Desk) -> None:
        """NOT_PRINTED or UNKNOWN with the cause; after the refill the rest does not come out for somebody else."""
        before, job = self.came_out(desk), document(4)
        desk.do(Step.PAPER_OUT_AFTER, 2)
        outcome = self.print(desk, job)
        assert outcome.code is None, outcome
        assert outcome.value.outcome is not PrintOutcome.PRINTED
        assert outcome.value.code == "OFP-PAPER-OUT"
        self.nothing_follows(desk, before, most=0)

    def test_paper_that_is_refilled_in_time_is_printed_whole(self, desk: Desk) -> None:
        """The job goes on by itself, as printers do."""
        before, job = self.came_out(desk), document(4)
        desk.do(Step.PAPER_OUT_AFTER, 2)
        running = desk.begin("print", PrintReport, job=job)
        desk.rest(0.6)
        desk.do(Step.REFILL)
        assert self.checked(running.wait(), job).value.outcome is PrintOutcome.PRINTED
        assert self.came_out(desk) - before == 1

    # --- the line -----------------------------------------------------------------------------------------------------

    def test_a_line_lost_in_the_middle_is_unknown_and_never_printed_twice(self, desk: Desk) -> None:
        """The answer to the job is lost: it may be printed or not, and nothing is sent again."""
        before = self.came_out(desk)
        desk.do(Step.DROP_AFTER, 1)
        outcome = self.print(desk, document())
        assert outcome.code is None, f"{outcome.code} says that nothing was sent"
        assert outcome.value.outcome is PrintOutcome.UNKNOWN
        self.nothing_follows(desk, before, most=1)

    def test_a_printer_that_is_gone_before_the_first_byte_is_absent(self, desk: Desk) -> None:
        """OFP-ABSENT, told from the line itself; nothing comes out after the replugging."""
        before = self.came_out(desk)
        desk.do(Step.UNPLUG)
        outcome = self.print(desk, document())
        assert outcome.code == "OFP-ABSENT" or outcome.value.outcome is PrintOutcome.NOT_PRINTED
        self.nothing_follows(desk, before, most=0)

    def test_a_printer_that_takes_all_and_prints_nothing_has_not_printed(self, desk: Desk) -> None:
        """That it took the job proves nothing; the job is called back."""
        before = self.came_out(desk)
        desk.do(Step.STALL)
        outcome = self.print(desk, document())
        assert outcome.code is not None or outcome.value.outcome is not PrintOutcome.PRINTED
        self.nothing_follows(desk, before, most=0 if outcome.value.outcome is PrintOutcome.NOT_PRINTED else 1)


def office_printer_suite(subject: Subject) -> type[Any]:
    """A test class for one office printer: `TestMine = office_printer_suite(Subject(...))`."""
    return suite(OfficePrinterSuite, subject)
