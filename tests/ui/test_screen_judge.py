"""Promises of the judge of screens: what is wrong is found, whichever of its kinds, and what is right is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from kiosk_bench import KioskBench
from PySide6.QtCore import QUrl
from PySide6.QtQml import QQmlComponent, QQmlEngine, qmlEngine
from PySide6.QtQuick import QQuickItem
from screen_judge import Look, judge, looks

from kiosk_app.model.basics import Language
from kiosk_app.model.session import Comfort


class Found(Protocol):
    """What the judge says of a white window with this QML in it."""

    def __call__(self, qml: str, look: Look = ...) -> list[str]: ...


PLAIN = Look(False, Language.VI, Comfort())
HIGH = Look(False, Language.VI, Comfort(high_contrast=True))


@pytest.fixture(scope="module")
def bench() -> Iterator[KioskBench]:
    made = KioskBench()
    yield made
    made.close()


@pytest.fixture
def found(bench: KioskBench) -> Found:
    """Judges a white window with this in it."""

    def judged(qml: str, look: Look = PLAIN) -> list[str]:
        component = QQmlComponent(qmlEngine(bench.window.contentItem().childItems()[0]))
        whole = f"""
            import QtQuick
            import QtQuick.Layouts
            import QtQuick.Templates as T
            Rectangle {{ objectName: "planted"; width: 1080; height: 1920; z: 9999; color: "white"; {qml} }}"""
        component.setData(whole.encode(), QUrl())
        item = component.create()
        assert isinstance(item, QQuickItem), component.errorString()
        QQmlEngine.setObjectOwnership(item, QQmlEngine.ObjectOwnership.CppOwnership)
        others = bench.window.contentItem().childItems()
        hidden = [other for other in others if other.isVisible()]
        for other in hidden:
            other.setVisible(False)
        item.setParentItem(bench.window.contentItem())
        try:
            return judge(bench, look)
        finally:
            item.setParentItem(None)
            item.deleteLater()
            for other in hidden:
                other.setVisible(True)

    return judged


WORDS = 'font.pixelSize: 32; text: "Nộp hồ sơ"'
BUTTON = "T.AbstractButton { width: 200; height: 100; %s }"

WRONG = {
    "cut short": f"Text {{ width: 60; elide: Text.ElideRight; {WORDS} }}",
    "wider than its place": f"Text {{ width: 40; wrapMode: Text.WordWrap; {WORDS} }}",
    "beside the window": f"Text {{ x: 1000; {WORDS} }}",
    "above or below the window": f"Text {{ y: 1900; {WORDS} }}",
    "wider than its layout": "RowLayout { width: 100; Rectangle { implicitWidth: 300; implicitHeight: 9 } }",
    "over each other": f"Text {{ {WORDS} }} Text {{ x: 30; y: 10; {WORDS} }}",
    "contrast": f'Text {{ color: "#999999"; {WORDS} }}',
    "no glyph": 'Text { font.family: Qt.application.font.family; font.pixelSize: 32; text: "Nộp \\u4e2d" }',
    "80 x 100": "T.AbstractButton { width: 80; height: 100; Accessible.name: 'x' }",
    "without a name": BUTTON % "",
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_wrong_is_found_and_nothing_else(found: Found, fault: str) -> None:
    told = found(WRONG[fault])

    assert told, fault
    assert all(words.startswith(fault) for words in told), told


def test_a_good_screen_is_left_alone(found: Found) -> None:
    button = BUTTON % "y: 200; Accessible.name: 'Nộp'"
    assert found(f"Text {{ {WORDS} }} Text {{ y: 60; {WORDS} }} {button}") == []


def test_high_contrast_asks_more(found: Found) -> None:
    grey = f'Text {{ color: "#6b6b6b"; {WORDS} }}'  # 5.3 to 1 on white

    assert found(grey) == []
    assert len(found(grey, HIGH)) == 1


def test_what_cannot_be_used_now_may_be_faint(found: Found) -> None:
    assert found(f'Item {{ enabled: false; Text {{ color: "#999999"; {WORDS} }} }}') == []


def test_what_is_scrolled_away_is_not_judged_where_it_is_not_seen(found: Found) -> None:
    away = (
        f"Flickable {{ clip: true; y: 100; width: 500; height: 100; contentHeight: 900; Text {{ y: 300; {WORDS} }} }}"
    )
    assert found(f"{away} Text {{ y: 400; {WORDS} }}") == []


def test_there_are_forty_eight_looks_with_names_of_their_own() -> None:
    assert len({look.name for look in looks()}) == 48
