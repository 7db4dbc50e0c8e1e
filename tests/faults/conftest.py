"""One machine for all bad days of a file, one at a time on this computer."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytestqt.plugin
from machine import Machine
from traces import processes_of_mark, set_mark


@pytest.fixture(scope="module", autouse=True)
def _alone() -> Iterator[None]:
    """The virtual card reader is one for the whole computer: other runs of these tests, and other workers, wait."""
    with (Path(tempfile.gettempdir()) / "kiosk-bad-days.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def _events_at_rest() -> Iterator[None]:
    """Between two tests the machine stands still.

    pytest-qt handles Qt's events there, and with them whatever the machine waits for: a host that ended, a timer. On qasync
    that wakes tasks while no loop runs, and a task that then waits for something fails for good.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pytestqt.plugin, "_process_events", lambda: None)
        yield


@pytest.fixture
def no_children_left() -> None:
    """The shared machine starts processes anew in any test; all are counted when it is closed."""


@pytest.fixture(scope="module")
def _machine(_alone: None, _events_at_rest: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
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
