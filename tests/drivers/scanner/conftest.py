"""Sheets and devices for the scanner tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.drivers.scanner.rig import HostedScanner, SimulatedScanner


def draw_sheet(number: int, size: tuple[int, int] = (800, 1100)) -> Image.Image:
    """A sheet that is like no other: its number as bars, and a slope of colour."""
    image = Image.linear_gradient("L").resize(size)
    image = Image.merge("RGB", (image, image.transpose(Image.Transpose.ROTATE_180), Image.new("L", size, 90 + number)))
    pen = ImageDraw.Draw(image)
    for bit in range(8):
        if number >> bit & 1:
            pen.rectangle((40 + bit * 80, 100, 90 + bit * 80, size[1] - 100), fill=(10, 20, 200))
    return image


@pytest.fixture(scope="session")
def sheet_files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Twelve picture files of small sheets."""
    folder = tmp_path_factory.mktemp("sheets")
    paths = [folder / f"sheet{number}.png" for number in range(12)]
    for number, path in enumerate(paths):
        draw_sheet(number).save(path)
    return [str(path) for path in paths]


@pytest.fixture
def simulated() -> Iterator[SimulatedScanner]:
    """A fast scanner with a small bed that delivers PNG."""
    with SimulatedScanner(formats=("image/png",)) as scanner:
        yield scanner


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """An empty spool folder."""
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def hosted(simulated: SimulatedScanner, spool: Path) -> Iterator[HostedScanner]:
    """The driver, open on that scanner, keeping lossless pages."""
    with HostedScanner({"escl_url": simulated.device.address, "page_format": "png"}, spool) as host:
        host.wait_event("state", state="ready")
        yield host
