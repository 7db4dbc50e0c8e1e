"""Where the keypad stands on the screen, and how it moves, selects and goes back; it acts through the controls alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import shiboken6
from PySide6.QtCore import QMetaObject, QRectF, Qt
from PySide6.QtQuick import QQuickItem, QQuickWindow

from ui.keypad.order import Box, above_or_below, beside
from ui.keypad.stops import Kind, Scope, Stop, page_of, scope
from ui.kinds import can

_ROOM: Final = 24.0
_MOST_SCROLLS: Final = 40


class Cursor:
    """The keypad's place in one window. `texts` says that what is only read is come to as well.

    Nothing moves it but a key, a new screen and a question that opens or closes: no clock does.
    """

    def __init__(self, window: QQuickWindow) -> None:
        self._window = window
        self._at: Stop | None = None
        self._name = ""
        self._index = 0
        self.texts = False
        self.shown = False
        self.field: QQuickItem | None = None
        """The field whose keyboard is open, to come back to."""
        self._ring = window.findChild(QQuickItem, "keypadRing")
        self._looks = 0
        self._here: Scope | None = None

    @property
    def stop(self) -> Stop | None:
        """What it stands on; None before the first key and where nothing can be reached."""
        if self._at is not None and alive(self._at):
            return self._at
        return None

    @contextmanager
    def one_look(self) -> Iterator[None]:
        """Within it the screen is walked through once at most: until a key's work is done nothing else is laid out.

        A walk is most of what a key costs the thread that paints. What is selected or gone back to may change everything,
        so that nothing asks for the screen after it; a list that makes further rows is looked at anew.
        """
        self._looks += 1
        try:
            yield
        finally:
            self._looks -= 1
            if not self._looks:
                self._here = None

    def all_here(self) -> Scope:
        """Everything on the screen now, also what is only read."""
        if self._here is not None:
            return self._here
        found = scope(self._window)
        if self._looks:
            self._here = found
        return found

    def scope(self) -> Scope:
        """What can be reached now, without what is only read unless texts are come to."""
        found = self.all_here()
        if self.texts:
            return found
        return Scope(
            tuple(stop for stop in found.stops if stop.kind is not Kind.TEXT and stop.enabled),
            found.keys,
            found.dialog,
            found.page,
        )

    def enter(self) -> Stop | None:
        """Stands where a new screen or question begins: its heading, else its first control below the header."""
        here = self.scope()
        stops = [stop for stop in here.stops if not stop.header] or list(here.stops)
        first = stops[0] if stops else None
        if here.keys:
            first = next((stop for stop in stops if stop.kind is Kind.FIELD), first)
            self.field = first.item if first is not None and first.kind is Kind.FIELD else None
        self._stand(first, here)
        return first

    def stand_on(self, item: QQuickItem) -> Stop | None:
        """Stands on this item where it can be reached; where it cannot, the screen is entered anew."""
        here = self.scope()
        stop = next((stop for stop in here.stops if stop.item == item), None)
        if stop is None:
            return self.enter()
        self._stand(stop, here)
        return stop

    def hide(self) -> None:
        """A finger took over: no ring, and the next key begins anew where the screen begins."""
        self.shown = False
        self._paint(None)

    def show(self) -> None:
        """The ring round what it stands on."""
        self.shown = True
        self._paint(self.stop)

    def find(self) -> Stop | None:
        """What it stands on, found again where the screen has made its controls anew."""
        here = self.scope()
        number = self._number(here)
        if number is None:
            return self.enter()
        if here.stops[number] is not self._at:
            self._stand(here.stops[number], here)
        return here.stops[number]

    def again(self) -> Stop | None:
        """What it stands on where that is still to be reached; it moves nowhere."""
        here = self.scope()
        number = self._number(here)
        return None if number is None else here.stops[number]

    def move(self, across: int, down: int) -> Stop | None:
        """One step; `across` and `down` are -1, 0 or 1. The new stop, or None at the end."""
        here = self.scope()
        number = self._number(here)
        if number is None:
            return self.enter()
        wanted = self._in_grid(here, number, across, down)
        if wanted is None:
            if self._more_of_a_list(here, number, across + down):
                self._here = None
                here = self.scope()
                number = self._number(here)
                if number is None:
                    return self.enter()
            wanted = number + (across or down)
        if not 0 <= wanted < len(here.stops):
            return None
        self._stand(here.stops[wanted], here)
        return here.stops[wanted]

    def select(self) -> bool:
        """As a touch on what it stands on; False where there is nothing to select."""
        stop = self.find()
        if stop is None or stop.kind is Kind.TEXT or not stop.enabled:
            return False
        if stop.kind is Kind.FIELD:
            stop.item.forceActiveFocus(Qt.FocusReason.MouseFocusReason)
            stop.item.setProperty("cursorPosition", len(str(stop.item.property("text"))))
        else:
            QMetaObject.invokeMethod(stop.item, "click")
        return True

    def back(self) -> bool:
        """What leads back: out of the keyboard, the question, the panel, or to the screen before."""
        here = self.all_here()
        if here.dialog is not None:
            if can(here.dialog, "close()"):
                return QMetaObject.invokeMethod(here.dialog, "close")
            if here.dialog.property("dismissable") is True:
                return QMetaObject.invokeMethod(here.dialog, "dismissed")
            return False
        page = page_of(self._window)
        if page is None:
            return False
        if here.keys:
            return QMetaObject.invokeMethod(page, "stopTyping")
        name = str(page.property("backName") or "")
        button = next((stop for stop in here.stops if name and stop.item.objectName() == name and stop.enabled), None)
        return button is not None and QMetaObject.invokeMethod(button.item, "click")

    def place(self) -> tuple[int, int]:
        """Which stop of how many it stands on, from 1."""
        here = self.scope()
        number = self._number(here)
        return (0 if number is None else number + 1), len(here.stops)

    def _number(self, here: Scope) -> int | None:
        """Its place among the stops; that of the one of the same name or place where the item was made anew."""
        if self._at is None:
            return None
        if alive(self._at):
            item = self._at.item
            for number, stop in enumerate(here.stops):
                if stop.item == item:
                    return number
        if not here.stops or not self._name:
            return None
        for number, stop in enumerate(here.stops):
            if stop.item.objectName() == self._name:
                return number
        return None

    def _stand(self, stop: Stop | None, here: Scope) -> None:
        self._at = stop
        self._name = stop.item.objectName() if stop is not None else ""
        if stop is not None:
            _bring_into_view(stop.item)
            # A screen reader follows the focus; a field that is typed into keeps it, and one that is only passed gets none.
            if stop.kind is Kind.BUTTON and not here.keys and stop.enabled:
                stop.item.forceActiveFocus(Qt.FocusReason.OtherFocusReason)
            elif not here.keys and here.dialog is None and here.page is not None:
                here.page.forceActiveFocus(Qt.FocusReason.OtherFocusReason)
        self._paint(stop)

    def _in_grid(self, here: Scope, number: int, across: int, down: int) -> int | None:
        """The neighbour by row and column where the stop is one of a grid of keys; else None."""
        stop = here.stops[number]
        if stop.kind is Kind.KEY:
            among = [at for at, other in enumerate(here.stops) if other.kind is Kind.KEY]
        else:
            grid = _grid_around(stop)
            if grid is None:
                return None
            among = [at for at, other in enumerate(here.stops) if _grid_around(other) == grid]
        boxes = [_box(here.stops[at].rect) for at in among]
        inside = among.index(number)
        there = beside(boxes, inside, across) if across else above_or_below(boxes, inside, down)
        if there is not None:
            return among[there]
        if across:
            return number
        edge = among[0] - 1 if down < 0 else among[-1] + 1
        return edge if 0 <= edge < len(here.stops) else number

    def _more_of_a_list(self, here: Scope, number: int, step: int) -> bool:
        """Scrolls a list that makes only the rows that are seen, when its next row is not among the stops yet."""
        row = here.stops[number]
        view = _list_around(row.item)
        there = number + step
        if view is None or (0 <= there < len(here.stops) and _list_around(here.stops[there].item) == view):
            return False
        origin = float(view.property("originY"))
        last = origin + float(view.property("contentHeight")) - view.height()
        before = float(view.property("contentY"))
        wanted = max(origin, min(last, before + step * (row.item.height() + _ROOM)))
        if abs(wanted - before) < 1:
            return False
        view.setProperty("contentY", wanted)
        QMetaObject.invokeMethod(view, "forceLayout")
        return True

    def _paint(self, stop: Stop | None) -> None:
        if self._ring is None or not shiboken6.isValid(self._ring):
            return
        target = stop.item if stop is not None and self.shown and alive(stop) else None
        self._ring.setProperty("target", target)


def alive(stop: Stop) -> bool:
    """Whether the item of a stop is still there and shown.

    Its window is not asked for: PySide takes a window that an item gave for the item's child, and lets it go with the item.
    """
    return shiboken6.isValid(stop.item) and stop.item.isVisible()


def _bring_into_view(item: QQuickItem) -> None:
    """Scrolls what scrolls around the item until it is seen, with some room."""
    above = item.parentItem()
    while above is not None:
        if above.inherits("QQuickFlickable"):
            inside = above.mapRectToScene(QRectF(0, 0, above.width(), above.height()))
            wanted = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
            shift = 0.0
            if wanted.top() - _ROOM < inside.top() or wanted.height() > inside.height():
                shift = wanted.top() - _ROOM - inside.top()
            elif wanted.bottom() + _ROOM > inside.bottom():
                shift = wanted.bottom() + _ROOM - inside.bottom()
            if shift:
                origin = float(above.property("originY"))
                most = max(origin, origin + float(above.property("contentHeight")) - above.height())
                there = min(most, max(origin, float(above.property("contentY")) + shift))
                above.setProperty("contentY", there)
        above = above.parentItem()


def _grid_around(stop: Stop) -> QQuickItem | None:
    """The positioner whose cells are keys: a number pad."""
    above: QQuickItem | None = stop.item.parentItem() if stop.kind is Kind.BUTTON else None
    return above if above is not None and above.inherits("QQuickGrid") else None


def _list_around(item: QQuickItem) -> QQuickItem | None:
    above = item.parentItem()
    while above is not None:
        if above.inherits("QQuickListView"):
            return above
        above = above.parentItem()
    return None


def _box(rect: QRectF) -> Box:
    return Box(rect.x(), rect.y(), rect.width(), rect.height())
