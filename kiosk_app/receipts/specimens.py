"""Examples of every document, filled from its template's own specimen: plainly fictional, and marked as worth nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk_app.receipts.document import Both, Document
from kiosk_app.receipts.template import load


def specimen(name: str, language: str = "vi", large: bool = False, marked: bool = True) -> Document:
    """The example of a document. Raises TemplateError for an unknown one."""
    return Document(name, _values(load(name).specimen), language, large, specimen=marked)


def _values(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in said.items()}


def _value(said: Any) -> Any:
    if isinstance(said, list):
        return tuple(_values(item) for item in said)
    if isinstance(said, dict):
        return Both(said.get("vi", ""), said.get("en", ""))
    return said
