"""Promises of the controls: they load clean, fit their words, answer fingers and keys, and type Vietnamese."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QEventLoop, QPoint, QPointF, QRectF, Qt, QTimer, QUrl, qInstallMessageHandler
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickItem, QQuickView
from PySide6.QtTest import QTest

from kiosk_app.typing import Method
from ui import theme
from ui.kinds import is_a
from ui.viewmodels.typing import Typing

CONTROLS = theme.QML_ROOT / "Kiosk" / "controls"
SHEETS = ["Home", "Search", "Identify", "Scan", "Form", "Answers", "Done", "Devices", "Staff"]
SETTINGS = [
    (1080, 1920, False, scale, contrast, reach)
    for scale, contrast, reach in [(1.0, "normal", False), (1.35, "high", False), (1.6, "normal", True)]
] + [
    (1920, 1080, True, 1.0, "normal", False),
    (1920, 1080, True, 1.6, "high", False),
    (1366, 768, True, 1.35, "normal", True),
]
LONG = "Gửi yêu cầu điều chỉnh, bổ sung giấy tờ và thông báo kết quả giải quyết"


class Bench:
    """A window with the kiosk's engine that shows one piece of QML and hears every Qt warning."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.view = QQuickView()
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        theme.install(self.view.engine())
        self.theme = theme.singleton(self.view.engine(), "Theme")
        self.strings = theme.singleton(self.view.engine(), "Tr")
        self.app = theme.singleton(self.view.engine(), "App")
        self.theme.setProperty("reducedMotion", True)
        self.typing = Typing(Method.MARKS)
        self.app.setProperty("ime", self.typing)
        self.view.show()

    def look(self, width=1080, height=1920, landscape=False, scale=1.0, contrast="normal", reach=False) -> None:
        values = {"viewWidth": width, "viewHeight": height, "landscape": landscape}
        values |= {"textScale": scale, "contrast": contrast, "reach": reach}
        for name, value in values.items():
            self.theme.setProperty(name, value)
        self.view.resize(width, height)
        self.settle()

    def show(self, body: str) -> QQuickItem:
        imports = (
            "import QtQuick\nimport QtQuick.Layouts\nimport Kiosk.theme\nimport Kiosk.controls\nimport Kiosk.keyboard\n"
        )
        component = QQmlComponent(self.view.engine())
        component.setData((imports + body).encode(), QUrl("bench.qml"))
        return self._place(component)

    def open(self, file: Path) -> QQuickItem:
        return self._place(QQmlComponent(self.view.engine(), QUrl.fromLocalFile(str(file))))

    def _place(self, component: QQmlComponent) -> QQuickItem:
        item = component.create()
        assert isinstance(item, QQuickItem), component.errorString()
        for old in self.view.contentItem().childItems():
            old.setParentItem(None)
            old.deleteLater()
        item.setParent(self.view)
        item.setParentItem(self.view.contentItem())
        self.settle()
        return item

    def settle(self, ms: int = 30) -> None:
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def tap(self, item: QQuickItem) -> None:
        QTest.mouseClick(self.view, Qt.MouseButton.LeftButton, pos=self.middle(item))
        self.settle(5)

    def middle(self, item: QQuickItem) -> QPoint:
        return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()


@pytest.fixture(scope="module")
def shared(qapp: object) -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.view.close()
    bench.view.deleteLater()


@pytest.fixture
def bench(shared: Bench) -> Iterator[Bench]:
    shared.warnings.clear()
    before = qInstallMessageHandler(lambda kind, context, text: shared.warnings.append(text))
    shared.look()
    yield shared
    shared.settle(5)
    qInstallMessageHandler(before)
    assert shared.warnings == []


