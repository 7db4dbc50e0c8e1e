"""The words for what is on the screen: a stop's name, what it is, its state and its place; a screen's beginning."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtQuick import QQuickItem

from kiosk_app.speech import Part
from ui.keypad.stops import Kind, Role, Scope, Stop, checked, field_around, masked
from ui.translations import Texts

_NUMBERS: Final = re.compile(r"\d+")
_ROLES: Final = {Role.CheckBox: "say.check", Role.RadioButton: "say.radio", Role.Heading: "say.heading"}

_MARKS: Final = {
    ".": "say.mark.dot",
    ",": "say.mark.comma",
    "-": "say.mark.dash",
    "_": "say.mark.underscore",
    "/": "say.mark.slash",
    "@": "say.mark.at",
    "?": "say.mark.question",
    "!": "say.mark.exclamation",
}
"""Keys that a voice passes over."""


def without_numbers(text: str) -> str:
    """A text with its numbers left out: two that are then alike tell of the same thing at two moments."""
    return _NUMBERS.sub("#", text)


class Sayer:
    """Words in the language of `texts`."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self.practised = False
        """Whether each screen begins with saying that nothing is sent."""

    def field_of(self, stop: Stop) -> QQuickItem | None:
        """The field that a key of the keyboard types into."""
        above = stop.item.parentItem()
        while above is not None:
            target = above.property("target")
            if isinstance(target, QQuickItem) and target.inherits("QQuickTextInput"):
                return target
            above = above.parentItem()
        return None

    def welcome(self, headset: bool) -> list[Part]:
        """What the keys do; without a headset also why some things are not said."""
        parts = [Part(self._texts.t("say.welcome")), Part(self._texts.t("say.keys"))]
        return parts if headset else [*parts, Part(self._texts.t("say.loudspeaker"))]

    def entry(self, here: Scope, stop: Stop | None, why: str) -> list[Part]:
        """What is said of a screen or question that was just entered."""
        t = self._texts.t
        controls = sum(stop.kind is not Kind.TEXT and stop.enabled for stop in here.stops)
        if why == "typed":
            return [Part(t("say.keyboard_closed")), *(self.stop(stop, None) if stop is not None else [])]
        if here.keys:
            parts = [] if why == "keys" else self._lead(here)
            return [*parts, *(self.stop(stop, None) if stop is not None else []), Part(t("say.keyboard"))]
        if here.dialog is not None:
            title = str(here.dialog.property("title") or t("ui.easy.title"))
            text = str(here.dialog.property("text") or "")
            return [Part(t("say.question")), Part(title), Part(text), Part(self._texts.n("say.controls", controls))]
        return [*self._lead(here), Part(self._texts.n("say.controls", controls))]

    def stop(self, stop: Stop, place: tuple[int, int] | None) -> list[Part]:
        """What is said of one stop: its name, what it is, its state, where it is, and what else there is to know."""
        t = self._texts.t
        where = [Part(t("say.place", n=place[0], m=place[1]))] if place is not None and place[0] else []
        if stop.kind is Kind.KEY:
            return [Part(self._key_name(stop))]
        if stop.kind is Kind.TEXT:
            role = [Part(t("say.heading"))] if stop.role is Role.Heading else []
            return [Part(stop.name), *role, *where]
        if stop.kind is Kind.FIELD:
            around = field_around(stop.item)
            needed = [Part(t("ui.required"))] if around is not None and around.property("required") is True else []
            value, more = self._value(stop), Part(stop.description)
            return [Part(stop.name), Part(t("say.field")), *needed, *value, more, *where]
        parts = [Part(stop.name), Part(t(_ROLES.get(stop.role, "say.button")))]
        parts += self.state(stop, checked(stop.item))
        if not stop.enabled:
            parts.append(Part(t("say.disabled")))
        description = stop.description
        return [*parts, *([Part(description)] if description else []), *where]

    def state(self, stop: Stop, chosen: bool | None) -> list[Part]:
        """Whether it is chosen, where there is anything to choose."""
        if chosen is None or stop.role is Role.Button:
            return []
        return [Part(self._texts.t("say.chosen" if chosen else "say.not_chosen"))]

    def nothing(self, stop: Stop | None) -> list[Part]:
        """A key that does nothing here, and why."""
        t = self._texts.t
        if stop is None:
            return [Part(t("say.no_back"))]
        if stop.kind is Kind.TEXT:
            return [Part(t("say.only_text"))]
        return [Part(stop.name), Part(t("say.disabled"))]

    def typed(self, stop: Stop, field: QObject | None, hidden: bool) -> list[Part]:
        """What a key did to the text: the letter that stands there now, or what is left."""
        t = self._texts.t
        name = stop.item.objectName()
        text = str(field.property("text")) if field is not None else ""
        if name.endswith((".backspace", "_backspace")):
            return [Part(t("say.erased")), *([] if hidden else [self._now(text)])]
        if name.endswith((".done", "_done", ".shift", "_shift", ".symbols", ".letters", ".mode")):
            return [Part(self._key_name(stop))]
        if hidden:
            return [Part(t("say.dot"))]
        if text.endswith(" "):
            words = text.split()
            return [Part(words[-1] if words else t("ui.key.space.name"), bool(words))]
        return [Part(text[-1:] or self._key_name(stop), True)]

    def _lead(self, here: Scope) -> list[Part]:
        """Step, title, and how to do what the title says; what is urgent among the texts as well."""
        page = here.page
        if page is None:
            return []
        spoken = str(page.property("spoken") or page.property("title") or "")
        step, count = int(page.property("step") or 0), int(page.property("stepCount") or 0)
        parts = [Part(self._texts.t("practice.band"))] if self.practised else []
        parts += [Part(self._texts.t("ui.step").replace("{n}", str(step)).replace("{m}", str(count)))] if step else []
        parts += [Part(sentence.strip()) for sentence in _sentences(page, spoken)]
        urgent = [stop.name for stop in here.stops if stop.role is Role.AlertMessage]
        return parts + [Part(words) for words in urgent]

    def _value(self, stop: Stop) -> list[Part]:
        text = str(stop.item.property("text"))
        if not text:
            return [Part(self._texts.t("say.empty"))]
        if masked(stop.item):
            return [Part(self._texts.t("say.dots", n=len(text)))]
        return [self._now(text)]

    def _now(self, text: str) -> Part:
        return Part(self._texts.t("say.contains", text=text), True) if text else Part(self._texts.t("say.empty"))

    def _key_name(self, stop: Stop) -> str:
        name = stop.name
        return self._texts.t(_MARKS[name]) if name in _MARKS else name


def _sentences(page: QObject, spoken: str) -> list[str]:
    """The spoken words of a page as its title and what follows, so that a recording of each may be played."""
    title, advice = str(page.property("title") or ""), str(page.property("advice") or "")
    if spoken == f"{title}. {advice}":
        return [title, advice]
    return [spoken.replace("..", ".")]
