"""The conformance tests' own rule on left processes: a device's host belongs to a suite and is restarted within it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.conftest import GRACE_S, children


@pytest.fixture(autouse=True, scope="class")
def no_children_left() -> Iterator[None]:
    """Takes the place of the rule for each single test: what a suite starts must be gone when the suite ends."""
    before = children()
    yield
    end = time.monotonic() + GRACE_S
    while left := {pid: command for pid, command in children().items() if pid not in before}:
        if time.monotonic() > end:
            pytest.fail(f"left behind: {left}")
        time.sleep(0.02)
