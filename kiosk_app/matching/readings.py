"""Values found on papers beside their labels, offered for a form's questions and never entered unasked."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk_app.matching.labels import PaperLabel, PaperLabels
from kiosk_app.matching.letters import fold, tokens
from kiosk_app.matching.shapes import tidied
from kiosk_app.matching.values import StackPage, TextLine
from kiosk_app.model.form import Field, check

MOST_OFFERS: Final = 3
# How far under its label a value may begin, in heights of the label's line.
_NEXT_LINE: Final = 2.2
_ENUMERATION = re.compile(r"^\s*(?:[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]?|[①-⑳]|[a-zđ][.)]|[-–•+*])\s+", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_FILLING = re.compile(r"(?:\.{2,}|…|_{2,}|\s\.\s)+")


@dataclass(frozen=True)
class Where:
    """The line a value stands on: millimetres from the page's top left corner."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Reading:
    """A value for the form's field of that id, as found on page `page` of the stack behind `label`."""

    field: str
    value: str = dataclasses.field(repr=False)
    page: int
    where: Where
    label: str


@dataclass(frozen=True)
class _Found:
    meaning: PaperLabel
    value: str = dataclasses.field(repr=False)
    page: int
    where: Where
    label: str


def read_offers(pages: Sequence[StackPage], fields: Sequence[Field], labels: PaperLabels) -> tuple[Reading, ...]:
    """What the papers offer for the questions: at most three values each, in the order of the pages.

    Only what stands beside a label of its own meaning, has the shape its sort must have (check digits too) and is an
    answer the form would take. Two papers that say the same are one offer, with the first page that says it.
    """
    found = [one for page in pages if not page.blank for one in _on(page, labels)]
    offers: list[Reading] = []
    for question in fields:
        meaning = labels.asked_by(question)
        if meaning is None:
            continue
        seen: set[str] = set()
        for one in found:
            same = fold(one.value)
            if one.meaning is not meaning or same in seen or len(seen) >= MOST_OFFERS:
                continue
            if check(question, one.value) is None:
                seen.add(same)
                offers.append(Reading(question.id, one.value, one.page, one.where, one.label))
    return tuple(offers)


def _on(page: StackPage, labels: PaperLabels) -> list[_Found]:
    lines = sorted(page.lines, key=lambda line: (round(line.y), line.x))
    found: list[_Found] = []
    for at, line in enumerate(lines):
        marks = _labels_in(line.text, labels)
        for number, (meaning, start, end) in enumerate(marks):
            until = marks[number + 1][1] if number + 1 < len(marks) else len(line.text)
            raw = _FILLING.sub(" ", line.text[end:until]).strip(" :.;/|-–")
            last = number + 1 == len(marks)
            value = tidied(meaning.sort, raw, _below(line, lines, at, labels) if last else "")
            where = line
            if value is None and not raw and last:
                under = _under(line, lines, at)
                if under is not None and not _labels_in(under.text, labels):
                    value, where = tidied(meaning.sort, under.text.strip(" :.;,|"), ""), under
            if value is not None:
                place = Where(where.x, where.y, where.w, where.h)
                found.append(_Found(meaning, value, page.number, place, line.text[start:end].strip(" :.")))
    return found


def _labels_in(text: str, labels: PaperLabels) -> list[tuple[PaperLabel, int, int]]:
    """The labels of a line with where each begins and ends: at its beginning, or further on before a colon."""
    begins = _ENUMERATION.match(text)
    offset = begins.end() if begins is not None else 0
    words = [(fold(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]
    found: list[tuple[PaperLabel, int, int]] = []
    at = 0
    while at < len(words):
        label = labels.before([word for word, _, _ in words[at : at + 10]])
        if label is None or words[at][1] < offset:
            at += 1
            continue
        meaning, count = label
        start, end = words[at][1], words[at + count - 1][2]
        after = text[end : end + 3]
        at_front = words[at][1] == offset
        # Without a colon a label at the front counts only where nothing but its value can follow.
        if ":" in after or (at_front and not text[end:].strip(" .…_")):
            found.append((meaning, start, end + after.find(":") + 1 if ":" in after else end))
            at += count
        else:
            at += 1
    return found


def _under(line: TextLine, lines: Sequence[TextLine], at: int) -> TextLine | None:
    """The line below that begins under this one's label."""
    for lower in lines[at + 1 : at + 4]:
        if 0 < lower.y - line.y <= _NEXT_LINE * max(line.h, 3.0) + line.h and abs(lower.x - line.x) < 12:
            return lower
    return None


def _below(line: TextLine, lines: Sequence[TextLine], at: int, labels: PaperLabels) -> str:
    """The line on which a long value may go on: directly below, no label, no list item, not another matter."""
    under = _under(line, lines, at)
    if under is None or _labels_in(under.text, labels) or _ENUMERATION.match(under.text) or ":" in under.text:
        return ""
    return under.text.strip() if tokens(under.text) else ""
