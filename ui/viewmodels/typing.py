"""The on-screen keyboard's input method: what the text before the cursor becomes by a key, and by which method."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk_app.model.basics import Language
from kiosk_app.typing import Mark, Method, Placement, Word, mark, press

# Where a mark has no letter to stand on, its key writes the letter that it shows.
_ALONE: Final = {Mark.ACUTE: "á", Mark.GRAVE: "à", Mark.HOOK: "ả", Mark.TILDE: "ã", Mark.DOT: "ạ"}
_ORDER: Final = (Method.TELEX, Method.VNI, Method.MARKS)


class Typing(QObject):
    """`App.ime` of the screens. It remembers the keys of the word being written, never more than that one word."""

    mode_changed = Signal()

    def __init__(
        self,
        method: Method = Method.TELEX,
        placement: Placement = Placement.OLD,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._usual, self._placement = method, placement
        self._method = method
        self._word = Word()

    def begin(self, language: Language) -> None:
        """A new session, or another language: the site's method for Vietnamese, plain keys for others."""
        self._word = Word()
        self._use(self._usual if language is Language.VI else Method.MARKS)

    @Slot(str, str, result=str)
    def apply(self, before: str, key: str) -> str:
        """The text before the cursor after one more key."""
        if not (key.isalpha() or (key.isdigit() and self._method is Method.VNI)):
            self._word = Word()
            return before + key
        word = self._taken_up(before)
        self._word = press(word, key, self._method, self._placement)
        return before[: len(before) - len(word.shown)] + self._word.shown

    @Slot(str, str, bool, result=str)
    def mark(self, before: str, named: str, capital: bool) -> str:
        """The text before the cursor after a key that names a mark (Mark's values); `capital` for a letter of its own."""
        wanted, word = Mark(named), self._taken_up(before)
        self._word = mark(word, wanted, self._placement)
        if self._word.shown == word.shown:
            alone = _ALONE.get(wanted, wanted.value)
            self._word = Word.found(word.shown + (alone.upper() if capital else alone))
        return before[: len(before) - len(word.shown)] + self._word.shown

    def _taken_up(self, before: str) -> Word:
        """The word before the cursor: the one being written, or one that stands there since before."""
        shown = self._word.shown
        if shown and before.endswith(shown) and not before[: -len(shown)][-1:].isalpha():
            return self._word
        start = len(before)
        while start > 0 and before[start - 1].isalpha():
            start -= 1
        return Word.found(before[start:])

    @Property(str, notify=mode_changed)
    def mode(self) -> str:
        """The method: telex, vni or marks."""
        return self._method.value

    @Slot()
    def next_mode(self) -> None:
        """The method after this one."""
        self._use(_ORDER[(_ORDER.index(self._method) + 1) % len(_ORDER)])

    def _use(self, method: Method) -> None:
        self._word = Word()
        if method is not self._method:
            self._method = method
            self.mode_changed.emit()
