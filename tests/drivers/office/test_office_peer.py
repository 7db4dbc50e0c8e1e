"""The driver before a printer of another's making, CUPS's own for IPP Everywhere: what it says is understood as meant."""

from __future__ import annotations

import base64
import contextlib
from pathlib import Path
from typing import Any

import pytest
from eve import MISSING, EvePrinter

from drivers.conformance.office import document
from drivers.errors import DeviceError
from drivers.office.printer import IppPrinter
from drivers.ports import DeviceState, OfficeJob, PrintOutcome, PrintReport
from kiosk_app.receipts.drawing import pdf_a4
from kiosk_app.receipts.specimens import specimen

pytestmark = pytest.mark.skipif(MISSING is not None, reason=f"{MISSING} is not installed (packaging/setup.sh)")
WAITS_FOR_GO = ('for _ in $(seq 100); do [ -e "{go}" ] && break; sleep 0.05; done', "exit 0")


def printed(driver: IppPrinter, job: OfficeJob) -> PrintReport:
    def emit(event: str, /, **data: Any) -> None:
        assert event == "progress", data

    return driver.print(job, emit)


def test_an_official_form_arrives_byte_for_byte_and_is_reported_as_printed(eve: EvePrinter) -> None:
    form = pdf_a4(specimen("form-01"))
    driver = eve.driver()
    assert (driver.describe().model, "pdf" in driver.describe().capabilities) == ("Eve A4", True)
    assert driver.health().state is DeviceState.READY
    assert all(step.passed for step in driver.self_test())
    report = printed(driver, OfficeJob("job-1", base64.b64encode(form).decode(), 1))
    assert (report.outcome, report.code) == (PrintOutcome.PRINTED, None)
    assert eve.documents == [form]


def test_a_job_that_failed_before_its_last_page_is_not_printed_and_one_that_nobody_counted_is_unknown(
    eve: EvePrinter,
) -> None:
    driver = eve.driver()
    eve.play('echo "ATTR: job-impressions-completed=1" >&2', "sleep 0.5", "exit 1")
    report = printed(driver, document(3))
    assert (report.outcome, report.code, report.begun) == (PrintOutcome.NOT_PRINTED, "OFP-REFUSED", True)
    eve.play("exit 1")
    report = printed(driver, document(3))
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "OFP-UNKNOWN-OUTCOME")


@pytest.mark.parametrize("reason", ["cover-open", "toner-low"])
def test_a_reason_that_a_resting_printer_gives_as_a_mere_report_keeps_nobody_from_printing(
    eve: EvePrinter, reason: str
) -> None:
    """This one grades by its own state: report at rest, warning at work. What comes of a job is asked of the job."""
    driver = eve.driver()
    eve.play(f'echo "STATE: +{reason}" >&2', "exit 0")
    assert printed(driver, document()).outcome is PrintOutcome.PRINTED
    health = driver.health()
    assert (health.state, health.code, health.detail) == (DeviceState.READY, None, f"{reason}-report")
    assert printed(driver, document()).outcome is PrintOutcome.PRINTED
    assert len(eve.documents) == 2


def test_a_job_that_waits_for_paper_is_called_back_with_that_cause(eve: EvePrinter) -> None:
    """With an empty tray this printer takes a job in hand and stops over it."""
    driver = eve.driver(wait_s=1.0)
    eve.play('echo "STATE: +media-empty" >&2', "exit 0")
    assert printed(driver, document()).outcome is PrintOutcome.PRINTED
    report = printed(driver, document())
    assert report.outcome is not PrintOutcome.PRINTED
    assert report.code == "OFP-PAPER-OUT"


def test_a_jam_in_the_middle_is_called_back_with_its_cause_and_never_printed(eve: EvePrinter, tmp_path: Path) -> None:
    driver = eve.driver(wait_s=5.0)
    go = tmp_path / "go"
    eve.play('echo "STATE: +media-jam" >&2', *(line.format(go=go) for line in WAITS_FOR_GO))
    report = printed(driver, document(2))
    assert report.outcome is not PrintOutcome.PRINTED
    assert report.code == "OFP-JAM"
    assert len(eve.documents) == 1


def test_a_printer_switched_off_is_absent_and_a_job_under_way_is_unknown(eve: EvePrinter, tmp_path: Path) -> None:
    driver = eve.driver(wait_s=6.0, silence_s=1.0)
    off = tmp_path / "off"
    eve.play(f'touch "{off}"', "kill -9 $PPID")
    report = printed(driver, document())
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "OFP-ABSENT")
    assert off.exists()
    with pytest.raises(DeviceError) as caught:
        driver.open()
    assert caught.value.code == "OFP-ABSENT"
    eve.switch_off()
    eve.play("exit 0")
    eve.switch_on()
    with contextlib.closing(eve.driver()) as again:
        assert printed(again, document()).outcome is PrintOutcome.PRINTED


def test_a_printer_that_takes_no_pdf_is_not_given_any(tmp_path: Path) -> None:
    printer = EvePrinter(tmp_path, formats="image/pwg-raster")
    try:
        printer.start()
        driver = printer.driver()
        assert [step.code for step in driver.self_test()] == [None, None, "OFP-REFUSED"]
        report = printed(driver, document())
        assert (report.outcome, report.code, report.begun) == (PrintOutcome.NOT_PRINTED, "OFP-REFUSED", False)
    finally:
        printer.stop()
