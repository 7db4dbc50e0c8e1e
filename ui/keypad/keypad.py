"""The keypad at one window: its keys, the cursor that they move, and who is told where it stands.

Only the keys of the site's keypad are acted on; all others go the way they went before, which leads nowhere outside the
kiosk. A key does what a touch does, through the same controls, and each key counts as somebody being there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow

from kiosk_app.keypad import KEYS, Act, acts_of_keys
from ui.keypad.cursor import Cursor
from ui.keypad.stops import Kind, Scope, Stop
from ui.kinds import kinds

LOOK_MS: Final = 40
"""After a change of the session or a key: what follows from it has been laid out by then."""
HELD_S: Final = 0.9
"""How long the help key is held for spoken guidance."""
_MOVES: Final = {Act.UP: (0, -1), Act.DOWN: (0, 1), Act.LEFT: (-1, 0), Act.RIGHT: (1, 0)}


class Hearer(Protocol):
    """Who is told what the keypad came to, so that it can be said."""

    @property
    def speaking(self) -> bool:
        """Whether anything is said at all."""

    def hush(self) -> None:
        """Somebody pressed a key: what is being said ends."""

    def entered(self, here: Scope, stop: Stop | None, why: str) -> None:
        """A new screen, question or keyboard; `why` is screen, dialog, closed, keys or typed."""

    def came_to(self, stop: Stop, place: tuple[int, int]) -> None:
        """The keypad went on to this stop, the first number of so many."""

    def at_the_end(self, stop: Stop | None, place: tuple[int, int]) -> None:
        """There is nothing further that way."""

    def selected(self, stop: Stop | None, done: bool) -> None:
        """The stop was selected; `done` is False where there was nothing to select."""

    def looked(self, here: Scope) -> None:
        """What is shown may have changed."""

    def act(self, act: Act) -> None:
        """A key that is about what is heard: repeat, volume, speed, the headset's plug; HELP when held."""