def walk(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        if child.isVisible():
            yield child
            yield from walk(child)


def scene(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def named(root: QQuickItem, name: str) -> QQuickItem:
    return next(item for item in walk(root) if item.objectName() == name)


def ink(label: QQuickItem) -> QRectF:
    """The box of a Text's lines in the scene, at least as large as what is painted."""
    wide, high = label.property("contentWidth"), label.property("contentHeight")
    return label.mapRectToScene(QRectF(0, 0, max(wide, label.width()), max(high, label.height())))


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: f"{s[0]}x{s[1]}-{s[3]}-{s[4]}{'-reach' if s[5] else ''}")
@pytest.mark.parametrize("sheet", SHEETS)
def test_on_every_sheet_words_stay_in_their_buttons_and_buttons_on_the_screen(
    bench: Bench, sheet: str, settings: tuple
) -> None:
    width, height, landscape, scale, contrast, reach = settings
    bench.look(width, height, landscape, scale, contrast, reach)
    page = bench.open(CONTROLS / "gallery" / f"{sheet}.qml")
    page.setSize(bench.view.size())
    bench.settle()
    unit, smallest = bench.theme.property("unit"), bench.theme.property("minTarget")
    seen = 0
    for item in walk(page):
        if is_a(item, "AppButton"):
            room, words = scene(item), ink(named(item, "label"))
            edge = 12 * unit
            assert room.adjusted(edge, edge / 2, -edge, -edge / 2).contains(words), item.property("text")
            seen += 1
        if is_a(item, "Tappable") or is_a(item, "KeyCap"):
            assert item.height() >= smallest - 1, (item.objectName(), item.height())
            assert item.width() >= smallest - 1, (item.objectName(), item.width())
            box = scene(item)
            assert 0 <= box.left() < box.right() <= width, (item.objectName(), box)
    assert seen > 0
    bar = next(item for item in walk(page) if is_a(item, "BottomBar"))
    buttons = [item for item in walk(bar) if is_a(item, "Tappable")]
    for one in buttons:
        assert scene(bar).contains(scene(one)), one.objectName()
        for other in buttons:
            assert one is other or not scene(one).intersects(scene(other)), (one.objectName(), other.objectName())


@pytest.mark.parametrize("width", [300, 420, 560, 800, 1000])
@pytest.mark.parametrize("scale", [1.0, 1.35, 1.6])
def test_a_very_long_label_grows_its_button_and_never_leaves_it(bench: Bench, width: int, scale: float) -> None:
    bench.look(scale=scale)
    root = bench.show(
        f'Item {{ AppButton {{ width: {width}; text: "{LONG}"; iconLeft: "scan-line"; iconRight: "arrow-right" }} }}'
    )
    button = root.childItems()[0]
    label = named(button, "label")
    assert not label.property("truncated")
    assert scene(button).adjusted(30, 12, -30, -12).contains(ink(label))
    assert button.height() >= 112


def test_an_icon_that_goes_leaves_no_gap_in_its_button(bench: Bench) -> None:
    root = bench.show(
        'Item { AppButton { width: 600; text: "Kết thúc"; iconLeft: "house"; iconRight: "arrow-right" } }'
    )
    button = root.childItems()[0]
    button.setProperty("iconLeft", "")
    button.setProperty("iconRight", "")
    bench.settle()

    assert abs(ink(named(button, "label")).center().x() - scene(button).center().x()) < 2


def test_a_label_keeps_one_line_when_the_width_allows_it(bench: Bench) -> None:
    root = bench.show('Item { AppButton { text: "Kết thúc và xóa dữ liệu" } }')
    assert named(root, "label").property("lineCount") == 1


@pytest.mark.parametrize(
    # A singleton is nothing that is shown.
    "file",
    sorted(file for file in CONTROLS.glob("*.qml") if "pragma Singleton" not in file.read_text("utf-8")),
    ids=lambda file: file.stem,
)
def test_every_control_instantiates_without_a_warning(bench: Bench, file: Path) -> None:
    bench.open(file)


def test_touch_paints_at_once_and_acts_on_release(bench: Bench) -> None:
    root = bench.show(
        'Item { property int taps; AppButton { kind: "primary"; text: "Tiếp tục"; onClicked: parent.taps++ } }'
    )
    button = root.childItems()[0]
    before = button.property("background").property("color")
    QTest.mousePress(bench.view, Qt.MouseButton.LeftButton, pos=bench.middle(button))
    assert button.property("background").property("color") != before
    assert root.property("taps") == 0
    QTest.mouseRelease(bench.view, Qt.MouseButton.LeftButton, pos=bench.middle(button))
    assert root.property("taps") == 1


def test_the_page_works_from_the_keyboard(bench: Bench) -> None:
    page = bench.open(CONTROLS / "gallery" / "Answers.qml")
    page.setSize(bench.view.size())
    bench.view.requestActivate()
    taps: list[str] = []
    page.primaryClicked.connect(lambda: taps.append("primary"))
    for _ in range(30):
        QTest.keyClick(bench.view, Qt.Key.Key_Tab)
        if bench.view.activeFocusItem().objectName() == "primary":
            break
    assert bench.view.activeFocusItem().property("visualFocus")
    QTest.keyClick(bench.view, Qt.Key.Key_Return)
    assert taps == ["primary"]


def test_what_has_the_focus_is_scrolled_into_view(bench: Bench) -> None:
    bench.look(scale=1.6)
    page = bench.open(CONTROLS / "gallery" / "Form.qml")
    page.setSize(bench.view.size())
    area = next(item for item in walk(page) if is_a(item, "ScrollArea"))
    last = [item for item in walk(area) if is_a(item, "CheckRow")][-1]
    last.forceActiveFocus(Qt.FocusReason.TabFocusReason)
    bench.settle()
    assert scene(named(area, "scroll")).contains(scene(last))


def test_a_change_of_language_reaches_what_is_on_screen(bench: Bench) -> None:
    page = bench.open(CONTROLS / "gallery" / "Answers.qml")
    assert named(page, "back").property("text") == "Quay lại"
    bench.strings.setProperty("table", theme.control_strings("en"))
    bench.strings.setProperty("language", "en")
    assert named(page, "back").property("text") == "Back"
    assert bench.theme.property("centreName") == "One-Stop Department"
    bench.strings.setProperty("table", {})
    assert named(page, "back").property("text") == "[ui.back]"
    bench.strings.setProperty("language", "vi")
    bench.strings.setProperty("table", theme.control_strings("vi"))


def test_help_language_and_comfort_ask_the_application(bench: Bench) -> None:
    asked: list[str] = []
    listen: Callable[..., None] = lambda name, payload: asked.append(name)  # noqa: E731 - kept to disconnect it
    bench.app.acted.connect(listen)
    page = bench.open(CONTROLS / "gallery" / "Home.qml")
    page.setSize(bench.view.size())
    bench.settle()
    for name in ("help", "language", "textsize", "contrast", "listen", "lower"):
        bench.tap(named(page, name))
    bench.app.acted.disconnect(listen)
    assert asked == ["help", "language", "text-size", "contrast", "listen", "reach"]


def test_folded_comfort_opens_a_panel_and_a_tap_beside_closes_it(bench: Bench) -> None:
    page = bench.open(CONTROLS / "gallery" / "Answers.qml")
    page.setSize(bench.view.size())
    bench.settle()
    bench.tap(named(page, "easy"))
    assert named(page, "textSize3").isVisible()
    QTest.mouseClick(bench.view, Qt.MouseButton.LeftButton, pos=QPoint(900, 300))
    assert not any(item.objectName() == "textSize3" for item in walk(page))


def test_focus_stays_inside_an_open_dialog(bench: Bench) -> None:
    page = bench.open(CONTROLS / "gallery" / "Devices.qml")
    page.setSize(bench.view.size())
    bench.view.requestActivate()
    bench.settle()
    names = set()
    for _ in range(12):
        QTest.keyClick(bench.view, Qt.Key.Key_Tab)
        bench.settle(2)
        names.add(bench.view.activeFocusItem().objectName())
    assert names == {"dialogPrimary", "dialogSecondary", "dialogTertiary"}


TYPING = """Column {
    property alias text: field.value
    TextInputField { id: field; width: 1080; onEdited: text => value = text }
    Keyboard { %s }
}"""


def type_keys(bench: Bench, keys: list[str], extra: str = "width: 1080") -> str:
    root = bench.show(TYPING % extra)
    named(root, "input").forceActiveFocus()
    for key in keys:
        bench.tap(named(root, f"key_{key}"))
    return str(root.property("text"))


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("t i e ê acute n g", "tiếng"),
        ("t i e n g acute ê", "tiếng"),
        ("t i ê n g acute", "tiếng"),
        ("shift đ u o ư n g grave", "Đường"),
        ("d u o n g ư đ grave", "đường"),
        ("n g u y e n tilde ê", "nguyễn"),
        ("q u y acute", "quý"),
        ("g i a grave", "già"),
        ("h o a grave", "hòa"),
        ("t o a n grave", "toàn"),
        ("n g o a i grave", "ngoài"),
        ("a acute acute", "a"),
        ("a ă â", "â"),
        ("k h acute", "khá"),
        ("t h u ư acute", "thứ"),
        ("shift a b c backspace", "Ab"),
    ],
)
def test_the_accent_keys_compose_vietnamese(bench: Bench, keys: str, text: str) -> None:
    assert type_keys(bench, keys.split()) == text


