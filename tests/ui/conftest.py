"""The kiosk's window in both orientations for every module that brings none of its own; Qt keeps silent in each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kiosk_bench import KioskBench


@pytest.fixture(scope="module", params=["portrait", "landscape"])
def bench(request: pytest.FixtureRequest) -> Iterator[KioskBench]:
    """One window for all tests of a module."""
    made = KioskBench(landscape=request.param == "landscape")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test in which Qt complains of a kiosk's window."""
    made = request.getfixturevalue("bench") if "bench" in request.fixturenames else None
    if not isinstance(made, KioskBench):
        yield
        return
    made.messages.warnings.clear()
    yield
    assert made.messages.warnings == []
