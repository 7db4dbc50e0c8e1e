"""What goes wrong in a scanner, each as it happens to a citizen's stack: what is kept, and what is said."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from tests.drivers.scanner.rig import SMALL_BED, HostedScanner, SimulatedScanner, open_page

SOON_S = 15.0
"""sane-airscan alone repeats a refused request for 30 s; half of that is more than any slow computer needs."""


@pytest.fixture
def stack(simulated: SimulatedScanner, sheet_files: list[str]) -> list[str]:
    """Six sheets on the feeder."""
    simulated.act("load", ",".join(sheet_files[:6]))
    return sheet_files[:6]


def test_empty_feeder_is_said_at_once_and_is_no_jam(simulated: SimulatedScanner, hosted: HostedScanner) -> None:
    scan = hosted.scan(source="feeder")
    assert scan.code == "SCN-FEEDER-EMPTY"
    assert scan.seconds < SOON_S


def test_jam_at_the_fourth_sheet_keeps_three_pages_and_the_rest_of_the_stack(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.fault("jam", 4)
    scan = hosted.scan()
    assert scan.code == "SCN-JAM"
    assert [page["index"] for page in scan.pages] == [0, 1, 2]
    assert all(open_page(page).height == page["height"] for page in scan.pages)
    assert len(simulated.sheets("feeder")) == 2
    hosted.wait_event("state", state="attention", code="SCN-JAM")


def test_a_cleared_jam_is_not_told_any_more_and_the_rest_is_scanned(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.fault("jam", 2)
    assert hosted.scan().code == "SCN-JAM"
    hosted.wait_event("state", state="attention", code="SCN-JAM")
    assert hosted.scan().code == "SCN-JAM"
    simulated.act("open_cover")
    hosted.wait_event("state", code="SCN-COVER-OPEN")
    simulated.act("clear_jam")
    simulated.act("close_cover")
    hosted.wait_event("state", state="ready")
    scan = hosted.scan()
    assert scan.code is None
    assert len(scan.pages) == 5


def test_closing_the_cover_over_a_jam_does_not_clear_it(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.fault("jam", 1)
    assert hosted.scan().code == "SCN-JAM"
    simulated.act("open_cover")
    simulated.act("close_cover")
    assert hosted.scan().code == "SCN-JAM"


def test_double_feed_is_said_as_such_and_both_sheets_can_be_loaded_again(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.fault("double_feed", 3)
    scan = hosted.scan()
    assert scan.code == "SCN-DOUBLE-FEED"
    assert len(scan.pages) == 2
    assert scan.seconds < SOON_S
    assert len(simulated.sheets("stuck")) == 2


def test_open_cover_is_said_at_once_and_not_as_busy(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.act("open_cover")
    scan = hosted.scan()
    assert scan.code == "SCN-COVER-OPEN"
    assert scan.seconds < SOON_S


def test_cover_opened_in_the_middle_is_said_within_seconds(spool: Path, sheet_files: list[str]) -> None:
    with SimulatedScanner(pages_per_minute=60) as simulated:
        simulated.act("load", ",".join(sheet_files[:6]))
        with HostedScanner({"escl_url": simulated.device.address}, spool) as host:
            host.wait_event("state", state="ready")
            scan = host.scan(on_page=lambda number: simulated.act("open_cover") if number == 2 else None)
            assert scan.code == "SCN-COVER-OPEN"
            assert len(scan.pages) == 2
            assert scan.seconds - scan.times[1] < SOON_S
            host.wait_event("state", state="attention", code="SCN-COVER-OPEN")
            simulated.act("close_cover")
            host.wait_event("state", state="ready")
            assert host.scan().code is None


def test_cancel_stops_the_device_and_keeps_the_pages_before(spool: Path, sheet_files: list[str]) -> None:
    with SimulatedScanner(pages_per_minute=60) as simulated:
        simulated.act("load", ",".join(sheet_files[:8]))
        with HostedScanner({"escl_url": simulated.device.address}, spool) as host:
            host.wait_event("state", state="ready")
            scan = host.scan(on_page=lambda number: host.cancel() if number == 2 else None)
            assert scan.code == "SCN-CANCELLED"
            # The third sheet was under way; its page is kept, since the sheet lies in the output tray.
            assert len(scan.pages) == 3
            left = len(simulated.sheets("feeder"))
            assert left >= 4
            time.sleep(1.5)
            assert len(simulated.sheets("feeder")) == left
            # The flag is down again: the next scan runs to its end.
            simulated.act("clear_feeder")
            simulated.act("load", sheet_files[0])
            assert host.scan().code is None


@pytest.mark.parametrize("stop", ["cancel", "max_pages"])
def test_pages_fetched_ahead_never_come_out_in_the_next_scan(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str], stop: str
) -> None:
    simulated.act("load", ",".join([sheet_files[0]] * 12))
    if stop == "cancel":
        # At 600 dpi the scanner is done long before the driver has compressed two pages.
        assert (
            hosted.scan(dpi=600, on_page=lambda number: hosted.cancel() if number == 1 else None).code
            == "SCN-CANCELLED"
        )
    else:
        assert hosted.scan(dpi=600, max_pages=1).code is None
    simulated.act("clear_feeder")
    simulated.act("load", ",".join(sheet_files[1:3]))
    scan = hosted.scan(dpi=75)
    assert scan.code is None
    assert len(scan.pages) == 2
    assert scan.pages[0]["width"] == SMALL_BED[0] // 4


def test_unplugged_in_the_middle_keeps_the_pages_and_comes_back_by_itself(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.fault("drop_after", 2)
    scan = hosted.scan()
    assert scan.code == "SCN-ABSENT"
    assert len(scan.pages) == 2
    hosted.wait_event("state", state="absent", code="SCN-ABSENT")
    simulated.fault("clear")
    hosted.wait_event("state", state="ready")
    assert len(hosted.scan().pages) == 3


def test_a_scanner_that_is_not_there_is_absent_until_it_is_plugged_in(
    simulated: SimulatedScanner, spool: Path, sheet_files: list[str]
) -> None:
    simulated.fault("absent")
    with HostedScanner({"escl_url": simulated.device.address}, spool) as host:
        host.wait_event("state", state="absent", code="SCN-ABSENT")
        assert host.scan().code == "SCN-ABSENT"
        simulated.fault("clear")
        host.wait_event("state", state="ready")
        simulated.fault("absent")
        host.wait_event("state", state="absent", code="SCN-ABSENT")


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png"])
@pytest.mark.parametrize("number", [1, 3])
def test_a_page_cut_short_is_never_kept(spool: Path, sheet_files: list[str], media_type: str, number: int) -> None:
    with SimulatedScanner(formats=(media_type,)) as simulated:
        simulated.act("load", ",".join(sheet_files[:5]))
        simulated.fault("truncated", number)
        with HostedScanner({"escl_url": simulated.device.address}, spool) as host:
            host.wait_event("state", state="ready")
            scan = host.scan()
            assert scan.code in ("SCN-CUT-SHORT", "SCN-IO")
            assert len(scan.pages) == number - 1
            assert len(list(spool.iterdir())) == number - 1


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_page_that_breaks_off_on_the_line_is_missed_even_when_the_scanner_goes_on(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str], number: int
) -> None:
    simulated.act("load", ",".join(sheet_files[:5]))
    simulated.fault("cut_line", number)
    scan = hosted.scan()
    assert scan.code in ("SCN-CUT-SHORT", "SCN-IO")
    assert len(scan.pages) == number - 1


def test_busy_for_another_computer_is_said_at_once(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.fault("status_busy")
    scan = hosted.scan()
    assert scan.code == "SCN-BUSY"
    assert scan.seconds < SOON_S
    simulated.fault("clear")
    assert len(hosted.scan().pages) == 6


@pytest.mark.parametrize("fault", ["garble", "refuse"])
def test_a_scanner_that_talks_nonsense_is_a_fault_and_mends(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str], fault: str
) -> None:
    simulated.fault(fault)
    hosted.wait_event("state", state="fault", code="SCN-IO")
    assert hosted.scan().code == "SCN-IO"
    simulated.fault("clear")
    hosted.wait_event("state", state="ready")
    assert len(hosted.scan().pages) == 6


def test_a_sensor_that_sees_no_paper_gives_feeder_empty(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    simulated.fault("feeder_empty")
    hosted.wait_event("paper", loaded=False)
    assert hosted.scan(source="feeder").code == "SCN-FEEDER-EMPTY"


def test_a_slow_scanner_is_only_slow(simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]) -> None:
    simulated.fault("slow", 150)
    assert len(hosted.scan().pages) == 6


def test_a_scanner_that_hangs_for_seconds_loses_no_page(
    simulated: SimulatedScanner, hosted: HostedScanner, stack: list[str]
) -> None:
    scan = hosted.scan(on_page=lambda number: simulated.fault("hang", 5) if number == 1 else None)
    assert scan.code is None
    assert len(scan.pages) == 6


def test_a_killed_host_leaves_no_busy_scanner_and_the_rest_of_the_stack_is_scanned(
    spool: Path, sheet_files: list[str]
) -> None:
    with SimulatedScanner(pages_per_minute=120) as simulated:
        simulated.act("load", ",".join(sheet_files[:8]))
        settings = {"escl_url": simulated.device.address}
        with HostedScanner(settings, spool) as host:
            host.wait_event("state", state="ready")
            with pytest.raises(AssertionError, match="the host ended"):
                host.scan(on_page=lambda number: host.process.kill() if number == 2 else None)
        with HostedScanner(settings, spool) as host:
            host.wait_event("state", state="ready")
            # The job of the killed host drew sheets until the new one ended it.
            left = len(simulated.sheets("feeder"))
            scan = host.scan()
        assert scan.code is None
        assert len(scan.pages) == left > 0


def test_a_full_disk_is_said_and_leaves_no_half_page(
    simulated: SimulatedScanner, sheet_files: list[str], spool: Path, tmp_path: Path
) -> None:
    simulated.act("load", sheet_files[0])
    # A limit on file size gives EFBIG where a full disk gives ENOSPC, at the same call.
    with HostedScanner({"escl_url": simulated.device.address, "page_format": "png"}, spool) as host:
        host.wait_event("state", state="ready")
        limit_file_size(host.process.pid, 10_000)
        scan = host.scan()
    assert scan.code == "STO-FULL"
    assert list(spool.iterdir()) == []


def limit_file_size(pid: int, size: int) -> None:
    """Lets a process write no file longer than `size` bytes; Python ignores SIGXFSZ, so it sees EFBIG."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, size))


def test_the_host_leaves_no_folder_and_no_process_behind(
    simulated: SimulatedScanner, spool: Path, sheet_files: list[str], tmp_path: Path
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    simulated.act("load", ",".join(sheet_files[:3]))
    with HostedScanner(
        {"escl_url": simulated.device.address}, spool, {"TMPDIR": str(temporary), "HOME": str(temporary)}
    ) as host:
        host.wait_event("state", state="ready")
        assert len(host.scan().pages) == 3
        children = Path(f"/proc/{host.process.pid}/task/{host.process.pid}/children").read_text()
        assert children.split() == []
    assert host.process.returncode == 0
    assert list(temporary.iterdir()) == []
