"""A template and its values become blocks: texts in one language or both, values written as people write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from kiosk_app.receipts.codes import CodeLetters, QrCode, SpacedLetters
from kiosk_app.receipts.document import Both
from kiosk_app.receipts.layout import Block, Columns, Entry, Framed, Panel, Row, Rule, Space, TableRow, Text
from kiosk_app.receipts.printhead import Heads, Ruler
from kiosk_app.receipts.scale import Scale
from kiosk_app.receipts.template import Node, Template
from kiosk_app.receipts.words import Words, words

_SPACES: Final = {"quarter": 0.25, "half": 0.5, "one": 1.0, "two": 2.0, "four": 4.0, "signature": 4.0}
_RULES: Final = {"thick": 3, "thin": 2, "hair": 1}
_SHOWN_DIGITS: Final = 4


def masked_number(number: str) -> str:
    """An ID number as it may lie on a counter: the last four digits. The first six tell birthplace, sex and year."""
    kept = number[-_SHOWN_DIGITS:] if len(number) > 2 * _SHOWN_DIGITS else ""
    return "X" * (len(number) - len(kept)) + kept


@dataclass(frozen=True)
class _Shown:
    """A value as a placeholder writes it in one language."""

    value: Any
    type: str
    say: Words

    def __format__(self, form: str) -> str:
        value = self.value
        if value is None:
            return ""
        if isinstance(value, Both):
            return value.en if self.say.language == "en" and value.en else value.vi
        if self.type == "id_number":
            return masked_number(str(value))
        if self.type == "moment" and isinstance(value, datetime):
            return {"": self.say.time, "clock": self.say.clock, "day": self.say.day}[form](value)
        if self.type == "date" and isinstance(value, date):
            return self.say.day(value) if form == "day" else self.say.short(value)
        return self.say.pages(value) if form == "pages" else str(value)


def fill(template: Template, values: Mapping[str, Any], language: str, scale: Scale) -> list[Block]:
    """The document's blocks; `language` is "vi", "en" or "both", which has Vietnamese first and English small beneath."""
    return list(_Filler(template, values, language, scale).blocks())


def say(template: Template, both: Both, values: Mapping[str, Any], language: str) -> list[str]:
    """A text of the template's head in the language, or in both."""
    filler = _Filler(template, values, language, None)
    main, second = filler.texts(both.vi, both.en)
    return [text for text in (main, second) if text]


