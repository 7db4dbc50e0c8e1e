"""Everything that can go wrong between the driver and the paper, over the wire."""

from __future__ import annotations

import contextlib
import time

import pytest
from printer_bench import Bench, inked, job_of, picture, receipts

from drivers.errors import DeviceError
from drivers.ports import DeviceState, PrintOutcome
from drivers.printer.encode import encode
from drivers.printer.escpos import DRIVER

JOB = job_of(picture(height=800))


@pytest.mark.parametrize(
    ("fault", "code", "state"),
    [
        ("paper_out", "PRN-PAPER-OUT", DeviceState.ATTENTION),
        ("cover_open", "PRN-COVER-OPEN", DeviceState.ATTENTION),
        ("cutter_jam", "PRN-CUTTER", DeviceState.FAULT),
    ],
)
def test_a_fault_known_before_prints_nothing_and_names_itself(
    bench: Bench, fault: str, code: str, state: DeviceState
) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, fault)
    assert (driver.health().state, driver.health().code) == (state, code)
    report = bench.print(driver, JOB)
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, code)
    bench.fault(simulator, "clear")
    assert bench.print(driver, JOB).outcome is PrintOutcome.PRINTED
    assert len(receipts(simulator)) == 1


@pytest.mark.parametrize("rows", [16, 60, 300])
def test_a_slip_whose_last_ink_may_be_out_is_never_called_void(bench: Bench, rows: int) -> None:
    simulator = bench.start()
    driver = bench.used(simulator)
    image = picture(height=rows)
    white = image.resize((576, rows + 200))
    white.paste(1, (0, 0, 576, rows + 200))
    white.paste(image, (0, 0))
    # The paper ends within the white below the ink: not one band is missing that anybody could see.
    bench.fault(simulator, "paper_out_after", str((rows + 100) // 8))
    report = bench.print(driver, job_of(white))
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "PRN-PAPER-OUT")


def test_a_slip_that_broke_off_says_that_something_of_it_is_on_paper(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.used(simulator)
    bench.fault(simulator, "paper_out_after", "30")
    report = bench.print(driver, JOB)
    assert (report.outcome, report.begun) == (PrintOutcome.NOT_PRINTED, True)
    report = bench.print(driver, JOB)
    assert (report.outcome, report.begun) == (PrintOutcome.NOT_PRINTED, False)


def test_what_another_host_left_before_the_knife_does_not_hang_on_the_next_slip(bench: Bench) -> None:
    simulator = bench.start()
    first = bench.used(simulator)
    first._link.send(encode(JOB.png_b64, 576, 13, "none").bands[0], 1.0)  # a host that dies between two bands
    first.close()
    assert bench.print(bench.opened(simulator), job_of(picture(height=200))).outcome is PrintOutcome.PRINTED
    assert inked(receipts(simulator)[-1]).height == 200


def test_paper_running_low_is_a_warning_and_the_slip_is_printed(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, "paper_low")
    assert (driver.health().state, driver.health().code) == (DeviceState.READY, "PRN-PAPER-LOW")
    assert bench.print(driver, JOB).outcome is PrintOutcome.PRINTED


def test_paper_out_in_the_middle_throws_the_rest_away_and_the_next_slip_is_whole(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, "paper_out_after", "40")
    report = bench.print(driver, JOB)
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, "PRN-PAPER-OUT")
    bench.act(simulator, "refill")
    time.sleep(0.2)
    torn = len(receipts(simulator))
    assert torn == 1, "the end of the old roll carries the unfinished slip"
    assert bench.print(driver, JOB).outcome is PrintOutcome.PRINTED
    assert len(receipts(simulator)) == torn + 1


def test_paper_out_between_the_last_row_and_the_cut_is_unknown(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.used(simulator)
    bench.fault(simulator, "paper_out_after", "105")  # the picture is 100 mm, the knife 12 further
    report = bench.print(driver, JOB)
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "PRN-PAPER-OUT")


def test_paper_out_just_after_the_slip_is_found_on_the_next_question(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.used(simulator)
    bench.fault(simulator, "paper_out_after", "120")
    assert bench.print(driver, JOB).outcome is PrintOutcome.PRINTED
    bench.fault(simulator, "paper_out")
    assert driver.health().code == "PRN-PAPER-OUT"


def test_cover_opened_while_printing_stops_the_slip_and_nothing_comes_out_on_closing(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=100)
    driver = bench.opened(simulator)
    opening = bench.once_out(simulator, 30, lambda: bench.act(simulator, "open_cover"))
    report = bench.print(driver, JOB)
    opening.join()
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, "PRN-COVER-OPEN")
    left = simulator.state()["paper_left_mm"]
    bench.act(simulator, "close_cover")
    time.sleep(0.3)
    assert simulator.state()["paper_left_mm"] == left


def test_what_an_unfinished_slip_left_on_the_paper_is_cut_off_before_the_next(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=100)
    driver = bench.opened(simulator)
    opening = bench.once_out(simulator, 30, lambda: bench.act(simulator, "open_cover"))
    bench.print(driver, JOB)
    opening.join()
    bench.act(simulator, "close_cover")
    assert bench.print(driver, job_of(picture(height=200), "next")).outcome is PrintOutcome.PRINTED
    scrap, whole = receipts(simulator)
    assert scrap != whole
    assert inked(whole).height == 200


def test_a_cutter_that_jams_at_the_cut_leaves_the_outcome_open(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.used(simulator)
    bench.fault(simulator, "cutter_jam", "next")
    report = bench.print(driver, JOB)
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "PRN-CUTTER")


@pytest.mark.parametrize("bytes_taken", [2, 40, 100, 2_000, 9_300, 9_400, 20_000, 57_000, 57_650])
def test_a_line_cut_at_any_byte_is_unknown_and_never_a_second_slip(bench: Bench, bytes_taken: int) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, "drop_after", str(22 + bytes_taken))  # 12 bytes of questions and 10 of settling go before
    report = bench.print(driver, JOB)
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "PRN-UNKNOWN-OUTCOME")
    driver.poll(bench.emit)
    time.sleep(0.2)
    driver.poll(bench.emit)
    assert len(receipts(simulator)) <= 1
    assert bench.print(driver, job_of(picture(height=160), "next")).outcome is PrintOutcome.PRINTED
    assert inked(receipts(simulator)[-1]).height == 160, "the next citizen's slip is clean"