def test_the_accent_keys_work_in_landscape_too(bench: Bench) -> None:
    bench.look(1920, 1080, True)
    assert type_keys(bench, ["t", "i", "e", "ê", "acute", "n", "g"], "width: 1920") == "tiếng"


def test_the_way_of_typing_is_changed_by_its_key(bench: Bench) -> None:
    try:
        typed = [type_keys(bench, ["mode", "t", "i", "e", "e", "n", "g", "s"]) for _ in range(3)]
    finally:
        bench.typing._use(Method.MARKS)

    assert typed == ["tiếng", "tieengs", "tieengs"]


def test_telex_on_the_screen_goes_on_with_a_word_that_stands_there(bench: Bench) -> None:
    bench.typing._use(Method.TELEX)
    try:
        keys = [*"duwowngf", " ", *"ddi", "backspace", *"eens"]
        assert type_keys(bench, keys) == "dường đến"
    finally:
        bench.typing._use(Method.MARKS)


def test_an_input_method_gets_the_text_before_the_cursor_and_the_key(bench: Bench) -> None:
    double_e = 'apply: (before, key) => before.endsWith("e") && key === "e" ? before.slice(0, -1) + "ê" : before + key'
    assert type_keys(bench, ["t", "i", "e", "e", "n"], f"width: 1080; engine: ({{ {double_e} }})") == "tiên"


