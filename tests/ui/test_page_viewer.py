"""Promises of the large page: it follows two fingers, keeps its middle, and never leaves its frame."""

from __future__ import annotations

import pytest
from kiosk_bench import KioskBench
from PySide6.QtCore import QPoint
from PySide6.QtGui import QPointingDevice
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from ui.samples import sessions

SAMPLE = sessions()["review_page"]


@pytest.fixture(scope="module")
def fingers() -> QPointingDevice:
    return QTest.createTouchDevice()


def viewer(bench: KioskBench) -> QQuickItem:
    return next(item for item in bench.items() if item.property("zoom") is not None)


def flickable(bench: KioskBench) -> QQuickItem:
    root = viewer(bench)
    return next(item for item in bench.items() if item.inherits("QQuickFlickable") and root.isAncestorOf(item))


def pinch(bench: KioskBench, fingers: QPointingDevice, start: int, end: int) -> None:
    """Two fingers side by side in the middle of the page, from `start` pixels apart to `end`."""
    middle = bench.rect(flickable(bench)).center().toPoint()
    sequence = QTest.touchEvent(bench.window, fingers, False)

    def at(apart: int) -> tuple[QPoint, QPoint]:
        half = QPoint(apart // 2, 0)
        return middle - half, middle + half

    left, right = at(start)
    sequence.press(0, left, bench.window).press(1, right, bench.window)
    sequence.commit()
    bench.settle(0.02)
    for step in range(1, 11):
        left, right = at(start + (end - start) * step // 10)
        sequence.move(0, left, bench.window).move(1, right, bench.window)
        sequence.commit()
        bench.settle(0.02)
    sequence.release(0, left, bench.window).release(1, right, bench.window)
    sequence.commit()
    bench.settle(0.05)


def test_two_fingers_apart_enlarge_the_page_and_together_bring_it_back(
    bench: KioskBench, fingers: QPointingDevice
) -> None:
    bench.show(SAMPLE)
    bench.laid_out()

    pinch(bench, fingers, 80, 320)
    large = viewer(bench).property("zoom")
    assert large > 1.5
    assert large <= 4.0

    pinch(bench, fingers, 320, 40)
    assert viewer(bench).property("zoom") == pytest.approx(1.0)


def test_the_middle_of_the_page_stays_in_the_middle_when_it_is_enlarged(bench: KioskBench) -> None:
    bench.show(SAMPLE)
    bench.laid_out()
    area = flickable(bench)

    for _ in range(3):
        bench.tap("viewer.zoom_in")

    for start, size, content in (("contentX", "width", "contentWidth"), ("contentY", "height", "contentHeight")):
        middle = area.property(start) + area.property(size) / 2
        assert middle == pytest.approx(area.property(content) / 2, abs=3)


def test_an_enlarged_page_never_leaves_its_frame(bench: KioskBench) -> None:
    bench.show(SAMPLE)
    bench.laid_out()
    area = flickable(bench)
    for _ in range(4):
        bench.tap("viewer.zoom_in")

    assert 0 <= area.property("contentX") <= area.property("contentWidth") - area.property("width")
    assert 0 <= area.property("contentY") <= area.property("contentHeight") - area.property("height")
