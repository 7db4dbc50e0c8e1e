"""Procedures in an SQLite FTS5 index, searched as somebody types."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kiosk_app.catalog.words import SYNONYMS, fold, marked
from kiosk_app.model.procedure import Component, Jurisdiction, Procedure, ProcedureSummary

_SCHEMA = """
CREATE VIRTUAL TABLE search USING fts5(name, english, field, unit, code, papers, local_id UNINDEXED, tokenize = "unicode61");
"""
# Weights of name, english, field, unit, code and papers: a word of the name says most.
_RANK = "bm25(search, 10.0, 6.0, 3.0, 1.0, 8.0, 0.5)"


class CatalogError(ValueError):
    """The catalogue's file cannot be used; the text names the procedure and what is wrong."""


class Catalog:
    """All procedures, held in memory; safe to ask from worker threads, one at a time."""

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        self._procedures = {item.local_id: item for item in procedures}
        self._order = {local_id: place for place, local_id in enumerate(self._procedures)}
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
        return cls(_procedure(row) for row in rows)

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
            return tuple(list(self._procedures.values())[:limit])
        found = self._match(_expression(folded, "AND"), limit) or self._match(_expression(folded, "OR"), limit)
        wanted = [word for word in marked(text).split() if fold(word) != word]
        if wanted:
            found = sorted(found, key=lambda item: -sum(word in marked(item.name_vi) for word in wanted))
        # A name that begins with what was typed is what was meant ("Thủ tục" opens most names and says nothing).
        found = sorted(found, key=lambda item: not fold(item.name_vi).removeprefix("thu tuc ").startswith(folded))
        return tuple(found)

    def _match(self, expression: str, limit: int) -> list[Procedure]:
        # the ranking expression is a constant of this module
        query = f"SELECT local_id FROM search WHERE search MATCH ? ORDER BY {_RANK} LIMIT ?"
        with self._lock:
            rows = self._database.execute(query, (expression, limit)).fetchall()
        return [self._procedures[local_id] for (local_id,) in rows]


def _expression(folded: str, join: str) -> str:
    """The FTS5 expression: every word, the last one as a beginning, or one of the phrase's synonyms instead."""
    words = folded.split()
    parts = [f'"{word}"' for word in words[:-1]] + [f'"{words[-1]}"*']
    plain = "(" + f" {join} ".join(parts) + ")"
    instead = [f'("{other}")' for phrase, others in SYNONYMS.items() if phrase in folded for other in others]
    return " OR ".join([plain, *instead])


def _procedure(row: dict[str, Any]) -> Procedure:
    try:
        components = tuple(
            Component(
                id=f"c{place}",
                name_vi=item["name_vi"],
                name_en=item.get("name_en") or "",
                originals=int(item["original"]),
                copies=int(item["copies"]),
                required=bool(item["required"]),
                template=item.get("template"),
            )
            for place, item in enumerate(row["components"], 1)
        )
        deadline = row.get("deadline") or {}
        return Procedure(
            local_id=row["local_id"],
            code=row.get("code"),
            name_vi=row["name_vi"],
            name_en=row.get("name_en") or "",
            field_vi=row["field_vi"],
            offered=bool(row.get("offer_on_kiosk", True)),
            unit_vi=row["unit_vi"],
            level=row["level"],
            components=components,
            deadline_value=deadline.get("value"),
            deadline_unit=deadline.get("unit"),
            deadline_text_vi=deadline.get("text_vi") or "",
            fee_vnd=row.get("fee_vnd"),
            fee_note_vi=row.get("fee_note_vi") or "",
            result_vi=row.get("result_vi") or "",
            legal_basis_vi=row.get("legal_basis") or "",
            jurisdiction=Jurisdiction(row.get("jurisdiction", "ministry")),
            certainty=row.get("certainty") or "",
            note=row.get("note") or "",
        )
    except (KeyError, TypeError, ValueError) as error:
        name = row.get("local_id", "a procedure without local_id") if isinstance(row, dict) else "a row"
        raise CatalogError(f"{name}: {type(error).__name__}: {error}") from error
