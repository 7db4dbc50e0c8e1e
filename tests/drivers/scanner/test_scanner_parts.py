"""The driver's small parts: settings, resolutions, cut pages, the ledger of jobs, what a status means."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from drivers.errors import DeviceError, catalogue
from drivers.pages import PageSpool, encode, is_cut_short
from drivers.ports import Spool
from drivers.scanner.escl import TROUBLES, EsclJob, EsclStatus
from drivers.scanner.ledger import JobLedger
from drivers.scanner.options import nearest
from drivers.scanner.sane import create
from drivers.scanner.settings import read_settings
from tests.drivers.scanner.rig import KEY, open_page


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "device"),
        ({"escl_url": "ftp://host"}, "escl_url"),
        ({"device": "test:0", "colour": True}, "colour"),
        ({"device": "test:0", "page_format": "gif"}, "page_format"),
        ({"device": "test:0", "width_mm": 5}, "width_mm"),
        ({"device": "test:0", "height_mm": "long"}, "height_mm"),
    ],
)
def test_bad_settings_are_named(table: dict[str, object], key: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}:"):
        create(table)


def test_the_address_is_part_of_the_name_that_sane_opens() -> None:
    settings = read_settings({"escl_url": "http://127.0.0.1:9/eSCL"})
    assert settings.name == "airscan:escl:Kiosk scanner:http://127.0.0.1:9/eSCL"


@pytest.mark.parametrize(
    ("constraint", "asked", "taken"),
    [
        ([75, 150, 300, 600], 300, 300),
        ([75, 150, 300, 600], 200, 300),
        ([75, 150, 300, 600], 5000, 600),
        ((50.0, 1200.0, 1.0), 5000, 1200.0),
        ((50.0, 1200.0, 1.0), 10, 50.0),
        (None, 300, 300),
    ],
)
def test_resolution_is_never_coarser_than_asked_where_there_is_a_finer_one(
    constraint: object, asked: int, taken: float
) -> None:
    assert nearest(constraint, asked) == taken


def half_a_jpeg(mode: str) -> Image.Image:
    """A JPEG of 200 rows that ends in the middle, decoded as libjpeg does."""
    stream = io.BytesIO()
    Image.effect_noise((160, 200), 60).convert(mode).save(stream, "JPEG", quality=90)
    parser = ImageFile.Parser()
    parser.feed(stream.getvalue()[: len(stream.getvalue()) // 2])
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        return parser.close()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_grey_that_stands_for_missing_blocks_is_noticed(mode: str) -> None:
    assert is_cut_short(half_a_jpeg(mode), 200)


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (52, 54, 57), (127, 128, 128)])
def test_plain_pages_of_other_colours_are_whole(colour: tuple[int, int, int]) -> None:
    assert not is_cut_short(Image.new("RGB", (100, 100), colour), 100)
    assert not is_cut_short(Image.new("L", (100, 100), colour[0]), -1)


def test_missing_rows_are_noticed() -> None:
    page = Image.new("RGB", (100, 99), "white")
    assert is_cut_short(page, 100)
    assert not is_cut_short(page, 99)
    assert not is_cut_short(page, -1)


def status(*jobs: tuple[str, str, int], adf: str = "ScannerAdfEmpty") -> EsclStatus:
    """A status with jobs, newest first."""
    return EsclStatus("Idle", adf, tuple(EsclJob(*job) for job in jobs))


def test_jobs_of_others_do_not_count() -> None:
    ledger = JobLedger(status(("old", "Aborted", 7)))
    ledger.started(status(("new", "Processing", 1), ("old", "Aborted", 7)), 0)
    ledger.ended(status(("new", "Completed", 3), ("old", "Aborted", 7)), 3)


def test_pages_waiting_in_the_library_are_no_loss() -> None:
    ledger = JobLedger(None)
    ledger.started(status(("a", "Completed", 10)), 0)
    ledger.started(status(("a", "Completed", 10)), 5)


@pytest.mark.parametrize("first", [("a", "Canceled", 3), ("a", "Completed", 3)])
def test_a_job_begun_anew_after_a_lost_page_is_noticed(first: tuple[str, str, int]) -> None:
    ledger = JobLedger(status())
    ledger.started(status(("a", "Processing", 1)), 0)
    with pytest.raises(DeviceError, match="SCN-CUT-SHORT"):
        ledger.started(status(("b", "Processing", 0), first), 2)


def test_a_sheet_put_on_in_time_goes_on_in_a_new_job() -> None:
    ledger = JobLedger(status())
    ledger.started(status(("a", "Processing", 1)), 0)
    ledger.started(status(("b", "Processing", 1), ("a", "Completed", 2)), 2)
    ledger.ended(status(("b", "Completed", 1), ("a", "Completed", 2)), 3)


def test_the_last_page_lost_is_noticed() -> None:
    ledger = JobLedger(status())
    ledger.started(status(("a", "Processing", 0)), 0)
    with pytest.raises(DeviceError, match="5 pages made, 4 arrived"):
        ledger.ended(status(("a", "Completed", 5)), 4)


def test_every_trouble_has_words() -> None:
    assert set(TROUBLES.values()) | {"SCN-UNSUPPORTED"} <= set(catalogue())


@pytest.mark.parametrize("page_format", ["jpeg", "png"])
def test_a_page_in_the_spool_opens_under_its_own_name_only(tmp_path: Path, page_format: str) -> None:
    spool = PageSpool(Spool(str(tmp_path), base64.b64encode(KEY).decode(), "abc"), page_format)
    pages = [vars(spool.keep(Image.new("RGB", (40, 30), colour), 150)) for colour in ("red", "blue")]
    picture = open_page(pages[1])
    assert (picture.format, picture.size) == (page_format.upper(), (40, 30))
    assert round(picture.info["dpi"][0]) == 150
    with pytest.raises(Exception, match="seal"):
        open_page({**pages[1], "associated": pages[0]["associated"]})


def test_a_spool_without_its_folder_is_an_error_with_a_code(tmp_path: Path) -> None:
    spool = PageSpool(Spool(str(tmp_path / "none"), base64.b64encode(KEY).decode()), "jpeg")
    with pytest.raises(DeviceError, match="SCN-IO"):
        spool.keep(Image.new("L", (10, 10)), 300)


@pytest.mark.parametrize("key", ["", "AAAA", "not base64!"])
def test_a_key_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        PageSpool(Spool(str(tmp_path), key), "jpeg")


def test_lossless_means_lossless() -> None:
    noise = Image.effect_noise((120, 90), 80).convert("RGB")
    with Image.open(io.BytesIO(encode(noise, "png", 300))) as back:
        assert back.tobytes() == noise.tobytes()
