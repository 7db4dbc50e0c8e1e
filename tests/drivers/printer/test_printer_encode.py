"""What is sent to the printer, before it is sent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from printer_bench import job_of, picture

from drivers.printer.encode import defused, encode


@given(st.lists(st.sampled_from(list(b"\x10\x04\x05\x14\x01\x18\x1d\x1f(raIH")), max_size=60).map(bytes))
def test_no_picture_holds_a_command_that_is_answered_and_dots_are_only_added(raster: bytes) -> None:
    safe = defused(raster)
    assert not re.search(rb"\x10[\x04\x05\x14]|\x1d[raI(]", safe)
    assert len(safe) == len(raster)
    assert all(new & old == old for new, old in zip(safe, raster, strict=True))


def test_the_bands_together_are_the_picture_and_no_band_is_larger_than_told() -> None:
    image = picture(384, 101)
    encoded = encode(job_of(image).png_b64, 384, 13, "partial")
    assert encoded.rows == 101
    assert [band[:4] for band in encoded.bands] == [b"\x1dv0\x00"] * 8
    assert [int.from_bytes(band[6:8], "little") for band in encoded.bands] == [13] * 7 + [10]
    raster = b"".join(band[8:] for band in encoded.bands)
    assert raster == defused(bytes(byte ^ 0xFF for byte in image.tobytes()))


def test_a_narrower_picture_is_centred_on_the_paper() -> None:
    encoded = encode(job_of(picture(100, 8)).png_b64, 576, 8, "none")
    (band,) = encoded.bands
    width = band[4]
    assert width <= 43, "white to the right is not sent"
    rows = [band[8 + width * row : 8 + width * (row + 1)] for row in range(8)]
    assert all(any(row) and not any(row[:29]) for row in rows)


def test_white_between_lines_costs_a_byte_a_row_and_is_on_paper_all_the_same() -> None:
    image = Image.new("1", (576, 400), 1)
    image.paste(0, (0, 0, 200, 4))
    image.paste(0, (0, 390, 576, 400))
    encoded = encode(job_of(image).png_b64, 576, 13, "none")
    assert sum(int.from_bytes(band[6:8], "little") for band in encoded.bands) == 400
    assert encoded.total_bytes < 400 * 72 / 10


def test_the_driver_leaves_nothing_in_the_temporary_folder(tmp_path: Path) -> None:
    script = "import drivers.printer.escpos, tempfile; print(tempfile.gettempdir())"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(tmp_path)
    assert list(tmp_path.iterdir()) == []
