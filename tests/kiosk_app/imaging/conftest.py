"""What the imaging tests share: drawn sheets, one pool of workers, places in a spool."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import sheets

# as in a worker: one core
cv2.setNumThreads(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that draw Vietnamese text need a font that has it."""
    if sheets.FONT is not None:
        return
    skip = pytest.mark.skip(reason="no font with Vietnamese letters")
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(skip)
