"""A printer of another's making, running for one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from eve import EvePrinter


@pytest.fixture
def eve(tmp_path: Path) -> Iterator[EvePrinter]:
    printer = EvePrinter(tmp_path)
    try:
        printer.start()
        yield printer
    finally:
        printer.stop()