def test_keys_edit_at_the_cursor_and_respect_the_fields_limit(bench: Bench) -> None:
    root = bench.show(
        'Column { property alias text: field.value; TextInputField { id: field; width: 1080; value: "ac"; maximumLength: 3; '
        "onEdited: text => value = text }\n Keyboard { width: 1080 } }"
    )
    field = named(root, "input")
    field.forceActiveFocus()
    field.setProperty("cursorPosition", 1)
    bench.tap(named(root, "key_b"))
    bench.tap(named(root, "key_d"))
    assert root.property("text") == "abc"
    assert field.property("cursorPosition") == 2


def test_a_field_that_is_gone_is_no_longer_typed_into(bench: Bench) -> None:
    root = bench.show("Column { TextInputField { width: 500 } }")
    named(root, "input").forceActiveFocus()
    assert bench.app.property("activeInput") is not None
    bench.show("Item { }")
    bench.settle()
    assert bench.app.property("activeInput") is None


def test_qml_is_lint_clean() -> None:
    files = [
        str(p) for part in ("theme", "controls", "keyboard") for p in (theme.QML_ROOT / "Kiosk" / part).rglob("*.qml")
    ]
    tool = Path(sys.executable).parent / "pyside6-qmllint"
    done = subprocess.run([tool, "-I", str(theme.QML_ROOT), *files], capture_output=True, text=True, timeout=120)
    assert (done.stdout + done.stderr).strip() == ""
