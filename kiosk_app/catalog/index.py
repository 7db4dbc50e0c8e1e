"""The index of procedures' words: what was typed, as it stands, by its synonyms, or with its slips mended; best first."""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk_app.catalog.spelling import Spelling
from kiosk_app.catalog.synonyms import Synonyms
from kiosk_app.catalog.words import fold, marked
from kiosk_app.model.procedure import Procedure
from kiosk_app.sqlite import sqlite

_SCHEMA: Final = """
CREATE VIRTUAL TABLE search USING fts5(
    name, english, field, unit, code, papers, local_id UNINDEXED, tokenize = "unicode61", prefix = "1 2 3"
);
"""
# Weights of name, english, field, unit, code and papers: a word of the name says most. A constant, never what was typed.
_RANK: Final = "bm25(search, 10.0, 6.0, 3.0, 1.0, 8.0, 0.5)"
_OPENING: Final = 2
_MOST_READINGS: Final = 24
# "Thủ tục" opens most names and says nothing.
_SAYS_NOTHING: Final = "thu tuc "


@dataclass(frozen=True)
class _Entry:
    """What ranking needs of one procedure, folded once."""

    name: str
    tones: str
    length: int
    words: frozenset[str]


class Index:
    """The words of all procedures; safe to ask from worker threads, one at a time."""

    def __init__(self, procedures: Iterable[Procedure], synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()
        self._database = sqlite.connect(":memory:", check_same_thread=False)
        self._database.executescript(_SCHEMA)
        openings: defaultdict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        for item in procedures:
            columns = _columns(item)
            self._database.execute("INSERT INTO search VALUES (?,?,?,?,?,?,?)", (*columns, item.local_id))
            name = columns[0].removeprefix(_SAYS_NOTHING)
            self._entries[item.local_id] = _Entry(
                name, marked(item.name_vi), len(name.split()), frozenset(" ".join(columns).split())
            )
            for column, text in enumerate((name, columns[1], columns[4])):
                for place, word in enumerate(text.split()):
                    for size in range(1, _OPENING + 1):
                        openings[word[:size]].setdefault(item.local_id, (column, place))
        self._openings = {
            letters: tuple(sorted(found, key=lambda local_id: found[local_id])) for letters, found in openings.items()
        }
        self._spelling = Spelling(word for entry in self._entries.values() for word in entry.words)

    def search(self, text: str, limit: int) -> tuple[str, ...]:
        """The local_ids for what was typed so far, best first; none for a text without letters and digits.

        The last word may be half typed. Words with the right tones rank above those that only match without. What is
        found nowhere is tried with its slips mended, and then word by word.
        """
        folded = fold(text).removeprefix(_SAYS_NOTHING)
        if not folded:
            return ()
        tones = [word for word in marked(text).split() if fold(word) != word]
        if len(folded) <= _OPENING and folded in self._openings:
            return self._opening(folded, tones, limit)
        found: Sequence[str] = ()
        for meant in (self._said, self._mended, self._synonyms.alone, self._mended_well_spelt):
            readings = meant(folded)
            found = self._whole(readings, limit) if readings else ()
            if found:
                return tuple(sorted(found, key=lambda local_id: self._closeness(local_id, readings, tones)))
        return self._by_words(folded, tones, limit)

    def _opening(self, letters: str, tones: list[str], limit: int) -> tuple[str, ...]:
        """For one or two letters, which fit nearly every procedure: ranking them all would be the slowest of searches."""
        meant = self._synonyms.readings(letters)
        found = dict.fromkeys((*(self._whole(meant, limit) if meant else ()), *self._openings[letters][: 4 * limit]))
        if not tones:
            return tuple(found)[:limit]
        return tuple(sorted(found, key=lambda local_id: -self._right(local_id, tones)))[:limit]

    # --- what may have been meant ---------------------------------------------------------------------------------------

    def _said(self, folded: str) -> Sequence[str]:
        return (folded, *self._synonyms.readings(folded))

    def _mended(self, folded: str) -> Sequence[str]:
        """Readings with words that are nowhere in the catalogue replaced by close ones, or left out."""
        return self._replaced(folded, known=False)

    def _mended_well_spelt(self, folded: str) -> Sequence[str]:
        """Readings with any word replaced: a slip may give another word of the catalogue."""
        return self._replaced(folded, known=True)

    def _replaced(self, folded: str, *, known: bool) -> Sequence[str]:
        words = folded.split()
        choices = []
        for place, word in enumerate(words):
            half = place == len(words) - 1
            keep = self._spelling.knows(word, half=half)
            others: tuple[str, ...] = ()
            if not keep or known:
                parts = self._spelling.parts(word, half=half)
                others = (*self._spelling.close(word), *((" ".join(parts),) if len(parts) > 1 else ()))
            choices.append((word, *others) if keep else others or ("",))
        # Fewest replacements first: the first choice of each word is the likeliest.
        combined = sorted(
            itertools.islice(itertools.product(*(range(len(choice)) for choice in choices)), 4 * _MOST_READINGS),
            key=sum,
        )
        readings: dict[str, None] = {}
        for picks in combined[:_MOST_READINGS]:
            reading = " ".join(filter(None, (choice[pick] for choice, pick in zip(choices, picks, strict=True))))
            if reading:
                readings.update(dict.fromkeys(self._said(reading)))
        readings.pop(folded, None)
        return list(readings)

    # --- asking the index -----------------------------------------------------------------------------------------------

    def _whole(self, readings: Sequence[str], limit: int) -> Sequence[str]:
        """Procedures that have every word of one of the readings."""
        return self._match(" OR ".join(_all_words(reading) for reading in readings), limit)

    def _by_words(self, folded: str, tones: list[str], limit: int) -> tuple[str, ...]:
        """Procedures that have most of the words, rare words before common ones."""
        words = folded.split()
        known = [word for word in words if self._spelling.knows(word)]
        half = words[-1] if self._spelling.knows(words[-1], half=True) else ""
        parts = [f'"{word}"' for word in known] + ([f'"{half}"*'] if half else [])
        meant = [reading for reading in self._synonyms.readings(folded) if reading]
        fresh = {word for reading in meant for word in reading.split() if word not in words}
        parts += [f'"{word}"' for word in sorted(fresh)]
        if not parts:
            return ()
        wanted = {*known, *fresh}
        found = self._match(" OR ".join(dict.fromkeys(parts)), limit)

        def missing(local_id: str) -> tuple[int, int]:
            return -len(wanted & self._entries[local_id].words), -self._right(local_id, tones)

        return tuple(sorted(found, key=missing))

    def _match(self, expression: str, limit: int) -> list[str]:
        query = f"SELECT local_id FROM search WHERE search MATCH ? ORDER BY {_RANK} LIMIT ?"
        with self._lock:
            return [local_id for (local_id,) in self._database.execute(query, (expression, limit))]

    def _closeness(self, local_id: str, readings: Sequence[str], tones: list[str]) -> tuple[bool, int, int, int]:
        """Sorts what the index found: the smaller, the more likely it is meant. Ties stay in the index's order.

        A name that begins with what was typed comes first, then names with these words in this order, then names with the
        words of a synonym; among them right tones, then the shortest: "Đăng ký nhãn hiệu" before its renewal.
        """
        entry = self._entries[local_id]
        right = self._right(local_id, tones)
        framed = f" {entry.name}"
        held = [place for place, reading in enumerate(readings) if f" {reading}" in framed]
        nearness = min(held[0], 1) if held else 2
        return not entry.name.startswith(readings[0]), nearness, -right, entry.length if nearness < 2 else 0

    def _right(self, local_id: str, tones: list[str]) -> int:
        return sum(word in self._entries[local_id].tones for word in tones)


def _columns(item: Procedure) -> tuple[str, str, str, str, str, str]:
    return (
        fold(item.name_vi),
        fold(item.name_en),
        fold(item.field_vi),
        fold(item.unit_vi),
        fold(item.code or ""),
        fold(" ".join(component.name_vi for component in item.components)),
    )


def _all_words(reading: str) -> str:
    """The FTS5 expression for every word, the last one as a beginning. Folded words hold nothing but letters and digits."""
    *words, last = reading.split()
    return "(" + " AND ".join([*(f'"{word}"' for word in words), f'"{last}"*']) + ")"