def test_a_line_cut_before_the_first_byte_of_the_slip_is_an_error_that_may_be_tried_again(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, "drop_after", "6")
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        bench.print(driver, JOB)
    assert not receipts(simulator)
    assert bench.print(driver, JOB).outcome is PrintOutcome.PRINTED
    assert len(receipts(simulator)) == 1


def test_a_printer_that_takes_all_and_prints_nothing_is_never_believed(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, "stall")
    report = bench.print(driver, JOB)
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, "PRN-OFFLINE")
    assert not receipts(simulator)


def test_a_printer_that_stalls_in_the_middle_is_unknown_within_the_silence(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=100)
    driver = bench.opened(simulator)
    stalling = bench.once_out(simulator, 30, lambda: bench.fault(simulator, "stall"))
    started = time.monotonic()
    report = bench.print(driver, JOB)
    stalling.join()
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "PRN-UNKNOWN-OUTCOME")
    assert time.monotonic() - started < 20


def test_a_small_buffer_that_backs_the_line_up_still_prints_whole(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=200, buffer_bytes=4096)
    assert bench.print(bench.opened(simulator), JOB).outcome is PrintOutcome.PRINTED
    assert len(receipts(simulator)) == 1


def test_a_stop_with_a_full_small_buffer_can_still_be_asked_about(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=200, buffer_bytes=4096)
    driver = bench.opened(simulator)
    bench.fault(simulator, "paper_out_after", "40")
    report = bench.print(driver, JOB)
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, "PRN-PAPER-OUT")


@pytest.mark.parametrize("fault", ["garble", "half", "stale"])
def test_answers_that_cannot_be_trusted_are_no_good_news(bench: Bench, fault: str) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, fault)
    report = bench.print(driver, JOB)
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, "PRN-OFFLINE")
    with pytest.raises(DeviceError, match="PRN-OFFLINE"):
        driver.open()
    assert not receipts(simulator)
    bench.fault(simulator, "clear")
    driver.open()
    assert driver.health().state is DeviceState.READY