class Keypad(QObject):
    """Takes the keys of a window. `intent` is the way for what a person does (`help`, `touched`)."""

    def __init__(
        self,
        window: QQuickWindow,
        intent: Callable[[str, dict[str, object]], None],
        hearer: Hearer,
        keys: Mapping[Act, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._intent = intent
        self._hearer = hearer
        self._acts = {
            getattr(Qt.Key, f"Key_{name}"): act for name, act in acts_of_keys({**KEYS, **(keys or {})}).items()
        }
        self.cursor = Cursor(window)
        self._seen: tuple[object, ...] = ()
        self._held: tuple[Act, float] | None = None
        self._look = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look.timeout.connect(self.look)
        window.installEventFilter(self)
        window.activeFocusItemChanged.connect(self.soon)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the keypad go no further; a finger hides the ring."""
        kind = event.type()
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and isinstance(event, QKeyEvent):
            return self._key(event, kind is QEvent.Type.KeyPress)
        if kind in (QEvent.Type.TouchBegin, QEvent.Type.MouseButtonPress) and self.cursor.shown:
            self.cursor.hide()
        return False

    def soon(self) -> None:
        """Looks at the screen once it is laid out; asked for again and again it looks once."""
        if (self.cursor.shown or self._hearer.speaking) and not self._look.isActive():
            self._look.start()

    def look(self) -> None:
        """Finds out whether there is another screen, question or keyboard now, and tells what else has changed."""
        speaking = self._hearer.speaking
        if not (self.cursor.shown or speaking):
            return
        self.cursor.texts = speaking
        with self.cursor.one_look():
            here = self.cursor.all_here()
            seen = self._signature(here)
            if seen != self._seen:
                before, self._seen = self._seen, seen
                stop = self._come(before, seen)
                self._hearer.entered(here, stop, _why(before, seen))
            elif self.cursor.shown:
                self.cursor.find()
            self._hearer.looked(here)

    def begin_again(self) -> None:
        """The screen is entered anew: what is said has changed its language or has just begun."""
        self._seen = ()
        self.soon()

    def leave(self) -> None:
        """The session has ended: the next person sees no ring before they press a key themselves."""
        self.cursor.hide()
        self._seen = ()

    def close(self) -> None:
        """Takes no key any more."""
        self._look.stop()
        self._window.removeEventFilter(self)

    def _come(self, before: tuple[object, ...], seen: tuple[object, ...]) -> Stop | None:
        """Where the cursor stands after a change: on the field again after its keyboard went, else where it begins."""
        if before and before[:2] == seen[:2] and before[2] and not seen[2] and self.cursor.stop is not None:
            field = self.cursor.field
            if field is not None:
                return self.cursor.stand_on(field)
        return self.cursor.enter()

    def _signature(self, here: Scope) -> tuple[object, ...]:
        page = here.page
        dialog = here.dialog
        return (
            (next(kinds(page)), page.property("title")) if page is not None else None,
            dialog.property("title") or dialog.objectName() or "panel" if dialog is not None else None,
            here.keys,
        )

    def _key(self, event: QKeyEvent, down: bool) -> bool:
        act = self._acts.get(event.key())
        held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if act is None or held:
            return False
        if act is Act.HELP:
            return self._help(event, down)
        if not down:
            return True
        # A desk's keyboard types into a field as long as nobody walks by keypad.
        if not self.cursor.shown and act in (Act.SELECT, Act.LEFT, Act.RIGHT) and _typing(self._window):
            return False
        if event.isAutoRepeat() and act not in _MOVES:
            return True
        self._intent("touched", {})
        self._hearer.hush()
        if act in (Act.REPEAT, Act.LOUDER, Act.SOFTER, Act.SPEED, Act.PLUGGED, Act.UNPLUGGED):
            self._hearer.act(act)
            return True
        self.cursor.texts = self._hearer.speaking
        if not self.cursor.shown and act is not Act.BACK:
            # Nobody acts on what they do not see: the first key only shows where it stands.
            self.cursor.show()
            self._seen = ()
            self.look()
            return True
        with self.cursor.one_look():
            self._do(act)
        self.soon()
        return True

    def _do(self, act: Act) -> None:
        if act in _MOVES:
            before = self.cursor.stop
            there = self.cursor.move(*_MOVES[act])
            if there is None or there.item is (before.item if before is not None else None):
                self._hearer.at_the_end(self.cursor.stop, self.cursor.place())
            else:
                self._hearer.came_to(there, self.cursor.place())
        elif act is Act.SELECT:
            stop = self.cursor.find()
            if stop is not None and stop.kind is Kind.FIELD:
                self.cursor.field = stop.item
            self._hearer.selected(stop, self.cursor.select())
        elif act is Act.BACK and not self.cursor.back():
            self._hearer.selected(None, False)

    def _help(self, event: QKeyEvent, down: bool) -> bool:
        """A short press calls an officer; held, it begins or ends spoken guidance."""
        now = time.monotonic()
        if down:
            if not event.isAutoRepeat():
                self._held = (Act.HELP, now)
                self._hearer.hush()
            elif self._held is not None and now - self._held[1] >= HELD_S:
                self._held = None
                self._hearer.act(Act.HELP)
        elif not event.isAutoRepeat() and self._held is not None:
            since, self._held = self._held[1], None
            if now - since >= HELD_S:
                self._hearer.act(Act.HELP)
            else:
                self.cursor.show()
                self._intent("help", {})
                self.soon()
        return True


def _typing(window: QQuickWindow) -> bool:
    item: QQuickItem | None = window.activeFocusItem()
    return item is not None and item.inherits("QQuickTextInput")


def _why(before: tuple[object, ...], seen: tuple[object, ...]) -> str:
    if not before or before[0] != seen[0]:
        return "screen"
    if before[1] != seen[1]:
        return "dialog" if seen[1] is not None else "closed"
    return "keys" if seen[2] else "typed"
