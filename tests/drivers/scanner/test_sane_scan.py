"""The driver in its host, through the real libsane and sane-airscan, on a scanner that speaks eSCL."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from drivers.simulators.escl_sheets import BED_COLOUR
from tests.drivers.scanner.rig import SMALL_BED, HostedScanner, SimulatedScanner, open_page


def on_the_bed(path: str) -> Image.Image:
    """What the scanner must deliver for a straight sheet at 300 dpi."""
    bed = Image.new("RGB", SMALL_BED, BED_COLOUR)
    with Image.open(path) as sheet:
        bed.paste(sheet, ((SMALL_BED[0] - sheet.width) // 2, (SMALL_BED[1] - sheet.height) // 2))
    return bed


def test_ten_pages_arrive_in_order_and_pixel_for_pixel(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str]
) -> None:
    simulated.act("load", ",".join(sheet_files[:10]))
    scan = hosted.scan()
    assert scan.code is None
    assert scan.result is not None
    assert scan.result["pages"] == 10
    assert scan.result["source"] == "feeder"
    assert [page["index"] for page in scan.pages] == list(range(10))
    for page, path in zip(scan.pages, sheet_files, strict=False):
        picture = open_page(page)
        assert picture.size == (page["width"], page["height"]) == SMALL_BED
        assert ImageChops.difference(picture, on_the_bed(path)).getbbox() is None
    assert simulated.sheets("feeder") == []
    assert len(simulated.sheets("output")) == 10


def test_pages_are_sealed_under_session_and_number(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str], spool: Path
) -> None:
    simulated.act("load", ",".join(sheet_files[:2]))
    scan = hosted.scan(session="abc")
    assert [page["associated"] for page in scan.pages] == ["abc/0", "abc/1"]
    assert all(Path(page["path"]).read_bytes().startswith(b"KSF1") for page in scan.pages)
    assert sorted(spool.iterdir()) == sorted(Path(page["path"]) for page in scan.pages)


def test_a_second_scan_of_a_session_writes_over_no_page_of_the_first(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str], spool: Path
) -> None:
    simulated.act("load", sheet_files[0])
    first = hosted.scan()
    simulated.act("load", sheet_files[1])
    second = hosted.scan()
    assert first.pages[0]["path"] != second.pages[0]["path"]
    assert len(list(spool.iterdir())) == 2


def test_first_page_is_there_long_before_the_last_sheet_is_fed(spool: Path, sheet_files: list[str]) -> None:
    with SimulatedScanner(pages_per_minute=120) as simulated:
        simulated.act("load", ",".join(sheet_files[:5]))
        with HostedScanner({"escl_url": simulated.device.address}, spool) as host:
            host.wait_event("state", state="ready")
            in_feeder: list[int] = []
            scan = host.scan(on_page=lambda _number: in_feeder.append(len(simulated.sheets("feeder"))))
        assert scan.result is not None
        assert in_feeder[0] >= 3
        assert scan.times[0] < 1.5
        # Each page within a second of leaving the scanner, which lets go of one every half second.
        assert all(time < 0.5 * number + 1.0 for number, time in enumerate(scan.times, 1))


def test_options_are_read_back_and_an_impossible_resolution_is_told(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str]
) -> None:
    simulated.act("load", sheet_files[0])
    scan = hosted.scan(dpi=5000, colour=False)
    assert scan.result is not None
    assert scan.result["dpi"] == 600
    assert scan.pages[0]["dpi"] == 600
    assert open_page(scan.pages[0]).mode == "L"
    assert scan.pages[0]["width"] == SMALL_BED[0] * 2


@pytest.mark.parametrize(("dpi", "taken"), [(75, 75), (150, 150), (180, 200), (200, 200), (300, 300)])
def test_resolution_is_the_nearest_that_is_no_coarser(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str], dpi: int, taken: int
) -> None:
    simulated.act("load", sheet_files[0])
    scan = hosted.scan(dpi=dpi)
    assert scan.result is not None
    assert scan.result["dpi"] == taken
    assert abs(scan.pages[0]["width"] - SMALL_BED[0] * taken / 300) <= 1


def test_duplex_gives_the_back_after_each_front(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str]
) -> None:
    front, back, single = sheet_files[:3]
    simulated.act("load", f"{front}+{back},{single}")
    scan = hosted.scan(duplex=True)
    assert len(scan.pages) == 4
    assert ImageChops.difference(open_page(scan.pages[0]), on_the_bed(front)).getbbox() is None
    assert ImageChops.difference(open_page(scan.pages[1]), on_the_bed(back)).getbbox() is None
    assert len(simulated.sheets("output")) == 2


def test_duplex_on_a_one_sided_scanner_is_refused_before_a_sheet_moves(spool: Path, sheet_files: list[str]) -> None:
    with SimulatedScanner(duplex=False) as simulated:
        simulated.act("load", sheet_files[0])
        with HostedScanner({"escl_url": simulated.device.address}, spool) as host:
            host.wait_event("state", state="ready")
            assert host.scan(duplex=True).code == "SCN-UNSUPPORTED"
        assert len(simulated.sheets("feeder")) == 1


def test_source_is_where_the_paper_is(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str]
) -> None:
    simulated.act("place_flatbed", sheet_files[3])
    from_glass = hosted.scan()
    assert from_glass.result is not None
    assert (from_glass.result["source"], from_glass.result["pages"]) == ("flatbed", 1)
    assert ImageChops.difference(open_page(from_glass.pages[0]), on_the_bed(sheet_files[3])).getbbox() is None
    simulated.act("load", sheet_files[4])
    from_feeder = hosted.scan()
    assert from_feeder.result is not None
    assert from_feeder.result["source"] == "feeder"


def test_max_pages_stops_the_scan(simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str]) -> None:
    simulated.act("load", ",".join(sheet_files[:4]))
    scan = hosted.scan(max_pages=2)
    assert scan.result is not None
    assert scan.result["pages"] == len(scan.pages) == 2


def test_paper_put_in_and_taken_out_is_told(
    simulated: SimulatedScanner, hosted: HostedScanner, sheet_files: list[str]
) -> None:
    hosted.wait_event("paper", loaded=False)
    simulated.act("load", sheet_files[0])
    hosted.wait_event("paper", loaded=True)
    simulated.act("clear_feeder")
    hosted.wait_event("paper", loaded=False)


def test_self_test_and_description_come_from_the_scanner(simulated: SimulatedScanner, hosted: HostedScanner) -> None:
    described = hosted.call("describe").result
    assert described is not None
    assert (described["vendor"], described["serial"]) == ("Kiosk", "SIM-0001")
    assert {"feeder", "flatbed", "duplex", "colour", "status"} <= set(described["capabilities"])
    tests = hosted.call("self_test").result
    assert isinstance(tests, list)
    assert [test["passed"] for test in tests] == [True, True]


def test_the_stock_jpeg_page_is_a_faithful_one(spool: Path, sheet_files: list[str]) -> None:
    with SimulatedScanner(formats=("image/png",)) as simulated:
        simulated.act("load", sheet_files[0])
        with HostedScanner({"escl_url": simulated.device.address}, spool) as host:
            host.wait_event("state", state="ready")
            scan = host.scan()
    assert scan.pages[0]["media_type"] == "image/jpeg"
    difference = ImageChops.difference(open_page(scan.pages[0]).convert("L"), on_the_bed(sheet_files[0]).convert("L"))
    histogram = difference.histogram()
    assert sum(histogram[12:]) < sum(histogram) / 1000