def test_a_printer_that_came_back_mute_is_offline_and_not_an_unexpected_error(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    driver.close()
    bench.fault(simulator, "half")
    report = bench.print(driver, JOB)
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, "PRN-OFFLINE")


def test_a_hanging_printer_is_offline_and_comes_back(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, "hang", "2")
    with pytest.raises(DeviceError, match="PRN-OFFLINE"):
        driver.health()
    time.sleep(1.2)
    driver.open()
    assert bench.print(driver, JOB).outcome is PrintOutcome.PRINTED


def test_a_slow_printer_is_waited_for(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, "slow", "150")
    assert bench.print(driver, JOB).outcome is PrintOutcome.PRINTED


def test_a_power_cycle_is_seen_by_poll_and_the_driver_reopens(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    driver.poll(bench.emit)
    bench.fault(simulator, "absent")
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.poll(bench.emit)
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        driver.open()
    bench.fault(simulator, "clear")
    driver.open()
    driver.poll(bench.emit)
    assert [(name, data["state"], data["code"]) for name, data in bench.events] == [("state", "ready", None)] * 2
    assert bench.print(driver, JOB).outcome is PrintOutcome.PRINTED


def test_a_printer_that_was_switched_off_and_on_prints_without_an_open_in_between(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, "absent")
    with pytest.raises(DeviceError, match="PRN-ABSENT"):
        bench.print(driver, JOB)
    bench.fault(simulator, "clear")
    assert bench.print(driver, JOB).outcome is PrintOutcome.PRINTED


def test_a_refusing_printer_is_absent_or_offline(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.driver(simulator)
    bench.fault(simulator, "refuse")
    with pytest.raises(DeviceError, match="PRN-"):
        driver.open()


def test_poll_tells_each_change_once(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    for fault in ("cover_open", None, "paper_out"):
        driver.poll(bench.emit)
        driver.poll(bench.emit)
        if fault:
            bench.fault(simulator, fault)
        else:
            bench.act(simulator, "close_cover")
    driver.poll(bench.emit)
    assert [data["code"] for _, data in bench.events] == [None, "PRN-COVER-OPEN", None, "PRN-PAPER-OUT"]


def test_a_slip_stopped_by_paper_end_does_not_come_out_after_the_kiosk_restarted(bench: Bench) -> None:
    simulator = bench.start()
    first = bench.opened(simulator)
    bench.fault(simulator, "paper_out_after", "30")
    bench.once_out(simulator, 25, first.close)  # the kiosk dies in the middle
    with contextlib.suppress(DeviceError):
        bench.print(first, JOB)
    second = bench.opened(simulator)
    assert second.health().code == "PRN-PAPER-OUT"
    bench.act(simulator, "refill")
    left = simulator.state()["paper_left_mm"]
    time.sleep(0.3)
    assert simulator.state()["paper_left_mm"] == left


def test_self_test_prints_nothing_and_names_what_is_wrong(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    assert all(result.passed for result in driver.self_test())
    bench.fault(simulator, "paper_out")
    assert [result.code for result in driver.self_test() if not result.passed] == ["PRN-PAPER-OUT"]
    bench.fault(simulator, "absent")
    assert [result.code for result in driver.self_test() if not result.passed] == ["PRN-ABSENT"]
    assert not receipts(simulator)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "address"),
        ({"address": "printer"}, "address"),
        ({"address": "h:0"}, "address"),
        ({"address": "h:1", "serial": "/dev/x"}, "address"),
        ({"address": "h:1", "dots": 600}, "dots"),
        ({"address": "h:1", "cut": "slice"}, "cut"),
        ({"address": "h:1", "paper": 3}, "paper"),
        ({"serial": "/dev/x", "baud": 300}, "baud"),
        ({"address": "h:1", "buffer_bytes": 10}, "buffer_bytes"),
        ({"address": "h:1", "deadline_s": 90}, "silence_s"),
    ],
)
def test_bad_settings_are_refused_naming_the_key(table: dict[str, object], key: str) -> None:
    with pytest.raises(ValueError, match=key):
        DRIVER.create(table)
