"""Procedures in an SQLite FTS5 index, searched as somebody types."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kiosk_app.catalog.words import fold, instead, marked
from kiosk_app.model.procedure import Component, Jurisdiction, Procedure, ProcedureSummary

# The first letters of a word have an index of their own: they fit nearly every procedure and would be the slowest.
_SCHEMA = """
CREATE VIRTUAL TABLE search USING fts5(
    name, english, field, unit, code, papers, local_id UNINDEXED, tokenize = "unicode61", prefix = "1 2 3"
);
"""
# Weights of name, english, field, unit, code and papers: a word of the name says most.
_RANK = "bm25(search, 10.0, 6.0, 3.0, 1.0, 8.0, 0.5)"
# It names files of forms, so it must be no path.
_LOCAL_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"


class CatalogError(ValueError):
    """The catalogue's file cannot be used; the text names the procedure and what is wrong."""


class Catalog:
    """All procedures, held in memory; safe to ask from worker threads, one at a time."""

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        self._procedures = {item.local_id: item for item in procedures}
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.executescript(_SCHEMA)
        self._database.executemany(
            "INSERT INTO search VALUES (?,?,?,?,?,?,?)",
            (
                (
                    fold(item.name_vi),
                    fold(item.name_en),
                    fold(item.field_vi),
                    fold(item.unit_vi),
                    fold(item.code or ""),
                    fold(" ".join(component.name_vi for component in item.components)),
                    item.local_id,
                )
                for item in self._procedures.values()
            ),
        )

    @classmethod
    def read(cls, file: Path) -> Catalog:
        """The catalogue of a JSON file as `procedures import` takes it. Raises CatalogError."""
        try:
            rows = json.loads(file.read_text("utf-8"))["procedures"]
        except OSError as error:
            raise CatalogError(f"{file}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise CatalogError(f"{file}: expected a JSON object with the list 'procedures'") from error
        if not isinstance(rows, list) or not rows:
            raise CatalogError(f"{file}: expected at least one procedure in the list 'procedures'")
        procedures = [_procedure(row) for row in rows]
        seen: set[str] = set()
        for item in procedures:
            if item.local_id in seen:
                raise CatalogError(f"{item.local_id}: there are two procedures of that local_id")
            seen.add(item.local_id)
        return cls(procedures)

    def __len__(self) -> int:
        return len(self._procedures)

    def get(self, local_id: str) -> Procedure | None:
        """The procedure of that id, or None."""
        return self._procedures.get(local_id)

    def search(self, text: str, limit: int = 60) -> tuple[ProcedureSummary, ...]:
        """Procedures for what was typed so far, best first; all of them for an empty text.

        The last word may be half typed. Words with the right tones rank above those that only match without.
        """
        folded = fold(text)
        if not folded:
            return () if text.strip() else tuple(list(self._procedures.values())[:limit])
        found = self._match(_expression(folded, "AND"), limit) or self._match(_expression(folded, "OR"), limit)
        wanted = [word for word in marked(text).split() if fold(word) != word]
        return tuple(sorted(found, key=lambda item: _closeness(item, folded, wanted)))

    def _match(self, expression: str, limit: int) -> list[Procedure]:
        # the ranking expression is a constant of this module
        query = f"SELECT local_id FROM search WHERE search MATCH ? ORDER BY {_RANK} LIMIT ?"
        with self._lock:
            rows = self._database.execute(query, (expression, limit)).fetchall()
        return [self._procedures[local_id] for (local_id,) in rows]


def _closeness(item: Procedure, folded: str, wanted: list[str]) -> tuple[bool, bool, int, int]:
    """Sorts what the index found: the smaller, the more likely it is meant. Ties stay in the index's order.

    A name that begins with what was typed comes first ("Thủ tục" opens most names and says nothing), then names with
    these words in this order; among them right tones, then the shortest: "Đăng ký nhãn hiệu" before its renewal.
    """
    name = fold(item.name_vi).removeprefix("thu tuc ")
    tones = sum(word in marked(item.name_vi) for word in wanted)
    whole = any(f" {phrase}" in f" {name}" for phrase in (folded, *instead(folded)))
    return not name.startswith(folded), not whole, -tones, len(name.split()) if whole else 0


def _expression(folded: str, join: str) -> str:
    """The FTS5 expression: every word, the last one as a beginning, or one of the phrase's synonyms instead."""
    words = folded.split()
    parts = [f'"{word}"' for word in words[:-1]] + [f'"{words[-1]}"*']
    plain = "(" + f" {join} ".join(parts) + ")"
    return " OR ".join([plain, *(f'("{other}")' for other in instead(folded))])


def _text(row: dict[str, Any], key: str, pattern: str = r"(?s).*\S.*") -> str:
    value = row[key]
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise ValueError(f"{key}: {value!r} does not do")
    return value


def _or_empty(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key}: {value!r} is no text")
    return value or ""


def _procedure(row: dict[str, Any]) -> Procedure:
    try:
        components = tuple(
            Component(
                id=f"c{place}",
                name_vi=_text(item, "name_vi"),
                name_en=_or_empty(item, "name_en"),
                originals=int(item["original"]),
                copies=int(item["copies"]),
                required=bool(item["required"]),
                template=item.get("template"),
            )
            for place, item in enumerate(row["components"], 1)
        )
        deadline = row.get("deadline") or {}
        return Procedure(
            local_id=_text(row, "local_id", _LOCAL_ID),
            code=_or_empty(row, "code") or None,
            name_vi=_text(row, "name_vi"),
            name_en=_or_empty(row, "name_en"),
            field_vi=_text(row, "field_vi"),
            offered=bool(row.get("offer_on_kiosk", True)),
            unit_vi=_text(row, "unit_vi"),
            level=row["level"],
            components=components,
            deadline_value=deadline.get("value"),
            deadline_unit=deadline.get("unit"),
            deadline_text_vi=_or_empty(deadline, "text_vi"),
            fee_vnd=row.get("fee_vnd"),
            fee_note_vi=_or_empty(row, "fee_note_vi"),
            result_vi=_or_empty(row, "result_vi"),
            legal_basis_vi=_or_empty(row, "legal_basis"),
            jurisdiction=Jurisdiction(row.get("jurisdiction", "ministry")),
            certainty=_or_empty(row, "certainty"),
            note=_or_empty(row, "note"),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        name = row.get("local_id", "a procedure without local_id") if isinstance(row, dict) else "a row"
        raise CatalogError(f"{name}: {type(error).__name__}: {error}") from error
