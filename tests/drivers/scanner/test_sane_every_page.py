"""A jam, a cancel, a killed host at each page of a ten-page stack: every sheet once, in order, kept or asked for again."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.drivers.scanner.rig import HostedScanner, Scan, SimulatedScanner, open_page

SHEETS = 10


@pytest.fixture
def stack(sheet_files: list[str]) -> list[str]:
    """Ten sheets, each with its own number in bars."""
    return sheet_files[:SHEETS]


def numbers(scan: Scan) -> list[int]:
    """Which sheets the pages of a scan show, by their bars."""
    found = []
    for page in scan.pages:
        image = open_page(page).convert("RGB")
        # bars stand 80 dots apart on a sheet in the middle of the bed, at any resolution
        across, down = image.width / 900, image.height / 1200
        left, top = 50.0, 50.0
        bits = 0
        for bit in range(4):
            red, green, blue = image.getpixel((round((left + 65 + bit * 80) * across), round((top + 400) * down)))
            bits |= (blue > 150 and red < 80 and green < 90) << bit
        found.append(bits)
    return found


def put_on_the_rest(simulated: SimulatedScanner, host: HostedScanner, stack: list[str], kept: list[int]) -> list[int]:
    """What a citizen does: puts on again every sheet whose page is not kept, until all are.

    A scanner without any pause between its sheets now and then has made pages that the library never fetched; that is told
    as SCN-CUT-SHORT, and those sheets are asked for once more.
    """
    for attempt in range(5):
        if len(kept) == SHEETS:
            break
        simulated.act("clear_feeder")
        simulated.act("load", ",".join(stack[len(kept) :]))
        scan = host.scan(session=f"again-{attempt}")
        assert scan.code in (None, "SCN-CUT-SHORT")
        kept = kept + numbers(scan)
        assert kept == list(range(len(kept)))
        assert scan.code is not None or len(kept) == SHEETS
    return kept


@pytest.mark.parametrize("at", range(1, SHEETS + 1))
def test_a_jam_at_any_sheet_keeps_those_before_and_the_rest_comes_after_it_in_order(
    at: int, simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.act("load", ",".join(stack))
    simulated.fault("jam", at)
    before = hosted.scan(session="a")
    assert before.code == "SCN-JAM"
    assert numbers(before) == list(range(at - 1))
    hosted.wait_event("state", timeout=60, state="attention", code="SCN-JAM")
    for hand in ("open_cover", "clear_jam", "close_cover"):
        simulated.act(hand)
    hosted.wait_event("state", timeout=60, state="ready")
    after = hosted.scan(session="b")
    assert after.code in (None, "SCN-CUT-SHORT")
    kept = numbers(before) + numbers(after)
    assert kept == list(range(len(kept)))
    assert after.code is not None or len(kept) == SHEETS
    assert put_on_the_rest(simulated, hosted, stack, kept) == list(range(SHEETS))


@pytest.mark.parametrize("at", range(1, SHEETS + 1))
def test_a_cancel_at_any_page_loses_none_of_the_sheets_that_ran_through(
    at: int, simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.act("load", ",".join(stack))
    before = hosted.scan(session="a", on_page=lambda number: hosted.cancel() if number == at else None)
    assert before.code in ("SCN-CANCELLED", "SCN-CUT-SHORT", None)
    kept, left = numbers(before), len(simulated.sheets("feeder"))
    assert kept == list(range(len(kept)))
    assert len(kept) >= at
    # a sheet that lies in the tray without its page is asked for again: the citizen puts on all that are not kept
    assert left <= SHEETS - len(kept)
    assert put_on_the_rest(simulated, hosted, stack, kept) == list(range(SHEETS))


@pytest.mark.parametrize("at", range(1, SHEETS + 1))
def test_a_host_killed_at_any_page_leaves_whole_pages_and_the_rest_is_scanned_by_the_next(
    at: int, spool: Path, stack: list[str]
) -> None:
    with SimulatedScanner(formats=("image/png",)) as simulated:
        simulated.act("load", ",".join(stack))
        settings = {"escl_url": simulated.device.address, "page_format": "png"}
        with HostedScanner(settings, spool) as host:
            host.wait_event("state", timeout=60, state="ready")
            # the whole stack may be in the pipe before the first page is looked at
            with contextlib.suppress(AssertionError):
                host.scan(session="a", on_page=lambda number: host.process.kill() if number == at else None)
            before = host.last
            del before.pages[at:]  # nobody knows of what was still in the dead host's pipe
        assert numbers(before) == list(range(at))
        with HostedScanner(settings, spool) as host:
            host.wait_event("state", timeout=60, state="ready")
            assert put_on_the_rest(simulated, host, stack, numbers(before)) == list(range(SHEETS))
