"""Kinds of printer as data, and what the better kinds tell by themselves."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printer_bench import Bench, inked, job_of, picture, receipts

from drivers.errors import DeviceError
from drivers.ports import DeviceState, PrintOutcome
from drivers.printer.escpos import DRIVER
from drivers.printer.settings import Settings, profiles
from drivers.printer.status import BadReply, parse_automatic

WELL = bytes((0x10, 0, 0, 0))


@pytest.mark.parametrize("name", sorted(profiles()))
def test_every_profile_makes_a_driver_that_prints(bench: Bench, name: str) -> None:
    profile = profiles()[name]
    simulator = bench.start(dots=profile.dots)
    driver = bench.opened(simulator, profile=name)
    assert f"dots={profile.dots}" in driver.describe().capabilities
    assert bench.print(driver, job_of(picture(profile.dots, 120))).outcome is PrintOutcome.PRINTED
    if profile.cut == "none":
        bench.act(simulator, "tear")
    assert inked(receipts(simulator)[0]).height == 120


def test_a_setting_of_the_device_wins_over_its_profile() -> None:
    settings = Settings.of({"address": "h:1", "profile": "generic-58mm", "cut": "full"})
    assert (settings.dots, settings.cut) == (384, "full")


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"profile": "daisywheel"}, "profile"),
        ({"status": "hoped"}, "status"),
        ({"marks": "none"}, "marks"),
        ({"status": "automatic"}, "status"),
    ],
)
def test_a_kind_that_could_not_be_believed_is_refused(table: dict[str, object], key: str) -> None:
    with pytest.raises(ValueError, match=key):
        DRIVER.create({"address": "h:1", **table})


@pytest.mark.parametrize(
    ("told", "name", "code"),
    [
        (b"\x18\x00\x00\x00", "offline", "PRN-OFFLINE"),
        (b"\x38\x00\x00\x00", "cover_open", "PRN-COVER-OPEN"),
        (b"\x18\x08\x00\x00", "cutter_error", "PRN-CUTTER"),
        (b"\x18\x20\x00\x00", "unrecoverable_error", "PRN-OFFLINE"),
        (b"\x18\x40\x00\x00", "overheated", "PRN-HOT"),
        (b"\x18\x00\x0c\x00", "paper_end", "PRN-PAPER-OUT"),
        (b"\x10\x00\x03\x00", "paper_near_end", None),
    ],
)
def test_automatic_status_is_read_bit_by_bit(told: bytes, name: str, code: str | None) -> None:
    status = parse_automatic(told)
    assert getattr(status, name)
    assert status.problem == code


@given(st.binary(max_size=6))
def test_automatic_status_is_four_well_formed_bytes_or_nothing(told: bytes) -> None:
    try:
        status = parse_automatic(told)
    except BadReply:
        return
    assert len(told) == 4
    if status.problem is None:
        assert told[0] & 0x2B == 0
        assert told[2] & 0x0C == 0


@pytest.mark.parametrize("told", [b"", WELL[:3], WELL + b"\0", b"\x12\0\0\0", b"\x10\x10\0\0", b"\x10\0\x08\0"])
def test_automatic_status_that_is_cut_or_damaged_says_nothing(told: bytes) -> None:
    with pytest.raises(BadReply, match="automatic status"):
        parse_automatic(told)


@pytest.mark.parametrize("wire", ["network", "serial"])
def test_a_cover_opened_in_the_middle_is_told_by_the_printer_itself(bench: Bench, wire: str) -> None:
    simulator = bench.start(dots=512, wire=wire, speed_mm_s=100)
    driver = bench.opened(simulator, profile="epson-tm-t88")
    opening = bench.once_out(simulator, 5, lambda: bench.act(simulator, "open_cover"))
    report = bench.print(driver, job_of(picture(512, 300)))
    opening.join()
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, "PRN-COVER-OPEN")
    bench.act(simulator, "close_cover")
    bench.until_ready(driver)
    assert bench.print(driver, job_of(picture(512, 90), "next")).outcome is PrintOutcome.PRINTED
    assert inked(receipts(simulator)[-1]).height == 90


@pytest.mark.parametrize(("profile", "away_s"), [("generic-80mm", 0.3), ("epson-tm-t20", 0.02)])
def test_a_roll_changed_in_the_middle_in_no_time_is_noticed(bench: Bench, profile: str, away_s: float) -> None:
    simulator = bench.start(speed_mm_s=200)
    driver = bench.opened(simulator, profile=profile)

    def change_roll() -> None:
        bench.fault(simulator, "paper_out")
        time.sleep(away_s)
        bench.fault(simulator, "clear", "paper_out")

    changing = bench.once_out(simulator, 20, change_roll)
    report = bench.print(driver, job_of(picture(height=500)))
    changing.join()
    assert report.outcome is PrintOutcome.NOT_PRINTED
    assert 500 not in [inked(path).height for path in receipts(simulator)]


def test_a_printer_that_answers_slowly_is_not_asked_to_a_standstill(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=200)
    driver = bench.opened(simulator)
    bench.fault(simulator, "slow", "200")
    assert bench.print(driver, job_of(picture(height=900))).outcome is PrintOutcome.PRINTED
    assert [inked(path).height for path in receipts(simulator)] == [900]


def test_a_head_too_hot_is_waited_for_and_the_slip_comes_out_once(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=200)
    driver = bench.opened(simulator, silence_s=0.5)

    def rest() -> None:
        bench.fault(simulator, "hot")
        time.sleep(1.5)
        bench.fault(simulator, "clear", "hot")

    resting = bench.once_out(simulator, 10, rest)
    report = bench.print(driver, job_of(picture(height=400)))
    resting.join()
    assert report.outcome is PrintOutcome.PRINTED
    assert [inked(path).height for path in receipts(simulator)] == [400]


def test_a_head_that_stays_hot_is_given_up_and_the_rest_is_thrown_away(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=200)
    driver = bench.opened(simulator, silence_s=0.5, deadline_s=1.0)
    heating = bench.once_out(simulator, 10, lambda: bench.fault(simulator, "hot"))
    report = bench.print(driver, job_of(picture(height=800)))
    heating.join()
    assert (report.outcome, report.code) == (PrintOutcome.NOT_PRINTED, "PRN-HOT")
    assert (driver.health().state, driver.health().code) == (DeviceState.FAULT, "PRN-HOT")


def test_a_printer_that_swallows_all_is_never_believed(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=200)
    driver = bench.opened(simulator)
    swallowing = bench.once_out(simulator, 10, lambda: bench.fault(simulator, "swallow"))
    report = bench.print(driver, job_of(picture(height=800)))
    swallowing.join()
    assert (report.outcome, report.code) == (PrintOutcome.UNKNOWN, "PRN-UNKNOWN-OUTCOME")
    with pytest.raises(DeviceError, match="PRN-"):
        driver.open()
    bench.fault(simulator, "clear")
    bench.until_ready(driver)
    assert bench.print(driver, job_of(picture(height=80), "next")).outcome is PrintOutcome.PRINTED
    assert inked(receipts(simulator)[-1]).height == 80


def test_a_printer_that_prints_slowly_is_waited_for(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    bench.fault(simulator, "slow_paper", "40")
    assert bench.print(driver, job_of(picture(height=300))).outcome is PrintOutcome.PRINTED
