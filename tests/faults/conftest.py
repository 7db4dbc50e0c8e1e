"""One machine for all bad days of a file, one at a time on this computer."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import Machine
from traces import processes_of_mark, set_mark


@pytest.fixture(scope="module", autouse=True)
def _alone() -> Iterator[None]:
    """The virtual card reader is one for the whole computer: other runs of these tests, and other workers, wait."""
    with (Path(tempfile.gettempdir()) / "kiosk-bad-days.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def no_children_left() -> None:
    """The shared machine starts processes anew in any test; all are counted when it is closed."""


@pytest.fixture(scope="module")
def _machine(_alone: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with set_mark() as mark:
        machine = Machine(tmp_path_factory.mktemp("machine") / "data")
        try:
            yield machine
        finally:
            machine.close()
        assert processes_of_mark(mark) == []


@pytest.fixture
def machine(_machine: Machine) -> Iterator[Machine]:
    """The shared machine in its morning state; whatever it complained about fails the test."""
    _machine.reset()
    _machine.troubles()
    yield _machine
    assert _machine.troubles() == []
