"""The driver on libsane's own test device, which stands for scanners without eSCL: every status SANE knows, injected."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from drivers.scanner.sane import DEADLINES_S
from tests.drivers.scanner.rig import HostedScanner, Scan, open_page

TEST_CONF = """
number_of_devices 1
mode Color
depth 8
resolution_min 1
resolution_max 1200
resolution_quant 1
geometry_min 0
geometry_max 300
geometry_quant 1
test-picture "Color pattern"
"""


@contextmanager
def backend(folder: Path, name: str, conf: str, device: str, **settings: object) -> Iterator[HostedScanner]:
    """A host on a SANE backend with a configuration of its own."""
    config, spool = folder / "sane.d", folder / "spool"
    config.mkdir()
    spool.mkdir()
    (config / "dll.conf").write_text(f"{name}\n")
    (config / f"{name}.conf").write_text(conf)
    table = {"device": device, "config_dir": str(config), "width_mm": 60, "height_mm": 80, "page_format": "png"}
    with HostedScanner({**table, **settings}, spool) as host:
        host.wait_event("state", state="ready")
        yield host


def scan_or_kill(host: HostedScanner) -> Scan | None:
    """A scan, or None of a host that was silent and killed for it, as the supervisor does with one.

    libsane's own reading thread (sanei_thread.c) is cancelled wherever it stands. Where that is within malloc(), its
    end waits for the lock it holds itself, and sane_cancel() waits for its end: one in some hundred when a read fails
    in the moment the thread begins, as here.
    """
    try:
        return host.scan(timeout=DEADLINES_S["scan"], dpi=75)
    except queue.Empty:
        host.process.kill()
        return None


def test_feeder_of_a_scanner_without_status_is_scanned_to_its_last_sheet(tmp_path: Path) -> None:
    with backend(tmp_path, "test", TEST_CONF, "test:0") as host:
        scan = host.scan(dpi=75)
        assert scan.code is None
        assert len(scan.pages) == 10
        # The test device, too, rounds without a word: what it took is what is told.
        assert scan.result is not None
        assert (scan.result["source"], scan.result["dpi"]) == ("feeder", 75)
        assert host.call("paper_loaded").result is True


def test_flatbed_gives_one_page(tmp_path: Path) -> None:
    with backend(tmp_path, "test", TEST_CONF, "test:0") as host:
        scan = host.scan(dpi=75, source="flatbed")
        assert scan.result is not None
        assert (scan.result["source"], scan.result["pages"]) == ("flatbed", 1)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("SANE_STATUS_UNSUPPORTED", "SCN-IO"),
        ("SANE_STATUS_CANCELLED", "SCN-IO"),
        ("SANE_STATUS_DEVICE_BUSY", "SCN-BUSY"),
        ("SANE_STATUS_INVAL", "SCN-IO"),
        ("SANE_STATUS_EOF", "SCN-CUT-SHORT"),
        ("SANE_STATUS_JAMMED", "SCN-JAM"),
        ("SANE_STATUS_NO_DOCS", "SCN-FEEDER-EMPTY"),
        ("SANE_STATUS_COVER_OPEN", "SCN-COVER-OPEN"),
        ("SANE_STATUS_IO_ERROR", "SCN-IO"),
        ("SANE_STATUS_NO_MEM", "SCN-IO"),
        ("SANE_STATUS_ACCESS_DENIED", "SCN-IO"),
    ],
)
def test_every_status_of_sane_has_its_code_and_leaves_no_page(tmp_path: Path, status: str, code: str) -> None:
    conf = f'{TEST_CONF}read-status-code "{status}"\n'
    for attempt in range(4):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with backend(folder, "test", conf, "test:0") as host:
            scan = scan_or_kill(host)
            if scan is None:
                continue
            assert (scan.code, scan.pages) == (code, [])
            assert list(host.folder.iterdir()) == []
            assert host.process.poll() is None
            return
    pytest.fail("libsane hung each time")


def test_cancel_while_rows_arrive_stops_at_once(tmp_path: Path) -> None:
    slow = f"{TEST_CONF}read-limit true\nread-limit-size 400\nread-delay true\nread-delay-duration 40000\n"
    with backend(tmp_path, "test", slow, "test:0", width_mm=200, height_mm=290) as host:
        timer = threading.Timer(0.7, host.cancel)
        timer.start()
        scan = host.scan(dpi=100)
        timer.join()
        assert (scan.code, scan.pages) == ("SCN-CANCELLED", [])
        # The whole picture would take some minutes.
        assert scan.seconds < 30.0


def test_a_backend_that_wants_options_of_its_own_fails_without_harm(tmp_path: Path) -> None:
    with backend(tmp_path, "pnm", "", "pnm:0") as host:
        assert host.scan().code is not None
        assert host.process.poll() is None


def test_a_device_that_is_not_there_is_absent(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    config = tmp_path / "sane.d"
    config.mkdir()
    (config / "dll.conf").write_text("test\n")
    (config / "test.conf").write_text(TEST_CONF)
    with HostedScanner({"device": "test:7", "config_dir": str(config)}, spool) as host:
        host.wait_event("state", state="absent", code="SCN-ABSENT")


def same(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures are alike to the pixel."""
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


def test_the_same_scan_twice_gives_the_same_picture(tmp_path: Path) -> None:
    with backend(tmp_path, "test", TEST_CONF, "test:0") as host:
        first, second = host.scan(dpi=75, source="flatbed"), host.scan(dpi=75, source="flatbed")
        assert same(open_page(first.pages[0]), open_page(second.pages[0]))
