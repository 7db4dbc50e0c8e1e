"""The driver against the simulated printer over TCP: what comes out, and what is said about it."""

from __future__ import annotations

import time

import pytest
import segno
import zxingcpp
from PIL import Image, ImageChops
from printer_bench import Bench, inked, job_of, picture, receipts

from drivers.errors import DeviceError
from drivers.ports import PrintJob, PrintOutcome


@pytest.mark.parametrize("dots", [576, 512, 384])
def test_what_is_sent_comes_out_dot_for_dot_at_every_width(bench: Bench, dots: int) -> None:
    simulator = bench.start(dots=dots)
    image = picture(dots, 700)
    report = bench.print(bench.opened(simulator, dots=dots), job_of(image))
    assert (report.outcome, report.code) == (PrintOutcome.PRINTED, None)
    (path,) = receipts(simulator)
    printed = inked(path)
    assert printed.size == image.size
    difference = ImageChops.difference(printed, image.convert("L"))
    # Single dots may be added where the picture would read as a real-time command; nothing more.
    assert sum(difference.histogram()[1:]) <= 4


@pytest.mark.parametrize("cut", ["partial", "full", "none"])
def test_the_last_row_is_past_the_knife_however_it_is_cut(bench: Bench, cut: str) -> None:
    simulator = bench.start()
    report = bench.print(bench.opened(simulator, cut=cut), job_of(picture(height=300)))
    assert report.outcome is PrintOutcome.PRINTED
    if cut == "none":
        assert not receipts(simulator)
        bench.act(simulator, "tear")
    (path,) = receipts(simulator)
    assert inked(path).height == 300


def test_a_qr_code_still_decodes_from_the_printed_paper(bench: Bench) -> None:
    code = "G09.20-20260609-0092637"
    symbol = segno.make(code, error="q")
    rows = [bytes(row) for row in symbol.matrix]
    qr = Image.new("1", (len(rows) + 8, len(rows) + 8), 1)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            qr.putpixel((x + 4, y + 4), 0 if dark else 1)
    simulator = bench.start()
    report = bench.print(bench.opened(simulator), job_of(qr.resize((qr.width * 9, qr.height * 9))))
    assert report.outcome is PrintOutcome.PRINTED
    (path,) = receipts(simulator)
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(path).convert("L"))] == [code]


def test_ten_slips_are_ten_pieces_of_paper(bench: Bench) -> None:
    simulator = bench.start()
    driver = bench.opened(simulator)
    for number in range(10):
        assert bench.print(driver, job_of(picture(), f"job-{number}")).outcome is PrintOutcome.PRINTED
    assert len(receipts(simulator)) == 10


def test_printed_is_said_only_when_the_paper_has_moved(bench: Bench) -> None:
    simulator = bench.start(speed_mm_s=200)
    started = time.monotonic()
    report = bench.print(bench.opened(simulator), job_of(picture(height=1200)))
    assert report.outcome is PrintOutcome.PRINTED
    # 1200 rows and 12 mm to the knife are 162 mm, 0.81 s at 200 mm/s; the slip was out when PRINTED was said.
    assert time.monotonic() - started >= 0.75
    assert len(receipts(simulator)) == 1
    assert simulator.state()["receipt_hanging"] is True


def test_picture_bytes_that_read_as_status_questions_do_no_harm(bench: Bench) -> None:
    raster = b"\x10\x04\x01\x10\x04\x04\x10\x05\x02\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08".ljust(72, b"\x55")
    image = Image.frombytes("1", (576, 300), bytes(byte ^ 0xFF for byte in raster * 300))
    simulator = bench.start()
    driver = bench.opened(simulator)
    assert bench.print(driver, job_of(image)).outcome is PrintOutcome.PRINTED
    assert inked(receipts(simulator)[0]).height == 300


def test_a_picture_too_wide_or_no_picture_is_refused_before_anything_is_sent(bench: Bench) -> None:
    simulator = bench.start(dots=384)
    driver = bench.opened(simulator, dots=384)
    for job in (job_of(picture(576)), PrintJob("bad", "bm90IGEgcG5n"), PrintJob("bad", "%%%")):
        with pytest.raises(DeviceError, match="SYS-UNEXPECTED"):
            bench.print(driver, job)
    assert not receipts(simulator)


def test_progress_goes_from_low_to_high(bench: Bench) -> None:
    simulator = bench.start()
    bench.print(bench.opened(simulator), job_of(picture(height=900)))
    percents = [data["percent"] for name, data in bench.events if name == "progress"]
    assert percents == sorted(percents)
    assert percents[-1] >= 70
