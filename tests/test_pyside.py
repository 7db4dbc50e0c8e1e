"""Guards the pin of PySide6: 6.12.0 on this Python drops a reference to True at each emit and dies after some 580."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal

EMITS = 5000
SLACK = 200
"""What else may hold or let go a few references meanwhile."""


class Bell(QObject):
    """Rings with what the screens send."""

    rung = Signal(object)
    pressed = Signal(bool)
    quiet = Signal()


@pytest.mark.parametrize("value", [True, False, None], ids=str)
def test_emitting_keeps_the_references_of_the_constants(value: bool | None) -> None:
    bell = Bell()
    heard: list[bool] = []
    bell.rung.connect(lambda got: heard.append(got is value))
    bell.pressed.connect(lambda got: heard.append(isinstance(got, bool)))
    bell.quiet.connect(lambda: heard.append(True))
    heard_before = sys.getrefcount(value)
    counts = [sys.getrefcount(item) for item in (True, False, None)]
    for _ in range(EMITS):
        bell.rung.emit(value)
        bell.pressed.emit(bool(value))
        bell.quiet.emit()
        heard.clear()
    after = [sys.getrefcount(item) for item in (True, False, None)]
    assert all(abs(b - a) < SLACK for a, b in zip(counts, after, strict=True)), (counts, after)
    assert abs(sys.getrefcount(value) - heard_before) < SLACK


def test_what_is_emitted_arrives() -> None:
    bell = Bell()
    heard: list[object] = []
    bell.rung.connect(heard.append)
    for value in (True, False, None, 5, "chữ"):
        bell.rung.emit(value)
    assert heard == [True, False, None, 5, "chữ"]
