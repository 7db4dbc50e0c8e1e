"""What a person can come to on the screen by keypad, in the order in which it is read.

The order is that in which a page's items were written, which is that of the screen from top to bottom: header, heading,
work, keyboard, bar. A walk looks at what is shown now, so that no screen has to name what follows what. It goes by the tree
that screen readers have: a tenth as large as that of the items, most of which only paint.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQuick import QQuickItem, QQuickWindow

from ui.kinds import is_a, kinds

Role = QAccessible.Role
_TEXTS: Final = (Role.StaticText, Role.Heading, Role.AlertMessage, Role.ListItem, Role.Graphic, Role.ProgressBar)
_WHOLE: Final = (Role.ListItem, Role.Graphic, Role.ProgressBar)
"""These say with their own name all that stands in them."""
_CLOSED: Final = (Role.StaticText, Role.Heading, Role.AlertMessage)
"""Of these Qt tells screen readers nothing that stands in them."""
_Shown = tuple[QAccessibleInterface, QQuickItem]


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
    top = QAccessible.queryAccessibleInterface(window)
    if top is None:
        return Scope((), page=page)
    sheet = _topmost(top, page)
    if sheet is not None:
        return Scope(_stops_in(top, sheet), dialog=sheet, page=page)
    if page is None:
        return Scope(())
    if page.property("typing") is True:
        keyboard = _item(page, "keyboard")
        if keyboard is not None and keyboard.isVisible():
            around = field_around(window.activeFocusItem())
            field = _stops_in(top, around) if around is not None else ()
            return Scope((*field, *_stops_in(top, keyboard)), keys=True, page=page)
    band = window.findChild(QQuickItem, "practice")
    practice = _stops_in(top, band) if band is not None and band.isVisible() else ()
    return Scope((*_stops_in(top, page, _item(page, "head")), *practice), page=page)


def page_of(window: QQuickWindow) -> QQuickItem | None:
    """The page that is shown, beneath whatever lies over it."""
    loader = window.findChild(QQuickItem, "screen")
    return _item(loader, "item") if loader is not None else None


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


def _stops_in(top: QAccessibleInterface, root: QQuickItem, header: QQuickItem | None = None) -> tuple[Stop, ...]:
    """The stops within `root`, itself included."""
    found = [stop for shown in _within(top, root) for stop in _stops(shown, header)]
    fields = [field_around(stop.item) for stop in found if stop.kind is Kind.FIELD]
    # What is written about a field is said with the field.
    return tuple(
        stop
        for stop in found
        if stop.kind is not Kind.TEXT
        or not any(field is not None and field.isAncestorOf(stop.item) for field in fields)
    )


def _within(face: QAccessibleInterface, root: QQuickItem) -> Iterator[_Shown]:
    """The outermost faces within `root`, which itself may have none."""
    for inner, item in _inner(face):
        if item is root or root.isAncestorOf(item):
            yield inner, item
        elif item.isAncestorOf(root):
            yield from _within(inner, root)


def _stops(shown: _Shown, header: QQuickItem | None) -> Iterator[Stop]:
    face, item = shown
    role = face.role()
    top = header is not None and header.isAncestorOf(item)
    if item.inherits("QQuickTextInput"):
        yield Stop(item, Kind.FIELD, Role.EditableText, top)
        return
    if role != Role.ListItem and item.inherits("QQuickAbstractButton"):
        types = frozenset(kinds(item))
        if "MorePill" in types:
            return  # the keypad scrolls by itself
        kind = Kind.KEY if "KeyCap" in types else Kind.BUTTON
        stop = Stop(item, kind, role, top)
        yield stop
        if kind is Kind.BUTTON:
            # What is written on a button is its name; what else is shown in it, a hint or another button, is for itself.
            inside = tuple(inner for child in _inner(face) for inner in _stops(child, header))
            said = f"{stop.name}\n{stop.description}" if any(inner.kind is Kind.TEXT for inner in inside) else ""
            yield from (inner for inner in inside if inner.kind is not Kind.TEXT or inner.name not in said)
        return
    said_whole = False
    if role in _TEXTS and face.text(QAccessible.Text.Name).strip():
        yield Stop(item, Kind.TEXT, role, top)
        said_whole = role in _WHOLE
    for child in _inner(face):
        yield from (stop for stop in _stops(child, header) if not said_whole or stop.kind is not Kind.TEXT)


def _inner(face: QAccessibleInterface) -> Iterator[_Shown]:
    """The faces that are shown directly within this one, each with the item behind it.

    No face is kept beyond a walk: Qt deletes it with its item, and what is made at the same address later would come to
    Python as that face.
    """
    count = face.childCount()
    for number in range(count):
        child = face.child(number)
        item = child.object() if child is not None else None
        if isinstance(item, QQuickItem) and item.isVisible() and (item.width() > 0 or child.childCount()):
            yield child, item
    if not count and face.role() in _CLOSED:
        closed = face.object()
        if isinstance(closed, QQuickItem):
            yield from _closed(closed)


def _closed(root: QQuickItem) -> Iterator[_Shown]:
    """The faces in what screen readers are told nothing of."""
    for child in root.childItems():
        if not child.isVisible():
            continue
        face = _face(child)
        if face is None:
            yield from _closed(child)
        elif child.width() > 0:
            yield face, child


def _topmost(top: QAccessibleInterface, page: QQuickItem | None) -> QQuickItem | None:
    """The question or panel that lies over everything else, if there is one."""
    found = _dialog(top)
    panel = _item(page, "comfortPanel") if found is None and page is not None else None
    return panel if panel is not None and panel.property("opened") is True else found


def _dialog(face: QAccessibleInterface) -> QQuickItem | None:
    """The topmost open question within this face. A page has many faces and seldom one: little is asked of each."""
    found: QQuickItem | None = None
    for number in range(face.childCount()):
        child = face.child(number)
        if child is None:
            continue
        if child.role() is Role.Dialog:
            sheet = child.object()
            if isinstance(sheet, QQuickItem) and sheet.isVisible() and sheet.property("opened") is True:
                found = sheet
        elif child.childCount():
            found = _dialog(child) or found
    return found


def _item(holder: QObject, name: str) -> QQuickItem | None:
    """The item that a property of QML holds, if it does."""
    found = holder.property(name)
    return found if isinstance(found, QQuickItem) else None


def _face(item: QQuickItem) -> QAccessibleInterface | None:
    return QAccessible.queryAccessibleInterface(item)


def _words(item: QQuickItem, which: QAccessible.Text) -> str:
    face = _face(item)
    return str(face.text(which)).strip() if face is not None else ""
