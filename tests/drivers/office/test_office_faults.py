"""What only a simulator plays: held jobs, spoolers that hand on, forgotten jobs, answers lost and found again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from drivers.conformance.office import document
from drivers.office.printer import DRIVER, IppPrinter
from drivers.ports import PrintOutcome, PrintReport
from drivers.simulators.ipp_printer import IppPrinterSimulator


class Bench:
    """A simulator on a loop of its own, and the driver before it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.printer = IppPrinterSimulator("office")
        self.run(self.printer.start())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def fault(self, name: str, argument: str | None = None) -> None:
        self.run(self.printer.fault(name, argument))

    def driver(self, **settings: Any) -> IppPrinter:
        driver = DRIVER.create({"uri": self.printer.address, "silence_s": 3.0, "wait_s": 30.0, **settings})
        assert isinstance(driver, IppPrinter)
        driver.open()
        return driver

    @property
    def jobs(self) -> list[int]:
        jobs = self.printer.state()["jobs"]
        assert isinstance(jobs, list)
        return [job["state"] for job in jobs]

    def close(self) -> None:
        self.run(self.printer.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()


def printed(driver: IppPrinter, pages: int = 1) -> PrintReport:
    return driver.print(document(pages), lambda event, /, **data: None)


def test_a_job_held_in_the_queue_is_called_back_and_surely_not_printed(bench: Bench) -> None:
    bench.fault("hold")
    report = printed(bench.driver(wait_s=3.0))
    assert (report.outcome, report.code, report.begun) == (PrintOutcome.NOT_PRINTED, "OFP-HELD", False)
    bench.fault("clear")
    assert printed(bench.driver()).outcome is PrintOutcome.PRINTED
    assert bench.printer.documents == 1, "what was called back does not come out for somebody else"
    assert bench.jobs == [7, 9]


def test_a_job_that_nobody_begins_is_called_back_as_busy(bench: Bench) -> None:
    bench.fault("stall")
    report = printed(bench.driver(wait_s=1.0))
    assert (report.outcome, report.code, report.begun) == (PrintOutcome.NOT_PRINTED, "OFP-BUSY", False)


def test_a_spooler_that_has_only_handed_on_is_never_printed(bench: Bench) -> None:
    bench.fault("spooler")
    report = printed(bench.driver())
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "OFP-UNKNOWN-OUTCOME")
    bench.fault("clear")
    report = printed(bench.driver(completed="handed_on"))
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "OFP-UNKNOWN-OUTCOME")


def test_a_printer_that_forgets_its_jobs_leaves_them_unknown(bench: Bench) -> None:
    bench.fault("forget")
    report = printed(bench.driver())
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "OFP-UNKNOWN-OUTCOME")
    assert bench.printer.documents == 1


def test_a_job_broken_off_with_pages_counted_is_not_whole(bench: Bench) -> None:
    bench.fault("break_off", "2")
    report = printed(bench.driver(), pages=4)
    assert (report.outcome, report.code, report.begun) == (PrintOutcome.NOT_PRINTED, "OFP-REFUSED", True)
    assert (bench.printer.documents, bench.printer.sheets) == (0, 2)


def test_a_job_whose_answer_was_lost_is_found_again_by_its_name_and_not_sent_twice(bench: Bench) -> None:
    bench.fault("lose_answer")
    assert printed(bench.driver(), pages=2).outcome is PrintOutcome.PRINTED
    assert bench.jobs == [9], "sent once"
    assert bench.printer.documents == 1


@pytest.mark.parametrize("pages", [1, 3])
def test_paper_comes_out_once_for_each_document(bench: Bench, pages: int) -> None:
    driver = bench.driver()
    for count in (1, 2, 3):
        assert printed(driver, pages).outcome is PrintOutcome.PRINTED
        assert (bench.printer.documents, bench.printer.sheets) == (count, count * pages)