class _Filler:
    def __init__(self, template: Template, values: Mapping[str, Any], language: str, scale: Scale | None) -> None:
        self._template = template
        self._scale_or_none = scale
        self._main = words("en" if language == "en" else "vi")
        self._second = words("en") if language == "both" else None
        self._types = {name: field.type for name, field in template.values.items()}
        self._values = dict(values)
        self._makers: dict[str, Callable[[Node], Iterator[Block]]] = {
            "text": self._text,
            "heading": self._heading,
            "entry": self._entry,
            "row": self._row,
            "rule": self._rule,
            "space": self._space,
            "frame": self._frame,
            "columns": self._columns,
            "each": self._each,
            "table": self._table,
            "code": self._code,
            "letters": self._letters,
            "qr": self._qr,
            "ruler": lambda node: iter((Ruler(),)),
            "heads": lambda node: iter((Heads(),)),
        }

    @property
    def _scale(self) -> Scale:
        assert self._scale_or_none is not None
        return self._scale_or_none

    def blocks(self) -> Iterator[Block]:
        """All of it."""
        yield from self._all(self._template.nodes)

    def _all(self, nodes: tuple[Node, ...]) -> Iterator[Block]:
        paper = "a4" if self._scale.wide else "roll"
        for node in nodes:
            if node.paper in ("", paper) and all(self._holds(name) for name in node.when):
                yield from self._makers[node.kind](node)

    def _holds(self, name: str) -> bool:
        wanted = not name.startswith("!")
        return bool(self._values.get(name.removeprefix("!"))) is wanted

    # --- texts ---

    def _write(self, text: str, language: Words) -> str:
        if "{" not in text:
            return text
        shown = {name: _Shown(self._values.get(name), kind, language) for name, kind in self._types.items()}
        return text.format(**shown).strip()

    def texts(self, vietnamese: str, english: str) -> tuple[str, str]:
        """The text, and what stands under it: nothing unless both languages are printed and differ."""
        main = self._write(english if self._main.language == "en" else vietnamese, self._main)
        second = self._write(english, self._second) if self._second else ""
        return main, "" if second == main else second

    def _both(self, node: Node) -> tuple[str, str]:
        return self.texts(node.says["vi"], node.says["en"])

    def _value(self, node: Node) -> str:
        return self._write(node.says["value"], self._main)

    # --- blocks ---

    def _text(self, node: Node) -> Iterator[Block]:
        style, centred = node.says.get("style", "body"), node.says.get("align") == "centre"
        main, second = self._both(node)
        how = node.says.get("both", "stack")
        if how == "join" and second:
            main = f"{main} / {second}"
        if main:
            yield Text(main, self._scale.face(style), centred)
        if how == "stack" and second:
            yield Text(second, self._scale.face("small"), centred)

    def _heading(self, node: Node) -> Iterator[Block]:
        main, second = self._both(node)
        yield Text(f"{main} / {second}" if second else main, self._scale.face("label"), joined=True)
        yield Space(2 * self._scale.unit)

    def _entry(self, node: Node) -> Iterator[Block]:
        value = self._value(node)
        if not value:
            return
        main, second = self._both(node)
        english = self._write(node.says["value"], self._second) if self._second else ""
        joined = second and english == value
        label = f"{main} / {second}" if joined else main
        yield Entry(label, self._scale.face("body"), value, self._scale.face("strong"))
        if second and not joined:
            yield Text(f"{second}: {english}", self._scale.face("small"))

    def _row(self, node: Node) -> Iterator[Block]:
        face = self._scale.face(node.says.get("style", "body"))
        main, second = self._both(node)
        right = node.says.get("right", {})
        value, _ = self.texts(right.get("vi", ""), right.get("en", ""))
        mark, hang = self._mark(node.says.get("mark", ""))
        beneath = node.says.get("below", {})
        under = tuple(
            filter(
                None,
                (
                    second if node.says.get("second", True) else "",
                    self.texts(beneath.get("vi", ""), beneath.get("en", ""))[0],
                ),
            )
        )
        yield Row(main, value, face, self._scale.face("strong"), mark, hang, under, self._scale.face("small"))

    def _mark(self, kind: str) -> tuple[str, str]:
        if kind == "number":
            return f"{self._values['n']}.", "0" * len(str(self._values["of_n"])) + "."
        if kind == "sign":
            return ("+" if self._values.get("passed") else "X"), "X"
        return {"bullet": ("-", "-"), "tick": (Row.TICK, Row.TICK), "": ("", "")}[kind]

    def _rule(self, node: Node) -> Iterator[Block]:
        yield Rule(_RULES[node.says.get("style", "thin")] * self._scale.unit)

    def _space(self, node: Node) -> Iterator[Block]:
        yield Space(round(self._scale.gap * _SPACES[node.says.get("size", "one")]))

    def _frame(self, node: Node) -> Iterator[Block]:
        inside, unit = tuple(self._all(node.stacks[0])), self._scale.unit
        thick = _RULES[node.says.get("style", "thin")] * unit
        if inside and self._scale.wide:
            yield Framed(inside, thick, 14 * unit, 12 * unit)
        elif inside:
            yield Panel(inside, thick, 10 * unit)

    def _columns(self, node: Node) -> Iterator[Block]:
        stacks = [tuple(self._all(stack)) for stack in node.stacks]
        if self._scale.wide or node.says.get("narrow") == "beside":
            yield Columns(tuple(stacks), tuple(map(float, node.says["shares"])), self._scale.gap)
        else:
            for stack in stacks:
                yield from stack

    def _each(self, node: Node) -> Iterator[Block]:
        between = node.says.get("between", "nothing")
        for number in self._items(node.says["of"]):
            if number > 1 and between != "nothing":
                yield Space(self._scale.gap // 4)
                if between == "line":
                    yield Rule(_RULES["hair"] * self._scale.unit)
                    yield Space(self._scale.gap // 4)
            yield from self._all(node.stacks[0])

    def _items(self, name: str) -> Iterator[int]:
        """Goes through a list; while an item is at hand, its fields are values."""
        whole, types = self._values, self._types
        items = whole.get(name) or ()
        for number, item in enumerate(items, 1):
            fields = self._template.values[name].fields if name in self._template.values else {}
            nested = {field: about.type for field, about in fields.items()}
            self._types = {**types, **nested, "n": "count"}
            self._values = {**whole, **dict.fromkeys(nested), **item, "n": number, "of_n": len(items)}
            yield number
        self._values, self._types = whole, types

    def _table(self, node: Node) -> Iterator[Block]:
        columns, scale = node.says["columns"], self._scale
        shares = tuple(float(column["share"]) for column in columns)
        wide = shares.index(max(shares))
        ruled = (shares, wide, 10 * scale.unit, 2 * scale.unit)
        heads = tuple(" / ".join(filter(None, self.texts(column["vi"], column["en"]))) for column in columns)
        yield Rule(2 * scale.unit)
        yield TableRow(heads, scale.face("label"), *ruled, joined=True)
        for _ in self._items(node.says["of"]):
            cells = tuple(self._write(column["cell"], self._main) for column in columns)
            under = self._write(columns[wide]["cell"], self._second) if self._second else ""
            under = "" if under == cells[wide] else under
            yield TableRow(cells, scale.face("body"), *ruled, under=under, under_face=scale.face("small"))

    def _code(self, node: Node) -> Iterator[Block]:
        centred = node.says.get("align", "centre") == "centre"
        yield CodeLetters(self._value(node), self._scale.letters, self._scale.smallest, centred=centred)

    def _letters(self, node: Node) -> Iterator[Block]:
        yield SpacedLetters(self._value(node), self._scale.boxes)

    def _qr(self, node: Node) -> Iterator[Block]:
        yield QrCode(self._value(node), self._scale.qr)
