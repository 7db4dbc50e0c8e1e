"""What is typed stays in its field: no clipboard, no dragging, no suggestions."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kiosk_bench import HOME, KioskBench
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QClipboard, QDragEnterEvent, QGuiApplication
from PySide6.QtTest import QTest

from ui.samples import sessions

QML = Path(__file__).parents[2] / "ui" / "qml" / "Kiosk"
CONTROL = Qt.KeyboardModifier.ControlModifier
TYPED = "0912345678"
COPYING = {
    "ctrl+c": (Qt.Key.Key_C, CONTROL),
    "ctrl+x": (Qt.Key.Key_X, CONTROL),
    "ctrl+insert": (Qt.Key.Key_Insert, CONTROL),
    "shift+delete": (Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier),
}


@pytest.fixture
def bench() -> Iterator[KioskBench]:
    made = KioskBench(HOME)
    clipboard().clear()
    yield made
    made.close()
    assert made.messages.warnings == []


def clipboard() -> QClipboard:
    return QGuiApplication.clipboard()


def typed(bench: KioskBench) -> None:
    """The form with a number in a field, which has the focus and is selected whole."""
    bench.show(sessions()["form"])
    bench.tap("form.phone")
    for digit in TYPED:
        QTest.keyClick(bench.window, digit)
    QTest.keyClick(bench.window, Qt.Key.Key_A, CONTROL)
    bench.settle()


@pytest.mark.parametrize("keys", COPYING)
def test_no_keyboard_copies_what_was_typed(bench: KioskBench, keys: str) -> None:
    typed(bench)
    QTest.keyClick(bench.window, *COPYING[keys])
    bench.settle()
    assert clipboard().text() == ""
    assert not clipboard().supportsSelection() or clipboard().text(QClipboard.Mode.Selection) == ""


def test_no_keyboard_brings_words_from_the_clipboard(bench: KioskBench) -> None:
    typed(bench)
    clipboard().setText("of the one before")
    for key, held in ((Qt.Key.Key_V, CONTROL), (Qt.Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier)):
        QTest.keyClick(bench.window, key, held)
    bench.settle()
    assert not any("of the one before" in str(payload) for _, payload in bench.runtime.intents)


def test_the_clipboard_is_empty_for_the_next_session(bench: KioskBench) -> None:
    clipboard().setText("left by whatever way")
    bench.runtime.show(replace(HOME, number=HOME.number + 1))
    bench.settle()
    assert clipboard().text() == ""


def test_nothing_can_be_dropped_on_the_window_and_no_screen_lets_anything_be_dragged(bench: KioskBench) -> None:
    typed(bench)
    dragged = QMimeData()
    dragged.setText("dropped")
    coming = QDragEnterEvent(
        QPoint(540, 900), Qt.DropAction.CopyAction, dragged, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    coming.setAccepted(False)
    QGuiApplication.sendEvent(bench.window, coming)
    assert not coming.isAccepted()
    assert QPointF(540, 900) == coming.position()
    assert found_in_qml(r"\bDropArea\b|\bDrag\.(active|mimeData|dragType)|selectByMouse: true") == []


def test_no_field_learns_or_suggests_words(bench: KioskBench) -> None:
    """The keyboard is ours and remembers the word before the cursor alone; none of Qt's own is loaded beside it."""
    typed(bench)
    assert found_in_qml(r"QtQuick\.VirtualKeyboard|ImhPredictive|\bCompleter\b") == []
    assert "QtVirtualKeyboard" not in Path("/proc/self/maps").read_text("utf-8")
    word = bench.kiosk._typing._word
    bench.show(replace(HOME, number=HOME.number + 1))
    assert bench.kiosk._typing._word != word or word.shown == ""


def test_nothing_that_was_typed_or_read_from_a_card_is_read_aloud(bench: KioskBench) -> None:
    heard: list[str] = []
    bench.kiosk.guide.subscribe(lambda line: heard.append(line.text))
    bench.kiosk.guide.start()
    for name, session in sessions().items():
        if session.identity is None:
            continue
        heard.clear()
        bench.show(session)
        bench.kiosk.keypad.begin_again()
        patience = time.monotonic() + 30
        while not heard and time.monotonic() < patience:
            bench.settle()
        # What is said of a screen is said at once; a busy computer may only begin late.
        bench.settle()
        said = " ".join(heard)
        assert said, name
        values = [
            session.identity.number,
            session.identity.name,
            *(answer.value for answer in session.answers.values()),
        ]
        assert not [value for value in values if len(value) > 4 and value in said], name
    bench.kiosk.guide.stop()


def found_in_qml(pattern: str) -> list[str]:
    return [
        f"{file.name}: {found}"
        for file in sorted(QML.rglob("*.qml"))
        for found in re.findall(pattern, file.read_text("utf-8"))
    ]
