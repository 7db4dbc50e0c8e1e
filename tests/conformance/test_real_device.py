"""The suite on a configured device: without a person it skips what needs one, with a person it asks on the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.conformance.plugin import configured
from drivers.ports import DeviceKind
from tests.conformance.person import Attended

NEEDS_A_PERSON = "needs a person at a terminal"
MOST_SLIPS = 4


def test_without_a_person_what_needs_none_is_tested_and_the_rest_says_why_not(attended: dict[str, Attended]) -> None:
    results = attended["alone"].run.results()
    assert not results.failed, results.output[-4000:]
    assert {"test_the_description_is_complete", "test_open_and_close_can_be_repeated"} <= results.passed
    assert all(NEEDS_A_PERSON in why or "no person can do that" in why for why in results.skipped.values())
    assert any("[garble]" in name for name in results.skipped)
    assert attended["alone"].printer.receipts <= MOST_SLIPS, "paper wasted while nobody looks"


def test_with_a_person_the_same_suite_asks_for_hands_and_eyes(attended: dict[str, Attended]) -> None:
    results, person = attended["with a person"].run.results(), attended["with a person"].person
    assert not results.failed, results.output[-4000:]
    assert "test_a_slip_comes_out_once_whole_and_is_reported_as_printed" in results.passed
    assert "test_an_unplugged_device_is_absent_and_comes_back_without_a_new_process" in results.passed
    assert "test_what_is_wrong_before_the_first_byte_is_not_printed[paper out]" in results.passed
    assert person is not None
    for request in ("How many slips", "Pull the device's cable", "Take the paper roll out", "Put everything right"):
        assert any(asked.startswith(request) for asked in person.asked), person.asked


def test_a_device_that_is_not_configured_is_said(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[[devices]]\nid = "gun"\nkind = "barcode"\ndriver = "serial-barcode"\n', "utf-8")
    kind, subject = configured("gun", None, file)
    assert (kind, subject.driver) == (DeviceKind.BARCODE, "serial-barcode")
    for device, where, words in (
        (None, file, "--device ID"),
        ("card0", file, "gun"),
        ("gun", tmp_path / "x", "no such"),
    ):
        with pytest.raises(pytest.UsageError, match=words):
            configured(device, None, where)
    assert configured("card0", "demo", None)[1].driver == "pcsc"
