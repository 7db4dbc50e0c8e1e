"""The catalogue of procedures, read from its file and searched as somebody types."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from kiosk_app.catalog.index import Index
from kiosk_app.catalog.synonyms import Synonyms, SynonymsError
from kiosk_app.model.procedure import Component, Jurisdiction, Procedure, ProcedureSummary
from kiosk_app.model.scanning import RESOLUTIONS, USUAL, Colour, PaperScan, Sides

# It names files of forms, so it must be no path.
_LOCAL_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
_SCAN: Final[dict[str, tuple[Any, ...]]] = {"colour": tuple(Colour), "dpi": RESOLUTIONS, "sides": tuple(Sides)}


class CatalogError(ValueError):
    """The catalogue's file cannot be used; the text names the procedure and what is wrong."""


class Catalog:
    """All procedures, held in memory; safe to ask from worker threads, one at a time."""

    def __init__(self, procedures: Iterable[Procedure], synonyms: Synonyms | None = None) -> None:
        self._procedures = {item.local_id: item for item in procedures}
        self._index = Index(self._procedures.values(), synonyms or Synonyms())

    @classmethod
    def read(cls, file: Path, usual: PaperScan = USUAL) -> Catalog:
        """The catalogue of a JSON file as `procedures import` takes it. Raises CatalogError.

        Synonyms lie beside it in synonyms.toml. `usual` is how papers are scanned of which it says nothing.
        """
        try:
            rows = json.loads(file.read_text("utf-8"))["procedures"]
        except OSError as error:
            raise CatalogError(f"{file}: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise CatalogError(f"{file}: expected a JSON object with the list 'procedures'") from error
        if not isinstance(rows, list) or not rows:
            raise CatalogError(f"{file}: expected at least one procedure in the list 'procedures'")
        procedures = [_procedure(row, usual) for row in rows]
        seen: set[str] = set()
        for item in procedures:
            if item.local_id in seen:
                raise CatalogError(f"{item.local_id}: there are two procedures of that local_id")
            seen.add(item.local_id)
        try:
            return cls(procedures, Synonyms.read(file.with_name("synonyms.toml")))
        except SynonymsError as error:
            raise CatalogError(str(error)) from error

    def __len__(self) -> int:
        return len(self._procedures)

    def get(self, local_id: str) -> Procedure | None:
        """The procedure of that id, or None."""
        return self._procedures.get(local_id)

    def search(self, text: str, limit: int = 60) -> tuple[ProcedureSummary, ...]:
        """Procedures for what was typed so far, best first; all of them for an empty text.

        The last word may be half typed; see Index.search.
        """
        if not text.strip():
            return tuple(list(self._procedures.values())[:limit])
        return tuple(self._procedures[local_id] for local_id in self._index.search(text, limit))


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


def _scan(row: dict[str, Any], usual: PaperScan) -> PaperScan:
    """How a paper is scanned by the table `scan` of its row, key by key over what is usual. Raises ValueError with words."""
    told = row.get("scan")
    if told is None:
        return usual
    if not isinstance(told, dict):
        raise ValueError(f"scan: {told!r}; expected an object of {', '.join(_SCAN)}")
    for key, value in told.items():
        if key not in _SCAN:
            raise ValueError(f"scan.{key}: unknown; expected one of {', '.join(_SCAN)}")
        if isinstance(value, bool) or value not in _SCAN[key]:
            raise ValueError(f"scan.{key}: {value!r}; expected one of {', '.join(str(item) for item in _SCAN[key])}")
    dpi = told.get("dpi")
    return PaperScan(
        Colour(told.get("colour", usual.colour)),
        dpi or usual.dpi,
        dpi or usual.kept_dpi,
        Sides(told.get("sides", usual.sides)),
    )


def _paper_scan(place: int, item: dict[str, Any], usual: PaperScan) -> PaperScan:
    try:
        return _scan(item, usual)
    except ValueError as error:
        raise ValueError(f"component {place}: {error}") from error


def _procedure(row: dict[str, Any], usual: PaperScan) -> Procedure:
    try:
        usual = _scan(row, usual)
        components = tuple(
            Component(
                id=f"c{place}",
                name_vi=_text(item, "name_vi"),
                name_en=_or_empty(item, "name_en"),
                originals=int(item["original"]),
                copies=int(item["copies"]),
                required=bool(item["required"]),
                template=item.get("template"),
                scan=_paper_scan(place, item, usual),
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
