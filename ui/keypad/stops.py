"""What a person can come to on the screen by keypad, in the order in which it is read.

The order is that in which a page's items were written, which is that of the screen from top to bottom: header, heading,
work, keyboard, bar. A walk looks at what is shown now, so that no screen has to name what follows what.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQuick import QQuickItem, QQuickWindow

from ui.kinds import is_a, kinds

Role = QAccessible.Role
_TEXTS: Final = (Role.StaticText, Role.Heading, Role.AlertMessage, Role.ListItem, Role.Graphic, Role.ProgressBar)
_WHOLE: Final = (Role.ListItem, Role.Graphic, Role.ProgressBar)
"""These say with their own name all that stands in them."""


class Kind(StrEnum):
    """What a stop is."""

    BUTTON = "button"
    FIELD = "field"
    KEY = "key"
    TEXT = "text"


@dataclass(frozen=True, eq=False)
class Stop:
    """One thing that the keypad can stand on. `item` is gone when its screen is: ask `alive` before using it later."""

    item: QQuickItem
    kind: Kind
    role: Role
    header: bool = False

    @property
    def name(self) -> str:
        """Its name as a screen reader has it."""
        words = _words(self.item, QAccessible.Text.Name)
        if not words and self.kind is Kind.FIELD:
            # Qt tells nothing at all of a field whose letters are hidden, not even its label.
            around = field_around(self.item)
            return str(around.property("label") or "") if around is not None else ""
        return words

    @property
    def description(self) -> str:
        """What else is said of it."""
        return _words(self.item, QAccessible.Text.Description)

    @property
    def enabled(self) -> bool:
        """Whether selecting it would do something."""
        return self.item.isEnabled()

    @property
    def rect(self) -> QRectF:
        """Where it is in the window, in pixels."""
        return self.item.mapRectToScene(QRectF(0, 0, self.item.width(), self.item.height()))


@dataclass(frozen=True)
class Scope:
    """What may be reached now: the topmost question, else what is typed in, else the page.

    `keys` says that it is a field and its keyboard; `dialog` is the question's item.
    """

    stops: tuple[Stop, ...]
    keys: bool = False
    dialog: QQuickItem | None = None
    page: QQuickItem | None = None


def scope(window: QQuickWindow) -> Scope:
    """What the keypad can reach in this window now."""
    page = page_of(window)
    root = window.contentItem()
    sheet = _topmost(root)
    if sheet is not None:
        return Scope(tuple(_stops(sheet)), dialog=sheet, page=page)
    if page is None:
        return Scope(())
    if page.property("typing") is True:
        focused = window.activeFocusItem()
        around = field_around(focused)
        keyboard = next((item for item in _kin(page, "TypingKeys")), None)
        if keyboard is not None and keyboard.isVisible():
            field = tuple(_stops(around)) if around is not None else ()
            return Scope((*field, *_stops(keyboard)), keys=True, page=page)
    band = next((item for item in _kin(window.contentItem(), "PracticeBand") if item.isVisible()), None)
    return Scope((*_stops(page), *(_stops(band) if band is not None else ())), page=page)


def page_of(window: QQuickWindow) -> QQuickItem | None:
    """The page that is shown, beneath whatever lies over it."""
    loader = window.findChild(QQuickItem, "screen")
    found = loader.property("item") if loader is not None else None
    return found if isinstance(found, QQuickItem) else None


def checked(item: QQuickItem) -> bool | None:
    """Whether it is chosen; None where there is nothing to choose."""
    face = _face(item)
    if face is None:
        return None
    state = face.state()
    return bool(state.checked) if state.checkable else None


def masked(item: QQuickItem) -> bool:
    """Whether what is typed here is shown as dots."""
    face = _face(item)
    return face is not None and bool(face.state().passwordEdit)


def field_around(item: QQuickItem | None) -> QQuickItem | None:
    """The field with its label and tools that an input is in; the item itself where there is none."""
    above = item
    while above is not None:
        if is_a(above, "TextInputField"):
            return above
        above = above.parentItem()
    return item


def _stops(root: QQuickItem, header: bool = False, types: frozenset[str] | None = None) -> Iterator[Stop]:
    """The stops within `root`, itself included; `types` are its QML types where they are known."""
    if types is None:
        types = frozenset(kinds(root))
    if "MorePill" in types:
        return  # the keypad scrolls by itself
    if root.inherits("QQuickTextInput"):
        yield Stop(root, Kind.FIELD, Role.EditableText, header)
        return
    face = _face(root)
    role = face.role() if face is not None else None
    if role not in (None, Role.ListItem) and root.inherits("QQuickAbstractButton"):
        kind = Kind.KEY if "KeyCap" in types else Kind.BUTTON
        stop = Stop(root, kind, role or Role.Button, header)
        yield stop
        if kind is Kind.BUTTON:
            # What is written on a button is its name; what else is shown in it, a hint or another button, is for itself.
            inside = tuple(_within(root, header))
            said = f"{stop.name}\n{stop.description}" if any(inner.kind is Kind.TEXT for inner in inside) else ""
            yield from (inner for inner in inside if inner.kind is not Kind.TEXT or inner.name not in said)
        return
    if "TextInputField" in types:
        yield from (stop for stop in _within(root, header) if stop.kind is not Kind.TEXT)
        return
    if face is not None and role in _TEXTS and face.text(QAccessible.Text.Name).strip():
        assert role is not None
        yield Stop(root, Kind.TEXT, role, header)
        if role in _WHOLE:
            yield from (stop for stop in _within(root, header) if stop.kind is not Kind.TEXT)
            return
    yield from _within(root, header)


def _within(root: QQuickItem, header: bool) -> Iterator[Stop]:
    for child in root.childItems():
        if child.isVisible() and child.opacity() > 0.1 and (child.width() > 0 or child.childItems()):
            types = frozenset(kinds(child))
            yield from _stops(child, header or "Header" in types, types)


def _topmost(root: QQuickItem) -> QQuickItem | None:
    """The question or panel that lies over everything else, if there is one."""
    found = None
    for child in root.childItems():
        if not child.isVisible():
            continue
        if child.inherits("QQuickFocusScope") and child.property("opened") is True:
            found = child
        elif not child.inherits("QQuickAbstractButton"):
            found = _topmost(child) or found
    return found


def _kin(root: QQuickItem, name: str) -> Iterator[QQuickItem]:
    for child in root.childItems():
        if is_a(child, name):
            yield child
        elif child.isVisible():
            yield from _kin(child, name)


def _face(item: QQuickItem) -> QAccessibleInterface | None:
    return QAccessible.queryAccessibleInterface(item)


def _words(item: QQuickItem, which: QAccessible.Text) -> str:
    face = _face(item)
    return str(face.text(which)).strip() if face is not None else ""
